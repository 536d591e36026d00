#include "script/flatten.h"

#include "base/mem.h"

enum { MOST_ITEMS = 2 * SCENARIO_MAX_LINES };

size_t flatten_alternatives(const struct item_list *items, struct problems *problems)
{
    size_t count = 0;
    for (size_t i = 0; i < items->count; i++) {
        const struct item *item = &items->items[i];
        if (item->kind == ITEM_EITHER && count > 0) {
            problems_error(problems, item->place,
                           "a second Either: alternatives after the first are written Or");
        } else if (item->kind == ITEM_OR && count == 0) {
            problems_error(problems, item->place, "Or without Either");
        } else if (item->kind == ITEM_EITHER || item->kind == ITEM_OR) {
            count++;
        }
    }
    return count;
}

struct flattening {
    struct flat_list *list;
    struct problems *problems;
    unsigned last_connection; /* of the last line with a speaker */
    unsigned shift;           /* connection 1 of a fragment is this one, when not 0 */
    bool full;
};

static void add(struct flattening *flattening, struct item *item, const struct document *document)
{
    struct flat_list *list = flattening->list;
    unsigned connection = item->has_speaker ? item->connection : flattening->last_connection;
    if (item->has_speaker && flattening->shift > 1) {
        if (item->connection != 1) {
            problems_error(flattening->problems, item->place,
                           "a fragment that is used on connection %u speaks on connection 1 only",
                           flattening->shift);
        }
        connection = flattening->shift;
    }
    flattening->last_connection = item->has_speaker ? connection : flattening->last_connection;
    if (list->count >= MOST_ITEMS) {
        flattening->full = true;
        return;
    }
    list->items = mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = (struct flat){item, connection, document};
}

static void add_fragment(struct flattening *flattening, struct item *use);

static void add_items(struct flattening *flattening, const struct item_list *items,
                      const struct document *document, size_t alternative)
{
    size_t current = 0;
    for (size_t i = 0; i < items->count && !flattening->full; i++) {
        struct item *item = &items->items[i];
        if (item->kind == ITEM_EITHER || item->kind == ITEM_OR) {
            current++;
        } else if (current == 0 || current == alternative) {
            if (item->used != NULL) {
                add_fragment(flattening, item);
            } else {
                add(flattening, item, document);
            }
        }
    }
}

static void add_fragment(struct flattening *flattening, struct item *use)
{
    unsigned shift = flattening->shift;
    bool numbered = use->has_speaker && use->connection > 1;
    const struct document *used = use->used;
    for (size_t i = 0; i < used->dialogue.count; i++) {
        enum item_kind kind = used->dialogue.items[i].kind;
        if (kind == ITEM_EITHER || kind == ITEM_OR) {
            problems_error(flattening->problems, used->dialogue.items[i].place,
                           "a fragment has no alternatives");
        }
    }
    flattening->shift = numbered ? use->connection : shift;
    add_items(flattening, &used->dialogue, used, 1);
    flattening->shift = shift;
}

void flatten(const struct item_list *items, const struct document *document, size_t alternative,
             struct flat_list *list, struct problems *problems)
{
    struct flattening flattening = {.list = list, .problems = problems, .last_connection = 1};
    add_items(&flattening, items, document, alternative);
    if (flattening.full) {
        problems_error(problems, (struct place){.path = document->source.path},
                       "too many lines with those of the fragments: at most %d", MOST_ITEMS);
    }
}
