/* POP3 cases against a stub: responses with and without a body, the maildrop prepared, a message awaited. */
#include "unit.h"

#include "engine_play.h"

#define OK    "+OK\r\n"
#define LOGIN "USER bob\r\n|PASS builder\r\n|"
#define LIST  "+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n"
#define HEAD  "+OK\r\nSubject: a\r\nMessage-ID: <9@x>\r\n\r\n.\r\n"
#define OTHER "+OK\r\nSubject: <1@x>\r\nMessage-ID:\r\n <2@x>\r\n\r\nMessage-ID: <1@x>\r\n.\r\n"
#define FOUND "+OK\r\nmessage-id:\r\n <1@x>\r\n\r\n.\r\n"

struct row {
    const char *name;
    enum start start;
    const char *dialogue;
    const char *answers[STUB_ANSWERS];
    enum verdict verdict;
    const char *reason;
    const char *sent;
};

// clang-format off
static const struct row rows[] = {
    {"one line", START_GREETING, "C NOOP\nS -ERR", {OK, "-ERR a\r\n"}, VERDICT_PASS, "", "NOOP\r\n|QUIT\r\n|"},
    {"the wrong indicator", START_GREETING, "C NOOP\nS -ERR", {OK, "+OK a\r\n"},
     VERDICT_FAIL, "expected -ERR, got +OK", "NOOP\r\n|QUIT\r\n|"},
    {"neither", START_GREETING, "C NOOP\nS +OK", {OK, "OK a\r\n"},
     VERDICT_FAIL, "expected +OK, got \"OK a\\r\\n\"", "NOOP\r\n|QUIT\r\n|"},
    {"logged in", START_POP3_TRANSACTION, "C STAT\nSV +OK {{n:int}} {{size:int}}\nC LIST {{n}}\nS +OK",
     {OK, OK, OK, "+OK 2 320\r\n", "+OK 2 200\r\n"}, VERDICT_PASS, "", LOGIN "STAT\r\n|LIST 2\r\n|QUIT\r\n|"},
    {"not let in", START_AUTH, "C STAT\nS +OK", {OK, OK, "-ERR no\r\n"},
     VERDICT_INCONCLUSIVE, "before line one: expected +OK, got -ERR", LOGIN LOGIN LOGIN LOGIN "QUIT\r\n|"},
    {"USER is not liked", START_AUTH, "C STAT\nS +OK", {OK, "-ERR no\r\n"},
     VERDICT_INCONCLUSIVE, "before line one: expected +OK, got -ERR", "USER bob\r\n|QUIT\r\n|"},
    {"any body", START_AUTH, "C LIST\nS +OK\n. multiline\nC NOOP\nS +OK", {OK, OK, OK, LIST, OK},
     VERDICT_PASS, "", LOGIN "LIST\r\n|NOOP\r\n|QUIT\r\n|"},
    {"no body behind -ERR", START_AUTH, "C LIST\nS -ERR\n. multiline\nC NOOP\nS +OK", {OK, OK, OK, "-ERR\r\n", OK},
     VERDICT_PASS, "", LOGIN "LIST\r\n|NOOP\r\n|QUIT\r\n|"},
    {"LIST of one has no body", START_AUTH, "C LIST 1\nS +OK\nC LIST\nS +OK", {OK, OK, OK, "+OK 1 120\r\n", LIST},
     VERDICT_PASS, "", LOGIN "LIST 1\r\n|LIST\r\n|QUIT\r\n|"},
    {"body lines by position", START_AUTH, "C LIST\nS +OK\n. body\n+ V 1 {{a:int}}\n+ V 2 {{b:int}}\n+ F .\nC NOOP {{b}}\nS +OK",
     {OK, OK, OK, LIST, OK}, VERDICT_PASS, "", LOGIN "LIST\r\n|NOOP 200\r\n|QUIT\r\n|"},
    {"the end may be marked too", START_AUTH, "C LIST\nSV +OK 2 messages\n. body\n+ V 1 120\n+ V 2 200\n+ V .",
     {OK, OK, OK, LIST}, VERDICT_PASS, "", LOGIN "LIST\r\n|QUIT\r\n|"},
    {"a body or a refusal", START_AUTH, "C LIST\nS +OK | -ERR\n. body\n+ V 1 120\n+ F .", {OK, OK, OK, "-ERR\r\n"},
     VERDICT_PASS, "", LOGIN "LIST\r\n|QUIT\r\n|"},
    {"the body is shorter", START_AUTH, "C LIST\nS +OK\n. body\n+ V 1 120\n+ V 2 200\n+ V 3 1\n+ F .",
     {OK, OK, OK, LIST}, VERDICT_FAIL, "the reply has too few lines", NULL},
    {"the body is longer", START_AUTH, "C LIST\nS +OK\n. body\n+ V 1 120\n+ F .", {OK, OK, OK, LIST},
     VERDICT_FAIL, "the reply has more lines than are written", NULL},
    {"an empty body is wanted", START_AUTH, "C LIST\nS +OK\n. body\n+ F .", {OK, OK, OK, LIST},
     VERDICT_FAIL, "the reply has more lines than are written", NULL},
    {"unmarked lines are not counted", START_AUTH, "C LIST\nS +OK\n. body\n+ F 1 1\n+ F .", {OK, OK, OK, LIST},
     VERDICT_PASS, "", NULL},
    {"an unmarked line keeps its place", START_AUTH, "C LIST\nS +OK\n. body\n+ F x\n+ V 2 200\n+ F .", {OK, OK, OK, LIST},
     VERDICT_PASS, "", NULL},
    {"a gap at the top", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ V b\n+ V b\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\nb\r\nb\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"a gap of no line", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ V b\n+ F .", {OK, OK, OK, "+OK\r\nb\r\n.\r\n"},
     VERDICT_PASS, "", NULL},
    {"a gap at the end", START_AUTH, "C RETR 1\nS +OK\n. body\n+ V a\n+ F. ...\n+ F .", {OK, OK, OK, "+OK\r\na\r\nb\r\n.\r\n"},
     VERDICT_PASS, "", NULL},
    {"two gaps", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ V b\n+ F. ...\n+ V d\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\nc\r\nd\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"one line on both sides of a gap", START_AUTH, "C RETR 1\nS +OK\n. body\n+ V a\n+ F. ...\n+ V a\n+ V b\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\n.\r\n"}, VERDICT_FAIL, "no line of the response matches", NULL},
    {"nothing behind a gap", START_AUTH, "C RETR 1\nS +OK\n. body\n+ V a\n+ F. ...\n+ V? z\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"forbidden behind a gap", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ G! *zz*\n+ V b\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"forbidden behind a gap, more follows", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ G! *zz*\n+ V b\n+ F. ...\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\nc\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"forbidden between lines behind a gap", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ V b\n+ G! *zz*\n+ V c\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\nc\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"forbidden between, gap first, repeated", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ V b\n+ G! *zz*\n+ V c\n+ F .",
     {OK, OK, OK, "+OK\r\nb\r\nb\r\nc\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"forbidden at the end behind a gap", START_AUTH, "C RETR 1\nS +OK\n. body\n+ V a\n+ F. ...\n+ G! *zz*\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\nc\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"optional behind a gap", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ V? b\n+ V c\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\nc\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"any order behind a gap", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ V~ b\n+ V~ c\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nc\r\nb\r\n.\r\n"}, VERDICT_PASS, "", NULL},
    {"no line behind a gap matches", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ V x\n+ F. ...\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\n.\r\n"}, VERDICT_FAIL, "no line of the response matches", NULL},
    {"the last line differs behind a gap", START_AUTH, "C RETR 1\nS +OK\n. body\n+ F. ...\n+ V a\n+ F .",
     {OK, OK, OK, "+OK\r\na\r\nb\r\n.\r\n"}, VERDICT_FAIL, "a line of the reply differs from what is written", NULL},
    {"only what must not be there", START_AUTH, "C LIST\nS +OK\n. body\n+ G! 9 *\n+ F .", {OK, OK, OK, LIST},
     VERDICT_PASS, "", NULL},
    {"what must not be there is", START_AUTH, "C LIST\nS +OK\n. body\n+ G! 2 *\n+ F .", {OK, OK, OK, LIST},
     VERDICT_FAIL, "the reply has a line that must not be there", NULL},
    {"CAPA by keyword", START_GREETING, "C CAPA\nS +OK\n. body\n. keywords\n+ V UIDL\n+ G SASL*\n+ F .",
     {OK, "+OK\r\nSASL PLAIN\r\nUIDL\r\n.\r\n"}, VERDICT_PASS, "", "CAPA\r\n|QUIT\r\n|"},
    {"CAPA without it", START_GREETING, "C CAPA\nS +OK\n. body\n. keywords\n+ V UIDL\n+ F .",
     {OK, "+OK\r\nSASL PLAIN\r\n.\r\n"}, VERDICT_FAIL, "no line of the reply matches", NULL},
    {"a stuffed line is as it came", START_AUTH, "C RETR 1\nS +OK\n. body\n+ V ..x\n+ F .", {OK, OK, OK, "+OK\r\n..x\r\n.\r\n"},
     VERDICT_PASS, "", NULL},
    {"closed in a silence", START_AUTH, "C NOOP\nS +OK\n< silence 100", {OK, OK, OK, OK "!close"},
     VERDICT_FAIL, "the server closed the connection in the silence", NULL},
    {"closed in a silence behind a refusal", START_AUTH, "C NOOP\nS -ERR\n< silence 20", {OK, OK, OK, "-ERR no\r\n!close"},
     VERDICT_PASS, "", NULL},
    {"closed in a body", START_AUTH, "C LIST\nS +OK\n. multiline", {OK, OK, OK, "+OK\r\n1 1\r\n!close"},
     VERDICT_FAIL, "the server closed the connection instead of a reply", NULL},
    {"closed behind a refusal", START_GREETING, "C PASS x\nS -ERR\nC NOOP\nS +OK", {OK, "-ERR no\r\n!close"},
     VERDICT_INCONCLUSIVE, "the server closed the connection behind -ERR", NULL},
    {"the maildrop is in use", START_GREETING, "C PASS x\nS +OK", {OK, "-ERR [in-use] a\r\n"},
     VERDICT_INCONCLUSIVE, "the server refuses for now: -ERR [IN-USE]", "PASS x\r\n|PASS x\r\n|PASS x\r\n|PASS x\r\n|QUIT\r\n|"},
    {"in use, as is wanted", START_GREETING, "C PASS x\nS -ERR", {OK, "-ERR [IN-USE] a\r\n"},
     VERDICT_PASS, "", "PASS x\r\n|QUIT\r\n|"},
    {"refused without a code", START_GREETING, "C PASS x\nS +OK", {OK, "-ERR in use\r\n"},
     VERDICT_FAIL, "expected +OK, got -ERR", "PASS x\r\n|QUIT\r\n|"},
    {"no QUIT behind DELE", START_AUTH, "C DELE 1\nS +OK", {OK, OK, OK, OK}, VERDICT_PASS, "", LOGIN "DELE 1\r\n|"},
    {"responses of a group", START_AUTH, "C LIST\nC NOOP\nS +OK\n. multiline\nS +OK", {OK, OK, OK, LIST, OK},
     VERDICT_PASS, "", LOGIN "LIST\r\nNOOP\r\n|QUIT\r\n|"},
    {"the digest of APOP", START_GREETING, "C APOP mrose {{apop}}\nS +OK",
     {"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n", OK}, VERDICT_PASS, "",
     "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n|QUIT\r\n|"},
    {"a message is there", START_CONNECT, "< await <1@x>\nC RETR {{n}}\nS +OK\n. multiline",
     {OK, OK, OK, "+OK 3 1\r\n", OTHER, FOUND, HEAD}, VERDICT_PASS, "",
     LOGIN "STAT\r\n|TOP 3 0\r\n|TOP 2 0\r\n|RETR 2\r\n|QUIT\r\n|"},
    {"no USER, no message", START_CONNECT, "< await <1@x>", {OK, "-ERR a\r\n"},
     VERDICT_INCONCLUSIVE, "the message <1@x> could not be looked for (USER: the server answered -ERR a)",
     "USER bob\r\n|"},
    {"no POP3, no message", START_CONNECT, "< await <1@x>", {"OK stub\r\n"},
     VERDICT_INCONCLUSIVE,
     "the message <1@x> could not be looked for (the greeting: the server answered OK stub)", ""},
    {"a message by RETR", START_CONNECT, "< await <1@x>\nC NOOP {{n}}\nS +OK",
     {OK, OK, OK, "+OK 1 1\r\n", "-ERR\r\n", FOUND, OK}, VERDICT_PASS, "",
     LOGIN "STAT\r\n|TOP 1 0\r\n|RETR 1\r\n|NOOP 1\r\n|QUIT\r\n|"},
};
// clang-format on

static void check_row(const struct row *row, struct play *play)
{
    struct play_case *c = &play->cases[0];
    bool sent = row->sent == NULL || strcmp(buf_text(&c->sent), row->sent) == 0;
    bool reason = row->reason == NULL || strcmp(c->reason, row->reason) == 0;

    UNIT_ROW(row->name, c->begins == 1 && c->ends == 1);
    UNIT_ROW(row->name, c->verdict == row->verdict);
    UNIT_ROW(row->name, reason);
    UNIT_ROW(row->name, sent);
    UNIT_ROW(row->name, c->opened == c->closed);
    if (!sent || !reason) {
        fprintf(stderr, "  %s: %s\n  sent %s\n", verdict_name(c->verdict), c->reason,
                buf_text(&c->sent));
    }
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play play;
        play_init(&play);
        play_add(&play, PROTOCOL_POP3, rows[i].start, rows[i].dialogue, NULL);
        play_script(&play.pop3, rows[i].answers);
        UNIT_ROW(rows[i].name, play_run(&play));
        check_row(&rows[i], &play);
        play_deinit(&play);
    }
}

struct again_row {
    const char *shown; /* the first command behind <open connection> */
    const char *answer;
    const char *login; /* what goes before it */
};

static const struct again_row again_rows[] = {
    {"USER x",   OK,             ""   },
    {"APOP a b", OK,             ""   },
    {"CAPA",     "+OK\r\n.\r\n", ""   },
    {"AUTH X",   OK,             ""   },
    {"STLS",     OK,             ""   },
    {"STAT",     OK,             LOGIN},
};

/* A dialogue that shows who the client is shows it from the greeting on; any other is logged in. */
static void test_opened_again(void)
{
    for (size_t i = 0; i < sizeof again_rows / sizeof again_rows[0]; i++) {
        const struct again_row *row = &again_rows[i];
        static const char *const first[] = {OK, OK, OK, NULL};
        const char *const answers[] = {OK, row->login[0] == '\0' ? row->answer : OK, OK, OK, NULL};
        char dialogue[100];
        struct buf sent = {0};
        struct play play;
        play_init(&play);
        snprintf(dialogue, sizeof dialogue, "< close-c\n< open\nC %s\nS +OK", row->shown);
        play_add(&play, PROTOCOL_POP3, START_AUTH, dialogue, NULL);
        play_script(&play.pop3, first);
        play_script(&play.pop3, answers);
        CU_ASSERT(play_run(&play));
        buf_printf(&sent, LOGIN "%s%s\r\n|QUIT\r\n|", row->login, row->shown);
        UNIT_ROW(row->shown, play.cases[0].verdict == VERDICT_PASS);
        UNIT_ROW(row->shown, strcmp(buf_text(&play.cases[0].sent), buf_text(&sent)) == 0);
        buf_deinit(&sent);
        play_deinit(&play);
    }
}

/* The first look finds nothing, the second does. */
static void test_await_again(void)
{
    static const char *const none[] = {OK, OK, OK, "+OK 0 0\r\n", NULL};
    static const char *const one[] = {OK, OK, OK, "+OK 1 9\r\n", FOUND, NULL};
    struct play play;

    play_init(&play);
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <1@x>", NULL);
    play_script(&play.pop3, none);
    play_script(&play.pop3, none);
    play_script(&play.pop3, one);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[0].opened, 3);
    play_deinit(&play);
}

