/*
 * serve_play - plays a scenario to a scripted client through the engine, and keeps what came of it
 *
 * The scenario is compiled as the program does it, the conforming server is the program's own.
 */
#ifndef MAILSPEC_TESTS_SERVE_PLAY_H
#define MAILSPEC_TESTS_SERVE_PLAY_H

#include <stdio.h>
#include <string.h>

#include "cli/conforming.h"
#include "engine/client_fields.h"
#include "engine/engine.h"
#include "script/scenario.h"
#include "scripted_client.h"
#include "unit.h"

enum { SERVE_PLAY_CASES = 8, SERVE_PLAY_WATCHDOG_MS = 60000 };

struct serve_play_case {
    unsigned begins;
    unsigned ends;
    enum verdict verdict;
    char reason[512];
    struct buf expected;
    struct buf actual;
    size_t actual_offset;
    unsigned line;
    bool in_start;
    bool not_reached;
    bool absolute;
    struct buf notes;
    struct buf said;   /* by us */
    struct buf writes; /* the same, "^" behind each write */
    struct buf heard;  /* by us, of the client */
    unsigned steps;
    unsigned timeouts;
    unsigned opened;
    unsigned closed;
    unsigned late; /* events behind the end */
};

struct serve_play {
    struct loop *loop;
    struct clock clock;
    struct timer *watchdog;
    struct arena *arena;
    struct tls_authority *authority;
    struct responder responder;
    struct scripted scripted;
    struct scripted *scripted_p;
    struct client_starter starter;
    struct target target;
    struct scenario *scenarios[SERVE_PLAY_CASES];
    size_t scenario_count;
    const struct program *programs[SERVE_PLAY_CASES];
    size_t count;
    size_t next;
    enum role role;
    struct engine_config config;
    struct engine *engine;
    struct serve_play_case cases[SERVE_PLAY_CASES];
    unsigned finished;
    bool too_late;
    char broken_off[256];
};

static inline void serve_play_outcome(struct serve_play_case *c, const struct outcome *outcome)
{
    c->ends++;
    c->verdict = outcome->verdict;
    snprintf(c->reason, sizeof c->reason, "%s", outcome->reason == NULL ? "" : outcome->reason);
    buf_append(&c->expected, outcome->expected);
    buf_append(&c->actual, outcome->actual);
    c->actual_offset = outcome->actual_offset;
    c->line = outcome->place.line;
    c->in_start = outcome->in_start;
    c->not_reached = outcome->not_reached;
    c->absolute = outcome->absolute;
}

static inline void serve_play_octets(struct serve_play_case *c, const struct event *event)
{
    struct buf *out = event->side == SIDE_SERVER ? &c->said : &c->heard;
    if (out->n > 64 * 1024) {
        return;
    }
    buf_append(out, event->octets);
    if (event->side == SIDE_SERVER) {
        buf_append(&c->writes, event->octets);
        buf_append_octet(&c->writes, '^');
    }
}

static inline void serve_play_event(void *self, const struct event *event)
{
    struct serve_play *play = self;
    struct serve_play_case *c = &play->cases[event->case_number];
    if (event->program == NULL) {
        return;
    }
    c->late += c->ends;
    switch (event->kind) {
    case EVENT_CASE_BEGIN:
        c->begins++;
        break;
    case EVENT_OCTETS:
        serve_play_octets(c, event);
        break;
    case EVENT_SECURED:
        buf_append_text(&c->notes, "left: ");
        buf_append(&c->notes, event->octets);
        buf_append_text(&c->notes, "\n");
        buf_printf(&c->notes, "%s\n", event->text);
        break;
    case EVENT_NOTE:
        buf_printf(&c->notes, "%s\n", event->text);
        break;
    case EVENT_STEP:
        c->steps++;
        break;
    case EVENT_TIMEOUT:
        c->timeouts++;
        break;
    case EVENT_CONNECTED:
        c->opened++;
        break;
    case EVENT_CLOSED:
        c->closed++;
        break;
    case EVENT_CASE_END:
        serve_play_outcome(c, event->outcome);
        break;
    case EVENT_CONNECTING:
    case EVENT_KIND_COUNT:
        break;
    }
}

