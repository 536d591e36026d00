/* What the engine finds out about a target, and makes of it: the probe, the login check, needs. */
#include "unit.h"

#include "engine_noop.h"

/* ---- The probe ---- */

static void test_refused(void)
{
    struct play play;
    play_init(&play);
    simple(&play);
    listener_free(&play.mail.listener);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].begins, 0);
    CU_ASSERT(strstr(play.broken_off, play.mail_url) == play.broken_off);
    CU_ASSERT(strstr(play.broken_off, "cannot be reached") != NULL);
    play_deinit(&play);
}

struct probe_row {
    const char *answers[STUB_ANSWERS];
    const char *broken_off; /* part of it; "": the run goes on */
};

static const struct probe_row probe_rows[] = {
    {{"554 no\r\n"},                 "greets with 554"                                  },
    {{"!close"},                     "closed the connection before"                     },
    {{""},                           "accepted the connection but sent nothing in 50 ms"},
    {{"200 odd\r\n", "500 no\r\n"},  ""                                                 },
    {{"220 a\r\n", "!close"},        ""                                                 },
    {{"220 a\r\n", ""},              ""                                                 },
    {{"220 a\r\n", "250 b\r\n", ""}, ""                                                 },
};

static void test_odd_probes(void)
{
    for (size_t i = 0; i < sizeof probe_rows / sizeof probe_rows[0]; i++) {
        struct play play;
        const struct probe_row *row = &probe_rows[i];
        play_init(&play);
        play.config.time_scale = 0.005;
        play.mail.probe = row->answers;
        simple(&play);
        play_script(&play.mail, noop);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(row->answers[0], row->broken_off[0] == '\0'
                                      ? play.broken_off[0] == '\0'
                                      : strstr(play.broken_off, row->broken_off) != NULL);
        UNIT_ROW(row->answers[0], play.cases[0].begins == (row->broken_off[0] == '\0' ? 1U : 0U));
        play_deinit(&play);
    }
}

struct helo_row {
    const char *hello; /* the answer to EHLO */
    const char *sent;
};

static const struct helo_row helo_rows[] = {
    {"500 what?\r\n",     "HELO t-case.mailspec.example\r\n|NOOP\r\n|QUIT\r\n|"},
    {"502 no\r\n",        "HELO t-case.mailspec.example\r\n|NOOP\r\n|QUIT\r\n|"},
    {"550 your name\r\n", EHLO "NOOP\r\n|QUIT\r\n|"                            },
    {"421 busy\r\n",      EHLO "NOOP\r\n|QUIT\r\n|"                            },
    {"250 stub\r\n",      EHLO "NOOP\r\n|QUIT\r\n|"                            },
};

/* RFC 5321 section 3.2: a server that does not know EHLO is greeted with HELO. */
static void test_helo_only(void)
{
    for (size_t i = 0; i < sizeof helo_rows / sizeof helo_rows[0]; i++) {
        struct play play;
        const struct helo_row *row = &helo_rows[i];
        const char *answers[STUB_ANSWERS] = {"220 a\r\n", row->hello};
        play_init(&play);
        play.mail.probe = answers;
        simple(&play);
        play_script(&play.mail, noop);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(row->hello, play.cases[0].verdict == VERDICT_PASS);
        UNIT_ROW(row->hello, strcmp(buf_text(&play.cases[0].sent), row->sent) == 0);
        play_deinit(&play);
    }
}

static void test_nothing_to_run(void)
{
    struct play play;
    play_init(&play);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.broken_off, "");
    play_deinit(&play);
}

/* ---- The login check ---- */

struct login_row {
    const char *answers[STUB_ANSWERS];
    const char *broken_off; /* part of it; "": the run goes on */
    enum verdict verdict;
    const char *reason;
};

static const struct login_row login_rows[] = {
    {{"+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n"},             "",  VERDICT_PASS,        ""},
    {{"+OK\r\n", "+OK\r\n", "-ERR [IN-USE] a\r\n", "+OK\r\n"}, "",  VERDICT_PASS,        ""},
    {{"-ERR busy\r\n"},                                        "",  VERDICT_PASS,        ""},
    {{"!close"},                                               "",  VERDICT_PASS,        ""},
    {{"+OK\r\n", "+OK\r\n", "!close"},                         "",  VERDICT_PASS,        ""},
    {{"+OK\r\n", "-ERR [AUTH] not without TLS\r\n"},
     "",                                                            VERDICT_UNSUPPORTED,
     "the server lets nobody log in: -ERR [AUTH] not without TLS"                          },
    {{"+OK\r\n", "+OK\r\n", "-ERR no \x1b\r\n"},
     "refuses the login of alice: \"-ERR no \\x1b\". Are the name", VERDICT_PASS,
     ""                                                                                    },
};

