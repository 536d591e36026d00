#include "cli/collect.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "cli/last_sent.h"
#include "reports/losses.h"
#include "reports/sentence.h"

enum {
    WIRE_FIRST = 24, /* items kept from the beginning of a case */
    WIRE_LAST = 72,  /* and from its end */
    WIRE_ITEM_OCTETS = 4096,
    FINDINGS_MAX = 64,
    ROOM_FIRST = 64,
    LAST_WORDS_OF = 3
};

/* A wire item while its case runs: the octets are owned. */
struct kept_item {
    struct wire_item item;
    unsigned char *octets;
    char *note;
};

struct running {
    struct case_result *result; /* NULL: no such case running */
    bool done;                  /* waits for those before it */
    bool told;                  /* on_ended() has it */
    int64_t ended_us;
    struct arena *arena;
    struct kept_item *items; /* WIRE_FIRST, then a ring of WIRE_LAST */
    size_t item_capacity;
    size_t item_count; /* seen, also those dropped */
    struct last_sent last_sent;
    struct finding *findings;
    size_t finding_count;
    size_t finding_capacity;
};

struct collector {
    struct collector_config config;
    /* Those from the first one that was not handed on: case N is at N % room, room for all that are under way. */
    struct running *running;
    size_t room;
    size_t next; /* the first one not handed on */
    size_t ended;
    struct run_summary summary;
    int64_t last_us;
    struct buf last_words; /* of cases that were begun again */
    size_t begun_again;    /* how many they are */
};

struct collector *collector_new(const struct collector_config *config)
{
    struct collector *collector = mem_alloc(sizeof *collector);
    collector->config = *config;
    collector->room = ROOM_FIRST;
    collector->running = mem_array(collector->room, sizeof *collector->running);
    return collector;
}

/* NULL: it was handed on already, or is no case of this run. */
static struct running *running_of(struct collector *collector, size_t number)
{
    if (number < collector->next || number >= collector->config.case_count) {
        return NULL;
    }
    if (number - collector->next >= collector->room) {
        size_t room = 2 * (number - collector->next + 1);
        struct running *grown = mem_array(room, sizeof *grown);
        for (size_t i = collector->next; i < collector->next + collector->room; i++) {
            grown[i % room] = collector->running[i % collector->room];
        }
        free(collector->running);
        collector->running = grown;
        collector->room = room;
    }
    return &collector->running[number % collector->room];
}

/* ---- the wire ---- */

static void kept_item_release(struct kept_item *kept)
{
    free(kept->octets);
    free(kept->note);
    *kept = (struct kept_item){0};
}

/* Where the i-th item of a case is kept: the first ones for good, the others in a ring. */
static size_t item_slot(size_t i)
{
    return i < WIRE_FIRST ? i : WIRE_FIRST + (i - WIRE_FIRST) % WIRE_LAST;
}

static void keep_item(struct running *run, const struct event *event, struct wire_item item)
{
    size_t slot = item_slot(run->item_count);
    if (run->item_count < WIRE_FIRST + WIRE_LAST) {
        run->items = mem_grow(run->items, slot, &run->item_capacity, sizeof *run->items);
        run->items[slot] = (struct kept_item){0};
    }
    struct kept_item *kept = &run->items[slot];
    kept_item_release(kept);
    kept->item = item;
    kept->item.time_us = event->time_us - run->result->start_us;
    kept->item.connection = event->connection;
    kept->item.side = event->side;
    size_t n = event->octets.n < WIRE_ITEM_OCTETS ? event->octets.n : WIRE_ITEM_OCTETS;
    if (item.kind == WIRE_OCTETS && n > 0) {
        struct buf copy = {0};
        buf_append(&copy, bytes_slice(event->octets, 0, n));
        kept->item.octets.n = n;
        kept->item.octets_left_out = event->octets.n - n;
        kept->octets = (unsigned char *)buf_steal(&copy);
        kept->item.octets.p = kept->octets;
    }
    kept->note = mem_strdup(item.note);
    kept->item.note = kept->note;
    run->item_count++;
}

