/*
 * emit - events of one case (or of the probe), with its number and the time filled in
 */
#ifndef MAILSPEC_ENGINE_EMIT_H
#define MAILSPEC_ENGINE_EMIT_H

#include "model/event.h"
#include "net/loop.h"

struct emitter {
    const struct event_sink *sink;
    const struct loop *loop;
    int64_t start_us;              /* when the run began */
    const struct program *program; /* NULL: the probe */
    size_t case_number;
    const struct step *step; /* the one that runs, or NULL */
};

/* An event of that kind with everything known filled in; connection 0 is the whole case. */
struct event emit_event(const struct emitter *emitter, enum event_kind kind, unsigned connection);
void emit(const struct emitter *emitter, const struct event *event);
/* EVENT_NOTE. */
void emit_note(const struct emitter *emitter, unsigned connection, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