static inline bool serve_play_next(void *self, struct engine_case *case_r)
{
    struct serve_play *play = self;
    if (play->next == play->count) {
        return false;
    }
    *case_r = (struct engine_case){.program = play->programs[play->next],
                                   .case_number = play->next,
                                   .target = &play->target,
                                   .role = play->role};
    play->next++;
    return true;
}

static inline void serve_play_finished(void *self, const char *broken_off)
{
    struct serve_play *play = self;
    play->finished++;
    snprintf(play->broken_off, sizeof play->broken_off, "%s", broken_off == NULL ? "" : broken_off);
    loop_stop(play->loop);
}

static inline void serve_play_late(void *self)
{
    struct serve_play *play = self;
    play->too_late = true;
    loop_stop(play->loop);
}

static inline void serve_play_interrupt(void *self)
{
    struct serve_play *play = self;
    engine_interrupt(play->engine);
}

static inline void serve_play_init(struct serve_play *play)
{
    memset(play, 0, sizeof *play);
    play->loop = loop_new();
    play->clock = loop_clock(play->loop);
    play->watchdog = timer_new(play->loop, serve_play_late, play);
    play->arena = arena_new();
    struct error error;
    play->authority = tls_authority_open(NULL, &error);
    play->responder = conforming_responder(&play->clock, play->authority);
    play->scripted_p = &play->scripted;
    play->scripted.interrupt = serve_play_interrupt;
    play->scripted.self = play;
    play->starter = scripted_starter(&play->scripted_p);
    play->target.name = "scripted";
    play->target.client = client_plain();
    play->target.client.kind = CLIENT_BUILT_IN;
    client_target_complete(&play->target, play->arena);
    play->role = ROLE_SERVER;
    play->config = (struct engine_config){
        .loop = play->loop,
        .sink = {serve_play_event, play},
        .jobs = 1,
        .time_scale = 1,
        .run_id = "r",
        .responder = &play->responder,
        .built_in_client = &play->starter,
        .next_case = serve_play_next,
        .finished = serve_play_finished,
        .self = play
    };
}

/* All cases of the text; false: it does not compile, and the errors are shown. */
static inline bool serve_play_add(struct serve_play *play, const char *id, const char *text)
{
    const struct scenario_options options = {.id = id};
    struct scenario *scenario = scenario_read("t.scn", bytes_of(text), &options);
    play->scenarios[play->scenario_count++] = scenario;
    for (size_t i = 0; i < scenario_problem_count(scenario); i++) {
        struct buf shown = {0};
        scenario_print_problem(&shown, scenario_problem(scenario, i));
        fprintf(stderr, "%s", buf_text(&shown));
        buf_deinit(&shown);
    }
    for (size_t i = 0; i < scenario_program_count(scenario) && play->count < SERVE_PLAY_CASES;
         i++) {
        play->programs[play->count++] = scenario_program(scenario, i);
    }
    return !scenario_failed(scenario) && play->count > 0;
}

/* Until finished() came; false: the watchdog ended it. */
static inline bool serve_play_run(struct serve_play *play)
{
    play->engine = engine_new(&play->config);
    timer_start(play->watchdog, SERVE_PLAY_WATCHDOG_MS);
    engine_start(play->engine);
    loop_run(play->loop);
    timer_stop(play->watchdog);
    engine_free(&play->engine);
    return !play->too_late && play->finished == 1;
}

static inline void serve_play_deinit(struct serve_play *play)
{
    engine_free(&play->engine);
    for (size_t i = 0; i < play->scenario_count; i++) {
        scenario_free(&play->scenarios[i]);
    }
    scripted_deinit(&play->scripted);
    tls_authority_free(&play->authority);
    timer_free(&play->watchdog);
    loop_free(&play->loop);
    arena_free(&play->arena);
    for (size_t i = 0; i < SERVE_PLAY_CASES; i++) {
        buf_deinit(&play->cases[i].expected);
        buf_deinit(&play->cases[i].actual);
        buf_deinit(&play->cases[i].notes);
        buf_deinit(&play->cases[i].said);
        buf_deinit(&play->cases[i].writes);
        buf_deinit(&play->cases[i].heard);
    }
}

