#include "cli/rehearsal.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/built_in.h"
#include "cli/conforming.h"

enum { REHEARSAL_JOBS = 16 };

struct rehearsal {
    const struct run_request *request;
    struct arena *arena;
    const char **failures; /* by number of the program */
    size_t next;
    size_t count;
    struct loop *loop;
    struct clock clock;
    struct tls_authority *authority;
    struct responder responder;
    struct built_in_trust *trust;
    struct built_in_world world;
    struct built_in *built_in; /* lends its names and what it offers */
};

/* What waits for nothing, or for mail to arrive, shows itself by a time that is long enough for one process. */
static const double rehearsal_time_scale = 0.3;

/* What a server is set up for (Given:) is not there when a dialogue is played against itself. */
static bool is_rehearsed(const struct program *program)
{
    return suite_plays_itself(program) && program->given_count == 0;
}

static bool next_case(void *self, struct engine_case *case_r)
{
    struct rehearsal *rehearsal = self;
    const struct suite *suite = rehearsal->request->suite;
    while (rehearsal->next < suite_count(suite)) {
        size_t number = rehearsal->next++;
        const struct program *program = suite_program(suite, number);
        if (is_rehearsed(program)) {
            rehearsal->count++;
            *case_r = (struct engine_case){.program = program,
                                           .case_number = number,
                                           .target = built_in_target(rehearsal->built_in),
                                           .role = ROLE_BOTH};
            return true;
        }
    }
    return false;
}

static void finished(void *self, const char *broken_off)
{
    struct rehearsal *rehearsal = self;
    (void)broken_off; /* the run finds out itself */
    loop_stop(rehearsal->loop);
}

static void on_event(void *self, const struct event *event)
{
    struct rehearsal *rehearsal = self;
    if (event->kind != EVENT_CASE_END || event->program == NULL) {
        return;
    }
    const struct outcome *outcome = event->outcome;
    if (outcome->verdict != VERDICT_FAIL && outcome->verdict != VERDICT_ERROR) {
        return;
    }
    rehearsal->failures[event->case_number] = arena_printf(
        rehearsal->arena, "line %u: played against itself the dialogue does not go through: %s",
        outcome->place.line, outcome->reason == NULL ? "?" : outcome->reason);
}

static void play(struct rehearsal *rehearsal)
{
    const struct run_request *request = rehearsal->request;
    struct engine_config config = {
        .loop = rehearsal->loop,
        .sink = {on_event, rehearsal},
        .jobs = REHEARSAL_JOBS,
        .time_scale =
            request->time_scale < rehearsal_time_scale ? request->time_scale : rehearsal_time_scale,
        .variables = request->variables,
        .variable_count = request->variable_count,
        .responder = &rehearsal->responder,
        .run_id = "self",
        .next_case = next_case,
        .finished = finished,
        .self = rehearsal,
    };
    struct engine *engine = engine_new(&config);
    engine_start(engine);
    loop_run(rehearsal->loop);
    engine_free(&engine);
}

struct rehearsal *rehearsal_new(const struct run_request *request, struct error *error)
{
    struct rehearsal *rehearsal = mem_alloc(sizeof *rehearsal);
    rehearsal->request = request;
    rehearsal->arena = arena_new();
    rehearsal->failures =
        arena_array(rehearsal->arena, suite_count(request->suite) + 1, sizeof(const char *));
    rehearsal->loop = loop_new();
    rehearsal->clock = clock_system();
    rehearsal->authority = tls_authority_open(NULL, error);
    rehearsal->responder = conforming_responder(&rehearsal->clock, rehearsal->authority);
    rehearsal->trust = rehearsal->authority == NULL
                           ? NULL
                           : built_in_trust_new(rehearsal->authority, "alice", error);
    rehearsal->world = (struct built_in_world){.loop = rehearsal->loop, .trust = rehearsal->trust};
    rehearsal->built_in =
        rehearsal->trust == NULL ? NULL : built_in_new(&rehearsal->world, NULL, error);
    if (rehearsal->built_in == NULL) {
        rehearsal_free(&rehearsal);
        return NULL;
    }
    play(rehearsal);
    return rehearsal;
}

const char *rehearsal_failure(const struct rehearsal *rehearsal, size_t program)
{
    return rehearsal == NULL ? NULL : rehearsal->failures[program];
}

size_t rehearsal_count(const struct rehearsal *rehearsal)
{
    return rehearsal->count;
}

void rehearsal_free(struct rehearsal **rehearsal_p)
{
    struct rehearsal *rehearsal = *rehearsal_p;
    if (rehearsal == NULL) {
        return;
    }
    built_in_free(&rehearsal->built_in);
    built_in_trust_free(&rehearsal->trust);
    loop_free(&rehearsal->loop);
    tls_authority_free(&rehearsal->authority);
    arena_free(&rehearsal->arena);
    free(rehearsal);
    *rehearsal_p = NULL;
}
