/*
 * Fragments and messages: looked for beside the scenario, then in the library.
 */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "script_dump.h"
#include "unit.h"

static char folder[] = "/tmp/mailspec-include-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[256];
    struct error error;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int status = file_write(path, bytes_of(text), &error);
    UNIT_ROW(name, status == 0);
}

static void prepare(void)
{
    if (mkdtemp(folder) == NULL) {
        CU_FAIL_FATAL("no temporary folder");
    }
    write_file("own/lib/greet.scn", "Title: greets\n\nC: EHLO {{client}}\nS: 250\n");
    write_file("own/lib/both.scn", "<use lib/greet>\n<use near>\n");
    write_file("own/lib/near.scn", "C: NOOP\nS: 250\n");
    write_file("own/messages/own.eml", "x");
    write_file("own/lib/sends.scn", "C: DATA\nS: 354\nC: <send message own>\nS: 250\n");
    write_file("library/lib/greet.scn", "C: HELO {{client}}\nS: 250\n");
    write_file("library/lib/nested.scn", "<use lib/greet>\nC: NOOP\nS: 250\n");
    write_file("library/lib/second.scn", "C2: NOOP\nS2: 250\n");
    write_file("library/lib/loop.scn", "<use lib/loop2>\n");
    write_file("library/lib/loop2.scn", "<use lib/loop>\n");
    write_file("library/lib/bad.scn", "Start: ehlo\n\nC: NOOP\nS: Ok\n");
    write_file("library/lib/choice.scn", "Either\nC: NOOP\nS: 250\nOr\nC: RSET\nS: 250\n");
    write_file("library/lib/data.scn", "C: From: <{{sender}}>\nC: .\n");
    write_file("library/lib/declares.scn", "Variables: color\n\nC: HELP {{color}}\nS: 214\n");
    write_file("library/lib/empty.scn", "");
    write_file("library/messages/plain.eml", "To: <{{rcpt}}>\r\n\na\\b\n.\nlast");
    write_file("library/messages/bad.eml", "To: <{{rcpt\n");
    for (int i = 0; i < 12; i++) {
        char name[64];
        char text[64];
        snprintf(name, sizeof name, "library/lib/deep%d.scn", i);
        snprintf(text, sizeof text, "<use lib/deep%d>\nC: NOOP\nS: 250\n", i + 1);
        write_file(name, text);
    }
    write_file("library/lib/wide.scn",
               "<use lib/wide1>\n<use lib/wide1>\n<use lib/wide1>\n<use lib/wide1>\n");
    struct buf wide = {0};
    for (int i = 0; i < 60; i++) {
        buf_append_text(&wide, "C: NOOP\nS: 250\n<use lib/wide2>\n");
    }
    write_file("library/lib/wide1.scn", buf_text(&wide));
    buf_deinit(&wide);
    char large[70000];
    memset(large, 'x', sizeof large);
    memcpy(large, "# ", 2);
    for (size_t i = 100; i < sizeof large; i += 100) {
        memcpy(large + i, "\n# ", 3);
    }
    large[sizeof large - 1] = '\0';
    write_file("library/lib/wide2.scn", large);
}

