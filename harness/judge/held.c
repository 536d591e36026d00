#include "judge/held.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

struct held {
    struct held *next;
    struct finding finding; /* its text and evidence are those below */
    struct buf text;
    struct buf evidence;
};

void held_add(struct held **list, const struct finding *finding)
{
    struct held *added = mem_alloc(sizeof *added);
    while (*list != NULL) {
        list = &(*list)->next;
    }
    buf_append_text(&added->text, finding->text);
    buf_append(&added->evidence, finding->evidence);
    added->finding = *finding;
    added->finding.text = buf_text(&added->text);
    added->finding.evidence = buf_bytes(&added->evidence);
    *list = added;
}

static bool is_named(const struct held *held, struct bytes named)
{
    struct bytes evidence = bytes_trim_right(held->finding.evidence);
    return evidence.n > 0 && bytes_find(named, evidence, 0) != BYTES_NONE;
}

static void take_first(struct held **list)
{
    struct held *first = *list;
    *list = first->next;
    buf_deinit(&first->text);
    buf_deinit(&first->evidence);
    free(first);
}

void held_release(struct held **list, struct bytes named, const struct finding_sink *sink)
{
    while (*list != NULL) {
        if (!is_named(*list, named)) {
            sink->on_finding(sink->self, &(*list)->finding);
        }
        take_first(list);
    }
}

void held_forget(struct held **list)
{
    while (*list != NULL) {
        take_first(list);
    }
}
