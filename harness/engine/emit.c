#include "engine/emit.h"

#include "base/buf.h"

struct event emit_event(const struct emitter *emitter, enum event_kind kind, unsigned connection)
{
    struct event event = {.kind = kind};

    event.time_us = loop_now_us(emitter->loop) - emitter->start_us;
    event.program = emitter->program;
    event.case_number = emitter->case_number;
    event.connection = connection;
    event.step = emitter->step;
    return event;
}

void emit(const struct emitter *emitter, const struct event *event)
{
    event_emit(emitter->sink, event);
}

void emit_note(const struct emitter *emitter, unsigned connection, const char *format, ...)
{
    struct event event = emit_event(emitter, EVENT_NOTE, connection);
    struct buf text = {0};
    va_list args;

    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    event.text = buf_text(&text);
    emit(emitter, &event);
    buf_deinit(&text);
}