static void keep_note(struct running *run, const struct event *event, const char *what)
{
    struct buf note = {0};
    buf_append_text(&note, what);
    if (event->text != NULL) {
        buf_printf(&note, "%s%s", what[0] != '\0' ? ": " : "", event->text);
    }
    keep_item(run, event, (struct wire_item){.kind = WIRE_NOTE, .note = buf_text(&note)});
    buf_deinit(&note);
}

static void keep_close(struct running *run, const struct event *event)
{
    static const char *const how[CLOSE_KIND_COUNT] = {"closes the connection",
                                                      "resets the connection", "connection lost"};
    struct buf what = {0};
    buf_printf(&what, "%s %s", side_name(event->side), how[event->close]);
    keep_note(run, event, buf_text(&what));
    buf_deinit(&what);
}

/* What was left in clear text stands above, as what that side said; that nobody reads it stands nowhere else. */
static void keep_secured(struct running *run, const struct event *event)
{
    struct buf note = {0};
    buf_append_text(&note, event->text != NULL ? event->text : "TLS");
    if (event->octets.n > 0) {
        buf_printf(&note, "; %zu octets of the %s before it were left in clear text",
                   event->octets.n, side_name(event->side));
    }
    keep_item(run, event, (struct wire_item){.kind = WIRE_NOTE, .note = buf_text(&note)});
    buf_deinit(&note);
}

/* Move what was kept into the result, in order. */
static void wire_finish(struct running *run)
{
    size_t kept = run->item_count;
    size_t dropped = 0;
    if (kept > WIRE_FIRST + WIRE_LAST) {
        dropped = kept - (WIRE_FIRST + WIRE_LAST);
        kept = WIRE_FIRST + WIRE_LAST;
    }
    struct wire_item *wire = arena_array(run->arena, kept + 1, sizeof *wire);
    for (size_t i = 0; i < kept; i++) {
        wire[i] = run->items[item_slot(i < WIRE_FIRST ? i : i + dropped)].item;
        wire[i].octets = arena_copy(run->arena, wire[i].octets);
        wire[i].note = arena_strdup(run->arena, wire[i].note);
    }
    run->result->wire = wire;
    run->result->wire_count = kept;
    run->result->wire_left_out = dropped;
}

static void wire_release(struct running *run)
{
    for (size_t i = 0; i < run->item_count && i < WIRE_FIRST + WIRE_LAST; i++) {
        kept_item_release(&run->items[i]);
    }
    free(run->items);
    run->items = NULL;
    run->item_count = 0;
    run->item_capacity = 0;
}

/* ---- cases ---- */

static void release(struct running *run)
{
    wire_release(run);
    last_sent_deinit(&run->last_sent);
    free(run->findings);
    arena_free(&run->arena);
    *run = (struct running){0};
}

static void keep_last_words(struct collector *collector, const struct running *run)
{
    size_t left_out = 0;
    struct bytes sent = last_sent_get(&run->last_sent, 0, &left_out);
    struct buf *out = &collector->last_words;
    if (sent.n == 0 || collector->begun_again++ >= LAST_WORDS_OF) {
        return;
    }
    buf_printf(out, "%s%s after ", out->n > 0 ? ", " : "", run->result->program->id);
    losses_sent(out, sent, left_out);
}

void collector_last_words(struct collector *collector, struct buf *out)
{
    buf_append(out, buf_bytes(&collector->last_words));
    if (collector->begun_again > LAST_WORDS_OF) {
        buf_printf(out, " and %zu more", collector->begun_again - LAST_WORDS_OF);
    }
    buf_clear(&collector->last_words);
    collector->begun_again = 0;
}

static void case_begin(struct collector *collector, struct running *run, const struct event *event)
{
    keep_last_words(collector, run);
    release(run); /* a case that was put back (the server went away) begins again */
    run->arena = arena_new();
    run->result = arena_alloc(run->arena, sizeof *run->result);
    run->result->program = event->program;
    run->result->case_number = event->case_number;
    run->result->start_us = event->time_us;
    if (collector->config.repeat > 1) {
        run->result->repeat = 1 + (unsigned)(event->case_number / collector->config.program_count);
    }
}