enum { LOOK_LOGIN = 4, LOOK_MESSAGES = 30, LOOK_FEW = 8 };

/* A look at `looks` of so many messages, the last of which is the right one where `found`. */
static void look(const char **answers, const char *stat, size_t looks, bool found)
{
    for (size_t i = 0; i < LOOK_LOGIN; i++) {
        answers[i] = i + 1 < LOOK_LOGIN ? OK : stat;
    }
    for (size_t i = 0; i < looks; i++) {
        answers[LOOK_LOGIN + i] = found && i + 1 == looks ? FOUND : OTHER;
    }
    answers[LOOK_LOGIN + looks] = OK; /* to QUIT */
    answers[LOOK_LOGIN + looks + 1] = NULL;
}

/*
 * What was looked at in vain is not looked at again, but for a few. A server that puts the newest message first has it found all the same:
 * where one came, and is not among the last, the look behind that goes through all.
 */
static void test_await_looks_at_what_came(void)
{
    const char *first[LOOK_LOGIN + LOOK_MESSAGES + 2];
    const char *same[LOOK_LOGIN + LOOK_FEW + 2];
    const char *more[LOOK_LOGIN + LOOK_FEW + 1 + 2];
    const char *all[LOOK_LOGIN + LOOK_MESSAGES + 1 + 2];
    struct play play;

    look(first, "+OK 30 9\r\n", LOOK_MESSAGES, false);
    look(same, "+OK 30 9\r\n", LOOK_FEW, false);
    look(more, "+OK 31 9\r\n", LOOK_FEW + 1, false);
    look(all, "+OK 31 9\r\n", LOOK_MESSAGES + 1, true);
    play_init(&play);
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <1@x>", NULL);
    play_script(&play.pop3, first);
    play_script(&play.pop3, same);
    play_script(&play.pop3, more);
    play_script(&play.pop3, all);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[0].opened, 4);
    play_deinit(&play);
}

