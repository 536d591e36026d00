/* What the engine finds out about a target, and makes of it: tries, the probe, needs. */
#include "unit.h"

#include "engine_play.h"

#define HELLO "250-stub\r\n250 SIZE 2000\r\n"
#define EHLO  "EHLO t-case.mailspec.example\r\n|"

static const char *const noop[] = {"220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n", "250 a\r\n", NULL};
static const char *const busy[] = {"421 a\r\n!close", NULL};

static struct program *simple(struct play *play)
{
    return play_add(play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250", NULL);
}

/* ---- Tries ---- */

static void test_busy_then_free(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.1;
    simple(&play);
    play_script(&play.mail, busy);
    play_script(&play.mail, busy);
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[0].begins, 1);
    CU_ASSERT_EQUAL(play.cases[0].opened, 3);
    CU_ASSERT(strstr(buf_text(&play.cases[0].notes), "421 at the greeting: again in 100 ms") !=
              NULL);
    play_deinit(&play);
}

/* Other ways to say so, before a word was said. */
static void test_refusals_at_the_greeting(void)
{
    static const struct {
        const char *answer;
        const char *note;
    } refusals[] = {
        {"450 later\r\n!close", "450 at the greeting: again"                          },
        {"!close",              "the server closed the connection before its greeting"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const char *const answers[] = {refusals[i].answer, NULL};
        struct play play;
        play_init(&play);
        play.config.time_scale = 0.1;
        simple(&play);
        play_script(&play.mail, answers);
        play_script(&play.mail, noop);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(refusals[i].note, play.cases[0].verdict == VERDICT_PASS);
        UNIT_ROW(refusals[i].note,
                 strstr(buf_text(&play.cases[0].notes), refusals[i].note) != NULL);
        play_deinit(&play);
    }
}

static void test_always_busy(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.01;
    simple(&play);
    play_add(&play, PROTOCOL_SMTP, START_CONNECT, "S 421", NULL);
    play_script(&play.mail, busy);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT_STRING_EQUAL(play.cases[0].reason,
                           "before line one: 421 at the greeting, also after 10 tries");
    CU_ASSERT_EQUAL(play.cases[0].opened, 10);
    CU_ASSERT_EQUAL(play.cases[1].verdict, VERDICT_PASS);
    play_deinit(&play);
}

static void test_refused_later(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.1;
    play.refuse_on_begin = true;
    simple(&play);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.broken_off, "");
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_ERROR);
    CU_ASSERT(strstr(play.cases[0].reason, "could not connect: ") != NULL);
    CU_ASSERT(strstr(play.cases[0].reason, ", also after 10 tries") != NULL);
    CU_ASSERT_EQUAL(play.cases[0].opened, 10);
    CU_ASSERT_EQUAL(play.cases[0].closed, 10);
    play_deinit(&play);
}

/* A server that went away ends the run, instead of ten tries for each case that is left. */
static void test_gone(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.1;
    play.refuse_on_begin = true;
    for (int i = 0; i < 9; i++) {
        simple(&play);
    }
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.broken_off,
                           "5 cases in a row could not connect: the server is gone");
    CU_ASSERT_EQUAL(play.cases[4].ends, 1);
    CU_ASSERT_EQUAL(play.cases[5].begins, 0);
    play_deinit(&play);
}

enum { GONE_CASES = 9, ELSEWHERE = 4 };

/* The fifth case has a target of its own. */
static bool next_fifth_elsewhere(void *self, struct engine_case *case_r)
{
    static struct target other;
    struct play *play = self;
    bool more = play_next(play, case_r);
    if (more && case_r->case_number == ELSEWHERE) {
        other = play->target;
        other.mail.port = listener_port(play->pop3.listener);
        case_r->target = &other;
    }
    return more;
}

/* Only those in a row count: eight cases lose their server, but one between them reaches its own. */
static void test_not_gone(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.01;
    play.config.next_case = next_fifth_elsewhere;
    play.refuse_on_begin = true;
    play.target.pop3.kind = ENDPOINT_NONE;
    play.pop3.probe = play_probe_smtp;
    play_script(&play.pop3, noop);
    for (size_t i = 0; i < GONE_CASES; i++) {
        simple(&play);
    }
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.broken_off, "");
    for (size_t i = 0; i < GONE_CASES; i++) {
        CU_ASSERT(play.cases[i].verdict == (i == ELSEWHERE ? VERDICT_PASS : VERDICT_ERROR));
    }
    play_deinit(&play);
}

