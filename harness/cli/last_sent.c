#include "cli/last_sent.h"

#include <stdlib.h>

#include "base/mem.h"

struct last_sent_item {
    unsigned connection;
    struct buf octets; /* at most twice LAST_SENT_OCTETS */
    size_t dropped;    /* before them */
};

static struct last_sent_item *find(const struct last_sent *last, unsigned connection)
{
    for (size_t i = 0; i < last->count; i++) {
        if (last->items[i].connection == connection) {
            return &last->items[i];
        }
    }
    return NULL;
}

static struct last_sent_item *item_of(struct last_sent *last, unsigned connection)
{
    struct last_sent_item *item = find(last, connection);

    if (item != NULL) {
        return item;
    }
    last->items = mem_grow(last->items, last->count, &last->capacity, sizeof last->items[0]);
    last->items[last->count] = (struct last_sent_item){.connection = connection};
    return &last->items[last->count++];
}

static void begin(struct last_sent_item *item)
{
    buf_clear(&item->octets);
    item->dropped = 0;
}

static bool is_whole(const struct last_sent_item *item)
{
    return item->octets.n > 0 && item->octets.p[item->octets.n - 1] == '\n';
}

static void say(struct last_sent_item *item, struct bytes octets)
{
    size_t skipped = octets.n > LAST_SENT_OCTETS ? octets.n - LAST_SENT_OCTETS : 0;

    if (is_whole(item)) {
        begin(item);
    }
    buf_append(&item->octets, bytes_skip(octets, skipped));
    if (skipped > 0 || item->octets.n > (size_t)2 * LAST_SENT_OCTETS) {
        size_t excess = item->octets.n - LAST_SENT_OCTETS;
        item->dropped += skipped + excess;
        buf_consume(&item->octets, excess);
    }
}

void last_sent_event(struct last_sent *last, const struct event *event)
{
    if (event->kind == EVENT_CONNECTED) {
        begin(item_of(last, event->connection));
    } else if (event->kind == EVENT_OCTETS && event->side == SIDE_CLIENT && event->octets.n > 0) {
        say(item_of(last, event->connection), event->octets);
        last->latest = event->connection;
    }
}

struct bytes last_sent_get(const struct last_sent *last, unsigned connection, size_t *left_out_r)
{
    const struct last_sent_item *item = find(last, connection == 0 ? last->latest : connection);
    struct bytes octets = item == NULL ? (struct bytes){0} : buf_bytes(&item->octets);
    size_t skipped = octets.n > LAST_SENT_OCTETS ? octets.n - LAST_SENT_OCTETS : 0;

    *left_out_r = item == NULL ? 0 : item->dropped + skipped;
    return bytes_skip(octets, skipped);
}

void last_sent_deinit(struct last_sent *last)
{
    for (size_t i = 0; i < last->count; i++) {
        buf_deinit(&last->items[i].octets);
    }
    free(last->items);
    *last = (struct last_sent){0};
}