/* Steps, or problems without the source lines. */
// clang-format off
static const struct row {
    const char *text;
    const char *expected;
} rows[] = {
    {"<use lib/greet>\n",                                   "C \"EHLO {{client}}\"v\nS 250 [keywords] [alone] \"250\"\n"  },
    {"<use lib/both>\n",
     "C \"EHLO {{client}}\"v\nS 250 [keywords] [alone] \"250\"\nC \"NOOP\"\nS 250 [alone] \"250\"\n"},
    {"<use lib/sends>\n",
     "C \"DATA\"\nS 354 [alone] \"354\"\nC <send-message x\\r\\n name=own>\nS 250 [end] [alone] \"250\"\n"},
    {"C2: <use lib/greet>\n",                               "C2 \"EHLO {{client}}\"v\nS2 250 [keywords] [alone] \"250\"\n"},
    {"<use lib/nested>\n",
     "C \"HELO {{client}}\"v\nS 250 [alone] \"250\"\nC \"NOOP\"\nS 250 [alone] \"250\"\n"                                 },
    {"C: DATA\nS: 354\n<use lib/data>\nS: 250\n",
     "C \"DATA\"\nS 354 [alone] \"354\"\nC data \"From: <{{sender}}>\"v \".\"\nS 250 [end] [alone] "
     "\"250\"\n"                                                                                                          },
    {"C: DATA\nS: 354\nC: <use lib/data>\nS: 250\n",
     "C \"DATA\"\nS 354 [alone] \"354\"\nC data \"From: <{{sender}}>\"v \".\"\nS 250 [end] [alone] "
     "\"250\"\n"                                                                                                          },
    {"<use lib/declares>\n",                                "C \"HELP {{color}}\"v\nS 214 [alone] \"214\"\n"              },
    {"C: DATA\nS: 354\nC: <send message plain>\nS: 250\n",
     "C \"DATA\"\nS 354 [alone] \"354\"\nC <send-message To: "
     "<{{rcpt}}>\\r\\n\\r\\na\\\\b\\r\\n.\\r\\nlast\\r\\n "
     "name=plain>\nS 250 [end] [alone] \"250\"\n"                                                                         },
    {"C: DATA\nS: 354\nC: <send file plain.eml>\nS: 250\n",
     "C \"DATA\"\nS 354 [alone] \"354\"\nC <send-message To: "
     "<\\{\\{rcpt}}>\\r\\n\\r\\na\\\\b\\r\\n.\\r\\nlast\\r\\n "
     "name=plain.eml>\nS 250 [end] [alone] \"250\"\n"                                                                     },
    {"C2: <use lib/second>\n",                              "library/lib/second.scn:1: a fragment that is used on connection 2 "
                               "speaks on connection 1 only\n"
                               "library/lib/second.scn:2: a fragment that is used on connection 2 "
                               "speaks on connection 1 only\n"                              },
    {"<use lib/loop>\n",                                    "library/lib/loop2.scn:1: library/lib/loop.scn uses itself\n" },
    {"<use lib/bad>\n",                                     "library/lib/bad.scn:1: a fragment has no field Start: it belongs to the "
                        "scenario that uses it\n"
                        "library/lib/bad.scn:4: expected a reply code, found \"Ok\"\n"             },
    {"<use lib/choice>\n",                                  "library/lib/choice.scn:1: a fragment has no alternatives\n"
                           "library/lib/choice.scn:4: a fragment has no alternatives\n"         },
    {"<use lib/deep0>\n",
     "library/lib/deep7.scn:1: fragments use each other too deep: at most 8\n"                                            },
    {"<use lib/empty>\n",                                   "library/lib/empty.scn:0: the file is empty\n"                },
    {"<use lib/no>\nC: NOOP\nS: 250\n",
     "own/t.scn:1: no fragment lib/no, neither beside this file nor in the library\n"                                     },
    {"C: DATA\nS: 354\nC: <send message bad>\nS: 250\n",
     "library/messages/bad.eml:1: {{ is not closed: expected }}; braces themselves are written "
     "\\{{\n"                                                                                                             },
};
// clang-format on

/* The temporary folder is taken out of paths and texts. */
static void append_without_folder(struct buf *out, const char *text)
{
    struct bytes rest = bytes_of(text);
    size_t length = strlen(folder) + 1;
    size_t at = bytes_find(rest, bytes_of(folder), 0);
    while (at != BYTES_NONE) {
        buf_append(out, bytes_slice(rest, 0, at));
        rest = bytes_skip(rest, at + length);
        at = bytes_find(rest, bytes_of(folder), 0);
    }
    buf_append(out, rest);
}

static struct scenario *read_text(const char *text)
{
    char path[256];
    char library[256];
    snprintf(path, sizeof path, "%s/own/t.scn", folder);
    snprintf(library, sizeof library, "%s/library", folder);
    struct scenario_options options = {.library = library, .id = "t"};
    return scenario_read(path, bytes_of(text), &options);
}

