/* Faults of time, of segments, and of the end of the connection. */
#include "fake_servers/wire_apply.h"
#include "fake_servers/wire_parts.h"

/* ---- time and segments ---- */

void wire_apply_octets(const struct wire_fault_row *row, struct wire_work *work)
{
    enum { MOST_PIECES = 4096 };
    size_t pieces = work->reply.n < MOST_PIECES ? work->reply.n : MOST_PIECES;
    (void)row;
    for (size_t i = 0; i < pieces; i++) {
        wire_plan_octets(work->plan, bytes_slice(work->reply, i, i + 1));
        wire_plan_pause(work->plan, (int64_t)work->number);
    }
    wire_plan_octets(work->plan, bytes_skip(work->reply, pieces));
}

void wire_apply_split_line_end(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    for (size_t i = 0; i < work->reply.n;) {
        size_t cr = bytes_index(work->reply, '\r', i);
        size_t end = cr == BYTES_NONE ? work->reply.n : cr + 1;
        wire_plan_octets(work->plan, bytes_slice(work->reply, i, end));
        wire_plan_pause(work->plan, (int64_t)work->number);
        i = end;
    }
}

void wire_apply_delay(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    wire_plan_pause(work->plan, (int64_t)work->number);
    wire_plan_octets(work->plan, work->reply);
}

/* ---- the end of the connection, behind N octets ---- */

static void plan_cut(struct wire_work *work, enum reply_action action)
{
    size_t octets = work->number < work->reply.n ? (size_t)work->number : work->reply.n;
    wire_plan_octets(work->plan, bytes_slice(work->reply, 0, octets));
    wire_plan_end(work->plan, action);
}

void wire_apply_close(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_cut(work, REPLY_CLOSE);
}

void wire_apply_reset(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_cut(work, REPLY_RESET);
}

void wire_apply_half_close(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_cut(work, REPLY_HALF_CLOSE);
}

void wire_apply_silence(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_cut(work, REPLY_SILENCE);
}
