/*
 * reports_rows - one run with every verdict in it, built by hand, and the comparison with golden files
 *
 * MAILSPEC_UPDATE_GOLDEN=1 rewrites the files below tests/golden/reports; look at the difference before it is kept.
 */
#ifndef MAILSPEC_TESTS_REPORTS_ROWS_H
#define MAILSPEC_TESTS_REPORTS_ROWS_H

#include "base/file.h"
#include "reports/reporter.h"
#include "unit.h"

#include <string.h>

#define ROWS_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROWS_PATH         "scenarios/smtp/rcpt-without-mail.scn"

/* ---- Rules ---- */

static const char *const rows_sources_rcpt[] = {"RFC 5321 3.3", "RFC 5321 4.1.4"};
static const char *const rows_sources_crlf[] = {"RFC 5321 2.3.8"};
static const char *const rows_sources_case[] = {"RFC 5321 2.4"};

static const struct rule rows_rule_rcpt = {
    .id = "smtp/rcpt-without-mail",
    .sources = rows_sources_rcpt,
    .source_count = 2,
    .level = LEVEL_MUST,
    .side = SIDE_SERVER,
    .title = "RCPT before MAIL",
    .text = "RCPT without a transaction is answered 503.\nThe transaction that follows "
            "would have no reverse-path, the address that a report of its failure is sent to.",
    .harm = "nobody hears of mail that cannot be delivered",
    .impact = IMPACT_MAIL,
    .judged_by = "scenario"};
static const struct rule rows_rule_crlf = {
    .id = "smtp/reply-crlf",
    .sources = rows_sources_crlf,
    .source_count = 1,
    .level = LEVEL_MUST,
    .side = SIDE_SERVER,
    .title = "The end of a reply line",
    .text = "A reply line ends in CRLF, never in a bare LF or CR.",
    .impact = IMPACT_INTEROP,
    .judged_by = "judge"};
static const struct rule rows_rule_case = {.id = "smtp/verb-case",
                                           .sources = rows_sources_case,
                                           .source_count = 1,
                                           .level = LEVEL_SHOULD,
                                           .side = SIDE_SERVER,
                                           .title = "Verbs in small letters",
                                           .text = "Verbs are read in any mixture of letter case.",
                                           .impact = IMPACT_INTEROP,
                                           .judged_by = "scenario"};
static const struct rule rows_rule_practice = {.id = "smtp/help-is-short",
                                               .level = LEVEL_PRACTICE,
                                               .side = SIDE_SERVER,
                                               .title = "HELP",
                                               .text = "The reply to HELP fits on a screen.",
                                               .impact = IMPACT_FORM,
                                               .judged_by = "judge"};

/* ---- Programs ---- */

static const char *const rows_rules_rcpt[] = {"smtp/rcpt-without-mail"};
static const char *const rows_rules_case[] = {"smtp/verb-case"};
static const char *const rows_tags[] = {"quick"};

#define ROWS_PLACE(at_line, at_column, at_width, text)                                             \
    {                                                                                              \
        .path = ROWS_PATH, .line = (at_line), .column = (at_column), .width = (at_width),          \
        .source = {                                                                                \
            (const unsigned char *)(text),                                                         \
            sizeof(text) - 1                                                                       \
        }                                                                                          \
    }

/* Two commands in one write, two replies: the second reply belongs to the second command. */
static const struct step rows_steps[] = {
    {.kind = STEP_COMMAND,
     .side = SIDE_CLIENT,
     .connection = 1,
     .pipelined = true,
     .place = ROWS_PLACE(5, 4,   4,  "C: NOOP")},
    {.kind = STEP_COMMAND,
     .side = SIDE_CLIENT,
     .connection = 1,
     .place = ROWS_PLACE(6,   4, 18, "C: RCPT TO:<{{rcpt}}>")},
    {.kind = STEP_REPLY,
     .side = SIDE_SERVER,
     .connection = 1,
     .place = ROWS_PLACE(7,   4, 3, "S: 250") },
    {.kind = STEP_REPLY,
     .side = SIDE_SERVER,
     .connection = 1,
     .place = ROWS_PLACE(8,   4, 3, "S: 503") },
};

#define ROWS_PROGRAM(an_id, a_title)                                                               \
    {                                                                                              \
        .id = (an_id), .path = ROWS_PATH, .title = (a_title), .rules = rows_rules_rcpt,            \
        .rule_count = 1, .steps = rows_steps, .step_count = ROWS_COUNT(rows_steps)                 \
    }

