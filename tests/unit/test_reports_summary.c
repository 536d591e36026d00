/* The end of the console report, with results made by hand: what is broken, in which order, and what was not judged. */
#include "reports/console_left.h"
#include "reports/console_rules.h"
#include "reports/console_summary.h"
#include "reports/hints.h"
#include "unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const sources[] = {"RFC 5321 4.1", "RFC 5321 2.3"};

#define RULE(an_id, a_level, an_impact)                                                            \
    {                                                                                              \
        .id = (an_id), .level = (a_level), .impact = (an_impact), .sources = sources,              \
        .source_count = 2, .harm = "mail is lost"                                                  \
    }

static const struct rule form = RULE("smtp/form", LEVEL_MUST, IMPACT_FORM);
static const struct rule gate = RULE("smtp/gate", LEVEL_MUST, IMPACT_SECURITY);
static const struct rule mail = RULE("smtp/mail", LEVEL_MUST, IMPACT_MAIL);
static const struct rule more = RULE("smtp/more", LEVEL_MUST, IMPACT_MAIL);
static const struct rule mild = RULE("smtp/mild", LEVEL_SHOULD, IMPACT_SECURITY);
static const struct rule tip = RULE("smtp/tip", LEVEL_PRACTICE, IMPACT_SECURITY);

static const struct program program = {.id = "smtp/a", .title = "A"};

/* One more case of a run that breaks that rule. */
static void break_rule(struct console_ends *ends, const struct rule *rule, enum verdict verdict,
                       const char *text, const char *again)
{
    static size_t number = 0;
    struct finding finding = {.rule = rule, .verdict = level_verdict(rule->level), .text = text};
    struct case_result result = {.program = &program,
                                 .case_number = number++,
                                 .verdict = verdict,
                                 .findings = &finding,
                                 .finding_count = 1,
                                 .again = again};
    console_ends_add(ends, &result, FAIL_ON_MUST, false);
}

static void breaks(struct console_ends *ends, const struct rule *rule)
{
    break_rule(ends, rule, level_verdict(rule->level), "\"a\" came.", "mailspec run smtp/a");
}

static void check(const char *name, struct console_ends *ends, const char *wanted)
{
    const struct run_summary summary = {.counts = {0}};
    struct buf out = {0};
    console_lists(&out, ends, &summary, false);
    if (strcmp(buf_text(&out), wanted) != 0) {
        fprintf(stderr, "%s\n", buf_text(&out));
    }
    UNIT_ROW(name, strcmp(buf_text(&out), wanted) == 0);
    buf_deinit(&out);
    console_ends_deinit(ends);
}

#define HEAD "\nBroken rules, the worst first\n"
#define FIRST(id)                                                                                  \
    "\nFirst to mend: " id "\n  \"a\" came (RFC 5321 4.1), for otherwise mail is lost.\n"          \
    "  Again: mailspec run smtp/a\n"

/* MUST before SHOULD before the rest; in each the worst impact, then what shows in most cases, then by name. */
static void test_order(void)
{
    struct console_ends ends = {0};
    breaks(&ends, &tip);
    breaks(&ends, &mild);
    breaks(&ends, &form);
    breaks(&ends, &form);
    breaks(&ends, &form);
    breaks(&ends, &mail);
    breaks(&ends, &more);
    breaks(&ends, &more);
    breaks(&ends, &gate);
    check("order", &ends,
          HEAD "MUST      security  smtp/gate    1 case   RFC 5321 4.1  mail is lost\n"
               "MUST      mail      smtp/more    2 cases  RFC 5321 4.1  mail is lost\n"
               "MUST      mail      smtp/mail    1 case   RFC 5321 4.1  mail is lost\n"
               "MUST      form      smtp/form    3 cases  RFC 5321 4.1  mail is lost\n"
               "SHOULD    security  smtp/mild    1 case   RFC 5321 4.1  mail is lost\n"
               "PRACTICE  security  smtp/tip     1 case   RFC 5321 4.1  mail is lost\n" FIRST(
                   "smtp/gate"));
}

/* A long consequence is cut between words, and no line is longer than a wide terminal. */
static void test_long_line(void)
{
    static const struct rule talkative = {
        .id = "smtp/a-rule-with-a-name-that-is-long",
        .impact = IMPACT_MAIL,
        .sources = sources,
        .source_count = 1,
        .harm = "a person who reads this line has to read to its very end, and there is much to be "
                "read before it has one, as it seems",
    };
    struct console_ends ends = {0};
    break_rule(&ends, &talkative, VERDICT_FAIL, NULL, NULL);
    check("a long line", &ends,
          HEAD "MUST      mail      smtp/a-rule-with-a-name-that-is-long    1 case   RFC 5321 4.1  "
               "a person who reads this line has to read to ...\n"
               "\nFirst to mend: smtp/a-rule-with-a-name-that-is-long\n  See: smtp/a\n");
}

