/*
 * A JSON report from anywhere. What is read gives harmless reports, of which the JSON one can be read again. The same
 * result twice is joined without a case too many.
 */
#include "reports/merge.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_harmless(struct bytes report)
{
    for (size_t i = 0; i < report.n; i++) {
        must(report.p[i] == '\n' || (report.p[i] >= 0x20 && report.p[i] != 0x7f));
    }
    must(bytes_find(report, BYTES_LIT("##["), 0) == BYTES_NONE);
}

static void write_report(const char *name, const struct merged *merged, struct buf *out)
{
    const struct reporter_kind *kind = reporter_find(name);
    struct reporter_options options = {.trace = merged->trace};
    struct reporter *reporter = kind->create(&options, out);
    kind->begin(reporter, &merged->info);
    for (size_t i = 0; i < merged->case_count; i++) {
        kind->case_done(reporter, merged->cases[i]);
    }
    kind->end(reporter, &merged->summary);
    kind->destroy(reporter);
    check_harmless(buf_bytes(out));
}

/* False: it is no result. */
static bool read_and_write(struct bytes text, const char *kind, struct buf *out)
{
    struct arena *arena = arena_new();
    struct error error = {""};
    struct buf notes = {0};
    struct read_result results[2];
    struct merged merged;
    bool good = result_read("a", text, arena, &results[0], &error) == 0 &&
                merge_results(results, 1, NULL, arena, &merged, &notes, &error) == 0;
    must(good == (error.text[0] == '\0'));
    if (good) {
        write_report(kind, &merged, out);
    }
    buf_deinit(&notes);
    arena_free(&arena);
    return good;
}

/* The same result twice is two results. */
static void join_with_itself(struct bytes text)
{
    struct arena *arena = arena_new();
    struct buf notes = {0};
    struct buf out = {0};
    struct error error = {""};
    struct read_result results[2];
    struct merged merged;
    must(result_read("a", text, arena, &results[0], &error) == 0);
    must(result_read("b", text, arena, &results[1], &error) == 0);
    if (merge_results(results, 2, "c", arena, &merged, &notes, &error) == 0) {
        must(merged.case_count <= results[0].case_count);
        write_report("console", &merged, &out);
    }
    buf_deinit(&out);
    buf_deinit(&notes);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const kinds[] = {"junit", "tap", "console"};
    struct bytes text = bytes_make(data, size);
    struct buf once = {0};
    struct buf twice = {0};
    if (read_and_write(text, "json", &once)) {
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            struct buf out = {0};
            must(read_and_write(text, kinds[i], &out));
            buf_deinit(&out);
        }
        must(read_and_write(buf_bytes(&once), "json", &twice));
        join_with_itself(text);
    }
    buf_deinit(&once);
    buf_deinit(&twice);
    return 0;
}
