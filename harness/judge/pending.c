#include "judge/pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void pending_set_text(struct pending *pending, struct bytes text)
{
    struct bytes kept = bytes_slice(text, 0, PENDING_TEXT_MAX);
    if (kept.n > 0) {
        memcpy(pending->text, kept.p, kept.n);
    }
    pending->text_n = kept.n;
}

struct bytes pending_text(const struct pending *pending)
{
    return bytes_make(pending->text, pending->text_n);
}

/* What was taken leaves room at the front. */
static void close_up(struct pending_queue *queue)
{
    if (queue->begin > 0) {
        memmove(queue->rows, queue->rows + queue->begin, queue->count * sizeof *queue->rows);
        queue->begin = 0;
    }
}

bool pending_push(struct pending_queue *queue, struct pending pending)
{
    if (queue->count >= PENDING_MAX) {
        return false;
    }
    if (queue->begin + queue->count == queue->capacity) {
        close_up(queue);
    }
    queue->rows = mem_grow(queue->rows, queue->count, &queue->capacity, sizeof *queue->rows);
    pending.alone = queue->count == 0;
    queue->rows[queue->begin + queue->count++] = pending;
    return true;
}

const struct pending *pending_first(const struct pending_queue *queue)
{
    return queue->count > 0 ? &queue->rows[queue->begin] : NULL;
}

const struct pending *pending_last(const struct pending_queue *queue)
{
    return queue->count > 0 ? &queue->rows[queue->begin + queue->count - 1] : NULL;
}

bool pending_pop(struct pending_queue *queue, struct pending *pending_r)
{
    if (queue->count == 0) {
        return false;
    }
    *pending_r = queue->rows[queue->begin++];
    if (--queue->count == 0) {
        queue->begin = 0;
    }
    return true;
}

void pending_clear(struct pending_queue *queue)
{
    queue->begin = 0;
    queue->count = 0;
}

void pending_deinit(struct pending_queue *queue)
{
    free(queue->rows);
    *queue = (struct pending_queue){0};
}