/* What is known to fail is counted; what else fails in the same rule is news. */
static void test_known(void)
{
    struct console_ends ends = {0};
    break_rule(&ends, &gate, VERDICT_XFAIL, "\"known\" came.", "known");
    break_rule(&ends, &mail, VERDICT_XFAIL, "\"known\" came.", "known");
    breaks(&ends, &mail);
    check("known failing", &ends,
          HEAD "MUST      mail      smtp/mail    2 cases (1 known failing)  RFC 5321 4.1  mail is "
               "lost\n"
               "1 rule is broken only where that is known\n" FIRST("smtp/mail"));
    ends = (struct console_ends){0};
    break_rule(&ends, &gate, VERDICT_XFAIL, "\"known\" came.", "known");
    check("all known", &ends, HEAD "1 rule is broken only where that is known\n");
}

/* What binds nobody is nothing to mend first. */
static void test_nothing_to_mend(void)
{
    struct console_ends ends = {0};
    breaks(&ends, &tip);
    check("a tip", &ends,
          HEAD "PRACTICE  security  smtp/tip    1 case   RFC 5321 4.1  mail is lost\n");
    check("nothing", &ends, "");
}

/* ---- Many ---- */

enum { MANY = 40 };

static char many_ids[2 * MANY][32];
static struct rule many[2 * MANY];

static size_t lines_of(const char *text, const char *beginning)
{
    size_t count = 0;
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += line[0] == '\n' ? 1 : 0;
        count += strncmp(line, beginning, strlen(beginning)) == 0 ? 1 : 0;
    }
    return count;
}

static void make_many(struct console_ends *ends, size_t musts, size_t shoulds)
{
    for (size_t i = 0; i < musts + shoulds; i++) {
        (void)snprintf(many_ids[i], sizeof many_ids[i], "smtp/r%02zu", i);
        many[i] = (struct rule){.id = many_ids[i],
                                .level = i < musts ? LEVEL_MUST : LEVEL_SHOULD,
                                .impact = IMPACT_FORM};
        breaks(ends, &many[i]);
    }
}

struct many_row {
    size_t musts;
    size_t shoulds;
    size_t shown_musts;
    size_t shown_shoulds;
    const char *folded; /* NULL: nothing is */
};

static const struct many_row many_rows[] = {
    {2,    14,   2,  14, NULL                                                            },
    {2,    15,   2,  15, NULL                                                            },
    {2,    16,   2,  14, "and 2 SHOULD more: --report json=FILE has them all\n"          },
    {14,   9,    14, 4,  "and 5 SHOULD more: --report json=FILE has them all\n"          },
    {20,   5,    20, 5,  NULL                                                            },
    {20,   6,    20, 4,  "and 2 SHOULD more: --report json=FILE has them all\n"          },
    {MANY, MANY, 20, 0,  "and 20 MUST, 40 SHOULD more: --report json=FILE has them all\n"},
};

/* Folded where there are many: the grave ones last. */
static void test_many(void)
{
    for (size_t i = 0; i < COUNT(many_rows); i++) {
        const struct many_row *row = &many_rows[i];
        struct console_ends ends = {0};
        struct buf out = {0};
        make_many(&ends, row->musts, row->shoulds);
        console_rules(&out, &ends.tally, false);
        const char *name = row->folded != NULL ? row->folded : "nothing is folded";
        UNIT_ROW(name, lines_of(buf_text(&out), "MUST ") == row->shown_musts);
        UNIT_ROW(name, lines_of(buf_text(&out), "SHOULD ") == row->shown_shoulds);
        UNIT_ROW(name, lines_of(buf_text(&out), "and ") == (row->folded != NULL ? 1U : 0U));
        UNIT_ROW(name, row->folded == NULL || strstr(buf_text(&out), row->folded) != NULL);
        buf_deinit(&out);
        console_ends_deinit(&ends);
    }
}

/* ---- What no rule tells ---- */

static void end(struct console_ends *ends, enum verdict verdict, const char *reason,
                const char *said)
{
    struct case_result result = {.program = &program, .verdict = verdict, .reason = reason};
    result.outcome.actual = bytes_of(said);
    console_ends_add(ends, &result, FAIL_ON_MUST, false);
}

static void test_others(void)
{
    struct console_ends ends = {0};
    end(&ends, VERDICT_PASS, NULL, NULL);
    for (int i = 0; i < 7; i++) {
        end(&ends, i == 0 ? VERDICT_XPASS : VERDICT_ERROR, "it is gone", NULL);
    }
    end(&ends, VERDICT_FAIL, NULL, NULL);
    check("others", &ends,
          "\nNot acceptable besides\n"
          "! XPASS         smtp/a  it is gone\n! ERROR         smtp/a  it is gone\n"
          "! ERROR         smtp/a  it is gone\n! ERROR         smtp/a  it is gone\n"
          "! ERROR         smtp/a  it is gone\n! ERROR         smtp/a  it is gone\nand 2 more\n");
}

/* ---- What was not judged ---- */

