#include "engine/crowd.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/logins.h"
#include "engine/turn.h"

void crowd_add(struct crowd *crowd, struct case_run *run)
{
    crowd->runs = mem_grow(crowd->runs, crowd->count, &crowd->capacity, sizeof(crowd->runs[0]));
    crowd->runs[crowd->count++] =
        (struct running){.run = run, .connections = (unsigned)run->program->connection_count};
}

void crowd_remove(struct crowd *crowd, size_t i)
{
    case_run_free(&crowd->runs[i].run);
    crowd->count--;
    memmove(&crowd->runs[i], &crowd->runs[i + 1], (crowd->count - i) * sizeof(crowd->runs[0]));
}

unsigned crowd_active(const struct crowd *crowd, unsigned *connections_r)
{
    unsigned count = 0;

    *connections_r = 0;
    for (size_t i = 0; i < crowd->count; i++) {
        enum case_phase phase = crowd->runs[i].run->phase;
        if (phase != PHASE_AGAIN && phase != PHASE_HELD && phase != PHASE_OVER) {
            count++;
            *connections_r += crowd->runs[i].connections;
        }
    }
    return count;
}

static bool is_at_pop3_alone(const struct case_run *run)
{
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        const struct session *session = run->sessions[i];
        if (session != NULL && session->protocol != PROTOCOL_POP3 &&
            (session->state == SESSION_OPEN || session->state == SESSION_CONNECTING)) {
            return false;
        }
    }
    return true;
}

unsigned crowd_held_back(const struct crowd *crowd, bool by_pop3)
{
    unsigned count = 0;

    for (size_t i = 0; i < crowd->count; i++) {
        const struct case_run *run = crowd->runs[i].run;
        bool waits = run_is_held_back(run) || turn_is_idle(run);
        count += waits && (!by_pop3 || is_at_pop3_alone(run)) ? 1 : 0;
    }
    return count;
}

bool crowd_has_maildrop(const struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++) {
        const struct case_run *run = crowd->runs[i].run;
        if (run->lease.user != NULL && !logins_fail(run->program)) {
            return true;
        }
    }
    return false;
}

bool crowd_is_refused(const struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++) {
        if (logins_fail(crowd->runs[i].run->program)) {
            return true;
        }
    }
    return false;
}

unsigned crowd_busy(const struct crowd *crowd)
{
    unsigned count = 0;

    for (size_t i = 0; i < crowd->count; i++) {
        count += turn_is_busy(crowd->runs[i].run) ? 1 : 0;
    }
    return count;
}

bool crowd_misses_server(const struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++) {
        const struct case_run *run = crowd->runs[i].run;
        if (run->phase == PHASE_AGAIN && run->unreachable) {
            return true;
        }
    }
    return false;
}

void crowd_deinit(struct crowd *crowd)
{
    while (crowd->count > 0) {
        crowd_remove(crowd, crowd->count - 1);
    }
    free(crowd->runs);
    *crowd = (struct crowd){0};
}
