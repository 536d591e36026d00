/*
 * The one sentence of a failure: which finding it is made of, its beginning, and its end.
 */
#include "reports/sentence.h"
#include "unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const sources[] = {"RFC 5321 3.3", "RFC 5321 4.1.4"};
static const struct rule must = {.id = "smtp/a",
                                 .level = LEVEL_MUST,
                                 .sources = sources,
                                 .source_count = COUNT(sources),
                                 .harm = "mail is lost"};
static const struct rule should = {
    .id = "smtp/b", .level = LEVEL_SHOULD, .harm = "mail comes late"};
static const struct rule harmless = {
    .id = "smtp/c", .level = LEVEL_MUST, .sources = sources, .source_count = COUNT(sources)};

#define FAIL(rule, words)                                                                          \
    {                                                                                              \
        &(rule), VERDICT_FAIL, words, false                                                        \
    }
#define FAIL_NO_WISH(rule, words)                                                                  \
    {                                                                                              \
        &(rule), VERDICT_FAIL, words, true                                                         \
    }
#define NON_STRICT(rule, words)                                                                    \
    {                                                                                              \
        &(rule), VERDICT_NON_STRICT, words, true                                                   \
    }

struct sentence_row {
    const char *name;
    struct {
        const struct rule *rule;
        enum verdict verdict;
        const char *text;
        bool says_no_wish;
    } findings[3];
    const char *sentence;
};

static const struct sentence_row rows[] = {
    {"nothing is broken",               {{0}},                                              "" },
    {"what is wanted is said",
     {FAIL(must, "To \"A\" came \"B\"; wanted is C.")},
     "To \"A\" came \"B\"; wanted is C (RFC 5321 3.3), for otherwise mail is lost."            },
    {"what was expected is said",
     {FAIL(must, "It fails; success was expected")},
     "It fails; success was expected (RFC 5321 3.3), for otherwise mail is lost."              },
    {"only what came is said",
     {FAIL_NO_WISH(must, "the message did not arrive.")},
     "The message did not arrive; that must not be (RFC 5321 3.3), for otherwise mail is lost."},
    {"what the peer says is no wish",
     {FAIL_NO_WISH(must, "after \"A\" came \"500 wanted is B, as expected\"; it closed.")},
     "After \"A\" came \"500 wanted is B, as expected\"; it closed; that must not be (RFC 5321 "
     "3.3), for otherwise mail is lost."                                                       },
    {"a SHOULD, without a source",
     {NON_STRICT(should, "it came late")},
     "It came late; that should not be, for otherwise mail comes late."                        },
    {"nobody knows the harm",
     {FAIL(harmless, "\"a\" came; wanted is \"b\".")},
     "\"a\" came; wanted is \"b\" (RFC 5321 3.3)."                                             },
    {"the gravest",
     {NON_STRICT(should, "it came late"), FAIL(must, "A; wanted is B.")},
     "A; wanted is B (RFC 5321 3.3), for otherwise mail is lost."                              },
    {"the first of the gravest",
     {FAIL(must, "A; wanted is B."), FAIL(harmless, "C; wanted is D.")},
     "A; wanted is B (RFC 5321 3.3), for otherwise mail is lost."                              },
    {"the first that somebody can say",
     {FAIL(must, NULL), FAIL(harmless, "C; wanted is D.")},
     "C; wanted is D (RFC 5321 3.3)."                                                          },
};

static void check_row(const struct sentence_row *row)
{
    struct finding findings[COUNT(row->findings)] = {0};
    struct case_result result = {.findings = findings};
    while (result.finding_count < COUNT(findings) &&
           row->findings[result.finding_count].rule != NULL) {
        findings[result.finding_count] =
            (struct finding){.rule = row->findings[result.finding_count].rule,
                             .verdict = row->findings[result.finding_count].verdict,
                             .text = row->findings[result.finding_count].text,
                             .says_no_wish = row->findings[result.finding_count].says_no_wish};
        result.finding_count++;
    }
    struct buf out = {0};
    sentence_print(&out, &result);
    UNIT_ROW(row->name, strcmp(buf_text(&out), row->sentence) == 0);
    buf_deinit(&out);
}

static void test_sentences(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(&rows[i]);
    }
}

static const struct unit_test tests[] = {
    {"its beginning and its end", test_sentences},
};

UNIT_MAIN("reports: sentence", tests)
