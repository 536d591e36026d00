#include "base/clock.h"

#include <stddef.h>
#include <time.h>

#define US_PER_S  INT64_C(1000000)
#define NS_PER_US 1000

static int64_t now_us(clockid_t id)
{
    struct timespec now = {0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

static int64_t system_monotonic_us(void *self)
{
    (void)self;
    return now_us(CLOCK_MONOTONIC);
}

static int64_t system_wall_us(void *self)
{
    (void)self;
    return now_us(CLOCK_REALTIME);
}

struct clock clock_system(void)
{
    return (struct clock){system_monotonic_us, system_wall_us, NULL};
}

static int64_t set_monotonic_us(void *self)
{
    return ((struct clock_set *)self)->monotonic_us;
}

static int64_t set_wall_us(void *self)
{
    return ((struct clock_set *)self)->wall_us;
}

struct clock clock_from_set(struct clock_set *set)
{
    return (struct clock){set_monotonic_us, set_wall_us, set};
}

int64_t clock_monotonic_us(const struct clock *clock)
{
    return clock->monotonic_us(clock->self);
}

int64_t clock_wall_us(const struct clock *clock)
{
    return clock->wall_us(clock->self);
}
