/* What a mailing list sends on: its copies have the reverse-path of the list's keeper (RFC 5321 3.9.2). */
#include "fake_dialogue.h"
#include "unit.h"

#define SENDER    "Return-Path: <c@d.example>\r\n"
#define KEEPER    "Return-Path: <postmaster@example.test>\r\n"
#define BEGIN     "EHLO c.example\r\nMAIL FROM:<c@d.example>\r\n"
#define TO(name)  "RCPT TO:<" name "@example.test>\r\n"
#define FAR(name) "RCPT TO:<" name "@else.example>\r\n"
#define SEND      "DATA\r\nReturn-Path: <x@y.example>\r\nSubject: x\r\n\r\ntext\r\n.\r\n"

static const struct row {
    const char *name;
    const char *input;
    const char *alice; /* how her first message begins; NULL: there is none */
    const char *bob;
} rows[] = {
    {"no list",                     BEGIN TO("alice") SEND,                          SENDER, NULL  },
    {"a list",                      BEGIN TO("staff") SEND,                          KEEPER, KEEPER},
    {"a list by an alias",          BEGIN TO("everybody") SEND,                      KEEPER, KEEPER},
    {"a list, and one of them",     BEGIN TO("staff") TO("alice") SEND,              SENDER, KEEPER},
    {"one of them, and the list",   BEGIN TO("alice") TO("staff") SEND,              SENDER, KEEPER},
    {"all of them by name as well", BEGIN TO("alice") TO("bob") TO("staff") SEND,    SENDER, SENDER},
    {"two lists",                   BEGIN TO("staff") TO("team") SEND,               KEEPER, KEEPER},
    {"chunks",                      BEGIN TO("team") "BDAT 3\r\nabcBDAT 0 LAST\r\n", KEEPER, NULL  },
};

static struct server_settings list_settings(void)
{
    static const char *const staff[] = {"alice", "bob"};
    static const char *const team[] = {"alice"};
    static const struct server_list lists[] = {
        {"staff", {staff, 2}},
        {"team",  {team, 1} }
    };
    static const struct server_alias aliases[] = {
        {"everybody", "staff"}
    };
    struct server_settings settings = dialogue_settings();
    settings.lists = (struct server_lists){lists, 2};
    settings.aliases = (struct server_aliases){aliases, 1};
    return settings;
}

static bool begins(struct store *store, const char *user, const char *with)
{
    struct maildrop *maildrop = store_by_user(store, bytes_of(user));
    size_t count = maildrop_count(maildrop);
    if (with == NULL || count != 1) {
        return with == NULL && count == 0;
    }
    const struct store_message *message = maildrop_entry(maildrop, 0)->message;
    return bytes_starts(bytes_make(message->p, message->n), with);
}

static void try_row(const struct row *row, bool lmtp)
{
    struct server_settings settings = list_settings();
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct smtp_session *session =
        lmtp ? smtp_session_new_lmtp(&settings, store, "[127.0.0.1]", &out)
             : smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    struct buf input = {0};
    buf_append_text(&input, row->input);
    input.p[0] = lmtp ? 'L' : 'E'; /* EHLO, LHLO */
    dialogue_feed_smtp(session, buf_bytes(&input), &out);
    UNIT_ROW(row->name, begins(store, "alice", row->alice));
    UNIT_ROW(row->name, begins(store, "bob", row->bob));
    UNIT_ROW(row->name, store_delivered(store) == 1);
    smtp_session_free(&session);
    buf_deinit(&input);
    buf_deinit(&out);
    store_free(&store);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        try_row(&rows[i], false);
        try_row(&rows[i], true);
    }
}

