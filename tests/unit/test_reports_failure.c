/* The shared text of a failure: which command a failed reply belongs to, and where the caret stands. */
#include "reports/reporter.h"
#include "unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct answered_row {
    /* A letter for each step: c command, d data, r reply, o optional reply, w wait; C and R on connection 2. The
     * one before "|", or the last one, failed. */
    const char *steps;
    unsigned line; /* of the command shown above it, from 1; 0: none */
};

static const struct answered_row answered_rows[] = {
    {"r",       0},
    {"cr",      1},
    {"rcr",     2},
    {"crcr",    3},
    {"cccr",    1},
    {"cccrr",   2},
    {"cccrrr",  3},
    {"crdrr",   3},
    {"cro",     1},
    {"ocr",     2},
    {"cocr",    3},
    {"cor",     1},
    {"co",      1},
    {"rccr",    2},
    {"crrccr",  4},
    {"ccor|r",  1},
    {"cc|rr",   0},
    {"ccorr",   2},
    {"rCcRr",   3},
    {"cCrR",    2},
    {"crwr",    1},
    {"crw",     0},
    {"crc",     0},
    {"cowcwrr", 4},
};

static struct step step_of(char letter, unsigned line)
{
    static const struct {
        char letter;
        enum step_kind kind;
    } kinds[] = {
        {'c', STEP_COMMAND},
        {'d', STEP_DATA   },
        {'r', STEP_REPLY  },
        {'o', STEP_REPLY  },
        {'w', STEP_WAIT   }
    };
    struct step step = {
        .connection = letter == 'C' || letter == 'R' ? 2 : 1, .place = {.path = "x", .line = line}
    };
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if ((unsigned char)kinds[i].letter == octet_lower((unsigned char)letter)) {
            step.kind = kinds[i].kind;
        }
    }
    step.reply.optional = letter == 'o';
    step.place.source = BYTES_LIT("source");
    return step;
}

/* The number in front of the first source line of the text. */
static unsigned first_line(struct bytes text)
{
    struct bytes rest = text;
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        uint64_t number = 0;
        struct bytes word;
        struct bytes words = line;
        if (bytes_find(line, BYTES_LIT(" | source"), 0) != BYTES_NONE &&
            bytes_next_word(&words, &word) && bytes_to_u64(word, &number)) {
            return (unsigned)number;
        }
    }
    return 0;
}

static void check_answered(const struct answered_row *row, bool in_finally)
{
    struct step steps[16];
    size_t count = 0;
    size_t failed = strcspn(row->steps, "|") - 1;
    for (const char *letter = row->steps; *letter != '\0'; letter++) {
        if (*letter != '|') {
            steps[count] = step_of(*letter, (unsigned)count + 1);
            count++;
        }
    }
    struct program program = {.id = "x", .title = "x"};
    *(in_finally ? &program.finally : &program.steps) = steps;
    *(in_finally ? &program.finally_count : &program.step_count) = count;
    struct case_result result = {
        .program = &program,
        .verdict = VERDICT_FAIL,
        .outcome = {
                    .step = &steps[failed], .place = steps[failed].place, .actual_offset = BYTES_NONE}
    };
    struct buf out = {0};
    failure_print(&out, &result, &(struct reporter_options){0});
    unsigned expected = row->line > 0 ? row->line : (unsigned)failed + 1;
    UNIT_ROW(row->steps, first_line(buf_bytes(&out)) == expected);
    buf_deinit(&out);
}

static void test_answered_command(void)
{
    for (size_t i = 0; i < COUNT(answered_rows); i++) {
        check_answered(&answered_rows[i], false);
        check_answered(&answered_rows[i], true);
    }
}

struct caret_row {
    const char *source;
    unsigned column;
    unsigned width;
    const char *lines;
};

static const struct caret_row caret_rows[] = {
    {"S: 250",              4, 3, "     9 | S: 250\n       |    ^^^\n"            },
    {"S: 250",              4, 0, "     9 | S: 250\n       |    ^\n"              },
    {"S: 250",              0, 0, "     9 | S: 250\n       | ^\n"                 },
    {"S: 250",              7, 1, "     9 | S: 250\n       |       ^\n"           },
    {"\tS: x",              5, 1, "     9 | \\tS: x\n       |      ^\n"           },
    {"S: \xc3\xbc\xc3\xbc", 6, 2, "     9 | S: \xc3\xbc\xc3\xbc\n       |     ^\n"},
    {"S: \xe9\x83\xb5!",    7, 1, "     9 | S: \xe9\x83\xb5!\n       |      ^\n"  },
    {"S/: a\\.b",           5, 4, "     9 | S/: a\\.b\n       |     ^^^^\n"       },
    {"S: \xff!",            5, 1, "     9 | S: \\xff!\n       |        ^\n"       },
};

static void test_caret(void)
{
    struct program program = {.id = "x", .title = "x"};
    for (size_t i = 0; i < COUNT(caret_rows); i++) {
        const struct caret_row *row = &caret_rows[i];
        struct case_result result = {
            .program = &program,
            .outcome = {.place = {.path = "x",
                                  .line = 9,
                                  .column = row->column,
                                  .width = row->width,
                                  .source = bytes_of(row->source)},
                        .actual_offset = BYTES_NONE}
        };
        struct buf out = {0};
        failure_print(&out, &result, &(struct reporter_options){0});
        UNIT_ROW(row->source, bytes_find(buf_bytes(&out), bytes_of(row->lines), 0) != BYTES_NONE);
        buf_deinit(&out);
    }
}

static void test_lines_not_reached(void)
{
    static const char *const texts[] = {NULL, "  1 line of the dialogue not reached\n",
                                        "  2 lines of the dialogue not reached\n"};
    struct program program = {.id = "x", .title = "x"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct case_result result = {
            .program = &program, .outcome = {.lines_not_reached = i, .actual_offset = BYTES_NONE}
        };
        struct buf out = {0};
        failure_print(&out, &result, &(struct reporter_options){0});
        bool any = bytes_find(buf_bytes(&out), bytes_of("not reached"), 0) != BYTES_NONE;
        CU_ASSERT(texts[i] == NULL ? !any : strstr(buf_text(&out), texts[i]) != NULL);
        buf_deinit(&out);
    }
}

static const struct unit_test tests[] = {
    {"the command that was answered", test_answered_command },
    {"the caret",                     test_caret            },
    {"lines not reached",             test_lines_not_reached},
};

UNIT_MAIN("reports: failure", tests)
