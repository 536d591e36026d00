/*
 * folder_watch - tells that something in some folders may have changed
 *
 * The system's own events (inotify) where it gives them, and a slow look at the clock beside them: a network file system tells
 * nothing, and watches are limited. So changed() may come for nothing, and one change may be told late, but none is missed.
 */
#ifndef MAILSPEC_NET_FOLDER_WATCH_H
#define MAILSPEC_NET_FOLDER_WATCH_H

#include "net/loop.h"

struct folder_watch;

/* changed() comes a few milliseconds behind an event, several events make one, and at least every `slow_ms`. */
struct folder_watch *folder_watch_new(struct loop *loop, int64_t slow_ms,
                                      void (*changed)(void *self), void *self);
/* Watch this folder too, as long as it is there. What is watched already is let by, so add it again whenever it is seen. */
void folder_watch_add(struct folder_watch *watch, const char *path);
void folder_watch_free(struct folder_watch **watch_p);

#endif
