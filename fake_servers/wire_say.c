#include "fake_servers/wire_say.h"

static void put_held(struct wire_say *say)
{
    wire_plan_octets(&say->plan, buf_bytes(&say->held));
    buf_deinit(&say->held);
}

static void say_with_fault(struct wire_say *say, const struct wire_fault *fault, unsigned protocol)
{
    struct wire_work work = {.reply = buf_bytes(&say->open),
                             .is_pop3 = protocol == STAGE_POP3,
                             .nth = ++say->nth,
                             .plan = &say->plan};
    wire_fault_apply(fault, &work);
    put_held(say);
    if (work.holds) {
        buf_append(&say->held, buf_bytes(&say->open));
    }
    say->swallows = work.swallows;
}

static void say_reply(struct wire_say *say, const struct wire_faults *faults, enum stage stage,
                      unsigned protocol)
{
    if (say->swallows) {
        say->swallows = false;
        return;
    }
    const struct wire_fault *fault =
        faults->book != NULL ? wire_fault_choose(faults, &say->tally, stage, protocol) : NULL;
    if (fault != NULL) {
        say_with_fault(say, fault, protocol);
        return;
    }
    wire_plan_octets(&say->plan, buf_bytes(&say->open));
    put_held(say);
}

static void end_reply(struct wire_say *say, const struct wire_faults *faults, enum stage stage,
                      unsigned protocol)
{
    if (say->passes) {
        wire_plan_octets(&say->plan, buf_bytes(&say->open));
    } else {
        say_reply(say, faults, stage, protocol);
    }
    say->passes = false;
    buf_clear(&say->open);
}

void wire_say_octets(struct wire_say *say, const struct wire_faults *faults, unsigned protocol,
                     struct bytes octets, const struct reply_marks *marks, enum stage stage)
{
    size_t done = 0;
    for (size_t i = 0; i < marks->count; i++) {
        buf_append(&say->open, bytes_slice(octets, done, marks->rows[i].end));
        done = marks->rows[i].end;
        end_reply(say, faults, marks->rows[i].stage, protocol);
    }
    buf_append(&say->open, bytes_skip(octets, done));
    if (say->open.n >= WIRE_REPLY_OCTETS || say->passes) {
        end_reply(say, faults, stage, protocol);
        say->passes = true;
    }
}

bool wire_say_waits(const struct wire_say *say)
{
    return say->open.n > 0;
}

void wire_say_deinit(struct wire_say *say)
{
    wire_plan_deinit(&say->plan);
    reply_tally_deinit(&say->tally);
    buf_deinit(&say->open);
    buf_deinit(&say->held);
    *say = (struct wire_say){0};
}