/* What happens in another case does not make the pause between two looks longer. */
static void test_await_beside_another_case(void)
{
    static const char *const none[] = {OK, OK, OK, "+OK 0 0\r\n", OK, NULL};
    static const char *const one[] = {OK, OK, OK, "+OK 1 9\r\n", FOUND, NULL};
    static const char *const noop[] = {"220 stub\r\n", "250 stub\r\n", "250 stub\r\n", NULL};
    enum { WAITS = 25 };
    struct buf waits = {0};
    struct play play;

    for (int i = 0; i < WAITS; i++) {
        buf_append_text(&waits, "< wait 20\n");
    }
    buf_append_text(&waits, "C NOOP\nS 250");
    play_init(&play);
    play.config.jobs = 2;
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <1@x>", NULL);
    play_add(&play, PROTOCOL_SMTP, START_EHLO, buf_text(&waits), NULL);
    play_script(&play.pop3, none);
    play_script(&play.pop3, one);
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[0].opened, 2);
    CU_ASSERT_EQUAL(play.cases[0].place, 1);
    CU_ASSERT_EQUAL(play.cases[1].verdict, VERDICT_PASS);
    play_deinit(&play);
    buf_deinit(&waits);
}

/* A server that counts as many messages as there are numbers: the newest 200 are looked at, no more. */
static void test_await_in_an_absurd_maildrop(void)
{
    enum { FIRST = 4, LOOKS = 210 };
    static const char *const login[FIRST] = {OK, OK, OK, "+OK 18446744073709551615 1\r\n"};
    const char *endless[FIRST + LOOKS + 1] = {NULL};
    struct play play;

    for (size_t i = 0; i < FIRST + LOOKS; i++) {
        endless[i] = i < FIRST ? login[i] : OTHER;
    }
    play_init(&play);
    play.config.time_scale = 0.02;
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <1@x>", NULL);
    play_script(&play.pop3, endless);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_INCONCLUSIVE);
    const char *sent = buf_text(&play.cases[0].sent);
    CU_ASSERT(strstr(sent, "STAT\r\n|TOP 18446744073709551615 0\r\n|") != NULL);
    CU_ASSERT(strstr(sent, "TOP 18446744073709551416 0\r\n|QUIT\r\n|") != NULL);
    CU_ASSERT(strstr(sent, "TOP 18446744073709551415 ") == NULL);
    play_deinit(&play);
}

