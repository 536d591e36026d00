/* Events and findings come through without secrets, everything else as it was. */
#include "base/buf.h"
#include "record/redact_sink.h"
#include "unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const secrets[] = {"tanstaaf", "secret"};
static const struct program program = {.id = "smtp/x", .path = "x", .title = "x"};

struct seen {
    struct buf log; /* a line for each event */
    size_t offset;
};

static void log_event(void *self, const struct event *event)
{
    struct seen *seen = self;
    buf_printf(&seen->log, "%zu %s ", event->case_number, event_kind_name(event->kind));
    buf_append(&seen->log, event->octets);
    buf_append_text(&seen->log, event->text != NULL ? event->text : "");
    if (event->outcome != NULL) {
        buf_append_text(&seen->log, event->outcome->reason);
        buf_append_octet(&seen->log, ',');
        buf_append(&seen->log, event->outcome->expected);
        buf_append_octet(&seen->log, ',');
        buf_append(&seen->log, event->outcome->actual);
        seen->offset = event->outcome->actual_offset;
    }
    buf_append_octet(&seen->log, '\n');
}

static void log_finding(void *self, const struct finding *finding)
{
    struct seen *seen = self;
    buf_printf(&seen->log, "finding %s ", finding->text);
    buf_append(&seen->log, finding->evidence);
    buf_append_octet(&seen->log, '\n');
}

static void say(struct redact_sink *sink, size_t number, enum side side, const char *octets)
{
    struct event_sink events = redact_sink_events(sink);
    struct event event = {.kind = EVENT_OCTETS,
                          .program = &program,
                          .case_number = number,
                          .connection = 1,
                          .protocol = PROTOCOL_POP3,
                          .side = side,
                          .octets = bytes_of(octets)};
    events.on_event(events.self, &event);
}

static void end(struct redact_sink *sink, const char *actual, size_t offset)
{
    struct event_sink events = redact_sink_events(sink);
    struct outcome outcome = {.verdict = VERDICT_FAIL,
                              .reason = "tanstaaf is wrong",
                              .expected = BYTES_LIT("+OK tanstaaf"),
                              .actual = bytes_of(actual),
                              .actual_offset = offset};
    struct event event = {.kind = EVENT_CASE_END, .program = &program, .outcome = &outcome};
    events.on_event(events.self, &event);
}

static const char wanted[] =
    "0 octets PASS {{secret:*}}\r\n\n"
    "1 octets PASS \n"
    "1 octets {{secret:*}}\n"
    "1 octets \r\n\n"
    "0 octets -ERR {{secret:*}}\r\n\n"
    "0 note user bob, {{secret:*}}\n"
    "finding said {{secret:*}} -ERR {{secret:*}}?\n"
    "0 case-end {{secret:*}} is wrong,+OK {{secret:*}},-ERR {{secret:*}}?\n";

static void test_all_kinds(void)
{
    struct seen seen = {.offset = 0};
    struct redact_sink *sink =
        redact_sink_new(redact_new(secrets, COUNT(secrets)), (struct event_sink){log_event, &seen},
                        (struct finding_sink){log_finding, &seen});
    struct event_sink events = redact_sink_events(sink);
    struct finding_sink findings = redact_sink_findings(sink);
    say(sink, 0, SIDE_CLIENT, "PASS another one\r\n");
    say(sink, 1, SIDE_CLIENT, "PASS ");
    say(sink, 1, SIDE_CLIENT, "a");
    say(sink, 1, SIDE_CLIENT, "b");
    say(sink, 1, SIDE_CLIENT, "\r\n");
    say(sink, 0, SIDE_SERVER, "-ERR another one\r\n");
    events.on_event(
        events.self,
        &(struct event){.kind = EVENT_NOTE, .program = &program, .text = "user bob, tanstaaf"});
    findings.on_finding(
        findings.self,
        &(struct finding){.text = "said tanstaaf", .evidence = BYTES_LIT("-ERR another one?")});
    end(sink, "-ERR another one?", 16);
    CU_ASSERT_TRUE(bytes_is(buf_bytes(&seen.log), wanted));
    CU_ASSERT_EQUAL(seen.offset, 17);
    redact_sink_free(&sink);
    CU_ASSERT_PTR_NULL(sink);
    redact_sink_free(&sink);
    buf_deinit(&seen.log);
}

/* The case begins again: only what is found from then on is told. */
static void test_begins_again(void)
{
    struct seen seen = {.offset = 0};
    struct redact_sink *sink =
        redact_sink_new(redact_new(secrets, COUNT(secrets)), (struct event_sink){0},
                        (struct finding_sink){log_finding, &seen});
    struct event_sink events = redact_sink_events(sink);
    struct finding_sink findings = redact_sink_findings(sink);
    findings.on_finding(findings.self, &(struct finding){.text = "before"});
    findings.on_finding(findings.self, &(struct finding){.text = "another", .case_number = 1});
    events.on_event(events.self, &(struct event){.kind = EVENT_CASE_BEGIN, .program = &program});
    findings.on_finding(findings.self, &(struct finding){.text = "behind"});
    end(sink, "", BYTES_NONE);
    CU_ASSERT_TRUE(bytes_is(buf_bytes(&seen.log), "finding behind \n"));
    redact_sink_free(&sink);
    buf_deinit(&seen.log);
}