struct second_row {
    const char *greeting; /* of a second connection beside the first */
    size_t most_running;
};

static const struct second_row second_rows[] = {
    {"220 a\r\n",          2},
    {"",                   1},
    {"421 full\r\n!close", 1},
    {"!close",             1},
};

/* A server may serve one client after the other: then cases run so, too. */
static void test_one_client_at_a_time(void)
{
    for (size_t i = 0; i < sizeof second_rows / sizeof second_rows[0]; i++) {
        const struct second_row *row = &second_rows[i];
        const char *second[] = {row->greeting, NULL};
        struct play play;
        play_init(&play);
        play.config.time_scale = 0.02;
        play.config.jobs = 2;
        play.mail.second = second;
        simple(&play);
        simple(&play);
        play_script(&play.mail, noop);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(row->greeting, play.most_running == row->most_running);
        UNIT_ROW(row->greeting, play.cases[0].verdict == VERDICT_PASS);
        UNIT_ROW(row->greeting, play.cases[1].verdict == VERDICT_PASS);
        play_deinit(&play);
    }
}

/* No greeting, while another connection is open: of another case, then of the same one. */
static void test_not_greeted_beside_others(void)
{
    static const char *const mute[] = {"", NULL};
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.005;
    play.config.jobs = 2;
    simple(&play);
    simple(&play);
    play_script(&play.mail, mute);
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    for (unsigned i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(play.cases[i].timeouts, play.cases[i].short_waits);
    }
    play_deinit(&play);

    play_init(&play);
    play.config.time_scale = 0.005;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250\nC2 NOOP\nS2 250", NULL)
        ->connection_count = 2;
    play_script(&play.mail, noop);
    play_script(&play.mail, mute);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT_STRING_EQUAL(
        play.cases[0].reason,
        "before line one: no greeting while another connection of this case is open: "
        "the server may serve one client at a time");
    CU_ASSERT_EQUAL(play.cases[0].timeouts, 1);
    CU_ASSERT_EQUAL(play.cases[0].short_waits, 1);
    play_deinit(&play);
}

/* The case itself takes the room that the server has: another try would meet the same 421. */
static void test_busy_with_ourselves(void)
{
    struct play play;
    play_init(&play);
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250\nC2 NOOP\nS2 250", NULL)
        ->connection_count = 2;
    play_script(&play.mail, noop);
    play_script(&play.mail, busy);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT_STRING_EQUAL(play.cases[0].reason,
                           "before line one: 421 at the greeting, while another connection of this "
                           "case is open");
    CU_ASSERT_EQUAL(play.cases[0].opened, 2);
    play_deinit(&play);
}

/* With 421 at the greeting half as many cases run at a time. */
static void test_busy_halves_jobs(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.1;
    play.config.jobs = 4;
    for (size_t i = 0; i < 6; i++) {
        simple(&play);
    }
    play_script(&play.mail, busy);
    play_script(&play.mail, busy);
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.most_running, 4 + 0);
    for (size_t i = 0; i < 6; i++) {
        CU_ASSERT_EQUAL(play.cases[i].verdict, VERDICT_PASS);
    }
    play_deinit(&play);
}

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
    {"what Cast: needs",          test_cast_needs               },
    {"421, then room",            test_busy_then_free           },
    {"refused, then room",        test_refusals_at_the_greeting },
    {"421 for ever",              test_always_busy              },
    {"refused behind the probe",  test_refused_later            },
    {"a server that went away",   test_gone                     },
    {"not five in a row",         test_not_gone                 },
    {"one client at a time",      test_one_client_at_a_time     },
    {"not greeted beside others", test_not_greeted_beside_others},
    {"busy with ourselves",       test_busy_with_ourselves      },
    {"421 halves the jobs",       test_busy_halves_jobs         },
    {"refused at the probe",      test_refused                  },
    {"odd probes",                test_odd_probes               },
    {"EHLO is not known",         test_helo_only                },
    {"nothing to run",            test_nothing_to_run           },
    {"logins",                    test_logins                   },
    {"no login, no check",        test_no_login_no_check        },
    {"needs",                     test_needs                    },
    {"needs without endpoint",    test_needs_without_endpoint   },
    {"implied needs",             test_implied_needs            },
    {"no limit to exceed",        test_no_limit                 },
    {"Given: elsewhere",          test_given_on_foreign_target  },
};

UNIT_MAIN("engine_probe", tests)
