/* LMTP: a reply for each recipient that was accepted (RFC 2033 4.2), and none that is waited for in vain. */
#include "unit.h"

#include "engine_play.h"

#define HELLO "250-stub\r\n250 SIZE 2000\r\n"

struct lmtp_row {
    const char *name;
    const char *expected; /* behind the end of data */
    const char *answer;
    enum verdict verdict;
};

// clang-format off
static const struct lmtp_row lmtp_rows[] = {
    {"one for all", "S 250\n. ends\nC NOOP\nS 252", "250 a\r\n250 b\r\n", VERDICT_PASS},
    {"one for all, one differs", "S 250\n. ends\nC NOOP\nS 252", "250 a\r\n550 b\r\n", VERDICT_FAIL},
    {"one for each", "S 250\n. ends\nS 550\n. ends\nC NOOP\nS 252", "250 a\r\n550 b\r\n", VERDICT_PASS},
    {"one for each, in order", "S 550\n. ends\nS 250\n. ends\nC NOOP\nS 252", "250 a\r\n550 b\r\n", VERDICT_FAIL},
    {"none is left behind the last", "S 250\n. ends\nC BDAT 0 LAST\nS 252\n. ends", "250 a\r\n250 b\r\n", VERDICT_PASS},
};

/* What the two recipients of a message, or those of a refused one, are asked for. */
static const struct lmtp_row lmtp_ends[] = {
    {"the end of data", "C DATA\nS 354\nD .\n", "354 a\r\n", VERDICT_PASS},
    {"MAIL is refused", "C MAIL FROM:<>\nS 503\nC DATA\nS 354\nD .\n", "503 a\r\n", VERDICT_PASS},
    {"the last chunk", "C BDAT 3 LAST\n< chunk abc\n", NULL, VERDICT_PASS},
};
// clang-format on

/* Two recipients of three are accepted, a message comes in the way of `end`, and its replies are judged by `row`. */
static void check_lmtp(const struct lmtp_row *row, const struct lmtp_row *end)
{
    const char *answers[STUB_ANSWERS] = {"220 a\r\n", HELLO,       "250 a\r\n",
                                         "250 a\r\n", "550 a\r\n", "250 a\r\n"};
    struct play play;
    char dialogue[400];
    size_t count = 6;
    play_init(&play);
    play.target.mail.protocol = PROTOCOL_LMTP;
    snprintf(dialogue, sizeof dialogue,
             "C RCPT TO:<a@b>\nS 250\nC RCPT TO:<x@b>\nS 550\nC RCPT TO:<c@b>\nS 250\n%s%s",
             end->expected, row->expected);
    if (end->answer != NULL) {
        answers[count++] = end->answer;
    }
    if (end->answer != NULL && end->answer[0] == '5') {
        answers[count++] = "354 a\r\n";
    }
    answers[count++] = row->answer;
    answers[count++] = "252 a\r\n";
    play_add(&play, PROTOCOL_SMTP, START_MAIL, dialogue, NULL);
    play_script(&play.mail, answers);
    CU_ASSERT(play_run(&play));
    const char *sent = buf_text(&play.cases[0].sent);
    if (play.cases[0].verdict != row->verdict) {
        fprintf(stderr, "  %s: %s\n  sent %s\n", end->name, play.cases[0].reason, sent);
    }
    UNIT_ROW(row->name, play.cases[0].verdict == row->verdict);
    UNIT_ROW(row->name, strncmp(sent, "LHLO t-case", strlen("LHLO t-case")) == 0);
    UNIT_ROW(row->name, row->verdict != VERDICT_PASS || strstr(sent, "|QUIT\r\n|") != NULL);
    play_deinit(&play);
}

/* A session without recipients has one reply to a last chunk, whatever took them away; the next one belongs to LHLO. */
static void test_lmtp_without_recipients(void)
{
    static const char *const said[] = {"LHLO x", "RSET", "MAIL FROM:<>"};
    static const char *const answers[] = {
        "220 a\r\n", HELLO, "250 a\r\n", "250 a\r\n",
        "250 a\r\n", HELLO, "503 a\r\n", "250-stub\r\n250 SIZE 3000\r\n",
        "252 a\r\n", NULL};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct play play;
        char dialogue[200];
        play_init(&play);
        play.target.mail.protocol = PROTOCOL_LMTP;
        snprintf(dialogue, sizeof dialogue,
                 "C RCPT TO:<a@b>\nS 250\nC RCPT TO:<c@b>\nS 250\nC %s\nS 250\n"
                 "C BDAT 0 LAST\nC LHLO x\nS 503\n. ends\nS 250\nC NOOP {{ehlo:SIZE}}\nS 252",
                 said[i]);
        play_add(&play, PROTOCOL_SMTP, START_MAIL, dialogue, NULL);
        play_script(&play.mail, answers);
        CU_ASSERT(play_run(&play));
        UNIT_ROW(said[i], play.cases[0].verdict == VERDICT_PASS);
        const char *sent = buf_text(&play.cases[0].sent);
        UNIT_ROW(said[i], strstr(sent, "NOOP 3000\r\n|QUIT\r\n|") != NULL);
        play_deinit(&play);
    }
}

static void test_lmtp(void)
{
    for (size_t i = 0; i < sizeof lmtp_rows / sizeof lmtp_rows[0]; i++) {
        for (size_t k = 0; k < sizeof lmtp_ends / sizeof lmtp_ends[0]; k++) {
            check_lmtp(&lmtp_rows[i], &lmtp_ends[k]);
        }
    }
}

static const struct unit_test tests[] = {
    {"replies of recipients", test_lmtp                   },
    {"without recipients",    test_lmtp_without_recipients},
};

UNIT_MAIN("engine_lmtp", tests)
