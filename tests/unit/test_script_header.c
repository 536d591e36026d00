/*
 * Header fields: what of them is found in the programs.
 */
#include <string.h>

#include "script_dump.h"
#include "unit.h"

static struct scenario *read_text(const char *text, const struct scenario_options *options)
{
    struct scenario *scenario = scenario_read("scenarios/smtp/a-case.scn", bytes_of(text), options);
    if (scenario_failed(scenario)) {
        struct buf out = {0};
        dump_problems(&out, scenario);
        fprintf(stderr, "%s", buf_text(&out));
        buf_deinit(&out);
    }
    return scenario;
}

static const char full[] = "# a comment\n"
                           "Title: A case of {{what}}\n"
                           "Rule: smtp/a, smtp/b\n"
                           "  smtp/c\n"
                           "Tags: slow once\n"
                           "Requires: ehlo SIZE, auth PLAIN,\n"
                           "  messages 2, empty-maildrop\n"
                           "Start: {{start}}\n"
                           "Given:\n"
                           "  hostname a.example\n"
                           "  user mrose secret mrose@a.example\n"
                           "  greeting {{what}} ready\n"
                           "Cast: Jones@foo.com={{rcpt}} foo.com={{domain}}\n"
                           "Variables: extra\n"
                           "Each:\n"
                           "  what  | start | code\n"
                           "  One 1 | ehlo  | 503 \\| ?5yz\n"
                           "  one-1 | mail  | 2yz\n"
                           "  ***   | tls   | 250\n"
                           "Compare: text\n"
                           "Timeout: 90s\n"
                           "Uses: maildrop\n"
                           "Points: 5\n"
                           "Off-script: fail\n"
                           "Finally:\n"
                           "  C: RSET\n"
                           "  S: 250\n"
                           "\n"
                           "C: HELP {{what}} {{extra}}\n"
                           "S: {{code}}\n";

static bool text_is(const struct text *text, const char *expected)
{
    struct buf out = {0};
    scenario_print_text(&out, text);
    bool is = bytes_is(buf_bytes(&out), expected);
    buf_deinit(&out);
    return is;
}

static void all_fields(void)
{
    struct scenario_options options = {.root = "scenarios"};
    struct scenario *scenario = read_text(full, &options);
    CU_ASSERT_EQUAL_FATAL(scenario_program_count(scenario), 3);
    const struct program *program = scenario_program(scenario, 0);
    CU_ASSERT_STRING_EQUAL(program->id, "smtp/a-case/one-1");
    CU_ASSERT_STRING_EQUAL(scenario_program(scenario, 1)->id, "smtp/a-case/one-1-2");
    CU_ASSERT_STRING_EQUAL(scenario_program(scenario, 2)->id, "smtp/a-case/row-3");
    CU_ASSERT_STRING_EQUAL(program->title, "A case of One 1");
    CU_ASSERT_EQUAL_FATAL(program->rule_count, 3);
    CU_ASSERT_STRING_EQUAL(program->rules[2], "smtp/c");
    CU_ASSERT_EQUAL_FATAL(program->tag_count, 2);
    CU_ASSERT_STRING_EQUAL(program->tags[1], "once");
    CU_ASSERT_TRUE(program->compare_text && program->uses_maildrop && program->off_script_fails);
    CU_ASSERT_EQUAL(program->timeout_ms, 90000);
    CU_ASSERT_EQUAL(program->points, 5);
    CU_ASSERT_EQUAL(program->finally_count, 2);
    scenario_free(&scenario);
}

static void folded_title(void)
{
    static const char text[] = "Title: a case\n  of {{n}},\n# why\n\tfolded\nEach:\n  n\n  x\n\n"
                               "C: NOOP\nS: 250\n";
    struct scenario *scenario = read_text(text, NULL);
    CU_ASSERT_EQUAL_FATAL(scenario_program_count(scenario), 1);
    CU_ASSERT_STRING_EQUAL(scenario_program(scenario, 0)->title, "a case of x, folded");
    scenario_free(&scenario);
}

