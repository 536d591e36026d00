/*
 * interrupts - the signals that ask a program to end: SIGINT, SIGTERM, SIGHUP (harness/net only)
 */
#ifndef MAILSPEC_NET_INTERRUPTS_H
#define MAILSPEC_NET_INTERRUPTS_H

#include <uv.h>

enum { INTERRUPTS_COUNT = 3 };

/* A member is open when its `open` is set; SIGHUP is left alone where nohup made it ignored. */
struct interrupts {
    uv_signal_t handles[INTERRUPTS_COUNT];
    int count; /* the first ones are open */
};

/* Watch them on that loop, which they do not keep alive; every handle's data is `data`. -1: cannot. */
int interrupts_open(struct interrupts *interrupts, uv_loop_t *loop, uv_signal_cb caught,
                    void *data);
void interrupts_close(struct interrupts *interrupts);

#endif
