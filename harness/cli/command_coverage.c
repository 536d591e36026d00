/* command_coverage - which rules there are, what judges and proves each, and what of the standards is not judged */
#include <stdio.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/coverage.h"
#include "cli/coverage_table.h"

static void (*const printers[])(const struct coverage *coverage, struct buf *out) = {
    coverage_text, coverage_markdown, coverage_json, coverage_tsv};
static void (*const table_printers[])(const struct coverage_table *table, struct buf *out) = {
    coverage_table_text, coverage_table_markdown, coverage_table_json, coverage_table_tsv};

/* All shipped cases, those that a run leaves out by their tags as well. */
static enum exit_status open_all(const struct options *options, const struct rule_set *rules,
                                 struct suite **suite_r)
{
    struct options all = *options;
    struct error error = {""};
    all.operand_count = 0; /* the operands are rules and documents */
    enum exit_status status = suite_open(&all, rules, suite_r, &error);
    return status == EXIT_ACCEPTABLE ? status : complain(status, "%s", error.text);
}

static void on_defect(void *self, const char *text)
{
    (void)self;
    complain(EXIT_SCENARIO, "%s", text);
}

static enum exit_status print_table(const struct options *options, const struct suite *suite,
                                    enum table_format format, struct arena *arena, struct buf *out)
{
    struct coverage_table table;
    struct error error = {""};
    const char *path = arena_printf(arena, "%s/table.tsv", scenarios_folder(options));
    if (options->operand_count > 0) {
        return complain(EXIT_USAGE, "--table shows the whole table: it goes without a selector");
    }
    if (coverage_table_read(path, suite, arena, &table, &error) != 0) {
        return complain(EXIT_SCENARIO, "%s", error.text);
    }
    table_printers[format](&table, out);
    return EXIT_ACCEPTABLE;
}

static enum exit_status print_coverage(const struct options *options, const struct rule_set *rules,
                                       const struct suite *suite, enum table_format format,
                                       struct arena *arena, struct buf *out)
{
    struct coverage coverage;
    struct requirement_set requirements;
    struct error error = {""};
    const char *path =
        arena_printf(arena, "%s/catalogue/requirements.tsv", scenarios_folder(options));
    if (!file_exists(path)) {
        return complain(EXIT_SCENARIO, "%s is not there", path);
    }
    if (requirements_read(path, rules, arena, &requirements, on_defect, NULL, &error) != 0) {
        return EXIT_SCENARIO;
    }
    if (coverage_collect(rules, &requirements, suite, options->operands, options->operand_count,
                         arena, &coverage, &error) != 0) {
        return complain(EXIT_NOTHING, "%s", error.text);
    }
    printers[format](&coverage, out);
    return EXIT_ACCEPTABLE;
}

enum exit_status command_coverage(const struct options *options, struct arena *arena)
{
    struct rule_set rules = {0};
    struct suite *suite = NULL;
    struct buf out = {0};
    struct error error = {""};
    enum table_format format = FORMAT_TEXT;
    if (format_from_options(options, &format, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    enum exit_status status = rules_load(options, arena, &rules);
    if (status == EXIT_ACCEPTABLE) {
        status = open_all(options, &rules, &suite);
    }
    if (status == EXIT_ACCEPTABLE) {
        status = options_given(options, OPTION_TABLE)
                     ? print_table(options, suite, format, arena, &out)
                     : print_coverage(options, &rules, suite, format, arena, &out);
    }
    fwrite(out.p, 1, out.n, stdout);
    buf_deinit(&out);
    suite_free(&suite);
    return status;
}
