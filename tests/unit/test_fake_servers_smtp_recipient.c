/* Who gets mail, and what RCPT, VRFY and EXPN say of it: aliases, lists, forwards, full and locked mailboxes, relaying. */
#include "smtp_rows.h"

#include "fake_servers/recipient.h"

#define BEGIN     SAY_EHLO SAY_MAIL
#define BEGUN     SAID_EHLO SAID_SENDER
#define TO(path)  "RCPT TO:<" path ">\r\n"
#define SEND      "DATA\r\n.\r\n"
#define SENT      SAID_GO SAID_TAKEN
#define UNKNOWN   "550 5.1.1 No such user\r\n"
#define NO_LIST   "550 5.1.1 No such mailing list\r\n"
#define DENIED    "550 5.7.1 Relaying denied\r\n"
#define LOOP      "550 5.4.6 The alias leads back to itself\r\n"
#define IS(path)  "250 2.1.5 <" path ">\r\n"
#define ALICE     "alice@example.test"
#define BOB       "bob@example.test"
#define ELSEWHERE "x@elsewhere.example"

// clang-format off
static const struct smtp_row rows[] = {
    SMTP_ROW("alias", "alias boss " ALICE, BEGIN TO("boss@example.test") TO("BOSS@EXAMPLE.TEST") TO("\"bo\\ss\"@example.test") SEND "VRFY boss\r\nEXPN boss\r\n",
             BEGUN SAID_RCPT SAID_RCPT SAID_RCPT SENT IS(ALICE) IS(ALICE), "alice 1 bob 0"),
    SMTP_ROW("alias of an alias", "alias a b\nalias b c@example.test\nalias c " BOB, BEGIN TO("a@example.test") SEND, BEGUN SAID_RCPT SENT, "bob 1"),
    SMTP_ROW("alias of our domain alone", "alias boss " ALICE, BEGIN TO("boss@elsewhere.example"), BEGUN DENIED, NULL),
    SMTP_ROW("alias with a domain", "alias boss@elsewhere.example " ALICE, BEGIN TO("boss@elsewhere.example") TO("boss@example.test"), BEGUN SAID_RCPT UNKNOWN, NULL),
    SMTP_ROW("alias of a user's name", "alias alice " BOB, BEGIN TO(ALICE) SEND, BEGUN SAID_RCPT SENT, "alice 0 bob 1"),
    SMTP_ROW("alias of the postmaster", "alias postmaster " ALICE, BEGIN TO("postmaster") TO("Postmaster@example.test") SEND "VRFY postmaster\r\n", BEGUN SAID_RCPT SAID_RCPT SENT IS(ALICE), "alice 1"),
    SMTP_ROW("alias to nobody", "alias boss who@example.test", BEGIN TO("boss@example.test"), BEGUN UNKNOWN, NULL),
    SMTP_ROW("alias to another domain", "alias boss " ELSEWHERE, BEGIN TO("boss@example.test") SEND "VRFY boss\r\nEXPN boss\r\n",
             BEGUN SAID_RCPT SENT "252 2.0.0 Cannot verify the user, but mail for it is taken\r\n252 2.0.0 Cannot expand that, but mail for it is taken\r\n", "outbox 1"),
    SMTP_ROW("aliases in a ring", "alias a b\nalias b a\nalias c c", BEGIN TO("a@example.test") TO("c@example.test") "VRFY a\r\nEXPN c\r\n", BEGUN LOOP LOOP LOOP LOOP, NULL),

    SMTP_ROW("list", "list staff " ALICE " bob " ALICE " ALICE@example.test Bob@example.test", BEGIN TO("staff@example.test") SEND "EXPN staff\r\nEXPN <staff@example.test>\r\nVRFY staff\r\n",
             BEGUN SAID_RCPT SENT "250-2.1.5 <" ALICE ">\r\n250 2.1.5 <bob@example.test>\r\n250-2.1.5 <" ALICE ">\r\n250 2.1.5 <bob@example.test>\r\n"
             "550 5.1.0 That is a mailing list, not a user\r\n", "alice 1 bob 1"),
    SMTP_ROW("list and member", "list staff alice bob", BEGIN TO("staff@example.test") TO(ALICE) SEND, BEGUN SAID_RCPT SAID_RCPT SENT, "alice 1 bob 1"),
    SMTP_ROW("list of lists", "list all staff odd boss\nlist staff alice all bob\nalias boss bob", BEGIN TO("all@example.test") SEND "EXPN all\r\n",
             BEGUN SAID_RCPT SENT "250-2.1.5 <staff@example.test>\r\n250-2.1.5 <odd@example.test>\r\n250 2.1.5 <boss@example.test>\r\n", "alice 1 bob 1"),
    SMTP_ROW("list by alias", "alias everybody staff\nlist staff alice bob", BEGIN TO("everybody@example.test") SEND "EXPN everybody\r\nVRFY everybody\r\n",
             BEGUN SAID_RCPT SENT "250-2.1.5 <alice@example.test>\r\n250 2.1.5 <bob@example.test>\r\n550 5.1.0 That is a mailing list, not a user\r\n", "alice 1 bob 1"),
    SMTP_ROW("members who get no mail are left out", "list staff who alice gone\nmoved gone@example.test " ELSEWHERE, BEGIN TO("staff@example.test") SEND, BEGUN SAID_RCPT SENT, "alice 1"),
    SMTP_ROW("members who get it later", "user alice x\nuser bob x\nuser carl x\nlist staff alice bob\nlist team alice carl\nfull bob\nlocked carl", BEGIN TO("staff@example.test") TO("team@example.test") "EXPN staff\r\nVRFY staff\r\nVRFY team\r\n",
             BEGUN "452 4.2.2 The maildrop is full\r\n450 4.2.1 The mailbox is busy\r\n250-2.1.5 <alice@example.test>\r\n250 2.1.5 <bob@example.test>\r\n550 5.1.0 That is a mailing list, not a user\r\n550 5.1.0 That is a mailing list, not a user\r\n", "alice 0"),
    SMTP_ROW("list of nobody", "list staff who", BEGIN TO("staff@example.test") "EXPN staff\r\n", BEGUN UNKNOWN NO_LIST, NULL),
    SMTP_ROW("list with members elsewhere", "list staff alice " ELSEWHERE, BEGIN TO("staff@example.test") SEND, BEGUN SAID_RCPT SENT, "alice 1 outbox 1"),
    SMTP_ROW("list that holds itself twice", "list staff staff staff alice", BEGIN TO("staff@example.test") SEND, BEGUN SAID_RCPT SENT, "alice 1"),

    SMTP_ROW("lists in lists lose nobody", "list a b b bob\nlist b c c c\nlist c d d d\nlist d e e e\nlist e f f f\nlist f g g g\nlist g h h h\nlist h i i i\nlist i j j j\nlist j alice b",
             BEGIN TO("a@example.test") SEND, BEGUN SAID_RCPT SENT, "alice 1 bob 1"),
    SMTP_ROW("a chain of lists longer than one of aliases may be", "list a b\nlist b c\nlist c d\nlist d e\nlist e f\nlist f g\nlist g h\nlist h i\nlist i j\nlist j k\nlist k l\nlist l m\nlist m n\nlist n o\nlist o p\nlist p q\nlist q r\nlist r alice",
             BEGIN TO("a@example.test") SEND, BEGUN SAID_RCPT SENT, "alice 1"),

    SMTP_ROW("forward", "forward jones@example.test " ELSEWHERE, BEGIN TO("jones@example.test") SEND "VRFY jones\r\nEXPN jones\r\n",
             BEGUN "251 2.1.5 User not local; will forward to <" ELSEWHERE ">\r\n" SENT "251 2.1.5 User not local; will forward to <" ELSEWHERE ">\r\n" IS(ELSEWHERE), "outbox 1 alice 0"),
    SMTP_ROW("forward to a user", "forward jones " BOB, BEGIN TO("jones@example.test") SEND, BEGUN "251 2.1.5 User not local; will forward to <" BOB ">\r\n" SENT, "bob 1 outbox 0"),
    SMTP_ROW("forward of another domain", "forward jones@old.example " BOB, BEGIN TO("jones@old.example") SEND, BEGUN "251 2.1.5 User not local; will forward to <" BOB ">\r\n" SENT, "bob 1"),
    SMTP_ROW("forward to a full one", "forward jones " BOB "\nfull bob", BEGIN TO("jones@example.test"), BEGUN "452 4.2.2 The maildrop is full\r\n", NULL),
    SMTP_ROW("forward to nobody", "forward jones who", BEGIN TO("jones@example.test"), BEGUN UNKNOWN, NULL),
    SMTP_ROW("forwards in a ring", "forward a b\nforward b a", BEGIN TO("a@example.test"), BEGUN LOOP, NULL),
    SMTP_ROW("alias of a forward", "alias j jones\nforward jones " ELSEWHERE, BEGIN TO("j@example.test"), BEGUN "251 2.1.5 User not local; will forward to <" ELSEWHERE ">\r\n", NULL),
    SMTP_ROW("moved", "moved smith@example.test " ELSEWHERE, BEGIN TO("smith@example.test") "DATA\r\nVRFY smith\r\nEXPN smith\r\n",
             BEGUN "551 5.1.6 User not local; please try <" ELSEWHERE ">\r\n503 5.5.1 Bad sequence of commands: RCPT comes next\r\n"
             "551 5.1.6 User not local; please try <" ELSEWHERE ">\r\n550 5.1.6 No such mailing list\r\n", NULL),

    SMTP_ROW("shown whole", "domain first.example\ndomain other.example\nuser alice x alice@other.example\nforward f alice\nmoved m who\nlist l alice who\nlist empty nobody",
             BEGIN TO("f@first.example") TO("m@first.example") "VRFY m\r\nEXPN l\r\nVRFY postmaster\r\n",
             BEGUN "251 2.1.5 User not local; will forward to <alice@other.example>\r\n551 5.1.6 User not local; please try <who@first.example>\r\n"
             "551 5.1.6 User not local; please try <who@first.example>\r\n250-2.1.5 <alice@other.example>\r\n250 2.1.5 <who@first.example>\r\n250 2.1.5 <postmaster@first.example>\r\n", NULL),

    SMTP_ROW("full and locked", "full alice\nlocked " BOB, BEGIN TO(ALICE) TO(BOB) "VRFY alice\r\nVRFY bob\r\nEXPN bob\r\n",
             BEGUN "452 4.2.2 The maildrop is full\r\n450 4.2.1 The mailbox is busy\r\n" IS(ALICE) IS(BOB) IS(BOB), NULL),
    SMTP_ROW("ambiguous", "ambiguous smith", BEGIN TO("smith@example.test") "VRFY smith\r\nEXPN smith\r\n",
             BEGUN "553 5.1.4 User ambiguous\r\n553 5.1.4 User ambiguous\r\n550 5.1.4 No such mailing list\r\n", NULL),
    SMTP_ROW("relaying refused", "", BEGIN TO(ELSEWHERE) "VRFY " ELSEWHERE "\r\n", BEGUN DENIED "550 5.7.1 That mailbox is not here\r\n", "outbox 0"),
    SMTP_ROW("relaying stored", "relay store", BEGIN TO(ELSEWHERE) TO("y@[192.0.2.1]") TO("who@example.test") SEND "VRFY " ELSEWHERE "\r\n",
             BEGUN SAID_RCPT SAID_RCPT UNKNOWN SENT "252 2.0.0 Cannot verify the user, but mail for it is taken\r\n", "outbox 1 alice 0"),
    SMTP_ROW("everybody", "unknown take", BEGIN TO(ELSEWHERE) TO("who@example.test") SEND, BEGUN SAID_RCPT SAID_RCPT SENT, "alice 1 outbox 0"),
    SMTP_ROW("everybody, relaying stored", "unknown take\nrelay store", BEGIN TO(ELSEWHERE) TO("who@example.test") SEND, BEGUN SAID_RCPT SAID_RCPT SENT, "alice 1 outbox 1"),
    SMTP_ROW("everybody, but not who has moved", "unknown take\nmoved smith " ELSEWHERE, BEGIN TO("smith@example.test"), BEGUN "551 5.1.6 User not local; please try <" ELSEWHERE ">\r\n", NULL),

    SMTP_ROW("VRFY and EXPN 252", "vrfy 252\nexpn 252\nlist staff alice", "VRFY alice\r\nVRFY who\r\nEXPN staff\r\nVRFY\r\n",
             "252 2.0.0 Nobody is verified here; mail will tell\r\n252 2.0.0 Nobody is verified here; mail will tell\r\n252 2.0.0 Nobody is verified here; mail will tell\r\n"
             "501 5.5.4 VRFY needs an argument\r\n", NULL),
    SMTP_ROW("VRFY and EXPN 502", "vrfy 502\nexpn 502\noffer VRFY EXPN HELP", "EHLO c\r\nVRFY alice\r\nEXPN alice\r\nHELP\r\n",
             "250-mx.example.test\r\n250 HELP\r\n502 Command not implemented\r\n502 Command not implemented\r\n"
             "214-This server knows these verbs:\r\n214-HELO EHLO MAIL RCPT DATA RSET NOOP HELP QUIT\r\n214 HELP with a verb shows its syntax\r\n", NULL),
    SMTP_ROW("what cannot be shown", "list staff a\x01z@example.test alice\nmoved m \x7F@b\n", "EXPN staff\r\nVRFY m\r\n",
             "252 2.6.8 The mailbox cannot be shown without SMTPUTF8\r\n550 5.6.8 The mailbox cannot be shown without SMTPUTF8\r\n", NULL),
};
// clang-format on