static void end_with(struct redact_sink *sink, enum event_kind kind, enum side side)
{
    struct event_sink events = redact_sink_events(sink);
    events.on_event(
        events.self,
        &(struct event){.kind = kind, .program = &program, .connection = 1, .side = side});
}

static const char wanted_cut[] = "0 octets -ERR word \n"
                                 "0 timeout \n"
                                 "0 octets {{secret:*}} \n"
                                 "0 octets se\n"
                                 "0 timeout \n"
                                 "0 octets {{secret:*}}!\r\n\n"
                                 "0 octets USER \n"
                                 "0 octets +OK \n"
                                 "0 octets second\r\n\n"
                                 "0 octets s\n"
                                 "0 closed \n"
                                 "0 octets QUIT \n"
                                 "0 octets tanst\n"
                                 "0 case-end \n";

/* A secret in two reads; what turns out to be none; what is left when a side closes, and when the case ends. */
static void test_cut(void)
{
    struct seen seen = {.offset = 0};
    struct redact_sink *sink =
        redact_sink_new(redact_new(secrets, COUNT(secrets)), (struct event_sink){log_event, &seen},
                        (struct finding_sink){0});
    say(sink, 0, SIDE_SERVER, "-ERR word tans");
    end_with(sink, EVENT_TIMEOUT, SIDE_SERVER);
    say(sink, 0, SIDE_SERVER, "taaf se");
    end_with(sink, EVENT_TIMEOUT, SIDE_SERVER);
    say(sink, 0, SIDE_SERVER, "cre");
    say(sink, 0, SIDE_SERVER, "t!\r\n");
    say(sink, 0, SIDE_CLIENT, "USER sec");
    say(sink, 0, SIDE_SERVER, "+OK s");
    say(sink, 0, SIDE_CLIENT, "ond\r\n");
    end_with(sink, EVENT_CLOSED, SIDE_SERVER);
    say(sink, 0, SIDE_CLIENT, "QUIT tanst");
    end_with(sink, EVENT_CASE_END, SIDE_CLIENT);
    CU_ASSERT_TRUE(bytes_is(buf_bytes(&seen.log), wanted_cut));
    redact_sink_free(&sink);
    buf_deinit(&seen.log);
}

struct offset_row {
    const char *actual;
    size_t before;
    size_t after;
};

static const struct offset_row offset_rows[] = {
    {"250 x",                 4,          4         },
    {"250 x",                 BYTES_NONE, BYTES_NONE},
    {"tanstaaf x",            0,          0         },
    {"tanstaaf x",            3,          0         },
    {"tanstaaf x",            8,          12        },
    {"tanstaaf x",            9,          13        },
    {"a tanstaaf tanstaaf x", 20,         28        },
    {"a tanstaaf tanstaaf x", 12,         15        },
};

static void test_offsets(void)
{
    for (size_t i = 0; i < COUNT(offset_rows); i++) {
        struct seen seen = {.offset = 77};
        struct redact_sink *sink =
            redact_sink_new(redact_new(secrets, COUNT(secrets)),
                            (struct event_sink){log_event, &seen}, (struct finding_sink){0});
        end(sink, offset_rows[i].actual, offset_rows[i].before);
        UNIT_ROW(offset_rows[i].actual, seen.offset == offset_rows[i].after);
        redact_sink_free(&sink);
        buf_deinit(&seen.log);
    }
}

/* ---- What a client should have said ---- */

struct wanted_row {
    const char *name;
    enum step_kind kind;
    const char *expected;
    const char *shown;
};

static const struct wanted_row wanted_rows[] = {
    {"an answer to a challenge",  STEP_RESPONSE, "Ym9iIDAwMTE=",           REDACT_MARK                        },
    {"one that gives up",         STEP_RESPONSE, "*",                      "*"                                },
    {"PASS",                      STEP_COMMAND,  "PASS short",             "PASS " REDACT_MARK                },
    {"PASS, as it is written",    STEP_COMMAND,  "C2: PASS short",         "C2: PASS " REDACT_MARK            },
    {"APOP",                      STEP_COMMAND,  "APOP bob 0011",          "APOP bob " REDACT_MARK            },
    {"AUTH",                      STEP_COMMAND,  "C: AUTH PLAIN AAAA\r\n", "C: AUTH PLAIN " REDACT_MARK "\r\n"},
    {"a command without secrets", STEP_COMMAND,  "C: NOOP AAAA",           "C: NOOP AAAA"                     },
    {"a line of a message",       STEP_DATA,     "PASS short",             "PASS short"                       },
    {"a line of the server",      STEP_REPLY,    "S: 235 AUTH PLAIN AAAA", "S: 235 AUTH PLAIN AAAA"           },
};

