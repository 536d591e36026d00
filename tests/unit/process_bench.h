/*
 * process_bench - a loop with one or two programs beside it, and how to wait for them
 */
#ifndef MAILSPEC_TESTS_PROCESS_BENCH_H
#define MAILSPEC_TESTS_PROCESS_BENCH_H

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/process.h"
#include "unit.h"

enum { WATCHDOG_MS = 60000 };

struct bench;

struct client {
    struct bench *bench;
    struct process *process;
    struct process_end end;
    unsigned ended;
    bool frees; /* its process, from within ended() */
};

struct bench {
    struct loop *loop;
    struct timer *watchdog;
    struct client a;
    struct client b;
    const struct client *waited_for;
};

static inline void bench_late(void *self)
{
    loop_stop(((struct bench *)self)->loop);
}

static inline void bench_init(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    bench->loop = loop_new();
    bench->watchdog = timer_new(bench->loop, bench_late, bench);
    bench->a.bench = bench;
    bench->b.bench = bench;
}

static inline void client_ended(void *self, const struct process_end *end)
{
    struct client *client = self;
    client->ended++;
    client->end = *end;
    if (client->frees) {
        process_free(&client->process);
    }
    if (client->bench->waited_for == client) {
        loop_stop(client->bench->loop);
    }
}

static inline void client_start(struct client *client, const struct process_start *start)
{
    client->process = process_new(client->bench->loop, start, client_ended, client);
    CU_ASSERT_EQUAL(client->ended, 0);
}

static inline bool client_run(struct client *client)
{
    struct bench *bench = client->bench;
    bench->waited_for = client;
    timer_start(bench->watchdog, WATCHDOG_MS);
    if (client->ended == 0) {
        loop_run(bench->loop);
    }
    timer_stop(bench->watchdog);
    bench->waited_for = NULL;
    return client->ended == 1;
}

/* Neither running nor waiting to be reaped. */
static inline bool no_child_left(void)
{
    return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD;
}

static inline bool bench_deinit(struct bench *bench)
{
    unsigned before = bench->a.ended + bench->b.ended;
    process_free(&bench->a.process);
    process_free(&bench->b.process);
    timer_free(&bench->watchdog);
    loop_free(&bench->loop);
    return no_child_left() && bench->a.ended + bench->b.ended == before;
}

/* Run the one program to its end. */
static inline bool run(struct bench *bench, const struct process_start *start)
{
    bench_init(bench);
    client_start(&bench->a, start);
    return client_run(&bench->a);
}

static inline bool run_command(struct bench *bench, const char *command)
{
    return run(bench, &(struct process_start){.command = command});
}

/*
 * A pipe by which a program tells us that it has come to a point: it opens /dev/fd/N of the end that it inherits, since the
 * test opens it without O_CLOEXEC. Waiting blocks; CTest ends a test that would hang.
 */
struct flare {
    int fds[2];
};

static inline void flare_open(struct flare *flare)
{
    CU_ASSERT_EQUAL_FATAL(pipe(flare->fds), 0);
    fcntl(flare->fds[0], F_SETFD, FD_CLOEXEC);
}

static inline void flare_wait(const struct flare *flare)
{
    char octet;
    CU_ASSERT_EQUAL(read(flare->fds[0], &octet, 1), 1);
}

/* Start it, with the flare as $READY in its environment, and wait for the flare. */
static inline void client_start_with_flare(struct client *client, const char *command,
                                           int64_t grace_ms, const struct flare *flare)
{
    char ready[64];
    const char *environment[] = {ready};
    snprintf(ready, sizeof ready, "READY=/dev/fd/%d", flare->fds[1]);
    client_start(client, &(struct process_start){.command = command,
                                                 .environment = environment,
                                                 .environment_count = 1,
                                                 .grace_ms = grace_ms});
    flare_wait(flare);
}

static inline void flare_close(const struct flare *flare)
{
    close(flare->fds[0]);
    close(flare->fds[1]);
}

#endif