static void test_rows(void)
{
    smtp_rows_check(rows, ROW_COUNT(rows));
}

/* ---- whom mail in the outbox is for ---- */

#define NOBODY ""
#define FROM   "<a@b.example> "

static const struct {
    const char *name;
    const char *settings;
    const char *recipients;
    const char *onward; /* reverse-path of the envelope, and its forward-paths, each in brackets */
} envelopes[] = {
    {"none",                  "",                             TO(ALICE),                               NOBODY                },
    {"relayed",               "relay store",                  TO(ALICE) TO("@r:" ELSEWHERE) TO("y@z"),
     FROM "<" ELSEWHERE "><y@z>"                                                                                             },
    {"alias",                 "alias boss " ELSEWHERE,        TO("boss@example.test"),                 FROM "<" ELSEWHERE ">"},
    {"forward",               "forward jones " ELSEWHERE,     TO("jones@example.test") TO(ALICE),
     FROM "<" ELSEWHERE ">"                                                                                                  },
    {"forward, then relayed", "forward a@b " ELSEWHERE,       TO("a@b"),                               FROM "<" ELSEWHERE ">"},
    {"list",                  "list staff x@y alice z@y X@Y", TO("staff@example.test"),
     "<postmaster@example.test> <x@y><z@y>"                                                                                  },
    {"another user",          "forward jones " BOB,           TO("jones@example.test"),                NOBODY                },
};