/* ---- Rows ---- */

struct serve_row {
    const char *name;
    const char *scenario;
    const char *client;
    enum verdict verdict;
    const char *reason; /* a part of it; NULL: none at all */
    unsigned line;
    const char *notes; /* a part of them; "!TEXT": it is no part; NULL: any */
    const char *
        flags; /* "t": waits are short; "k": --keep-going; "l": the target speaks LMTP, "p": POP3; "s": TLS from the beginning; NULL: none */
};

static inline bool serve_row_notes(const char *wanted, struct buf *notes)
{
    if (wanted == NULL) {
        return true;
    }
    bool absent = wanted[0] == '!';
    return (strstr(buf_text(notes), wanted + (absent ? 1 : 0)) == NULL) == absent;
}

static inline bool serve_row_reason(const char *wanted, const char *reason)
{
    return wanted == NULL ? reason[0] == '\0' : strstr(reason, wanted) != NULL;
}

static inline void serve_row_flags(struct serve_play *play, const char *flags)
{
    flags = flags == NULL ? "" : flags;
    play->config.time_scale = strchr(flags, 't') != NULL ? 0.04 : 1;
    play->config.keep_going = strchr(flags, 'k') != NULL;
    play->target.client.implicit_tls = strchr(flags, 's') != NULL;
    if (strchr(flags, 'l') != NULL || strchr(flags, 'p') != NULL) {
        play->target.client.speaks_known = true;
        play->target.client.speaks = strchr(flags, 'l') != NULL ? PROTOCOL_LMTP : PROTOCOL_POP3;
    }
}

static inline void serve_row_check(const struct serve_row *row, struct serve_play *play)
{
    struct serve_play_case *c = &play->cases[0];
    bool good = row->verdict == VERDICT_PASS || row->verdict == VERDICT_INFO ||
                row->verdict == VERDICT_NON_STRICT;
    bool as_written = c->verdict == row->verdict && serve_row_reason(row->reason, c->reason) &&
                      c->line == row->line && serve_row_notes(row->notes, &c->notes) &&
                      (!good || (play->scripted.over && play->scripted.undone.n == 0));
    UNIT_ROW(row->name, c->begins == 1 && c->ends == 1 && c->late == 0);
    UNIT_ROW(row->name, c->opened == c->closed);
    UNIT_ROW(row->name, c->verdict == row->verdict);
    UNIT_ROW(row->name, serve_row_reason(row->reason, c->reason));
    UNIT_ROW(row->name, c->line == row->line);
    UNIT_ROW(row->name, serve_row_notes(row->notes, &c->notes));
    UNIT_ROW(row->name, !good || (play->scripted.over && play->scripted.undone.n == 0));
    if (!as_written) {
        fprintf(
            stderr,
            "  %s, line %u: %s\n  notes:\n%s  said:\n%s  heard:\n%s  undone: %s\n  rest: %.*s\n",
            verdict_name(c->verdict), c->line, c->reason, buf_text(&c->notes), buf_text(&c->said),
            buf_text(&c->heard), buf_text(&play->scripted.undone), (int)play->scripted.rest.n,
            (const char *)play->scripted.rest.p);
    }
}

static inline void serve_row_play(const struct serve_row *row)
{
    struct serve_play play;
    serve_play_init(&play);
    serve_row_flags(&play, row->flags);
    play.scripted.rest = bytes_of(row->client);
    UNIT_ROW(row->name, serve_play_add(&play, "t/case", row->scenario));
    UNIT_ROW(row->name, serve_play_run(&play));
    serve_row_check(row, &play);
    serve_play_deinit(&play);
}

static inline void serve_rows_play(const struct serve_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        serve_row_play(&rows[i]);
    }
}

#define SERVE_ROWS(rows) serve_rows_play(rows, sizeof(rows) / sizeof((rows)[0]))

#endif
