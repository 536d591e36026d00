/* What the run knows of mail on its way to the users: an address that is nobody's, mail that never comes out. */
#include "unit.h"

#include "engine_noop.h"

#define OK "+OK\r\n"

static const char *const nobody[] = {"220 a\r\n", HELLO, "250 a\r\n", "550 no such user\r\n",
                                     "221 a\r\n", NULL};
static const char *const somebody[] = {"220 a\r\n", HELLO,       "250 a\r\n", "250 a\r\n",
                                       "250 a\r\n", "221 a\r\n", NULL};
static const char *const later[] = {"220 a\r\n",     HELLO,       "250 a\r\n",
                                    "450 later\r\n", "221 a\r\n", NULL};

enum { CASES = 8, ENOUGH = 5 };

static void with_recipients(struct play *play)
{
    play_init(play);
    for (int i = 0; i < CASES; i++) {
        play_add(play, PROTOCOL_SMTP, START_RCPT, "C NOOP\nS 250", NULL);
    }
}

/* An address that the server knows nobody by is told once, and not in each case. */
static void test_nobody(void)
{
    struct play play;
    with_recipients(&play);
    play_script(&play.mail, nobody);
    CU_ASSERT(play_run(&play));
    CU_ASSERT(strstr(play.broken_off, "refuses mail for alice@example.test: \"550 no such user\". "
                                      "Is the address right (--user NAME:SECRET:ADDRESS") != NULL);
    CU_ASSERT_EQUAL(play.cases[ENOUGH - 1].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT_EQUAL(play.cases[ENOUGH].begins, 0);
    play_deinit(&play);
}

/* Nor does a server take mail for a domain that is not its own: for now or for good, as it likes. */
static void test_not_relayed(void)
{
    static const char *const relay[] = {"220 a\r\n",           HELLO,       "250 a\r\n",
                                        "454 not relayed\r\n", "221 a\r\n", NULL};
    struct play play;
    with_recipients(&play);
    play_script(&play.mail, relay);
    CU_ASSERT(play_run(&play));
    CU_ASSERT(strstr(play.broken_off, "refuses mail for alice@example.test: \"454 not relayed\"") !=
              NULL);
    play_deinit(&play);
}

/* Where one was taken the address is right, and a refusal for now says nothing of it. */
static void test_somebody(void)
{
    struct play play;
    with_recipients(&play);
    play_script(&play.mail, somebody);
    play_script(&play.mail, nobody);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.broken_off, "");
    CU_ASSERT_EQUAL(play.cases[CASES - 1].ends, 1);
    play_deinit(&play);
    with_recipients(&play);
    play_script(&play.mail, later);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.broken_off, "");
    CU_ASSERT_EQUAL(play.cases[CASES - 1].ends, 1);
    play_deinit(&play);
}

/* Refusals that a dialogue asks for are no sign of anything. */
static void test_asked_for(void)
{
    struct play play;
    play_init(&play);
    for (int i = 0; i < CASES; i++) {
        play_add(&play, PROTOCOL_SMTP, START_MAIL, "C RCPT TO:<x@y>\nS 550", NULL);
    }
    play_script(&play.mail, nobody);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_STRING_EQUAL(play.broken_off, "");
    CU_ASSERT_EQUAL(play.cases[CASES - 1].verdict, VERDICT_PASS);
    play_deinit(&play);
}

/* ---- Mail that does not come out ---- */

#define HOPELESS "no mail for bob@example.test that went in at "

#define OTHER_MESSAGE "+OK\r\nMessage-ID: <2@x>\r\n\r\n.\r\n"

static const char *const empty[] = {OK, OK, OK, "+OK 0 0\r\n", OK, NULL};
static const char *const one[] = {OK, OK, OK, "+OK 1 9\r\n", OTHER_MESSAGE, OK, NULL};

/* One case waits for it to the end; the others look once. What a case is about it finds out by itself. */
static void test_hopeless(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.02;
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <1@x>\n< judge", NULL);
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <2@x>\n< judge", NULL);
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< judge\n< await <3@x>", NULL);
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< judge\n< await <4@x>", NULL);
    play_script(&play.pop3, empty);
    CU_ASSERT(play_run(&play));
    CU_ASSERT(strstr(play.cases[0].reason, "did not arrive in 401 ms") != NULL);
    CU_ASSERT_EQUAL(play.cases[1].opened, 1);
    CU_ASSERT(strstr(play.cases[1].reason, HOPELESS) != NULL);
    CU_ASSERT_EQUAL(play.cases[1].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT_EQUAL(play.cases[2].verdict, VERDICT_FAIL);
    CU_ASSERT_EQUAL(play.cases[3].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT(strstr(play.cases[3].reason, HOPELESS) != NULL);
    play_deinit(&play);
}

/* Something came, if late: each message is waited for again. */
static void test_hope(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.02;
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <1@x>\n< judge", NULL);
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <3@x>\n< judge", NULL);
    play_script(&play.pop3, empty);
    play_script(&play.pop3, one);
    CU_ASSERT(play_run(&play));
    CU_ASSERT(strstr(play.cases[1].reason, "did not arrive in 401 ms") != NULL);
    CU_ASSERT(play.cases[1].opened > 1);
    play_deinit(&play);
}

static const struct need two_messages[] = {
    {NEED_MESSAGES, NULL, 2}
};

/* No use in filling a maildrop with mail that does not come out. */
static void test_hopeless_seed(void)
{
    struct play play;
    play_init(&play);
    play.config.time_scale = 0.02;
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <1@x>\n< judge", NULL);
    struct program *program = play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK", NULL);
    program->needs = two_messages;
    program->need_count = 1;
    play_script(&play.pop3, empty);
    play_script(&play.mail, somebody);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[1].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT(strstr(play.cases[1].reason, HOPELESS) != NULL);
    CU_ASSERT_EQUAL(play.cases[1].opened, 1);
    play_deinit(&play);
}

static const struct unit_test tests[] = {
    {"nobody's address",            test_nobody       },
    {"somebody's address",          test_somebody     },
    {"mail that is not relayed",    test_not_relayed  },
    {"refusals that are asked for", test_asked_for    },
    {"mail that does not come out", test_hopeless     },
    {"mail that comes out late",    test_hope         },
    {"a maildrop that stays empty", test_hopeless_seed},
};

UNIT_MAIN("engine_delivery", tests)
