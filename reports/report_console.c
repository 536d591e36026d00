/* The report for people: a line for each case, the failures, at the end what it amounts to. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/console_summary.h"
#include "reports/kinds.h"
#include "reports/show.h"

#define CONSOLE_INDENT "    "

struct reporter {
    struct reporter_options options;
    struct buf *out;
    struct run_info info;
    struct console_ends ends;
};

static struct reporter *console_create(const struct reporter_options *options, struct buf *out)
{
    struct reporter *reporter = mem_alloc(sizeof *reporter);
    reporter->options = *options;
    reporter->out = out;
    return reporter;
}

static void console_begin(struct reporter *reporter, const struct run_info *info)
{
    reporter->info = *info;
    if (info->shows_secrets) {
        buf_append_text(reporter->out, SHOW_OPEN_NOTE "\n");
    }
    if (reporter->options.quiet) {
        return;
    }
    buf_append_text(reporter->out, "mailspec ");
    show_text(reporter->out, info->version);
    buf_append_text(reporter->out, ": ");
    show_count(reporter->out, info->case_count, "case", "cases");
    if (info->shard > 0) {
        buf_printf(reporter->out, " of %zu (shard %u/%u)", info->whole_count, info->shard,
                   info->shard_count);
    }
    buf_append_text(reporter->out, " against ");
    show_text(reporter->out, info->target_name);
    if (info->target_url != NULL &&
        (info->target_name == NULL || strcmp(info->target_url, info->target_name) != 0)) {
        buf_append_text(reporter->out, " (");
        show_text(reporter->out, info->target_url);
        buf_append_octet(reporter->out, ')');
    }
    buf_append_text(reporter->out, "\n\n");
}

/* ---- One case ---- */

static void print_case_line(struct reporter *reporter, const struct case_result *result)
{
    console_verdict(reporter->out, result->verdict, reporter->options.colour);
    buf_append_text(reporter->out, "  ");
    show_case_id(reporter->out, result);
    buf_append_text(reporter->out, "  ");
    show_text(reporter->out, result->program->title);
    buf_append_text(reporter->out, "  ");
    show_colour(reporter->out, SHOW_DIM, reporter->options.colour);
    show_duration(reporter->out, result->duration_us);
    show_colour(reporter->out, SHOW_PLAIN, reporter->options.colour);
    buf_append_octet(reporter->out, '\n');
}

/* `text` with every line moved to the right; an empty line between this and the next case. */
static void print_indented(struct buf *out, struct bytes text)
{
    struct bytes rest = text;
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        buf_append_text(out, CONSOLE_INDENT);
        buf_append(out, line);
        buf_append_octet(out, '\n');
    }
}

/* The shared text without its first line: the title stands in the line of the case. */
static void print_failure(struct reporter *reporter, const struct case_result *result)
{
    struct buf text = {0};
    failure_print(&text, result, &reporter->options);
    size_t title_end = bytes_index(buf_bytes(&text), '\n', 0);
    print_indented(reporter->out, bytes_skip(buf_bytes(&text), title_end + 1));
    buf_append_octet(reporter->out, '\n');
    buf_deinit(&text);
}

/* What is worth a word beside an acceptable case. */
static void print_remarks(struct reporter *reporter, const struct case_result *result)
{
    struct buf *out = reporter->out;
    const char *reason = result->verdict == VERDICT_XFAIL ? result->known_failing : result->reason;
    bool said = false;
    for (size_t i = 0; i < result->finding_count && result->verdict != VERDICT_XFAIL; i++) {
        const struct finding *finding = &result->findings[i];
        buf_printf(out, CONSOLE_INDENT "%s ", level_name(finding->rule->level));
        show_text(out, finding->rule->id);
        show_sources(out, " (", finding->rule, ")");
        buf_append_text(out, ": ");
        show_text(out, finding->text);
        buf_append_octet(out, '\n');
        said = true;
    }
    if (!said && reason != NULL) {
        buf_append_text(out, CONSOLE_INDENT);
        show_text(out, reason);
        buf_append_octet(out, '\n');
    }
}

static void print_whole_wire(struct reporter *reporter, const struct case_result *result)
{
    struct buf wire = {0};
    wire_print(&wire, result, BYTES_NONE);
    print_indented(reporter->out, buf_bytes(&wire));
    buf_deinit(&wire);
}

static void console_case_done(struct reporter *reporter, const struct case_result *result)
{
    console_ends_add(&reporter->ends, result, reporter->info.fail_on, reporter->options.colour);
    if (show_in_full(result->verdict, reporter->info.fail_on)) {
        print_case_line(reporter, result);
        print_failure(reporter, result);
    } else if (!reporter->options.quiet) {
        print_case_line(reporter, result);
        print_remarks(reporter, result);
        if (reporter->options.trace == TRACE_ALL) {
            print_whole_wire(reporter, result);
        }
    }
}

static void console_end(struct reporter *reporter, const struct run_summary *summary)
{
    console_lists(reporter->out, &reporter->ends, summary, reporter->options.colour);
    console_summary(reporter->out, &reporter->info, summary, &reporter->ends.tally,
                    reporter->options.colour);
}

static void console_destroy(struct reporter *reporter)
{
    if (reporter != NULL) {
        console_ends_deinit(&reporter->ends);
        free(reporter);
    }
}

const struct reporter_kind report_console = {
    .name = "console",
    .create = console_create,
    .begin = console_begin,
    .case_done = console_case_done,
    .end = console_end,
    .destroy = console_destroy,
    .any_order = true,
};
