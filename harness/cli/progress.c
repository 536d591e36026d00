#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "reports/show.h"

enum { PROGRESS_EVERY_US = 100 * 1000, PROGRESS_WIDTH = 80 };

/* A line that wraps could not be erased. */
static size_t terminal_width(void)
{
    struct winsize size = {0};
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? (size_t)size.ws_col : PROGRESS_WIDTH;
}

void progress_init(struct progress *progress, size_t total, const char *what)
{
    const char *term = getenv("TERM");
    *progress = (struct progress){.total = total, .what = what, .last_us = -PROGRESS_EVERY_US};
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

/* `doing`: the id of the case that something was told of, or "". */
static void show(struct progress *progress, const char *doing)
{
    struct buf line = {0};
    size_t width = terminal_width() - 1;
    buf_printf(&line, "%zu of %zu %s  ", progress->ended, progress->total, progress->what);
    show_text(&line, doing);
    fprintf(stderr, "\r\033[K%.*s", (int)(line.n < width ? line.n : width), buf_text(&line));
    fflush(stderr);
    buf_deinit(&line);
    progress->shown = true;
}

void progress_ended(struct progress *progress)
{
    progress->ended++;
    if (progress->on) {
        show(progress, "");
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
    show(progress, event->program->id);
}