static const struct program rows_pass = ROWS_PROGRAM("smtp/noop", "NOOP is accepted");
static const struct program rows_small = {.id = "smtp/verb-case/small",
                                          .path = ROWS_PATH,
                                          .title = "Verbs in small letters",
                                          .rules = rows_rules_case,
                                          .rule_count = 1,
                                          .tags = rows_tags,
                                          .tag_count = 1};
static const struct program rows_mixed = {
    .id = "smtp/verb-case/mixed", .path = ROWS_PATH, .title = "Verbs in mixed letters"};
static const struct program rows_fail =
    ROWS_PROGRAM("smtp/rcpt-without-mail", "RCPT before MAIL is refused");
static const struct program rows_judged = ROWS_PROGRAM("smtp/help", "HELP gets an answer");
static const struct program rows_known = ROWS_PROGRAM("smtp/size-refused", "A message too large");
static const struct program rows_hostile = ROWS_PROGRAM(
    "smtp/hostile", "A reply of octets \\ # SKIP ::error:: ]]> \xe2\x80\xae und \xc3\xbc");
static const struct program rows_late = ROWS_PROGRAM("pop3/greeting", "The greeting comes");
static const struct program rows_tls = ROWS_PROGRAM("pop3/capa", "CAPA is offered");
static const struct program rows_left = ROWS_PROGRAM("pop3/left-out", "Left out");
static const struct program rows_error = ROWS_PROGRAM("pop3/lost", "The connection is lost");
static const struct program rows_better = ROWS_PROGRAM("smtp/better", "Known to fail, yet passes");
static const struct program rows_noted = ROWS_PROGRAM("smtp/help-long", "HELP is short");

/* ---- What happened ---- */

/* clang-format 14 crashes on these rows. */
/* clang-format off */

static const struct wire_item rows_wire[] = {
    {.kind = WIRE_NOTE, .connection = 1, .note = "connected 127.0.0.1:40000 -> 127.0.0.1:25"},
    {.kind = WIRE_OCTETS,
     .time_us = 512,
     .connection = 1,
     .side = SIDE_SERVER,
     .octets = {(const unsigned char *)"220 mx ESMTP\r\n", 14}},
    {.kind = WIRE_OCTETS,
     .time_us = 700,
     .connection = 1,
     .side = SIDE_CLIENT,
     .octets = {(const unsigned char *)"NOOP\r\nRCPT TO:<a@example>\r\n", 27}},
    {.kind = WIRE_OCTETS,
     .time_us = 3412,
     .connection = 1,
     .side = SIDE_SERVER,
     .octets = {(const unsigned char *)"250 OK\r\n250 OK\r\n", 16}},
    {.kind = WIRE_OCTETS,
     .time_us = 12345678,
     .connection = 2,
     .side = SIDE_SERVER,
     .octets = {(const unsigned char *)"+OK\n", 4},
     .octets_left_out = 99},
};

#define ROWS_HOSTILE                                                                               \
    "250-\x1b[2J\x07 ]]> <b>&amp;\r\n250-::set-env name=A::b ##[error]x\r\n"                        \
    "250-\xff\xfe \xe2\x80\xae \xc3\xbc {{x}} `rm` |\0\r\n250 # TODO \\ \"q\" 'q'\n"
static const struct wire_item rows_hostile_wire[] = {
    {.kind = WIRE_OCTETS,
     .time_us = 1,
     .connection = 1,
     .side = SIDE_SERVER,
     .octets = {(const unsigned char *)ROWS_HOSTILE, sizeof ROWS_HOSTILE - 1}},
    {.kind = WIRE_NOTE, .time_us = 2, .connection = 1, .note = "::error::closed by \x1b[31m the server"},
};

static const struct finding rows_findings_fail[] = {
    {.rule = &rows_rule_rcpt,
     .verdict = VERDICT_FAIL,
     .text = "After RCPT came \"250 OK\"; wanted is \"503\".",
     .connection = 1,
     .time_us = 1003412,
     .evidence = {(const unsigned char *)"250 OK\r\n", 8}},
};
static const struct finding rows_findings_should[] = {
    {.rule = &rows_rule_case,
     .verdict = VERDICT_NON_STRICT,
     .text = "\"noop\" got 500.",
     .says_no_wish = true,
     .connection = 1,
     .time_us = 1000700,
     .evidence = {(const unsigned char *)"500 what?\r\n", 11}},
};
#define ROWS_LF(at)                                                                                \
    {                                                                                              \
        .rule = &rows_rule_crlf, .verdict = VERDICT_FAIL,                                          \
        .text = "A reply line ends in LF without CR.", .says_no_wish = true, .connection = 2, .time_us = (at),           \
        .evidence = {(const unsigned char *)"250 OK\n", 7}                                         \
    }