static void needs(void)
{
    struct scenario *scenario = read_text(full, NULL);
    const struct program *program = scenario_program(scenario, 0);
    CU_ASSERT_EQUAL_FATAL(program->need_count, 4);
    CU_ASSERT_EQUAL(program->needs[0].kind, NEED_EHLO);
    CU_ASSERT_STRING_EQUAL(program->needs[0].word, "SIZE");
    CU_ASSERT_EQUAL(program->needs[1].kind, NEED_AUTH);
    CU_ASSERT_EQUAL(program->needs[2].kind, NEED_MESSAGES);
    CU_ASSERT_EQUAL(program->needs[2].number, 2);
    CU_ASSERT_EQUAL(program->needs[3].kind, NEED_EMPTY);
    scenario_free(&scenario);
}

/* A digest that is printed in the dialogue needs the server that can be told its challenge. */
static void needs_of_a_digest(void)
{
    static const char text[] = "Given:\n  nonce <1@a>\n  user mrose tanstaaf\nRequires: pop3\n\n"
                               "C: APOP mrose c4c9334bac560ecc979e58001b3e22fb\nS: +OK\n";
    struct scenario *scenario = read_text(text, NULL);
    CU_ASSERT_EQUAL(scenario_problem_count(scenario), 0);
    CU_ASSERT_EQUAL_FATAL(scenario_program(scenario, 0)->need_count, 2);
    CU_ASSERT_EQUAL(scenario_program(scenario, 0)->needs[1].kind, NEED_BUILT_IN);
    scenario_free(&scenario);
}