static void test_await_in_vain(void)
{
    static const char *const none[] = {OK, OK, OK, "+OK 0 0\r\n", NULL};
    struct play play;

    play_init(&play);
    play.config.time_scale = 0.02;
    play_add(&play, PROTOCOL_POP3, START_CONNECT, "< await <1@x>", NULL);
    play_script(&play.pop3, none);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT_STRING_EQUAL(play.cases[0].reason, "the message <1@x> did not arrive in 401 ms");
    play_deinit(&play);
}

static const struct need two_messages[] = {
    {NEED_MESSAGES, NULL, 2}
};
static const struct need empty_maildrop[] = {
    {NEED_EMPTY, NULL, 0}
};

static void need(struct program *program, const struct need *needs)
{
    program->needs = needs;
    program->need_count = 1;
}

/* One message is there, two are needed: one is sent and seen at the second look. */
static void test_messages_are_sent(void)
{
    static const char *const one[] = {OK, OK, OK, "+OK 1 1\r\n", NULL};
    static const char *const two[] = {OK, OK, OK, "+OK 2 1\r\n", NULL};
    static const char *const mail[] = {"220 a\r\n", "250 a\r\n", "250 a\r\n", "250 a\r\n",
                                       "354 a\r\n", "250 a\r\n", NULL};
    struct play play;

    play_init(&play);
    need(play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK", NULL), two_messages);
    play_script(&play.pop3, one);
    play_script(&play.pop3, one);
    play_script(&play.pop3, two);
    play_script(&play.mail, mail);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[0].opened, 5);
    CU_ASSERT(strstr(buf_text(&play.cases[0].sent), "RCPT TO:<bob@example.test>") != NULL);
    CU_ASSERT(strstr(buf_text(&play.cases[0].sent), "message 1 of 1") != NULL);
    play_deinit(&play);
}

