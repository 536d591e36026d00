/*
 * reasons - how many cases were left out for which reason
 */
#ifndef MAILSPEC_REPORTS_REASONS_H
#define MAILSPEC_REPORTS_REASONS_H

#include "base/buf.h"

struct reason {
    char *text;
    size_t cases;
};

/* Zeroed: empty. In the order in which they first came. */
struct reasons {
    struct reason *items;
    size_t count;
    size_t capacity;
    size_t others; /* cases with a reason for which there was no room */
};

/* A reason may be NULL: nobody said why. */
void reasons_add(struct reasons *reasons, const char *text);
/* A line for each reason: "34 cases  why". */
void reasons_print(struct buf *out, const struct reasons *reasons);
void reasons_deinit(struct reasons *reasons);

#endif
