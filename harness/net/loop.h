/*
 * loop - the event loop, its clock, timers and signals (libuv)
 *
 * harness/net is the only place that includes uv.h and openssl/ssl.h. One loop, no threads. All callbacks come from
 * loop_run(); none comes from within the call that asked for it.
 */
#ifndef MAILSPEC_NET_LOOP_H
#define MAILSPEC_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct loop;
struct timer;

struct loop *loop_new(void);
/* Closes and frees what is still open (no callback, do not free it afterwards), runs until all is closed. */
void loop_free(struct loop **loop_p);
/* Until loop_stop() is called or nothing is left to wait for. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* For a server: where many connections talk at once, what they send may gather for a ten-thousandth of a second (lull.h). */
void loop_serves_many(struct loop *loop);
/*
 * Until the connections that their owners have freed are gone, so that what was said last reaches whoever still sends; each
 * has a second at most. All else goes on meanwhile, too.
 */
void loop_finish(struct loop *loop);
int64_t loop_now_us(const struct loop *loop); /* monotonic, true time at the call */
struct clock loop_clock(struct loop *loop);

struct timer *timer_new(struct loop *loop, void (*fire)(void *self), void *self);
void timer_start(struct timer *timer, int64_t delay_ms); /* once; starting again moves it */
/* Once, when all that has come by now has been read, however long that takes. A delay of no time gives no such promise. */
void timer_start_when_read(struct timer *timer);
void timer_stop(struct timer *timer);
void timer_free(struct timer **timer_p);

/* Call `caught` on each SIGINT, SIGTERM and (unless nohup is on) SIGHUP until the loop is freed. SIGPIPE and SIGXFSZ are
 * ignored by loop_new(). */
int loop_on_interrupt(struct loop *loop, void (*caught)(void *self, int signal), void *self);

#endif
