/* The settings of a server that lets everybody in: any recipient, any login. */
#include "unit.h"

#include "fake_dialogue.h"

struct row {
    const char *name;
    const char *input;
    const char *strict;  /* what the last answer begins with */
    const char *lenient; /* the same with any_recipient and any_login */
    const char *user;    /* whose maildrop has one message more then, or NULL */
};

#define MAIL      "EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n"
#define TO(path)  MAIL "RCPT TO:" path "\r\nDATA\r\nx\r\n.\r\n"
#define ACCEPTED  "250 2.0.0 Message"
#define NO_RCPT   "500 5.5.1"
#define PASS(who) "USER " who "\r\nPASS no secret of theirs\r\n"

static const struct row smtp_rows[] = {
    {"known",              TO("<bob@example.test>"),             ACCEPTED, ACCEPTED, "bob"  },
    {"unknown",            TO("<who@example.test>"),             NO_RCPT,  ACCEPTED, "alice"},
    {"foreign",            TO("<bob@elsewhere.example>"),        NO_RCPT,  ACCEPTED, "alice"},
    {"literal",            TO("<x@[127.0.0.1]>"),                NO_RCPT,  ACCEPTED, "alice"},
    {"foreign postmaster", TO("<postmaster@elsewhere.example>"), NO_RCPT,  ACCEPTED, "alice"},
    {"postmaster",         TO("<postmaster>"),                   ACCEPTED, ACCEPTED, NULL   },
    {"malformed",          TO("<who@>"),                         NO_RCPT,  NO_RCPT,  NULL   },
    {"vrfy known",         "VRFY bob\r\n",                       "250 ",   "250 ",   NULL   },
    {"vrfy unknown",       "VRFY who\r\n",                       "550 ",   "252 ",   NULL   },
    {"vrfy foreign",       "VRFY <a@b.example>\r\n",             "550 ",   "252 ",   NULL   },
    {"expn unknown",       "EXPN who\r\n",                       "550 ",   "550 ",   NULL   },
};

#define WRONG "-ERR [AUTH] Name or secret"
#define IN    "+OK Maildrop has"

static const struct row pop3_rows[] = {
    {"known name",     PASS("bob"),            WRONG,            IN,               "bob"  },
    {"unknown name",   PASS("who"),            WRONG,            IN,               "alice"},
    {"known digest",   "APOP bob 0123\r\n",    WRONG,            IN,               "bob"  },
    {"unknown digest", "APOP who 0123\r\n",    WRONG,            IN,               "alice"},
    {"pass alone",     "PASS x\r\n",           "-ERR USER must", "-ERR USER must", NULL   },
    {"nothing given",  "USER who\r\nPASS\r\n", "-ERR Syntax:",   "-ERR Syntax:",   NULL   },
};

static struct bytes last_line(const struct buf *out)
{
    struct bytes text = bytes_trim_right(buf_bytes(out));
    size_t from = text.n;
    while (from > 0 && text.p[from - 1] != '\n') {
        from--;
    }
    return bytes_skip(text, from);
}

static struct server_settings settings_of(bool lenient)
{
    struct server_settings settings = dialogue_settings();
    settings.any_recipient = lenient;
    settings.any_login = lenient;
    return settings;
}

static void test_smtp(void)
{
    for (size_t i = 0; i < 2 * sizeof smtp_rows / sizeof smtp_rows[0]; i++) {
        const struct row *row = &smtp_rows[i / 2];
        bool lenient = i % 2 == 1;
        struct server_settings settings = settings_of(lenient);
        struct store *store = store_new(&settings);
        struct buf out = {0};
        dialogue_smtp_on(store, &settings, bytes_of(row->input), 0, &out);
        UNIT_ROW(row->name, bytes_starts(last_line(&out), lenient ? row->lenient : row->strict));
        if (lenient && row->user != NULL) {
            struct maildrop *maildrop = store_by_user(store, bytes_of(row->user));
            UNIT_ROW(row->name, maildrop_count(maildrop) == 1);
        }
        buf_deinit(&out);
        store_free(&store);
    }
}

static void test_pop3(void)
{
    for (size_t i = 0; i < 2 * sizeof pop3_rows / sizeof pop3_rows[0]; i++) {
        const struct row *row = &pop3_rows[i / 2];
        bool lenient = i % 2 == 1;
        struct server_settings settings = settings_of(lenient);
        struct store *store = store_new(&settings);
        struct pop3_session *session = NULL;
        struct buf out = {0};
        session = pop3_session_new(&settings, store, &out);
        dialogue_feed_pop3(session, bytes_of(row->input), &out);
        UNIT_ROW(row->name, bytes_starts(last_line(&out), lenient ? row->lenient : row->strict));
        if (lenient && row->user != NULL) {
            struct maildrop *maildrop = store_by_user(store, bytes_of(row->user));
            UNIT_ROW(row->name, !maildrop_lock(maildrop));
        }
        pop3_session_free(&session);
        buf_deinit(&out);
        store_free(&store);
    }
}

/* The first maildrop is there in every store. */
static void test_without_users(void)
{
    struct server_settings settings = settings_of(true);
    settings.user_count = 0;
    struct store *store = store_new(&settings);
    struct buf out = {0};
    dialogue_smtp_on(store, &settings, BYTES_LIT(TO("<who@b.example>")), 0, &out);
    CU_ASSERT(bytes_starts(last_line(&out), ACCEPTED));
    dialogue_pop3_on(store, &settings, BYTES_LIT(PASS("who")), 0, &out);
    CU_ASSERT(bytes_starts(last_line(&out), "+OK Maildrop has 1 "));
    buf_deinit(&out);
    store_free(&store);
}

static const struct unit_test tests[] = {
    {"smtp",          test_smtp         },
    {"pop3",          test_pop3         },
    {"without users", test_without_users},
};

UNIT_MAIN("fake_servers_lenient", tests)