static void uses(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scenario *scenario = read_text(rows[i].text);
        struct buf out = {0};
        for (size_t j = 0; j < scenario_problem_count(scenario); j++) {
            const struct scenario_problem *problem = scenario_problem(scenario, j);
            append_without_folder(&out, problem->place.path);
            buf_printf(&out, ":%u: ", problem->place.line);
            append_without_folder(&out, problem->text);
            buf_append_octet(&out, '\n');
        }
        if (!scenario_failed(scenario)) {
            dump_steps(&out, scenario_program(scenario, 0));
        }
        if (!bytes_is(buf_bytes(&out), rows[i].expected)) {
            fprintf(stderr, "got:\n%s", buf_text(&out));
        }
        UNIT_ROW(rows[i].text, bytes_is(buf_bytes(&out), rows[i].expected));
        buf_deinit(&out);
        scenario_free(&scenario);
    }
}

/* 4 * 60 fragments of 70,000 octets: more than may be included. */
static void too_much(void)
{
    struct scenario *scenario = read_text("<use lib/wide>\n");
    CU_ASSERT_TRUE_FATAL(scenario_problem_count(scenario) > 0);
    CU_ASSERT_STRING_EQUAL(scenario_problem(scenario, 0)->text,
                           "too much is included: at most 16777216 octets in all");
    scenario_free(&scenario);
}

/* A message in every row of Each: is read once. */
static void message_in_rows(void)
{
    struct scenario *scenario = read_text("Each:\n  n\n  1\n  2\n\n"
                                          "C: DATA\nS: 354\nC: <send file plain>\nS: 250\n");
    CU_ASSERT_EQUAL_FATAL(scenario_program_count(scenario), 2);
    const struct text *a = &scenario_program(scenario, 0)->steps[2].text;
    const struct text *b = &scenario_program(scenario, 1)->steps[2].text;
    CU_ASSERT_PTR_EQUAL(a->pieces[0].octets.p, b->pieces[0].octets.p);
    scenario_free(&scenario);
}

/* Found as for <send message>, read when the file is, and filled in nowhere. */
static void given_message(void)
{
    struct scenario *scenario = read_text("Given:\n  user mrose tanstaaf\n  message mrose own\n  "
                                          "message mrose plain\n\nC: NOOP\nS: 250\n");
    CU_ASSERT_EQUAL_FATAL(scenario_program_count(scenario), 1);
    const struct program *program = scenario_program(scenario, 0);
    CU_ASSERT_EQUAL_FATAL(program->given_count, 3);
    CU_ASSERT(bytes_is(program->given[1].value.pieces[0].octets, "x\r\n"));
    CU_ASSERT(bytes_starts(program->given[2].value.pieces[0].octets, "To: <{{rcpt}}>\r\n\r\n"));
    scenario_free(&scenario);
}

static const char *const names[] = {
    "own/lib/greet.scn",
    "own/lib/both.scn",
    "own/lib/near.scn",
    "own/lib/sends.scn",
    "own/messages/own.eml",
    "library/lib/greet.scn",
    "library/lib/nested.scn",
    "library/lib/second.scn",
    "library/lib/loop.scn",
    "library/lib/loop2.scn",
    "library/lib/bad.scn",
    "library/lib/choice.scn",
    "library/lib/data.scn",
    "library/lib/empty.scn",
    "library/messages/plain.eml",
    "library/messages/bad.eml",
    "library/lib/declares.scn",
    "library/lib/wide.scn",
    "library/lib/wide1.scn",
    "library/lib/wide2.scn",
    "library/lib/deep0.scn",
    "library/lib/deep1.scn",
    "library/lib/deep2.scn",
    "library/lib/deep3.scn",
    "library/lib/deep4.scn",
    "library/lib/deep5.scn",
    "library/lib/deep6.scn",
    "library/lib/deep7.scn",
    "library/lib/deep8.scn",
    "library/lib/deep9.scn",
    "library/lib/deep10.scn",
    "library/lib/deep11.scn",
    "library/messages",
    "library/lib",
    "library",
    "own/lib",
    "own/messages",
    "own",
    "",
};

static void remove_all(void)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        int status = unlink(path) == 0 ? 0 : rmdir(path);
        UNIT_ROW(names[i], status == 0);
    }
}

static const struct unit_test tests[] = {
    {"prepare",         prepare        },
    {"uses",            uses           },
    {"too much",        too_much       },
    {"message in rows", message_in_rows},
    {"given message",   given_message  },
    {"remove",          remove_all     },
};

UNIT_MAIN("script include", tests)
