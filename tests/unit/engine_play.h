/*
 * engine_play - runs programs through the engine against stubs and keeps what it said
 */
#ifndef MAILSPEC_TESTS_ENGINE_PLAY_H
#define MAILSPEC_TESTS_ENGINE_PLAY_H

#include <stdio.h>

#include "engine/engine.h"
#include "engine/needs.h"
#include "engine_dialogue.h"
#include "stub.h"

enum { PLAY_CASES = 24 };

struct play_case {
    unsigned begins;
    unsigned ends;
    unsigned place; /* 1: it ended first */
    enum verdict verdict;
    char reason[256];
    char expected[256];
    char actual[256];
    size_t actual_offset;
    unsigned line;
    bool in_start;
    bool not_reached;
    size_t lines_not_reached;
    struct buf
        sent; /* what we wrote, "|" behind each write; "N>" in front when it is not connection 1 */
    struct buf came;
    size_t came_octets;
    struct buf notes;
    unsigned steps;
    unsigned timeouts;
    unsigned short_waits; /* of the timeouts */
    unsigned opened;
    unsigned closed;
    enum loss loss;
    unsigned lost_connection;
    unsigned suspect;
    bool absolute;
};

struct play {
    struct arena *arena;
    struct loop *loop;
    struct timer *watchdog;
    struct stub mail;
    struct stub pop3;
    struct target target;
    struct target_user users[2];
    struct program programs[PLAY_CASES];
    size_t count;
    size_t next;
    struct engine_config config;
    struct engine *engine;
    struct play_case cases[PLAY_CASES];
    unsigned order[PLAY_CASES]; /* of CASE_BEGIN */
    size_t begun;
    size_t running;
    size_t most_running;
    unsigned ended;
    unsigned finished;
    bool interrupt_on_step;
    bool refuse_on_begin; /* the server goes away as the first case begins */
    bool late;
    char broken_off[256];
    char mail_url[64];
    char pop3_url[64];
};

static const char *const play_probe_smtp[] = {
    "220 stub\r\n", "250-stub\r\n250-SIZE 1000\r\n250 PIPELINING\r\n", NULL};
static const char *const play_probe_pop3[] = {"+OK stub <1.2@stub>\r\n",
                                              "+OK\r\nUIDL\r\nTOP\r\n.\r\n", NULL};
static const char *const play_login[] = {"+OK stub\r\n", "+OK\r\n", "+OK\r\n", NULL};

static inline void play_outcome(struct play_case *c, const struct outcome *outcome)
{
    c->ends++;
    c->verdict = outcome->verdict;
    snprintf(c->reason, sizeof c->reason, "%s", outcome->reason == NULL ? "" : outcome->reason);
    snprintf(c->expected, sizeof c->expected, "%.*s", (int)outcome->expected.n,
             (const char *)outcome->expected.p);
    snprintf(c->actual, sizeof c->actual, "%.*s", (int)outcome->actual.n,
             (const char *)outcome->actual.p);
    c->actual_offset = outcome->actual_offset;
    c->line = outcome->place.line;
    c->in_start = outcome->in_start;
    c->not_reached = outcome->not_reached;
    c->lines_not_reached = outcome->lines_not_reached;
    c->loss = outcome->loss;
    c->lost_connection = outcome->lost_connection;
    c->suspect = outcome->suspect;
    c->absolute = outcome->absolute;
}

static inline void play_octets(struct play_case *c, const struct event *event)
{
    struct buf *out = event->side == SIDE_CLIENT ? &c->sent : &c->came;
    c->came_octets += event->side == SIDE_SERVER ? event->octets.n : 0;
    if (out->n > 1000 * 1000) {
        return;
    }
    if (event->connection != 1 && event->side == SIDE_CLIENT) {
        buf_printf(out, "%u>", event->connection);
    }
    buf_append(out, event->octets);
    if (event->side == SIDE_CLIENT) {
        buf_append_octet(out, '|');
    }
}

static inline void play_event(void *self, const struct event *event)
{
    struct play *play = self;
    struct play_case *c = &play->cases[event->case_number];
    if (event->program == NULL) {
        return;
    }
    CU_ASSERT(c->ends == 0);
    switch (event->kind) {
    case EVENT_CASE_BEGIN:
        if (c->begins++ == 0) { /* else it begins anew */
            play->order[play->begun++] = (unsigned)event->case_number;
            play->running++;
        }
        if (play->refuse_on_begin) {
            listener_free(&play->mail.listener);
        }
        play->most_running =
            play->running > play->most_running ? play->running : play->most_running;
        break;
    case EVENT_OCTETS:
        play_octets(c, event);
        break;
    case EVENT_NOTE:
    case EVENT_SECURED:
        buf_printf(&c->notes, "%s\n", event->text);
        break;
    case EVENT_STEP:
        c->steps++;
        if (play->interrupt_on_step) {
            engine_interrupt(play->engine);
        }
        break;
    case EVENT_TIMEOUT:
        c->timeouts++;
        c->short_waits += event->short_wait ? 1 : 0;
        break;
    case EVENT_CONNECTING:
        c->opened++;
        break;
    case EVENT_CLOSED:
        c->closed++;
        break;
    case EVENT_CASE_END:
        play_outcome(c, event->outcome);
        c->place = ++play->ended;
        play->running--;
        break;
    case EVENT_CONNECTED:
    case EVENT_KIND_COUNT:
        break;
    }
}

