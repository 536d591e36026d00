#include "net/loop.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "net/loop_internal.h"

struct timer {
    struct loop_item item;
    uv_timer_t uv;
    struct later reading; /* first everything that has come is read */
    void (*fire)(void *self);
    void *self;
};

/* ---- Lists ---- */

static void link_init(struct link *head)
{
    head->prev = head;
    head->next = head;
}

static void link_append(struct link *head, struct link *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}

static void link_remove(struct link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->prev = NULL;
    link->next = NULL;
}

void loop_add(struct loop *loop, struct loop_item *item)
{
    link_append(&loop->items, &item->link);
}

void loop_remove(struct loop_item *item)
{
    link_remove(&item->link);
}

/* ---- Later ---- */

/* What is asked for while this runs waits for the next round, so that the loop gets its turn. */
static void run_laters(uv_idle_t *idle)
{
    struct loop *loop = idle->data;
    struct link round;
    link_init(&round);
    while (loop->laters.next != &loop->laters) {
        struct link *link = loop->laters.next;
        link_remove(link);
        link_append(&round, link);
    }
    while (round.next != &round) {
        struct later *later = (struct later *)round.next;
        link_remove(&later->link);
        later->run(later->self);
    }
    if (loop->laters.next == &loop->laters) {
        uv_idle_stop(idle);
    }
}

void loop_later(struct loop *loop, struct later *later)
{
    if (later->link.next == NULL) {
        link_append(&loop->laters, &later->link);
        uv_idle_start(&loop->idle, run_laters);
    }
}

void later_cancel(struct later *later)
{
    if (later->link.next != NULL) {
        link_remove(&later->link);
    }
}

/* ---- Loop ---- */

struct loop *loop_new(void)
{
    struct loop *loop = mem_alloc(sizeof *loop);
    signal(SIGPIPE, SIG_IGN);
    /* A file that may not grow is as a full disk: an error where it is written. */
    signal(SIGXFSZ, SIG_IGN);
    if (uv_loop_init(&loop->uv) != 0) {
        free(loop);
        return NULL;
    }
    loop->uv.data = loop;
    link_init(&loop->items);
    link_init(&loop->laters);
    uv_idle_init(&loop->uv, &loop->idle);
    loop->idle.data = loop;
    uv_prepare_init(&loop->uv, &loop->before_sleep);
    loop->before_sleep.data = loop;
    return loop;
}

void loop_free(struct loop **loop_p)
{
    struct loop *loop = *loop_p;
    if (loop == NULL) {
        return;
    }
    *loop_p = NULL;
    struct link *link = loop->items.next;
    while (link != &loop->items) {
        struct loop_item *item = (struct loop_item *)link;
        link = link->next;
        item->close(item);
    }
    loop->caught = NULL; /* nobody is left to be told, but it still must not kill us */
    uv_close((uv_handle_t *)&loop->idle, NULL);
    uv_close((uv_handle_t *)&loop->before_sleep, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    interrupts_close(&loop->interrupts);
    while (uv_loop_close(&loop->uv) == UV_EBUSY) {
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    }
    free(loop);
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

static void before_sleep(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;
    if (lull_is_due(&loop->lull, uv_hrtime())) {
        struct timespec lull = {.tv_nsec = LULL_US * 1000L};
        nanosleep(&lull, NULL);
    }
}

void loop_serves_many(struct loop *loop)
{
    uv_prepare_start(&loop->before_sleep, before_sleep);
    uv_unref((uv_handle_t *)&loop->before_sleep); /* nobody waits for it */
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

void loop_finish(struct loop *loop)
{
    while (loop->lingering > 0) {
        uv_run(&loop->uv, UV_RUN_ONCE);
    }
}

int64_t loop_now_us(const struct loop *loop)
{
    (void)loop;
    return (int64_t)(uv_hrtime() / 1000);
}

static int64_t clock_now_us(void *self)
{
    return loop_now_us(self);
}

struct clock loop_clock(struct loop *loop)
{
    return (struct clock){clock_now_us, clock_system().wall_us, loop};
}

void loop_read_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer_r)
{
    struct loop *loop = handle->loop->data;
    (void)wanted;
    *buffer_r = uv_buf_init(loop->read_buffer, sizeof loop->read_buffer);
}

/* ---- Timers ---- */

static void timer_closed(uv_handle_t *handle)
{
    struct timer *timer = handle->data;
    loop_remove(&timer->item);
    free(timer);
}

static void timer_close_item(struct loop_item *item)
{
    struct timer *timer = (struct timer *)item;
    later_cancel(&timer->reading);
    if (!uv_is_closing((uv_handle_t *)&timer->uv)) {
        uv_close((uv_handle_t *)&timer->uv, timer_closed);
    }
}

static void timer_fired(uv_timer_t *uv)
{
    struct timer *timer = uv->data;
    timer->fire(timer->self);
}

/* Before the loop reads, and behind all timers of this round: the timers of the next one come behind the reading. */
static void fire_next_round(void *self)
{
    struct timer *timer = self;
    timer_start(timer, 0);
}

struct timer *timer_new(struct loop *loop, void (*fire)(void *self), void *self)
{
    struct timer *timer = mem_alloc(sizeof *timer);
    uv_timer_init(&loop->uv, &timer->uv);
    timer->uv.data = timer;
    timer->reading = (struct later){.run = fire_next_round, .self = timer};
    timer->fire = fire;
    timer->self = self;
    timer->item.close = timer_close_item;
    loop_add(loop, &timer->item);
    return timer;
}

void timer_start(struct timer *timer, int64_t delay_ms)
{
    later_cancel(&timer->reading);
    /* libuv counts from the start of its round and in whole milliseconds: never fire early. */
    uv_update_time(timer->uv.loop);
    uv_timer_start(&timer->uv, timer_fired, delay_ms > 0 ? (uint64_t)delay_ms + 1 : 0, 0);
}

void timer_start_when_read(struct timer *timer)
{
    timer_stop(timer);
    loop_later(timer->uv.loop->data, &timer->reading);
}

void timer_stop(struct timer *timer)
{
    later_cancel(&timer->reading);
    uv_timer_stop(&timer->uv);
}

void timer_free(struct timer **timer_p)
{
    struct timer *timer = *timer_p;
    if (timer != NULL) {
        *timer_p = NULL;
        timer_close_item(&timer->item);
    }
}

/* ---- Signals ---- */

static void signal_caught(uv_signal_t *handle, int number)
{
    struct loop *loop = handle->data;
    if (loop->caught != NULL) {
        loop->caught(loop->caught_self, number);
    }
}

int loop_on_interrupt(struct loop *loop, void (*caught)(void *self, int signal), void *self)
{
    loop->caught = caught;
    loop->caught_self = self;
    return loop->interrupts.count > 0
               ? 0
               : interrupts_open(&loop->interrupts, &loop->uv, signal_caught, loop);
}