static bool wants(const struct wanted_row *row)
{
    struct seen seen = {.offset = 0};
    struct redact_sink *sink =
        redact_sink_new(redact_new(secrets, COUNT(secrets)), (struct event_sink){log_event, &seen},
                        (struct finding_sink){0});
    struct event_sink events = redact_sink_events(sink);
    struct step step = {.kind = row->kind};
    struct outcome outcome = {.verdict = VERDICT_FAIL,
                              .reason = "",
                              .step = &step,
                              .expected = bytes_of(row->expected),
                              .actual_offset = BYTES_NONE};
    say(sink, 0, SIDE_SERVER, "+OK\r\n");
    buf_clear(&seen.log);
    events.on_event(
        events.self,
        &(struct event){.kind = EVENT_CASE_END, .program = &program, .outcome = &outcome});
    struct buf shown = {0};
    buf_printf(&shown, "0 case-end ,%s,\n", row->shown);
    bool same = bytes_equal(buf_bytes(&seen.log), buf_bytes(&shown));
    buf_deinit(&shown);
    buf_deinit(&seen.log);
    redact_sink_free(&sink);
    return same;
}

static void test_wanted(void)
{
    for (size_t i = 0; i < COUNT(wanted_rows); i++) {
        UNIT_ROW(wanted_rows[i].name, wants(&wanted_rows[i]));
    }
}

/* ---- Findings ---- */

static const char wanted_findings[] = "0 octets PASS \n"
                                      "0 octets {{secret:*}}\r\n\n"
                                      "0 closed \n"
                                      "finding said PASS {{secret:*}} PASS {{secret:*}}\n"
                                      "0 case-end is wrong,,\n";

/* It is told before the line that it is about is complete, and the secret is too short to be looked for anywhere. */
static void test_early_finding(void)
{
    struct seen seen = {.offset = 0};
    struct redact_sink *sink =
        redact_sink_new(redact_new(NULL, 0), (struct event_sink){log_event, &seen},
                        (struct finding_sink){log_finding, &seen});
    struct finding_sink findings = redact_sink_findings(sink);
    struct event_sink events = redact_sink_events(sink);
    struct outcome outcome = {.reason = "is wrong", .actual_offset = BYTES_NONE};
    say(sink, 0, SIDE_CLIENT, "PASS ");
    findings.on_finding(findings.self, &(struct finding){.text = "said PASS four",
                                                         .evidence = BYTES_LIT("PASS four")});
    findings.on_finding(findings.self, &(struct finding){.case_number = 1, .text = "of another"});
    say(sink, 0, SIDE_CLIENT, "four\r\n");
    end_with(sink, EVENT_CLOSED, SIDE_CLIENT);
    events.on_event(
        events.self,
        &(struct event){.kind = EVENT_CASE_END, .program = &program, .outcome = &outcome});
    CU_ASSERT_TRUE(bytes_is(buf_bytes(&seen.log), wanted_findings));
    redact_sink_free(&sink);
    buf_deinit(&seen.log);
}

/* ---- TLS ---- */

static const char wanted_tls[] = "0 octets STLS\r\n\n"
                                 "0 octets +OK\r\n\n"
                                 "0 secured PASS {{secret:*}}\r\nTLS with {{secret:*}}\n"
                                 "0 octets AUTH PLAIN\r\n\n"
                                 "0 octets -ERR {{secret:*}}\r\n\n"
                                 "0 octets plain text\r\n\n";

/* What was left in clear text is a part of the dialogue before, of which nothing counts afterwards but what was hidden. */
static void test_secured(void)
{
    struct seen seen = {.offset = 0};
    struct redact_sink *sink =
        redact_sink_new(redact_new(secrets, COUNT(secrets)), (struct event_sink){log_event, &seen},
                        (struct finding_sink){0});
    struct event_sink events = redact_sink_events(sink);
    say(sink, 0, SIDE_CLIENT, "STLS\r\n");
    say(sink, 0, SIDE_SERVER, "+OK\r\n");
    events.on_event(events.self, &(struct event){.kind = EVENT_SECURED,
                                                 .program = &program,
                                                 .connection = 1,
                                                 .protocol = PROTOCOL_POP3,
                                                 .side = SIDE_CLIENT,
                                                 .octets = BYTES_LIT("PASS of another\r\n"),
                                                 .text = "TLS with tanstaaf"});
    say(sink, 0, SIDE_CLIENT, "AUTH PLAIN\r\n");
    say(sink, 0, SIDE_SERVER, "-ERR of another\r\n");
    say(sink, 0, SIDE_CLIENT, "plain text\r\n");
    CU_ASSERT_TRUE(bytes_is(buf_bytes(&seen.log), wanted_tls));
    redact_sink_free(&sink);
    buf_deinit(&seen.log);
}

static const struct unit_test tests[] = {
    {"events and findings",       test_all_kinds    },
    {"begun again",               test_begins_again },
    {"cut anywhere",              test_cut          },
    {"the octet that differs",    test_offsets      },
    {"what was wanted",           test_wanted       },
    {"a finding before its line", test_early_finding},
    {"TLS",                       test_secured      },
};

UNIT_MAIN("record: redact sink", tests)
