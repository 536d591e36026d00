/*
 * TAP 14: a test point for each case, what went wrong as YAML below it.
 *
 * UNSUPPORTED and SKIP are "ok # SKIP". What could not be judged is never "ok": INCONCLUSIVE, like XFAIL, is
 * "not ok # TODO" with the reason, which consumers show and do not count, unless --fail-on any makes it count.
 *
 * Nothing here is new in version 14, so the same report is offered as version 13: prove of Perl 5.36 takes any
 * later version line for an error.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "reports/kinds.h"
#include "reports/show.h"
#include "reports/tally.h"

struct reporter {
    struct reporter_options options;
    struct buf *out;
    enum fail_on fail_on;
    int version;
    size_t planned;
    size_t done;
};

static struct reporter *tap_create(const struct reporter_options *options, struct buf *out,
                                   int version)
{
    struct reporter *reporter = mem_alloc(sizeof *reporter);
    reporter->options = *options;
    reporter->options.colour = false;
    reporter->out = out;
    reporter->version = version;
    return reporter;
}

static struct reporter *tap14_create(const struct reporter_options *options, struct buf *out)
{
    return tap_create(options, out, 14);
}

static struct reporter *tap13_create(const struct reporter_options *options, struct buf *out)
{
    return tap_create(options, out, 13);
}

static void tap_begin(struct reporter *reporter, const struct run_info *info)
{
    reporter->fail_on = info->fail_on;
    reporter->planned = info->case_count;
    buf_printf(reporter->out, "TAP version %d\n1..%zu", reporter->version, info->case_count);
    if (tally_empty_shard(info)) {
        buf_printf(reporter->out, " # SKIP shard %u/%u is empty", info->shard, info->shard_count);
    } else if (info->case_count == 0) {
        buf_append_text(reporter->out, " # SKIP nothing was selected");
    }
    buf_append_text(reporter->out, info->shows_secrets ? "\n# " SHOW_OPEN_NOTE "\n" : "\n");
}

/* ---- The test point ---- */

/* "#" begins a directive, "\" escapes it. */
static void print_description(struct buf *out, const struct case_result *result)
{
    struct buf text = {0};
    show_case_id(&text, result);
    buf_append_text(&text, "  ");
    show_text(&text, result->program->title);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '#' || text.p[i] == '\\') {
            buf_append_octet(out, '\\');
        }
        buf_append_octet(out, text.p[i]);
    }
    buf_deinit(&text);
}

struct tap_point {
    bool ok;
    const char *directive; /* NULL: none */
    const char *why;       /* in front of the reason */
};

static struct tap_point point_of(enum verdict verdict, enum verdict_outcome outcome)
{
    static const struct tap_point points[VERDICT_COUNT] = {
        [VERDICT_PASS] = {true,  NULL,   ""               },
        [VERDICT_INFO] = {true,  NULL,   ""               },
        [VERDICT_NON_STRICT] = {true,  NULL,   ""               },
        [VERDICT_UNSUPPORTED] = {true,  "SKIP", "unsupported: "  },
        [VERDICT_SKIP] = {true,  "SKIP", ""               },
        [VERDICT_INCONCLUSIVE] = {false, "TODO", "inconclusive: " },
        [VERDICT_ERROR] = {false, "TODO", "error: "        },
        [VERDICT_FAIL] = {false, "TODO", "tolerated: "    },
        [VERDICT_XFAIL] = {false, "TODO", "known failing: "},
        [VERDICT_XPASS] = {false, "TODO", "tolerated: "    },
    };
    return outcome == OUTCOME_NOT_OK ? (struct tap_point){.why = ""} : points[verdict];
}

static void print_point(struct reporter *reporter, const struct case_result *result)
{
    struct buf *out = reporter->out;
    struct tap_point point =
        point_of(result->verdict, verdict_outcome(result->verdict, reporter->fail_on));
    buf_printf(out, "%s %zu - ", point.ok ? "ok" : "not ok", ++reporter->done);
    print_description(out, result);
    if (point.directive != NULL) {
        bool known = result->verdict == VERDICT_XFAIL && result->known_failing != NULL;
        buf_printf(out, " # %s %s", point.directive, point.why);
        show_text(out, known ? result->known_failing : result->reason);
    }
    buf_append_octet(out, '\n');
}

