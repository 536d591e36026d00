/* The report for people: a line for each case, the failures, at the end what it amounts to. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/console_summary.h"
#include "reports/kinds.h"
#include "reports/sentence.h"
#include "reports/show.h"

#define CONSOLE_INDENT        "    "
#define CONSOLE_VERDICT_WIDTH ((size_t)12)

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

static void print_verdict(struct buf *out, enum verdict verdict, bool colour)
{
    struct bytes name = bytes_of(verdict_name(verdict));
    show_colour(out, console_colour(verdict), colour);
    buf_printf(out, "%s %s", console_glyph(verdict), verdict_name(verdict));
    show_colour(out, SHOW_PLAIN, colour);
    buf_append_fill(out, ' ', name.n < CONSOLE_VERDICT_WIDTH ? CONSOLE_VERDICT_WIDTH - name.n : 0);
}

static void print_case_line(struct reporter *reporter, const struct case_result *result)
{
    print_verdict(reporter->out, result->verdict, reporter->options.colour);
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

static void remember(struct reporter *reporter, const struct case_result *result)
{
    bool counts = verdict_outcome(result->verdict, reporter->info.fail_on) == OUTCOME_NOT_OK;
    bool not_judged = result->verdict == VERDICT_INCONCLUSIVE && !counts;
    struct buf *list = not_judged ? &reporter->ends.not_judged : &reporter->ends.failures;
    print_verdict(list, result->verdict, reporter->options.colour);
    buf_append_text(list, "  ");
    show_case_id(list, result);
    if (result->outcome.place.line > 0) {
        buf_append_text(list, "  ");
        show_text(list, result->outcome.place.path);
        buf_printf(list, ":%u", result->outcome.place.line);
    }
    struct buf why = {0};
    sentence_print(&why, result);
    if (why.n == 0 && result->reason != NULL) {
        buf_append_text(&why, result->reason);
    }
    buf_append_text(list, why.n > 0 ? "  " : "");
    show_line(list, buf_bytes(&why));
    buf_append_octet(list, '\n');
    buf_deinit(&why);
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
    tally_add(&reporter->ends.tally, result);
    losses_add(&reporter->ends.losses, result);
    if (result->verdict == VERDICT_UNSUPPORTED) {
        reasons_add(&reporter->ends.unsupported, result->reason, (struct bytes){0});
    } else if (result->verdict == VERDICT_INCONCLUSIVE) {
        reasons_add(&reporter->ends.inconclusive, result->reason, result->outcome.actual);
    }
    if (show_in_full(result->verdict, reporter->info.fail_on)) {
        remember(reporter, result);
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
};
