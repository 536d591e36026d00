/*
 * Sessions of stored transcripts: where something stands in place of a secret, nothing is held against anybody that its words or its length
 * have made up; the same octets, come as they are, break the rule.
 */
#include "judge_play.h"

#define HELLO "S 220 x\r\n", "C EHLO y\r\n", "S 250-x\r\n250-CHUNKING\r\n250 SIZE\r\n"
#define ENVELOPE                                                                                   \
    "C MAIL FROM:<a@b> SIZE=10\r\n", "S 250 ok\r\n", "C RCPT TO:<c@d>\r\n", "S 250 ok\r\n"
#define LOGIN "S +OK x\r\n", "C USER a\r\n", "S +OK\r\n", "~C PASS xxxxxxxx\r\n", "S +OK\r\n"

/* Each row with "~" expects nothing; without it, the rule. */
// clang-format off
static const struct play_row rows[] = {
    {"data, larger than it was said to be",
     PROTOCOL_SMTP, "smtp/size-declared",
     {HELLO, ENVELOPE, "C DATA\r\n", "S 354 go\r\n", "~C a xxxxxxxx b\r\n", "C .\r\n", "S 250 ok\r\n"}},
    {"the keywords of EHLO",
     PROTOCOL_SMTP, "smtp/ehlo-keyword-grammar",
     {"S 220 x\r\n", "C EHLO y\r\n", "S 250-x\r\n", "~S 250 !xxxxxxx\r\n"}},
    {"a chunk, and what comes behind it",
     PROTOCOL_SMTP, "smtp/rcpt-syntax",
     {HELLO, ENVELOPE, "C BDAT 10 LAST\r\n", "~C xxxxxxxx\r\n", "S 250 ok\r\n",
      "C MAIL FROM:<a@b>\r\n", "S 250 ok\r\n", "C RCPT TO:a@b\r\n", "S 250 ok\r\n"}},
    {"a message, of another size than LIST told",
     PROTOCOL_POP3, "pop3/list-size",
     {LOGIN, "C LIST\r\n", "S +OK\r\n1 10\r\n.\r\n", "C RETR 1\r\n", "S +OK\r\n", "~S xxxxxxxx b\r\n", "S .\r\n"}},
    {"the totals of STAT",
     PROTOCOL_POP3, "pop3/stat-form",
     {LOGIN, "C STAT\r\n", "~S +OK 2 xxxxxxxx\r\n"}},
    {"a line of LIST",
     PROTOCOL_POP3, "pop3/list-form",
     {LOGIN, "C LIST\r\n", "S +OK\r\n", "~S 1 xxxxxxxx\r\n", "S .\r\n"}},
    {"the number of a message",
     PROTOCOL_POP3, "pop3/message-number",
     {LOGIN, "~C RETR xxxxxxxx\r\n", "S -ERR no\r\n"}},
};
/* What does not count is judged all the same. */
static const struct play_row judged[] = {
    {"the text of a reply, and what follows",
     PROTOCOL_SMTP, "smtp/usual-code",
     {HELLO, "C NOOP\r\n", "~S 250 xxxxxxxx\r\n", "C NOOP\r\n", "S 251 ok\r\n"}},
    {"the first line of EHLO",
     PROTOCOL_SMTP, "smtp/usual-code",
     {"S 220 x\r\n", "C EHLO y\r\n", "~S 250-xxxxxxxx.test\r\n", "S 250 SIZE\r\n", "C NOOP\r\n", "S 251 ok\r\n"}},
    {"a login",
     PROTOCOL_POP3, "pop3/stat-form",
     {LOGIN, "C STAT\r\n", "S +OK\r\n"}},
    {"an echo in a refusal",
     PROTOCOL_POP3, "pop3/stat-form",
     {"S +OK x\r\n", "C USER a\r\n", "~S -ERR xxxxxxxx\r\n", "~C USER xxxxxxxx\r\n", "S +OK\r\n", "~C PASS xxxxxxxx\r\n",
      "S +OK\r\n", "C STAT\r\n", "S +OK\r\n"}},
    {"data of the size that it was said to be, and what follows",
     PROTOCOL_SMTP, "smtp/usual-code",
     {HELLO, ENVELOPE, "C DATA\r\n", "S 354 go\r\n", "~C xxxxxxxx\r\n", "C .\r\n", "S 250 ok\r\n", "C NOOP\r\n", "S 251 ok\r\n"}},
};
// clang-format on

static const char *without_tilde(const char *step)
{
    return step != NULL && step[0] == '~' ? step + 1 : step;
}

static void check(const struct rule_set *rules, const struct play_row *row, const char *expected)
{
    struct play_findings findings =
        play_row(rules, JUDGE_CLIENTS | JUDGE_SERVERS, row, play_longest(row));
    bool as_expected = strcmp(buf_text(&findings.ids), expected) == 0;
    if (!as_expected) {
        fprintf(stderr, "wanted \"%s\", found \"%s\"\n%s", expected, buf_text(&findings.ids),
                buf_text(&findings.texts));
    }
    UNIT_ROW(row->name, as_expected);
    buf_deinit(&findings.ids);
    buf_deinit(&findings.texts);
}

static void test_nothing_made_up(void)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < PLAY_COUNT(rows); i++) {
        struct play_row plain = rows[i];
        check(&rules, &rows[i], "");
        for (size_t k = 0; k < PLAY_MAX_STEPS; k++) {
            plain.steps[k] = without_tilde(plain.steps[k]);
        }
        check(&rules, &plain, plain.expected);
    }
    arena_free(&arena);
}

static void test_still_judged(void)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < PLAY_COUNT(judged); i++) {
        check(&rules, &judged[i], judged[i].expected);
    }
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"nothing is made up", test_nothing_made_up},
    {"the rest is judged", test_still_judged   },
};

UNIT_MAIN("judge: stored sessions", tests)