/* The session before may still hold the maildrop: a login is tried again, what was prepared is not. */
static void test_login_again(void)
{
    static const char *const locked[] = {OK, OK, "-ERR locked\r\n", NULL};
    static const char *const two[] = {OK, OK, OK, "+OK 2 1\r\n", NULL};
    static const char *const last[] = {OK, OK, OK, OK, NULL};
    struct play play;

    play_init(&play);
    need(play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK", NULL), two_messages);
    play_script(&play.pop3, locked);
    play_script(&play.pop3, two);
    play_script(&play.pop3, locked);
    play_script(&play.pop3, last);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[0].opened, 4);
    play_deinit(&play);
}

/* A maildrop that is in use says nothing about how many cases the server can bear. */
static void test_login_again_beside_another_case(void)
{
    static const char *const locked[] = {OK, OK, "-ERR locked\r\n", NULL};
    static const char *const last[] = {OK, OK, OK, OK, NULL};
    static const char *const noop[] = {"220 stub\r\n", "250 stub\r\n", "250 stub\r\n", NULL};
    struct play play;

    play_init(&play);
    play.config.jobs = 2;
    play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK", NULL);
    play_add(&play, PROTOCOL_SMTP, START_EHLO, "C NOOP\nS 250\n< wait 1000", NULL);
    play_script(&play.pop3, locked);
    play_script(&play.pop3, last);
    play_script(&play.mail, noop);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT_EQUAL(play.cases[0].place, 1);
    play_deinit(&play);
}

