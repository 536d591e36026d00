#include "record/redact_sink.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/redact.h"

/* One connection of a case that is under way. */
struct watched {
    size_t case_number;
    unsigned connection;
    enum protocol protocol;
    int64_t time_us[2]; /* of each side's last octets, by enum side */
    struct redact_session session;
};

/* It waits for the end of its case. */
struct kept_finding {
    struct finding finding;
    struct buf text;
    struct buf evidence;
};

struct redact_sink {
    struct redact *redact;
    struct event_sink events;
    struct finding_sink findings;
    struct watched *watched;
    size_t count;
    size_t capacity;
    struct kept_finding *kept;
    size_t kept_count;
    size_t kept_capacity;
};

struct redact_sink *redact_sink_new(struct redact *redact, struct event_sink events,
                                    struct finding_sink findings)
{
    struct redact_sink *sink = mem_alloc(sizeof *sink);
    sink->redact = redact;
    sink->events = events;
    sink->findings = findings;
    return sink;
}

void redact_sink_free(struct redact_sink **sink_p)
{
    struct redact_sink *sink = *sink_p;
    if (sink == NULL) {
        return;
    }
    for (size_t i = 0; i < sink->count; i++) {
        redact_session_deinit(&sink->watched[i].session);
    }
    for (size_t i = 0; i < sink->kept_count; i++) {
        buf_deinit(&sink->kept[i].text);
        buf_deinit(&sink->kept[i].evidence);
    }
    free(sink->kept);
    free(sink->watched);
    redact_free(&sink->redact);
    free(sink);
    *sink_p = NULL;
}

/* ---- Connections ---- */

static struct watched *watched_of(struct redact_sink *sink, const struct event *event)
{
    for (size_t i = 0; i < sink->count; i++) {
        if (sink->watched[i].case_number == event->case_number &&
            sink->watched[i].connection == event->connection) {
            return &sink->watched[i];
        }
    }
    sink->watched = mem_grow(sink->watched, sink->count, &sink->capacity, sizeof sink->watched[0]);
    struct watched *watched = &sink->watched[sink->count++];
    *watched = (struct watched){.case_number = event->case_number, .connection = event->connection};
    return watched;
}

static void forget_case(struct redact_sink *sink, size_t case_number)
{
    size_t kept = 0;
    for (size_t i = 0; i < sink->count; i++) {
        if (sink->watched[i].case_number == case_number) {
            redact_session_deinit(&sink->watched[i].session);
        } else {
            sink->watched[kept++] = sink->watched[i];
        }
    }
    sink->count = kept;
}

/* ---- Octets that are no part of the dialogue itself ---- */

/* Where octet `at` of the original stands when the ranges are replaced; inside one: at its mark. */
static size_t moved_offset(const struct redact_ranges *ranges, size_t at)
{
    size_t moved = at;
    for (size_t i = 0; i < ranges->count && ranges->items[i].from < at; i++) {
        const struct redact_range *range = &ranges->items[i];
        size_t hidden = (range->to < at ? range->to : at) - range->from;
        moved -= hidden;
        moved += range->to <= at ? sizeof REDACT_MARK - 1 : 0;
    }
    return moved;
}

/* Known secrets, and what any connection of the case hid by its place. */
static void find(const struct redact_sink *sink, size_t case_number, struct bytes octets,
                 struct redact_ranges *ranges)
{
    redact_find(sink->redact, octets, ranges);
    for (size_t i = 0; i < sink->count; i++) {
        if (sink->watched[i].case_number == case_number) {
            redact_find_echoes(sink->redact, &sink->watched[i].session, sink->watched[i].protocol,
                               octets, ranges);
        }
    }
}

/* `octets` without them; *at, when given, is moved along. */
static void hide(const struct redact_sink *sink, size_t case_number, struct bytes octets,
                 struct buf *out, size_t *at)
{
    struct redact_ranges ranges = {0};
    find(sink, case_number, octets, &ranges);
    if (at != NULL && *at != BYTES_NONE) {
        *at = moved_offset(&ranges, *at);
    }
    redact_append(out, octets, &ranges, REDACT_PLAIN);
    redact_ranges_deinit(&ranges);
}