/* Nobody has it where one of them has no room. */
static void test_full(void)
{
    struct server_settings settings = list_settings();
    struct buf out = {0};
    struct buf filling = {0};
    settings.max_maildrop_octets = 400;
    struct store *store = store_new(&settings);
    buf_append_text(&filling, "Subject: x\r\n\r\n");
    buf_append_fill(&filling, 'x', 300);
    struct store_message *message = store_message_new(&filling);
    CU_ASSERT(maildrop_add(store_by_user(store, BYTES_LIT("bob")), message));
    store_message_unref(&message);
    dialogue_smtp_on(store, &settings, bytes_of(BEGIN TO("alice") TO("staff") SEND), 0, &out);
    CU_ASSERT(bytes_ends(buf_bytes(&out), "452 4.2.2 A recipient's maildrop is full\r\n"));
    CU_ASSERT(maildrop_count(store_by_user(store, BYTES_LIT("alice"))) == 0);
    buf_deinit(&out);
    store_free(&store);
}

/* Members elsewhere have a copy with the keeper's reverse-path in the outbox, those that the client names one with the sender's. */
static const struct sent_row {
    const char *input;
    const char *envelopes; /* in the outbox: reverse-path, forward-paths */
    bool as_it_is;         /* with the fault list-expansion: there is one copy for all of them */
} sent[] = {
    {BEGIN TO("far") SEND,                      "<postmaster@example.test>: x@else.example\n",    false},
    {BEGIN TO("far") FAR("y") SEND,
     "<c@d.example>: y@else.example\n"
     "<postmaster@example.test>: x@else.example\n",                                               false},
    {BEGIN FAR("y") TO("alice") TO("far") SEND,
     "<c@d.example>: y@else.example\n"
     "<postmaster@example.test>: x@else.example\n",                                               false},
    {BEGIN TO("far") FAR("x") SEND,             "<c@d.example>: x@else.example\n",                false},
    {BEGIN TO("far") SEND,                      "<c@d.example>: x@else.example\n",                true },
    {BEGIN TO("far") FAR("y") SEND,             "<c@d.example>: x@else.example y@else.example\n", true },
};

static void print_envelopes(const struct maildrop *outbox, struct buf *out)
{
    for (size_t i = 0; i < maildrop_count(outbox); i++) {
        const struct store_envelope *envelope = maildrop_entry(outbox, i)->message->envelope;
        if (envelope == NULL) {
            buf_append_text(out, "none\n");
            continue;
        }
        buf_printf(out, "<%s>:", envelope->reverse_path);
        for (size_t k = 0; k < envelope->count; k++) {
            buf_printf(out, " %s", envelope->forward_paths[k]);
        }
        buf_append_text(out, "\n");
    }
}

static void try_sent(const struct sent_row *row, bool lmtp)
{
    static const char *const far[] = {"x@else.example"};
    static const struct server_list lists[] = {
        {"far", {far, 1}}
    };
    struct server_settings settings = dialogue_settings();
    struct buf input = {0};
    struct buf out = {0};
    struct buf seen = {0};
    settings.lists = (struct server_lists){lists, 1};
    settings.relay_stored = true;
    settings.faults.on[FAULT_LIST_EXPANSION] = row->as_it_is;
    struct store *store = store_new(&settings);
    buf_append_text(&input, row->input);
    input.p[0] = lmtp ? 'L' : 'E'; /* EHLO, LHLO */
    if (lmtp) {
        dialogue_lmtp_on(store, &settings, buf_bytes(&input), &out);
    } else {
        dialogue_smtp_on(store, &settings, buf_bytes(&input), 0, &out);
    }
    print_envelopes(store_outbox(store), &seen);
    UNIT_ROW(row->input, dialogue_is(row->input, &seen, bytes_of(row->envelopes)));
    UNIT_ROW(row->input, store_delivered(store) == 1);
    buf_deinit(&seen);
    buf_deinit(&out);
    buf_deinit(&input);
    store_free(&store);
}

static void test_outbox(void)
{
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
        try_sent(&sent[i], false);
        try_sent(&sent[i], true);
    }
}

static const struct unit_test tests[] = {
    {"who gets which copy", test_rows  },
    {"a full maildrop",     test_full  },
    {"members elsewhere",   test_outbox},
};

UNIT_MAIN("fake_servers: mailing lists", tests)
