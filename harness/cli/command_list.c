/* command_list - list cases; command_show - one case or rule in full */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/tags.h"
#include "reports/show.h"

enum { SHOW_MAX_OCTETS = 4 * 1024 * 1024 };

enum { LIST_ID_WIDTH = 44 };

static void print_case(const struct program *program)
{
    struct buf line = {0};
    show_text(&line, program->id);
    size_t width = utf8_width(buf_bytes(&line));
    buf_append_fill(&line, ' ', width < LIST_ID_WIDTH ? LIST_ID_WIDTH - width : 0);
    buf_append_octet(&line, ' ');
    show_text(&line, program->title);
    for (size_t i = 0; i < program->rule_count; i++) {
        buf_append_text(&line, i == 0 ? "  [" : " ");
        show_text(&line, program->rules[i]);
    }
    printf("%s%s\n", buf_text(&line), program->rule_count > 0 ? "]" : "");
    buf_deinit(&line);
}

enum exit_status command_list(const struct options *options, struct arena *arena)
{
    struct rule_set rules = {0};
    struct suite *suite = NULL;
    struct error error = {""};
    struct shard shard;
    if (tags_check(&options->value[OPTION_TAG], &error) != 0 ||
        shard_from_options(options, &shard, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    enum exit_status status = rules_load(options, arena, &rules);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    status = suite_open(options, &rules, &suite, &error);
    if (status == EXIT_ACCEPTABLE) {
        status = suite_select_tags(options, suite, arena, &error);
    }
    if (status != EXIT_ACCEPTABLE) {
        complain(status, "%s", error.text);
    } else if (shard.count > 0) {
        suite_keep_shard(suite, &shard);
    }
    for (size_t i = 0; suite != NULL && i < suite_count(suite); i++) {
        print_case(suite_program(suite, i));
    }
    suite_free(&suite);
    return status;
}

static void show_rule(const struct rule *rule)
{
    printf("Rule: %s\nLevel: %s\nSide: %s\n", rule->id, level_name(rule->level),
           side_name(rule->side));
    for (size_t i = 0; i < rule->source_count; i++) {
        printf("Source: %s\n", rule->sources[i]);
    }
    printf("Title: %s\nJudged-by: %s\n", rule->title, rule->judged_by);
    for (size_t i = 0; i < rule->fault_count; i++) {
        printf("Fault: %s\n", rule->faults[i]);
    }
    if (rule->by_silence != NULL) {
        printf("By-silence: %s\n", rule->by_silence);
    }
    if (rule->one_fault != NULL) {
        printf("One-fault: %s\n", rule->one_fault);
    }
    for (size_t i = 0; i < rule->beside_count; i++) {
        const struct rule_beside *pair = &rule->besides[i];
        printf("Beside: %s %s: %s\n", pair->fault, pair->rule, pair->reason);
    }
    for (size_t i = 0; i < rule->need_count; i++) {
        printf("Needs: %s\n", rule->needs[i]);
    }
    if (rule->harm != NULL) {
        printf("Harm: %s\n", rule->harm);
    }
    printf("Impact: %s\n", impact_name(rule->impact));
    printf("\n%s\n\n", rule->text);
    if (rule->conflict != NULL) {
        printf("Conflict: %s\n\n", rule->conflict);
    }
}

static void show_case(const struct program *program)
{
    struct buf text = {0};
    struct buf head = {0};
    struct error error = {""};
    buf_append_text(&head, "Case: ");
    show_text(&head, program->id);
    buf_append_text(&head, "\nFile: ");
    show_text(&head, program->path);
    printf("%s\n\n", buf_text(&head));
    buf_deinit(&head);
    if (file_read(program->path, SHOW_MAX_OCTETS, &text, &error) == 0) {
        fwrite(text.p, 1, text.n, stdout);
        putchar('\n');
    }
    buf_deinit(&text);
}

enum exit_status command_show(const struct options *options, struct arena *arena)
{
    struct rule_set rules = {0};
    struct suite *suite = NULL;
    struct error error = {""};
    if (options->operand_count == 0) {
        return complain(EXIT_USAGE, "no id is named; \"mailspec list\" shows all");
    }
    enum exit_status status = rules_load(options, arena, &rules);
    bool all_rules = status == EXIT_ACCEPTABLE;
    for (size_t i = 0; i < options->operand_count && status == EXIT_ACCEPTABLE; i++) {
        const struct rule *rule = rule_find(&rules, bytes_of(options->operands[i]));
        if (rule != NULL) {
            show_rule(rule);
        }
        all_rules = all_rules && rule != NULL;
    }
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    suite = suite_new(scenarios_folder(options), &rules);
    if (suite_load(suite, options->operands, options->operand_count, &error) != 0 && !all_rules) {
        status = complain(EXIT_NOTHING, "%s", error.text);
    }
    const char *last = "";
    for (size_t i = 0; i < suite_count(suite); i++) {
        const struct program *program = suite_program(suite, i);
        if (strcmp(program->path, last) != 0) {
            show_case(program);
        }
        last = program->path;
    }
    suite_free(&suite);
    return status;
}
