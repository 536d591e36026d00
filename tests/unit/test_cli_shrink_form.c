/* A case as text again: its units, and what is printed when something was taken out. */
#include "cli/shrink_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/temp_folder.h"
#include "cli/shrink_units.h"
#include "script/scenario.h"
#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- A case in a file of its own ---- */

struct world {
    char *folder;
    struct arena *arena;
    struct scenario *scenario;
    struct shrink_form form;
};

static const struct program *world_open(struct world *world, const char *name, const char *text)
{
    struct error error = {""};
    struct scenario_options options = {.id = "case", .library = "scenarios"};
    *world = (struct world){.folder = temp_folder_new(&error), .arena = arena_new()};
    CU_ASSERT_PTR_NOT_NULL_FATAL(world->folder);
    const char *path = arena_printf(world->arena, "%s/case.scn", world->folder);
    CU_ASSERT_EQUAL(file_write(path, bytes_of(text), &error), 0);
    world->scenario = scenario_read_file(path, &options);
    UNIT_ROW(name, scenario_program_count(world->scenario) > 0);
    const struct program *program = scenario_program(world->scenario, 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(program);
    shrink_form_init(&world->form, program, NULL, world->arena);
    return program;
}

static void world_close(struct world *world)
{
    shrink_form_deinit(&world->form);
    scenario_free(&world->scenario);
    arena_free(&world->arena);
    temp_folder_remove(&world->folder);
}

/* ---- Units ---- */

/* A letter for the unit of each step. */
struct unit_row {
    const char *name;
    const char *text;
    const char *units;
};

static const struct unit_row unit_rows[] = {
    {"one after the other",   "C: NOOP\nS: 250\nC: RSET\nS: 250\n",                                "aabb"  },
    {"a group",               "C: NOOP\nC: RSET\nS: 250\nS: 250\n",                                "abab"  },
    {"a message",             "C: DATA\nS: 354\nC: a\nC: .\nS: 250\n",                             "aabb"  },
    {"a message in a group",  "C: RCPT TO:<{{rcpt}}>\nC: DATA\nS: 250\nS: 354\nC: .\nS: 250\n",
     "ababcc"                                                                                              },
    {"a message with a wait", "C: DATA\nS: 354\nC: a\nC: <wait 1ms>\nC: .\nS: 250\n",              "aabcbb"},
    {"a message from a file", "C: DATA\nS: 354\nC: <send message plain>\nS: 250\n",                "aabb"  },
    {"a chunk",               "C: BDAT 3\nC: a\nC: NOOP\nS: 250\nS: 250\n",                        "aabab" },
    {"a line in two pieces",  "C: NO\\c\nC: OP\\r\\n\\c\nS: 250\n",                                "aaa"   },
    {"a login",               "C: AUTH LOGIN\nS: 334\nC: {{base64 user}}\nS: 334\nC: *\nS: 501\n", "aabbcc"},
    {"a greeting",            "S: 220\nC: QUIT\nS: 221\nS: <close connection>\n",                  "abbc"  },
    {"another greeting",      "C: <open connection>\nS: 220\nC: NOOP\nS: 250\n",                   "aabb"  },
    {"connections",           "C: NOOP\nC2: NOOP\nS2: 250\nS: 250\n",                              "abba"  },
    {"replies to the end",    "Requires: lmtp\n\nC: DATA\nS: 354\nC: .\nS: 250\nS: 250\n",         "aabbb" },
    {"a reply that may come", "C: NOOP\nS: 250\nS?: 250\n",                                        "aaa"   },
    {"judged from there",     "C: NOOP\nS: 250\n<judge>\nC: RSET\nS: 250\n",                       "aabcc" },
};

static void test_units(void)
{
    for (size_t i = 0; i < COUNT(unit_rows); i++) {
        struct world world;
        const struct program *program = world_open(&world, unit_rows[i].name, unit_rows[i].text);
        size_t units[32] = {0};
        char letters[33] = "";
        size_t count = shrink_units(program, units);
        for (size_t k = 0; k < program->step_count && k < COUNT(units); k++) {
            letters[k] = (char)('a' + units[k]);
        }
        if (strcmp(letters, unit_rows[i].units) != 0) {
            fprintf(stderr, "units: %s\n", letters);
        }
        UNIT_ROW(unit_rows[i].name, strcmp(letters, unit_rows[i].units) == 0);
        UNIT_ROW(unit_rows[i].name, count > 0 && count <= program->step_count);
        world_close(&world);
    }
}

/* ---- Printing ---- */

/* One change: the lines (from 1, of the form) in `without` go, the replies in `loose` (lines, too) are loosened. */
struct print_row {
    const char *name;
    const char *text;
    const char *without; /* digits */
    const char *loose;
    const char *printed; /* behind "Title: case\n" */
};

static const struct print_row print_rows[] = {
    {"as it is",                  "Rule: smtp/noop\nTags: slow\n\nC: NOOP\nS: 250\n",                          "",   "",
     "Rule: smtp/noop\nStart: ehlo\n\nC: NOOP\nS: 250\n"                                                                                                                                                           },
    {"a line less",               "C: NOOP\nS: 250\nC: RSET\nS: 250\n",                                        "12", "",
     "Start: ehlo\n\nC: RSET\nS: 250\n"                                                                                                                                                                            },
    {"any reply will do",         "C: NOOP\nS: 250 OK\nC: RSET\nS: 503 | ?5yz\n",                              "",   "24",
     "Start: ehlo\n\nC: NOOP\nS: 250 | 2yz | 3yz | 4yz | 5yz\nC: RSET\nS: 503 | 2yz | 3yz | 4yz | "
     "5yz\n"                                                                                                                                                                                                       },
    {"of all its lines",          "C: EHLO {{client}}\nS: 250-x\nS: 250 SIZE\n",                               "",   "2",
     "Start: greeting\n\nC: EHLO {{client}}\nS: 250 | 2yz | 3yz | 4yz | 5yz\n"                                                                                                                                     },
    {"any response",              "C: STAT\nS: +OK\n",                                                         "",   "2",  "Start: auth\n\nC: STAT\nS: +OK | -ERR\n"                                               },
    {"rows and fragments",
     "Title: case\nEach:\n  a | b\n  x | NOOP\n\nC2: {{b}}\nS2: 250\n<if SIZE>\nC: RSET\nS: "
     "250\n<end>\n",                                                                                           "",   "",   "Start: ehlo\n\nC2: NOOP\nS2: 250\nC: RSET\nS: 250\n"                                   },
    {"columns as arguments",
     "Title: case\nEach:\n  n | t\n  7 | ab\n\nC: NOOP\nS/: 250 (n|{{repeat n \"n \"}}) {{length "
     "t}}\n",                                                                                                  "",   "",   "Start: ehlo\n\nC: NOOP\nS/: 250 (n|{{repeat 7 \"n \"}}) {{length \"ab\"}}\n"           },
    {"no first connection",       "C: NOOP\nS: 250\nC2: RSET\nS2: 250\n",                                      "12", "",
     "\nC2: RSET\nS2: 250\n"                                                                                                                                                                                       },
    {"a shorter chunk",           "C: BDAT 10 LAST\nC: abc\nC: def\nS: 250\n",                                 "2",  "",
     "Start: ehlo\n\nC: BDAT 5 LAST\nC: def\nS: 250\n"                                                                                                                                                             },
    {"a chunk of unknown length", "C: BDAT {{length \"a\\r\\n\"}}\nC: a\nS: 250\n",                            "",   "",
     "Start: ehlo\n\nC: BDAT {{length \"a\\r\\n\"}}\nC: a\nS: 250\n"                                                                                                                                               },
    {"notation of RFC 821",       "R: 220\nS: HELO x\nR: 250\nS: <wait 1ms>\n",                                "",   "",
     "Start: connect\n\nS: 220\nC: HELO x\nS: 250\nC: <wait 1ms>\n"                                                                                                                                                },
    {"what the case needs",
     "Requires: ehlo SIZE, delivery, messages 2\nUses: maildrop\nTimeout: 20s\n\nC: NOOP\nS: 250\n",           "",   "",
     "Requires: ehlo SIZE, delivery, messages 2\nTimeout: 20s\nUses: maildrop\nStart: ehlo\n\nC: "
     "NOOP\nS: 250\n"                                                                                                                                                                                              },
    {"a message",                 "C: DATA\nS: 354\nC: a\nC: <wait 1ms>\nC: \\x20b\nC: <c>\nC: .\nS=: 250 \n", "3",
     "",                                                                                                                   "Start: ehlo\n\nC: DATA\nS: 354\nC: <wait 1ms>\nC: \\x20b\nC: \\x3cc>\nC: .\nS=: 250 \n"},
    {"judged from there",         "C: NOOP\nS: 250\n<judge>\nC: RSET\nS: 250\n",                               "",   "",
     "Start: ehlo\n\nC: NOOP\nS: 250\n<judge>\nC: RSET\nS: 250\n"                                                                                                                                                  },
};

static void change(struct shrink_form *form, const struct print_row *row)
{
    for (const char *c = row->without; *c != '\0'; c++) {
        form->lines[*c - '1'].kept = false;
    }
    for (const char *c = row->loose; *c != '\0'; c++) {
        form->loosened[form->lines[*c - '1'].step] = true;
    }
}

static void test_print(void)
{
    for (size_t i = 0; i < COUNT(print_rows); i++) {
        const struct print_row *row = &print_rows[i];
        struct world world;
        struct buf out = {0};
        (void)world_open(&world, row->name, row->text);
        change(&world.form, row);
        shrink_form_print(&world.form, &out, NULL);
        size_t title = strlen("Title: case\n");
        bool same = bytes_is(bytes_skip(buf_bytes(&out), title), row->printed);
        if (!same) {
            fprintf(stderr, "printed:\n%s", buf_text(&out));
        }
        UNIT_ROW(row->name, same);
        struct scenario_options options = {.id = "case", .library = "scenarios"};
        struct scenario *again = scenario_read("again.scn", buf_bytes(&out), &options);
        UNIT_ROW(row->name, scenario_program_count(again) == 1);
        scenario_free(&again);
        buf_deinit(&out);
        world_close(&world);
    }
}

static void test_fields(void)
{
    struct world world;
    struct buf out = {0};
    (void)world_open(
        &world, "fields",
        "Requires: ehlo SIZE, delivery, smtp\nGiven:\n  hostname x\n# a comment\n  domain y\n"
        "Finally:\n  C: QUIT\n  S: 221\n\nC: NOOP\nS: 250\n");
    shrink_form_print(&world.form, &out, NULL);
    CU_ASSERT_STRING_EQUAL(
        buf_text(&out),
        "Title: case\nRequires: ehlo SIZE, delivery, smtp\nGiven:\n  hostname x\n  domain y\n"
        "Finally:\n  C: QUIT\n  S: 221\nStart: ehlo\n\nC: NOOP\nS: 250\n");
    for (size_t i = 0; i < SHRINK_FIELD_COUNT; i++) {
        CU_ASSERT_EQUAL(world.form.field_kept[i],
                        i == SHRINK_REQUIRES || i == SHRINK_GIVEN || i == SHRINK_FINALLY);
        world.form.field_kept[i] = false;
    }
    buf_clear(&out);
    shrink_form_print(&world.form, &out, NULL);
    CU_ASSERT_STRING_EQUAL(
        buf_text(&out), "Title: case\nRequires: ehlo SIZE, smtp\nStart: ehlo\n\nC: NOOP\nS: 250\n");
    buf_deinit(&out);
    world_close(&world);
}

/* What a run came to, and which step a line of the file is. */
static void test_steps(void)
{
    static const bool begun[] = {true, true, false, true, false};
    struct world world;
    struct shrink_form form;
    struct shrink_form copy;
    struct shrink_lines lines;
    struct buf out = {0};
    const struct program *program =
        world_open(&world, "steps", "C: NOOP\nS: 250\nC: RSET\nS: 250\nC: QUIT\n");
    CU_ASSERT_EQUAL_FATAL(program->step_count, COUNT(begun));
    shrink_form_init(&form, program, begun, world.arena);
    shrink_form_copy(&copy, &form);
    copy.lines[1].kept = false;
    shrink_form_print(&copy, &out, &lines);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "Title: case\nStart: ehlo\n\nC: NOOP\nS: 250\n");
    CU_ASSERT_EQUAL_FATAL(lines.count, 6);
    CU_ASSERT_EQUAL(lines.steps[3], BYTES_NONE);
    CU_ASSERT_EQUAL(lines.steps[4], 0);
    CU_ASSERT_EQUAL(lines.steps[5], 3);
    CU_ASSERT_EQUAL(shrink_form_lines(&form), 3);
    CU_ASSERT_EQUAL(shrink_form_lines(&copy), 2);
    CU_ASSERT_EQUAL(shrink_form_lines(&world.form), 5);
    buf_deinit(&out);
    shrink_form_deinit(&copy);
    shrink_form_deinit(&form);
    world_close(&world);
}

static const struct unit_test tests[] = {
    {"units",    test_units },
    {"printing", test_print },
    {"fields",   test_fields},
    {"steps",    test_steps },
};

UNIT_MAIN("cli: a case that is shrunk, as text", tests)