static const struct finding rows_findings_judge[] = {
    ROWS_LF(1000100), ROWS_LF(1000200),         ROWS_LF(1000300),
    ROWS_LF(1000400), {.rule = &rows_rule_case, .verdict = VERDICT_NON_STRICT, .text = "Twice.", .says_no_wish = true},
};
static const struct finding rows_findings_info[] = {
    {.rule = &rows_rule_practice, .verdict = VERDICT_INFO, .text = "HELP has 90 lines."}};

#define ROWS_WIRE .wire = rows_wire, .wire_count = ROWS_COUNT(rows_wire)
#define ROWS_TIMES .start_us = 1000000, .duration_us = 3999

static const struct case_result rows_results[] = {
    {.program = &rows_pass, .verdict = VERDICT_PASS, .outcome = {.actual_offset = BYTES_NONE}, ROWS_WIRE, ROWS_TIMES},
    {.program = &rows_pass, .repeat = 2, .verdict = VERDICT_PASS, .outcome = {.actual_offset = BYTES_NONE}, ROWS_TIMES},
    {.program = &rows_small,
     .verdict = VERDICT_NON_STRICT,
     .reason = "\"noop\" got 500.",
     .outcome = {.verdict = VERDICT_NON_STRICT, .actual_offset = BYTES_NONE},
     .findings = rows_findings_should,
     .finding_count = 1,
     .again = "mailspec run smtp/verb-case/small",
     ROWS_WIRE,
     ROWS_TIMES},
    {.program = &rows_fail,
     .verdict = VERDICT_FAIL,
     .reason = "The reply to RCPT is 250 where 503 was wanted.",
     .outcome = {.verdict = VERDICT_FAIL,
                 .reason = "The reply to RCPT is 250 where 503 was wanted.",
                 .step = &rows_steps[3],
                 .place = ROWS_PLACE(8, 4, 3, "S: 503"),
                 .expected = {(const unsigned char *)"503", 3},
                 .actual = {(const unsigned char *)"250 OK\r\n", 8},
                 .actual_offset = 0},
     .findings = rows_findings_fail,
     .finding_count = 1,
     .transcript = "out/smtp/rcpt-without-mail.txt",
     .again = "mailspec run smtp/rcpt-without-mail --server smtp://127.0.0.1:25",
     .wire_left_out = 7,
     ROWS_WIRE,
     ROWS_TIMES},
    {.program = &rows_mixed, .verdict = VERDICT_PASS, .outcome = {.actual_offset = BYTES_NONE}, .duration_us = 12345678},
    {.program = &rows_judged,
     .verdict = VERDICT_FAIL,
     .reason = "A reply line ends in LF without CR.",
     .outcome = {.actual_offset = BYTES_NONE},
     .findings = rows_findings_judge,
     .finding_count = ROWS_COUNT(rows_findings_judge),
     .again = "mailspec run smtp/help",
     ROWS_WIRE,
     ROWS_TIMES},
    {.program = &rows_known,
     .verdict = VERDICT_XFAIL,
     .reason = "The reply is 250 where 552 was wanted.",
     .known_failing = "no limit yet, see bug 12",
     .outcome = {.verdict = VERDICT_FAIL, .actual_offset = BYTES_NONE},
     .findings = rows_findings_fail,
     .finding_count = 1,
     ROWS_TIMES},
    {.program = &rows_hostile,
     .verdict = VERDICT_FAIL,
     .reason = "The reply ::warning:: has ##[group] \x1b[0m\r\nand \xff.",
     .outcome = {.verdict = VERDICT_FAIL,
                 .place = ROWS_PLACE(9, 8, 6, "S=: \t\xc3\xbc 2\\.1 \xff"),
                 .expected = {(const unsigned char *)"250-a\n250 b\\n", 13},
                 .actual = {(const unsigned char *)ROWS_HOSTILE, sizeof ROWS_HOSTILE - 1},
                 .actual_offset = 70},
     .wire = rows_hostile_wire,
     .wire_count = ROWS_COUNT(rows_hostile_wire),
     .again = "mailspec run smtp/hostile",
     ROWS_TIMES},
    {.program = &rows_late,
     .verdict = VERDICT_INCONCLUSIVE,
     .reason = "No reply in 10 s.",
     .outcome = {.verdict = VERDICT_INCONCLUSIVE,
                 .step = &rows_steps[2],
                 .place = ROWS_PLACE(7, 4, 3, "S: 250"),
                 .expected = {(const unsigned char *)"250", 3},
                 .actual_offset = BYTES_NONE,
                 .not_reached = true},
     .again = "mailspec run pop3/greeting",
     ROWS_TIMES},
    {.program = &rows_tls,
     .verdict = VERDICT_UNSUPPORTED,
     .reason = "The server does not offer CAPA.",
     .outcome = {.verdict = VERDICT_UNSUPPORTED, .actual_offset = BYTES_NONE}},
    {.program = &rows_left,
     .verdict = VERDICT_SKIP,
     .reason = "Left out with --skip # pop3/left-out.",
     .outcome = {.verdict = VERDICT_SKIP, .actual_offset = BYTES_NONE}},
    {.program = &rows_error,
     .verdict = VERDICT_ERROR,
     .reason = "127.0.0.1:110 refused the connection.",
     .outcome = {.verdict = VERDICT_ERROR, .actual_offset = BYTES_NONE, .in_start = true},
     .again = "mailspec run pop3/lost",
     ROWS_TIMES},
    {.program = &rows_better,
     .verdict = VERDICT_XPASS,
     .reason = "It passes, but was expected to fail.",
     .known_failing = "bug 13",
     .outcome = {.actual_offset = BYTES_NONE},
     .again = "mailspec run smtp/better",
     ROWS_TIMES},
    {.program = &rows_noted,
     .verdict = VERDICT_INFO,
     .reason = "HELP has 90 lines.",
     .outcome = {.actual_offset = BYTES_NONE},
     .findings = rows_findings_info,
     .finding_count = 1,
     ROWS_TIMES},
};

