/*
 * reasons - how many cases were left out for which reason
 */
#ifndef MAILSPEC_REPORTS_REASONS_H
#define MAILSPEC_REPORTS_REASONS_H

#include "base/buf.h"

struct reason {
    char *text;
    char *example; /* what the server said in the first of them, escaped; NULL: nothing */
    size_t cases;
};

/* Zeroed: empty. In the order in which they first came. */
struct reasons {
    struct reason *items;
    size_t count;
    size_t capacity;
    size_t others; /* cases with a reason for which there was no room */
};

/* A reason may be NULL: nobody said why. Of `said` the first line is kept, for the first case of a reason. */
void reasons_add(struct reasons *reasons, const char *text, struct bytes said);
/* A line for each reason that stands for so many cases at least: "34 cases  why; such as: 450 4.7.1 Host not found". */
void reasons_print(struct buf *out, const struct reasons *reasons, size_t at_least);
void reasons_deinit(struct reasons *reasons);

#endif
