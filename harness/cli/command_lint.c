/* command_lint - check scenario files; command_fmt - print them in canonical form */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/commands.h"
#include "reports/show.h"
#include "script/scenario.h"

struct lint {
    const struct rule_set *rules;
    const char *root;
    const struct options *options;
    size_t files;
    size_t errors;
    size_t changed;
    bool found; /* not named: it stands in a folder that is */
};

static struct scenario *read_scenario(struct lint *lint, const char *path)
{
    struct scenario_options options = {
        .rules = lint->rules, .library = lint->root, .root = lint->root};
    struct scenario *scenario = scenario_read_file(path, &options);
    struct buf out = {0};
    for (size_t i = 0; i < scenario_problem_count(scenario); i++) {
        scenario_print_problem(&out, scenario_problem(scenario, i));
    }
    print_problems(&out);
    buf_deinit(&out);
    lint->files++;
    lint->errors += scenario_failed(scenario) ? 1 : 0;
    return scenario;
}

static const char *side_of(const struct program *program)
{
    if (program->playable_client) {
        return program->playable_server ? "both" : "server";
    }
    return program->playable_server ? "client" : "none";
}

/* Rows of one file may differ in what can be sent. */
static void print_sides(const struct scenario *scenario)
{
    static const char *const names[] = {"both", "server", "client", "none"};
    size_t count = scenario_program_count(scenario);
    const char *before = ", Side: ";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t n = 0;
        for (size_t k = 0; k < count; k++) {
            n += strcmp(side_of(scenario_program(scenario, k)), names[i]) == 0 ? 1 : 0;
        }
        if (n == count && n > 0) {
            printf("%s%s", before, names[i]);
        } else if (n > 0) {
            printf("%s%s (%zu)", before, names[i], n);
            before = ", ";
        }
    }
}

/* Whoever made the file chose its name. */
static void print_path(const char *path)
{
    struct buf shown = {0};
    show_text(&shown, path);
    fputs(buf_text(&shown), stdout);
    buf_deinit(&shown);
}

static void lint_file(void *self, const char *path)
{
    struct lint *lint = self;
    struct scenario *scenario = read_scenario(lint, path);
    size_t count = scenario_program_count(scenario);
    if (!scenario_failed(scenario)) {
        print_path(path);
        printf(": ok, %zu case%s", count, count == 1 ? "" : "s");
        print_sides(scenario);
        printf("\n");
    }
    scenario_free(&scenario);
}

/* Other people's dialogues that stand in a folder are shown as they were written; fmt is for those that are our own. */
static bool is_verbatim(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario_program_count(scenario); i++) {
        const struct program *program = scenario_program(scenario, i);
        for (size_t k = 0; k < program->tag_count; k++) {
            if (strcmp(program->tags[k], "verbatim") == 0) {
                return true;
            }
        }
    }
    return false;
}

static void format_file(void *self, const char *path)
{
    struct lint *lint = self;
    struct scenario *scenario = read_scenario(lint, path);
    if (lint->found && is_verbatim(scenario)) {
        scenario_free(&scenario);
        return;
    }
    struct buf text = {0};
    struct buf before = {0};
    struct error error = {""};
    if (!scenario_failed(scenario) && scenario_format(scenario, &text, &error) == 0 &&
        file_read(path, SCENARIO_MAX_OCTETS, &before, &error) == 0) {
        bool same = bytes_equal(buf_bytes(&text), buf_bytes(&before));
        lint->changed += same ? 0 : 1;
        if (options_given(lint->options, OPTION_CHECK)) {
            print_path(same ? "" : path);
            fputs(same ? "" : ": not in canonical form\n", stdout);
        } else if (!options_given(lint->options, OPTION_WRITE)) {
            fwrite(text.p, 1, text.n, stdout);
        } else if (!same) {
            file_write(path, buf_bytes(&text), &error);
        }
    }
    if (error.text[0] != '\0') {
        lint->errors++;
        complain(EXIT_SCENARIO, "%s", error.text);
    }
    buf_deinit(&text);
    buf_deinit(&before);
    scenario_free(&scenario);
}

static enum exit_status each_file(struct lint *lint, void (*visit)(void *, const char *))
{
    const struct options *options = lint->options;
    struct error error = {""};
    if (options->operand_count == 0) {
        return complain(EXIT_USAGE, "no file is named");
    }
    for (size_t i = 0; i < options->operand_count; i++) {
        const char *path = options->operands[i];
        lint->found = file_is_folder(path);
        if (!lint->found) {
            visit(lint, path);
        } else if (file_walk(path, ".scn", visit, lint, &error) != 0) {
            return complain(EXIT_SCENARIO, "%s", error.text);
        }
    }
    if (lint->errors > 0) {
        return EXIT_SCENARIO;
    }
    return lint->files > 0 ? EXIT_ACCEPTABLE
                           : complain(EXIT_NOTHING, "no scenario (*.scn) is there");
}

enum exit_status command_lint(const struct options *options, struct arena *arena)
{
    struct rule_set rules = {0};
    enum exit_status status = rules_load(options, arena, &rules);
    struct lint lint = {.rules = &rules, .root = scenarios_folder(options), .options = options};
    return status == EXIT_ACCEPTABLE ? each_file(&lint, lint_file) : status;
}

enum exit_status command_fmt(const struct options *options, struct arena *arena)
{
    struct rule_set rules = {0};
    enum exit_status status = rules_load(options, arena, &rules);
    struct lint lint = {.rules = &rules, .root = scenarios_folder(options), .options = options};
    if (status == EXIT_ACCEPTABLE) {
        status = each_file(&lint, format_file);
    }
    bool check = options_given(options, OPTION_CHECK);
    return status == EXIT_ACCEPTABLE && check && lint.changed > 0 ? EXIT_NOT_ACCEPTABLE : status;
}