static void print_envelope(const struct store_message *message, struct buf *out)
{
    const struct store_envelope *envelope = message->envelope;
    if (envelope != NULL) {
        buf_printf(out, "<%s> ", envelope->reverse_path);
    }
    for (size_t i = 0; envelope != NULL && i < envelope->count; i++) {
        buf_printf(out, "<%s>", envelope->forward_paths[i]);
    }
}

static void check_envelope(size_t i)
{
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text(envelopes[i].name, envelopes[i].settings, arena);
    struct store *store = store_new(&settings);
    struct buf input = {0};
    struct buf out = {0};
    struct buf seen = {0};
    buf_printf(&input, BEGIN "%s" SEND, envelopes[i].recipients);
    dialogue_smtp_on(store, &settings, buf_bytes(&input), 0, &out);
    UNIT_ROW(envelopes[i].name, bytes_ends(buf_bytes(&out), SAID_TAKEN));
    if (maildrop_count(store_outbox(store)) > 0) {
        print_envelope(maildrop_entry(store_outbox(store), 0)->message, &seen);
    }
    UNIT_ROW(envelopes[i].name,
             dialogue_is(envelopes[i].name, &seen, bytes_of(envelopes[i].onward)));
    buf_deinit(&seen);
    buf_deinit(&out);
    buf_deinit(&input);
    store_free(&store);
    arena_free(&arena);
}

