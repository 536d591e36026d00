#include "cli/selftest_report.h"

#include "reports/json_text.h"

static const char *text_of(const json_t *row, const char *name, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(row, name));
    return text != NULL ? text : otherwise;
}

static long number_of(const json_t *row, const char *name)
{
    return (long)json_integer_value(json_object_get(row, name));
}

static bool is_right(const json_t *row)
{
    return json_is_true(json_object_get(row, "right"));
}

/* ---- for people ---- */

static void print_head(const json_t *row, struct buf *out)
{
    const char *right = is_right(row) ? "ok    " : "NOT OK";
    if (text_of(row, "fault", NULL) == NULL) {
        buf_printf(out,
                   "%s  honest server and client: %ld of %ld cases pass, %ld inconclusive, "
                   "%ld errors\n",
                   right, number_of(row, "passed"), number_of(row, "run"),
                   number_of(row, "inconclusive"), number_of(row, "errors"));
        return;
    }
    long cases = number_of(row, "cases");
    buf_printf(out, "%s  %-32s %s %s: %s", right, text_of(row, "fault", ""),
               text_of(row, "level", "?"), text_of(row, "rule", ""),
               text_of(row, "verdict", "nobody noticed"));
    if (cases > 0) {
        buf_printf(out, " in %ld case%s", cases, cases == 1 ? "" : "s");
    }
    if (number_of(row, "inconclusive") > 0) {
        buf_printf(out, ", %ld inconclusive", number_of(row, "inconclusive"));
    }
    buf_append_octet(out, '\n');
}

static void print_declared(const json_t *row, struct buf *out)
{
    size_t i;
    json_t *other;
    json_array_foreach(json_object_get(row, "others"), i, other)
    {
        const char *reason = text_of(other, "reason", NULL);
        if (reason != NULL) {
            buf_printf(out, "    as declared, %s: %s. %s\n", text_of(other, "verdict", ""),
                       text_of(other, "rule", ""), reason);
        }
    }
}

void selftest_text(const json_t *row, bool quiet, struct buf *out)
{
    size_t i;
    json_t *why;
    if (quiet && is_right(row)) {
        return;
    }
    print_head(row, out);
    if (!quiet) {
        print_declared(row, out);
    }
    json_array_foreach(json_object_get(row, "wrong"), i, why)
    {
        buf_printf(out, "    %s\n", json_string_value(why));
    }
}

/* ---- tables ---- */

/* "smtp/a FAIL 3 (reason); ..." */
static void print_others(const json_t *row, struct buf *out)
{
    size_t i;
    json_t *other;
    json_array_foreach(json_object_get(row, "others"), i, other)
    {
        const char *reason = text_of(other, "reason", NULL);
        buf_printf(out, "%s%s %s %ld%s%s%s", i == 0 ? "" : "; ", text_of(other, "rule", ""),
                   text_of(other, "verdict", ""), number_of(other, "cases"),
                   reason == NULL ? "" : " (", reason == NULL ? "" : reason,
                   reason == NULL ? "" : ")");
    }
}

static void print_wrong(const json_t *row, struct buf *out)
{
    size_t i;
    json_t *why;
    json_array_foreach(json_object_get(row, "wrong"), i, why)
    {
        buf_printf(out, "%s%s", i == 0 ? "" : "; ", json_string_value(why));
    }
}

static void print_cells(const json_t *row, const char *between, struct buf *out)
{
    buf_printf(out, "%s%s%s%s%s%s%s%s%ld%s", text_of(row, "fault", "-"), between,
               text_of(row, "rule", "-"), between, text_of(row, "level", "-"), between,
               text_of(row, "verdict", "-"), between, number_of(row, "cases"), between);
    print_others(row, out);
    buf_printf(out, "%s%ld%s%ld%s%.2f%s", between, number_of(row, "run"), between,
               number_of(row, "inconclusive"), between,
               json_real_value(json_object_get(row, "seconds")), between);
    print_wrong(row, out);
}

void selftest_markdown(const json_t *rows, struct buf *out)
{
    size_t i;
    json_t *row;
    buf_append_text(
        out,
        "| fault | rule | level | verdict | cases | others | run | inconclusive | s | wrong |\n"
        "|---|---|---|---|---|---|---|---|---|---|\n");
    json_array_foreach(rows, i, row)
    {
        buf_append_text(out, "| ");
        print_cells(row, " | ", out);
        buf_append_text(out, " |\n");
    }
}

void selftest_tsv(const json_t *rows, struct buf *out)
{
    size_t i;
    json_t *row;
    buf_append_text(
        out, "fault\trule\tlevel\tverdict\tcases\tothers\trun\tinconclusive\tseconds\twrong\n");
    json_array_foreach(rows, i, row)
    {
        print_cells(row, "\t", out);
        buf_append_octet(out, '\n');
    }
}

void selftest_json(const json_t *rows, struct buf *out)
{
    json_print(out, rows, 4);
}
