#include "record/redact_case.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/redact_needles.h"

struct watched {
    size_t case_number;
    unsigned connection;
    enum protocol protocol;
    struct redact_session session;
};

struct redact_case {
    const struct redact *redact;
    struct watched *watched;
    size_t count;
    size_t capacity;
};

struct redact_case *redact_case_new(const struct redact *redact)
{
    struct redact_case *watch = mem_alloc(sizeof *watch);
    watch->redact = redact;
    return watch;
}

void redact_case_free(struct redact_case **watch_p)
{
    struct redact_case *watch = *watch_p;
    *watch_p = NULL;
    if (watch == NULL) {
        return;
    }
    for (size_t i = 0; i < watch->count; i++) {
        redact_session_deinit(&watch->watched[i].session);
    }
    free(watch->watched);
    free(watch);
}

static struct watched *watched_of(struct redact_case *watch, const struct event *event)
{
    for (size_t i = 0; i < watch->count; i++) {
        if (watch->watched[i].case_number == event->case_number &&
            watch->watched[i].connection == event->connection) {
            return &watch->watched[i];
        }
    }
    watch->watched =
        mem_grow(watch->watched, watch->count, &watch->capacity, sizeof watch->watched[0]);
    struct watched *watched = &watch->watched[watch->count++];
    *watched = (struct watched){.case_number = event->case_number,
                                .connection = event->connection,
                                .protocol = event->protocol};
    return watched;
}

void redact_case_event(struct redact_case *watch, const struct event *event)
{
    struct buf shown = {0};
    if (event->kind == EVENT_OCTETS || event->kind == EVENT_SECURED) {
        struct watched *watched = watched_of(watch, event);
        redact_octets(watch->redact, &watched->session, event->side, event->protocol, event->octets,
                      &shown);
        if (event->kind == EVENT_SECURED) {
            redact_session_secured(&watched->session);
        }
    }
    buf_deinit(&shown);
}

static bool stands_in(struct bytes source, struct bytes text)
{
    return bytes_find(source, text, 0) != BYTES_NONE;
}

/* Is there all of a known secret in it, and not the beginning of one alone that a quotation mark seems to cut off? */
static bool is_whole(const struct redact *redact, struct bytes text)
{
    struct redact_ranges ranges = {0};
    struct buf line = {0};
    buf_append(&line, text);
    buf_append_octet(&line, '\n');
    redact_find(redact, buf_bytes(&line), &ranges);
    bool whole = ranges.count > 0;
    redact_ranges_deinit(&ranges);
    buf_deinit(&line);
    return whole;
}

void redact_case_append(const struct redact_case *watch, struct bytes text, struct bytes source,
                        struct buf *out)
{
    struct redact_ranges known = {0};
    struct redact_ranges ranges = {0};
    struct redact_ranges echoes = {0};
    for (size_t i = 0; i < watch->count; i++) {
        redact_find_echoes(watch->redact, &watch->watched[i].session, watch->watched[i].protocol,
                           text, &echoes);
    }
    redact_find(watch->redact, text, &known);
    for (size_t i = 0; i < known.count; i++) {
        struct redact_range range = known.items[i];
        struct bytes found = bytes_slice(text, range.from, range.to);
        if (!stands_in(source, found) || is_whole(watch->redact, found)) {
            redact_ranges_add(&ranges, range.from, range.to);
        }
    }
    for (size_t i = 0; i < echoes.count; i++) {
        struct redact_range range = echoes.items[i];
        if (!stands_in(source, bytes_slice(text, range.from, range.to))) {
            redact_ranges_add(&ranges, range.from, range.to);
        }
    }
    redact_ranges_merge(&ranges);
    redact_append(out, text, &ranges, REDACT_PLAIN);
    redact_ranges_deinit(&known);
    redact_ranges_deinit(&echoes);
    redact_ranges_deinit(&ranges);
}
