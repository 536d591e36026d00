/*
 * progress - one line on a terminal that says how far the run is
 *
 * On standard error, at most ten times a second, erased before anything else is printed; nothing at all where standard
 * error is no terminal: the report's own lines serve there.
 */
#ifndef MAILSPEC_CLI_PROGRESS_H
#define MAILSPEC_CLI_PROGRESS_H

#include "model/event.h"

struct progress {
    bool on;
    bool shown;
    size_t total;
    const char *what;
    size_t ended;
    int64_t last_us;
};

/* `what` is counted: "cases". */
void progress_init(struct progress *progress, size_t total, const char *what);
void progress_event(struct progress *progress, const struct event *event);
void progress_ended(struct progress *progress); /* one more, where no events tell it */
void progress_erase(struct progress *progress);

#endif