static inline bool play_next(void *self, struct engine_case *case_r)
{
    struct play *play = self;
    if (play->next == play->count) {
        return false;
    }
    *case_r = (struct engine_case){
        .program = &play->programs[play->next], .case_number = play->next, .target = &play->target};
    play->next++;
    return true;
}

static inline void play_finished(void *self, const char *broken_off)
{
    struct play *play = self;
    play->finished++;
    snprintf(play->broken_off, sizeof play->broken_off, "%s", broken_off == NULL ? "" : broken_off);
    loop_stop(play->loop);
}

static inline void play_late(void *self)
{
    struct play *play = self;
    play->late = true;
    loop_stop(play->loop);
}

static inline void play_init(struct play *play)
{
    memset(play, 0, sizeof *play);
    play->arena = arena_new();
    play->loop = loop_new();
    play->watchdog = timer_new(play->loop, play_late, play);
    stub_init(&play->mail, play->loop, play_probe_smtp);
    stub_init(&play->pop3, play->loop, play_probe_pop3);
    snprintf(play->mail_url, sizeof play->mail_url, "smtp://127.0.0.1:%u",
             listener_port(play->mail.listener));
    snprintf(play->pop3_url, sizeof play->pop3_url, "pop3://127.0.0.1:%u",
             listener_port(play->pop3.listener));
    play->users[0] = (struct target_user){"alice", "tanstaaf", "alice@example.test"};
    play->users[1] = (struct target_user){"bob", "builder", "bob@example.test"};
    play->target = (struct target){
        .name = "stub",
        .mail = {.kind = ENDPOINT_TCP,
                 .protocol = PROTOCOL_SMTP,
                 .url = play->mail_url,
                 .host = "127.0.0.1",
                 .port = listener_port(play->mail.listener)},
        .pop3 = {.kind = ENDPOINT_TCP,
                 .protocol = PROTOCOL_POP3,
                 .url = play->pop3_url,
                 .host = "127.0.0.1",
                 .port = listener_port(play->pop3.listener)},
        .domain = "example.test",
        .users = play->users,
        .user_count = 2,
        .delivers = true,
        .loopback = true
    };
    play->config = (struct engine_config){
        .loop = play->loop,
        .sink = {play_event, play},
        .jobs = 1,
        .time_scale = 1,
        .run_id = "r",
        .next_case = play_next,
        .finished = play_finished,
        .self = play
    };
}

/* One more case: connection 1 speaks `protocol` from `start` on. The caller may change what is returned. */
static inline struct program *play_add(struct play *play, enum protocol protocol, enum start start,
                                       const char *dialogue, const char *finally)
{
    struct program *program = &play->programs[play->count++];
    struct program_connection *connections =
        arena_array(play->arena, 2, sizeof(struct program_connection));
    connections[0] = (struct program_connection){1, protocol, false, start};
    connections[1] = (struct program_connection){2, protocol, false, start};
    program->id = "t/case";
    program->playable_client = true;
    program->connections = connections;
    program->connection_count = 1;
    program->steps = dialogue_steps(play->arena, dialogue, &program->step_count);
    if (finally != NULL) {
        program->finally = dialogue_steps(play->arena, finally, &program->finally_count);
    }
    return program;
}

static inline void play_script(struct stub *stub, const char *const *answers)
{
    stub->scripts[stub->script_count++] = answers;
}

/* Until finished() came; false: the watchdog ended it. */
static inline bool play_run(struct play *play)
{
    for (size_t i = 0; i < play->count && play->pop3.login == NULL; i++) {
        if (needs_maildrop(&play->programs[i])) {
            play->pop3.login = play_login;
            play->pop3.logins = play->target.user_count;
        }
    }
    play->engine = engine_new(&play->config);
    timer_start(play->watchdog, 30000);
    engine_start(play->engine);
    loop_run(play->loop);
    timer_stop(play->watchdog);
    return !play->late && play->finished == 1;
}

static inline void play_deinit(struct play *play)
{
    engine_free(&play->engine);
    stub_deinit(&play->mail);
    stub_deinit(&play->pop3);
    timer_free(&play->watchdog);
    loop_free(&play->loop);
    arena_free(&play->arena);
    for (size_t i = 0; i < PLAY_CASES; i++) {
        buf_deinit(&play->cases[i].sent);
        buf_deinit(&play->cases[i].came);
        buf_deinit(&play->cases[i].notes);
    }
}

#endif