static void copy_outcome(struct running *run, const struct outcome *outcome)
{
    struct outcome *copy = &run->result->outcome;
    *copy = *outcome;
    copy->reason = arena_strdup(run->arena, outcome->reason);
    copy->expected = arena_copy(run->arena, outcome->expected);
    copy->actual = arena_copy(run->arena, outcome->actual);
    copy->said = (struct bytes){0};
}

/* A wait that ended proves no loss by itself: a judge says whether the reply was owed. */
static void copy_loss(struct running *run)
{
    struct case_result *result = run->result;
    if (result->outcome.loss == LOSS_SILENT && result->verdict != VERDICT_FAIL) {
        result->outcome.loss = LOSS_NONE;
    }
    if (result->outcome.loss != LOSS_NONE || result->outcome.suspect > 0) {
        struct bytes sent = last_sent_get(&run->last_sent, result->outcome.lost_connection,
                                          &result->last_sent_left_out);
        result->last_sent = arena_copy(run->arena, sent);
    }
}

/* A reason of the script's that tells of the loss, and that no finding has taken the place of, names what was sent before. */
static void tell_last_sent(struct running *run)
{
    struct case_result *result = run->result;
    enum loss loss = result->outcome.loss;
    bool counts = result->verdict == VERDICT_FAIL || result->verdict == VERDICT_ERROR;
    bool tells = loss != LOSS_NONE && loss != LOSS_SILENT && loss != LOSS_SUSPECT;
    if (result->last_sent.n == 0 || !counts || !tells || result->outcome.in_start ||
        result->reason == NULL || result->reason != result->outcome.reason ||
        sentence_finding(result) != NULL) {
        return;
    }
    struct buf sent = {0};
    losses_sent(&sent, result->last_sent, result->last_sent_left_out);
    result->reason = arena_printf(run->arena, "after %s %s", buf_text(&sent), result->reason);
    buf_deinit(&sent);
}

/* What the script says, at the level of the rule that the case judges; a second choice is no worse than that, either. */
static enum verdict script_verdict(const struct collector *collector, const struct case_result *r)
{
    enum verdict verdict = r->outcome.verdict;
    bool counts = verdict == VERDICT_FAIL || verdict == VERDICT_NON_STRICT;
    if (!counts || r->program->rule_count == 0 || r->outcome.absolute) {
        return verdict;
    }
    const struct rule *rule = rule_find(collector->config.rules, bytes_of(r->program->rules[0]));
    enum verdict most = rule != NULL ? level_verdict(rule->level) : verdict;
    return verdict == VERDICT_FAIL || most == VERDICT_INFO ? most : verdict;
}

static void decide(const struct collector *collector, struct running *run)
{
    struct case_result *result = run->result;
    result->verdict = script_verdict(collector, result);
    result->reason = result->outcome.reason;
    for (size_t i = 0; i < run->finding_count; i++) {
        enum verdict worse = verdict_worse(result->verdict, run->findings[i].verdict);
        if (worse != result->verdict) {
            result->verdict = worse;
            result->reason = run->findings[i].text;
        }
    }
    copy_loss(run);
    tell_last_sent(run);
    if (collector->config.known != NULL) {
        known_failing_apply(collector->config.known, result);
    }
}

static void tell_ended(struct collector *collector, struct running *run)
{
    if (collector->config.on_ended != NULL && run->done && !run->told) {
        run->told = true;
        collector->config.on_ended(collector->config.self, run->result);
    }
}

size_t collector_ended(const struct collector *collector)
{
    return collector->ended;
}

void collector_time(struct collector *collector, int64_t now_us)
{
    if (collector->config.on_ended == NULL) {
        return;
    }
    for (size_t i = collector->next; i < collector->next + collector->room; i++) {
        struct running *run = &collector->running[i % collector->room];
        if (run->done && now_us - run->ended_us >= collector->config.patience_us) {
            tell_ended(collector, run);
        }
    }
}

