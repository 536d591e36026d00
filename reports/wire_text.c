/* wire_print(): the wire of a case, one line of it on each line, the side that said it in front. */
#include "reports/reporter.h"
#include "reports/show.h"

/* A line is cut here; a reply line of RFC 5321 4.5.3.1.5 (512 octets) fits. */
#define WIRE_LINE_LIMIT ((size_t)512)

/* Where printing stands: lines in front of the last ones are counted, not shown. */
struct wire_cursor {
    struct buf *out;
    size_t skip;
    size_t count;
};

static bool wire_wanted(struct wire_cursor *cursor)
{
    return cursor->count++ >= cursor->skip && cursor->out != NULL;
}

static void wire_head(struct buf *out, const struct wire_item *item, const char *speaker)
{
    struct buf ms = {0};
    show_ms(&ms, item->time_us);
    buf_append_fill(out, ' ', ms.n < 9 ? 9 - ms.n : 0);
    buf_append(out, buf_bytes(&ms));
    buf_deinit(&ms);
    buf_printf(out, " ms  %s", speaker);
    if (item->connection > 1) {
        buf_printf(out, "%u", item->connection);
    }
    buf_append_text(out, item->kind == WIRE_OCTETS ? ": " : "  ");
}

static void wire_octets(struct wire_cursor *cursor, const struct wire_item *item)
{
    size_t from = 0;
    do {
        size_t lf = bytes_index(item->octets, '\n', from);
        size_t to = lf == BYTES_NONE ? item->octets.n : lf + 1;
        if (wire_wanted(cursor)) {
            wire_head(cursor->out, item, item->side == SIDE_CLIENT ? "C" : "S");
            show_octets(cursor->out, bytes_slice(item->octets, from, to), WIRE_LINE_LIMIT);
            if (to == item->octets.n && item->octets_left_out > 0) {
                buf_printf(cursor->out, " [... %zu more octets]", item->octets_left_out);
            }
            buf_append_octet(cursor->out, '\n');
        }
        from = to;
    } while (from < item->octets.n);
}

static void wire_walk(struct wire_cursor *cursor, const struct case_result *result)
{
    for (size_t i = 0; i < result->wire_count; i++) {
        const struct wire_item *item = &result->wire[i];
        switch (item->kind) {
        case WIRE_OCTETS:
            wire_octets(cursor, item);
            break;
        case WIRE_NOTE:
            if (wire_wanted(cursor)) {
                wire_head(cursor->out, item, "*");
                show_text(cursor->out, item->note);
                buf_append_octet(cursor->out, '\n');
            }
            break;
        }
    }
}

void wire_print(struct buf *out, const struct case_result *result, size_t last)
{
    struct wire_cursor counted = {0};
    wire_walk(&counted, result);
    size_t skip = counted.count > last ? counted.count - last : 0;
    if (skip > 0) {
        buf_printf(out, "      [... %zu lines before]\n", skip);
    }
    if (result->wire_left_out > 0) {
        buf_printf(out, "      [... %zu reads and writes of the middle are left out]\n",
                   result->wire_left_out);
    }
    struct wire_cursor shown = {.out = out, .skip = skip};
    wire_walk(&shown, result);
}
