#include "net/folder_watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/loop_internal.h"

enum {
    MOST_WATCHES =
        512,    /* the others are left to the clock; the system has some thousands for each user */
    SOON_MS = 5 /* a delivery is several events */
};

struct watched {
    struct loop_item item;
    uv_fs_event_t uv;
    struct folder_watch *watch; /* NULL: closing */
    struct watched *next;
    char *path;
};

struct folder_watch {
    struct loop *loop;
    struct timer *soon;
    struct timer *slow;
    int64_t slow_ms;
    bool is_soon; /* an event came, and `soon` runs */
    void (*changed)(void *self);
    void *self;
    struct watched *first;
    size_t count;
};

/* ---- one folder ---- */

static void watched_closed(uv_handle_t *handle)
{
    struct watched *watched = handle->data;
    loop_remove(&watched->item);
    free(watched->path);
    free(watched);
}

static void watched_close(struct watched *watched)
{
    watched->watch = NULL;
    if (!uv_is_closing((uv_handle_t *)&watched->uv)) {
        uv_close((uv_handle_t *)&watched->uv, watched_closed);
    }
}

static void watched_close_item(struct loop_item *item)
{
    watched_close((struct watched *)item);
}

static void watched_drop(struct watched *watched)
{
    struct watched **place = &watched->watch->first;
    while (*place != watched) {
        place = &(*place)->next;
    }
    *place = watched->next;
    watched->watch->count--;
    watched_close(watched);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/*
 * An event of the folder itself has its own name: it may have been removed or moved, and another one may stand there soon, so it
 * is watched anew when it is seen again.
 */
static void watched_changed(uv_fs_event_t *uv, const char *name, int events, int status)
{
    struct watched *watched = uv->data;
    struct folder_watch *watch = watched->watch;
    (void)events;
    if (watch == NULL) {
        return;
    }
    if (!watch->is_soon) {
        watch->is_soon = true;
        timer_start(watch->soon, SOON_MS);
    }
    if (status != 0 || name == NULL || strcmp(name, last_part(watched->path)) == 0) {
        watched_drop(watched);
    }
}

void folder_watch_add(struct folder_watch *watch, const char *path)
{
    for (struct watched *other = watch->first; other != NULL; other = other->next) {
        if (strcmp(other->path, path) == 0) {
            return;
        }
    }
    if (watch->count >= MOST_WATCHES) {
        return;
    }
    struct watched *watched = mem_alloc(sizeof *watched);
    watched->watch = watch;
    watched->path = mem_strdup(path);
    watched->item.close = watched_close_item;
    uv_fs_event_init(&watch->loop->uv, &watched->uv);
    watched->uv.data = watched;
    loop_add(watch->loop, &watched->item);
    if (uv_fs_event_start(&watched->uv, watched_changed, path, 0) != 0) {
        watched_close(watched);
        return;
    }
    watched->next = watch->first;
    watch->first = watched;
    watch->count++;
}

/* ---- all of them ---- */

static void tell(void *self)
{
    struct folder_watch *watch = self;
    watch->is_soon = false;
    timer_stop(watch->soon);
    timer_start(watch->slow, watch->slow_ms);
    watch->changed(watch->self);
}

struct folder_watch *folder_watch_new(struct loop *loop, int64_t slow_ms,
                                      void (*changed)(void *self), void *self)
{
    struct folder_watch *watch = mem_alloc(sizeof *watch);
    watch->loop = loop;
    watch->slow_ms = slow_ms;
    watch->changed = changed;
    watch->self = self;
    watch->soon = timer_new(loop, tell, watch);
    watch->slow = timer_new(loop, tell, watch);
    timer_start(watch->slow, slow_ms);
    return watch;
}

void folder_watch_free(struct folder_watch **watch_p)
{
    struct folder_watch *watch = *watch_p;
    if (watch == NULL) {
        return;
    }
    *watch_p = NULL;
    while (watch->first != NULL) {
        watched_drop(watch->first);
    }
    timer_free(&watch->soon);
    timer_free(&watch->slow);
    free(watch);
}
