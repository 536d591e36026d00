/* program: which line of the other side a step answers. */
#include <stdio.h>
#include <string.h>

#include "model/program.h"
#include "unit.h"

enum { MOST_STEPS = 12 };

/*
 * Each letter is a step: c a command, p one that goes out in one write with the client's step behind it, d message data, r a reply, g one that
 * goes on, w a <within>, x a command on connection 2, e an <exit>. Below each reply, and below a command that a client is tested with, stands the step
 * that it answers; "-": none, "." is not asked.
 */
static const struct said_row {
    const char *name;
    const char *steps;
    const char *said;
} rows[] = {
    {"the greeting answers nothing",        "rc",        "-0"       },
    {"one by one",                          "rcrcr",     "-0123"    },
    {"a group",                             "rpppcrrrr", "-....1234"},
    {"behind a group",                      "pcrrcr",    "..01.4"   },
    {"a reply that goes on",                "pcrgr",     "..001"    },
    {"more replies than commands",          "pcrrr",     "..011"    },
    {"a limit between them",                "pcwrwr",    "...0.1"   },
    {"data, and two replies of LMTP",       "crdrr",     ".0.22"    },
    {"the end of a client answers nothing", "rcre",      "...-"     },
    {"another connection is no matter",     "pxcrr",     "...02"    },
};

static struct step step_of(char letter, const struct line *line)
{
    struct step step = {.side = SIDE_CLIENT, .connection = 1, .kind = STEP_COMMAND};
    switch (letter) {
    case 'p':
        step.pipelined = true;
        break;
    case 'd':
        step.kind = STEP_DATA;
        break;
    case 'e':
        step.kind = STEP_EXIT;
        return step;
    case 'x':
        step.connection = 2;
        break;
    case 'w':
        step.kind = STEP_WITHIN;
        step.side = SIDE_SERVER;
        return step;
    case 'r':
    case 'g':
        step.kind = STEP_REPLY;
        step.side = SIDE_SERVER;
        step.reply = (struct reply){.lines = line, .line_count = 1, .goes_on = letter == 'g'};
        return step;
    default:
        break;
    }
    step.lines = line;
    step.line_count = 1;
    return step;
}

static void test_said_before(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct said_row *row = &rows[i];
        const struct line lines[MOST_STEPS] = {{.flags = 0}};
        struct step steps[MOST_STEPS];
        const size_t count = strlen(row->steps);
        const struct program program = {.steps = steps, .step_count = count};
        for (size_t k = 0; k < count; k++) {
            steps[k] = step_of(row->steps[k], &lines[k]);
        }
        for (size_t k = 0; k < count; k++) {
            const struct line *said = program_said_before(&program, &steps[k]);
            const char wanted = row->said[k];
            const bool right =
                wanted == '.' || (wanted == '-' ? said == NULL : said == &lines[wanted - '0']);
            if (!right) {
                fprintf(stderr, "step %zu\n", k);
            }
            UNIT_ROW(row->name, right);
        }
        const struct step elsewhere = {.side = SIDE_SERVER, .connection = 1};
        UNIT_ROW(row->name, program_said_before(&program, &elsewhere) == NULL);
    }
}

static const struct unit_test tests[] = {
    {"what was said before", test_said_before},
};

UNIT_MAIN("model: program", tests)
