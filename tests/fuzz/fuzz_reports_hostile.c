/*
 * A case whose every text and octet comes from the input. Each report must come out whole: XML and JSON that parse,
 * nothing that drives a terminal or a CI log.
 */
#include "reports/reporter.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <stdlib.h>

#include "base/arena.h"

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_harmless(struct bytes report)
{
    struct bytes rest = report;
    struct bytes line;
    for (size_t i = 0; i < report.n; i++) {
        must(report.p[i] == '\n' || (report.p[i] >= 0x20 && report.p[i] != 0x7f));
    }
    must(bytes_find(report, BYTES_LIT("##["), 0) == BYTES_NONE);
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        must(!bytes_starts(bytes_trim(line), "::"));
    }
}

static void check_kind(const char *kind, const struct buf *out)
{
    if (bytes_is(bytes_of(kind), "json")) {
        json_t *run = json_loadb((const char *)out->p, out->n, JSON_REJECT_DUPLICATES, NULL);
        must(run != NULL);
        json_decref(run);
    } else if (bytes_is(bytes_of(kind), "junit")) {
        xmlDocPtr document =
            xmlReadMemory((const char *)out->p, (int)out->n, "report.xml", NULL,
                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
        must(document != NULL);
        xmlFreeDoc(document);
    }
}

static void report(const struct reporter_kind *kind, const struct case_result *result,
                   const char *text, unsigned seed)
{
    struct reporter_options options = {.trace = (enum report_trace)(seed % 3),
                                       .strict = seed % 2 == 0};
    struct run_info info = {.version = text,
                            .target_name = text,
                            .target_url = text,
                            .case_count = 1 + seed % 2,
                            .fail_on = (enum fail_on)(seed % 5),
                            .command = text};
    struct run_summary summary = {.broken_off = seed % 7 == 0 ? text : NULL};
    struct buf out = {0};
    struct reporter *reporter = kind->create(&options, &out);
    summary.counts[result->verdict] = 1;
    kind->begin(reporter, &info);
    kind->case_done(reporter, result);
    kind->end(reporter, &summary);
    kind->destroy(reporter);
    check_harmless(buf_bytes(&out));
    check_kind(kind->name, &out);
    buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned seed = size > 0 ? data[0] : 0;
    struct arena *arena = arena_new();
    struct bytes octets = bytes_make(size > 0 ? data + 1 : data, size > 0 ? size - 1 : 0);
    const char *text = arena_text(arena, octets);
    struct rule rule = {
        .id = text, .text = text, .title = text, .sources = &text, .source_count = 1};
    struct step step = {
        .kind = STEP_COMMAND, .place = {.line = 1, .source = octets}
    };
    struct program program = {.id = octets.n > 0 ? text : "x",
                              .path = text,
                              .title = text,
                              .rules = &text,
                              .rule_count = 1,
                              .steps = &step,
                              .step_count = 1};
    struct finding finding = {
        .rule = &rule, .verdict = VERDICT_FAIL, .text = text, .evidence = octets};
    struct wire_item wire[] = {
        {.octets = octets,  .octets_left_out = seed},
        {.kind = WIRE_NOTE, .note = text           }
    };
    struct case_result result = {
        .program = &program,
        .verdict = (enum verdict)(seed % VERDICT_COUNT),
        .reason = text,
        .known_failing = text,
        .outcome = {.step = &step,
                    .place = {.path = text,
                              .line = seed,
                              .column = seed,
                              .width = seed / 2,
                              .source = octets},
                    .expected = octets,
                    .actual = octets,
                    .actual_offset = seed},
        .findings = &finding,
        .finding_count = seed % 3 == 0,
        .wire = wire,
        .wire_count = 2,
        .transcript = text,
        .again = text
    };
    for (size_t i = 0; reporter_at(i) != NULL; i++) {
        report(reporter_at(i), &result, text, seed);
    }
    arena_free(&arena);
    return 0;
}