static const struct hint_case {
    const char *reason;
    enum hint_kind kind;
    const char *what;
} hint_cases[] = {
    {"the target names no address without user (Unknown-user)",                        HINT_GIVE,
     "--unknown-user ADDRESS"                                                                                                          },
    {"the target names too few users (User)",                                          HINT_GIVE,  "another --user NAME:SECRET:ADDRESS"},
    {"mail cannot be seen to arrive: it takes an SMTP and a POP3 endpoint and a user", HINT_GIVE,
     "--server pop3://HOST:PORT"                                                                                                       },
    {"the maildrop of x could not be prepared: it holds too few messages, and the target does not "
     "deliver",                                                                   HINT_GIVE,  "--server smtp://HOST:PORT"         },
    {"the maildrop of x could not be prepared: it holds more than 10000 messages",     HINT_NONE,
     "the maildrop of x could not be prepared: it holds more than 10000 messages"                                                      },
    {"the server does not offer a login by PLAIN",                                     HINT_OFFER, "PLAIN"                             },
    {"the server does not offer BINARYMIME",                                           HINT_OFFER, "BINARYMIME"                        },
    {"only the built-in server can be set up for it (Given:)",                         HINT_OTHER, "the built-in server"               },
    {"nobody knows",                                                                   HINT_NONE,  "nobody knows"                      },
};

static void test_hints(void)
{
    for (size_t i = 0; i < COUNT(hint_cases); i++) {
        struct hint hint = hint_of(hint_cases[i].reason);
        UNIT_ROW(hint_cases[i].reason, hint.kind == hint_cases[i].kind);
        UNIT_ROW(hint_cases[i].reason, bytes_is(hint.what, hint_cases[i].what));
    }
}

/* Each hint once, however many reasons lead to it; Message-IDs, and where it was, make no difference. */
static void test_left(void)
{
    struct console_ends ends = {0};
    end(&ends, VERDICT_INCONCLUSIVE, "in the preparation: the message <1@x> did not arrive", NULL);
    end(&ends, VERDICT_INCONCLUSIVE, "the message <2@x> did not arrive", NULL);
    end(&ends, VERDICT_INCONCLUSIVE, "before line one: expected 250, got 450",
        "450-no \x1b[31m\r\n450 twice\r\n");
    end(&ends, VERDICT_INCONCLUSIVE, NULL, NULL);
    end(&ends, VERDICT_UNSUPPORTED, "the target names too few users (User)", NULL);
    end(&ends, VERDICT_UNSUPPORTED, "the target names no second user (User)", NULL);
    end(&ends, VERDICT_UNSUPPORTED, "the target names no relay domain (Relay-domain)", NULL);
    end(&ends, VERDICT_UNSUPPORTED, "the server does not offer BINARYMIME", NULL);
    end(&ends, VERDICT_UNSUPPORTED, "the server does not offer a login by PLAIN", NULL);
    end(&ends, VERDICT_UNSUPPORTED, "the server does not offer a login by PLAIN", NULL);
    end(&ends, VERDICT_UNSUPPORTED, "the case is for LMTP, the target speaks SMTP", NULL);
    end(&ends, VERDICT_UNSUPPORTED, "nobody knows", NULL);
    check("left", &ends,
          "\nCould not be judged: 4 cases\n"
          "  2 cases     the message <...> did not arrive (smtp/a)\n"
          "  1 case      nobody said why (smtp/a)\n"
          "  1 case      expected 250, got 450; such as: 450-no \\x1b[31m (smtp/a)\n"
          "\nMore can be judged with one more option: 3 cases\n"
          "  2 cases     another --user NAME:SECRET:ADDRESS  (a second test user)\n"
          "  1 case      --relay-domain NAME  (that the server refuses mail for)\n"
          "\nNot offered by the server: 3 cases\n  AUTH PLAIN 2, BINARYMIME 1\n"
          "\nNot for this server: 1 case\n  LMTP 1\n"
          "\nLeft out: 1 case\n  1 case      nobody knows (smtp/a)\n");
}

/* A few reasons are told, the others counted. */
static void test_many_reasons(void)
{
    struct console_ends ends = {0};
    const struct run_summary summary = {.counts = {0}};
    struct buf out = {0};
    for (int i = 0; i < 100; i++) {
        char reason[32];
        (void)snprintf(reason, sizeof reason, "reason %d", i);
        end(&ends, VERDICT_INCONCLUSIVE, reason, NULL);
        end(&ends, VERDICT_INCONCLUSIVE, "often", NULL);
    }
    console_lists(&out, &ends, &summary, false);
    CU_ASSERT_EQUAL(
        strncmp(buf_text(&out), "\nCould not be judged: 200 cases\n  100 cases   often", 50), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "\n  96 cases    for other reasons\n"));
    CU_ASSERT_EQUAL(lines_of(buf_text(&out), "  "), 6);
    buf_deinit(&out);
    console_ends_deinit(&ends);
}

static const struct unit_test tests[] = {
    {"order",               test_order          },
    {"a long line",         test_long_line      },
    {"known failing",       test_known          },
    {"nothing to mend",     test_nothing_to_mend},
    {"many rules",          test_many           },
    {"what no rule tells",  test_others         },
    {"hints",               test_hints          },
    {"what was not judged", test_left           },
    {"many reasons",        test_many_reasons   },
};

UNIT_MAIN("reports: summary", tests)