static const char *hide_text(const struct redact_sink *sink, size_t case_number, const char *text,
                             struct buf *out)
{
    if (text == NULL) {
        return NULL;
    }
    hide(sink, case_number, bytes_of(text), out, NULL);
    return buf_text(out);
}

/* ---- Events ---- */

static void pass_on(const struct redact_sink *sink, const struct event *event)
{
    if (sink->events.on_event != NULL) {
        sink->events.on_event(sink->events.self, event);
    }
}

static void pass_octets(struct redact_sink *sink, const struct event *event)
{
    struct buf octets = {0};
    struct event shown = *event;
    struct watched *watched = watched_of(sink, event);
    watched->protocol = event->protocol;
    watched->time_us[event->side] = event->time_us;
    redact_octets(sink->redact, &watched->session, event->side, event->protocol, event->octets,
                  &octets);
    shown.octets = buf_bytes(&octets);
    if (octets.n > 0 || event->octets.n == 0) {
        pass_on(sink, &shown);
    }
    buf_deinit(&octets);
}

/* What was held back of that side, with the time at which it came; `event` says why it is told now. */
static void pass_rest(struct redact_sink *sink, struct watched *watched, enum side side,
                      const struct event *event)
{
    struct buf octets = {0};
    redact_rest(sink->redact, &watched->session, side, watched->protocol,
                event->kind == EVENT_TIMEOUT ? REDACT_WAITED : REDACT_ENDED, &octets);
    if (octets.n > 0) {
        pass_on(sink, &(struct event){.kind = EVENT_OCTETS,
                                      .time_us = watched->time_us[side],
                                      .program = event->program,
                                      .case_number = event->case_number,
                                      .connection = watched->connection,
                                      .protocol = watched->protocol,
                                      .side = side,
                                      .octets = buf_bytes(&octets)});
    }
    buf_deinit(&octets);
}

/* Of the event's connection, or of all when the case ends. */
static void pass_rests(struct redact_sink *sink, const struct event *event)
{
    bool all = event->kind == EVENT_CASE_END;
    for (size_t i = 0; i < sink->count; i++) {
        struct watched *watched = &sink->watched[i];
        if (watched->case_number == event->case_number &&
            (all || watched->connection == event->connection)) {
            pass_rest(sink, watched, SIDE_CLIENT, event);
            pass_rest(sink, watched, SIDE_SERVER, event);
        }
    }
}

/* What the client that is tested should have said, worked out from its secret perhaps. */
static void hide_expected(const struct redact_sink *sink, const struct event *event,
                          struct buf *out)
{
    const struct outcome *outcome = event->outcome;
    enum step_kind kind = outcome->step != NULL ? outcome->step->kind : STEP_KIND_COUNT;
    struct redact_ranges ranges = {0};
    find(sink, event->case_number, outcome->expected, &ranges);
    for (size_t i = 0; i < sink->count; i++) {
        if ((kind == STEP_COMMAND || kind == STEP_RESPONSE) &&
            sink->watched[i].case_number == event->case_number) {
            redact_find_wanted(sink->redact, sink->watched[i].protocol, kind == STEP_RESPONSE,
                               outcome->expected, &ranges);
        }
    }
    redact_append(out, outcome->expected, &ranges, REDACT_PLAIN);
    redact_ranges_deinit(&ranges);
}

static void pass_end(const struct redact_sink *sink, const struct event *event)
{
    struct buf reason = {0};
    struct buf expected = {0};
    struct buf actual = {0};
    struct event shown = *event;
    struct outcome outcome = *event->outcome;
    size_t number = event->case_number;
    outcome.reason = hide_text(sink, number, outcome.reason, &reason);
    hide_expected(sink, event, &expected);
    hide(sink, number, outcome.actual, &actual, &outcome.actual_offset);
    outcome.expected = buf_bytes(&expected);
    outcome.actual = buf_bytes(&actual);
    outcome.said = (struct bytes){0};
    shown.outcome = &outcome;
    pass_on(sink, &shown);
    buf_deinit(&reason);
    buf_deinit(&expected);
    buf_deinit(&actual);
}

