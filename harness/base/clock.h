/*
 * clock - where the time comes from
 *
 * Code that needs the time is given a clock: the machine's, or one that a test sets.
 */
#ifndef MAILSPEC_BASE_CLOCK_H
#define MAILSPEC_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*monotonic_us)(void *self); /* microseconds since some fixed moment */
    int64_t (*wall_us)(void *self);      /* microseconds since 1970-01-01 UTC */
    void *self;
};

/* The machine's clock. */
struct clock clock_system(void);

/* A clock that stands still until it is moved. */
struct clock_set {
    int64_t monotonic_us;
    int64_t wall_us;
};
struct clock clock_from_set(struct clock_set *set);

int64_t clock_monotonic_us(const struct clock *clock);
int64_t clock_wall_us(const struct clock *clock);

#endif