/* What is done, in order, up to the first that is not; or, with `all`, over those that never ended. */
static void hand_on(struct collector *collector, bool all)
{
    size_t end = collector->next + collector->room;
    while (collector->next < end) {
        struct running *run = &collector->running[collector->next % collector->room];
        if (!run->done && !all) {
            return;
        }
        tell_ended(collector, run);
        if (run->done) {
            collector->config.on_case(collector->config.self, run->result);
        }
        release(run);
        collector->next++;
    }
}

static void case_end(struct collector *collector, struct running *run, const struct event *event)
{
    const struct collector_config *config = &collector->config;
    struct case_result *result = run->result;
    copy_outcome(run, event->outcome);
    result->duration_us = event->time_us - result->start_us;
    struct finding *findings =
        arena_array(run->arena, run->finding_count + 1, sizeof *result->findings);
    for (size_t i = 0; i < run->finding_count; i++) {
        findings[i] = run->findings[i];
    }
    result->findings = findings;
    result->finding_count = run->finding_count;
    decide(collector, run);
    if (config->keep_wire || result->verdict != VERDICT_PASS) {
        wire_finish(run);
    }
    wire_release(run);
    if (config->transcript != NULL) {
        result->transcript =
            arena_strdup(run->arena, config->transcript(config->self, event->case_number));
    }
    result->again =
        arena_printf(run->arena, "%s%s", config->again,
                     config->selector(config->self, event->case_number % config->program_count));
    run->done = true;
    run->ended_us = event->time_us;
    collector->ended++;
    collector->summary.counts[result->verdict]++;
    hand_on(collector, false);
}

static void on_event(void *self, const struct event *event)
{
    struct collector *collector = self;
    if (event->time_us > collector->last_us) {
        collector->last_us = event->time_us;
    }
    struct running *run = event->program != NULL ? running_of(collector, event->case_number) : NULL;
    if (run == NULL || run->done || (run->result == NULL && event->kind != EVENT_CASE_BEGIN)) {
        return;
    }
    last_sent_event(&run->last_sent, event);
    switch (event->kind) {
    case EVENT_CASE_BEGIN:
        case_begin(collector, run, event);
        break;
    case EVENT_OCTETS:
        keep_item(run, event, (struct wire_item){.kind = WIRE_OCTETS});
        break;
    case EVENT_CONNECTED:
        keep_note(run, event, "connected");
        break;
    case EVENT_TIMEOUT:
        keep_note(run, event, "the wait is over");
        break;
    case EVENT_NOTE:
        keep_note(run, event, "");
        break;
    case EVENT_SECURED:
        keep_secured(run, event);
        break;
    case EVENT_CLOSED:
        keep_close(run, event);
        break;
    case EVENT_CASE_END:
        case_end(collector, run, event);
        break;
    case EVENT_CONNECTING:
    case EVENT_STEP:
    case EVENT_KIND_COUNT:
        break;
    }
}

static void on_finding(void *self, const struct finding *finding)
{
    struct collector *collector = self;
    struct running *run = running_of(collector, finding->case_number);
    if (run == NULL || run->result == NULL || run->done || run->finding_count >= FINDINGS_MAX) {
        return;
    }
    run->findings =
        mem_grow(run->findings, run->finding_count, &run->finding_capacity, sizeof *run->findings);
    struct finding *copy = &run->findings[run->finding_count++];
    *copy = *finding;
    copy->text = arena_strdup(run->arena, finding->text);
    copy->evidence = arena_copy(run->arena, finding->evidence);
}

struct event_sink collector_event_sink(struct collector *collector)
{
    return (struct event_sink){on_event, collector};
}

struct finding_sink collector_finding_sink(struct collector *collector)
{
    return (struct finding_sink){on_finding, collector};
}

void collector_finish(struct collector *collector, struct run_summary *summary)
{
    hand_on(collector, true);
    *summary = collector->summary;
    summary->duration_us = collector->last_us;
    summary->not_run = collector->config.case_count - collector->ended;
}

void collector_free(struct collector **collector_p)
{
    struct collector *collector = *collector_p;
    if (collector == NULL) {
        return;
    }
    for (size_t i = 0; i < collector->room; i++) {
        release(&collector->running[i]);
    }
    buf_deinit(&collector->last_words);
    free(collector->running);
    free(collector);
    *collector_p = NULL;
}
