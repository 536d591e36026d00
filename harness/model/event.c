#include "model/event.h"

#include <assert.h>

#include "model/names.h"

static const char *const event_kind_names[] = {
    [EVENT_CASE_BEGIN] = "case-begin",
    [EVENT_CONNECTING] = "connecting",
    [EVENT_CONNECTED] = "connected",
    [EVENT_OCTETS] = "octets",
    [EVENT_SECURED] = "secured",
    [EVENT_CLOSED] = "closed",
    [EVENT_STEP] = "step",
    [EVENT_TIMEOUT] = "timeout",
    [EVENT_NOTE] = "note",
    [EVENT_CASE_END] = "case-end",
};
static_assert(NAMES_COUNT(event_kind_names) == EVENT_KIND_COUNT, "one name for each kind");

static const char *const close_kind_names[] = {
    [CLOSE_END] = "end",
    [CLOSE_RESET] = "reset",
    [CLOSE_ERROR] = "error",
};
static_assert(NAMES_COUNT(close_kind_names) == CLOSE_KIND_COUNT, "one name for each kind");

void event_emit(const struct event_sink *sink, const struct event *event)
{
    if (sink != NULL && sink->on_event != NULL) {
        sink->on_event(sink->self, event);
    }
}

const char *event_kind_name(enum event_kind kind)
{
    return names_get(event_kind_names, EVENT_KIND_COUNT, kind);
}

const char *close_kind_name(enum close_kind kind)
{
    return names_get(close_kind_names, CLOSE_KIND_COUNT, kind);
}

bool close_kind_from_name(struct bytes name, enum close_kind *kind_r)
{
    size_t i = names_find(close_kind_names, CLOSE_KIND_COUNT, name);
    if (i == BYTES_NONE) {
        return false;
    }
    *kind_r = (enum close_kind)i;
    return true;
}

bool outcome_wants_end(const struct outcome *outcome)
{
    const struct bytes expected = bytes_trim(outcome->expected);
    return expected.n == 0 || bytes_starts_nocase(expected, "QUIT");
}