static void test_messages_cannot_be_sent(void)
{
    static const char *const one[] = {OK, OK, OK, "+OK 1 1\r\n", NULL};
    struct play play;

    play_init(&play);
    play.target.delivers = false;
    need(play_add(&play, PROTOCOL_POP3, START_AUTH, "C NOOP\nS +OK", NULL), two_messages);
    play_script(&play.pop3, one);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_UNSUPPORTED);
    CU_ASSERT(play.cases[0].in_start && play.cases[0].not_reached);
    play_deinit(&play);
}

static void test_maildrop_is_emptied(void)
{
    static const char *const two[] = {OK, OK, OK, "+OK 2 1\r\n", OK, OK, OK, NULL};
    static const char *const none[] = {OK, OK, OK, "+OK 0 0\r\n", NULL};
    struct play play;

    play_init(&play);
    need(play_add(&play, PROTOCOL_POP3, START_AUTH, "C STAT\nSV +OK 0 0", NULL), empty_maildrop);
    play_script(&play.pop3, two);
    play_script(&play.pop3, none);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_PASS);
    CU_ASSERT(strstr(buf_text(&play.cases[0].sent), "DELE 1\r\n|63>DELE 2\r\n|63>QUIT") != NULL);
    play_deinit(&play);
}

/* A body without an end: bounded in memory, ended by the deadline. */
static void test_body_flood(void)
{
    static const char *const endless[] = {OK, OK, OK, "+OK\r\n1 1\r\n", NULL};
    struct play play;

    play_init(&play);
    play.config.time_scale = 0.01;
    play_add(&play, PROTOCOL_POP3, START_AUTH, "C LIST\nS +OK\n. multiline", NULL);
    play_script(&play.pop3, endless);
    CU_ASSERT(play_run(&play));
    CU_ASSERT_EQUAL(play.cases[0].verdict, VERDICT_INCONCLUSIVE);
    CU_ASSERT_STRING_EQUAL(play.cases[0].reason, "no whole reply in 100 ms");
    CU_ASSERT_STRING_EQUAL(play.cases[0].actual, "+OK\r\n1 1\r\n");
    CU_ASSERT_EQUAL(play.cases[0].timeouts, 1);
    play_deinit(&play);
}

static const struct unit_test tests[] = {
    {"rows",                            test_rows                           },
    {"opened again",                    test_opened_again                   },
    {"await again",                     test_await_again                    },
    {"await looks at what came",        test_await_looks_at_what_came       },
    {"await beside another case",       test_await_beside_another_case      },
    {"await in vain",                   test_await_in_vain                  },
    {"await in an absurd maildrop",     test_await_in_an_absurd_maildrop    },
    {"messages are sent",               test_messages_are_sent              },
    {"login again",                     test_login_again                    },
    {"login again beside another case", test_login_again_beside_another_case},
    {"messages cannot be sent",         test_messages_cannot_be_sent        },
    {"the maildrop is emptied",         test_maildrop_is_emptied            },
    {"a body that does not end",        test_body_flood                     },
};

UNIT_MAIN("engine_pop3", tests)
