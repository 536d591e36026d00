#include "fake_servers/wire_plan.h"

#include <stdlib.h>

#include "base/mem.h"

static struct wire_step *add(struct wire_plan *plan, enum wire_step_kind kind)
{
    plan->steps = mem_grow(plan->steps, plan->count, &plan->capacity, sizeof *plan->steps);
    struct wire_step *step = &plan->steps[plan->count++];
    *step = (struct wire_step){.kind = kind};
    return step;
}

void wire_plan_octets(struct wire_plan *plan, struct bytes octets)
{
    if (octets.n > 0) {
        buf_append(&add(plan, WIRE_STEP_OCTETS)->octets, octets);
    }
}

void wire_plan_pause(struct wire_plan *plan, int64_t ms)
{
    add(plan, WIRE_STEP_PAUSE)->pause_ms = ms;
}

void wire_plan_fill(struct wire_plan *plan, struct bytes octets, uint64_t times)
{
    if (octets.n > 0 && times > 0) {
        struct wire_step *step = add(plan, WIRE_STEP_FILL);
        buf_append(&step->octets, octets);
        step->times = times;
    }
}

void wire_plan_end(struct wire_plan *plan, enum reply_action action)
{
    add(plan, WIRE_STEP_END)->action = action;
}

bool wire_plan_is_done(const struct wire_plan *plan)
{
    return plan->first == plan->count;
}

struct wire_step *wire_plan_step(struct wire_plan *plan)
{
    return &plan->steps[plan->first];
}

void wire_step_piece(struct wire_step *fill, struct buf *out)
{
    do {
        buf_append(out, buf_bytes(&fill->octets));
        fill->times -= fill->times != WIRE_ENDLESS ? 1 : 0;
    } while (fill->times > 0 && out->n + fill->octets.n <= WIRE_PIECE_OCTETS);
}

void wire_plan_done(struct wire_plan *plan)
{
    buf_deinit(&plan->steps[plan->first++].octets);
    if (plan->first == plan->count) {
        plan->first = 0;
        plan->count = 0;
    }
}

void wire_plan_deinit(struct wire_plan *plan)
{
    while (!wire_plan_is_done(plan)) {
        wire_plan_done(plan);
    }
    free(plan->steps);
    *plan = (struct wire_plan){0};
}