/* In a case of its own target: who cannot log in is told once, instead of by every case. */
static void test_logins(void)
{
    static const char *const maildrop[] = {"+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n", NULL};
    for (size_t i = 0; i < sizeof login_rows / sizeof login_rows[0]; i++) {
        struct play play;
        const struct login_row *row = &login_rows[i];
        const char *name = row->answers[0];
        play_init(&play);
        play.config.time_scale = 0.01;
        play.target.user_count = 1;
        play.pop3.login = row->answers;
        play.pop3.logins = row->broken_off[0] == '\0' ? 1 : STUB_CONNECTIONS;
        play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK", NULL);
        play_script(&play.pop3, maildrop);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(name, row->broken_off[0] == '\0'
                           ? play.broken_off[0] == '\0'
                           : strstr(play.broken_off, row->broken_off) != NULL);
        UNIT_ROW(name, play.cases[0].begins == (row->broken_off[0] == '\0' ? 1U : 0U));
        UNIT_ROW(name, play.cases[0].verdict == row->verdict);
        UNIT_ROW(name, strcmp(play.cases[0].reason, row->reason) == 0);
        play_deinit(&play);
    }
}

/* A run that logs in nowhere is not held up by a wrong secret. */
static void test_no_login_no_check(void)
{
    struct play play;
    play_init(&play);
    simple(&play);
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.pop3.count, 2); /* the probe's */
    play_deinit(&play);
}

/* ---- Needs ---- */

struct need_row {
    struct need need;
    bool met;
    const char *reason;
};

static const struct need_row need_rows[] = {
    {{NEED_EHLO, "SIZE", 0},       true,  ""                                                       },
    {{NEED_EHLO, "size", 0},       true,  ""                                                       },
    {{NEED_EHLO, "DSN", 0},        false, "the server does not offer DSN"                          },
    {{NEED_CAPA, "UIDL", 0},       true,  ""                                                       },
    {{NEED_CAPA, "SASL", 0},       false, "the POP3 server does not list the capability SASL"      },
    {{NEED_TLS, NULL, 0},          false, "the server does not offer STARTTLS"                     },
    {{NEED_AUTH, "PLAIN", 0},      false, "the server does not offer a login by PLAIN"             },
    {{NEED_DELIVERY, NULL, 0},     true,  ""                                                       },
    {{NEED_SMTP, NULL, 0},         true,  ""                                                       },
    {{NEED_LMTP, NULL, 0},         false, "the case is for LMTP, the target speaks SMTP"           },
    {{NEED_POP3, NULL, 0},         true,  ""                                                       },
    {{NEED_TCP, NULL, 0},          true,  ""                                                       },
    {{NEED_APOP, NULL, 0},         true,  ""                                                       },
    {{NEED_UNKNOWN_USER, NULL, 0},
     false,                               "the target names no address without user (Unknown-user)"},
    {{NEED_RELAY_DOMAIN, NULL, 0}, false, "the target names no relay domain (Relay-domain)"        },
    {{NEED_USERS, NULL, 2},        true,  ""                                                       },
    {{NEED_USERS, NULL, 3},        false, "the target names too few users (User)"                  },
    {{NEED_BUILT_IN, NULL, 0},     false, "only the built-in server can be set up for it (Given:)" },
};

static void test_needs(void)
{
    for (size_t i = 0; i < sizeof need_rows / sizeof need_rows[0]; i++) {
        struct play play;
        const struct need_row *row = &need_rows[i];
        const char *name = need_kind_name(row->need.kind);
        play_init(&play);
        struct program *program = simple(&play);
        program->needs = &row->need;
        program->need_count = 1;
        play_script(&play.mail, noop);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(name, play.cases[0].verdict == (row->met ? VERDICT_PASS : VERDICT_UNSUPPORTED));
        UNIT_ROW(name, strcmp(play.cases[0].reason, row->reason) == 0);
        UNIT_ROW(name, play.cases[0].begins == 1 && play.cases[0].ends == 1);
        play_deinit(&play);
    }
}

