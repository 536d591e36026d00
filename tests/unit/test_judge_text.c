/*
 * What went wrong in a scenario, in words: what was sent, what came, what is wanted.
 */
#include "judge/judge_text.h"
#include "unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define TEN     "abcdefghij"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

struct text_row {
    const char *name;
    const char *said;     /* the source line of what was sent; NULL: nothing was */
    const char *written;  /* the source line of what was to come */
    const char *expected; /* NULL: none */
    const char *actual;   /* NULL: none */
    size_t offset;
    const char *reason;
    const char *text;
};

static const struct text_row rows[] = {
    {"a code",                                     "C: NOOP",    "S: 250",         "250",                "500 no\r\n",                           0,          "expected 250, got 500",
     "After \"NOOP\" came \"500 no\"; wanted is 250."                                                                                                                                                                                                             },
    {"two codes",                                  "C: NOOP",    "S: 250 | 5yz",   "250 | 5yz",          "421 no\r\n",                           0,          NULL,
     "After \"NOOP\" came \"421 no\"; wanted is 250 or 5yz."                                                                                                                                                                                                      },
    {"three codes",                                "C2: NOOP",   "S2: 1 | 2 | 3",  "250 | 4yz | 5yz",    "650 no\r\n",                           0,          NULL,
     "After \"NOOP\" came \"650 no\"; wanted is 250, 4yz or 5yz."                                                                                                                                                                                                 },
    {"a code and its text",                        "C: NOOP",    "S*: 250 OK",     "250 OK",             "250 no\r\n",                           0,          NULL,
     "After \"NOOP\" came \"250 no\"; wanted is \"250 OK\"."                                                                                                                                                                                                      },
    {"a direction that was sent",                  "<send>: x",  "S: 250",         "250",                "500 no\r\n",                           0,          NULL,
     "After \"<send>: x\" came \"500 no\"; wanted is 250."                                                                                                                                                                                                        },
    {"a colon far behind",                         "Check a: b", "S: 250",         "250",                "500 no\r\n",                           0,          NULL,
     "After \"Check a: b\" came \"500 no\"; wanted is 250."                                                                                                                                                                                                       },
    {"nothing was sent",                           NULL,         "S: 220",         "220",                "500 no\r\n",                           0,          NULL,
     "There came \"500 no\"; wanted is 220."                                                                                                                                                                                                                      },
    {"a short regular expression",                 "C: RETR 1",  "S/: ^a+$",       "^a+$",               "b\r\n",                                0,          NULL,
     "After \"RETR 1\" came \"b\"; wanted is \"^a+$\"."                                                                                                                                                                                                           },
    {"a long one",                                 "C: RETR 1",  "S2+/: " HUNDRED, HUNDRED,              "b\r\n",                                0,          NULL,
     "After \"RETR 1\" came \"b\"; wanted is what line 9 describes."                                                                                                                                                                                              },
    {"a long text is no regular expression",       "C: RETR 1",  "S*: a/b",        HUNDRED,              "b\r\n",                                0,          NULL,
     "After \"RETR 1\" came \"b\"; wanted is \"" HUNDRED "\"."                                                                                                                                                                                                    },
    {"the line that differs in a long answer",     "C: RETR 1",  "S*: two",        "two",
     "+OK\r\n" HUNDRED "\r\ntoo\r\nend\r\n",                                                                                                     108,        "a line differs",
     "After \"RETR 1\" came \"too\", in an answer of 117 octets; wanted is \"two\"."                                                                                                                                                                              },
    {"at its first octet",                         "C: RETR 1",  "S*: two",        "two",                "+OK\r\n" HUNDRED "\r\ntoo\r\nend\r\n",
     107,                                                                                                                                                    "a line differs",
     "After \"RETR 1\" came \"too\", in an answer of 117 octets; wanted is \"two\"."                                                                                                                                                                              },
    {"none does in a long answer",                 "C: RETR 1",  "S*: two",        "two",                "+OK\r\n" HUNDRED "\r\nend\r\n",
     BYTES_NONE,                                                                                                                                             "no line matches",
     "After \"RETR 1\" came 112 octets: no line matches; wanted is \"two\"."                                                                                                                                                                                      },
    {"a line that was not to come",                "C: RETR 1",  "S!*: two*",      "two*",               "two!\r\n",                             0,          NULL,
     "After \"RETR 1\" came \"two!\"; wanted is no line like \"two*\"."                                                                                                                                                                                           },
    {"a regular expression that was not to match", "C: RETR 1",  "S2!/: x",        HUNDRED,              "b\r\n",                                0,
     NULL,                                                                                                                                                                            "After \"RETR 1\" came \"b\"; wanted is no line like what line 9 describes."},
    {"what is written in escapes",                 "C: RETR 1",  "S*: \\x00",      "a\\r\\n\n\xc3",      "a\\\r\n",                              0,          NULL,
     "After \"RETR 1\" came \"a\\\\\"; wanted is \"a\\r\\n\\n\\xc3\"."                                                                                                                                                                                            },
    {"silence",                                    "C: NOOP",    "S: <silence>",   "<silence>",          "250 OK\r\n",                           0,          NULL,
     "After \"NOOP\" came \"250 OK\"; wanted is silence."                                                                                                                                                                                                         },
    {"a close",                                    "C: QUIT",    "S: <close>",     "<close connection>", NULL,                                   BYTES_NONE, "it stays open",
     "After \"QUIT\": it stays open; wanted is that the connection ends."                                                                                                                                                                                         },
    {"nothing came",                               "C: NOOP",    "S: 250",         "250",                NULL,                                   BYTES_NONE, "no reply in 10 s",
     "After \"NOOP\": no reply in 10 s; wanted is 250."                                                                                                                                                                                                           },
    {"what is wanted is said",                     NULL,         "C: <exit ok>",   "<exit ok>",          NULL,                                   BYTES_NONE,
     "<exit ok> was expected",                                                                                                                                                        "<exit ok> was expected."                                                   },
    {"nothing is known",                           "C: NOOP",    "S: 250",         NULL,                 NULL,                                   BYTES_NONE, NULL,
     "After \"NOOP\": the dialogue went another way than written."                                                                                                                                                                                                },
};

static void check_row(const struct text_row *row)
{
    const struct line said = {
        .place = {.path = "a.scn", .line = 8, .source = bytes_of(row->said)}
    };
    const struct step steps[] = {
        {.side = SIDE_CLIENT,              .connection = 1, .lines = &said, .line_count = row->said != NULL},
        {.side = SIDE_SERVER, .connection = 1               }
    };
    const struct program program = {.steps = steps, .step_count = COUNT(steps)};
    const struct outcome outcome = {
        .step = &steps[1],
        .reason = row->reason,
        .place = {.path = "a.scn", .line = 9, .source = bytes_of(row->written)},
        .expected = bytes_of(row->expected),
        .actual = bytes_of(row->actual),
        .actual_offset = row->offset
    };
    struct buf out = {0};
    const bool wishes =
        strstr(row->text, "wanted is") != NULL || strstr(row->text, "expected") != NULL;
    UNIT_ROW(row->name, judge_text_of_outcome(&out, &program, &outcome) == wishes);
    UNIT_ROW(row->name, strcmp(buf_text(&out), row->text) == 0);
    buf_deinit(&out);
}

static void test_outcomes(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(&rows[i]);
    }
}

static const struct unit_test tests[] = {
    {"what went wrong, in words", test_outcomes},
};

UNIT_MAIN("judge: text", tests)
