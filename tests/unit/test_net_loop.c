/* The loop's timers, its clock and its signals. */
#include <signal.h>

#include "net_world.h"
#include "unit.h"

enum { FIRED_MAX = 16 };

struct diary {
    struct loop *loop;
    char fired[FIRED_MAX + 1];
    size_t count;
    size_t wanted;
    struct timer *own;
};

struct entry {
    struct diary *diary;
    char name;
};

static void write_entry(void *self)
{
    const struct entry *entry = self;
    struct diary *diary = entry->diary;
    if (diary->count < FIRED_MAX) {
        diary->fired[diary->count++] = entry->name;
    }
    if (diary->count >= diary->wanted) {
        loop_stop(diary->loop);
    }
}

static void test_timers(void)
{
    struct diary diary = {.loop = loop_new(), .wanted = 3};
    struct entry a = {&diary, 'a'};
    struct entry b = {&diary, 'b'};
    struct entry c = {&diary, 'c'};
    struct entry d = {&diary, 'd'};
    struct timer *first = timer_new(diary.loop, write_entry, &a);
    struct timer *second = timer_new(diary.loop, write_entry, &b);
    struct timer *third = timer_new(diary.loop, write_entry, &c);
    struct timer *never = timer_new(diary.loop, write_entry, &d);
    int64_t begin = loop_now_us(diary.loop);
    timer_start(third, 1);
    timer_start(never, 5);
    timer_start(second, 10);
    timer_start(first, 0);
    timer_start(third, 20); /* moved */
    timer_stop(never);
    loop_run(diary.loop);
    CU_ASSERT_STRING_EQUAL(diary.fired, "abc");
    CU_ASSERT(loop_now_us(diary.loop) - begin >= INT64_C(20000)); /* never early */
    timer_start(first, -5);
    loop_run(diary.loop); /* it fires, and it stops the loop */
    CU_ASSERT_STRING_EQUAL(diary.fired, "abca");
    timer_free(&first);
    timer_free(&second);
    timer_free(&third);
    timer_free(&never);
    timer_free(&never);
    loop_free(&diary.loop);
    loop_free(&diary.loop);
}

static void free_own(void *self)
{
    struct diary *diary = self;
    timer_free(&diary->own);
    diary->count++;
}

static void test_freed_while_it_fires(void)
{
    struct diary diary = {.loop = loop_new()};
    diary.own = timer_new(diary.loop, free_own, &diary);
    timer_start(diary.own, 0);
    loop_run(diary.loop); /* ends by itself: nothing is left */
    CU_ASSERT_EQUAL(diary.count, 1);
    CU_ASSERT(diary.own == NULL);
    timer_new(diary.loop, free_own, &diary); /* the loop frees what is left */
    loop_free(&diary.loop);
    CU_ASSERT_EQUAL(diary.count, 1);
}

static void caught(void *self, int number)
{
    struct diary *diary = self;
    diary->fired[diary->count++] = number == SIGINT ? 'i' : 't';
    if (diary->count >= diary->wanted) {
        loop_stop(diary->loop);
    }
}

static void raise_signals(void *self)
{
    (void)self;
    raise(SIGINT);
    raise(SIGTERM);
}

static void test_interrupts(void)
{
    struct diary diary = {.loop = loop_new(), .wanted = 2};
    CU_ASSERT_EQUAL(loop_on_interrupt(diary.loop, caught, &diary), 0);
    CU_ASSERT_EQUAL(loop_on_interrupt(diary.loop, caught, &diary), 0);
    loop_run(diary.loop); /* watching alone keeps no loop alive */
    CU_ASSERT_EQUAL(diary.count, 0);
    struct timer *timer = timer_new(diary.loop, raise_signals, NULL);
    timer_start(timer, 0);
    struct world world = {.loop = diary.loop};
    struct timer *late = timer_new(diary.loop, world_late, &world);
    timer_start(late, WATCHDOG_MS);
    loop_run(diary.loop);
    CU_ASSERT_EQUAL(diary.count, 2);
    CU_ASSERT(strchr(diary.fired, 'i') != NULL && strchr(diary.fired, 't') != NULL);
    timer_free(&timer);
    timer_free(&late);
    loop_free(&diary.loop);
}

struct busy_round {
    struct diary diary;
    struct entry entry;
    struct timer *waiting; /* for what is read */
    struct timer *next;    /* in the same round */
    struct timer *never;
};

static void raise_and_wait(void *self)
{
    struct busy_round *busy = self;
    raise(SIGINT); /* libuv reads it from a pipe of its own */
    timer_start_when_read(busy->waiting);
    timer_start(busy->next, 0);
}

/* Long enough for any delay to pass, and the clock is looked at. */
static void take_long(void *self)
{
    struct busy_round *busy = self;
    int64_t begin = loop_now_us(busy->diary.loop);
    while (loop_now_us(busy->diary.loop) - begin < INT64_C(10000)) {
    }
    timer_start(busy->never, WATCHDOG_MS);
}

static void test_fires_behind_what_is_read(void)
{
    struct busy_round busy = {
        .diary = {.loop = loop_new(), .wanted = 2}
    };
    busy.entry = (struct entry){&busy.diary, 'w'};
    struct timer *first = timer_new(busy.diary.loop, raise_and_wait, &busy);
    busy.waiting = timer_new(busy.diary.loop, write_entry, &busy.entry);
    busy.next = timer_new(busy.diary.loop, take_long, &busy);
    busy.never = timer_new(busy.diary.loop, write_entry, &busy.entry);
    CU_ASSERT_EQUAL(loop_on_interrupt(busy.diary.loop, caught, &busy.diary), 0);
    timer_start(first, 0);
    loop_run(busy.diary.loop);
    CU_ASSERT_STRING_EQUAL(busy.diary.fired, "iw");
    timer_start_when_read(busy.waiting);
    timer_stop(busy.waiting);
    timer_start_when_read(busy.next);
    timer_free(&busy.next);
    timer_start(busy.never, 1);
    busy.diary.wanted = 3;
    loop_run(busy.diary.loop); /* neither of the two, but the last */
    CU_ASSERT_STRING_EQUAL(busy.diary.fired, "iww");
    CU_ASSERT_EQUAL(busy.diary.count, 3);
    loop_free(&busy.diary.loop);
}

static void test_clock(void)
{
    struct loop *loop = loop_new();
    struct clock clock = loop_clock(loop);
    int64_t before = clock_monotonic_us(&clock);
    CU_ASSERT(loop_now_us(loop) >= before);
    CU_ASSERT(clock_wall_us(&clock) > INT64_C(1600000000) * 1000 * 1000);
    loop_free(&loop);
}

static const struct unit_test tests[] = {
    {"timers",                    test_timers                   },
    {"freed while it fires",      test_freed_while_it_fires     },
    {"interrupts",                test_interrupts               },
    {"fires behind what is read", test_fires_behind_what_is_read},
    {"clock",                     test_clock                    },
};

UNIT_MAIN("net/loop", tests)