/* A server that is not there has not failed to offer something. */
static void test_needs_without_endpoint(void)
{
    static const struct need_row rows[] = {
        {{NEED_CAPA, "UIDL", 0}, false, "the target has no POP3 endpoint"},
        {{NEED_APOP, NULL, 0},   false, "the target has no POP3 endpoint"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play play;
        play_init(&play);
        play.target.pop3.kind = ENDPOINT_NONE;
        struct program *program = simple(&play);
        program->needs = &rows[i].need;
        program->need_count = 1;
        play_script(&play.mail, noop);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(rows[i].reason, play.cases[0].verdict == VERDICT_UNSUPPORTED);
        CU_ASSERT_STRING_EQUAL(play.cases[0].reason, rows[i].reason);
        play_deinit(&play);
    }
}

/* SIZE without a number, and SIZE 0, tell no limit; one that we cannot add to is never exceeded either. */
static void test_no_limit(void)
{
    static const char *const offers[] = {"250-stub\r\n250 SIZE\r\n", "250-stub\r\n250 SIZE 0\r\n",
                                         "250-stub\r\n250 SIZE 18446744073709551615\r\n",
                                         "250-stub\r\n250 SIZE 99999999999999999999\r\n"};
    for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++) {
        const char *const probe[] = {"220 stub\r\n", offers[i], NULL};
        struct play play;
        play_init(&play);
        play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP {{ehlo:size}}\nS 250", NULL);
        play.mail.probe = probe;
        play_script(&play.mail, noop);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(offers[i], play.cases[0].verdict == VERDICT_UNSUPPORTED);
        CU_ASSERT_STRING_EQUAL(play.cases[0].reason, "the server tells no limit with SIZE");
        play_deinit(&play);
    }
}

struct implied_row {
    const char *dialogue;
    const char *reason;
};

static const struct implied_row implied_rows[] = {
    {"C RCPT TO:<{{relay}}>\nS 250",        "the target names no relay domain (Relay-domain)"        },
    {"C RCPT TO:<{{unknown}}>\nS 250",      "the target names no address without user (Unknown-user)"},
    {"C RCPT TO:<{{rcpt2}}>\nS 250",        "the target names no second user (User)"                 },
    {"C X {{base64 \"{{relay}}\"}}\nS 250", "the target names no relay domain (Relay-domain)"        },
    {"C NOOP {{ehlo:PIPELINING}}\nS 250",
     "the server offers a keyword without the value that the case needs"                             },
    {"C2 NOOP\nS2 250",                     ""                                                       },
};

static void test_implied_needs(void)
{
    for (size_t i = 0; i < sizeof implied_rows / sizeof implied_rows[0]; i++) {
        struct play play;
        play_init(&play);
        play.target.user_count = 1;
        play_add(&play, PROTOCOL_SMTP, START_EHLO, implied_rows[i].dialogue, NULL)
            ->connection_count = 2;
        play_script(&play.mail, noop);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(implied_rows[i].dialogue,
                 strcmp(play.cases[0].reason, implied_rows[i].reason) == 0);
        play_deinit(&play);
    }
}

static void test_given_on_foreign_target(void)
{
    static const struct name_value pair = {.name = "domain"};
    struct play play;
    play_init(&play);
    for (size_t i = 0; i < 3; i++) {
        simple(&play)->given = &pair;
        play.programs[i].given_count = i == 2 ? 0 : 1;
        play.programs[i].cast = &pair;
        play.programs[i].cast_count = i == 1 ? 1 : 0;
    }
    play.programs[2].playable_client = false;
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_UNSUPPORTED);
    CU_ASSERT_EQUAL(play.cases[1].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[2].verdict, VERDICT_UNSUPPORTED);
    play_deinit(&play);
}

/* What Cast: needs is asked for as what stands in the dialogue, but not where the dialogue is said as written. */
static void test_cast_needs(void)
{
    static const struct name_value setting = {.name = "domain"};
    struct play play;
    play_init(&play);
    play.target.unknown_user = NULL;
    play.target.built_in = true;
    for (size_t i = 0; i < 3; i++) {
        struct name_value *cast = arena_array(play.arena, 1, sizeof *cast);
        cast[0] = (struct name_value){
            "Green", written(play.arena, bytes_of(i == 0 ? "{{rcpt}}" : "{{unknown}}")), {0}};
        struct program *program = simple(&play);
        program->cast = cast;
        program->cast_count = 1;
        program->given = &setting;
        program->given_count = i == 2 ? 1 : 0;
    }
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[1].verdict, VERDICT_UNSUPPORTED);
    CU_ASSERT_STRING_EQUAL(play.cases[1].reason,
                           "the target names no address without user (Unknown-user)");
    CU_ASSERT_EQUAL(play.cases[2].verdict, VERDICT_PASS);
    play_deinit(&play);
}

static const struct unit_test tests[] = {
    {"what Cast: needs",       test_cast_needs             },
    {"refused at the probe",   test_refused                },
    {"odd probes",             test_odd_probes             },
    {"EHLO is not known",      test_helo_only              },
    {"nothing to run",         test_nothing_to_run         },
    {"logins",                 test_logins                 },
    {"no login, no check",     test_no_login_no_check      },
    {"needs",                  test_needs                  },
    {"needs without endpoint", test_needs_without_endpoint },
    {"implied needs",          test_implied_needs          },
    {"no limit to exceed",     test_no_limit               },
    {"Given: elsewhere",       test_given_on_foreign_target},
};

UNIT_MAIN("engine_probe", tests)
