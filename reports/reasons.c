#include "reports/reasons.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/show.h"

enum { REASONS_MAX = 20, REASONS_COUNT_WIDTH = 10, EXAMPLE_OCTETS = 120 };

static char *first_line(struct bytes said)
{
    struct bytes rest = said;
    struct bytes line = {0};
    struct buf text = {0};
    if (said.n == 0 || !bytes_next(&rest, '\n', &line)) {
        return NULL;
    }
    show_octets(&text, bytes_trim_right(line), EXAMPLE_OCTETS);
    return buf_steal(&text);
}

void reasons_add(struct reasons *reasons, const char *text, struct bytes said)
{
    const char *why = text != NULL ? text : "";
    for (size_t i = 0; i < reasons->count; i++) {
        if (strcmp(reasons->items[i].text, why) == 0) {
            reasons->items[i].cases++;
            return;
        }
    }
    if (reasons->count == REASONS_MAX) {
        reasons->others++;
        return;
    }
    reasons->items =
        mem_grow(reasons->items, reasons->count, &reasons->capacity, sizeof *reasons->items);
    reasons->items[reasons->count++] = (struct reason){mem_strdup(why), first_line(said), 1};
}

static void print_row(struct buf *out, size_t cases, const char *why, const char *example)
{
    struct buf count = {0};
    show_count(&count, cases, "case", "cases");
    buf_append(out, buf_bytes(&count));
    buf_append_fill(out, ' ', count.n < REASONS_COUNT_WIDTH ? REASONS_COUNT_WIDTH - count.n : 0);
    buf_append_text(out, "  ");
    show_text(out, why);
    if (example != NULL) {
        buf_printf(out, "; such as: %s", example);
    }
    buf_append_octet(out, '\n');
    buf_deinit(&count);
}

void reasons_print(struct buf *out, const struct reasons *reasons, size_t at_least)
{
    for (size_t i = 0; i < reasons->count; i++) {
        const struct reason *reason = &reasons->items[i];
        if (reason->cases >= at_least) {
            print_row(out, reason->cases, reason->text, reason->example);
        }
    }
    if (reasons->others >= at_least) {
        print_row(out, reasons->others, "for other reasons", NULL);
    }
}

void reasons_deinit(struct reasons *reasons)
{
    for (size_t i = 0; i < reasons->count; i++) {
        free(reasons->items[i].text);
        free(reasons->items[i].example);
    }
    free(reasons->items);
    *reasons = (struct reasons){0};
}