static void pass_text(const struct redact_sink *sink, const struct event *event)
{
    struct buf text = {0};
    struct event shown = *event;
    shown.text = hide_text(sink, event->case_number, event->text, &text);
    pass_on(sink, &shown);
    buf_deinit(&text);
}

/* What was left behind in clear text counts to the dialogue before TLS, of which nothing counts afterwards. */
static void pass_secured(struct redact_sink *sink, const struct event *event)
{
    struct buf text = {0};
    struct buf octets = {0};
    struct event shown = *event;
    struct redact_session *session = &watched_of(sink, event)->session;
    redact_octets(sink->redact, session, event->side, event->protocol, event->octets, &octets);
    redact_rest(sink->redact, session, event->side, event->protocol, REDACT_ENDED, &octets);
    shown.octets = buf_bytes(&octets);
    shown.text = hide_text(sink, event->case_number, event->text, &text);
    redact_session_secured(session);
    pass_on(sink, &shown);
    buf_deinit(&octets);
    buf_deinit(&text);
}

/* ---- Findings ---- */

static void pass_finding(const struct redact_sink *sink, const struct kept_finding *kept)
{
    struct buf text = {0};
    struct buf evidence = {0};
    struct finding shown = kept->finding;
    hide(sink, shown.case_number, buf_bytes(&kept->text), &text, NULL);
    hide(sink, shown.case_number, buf_bytes(&kept->evidence), &evidence, NULL);
    shown.text = shown.text != NULL ? buf_text(&text) : NULL;
    shown.evidence = buf_bytes(&evidence);
    if (sink->findings.on_finding != NULL) {
        sink->findings.on_finding(sink->findings.self, &shown);
    }
    buf_deinit(&text);
    buf_deinit(&evidence);
}

/* Those of a case that begins again do not count, and are forgotten untold. */
static void end_findings(struct redact_sink *sink, size_t case_number, bool told)
{
    size_t left = 0;
    for (size_t i = 0; i < sink->kept_count; i++) {
        struct kept_finding *kept = &sink->kept[i];
        if (kept->finding.case_number != case_number) {
            sink->kept[left++] = *kept;
            continue;
        }
        if (told) {
            pass_finding(sink, kept);
        }
        buf_deinit(&kept->text);
        buf_deinit(&kept->evidence);
    }
    sink->kept_count = left;
}

static void on_finding(void *self, const struct finding *finding)
{
    struct redact_sink *sink = self;
    sink->kept = mem_grow(sink->kept, sink->kept_count, &sink->kept_capacity, sizeof *sink->kept);
    struct kept_finding *kept = &sink->kept[sink->kept_count++];
    *kept = (struct kept_finding){.finding = *finding};
    buf_append(&kept->text, bytes_of(finding->text));
    buf_append(&kept->evidence, finding->evidence);
}

/* ---- The sinks ---- */

static void on_event(void *self, const struct event *event)
{
    struct redact_sink *sink = self;
    switch (event->kind) {
    case EVENT_OCTETS:
        pass_octets(sink, event);
        break;
    case EVENT_CASE_END:
        pass_rests(sink, event);
        end_findings(sink, event->case_number, true);
        if (event->outcome != NULL) {
            pass_end(sink, event);
        } else {
            pass_on(sink, event);
        }
        forget_case(sink, event->case_number);
        break;
    case EVENT_CASE_BEGIN:
        end_findings(sink, event->case_number, false);
        forget_case(sink, event->case_number);
        pass_on(sink, event);
        break;
    case EVENT_SECURED:
        pass_rests(sink, event);
        pass_secured(sink, event);
        break;
    case EVENT_CLOSED:
    case EVENT_TIMEOUT:
        pass_rests(sink, event);
        pass_text(sink, event);
        break;
    case EVENT_CONNECTING:
    case EVENT_CONNECTED:
    case EVENT_STEP:
    case EVENT_NOTE:
    case EVENT_KIND_COUNT:
        pass_text(sink, event);
        break;
    }
}

struct event_sink redact_sink_events(struct redact_sink *sink)
{
    return (struct event_sink){on_event, sink};
}

struct finding_sink redact_sink_findings(struct redact_sink *sink)
{
    return (struct finding_sink){on_finding, sink};
}