static void test_envelopes(void)
{
    for (size_t i = 0; i < ROW_COUNT(envelopes); i++) {
        check_envelope(i);
    }
}

/* Lists of lists of lists grow without end; the search does not. */
static void test_bounded(void)
{
    struct arena *arena = arena_new();
    struct buf text = {0};
    for (unsigned i = 0; i < 15; i++) {
        buf_printf(&text, "list l%u l%u l%u l%u l%u alice\n", i, i + 1, i + 1, i + 1, i + 1);
    }
    struct server_settings settings = setting_text("bounded", buf_text(&text), arena);
    struct store *store = store_new(&settings);
    struct recipient found;
    recipient_find(&settings, store, BYTES_LIT("l0"), BYTES_LIT("example.test"), &found);
    CU_ASSERT(found.kind == RECIPIENT_LIST && found.count == 1);
    recipient_deinit(&found);
    store_free(&store);
    buf_deinit(&text);
    arena_free(&arena);
}

/* Lists beside each other, or each in the one before, and alice in the last: a hundred may stand in each other, a list beside another is none of them. */
static void test_many_lists(void)
{
    static const struct {
        unsigned lists;
        bool nested;
        enum recipient_kind kind;
    } rows_of_lists[] = {
        {300, false, RECIPIENT_LIST},
        {99,  true,  RECIPIENT_LIST},
        {100, true,  RECIPIENT_LOOP},
    };
    for (size_t i = 0; i < ROW_COUNT(rows_of_lists); i++) {
        unsigned count = rows_of_lists[i].lists;
        struct arena *arena = arena_new();
        struct server_settings settings = dialogue_settings();
        struct server_list *lists = arena_array(arena, count + 1, sizeof *lists);
        const char **names = arena_array(arena, count + 2, sizeof *names);
        for (unsigned k = 0; k <= count; k++) {
            struct buf name = {0};
            buf_printf(&name, "l%u", k);
            names[k] = arena_text(arena, buf_bytes(&name));
            lists[k] = (struct server_list){
                names[k], {&names[k + 1], 1}
            };
            buf_deinit(&name);
        }
        names[count + 1] = "alice";
        if (!rows_of_lists[i].nested) {
            for (unsigned k = 1; k <= count; k++) {
                lists[k].members.names = &names[count + 1];
            }
            lists[0].members.count = count;
        }
        settings.lists = (struct server_lists){lists, count + 1};
        struct store *store = store_new(&settings);
        struct recipient found;
        recipient_find(&settings, store, BYTES_LIT("l0"), (struct bytes){0}, &found);
        CU_ASSERT(found.kind == rows_of_lists[i].kind);
        CU_ASSERT(found.count == (found.kind == RECIPIENT_LIST));
        recipient_deinit(&found);
        store_free(&store);
        arena_free(&arena);
    }
}

