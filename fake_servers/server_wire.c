#include "fake_servers/server_wire.h"

#include <stdlib.h>

#include "base/mem.h"

struct server_wire {
    struct conn *conn;
    struct timer *timer;
    struct server_wire_events events;
    void *self;
    struct wire_say say;
    bool is_pausing;
    enum reply_action action;
};

static void end(struct server_wire *wire, enum reply_action action)
{
    wire->action = action;
    if (action == REPLY_HALF_CLOSE) {
        conn_shutdown(wire->conn);
    }
    wire_plan_deinit(&wire->say.plan); /* nothing is said behind it */
}

static void write_piece(struct server_wire *wire, struct wire_step *fill)
{
    struct buf piece = {0};
    wire_step_piece(fill, &piece);
    if (fill->times == 0) {
        wire_plan_done(&wire->say.plan);
    }
    wire->events.write(wire->self, buf_bytes(&piece));
    buf_deinit(&piece);
}

static void write_octets(struct server_wire *wire, struct wire_step *step)
{
    wire->events.write(wire->self, buf_bytes(&step->octets));
    wire_plan_done(&wire->say.plan);
}

static void pause_for(struct server_wire *wire, const struct wire_step *step)
{
    wire->is_pausing = true;
    timer_start(wire->timer, step->pause_ms);
    wire_plan_done(&wire->say.plan);
}

/* A fill waits until the client has read the piece before it. */
static void run(struct server_wire *wire)
{
    struct wire_plan *plan = &wire->say.plan;
    while (!wire->is_pausing && !wire_plan_is_done(plan)) {
        struct wire_step *step = wire_plan_step(plan);
        switch (step->kind) {
        case WIRE_STEP_OCTETS:
            write_octets(wire, step);
            break;
        case WIRE_STEP_PAUSE:
            pause_for(wire, step);
            break;
        case WIRE_STEP_FILL:
            if (conn_unsent(wire->conn) == 0) {
                write_piece(wire, step);
            }
            return; /* drained() comes behind every write */
        case WIRE_STEP_END:
            end(wire, step->action);
            return;
        }
    }
}

static void on_time(void *self)
{
    struct server_wire *wire = self;
    wire->is_pausing = false;
    run(wire);
    wire->events.go_on(wire->self);
}

struct server_wire *server_wire_new(struct loop *loop, struct conn *conn,
                                    const struct server_wire_events *events, void *self)
{
    struct server_wire *wire = mem_alloc(sizeof *wire);
    wire->conn = conn;
    wire->events = *events;
    wire->self = self;
    wire->timer = timer_new(loop, on_time, wire);
    return wire;
}

void server_wire_say(struct server_wire *wire, const struct wire_faults *faults, unsigned protocol,
                     struct bytes octets, const struct reply_marks *marks, enum stage stage)
{
    if (wire->action != REPLY_SAY) {
        return;
    }
    wire_say_octets(&wire->say, faults, protocol, octets, marks, stage);
    run(wire);
}

void server_wire_drained(struct server_wire *wire)
{
    run(wire);
}

bool server_wire_is_busy(const struct server_wire *wire)
{
    return wire != NULL && (wire->is_pausing || !wire_plan_is_done(&wire->say.plan));
}

bool server_wire_gathers(const struct server_wire *wire)
{
    return wire != NULL && wire_say_waits(&wire->say);
}

enum reply_action server_wire_action(const struct server_wire *wire)
{
    return wire != NULL ? wire->action : REPLY_SAY;
}

void server_wire_free(struct server_wire **wire_p)
{
    struct server_wire *wire = *wire_p;
    *wire_p = NULL;
    if (wire != NULL) {
        timer_free(&wire->timer);
        wire_say_deinit(&wire->say);
        free(wire);
    }
}