/* Where Cast: exchanges it, any server can be asked; without the nonce that is so as long as no server is set up. */
static void digest_that_is_cast(void)
{
    static const char cast[] = "Cast: c4c9334bac560ecc979e58001b3e22fb={{apop}}\n";
    static const struct {
        const char *given;
        const char *cast;
        size_t problems;
        size_t needs;
        bool playable;
    } table[] = {
        {"Given:\n  nonce <1@a>\n  user mrose tanstaaf\n", "",                       0, 2, true },
        {"Given:\n  nonce <1@a>\n  user mrose tanstaaf\n", "Cast: mrose={{user}}\n", 0, 2, true },
        {"Given:\n  nonce <1@a>\n  user mrose tanstaaf\n", cast,                     0, 1, true },
        {"",                                               cast,                     0, 1, true },
        {"Given:\n  user mrose tanstaaf\n",                cast,                     1, 1, false},
        {"",                                               "",                       1, 1, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct buf text = {0};
        buf_printf(&text, "%s%sRequires: pop3\n\n%s", table[i].given, table[i].cast,
                   "C: APOP mrose C4C9334bac560ecc979e58001b3e22fb\nS: +OK\n");
        struct scenario *scenario = read_text(buf_text(&text), NULL);
        UNIT_ROW(buf_text(&text), scenario_problem_count(scenario) == table[i].problems);
        UNIT_ROW(buf_text(&text), scenario_program(scenario, 0)->need_count == table[i].needs);
        UNIT_ROW(buf_text(&text),
                 scenario_program(scenario, 0)->playable_client == table[i].playable);
        scenario_free(&scenario);
        buf_deinit(&text);
    }
}

static void rows(void)
{
    struct scenario *scenario = read_text(full, NULL);
    const struct program *first = scenario_program(scenario, 0);
    const struct program *second = scenario_program(scenario, 1);
    CU_ASSERT_EQUAL_FATAL(first->row_count, 3);
    CU_ASSERT_STRING_EQUAL(first->row[2].name, "code");
    CU_ASSERT_TRUE(text_is(&first->row[2].value, "503 | ?5yz"));
    CU_ASSERT_TRUE(bytes_is(first->row[2].raw, "503 \\| ?5yz"));
    CU_ASSERT_EQUAL(first->connections[0].start, START_EHLO);
    CU_ASSERT_EQUAL(second->connections[0].start, START_MAIL);
    CU_ASSERT_EQUAL(first->steps[1].reply.code_count, 2);
    CU_ASSERT_TRUE(first->steps[1].reply.codes[1].second_choice);
    CU_ASSERT_STRING_EQUAL(second->steps[1].reply.codes[0].code, "2yz");
    /* The place of a line is that of the line; what came from a cell has the place of the cell. */
    CU_ASSERT_EQUAL(first->steps[0].lines[0].place.line, 29);
    CU_ASSERT_EQUAL(first->steps[0].lines[0].text.pieces[1].place.line, 17);
    CU_ASSERT_EQUAL(second->steps[0].lines[0].text.pieces[1].place.line, 18);
    scenario_free(&scenario);
}

static void given_and_cast(void)
{
    struct scenario *scenario = read_text(full, NULL);
    const struct program *program = scenario_program(scenario, 0);
    CU_ASSERT_EQUAL_FATAL(program->given_count, 3);
    CU_ASSERT_STRING_EQUAL(program->given[1].name, "user");
    CU_ASSERT_TRUE(text_is(&program->given[1].value, "mrose secret mrose@a.example"));
    CU_ASSERT_TRUE(text_is(&program->given[2].value, "One 1 ready"));
    CU_ASSERT_EQUAL_FATAL(program->cast_count, 2);
    CU_ASSERT_STRING_EQUAL(program->cast[1].name, "foo.com");
    CU_ASSERT_TRUE(text_is(&program->cast[1].value, "{{domain}}"));
    scenario_free(&scenario);
}

static const struct id_row {
    const char *path;
    const char *root;
    const char *id;
    const char *expected;
} id_rows[] = {
    {"scenarios/smtp/x.scn",    "scenarios",    NULL,  "smtp/x"          },
    {"scenarios/smtp/x.scn",    "scenarios/",   NULL,  "smtp/x"          },
    {"/a/scenarios/smtp/x.scn", "/a/scenarios", NULL,  "smtp/x"          },
    {"scenarios/smtp/x.scn",    "scen",         NULL,  "scenarios/smtp/x"},
    {"./x.scn",                 NULL,           NULL,  "x"               },
    {"x.txt",                   NULL,           NULL,  "x.txt"           },
    {"/tmp/x.scn",              NULL,           NULL,  "tmp/x"           },
    {"-",                       NULL,           NULL,  "-"               },
    {"x.scn",                   NULL,           "a/b", "a/b"             },
};

static void ids(void)
{
    for (size_t i = 0; i < sizeof id_rows / sizeof id_rows[0]; i++) {
        const struct id_row *row = &id_rows[i];
        struct scenario_options options = {.root = row->root, .id = row->id};
        struct scenario *scenario =
            scenario_read(row->path, BYTES_LIT("C: NOOP\nS: 250\n"), &options);
        UNIT_ROW(row->path, scenario_program_count(scenario) == 1 &&
                                strcmp(scenario_program(scenario, 0)->id, row->expected) == 0);
        scenario_free(&scenario);
    }
}

/* Known rules are looked up; a rule that there is not is an error with the nearest one. */
static void rules(void)
{
    static const struct rule a = {.id = "smtp/helo"};
    static const struct rule b = {.id = "smtp/verb-case"};
    static const struct rule *const known[] = {&a, &b};
    static const struct rule_set set = {known, 2};
    struct scenario_options options = {.rules = &set, .id = "t"};
    struct scenario *good =
        scenario_read("t", BYTES_LIT("Rule: smtp/verb-case\n\nC: NOOP\nS: 250\n"), &options);
    struct scenario *bad =
        scenario_read("t", BYTES_LIT("Rule: smtp/verbcase\n\nC: NOOP\nS: 250\n"), &options);
    CU_ASSERT_FALSE(scenario_failed(good));
    CU_ASSERT_EQUAL_FATAL(scenario_problem_count(bad), 1);
    CU_ASSERT_STRING_EQUAL(scenario_problem(bad, 0)->text,
                           "unknown rule \"smtp/verbcase\"; did you mean smtp/verb-case?");
    scenario_free(&good);
    scenario_free(&bad);
}

static const struct unit_test tests[] = {
    {"all fields",            all_fields         },
    {"folded title",          folded_title       },
    {"needs",                 needs              },
    {"needs of a digest",     needs_of_a_digest  },
    {"a digest that is cast", digest_that_is_cast},
    {"rows",                  rows               },
    {"given and cast",        given_and_cast     },
    {"ids",                   ids                },
    {"rules",                 rules              },
};

UNIT_MAIN("script header", tests)
