#include "reports/reasons.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/show.h"

enum { REASONS_MAX = 64, EXAMPLE_OCTETS = 120 };

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

/* "in the preparation: the message <a@b> did not arrive" as "the message <...> did not arrive" */
static char *alike(const char *why)
{
    static const char *const places[] = {"in the preparation: ", "before line one: "};
    struct buf text = {0};
    struct bytes rest = bytes_of(why);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        rest = bytes_skip(rest, bytes_starts(rest, places[i]) ? bytes_of(places[i]).n : 0);
    }
    for (;;) {
        size_t open = bytes_index(rest, '<', 0);
        size_t close = open == BYTES_NONE ? BYTES_NONE : bytes_index(rest, '>', open);
        if (close == BYTES_NONE) {
            break;
        }
        buf_append(&text, bytes_slice(rest, 0, open));
        buf_append_text(&text, "<...>");
        rest = bytes_skip(rest, close + 1);
    }
    buf_append(&text, rest);
    return buf_steal(&text);
}

void reasons_add(struct reasons *reasons, const struct case_result *result)
{
    char *why = alike(result->reason != NULL ? result->reason : "");
    struct buf id = {0};
    for (size_t i = 0; i < reasons->count; i++) {
        if (strcmp(reasons->items[i].text, why) == 0) {
            reasons->items[i].cases++;
            free(why);
            return;
        }
    }
    if (reasons->count == REASONS_MAX) {
        reasons->others++;
        free(why);
        return;
    }
    reasons->items =
        mem_grow(reasons->items, reasons->count, &reasons->capacity, sizeof *reasons->items);
    show_case_id(&id, result);
    reasons->items[reasons->count++] =
        (struct reason){why, first_line(result->outcome.actual), buf_steal(&id), 1};
}

static int order(const void *a, const void *b)
{
    const struct reason *one = a;
    const struct reason *other = b;
    if (one->cases != other->cases) {
        return one->cases > other->cases ? -1 : 1;
    }
    return strcmp(one->text, other->text);
}

void reasons_sort(struct reasons *reasons)
{
    if (reasons->count > 0) {
        qsort(reasons->items, reasons->count, sizeof *reasons->items, order);
    }
}

size_t reasons_cases(const struct reasons *reasons)
{
    size_t cases = reasons->others;
    for (size_t i = 0; i < reasons->count; i++) {
        cases += reasons->items[i].cases;
    }
    return cases;
}

void reasons_deinit(struct reasons *reasons)
{
    for (size_t i = 0; i < reasons->count; i++) {
        free(reasons->items[i].text);
        free(reasons->items[i].example);
        free(reasons->items[i].shown_by);
    }
    free(reasons->items);
    *reasons = (struct reasons){0};
}
