/* TAP: whole reports, and a small reader that holds them against the rules of TAP 14. */
#include "reports_rows.h"

struct tap_row {
    const char *golden;
    struct rows_run run;
    const char *points; /* a letter for each: "." ok, "F" not ok, "s" skipped, "t" to do */
    bool bails;
};

static const struct tap_row rows[] = {
    {"tap.txt",             {.kind = "tap", ROWS_ALL},                                      "...F.FtFtssFF.", false},
    {"tap13-accepted.txt",  {.kind = "tap13", .from = 8, .to = 11},                         "tss",            false},
    {"tap13-refused.txt",   {.kind = "tap13", .from = 2, .to = 4},                          ".F",             false},
    {"tap-any.txt",         {.kind = "tap", .fail_on = FAIL_ON_ANY, .from = 8, .to = 11},   "FFF",            false},
    {"tap-never.txt",       {.kind = "tap", .fail_on = FAIL_ON_NEVER, .from = 2, .to = 4},  ".t",             false},
    {"tap-interrupted.txt",
     {.kind = "tap", .from = 0, .to = 1, .planned = 20, .interrupted = true},
     ".",                                                                                                     true },
    {"tap-broken-off.txt",
     {.kind = "tap", .planned = 20, .broken_off = "127.0.0.1:25 refused\nthe connection."},
     "",                                                                                                      true },
    {"tap-empty.txt",       {.kind = "tap"},                                                "",               false},
};

/* What a harness sees of one report. */
struct tap_seen {
    struct buf points;
    unsigned long plan;
    bool bailed;
    bool in_yaml;
    bool wrong;
};

/* Position of the "#" of a directive: one that no "\" stands in front of. */
static size_t directive_at(struct bytes line)
{
    size_t i = 0;
    while (i < line.n && line.p[i] != '#') {
        i += line.p[i] == '\\' ? 2 : 1;
    }
    return i < line.n ? i : BYTES_NONE;
}

static void read_point(struct tap_seen *seen, struct bytes line)
{
    bool ok = bytes_starts(line, "ok ");
    struct bytes rest = bytes_skip(line, ok ? 3 : 7);
    struct bytes number;
    uint64_t value = 0;
    (void)bytes_next_word(&rest, &number);
    seen->wrong |= !bytes_to_u64(number, &value) || value != seen->points.n + 1;
    seen->wrong |= !bytes_starts(bytes_trim(rest), "- ");
    size_t at = directive_at(rest);
    struct bytes directive = at == BYTES_NONE ? (struct bytes){0} : bytes_skip(rest, at);
    seen->wrong |= at != BYTES_NONE && !bytes_starts(directive, "# SKIP ") &&
                   !bytes_starts(directive, "# TODO ");
    char kind = ok ? '.' : 'F';
    kind = bytes_starts(directive, "# SKIP ") ? 's' : kind;
    kind = bytes_starts(directive, "# TODO ") ? 't' : kind;
    buf_append_octet(&seen->points, (unsigned char)kind);
}

/* A line of a block: "name:", "name: quoted", "- quoted", all indented. */
static void read_yaml(struct tap_seen *seen, struct bytes line)
{
    if (bytes_is(line, "  ...")) {
        seen->in_yaml = false;
        return;
    }
    struct bytes rest = bytes_trim(line);
    size_t colon = bytes_index(rest, ':', 0);
    bool item = bytes_starts(rest, "- ");
    seen->wrong |= !bytes_starts(line, "  ") || (!item && colon == BYTES_NONE);
    struct bytes value = bytes_trim(bytes_skip(rest, item ? 2 : colon + 1));
    if (value.n == 0) {
        return;
    }
    seen->wrong |= value.n < 2 || value.p[0] != '"' || value.p[value.n - 1] != '"';
    for (size_t i = 1; i + 1 < value.n; i++) {
        seen->wrong |= value.p[i] == '"';
        i += value.p[i] == '\\';
    }
}

static void read_line(struct tap_seen *seen, struct bytes line)
{
    if (seen->in_yaml) {
        read_yaml(seen, line);
    } else if (bytes_is(line, "  ---")) {
        seen->in_yaml = true;
        seen->wrong |= seen->points.n == 0;
    } else if (bytes_starts(line, "1..")) {
        seen->wrong |= seen->points.n > 0;
        seen->plan = strtoul((const char *)line.p + 3, NULL, 10);
    } else if (bytes_starts(line, "Bail out! ")) {
        seen->bailed = true;
    } else {
        seen->wrong |= !bytes_starts(line, "ok ") && !bytes_starts(line, "not ok ");
        read_point(seen, line);
    }
}

static void test_golden_and_read_back(void)
{
    for (size_t i = 0; i < ROWS_COUNT(rows); i++) {
        const struct tap_row *row = &rows[i];
        struct tap_seen seen = {0};
        struct buf out = {0};
        rows_report(&row->run, &out);
        rows_golden(row->golden, buf_bytes(&out));
        rows_harmless(buf_bytes(&out));
        struct bytes rest = buf_bytes(&out);
        struct bytes line = {0};
        UNIT_ROW(row->golden,
                 bytes_next(&rest, '\n', &line) && bytes_starts(line, "TAP version 1"));
        while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
            read_line(&seen, line);
        }
        size_t planned = row->run.planned > 0 ? row->run.planned : row->run.to - row->run.from;
        UNIT_ROW(row->golden, !seen.wrong && !seen.in_yaml);
        UNIT_ROW(row->golden, bytes_is(buf_bytes(&seen.points), row->points));
        UNIT_ROW(row->golden, seen.plan == planned);
        UNIT_ROW(row->golden, seen.bailed == row->bails);
        buf_deinit(&seen.points);
        buf_deinit(&out);
    }
}

/* The same but for the version. */
static void test_13_is_14(void)
{
    struct buf new_one = {0};
    struct buf old_one = {0};
    rows_report(&(struct rows_run){.kind = "tap", ROWS_ALL}, &new_one);
    rows_report(&(struct rows_run){.kind = "tap13", ROWS_ALL}, &old_one);
    CU_ASSERT_TRUE(bytes_starts(buf_bytes(&new_one), "TAP version 14\n"));
    CU_ASSERT_TRUE(bytes_starts(buf_bytes(&old_one), "TAP version 13\n"));
    CU_ASSERT_TRUE(
        bytes_equal(bytes_skip(buf_bytes(&new_one), 15), bytes_skip(buf_bytes(&old_one), 15)));
    buf_deinit(&new_one);
    buf_deinit(&old_one);
}

static const struct unit_test tests[] = {
    {"whole reports, read back",                  test_golden_and_read_back},
    {"version 13 differs in its first line only", test_13_is_14            },
};

UNIT_MAIN("reports: TAP", tests)
