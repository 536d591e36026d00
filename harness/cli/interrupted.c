#include "cli/interrupted.h"

#include <stdlib.h>

#include "base/mem.h"
#include "net/loop.h"

struct interrupted {
    struct loop *loop; /* runs for a moment when it is asked */
    struct timer *timer;
    bool heard;
};

static void caught(void *self, int signal)
{
    struct interrupted *interrupted = self;
    (void)signal;
    interrupted->heard = true;
    loop_stop(interrupted->loop);
}

static void over(void *self)
{
    struct interrupted *interrupted = self;
    loop_stop(interrupted->loop);
}

struct interrupted *interrupted_new(void)
{
    struct interrupted *interrupted = mem_alloc(sizeof *interrupted);
    interrupted->loop = loop_new();
    interrupted->timer = timer_new(interrupted->loop, over, interrupted);
    (void)loop_on_interrupt(interrupted->loop, caught, interrupted);
    return interrupted;
}

bool interrupted_heard(struct interrupted *interrupted)
{
    timer_start_when_read(interrupted->timer);
    loop_run(interrupted->loop);
    return interrupted->heard;
}

bool interrupted_wait(struct interrupted *interrupted, int64_t ms)
{
    if (!interrupted_heard(interrupted)) {
        timer_start(interrupted->timer, ms);
        loop_run(interrupted->loop);
        timer_stop(interrupted->timer);
    }
    return interrupted->heard;
}

void interrupted_free(struct interrupted **interrupted_p)
{
    struct interrupted *interrupted = *interrupted_p;
    if (interrupted == NULL) {
        return;
    }
    *interrupted_p = NULL;
    timer_free(&interrupted->timer);
    loop_free(&interrupted->loop);
    free(interrupted);
}