/* ---- Diagnostics: YAML of double-quoted strings only, which cannot be misread ---- */

static void print_quoted(struct buf *out, struct bytes text)
{
    buf_append_octet(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\') {
            buf_append_octet(out, '\\');
        }
        buf_append_octet(out, text.p[i]);
    }
    buf_append_text(out, "\"\n");
}

static void print_field(struct buf *out, const char *name, struct bytes shown)
{
    if (shown.n > 0) {
        buf_printf(out, "  %s: ", name);
        print_quoted(out, shown);
    }
}

static void print_text_field(struct buf *out, const char *name, const char *text)
{
    struct buf shown = {0};
    show_text(&shown, text);
    print_field(out, name, buf_bytes(&shown));
    buf_deinit(&shown);
}

static void print_lines(struct buf *out, const char *name, struct bytes text)
{
    struct bytes rest = text;
    struct bytes line;
    buf_printf(out, "  %s:\n", name);
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        buf_append_text(out, "    - ");
        print_quoted(out, line);
    }
}

static void print_place(struct buf *out, const struct place *place)
{
    if (place->line > 0) {
        buf_append_text(out, "  at:\n  ");
        print_text_field(out, "file", place->path);
        buf_printf(out, "    line: \"%u\"\n", place->line);
    }
}

static void print_diagnostics(struct reporter *reporter, const struct case_result *result)
{
    struct buf *out = reporter->out;
    struct buf text = {0};
    struct buf found = {0};
    bool full = show_in_full(result->verdict, reporter->fail_on);
    failure_print(&text, result, &reporter->options);
    show_octets(&found, result->outcome.actual, SHOW_VALUE_LIMIT);
    buf_append_text(out, "  ---\n");
    print_text_field(out, "message", result->reason);
    print_text_field(out, "severity", full ? "fail" : "comment");
    print_text_field(out, "verdict", verdict_name(result->verdict));
    print_place(out, &result->outcome.place);
    if (full) {
        struct buf expected = {0};
        show_line(&expected, bytes_slice(result->outcome.expected, 0, SHOW_VALUE_LIMIT));
        print_field(out, "expected", buf_bytes(&expected));
        print_field(out, "found", buf_bytes(&found));
        buf_deinit(&expected);
    }
    print_lines(out, "text", buf_bytes(&text));
    buf_append_text(out, "  ...\n");
    buf_deinit(&found);
    buf_deinit(&text);
}

static void tap_case_done(struct reporter *reporter, const struct case_result *result)
{
    print_point(reporter, result);
    bool silent = result->verdict == VERDICT_PASS || result->verdict == VERDICT_SKIP ||
                  result->verdict == VERDICT_UNSUPPORTED;
    if (!silent || reporter->options.trace == TRACE_ALL ||
        show_in_full(result->verdict, reporter->fail_on)) {
        print_diagnostics(reporter, result);
    }
}

static void tap_end(struct reporter *reporter, const struct run_summary *summary)
{
    for (size_t i = 0; i < summary->absence_count; i++) {
        buf_append_text(reporter->out, "# ");
        show_text(reporter->out, summary->absences[i].text);
        buf_append_octet(reporter->out, '\n');
    }
    if (summary->broken_off != NULL) {
        buf_append_text(reporter->out, "Bail out! ");
        show_text(reporter->out, summary->broken_off);
        buf_append_octet(reporter->out, '\n');
    } else if (reporter->done < reporter->planned) {
        buf_printf(reporter->out, "Bail out! %s after %zu of %zu cases\n",
                   summary->interrupted ? "Interrupted" : "Ended", reporter->done,
                   reporter->planned);
    }
}

static void tap_destroy(struct reporter *reporter)
{
    free(reporter);
}

const struct reporter_kind report_tap = {
    .name = "tap",
    .create = tap14_create,
    .begin = tap_begin,
    .case_done = tap_case_done,
    .end = tap_end,
    .destroy = tap_destroy,
};

const struct reporter_kind report_tap13 = {
    .name = "tap13",
    .create = tap13_create,
    .begin = tap_begin,
    .case_done = tap_case_done,
    .end = tap_end,
    .destroy = tap_destroy,
};
