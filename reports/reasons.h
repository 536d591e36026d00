/*
 * reasons - how many cases were left out for which reason
 */
#ifndef MAILSPEC_REPORTS_REASONS_H
#define MAILSPEC_REPORTS_REASONS_H

#include "model/result.h"

#include "base/buf.h"

struct reason {
    char *
        text; /* without where it was, and what stands between "<" and ">": Message-IDs differ from case to case */
    char *example;  /* what the server said in the first of them, escaped; NULL: nothing */
    char *shown_by; /* the first case */
    size_t cases;
};

/* Zeroed: empty. In the order in which they first came. */
struct reasons {
    struct reason *items;
    size_t count;
    size_t capacity;
    size_t others; /* cases with a reason for which there was no room */
};

/* The case's reason, which may be NULL: nobody said why. Of what the server said the first line is kept, for the first case of a reason. */
void reasons_add(struct reasons *reasons, const struct case_result *result);
/* Those with the most cases first. */
void reasons_sort(struct reasons *reasons);
size_t reasons_cases(const struct reasons *reasons);
void reasons_deinit(struct reasons *reasons);

#endif
