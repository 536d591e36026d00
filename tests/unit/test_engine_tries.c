/* What the engine does when a server has no room, or is not there: tries, fewer cases at a time, the end of the run. */
#include "unit.h"

#include "engine/pace.h"
#include "engine_noop.h"

static const char *const busy[] = {"421 a\r\n!close", NULL};

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

/* Whoever knows the secrets is busy (RFC 4954 section 6): the whole case again, with as many others at a time. */
static void test_login_later(void)
{
    static const char *const later[] = {"220 a\r\n", HELLO, "454 later\r\n", NULL};
    static const char *const in[] = {"220 a\r\n", HELLO, "235 in\r\n", "221 b\r\n", NULL};
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.01;
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C AUTH PLAIN eA==\nS 235", NULL);
    play_script(&play.mail, later);
    play_script(&play.mail, later);
    play_script(&play.mail, in);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[0].opened, 3);
    CU_ASSERT(strstr(buf_text(&play.cases[0].notes), "the login was refused: again in 400 ms") !=
              NULL);
    CU_ASSERT(strstr(buf_text(&play.cases[0].notes), "fewer cases") == NULL);
    play_deinit(&play);
}

static void test_pace(void)
{
    struct pace pace = {0};
    CU_ASSERT_EQUAL(pace_reply_ms(&pace, true), PACE_LOOPBACK_MS);
    CU_ASSERT_EQUAL(pace_reply_ms(&pace, false), PACE_REMOTE_MS);
    pace_note(&pace, PACE_SLOW_MS * INT64_C(1000) - 1);
    CU_ASSERT_FALSE(pace_is_slow(&pace));
    pace_note(&pace, PACE_SLOW_MS * INT64_C(1000));
    pace_note(&pace, 0);
    CU_ASSERT(pace_is_slow(&pace));
    CU_ASSERT_EQUAL(pace_reply_ms(&pace, true), PACE_PATIENT_LOOPBACK_MS);
    CU_ASSERT_EQUAL(pace_reply_ms(&pace, false), PACE_PATIENT_REMOTE_MS);
}

static const struct unit_test tests[] = {
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
    {"a login later",             test_login_later              },
    {"a slow server's pace",      test_pace                     },
};

UNIT_MAIN("engine_tries", tests)