/* Whoever names a long list again and again lets others have their turn behind each. */
static void test_takes_turns(void)
{
    enum { USERS = 1200, MEMBERS = 900 };
    struct arena *arena = arena_new();
    struct buf text = {0};
    struct buf out = {0};
    buf_append_text(&text, "list l");
    for (unsigned i = 0; i < MEMBERS; i++) {
        buf_append_text(&text, " alice");
    }
    struct server_settings settings = setting_text("turns", buf_text(&text), arena);
    struct server_user *users = arena_array(arena, USERS, sizeof *users);
    for (size_t i = 0; i < USERS; i++) {
        users[i] = settings.users[0];
    }
    settings.users = users;
    settings.user_count = USERS;
    struct store *store = store_new(&settings);
    struct smtp_session *session = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    dialogue_feed_smtp(session, BYTES_LIT(BEGIN), &out);
    struct bytes input =
        BYTES_INIT(TO("l@example.test") TO("L@example.test") "EXPN l\r\nVRFY l\r\nNOOP\r\n");
    const size_t taken[] = {26, 26, 8, 8, 6};
    for (size_t i = 0; i < ROW_COUNT(taken); i++) {
        size_t used = smtp_session_feed(session, input, &out);
        CU_ASSERT(used == taken[i]);
        input = bytes_skip(input, used);
    }
    CU_ASSERT(input.n == 0);
    smtp_session_free(&session);
    store_free(&store);
    buf_deinit(&out);
    buf_deinit(&text);
    arena_free(&arena);
}

/* A chain that ends is not followed for ever either. */
static void test_long_chain(void)
{
    static const struct {
        unsigned aliases;
        enum recipient_kind kind;
    } chains[] = {
        {15, RECIPIENT_LOCAL},
        {16, RECIPIENT_LOOP }
    };
    for (size_t i = 0; i < ROW_COUNT(chains); i++) {
        struct arena *arena = arena_new();
        struct buf text = {0};
        for (unsigned k = 0; k + 1 < chains[i].aliases; k++) {
            buf_printf(&text, "alias a%u a%u\n", k, k + 1);
        }
        buf_printf(&text, "alias a%u alice\n", chains[i].aliases - 1);
        struct server_settings settings = setting_text("chain", buf_text(&text), arena);
        struct store *store = store_new(&settings);
        struct recipient found;
        recipient_find(&settings, store, BYTES_LIT("a0"), BYTES_LIT("example.test"), &found);
        CU_ASSERT(found.kind == chains[i].kind);
        recipient_deinit(&found);
        store_free(&store);
        buf_deinit(&text);
        arena_free(&arena);
    }
}

static const struct unit_test tests[] = {
    {"dialogues",   test_rows       },
    {"envelopes",   test_envelopes  },
    {"bounded",     test_bounded    },
    {"long chain",  test_long_chain },
    {"takes turns", test_takes_turns},
    {"many lists",  test_many_lists },
};

UNIT_MAIN("fake_servers_smtp_recipient", tests)