/* A server that is lost: away, reset, closed beside a broken rule, silent, and known to. */
#define ROWS_SENT(octets) .last_sent = {(const unsigned char *)(octets), sizeof(octets) - 1}
#define ROWS_LONG "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 ##[0123456789\r\n"

static const struct case_result rows_lost[] = {
    {.program = &rows_judged,
     .verdict = VERDICT_FAIL,
     .reason = "after \"RSET\\r\\n\" the server went away: nothing listened at smtp://127.0.0.1:25 for 412 ms",
     .outcome = {.verdict = VERDICT_FAIL, .actual_offset = BYTES_NONE, .absolute = true, .loss = LOSS_WENT_AWAY},
     .findings = rows_findings_should,
     .finding_count = 1,
     ROWS_SENT("RSET\r\n"),
     ROWS_TIMES},
    {.program = &rows_error,
     .verdict = VERDICT_ERROR,
     .reason = "after \"MAIL FROM:<a>\\r\\n\" the server reset the connection instead of a reply",
     .outcome = {.verdict = VERDICT_ERROR, .actual_offset = BYTES_NONE, .loss = LOSS_RESET},
     ROWS_SENT("MAIL FROM:<a>\r\n"),
     ROWS_TIMES},
    {.program = &rows_fail,
     .verdict = VERDICT_FAIL,
     .reason = "the server closed the connection instead of a reply",
     .outcome = {.verdict = VERDICT_FAIL, .actual_offset = BYTES_NONE, .loss = LOSS_CLOSED},
     .findings = rows_findings_fail,
     .finding_count = 1,
     ROWS_SENT(ROWS_LONG),
     .last_sent_left_out = 1000,
     ROWS_TIMES},
    {.program = &rows_late,
     .verdict = VERDICT_INCONCLUSIVE,
     .reason = "the server closed the connection instead of a reply",
     .outcome = {.verdict = VERDICT_INCONCLUSIVE, .actual_offset = BYTES_NONE, .loss = LOSS_SUSPECT},
     ROWS_TIMES},
    {.program = &rows_known,
     .verdict = VERDICT_XFAIL,
     .reason = "after \"QUIT\\r\\n\" the server hangs: nobody was greeted",
     .known_failing = "bug 14",
     .outcome = {.verdict = VERDICT_FAIL, .actual_offset = BYTES_NONE, .absolute = true, .loss = LOSS_HANGS},
     ROWS_SENT("QUIT\r\n"),
     ROWS_TIMES},
};
static const struct absence rows_absences[] = {
    {"the server went away for 1.2 s, and none of the 2 cases that were there brings that about alone: smtp/a after \"A\\r\\n\"", true},
    {"the server went away for 20 ms, when 1 case had come and not said anything", false},
};

