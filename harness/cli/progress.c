#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_EVERY_US = 100 * 1000 };

void progress_init(struct progress *progress, size_t total)
{
    const char *term = getenv("TERM");
    *progress = (struct progress){.total = total};
    progress->on = isatty(STDERR_FILENO) == 1 && (term == NULL || strcmp(term, "dumb") != 0);
}

void progress_erase(struct progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->shown = false;
    }
}

void progress_event(struct progress *progress, const struct event *event)
{
    progress->ended += event->kind == EVENT_CASE_END ? 1 : 0;
    bool due = event->time_us - progress->last_us >= PROGRESS_EVERY_US;
    if (!progress->on || !due || event->program == NULL) {
        return;
    }
    progress->last_us = event->time_us;
    progress->shown = true;
    fprintf(stderr, "\r\033[K%zu of %zu cases  %.50s", progress->ended, progress->total,
            event->program->id);
    fflush(stderr);
}