/* clang-format on */

static const char *const rows_remarks[] = {
    "The server takes its time with replies (8.0 s): from then on they had more of it, and other "
    "cases ran meanwhile.",
    "The server serves one connection at a time \x1b[31m",
};

/* ---- A report of them ---- */

struct rows_run {
    const char *kind;
    struct reporter_options options;
    enum fail_on fail_on;
    size_t from; /* rows [from, to) */
    size_t to;
    size_t planned; /* 0: as many as there are rows */
    bool interrupted;
    const char *broken_off;
    bool lost; /* of rows_lost, with rows_absences */
};

static inline void rows_report(const struct rows_run *run, struct buf *out)
{
    size_t count = run->to - run->from;
    struct run_info info = {.version = "0.1.0",
                            .target_name = "a \"server\" <x>",
                            .target_url = "smtp://127.0.0.1:25 pop3://[::1]:110",
                            .wall_us = 1767323045678901,
                            .case_count = run->planned > 0 ? run->planned : count,
                            .fail_on = run->fail_on,
                            .command = "mailspec run --server smtp://127.0.0.1:25"};
    struct run_summary summary = {.duration_us = 1204000,
                                  .interrupted = run->interrupted,
                                  .broken_off = run->broken_off,
                                  .not_run = info.case_count - count,
                                  .absences = run->lost ? rows_absences : NULL,
                                  .absence_count = run->lost ? ROWS_COUNT(rows_absences) : 0,
                                  .remarks = rows_remarks,
                                  .remark_count = run->lost ? ROWS_COUNT(rows_remarks) : 0,
                                  .out_of_time = run->lost ? 1 : 0};
    const struct reporter_kind *kind = reporter_find(run->kind);
    CU_ASSERT_PTR_NOT_NULL_FATAL(kind);
    struct reporter *reporter = kind->create(&run->options, out);
    kind->begin(reporter, &info);
    for (size_t i = run->from; i < run->to; i++) {
        /* A copy that is gone afterwards: a reporter must not look at it later. */
        struct case_result *result = malloc(sizeof *result);
        CU_ASSERT_PTR_NOT_NULL_FATAL(result);
        *result = run->lost ? rows_lost[i] : rows_results[i];
        result->case_number = i;
        summary.counts[result->verdict]++;
        kind->case_done(reporter, result);
        free(result);
    }
    kind->end(reporter, &summary);
    kind->destroy(reporter);
}

#define ROWS_ALL  .from = 0, .to = ROWS_COUNT(rows_results)
#define ROWS_LOST .lost = true, .from = 0, .to = ROWS_COUNT(rows_lost)

/* Compare with tests/golden/reports/NAME; on a difference the report goes to standard error. */
static inline void rows_golden(const char *name, struct bytes report)
{
    char path[256];
    (void)snprintf(path, sizeof path, "tests/golden/reports/%s", name);
    if (getenv("MAILSPEC_UPDATE_GOLDEN") != NULL) {
        CU_ASSERT_EQUAL(file_write(path, report, NULL), 0);
    }
    struct buf golden = {0};
    CU_ASSERT_EQUAL(file_read(path, (size_t)1 << 24, &golden, NULL), 0);
    bool same = bytes_equal(buf_bytes(&golden), report);
    if (!same) {
        fprintf(stderr, "%s differs; it is now:\n%.*s\n", path, (int)report.n,
                (const char *)report.p);
    }
    CU_ASSERT_TRUE(same);
    buf_deinit(&golden);
}

/* Nothing in a report may drive a terminal or a CI log. */
static inline void rows_harmless(struct bytes report)
{
    for (size_t i = 0; i < report.n; i++) {
        unsigned char c = report.p[i];
        if ((c < 0x20 && c != '\n') || c == 0x7f) {
            CU_FAIL("a control character in a report");
            break;
        }
    }
    CU_ASSERT_EQUAL(bytes_find(report, BYTES_LIT("##["), 0), BYTES_NONE);
    CU_ASSERT_EQUAL(bytes_find(report, BYTES_LIT("\xe2\x80\xae"), 0), BYTES_NONE);
    struct bytes rest = report;
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        CU_ASSERT_FALSE(bytes_starts(bytes_trim(line), "::"));
    }
}

#endif
