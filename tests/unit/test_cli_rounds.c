/* Rounds in processes of their own: their order, how they end, and that none outlives who asked for them. */
#include "unit.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/rounds.h"

enum { LONG_S = 60, SOON_MS = 20000 };

static bool odd_is_bad(void *self, size_t i)
{
    size_t *killed = self;
    if (i == *killed) {
        raise(SIGKILL);
    }
    return i % 2 == 0;
}

static void test_results(void)
{
    static const struct {
        size_t count;
        size_t at_once;
        size_t killed;
        size_t bad;
    } rows[] = {
        {0, 4,   99, 0},
        {1, 4,   99, 0},
        {2, 1,   99, 1},
        {9, 3,   99, 4},
        {9, 100, 99, 4},
        {9, 3,   4,  5},
        {9, 3,   5,  4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t killed = rows[i].killed;
        CU_ASSERT_EQUAL(rounds_run(rows[i].count, rows[i].at_once, odd_is_bad, &killed),
                        rows[i].bad);
    }
}

static bool take_long(void *self, size_t i)
{
    int *begun = self;
    (void)i;
    CU_ASSERT(write(begun[1], "x", 1) == 1);
    sleep(LONG_S);
    return true;
}

/* The pipe has its end when they all are gone. */
static void test_killed(void)
{
    int begun[2];
    char octets[4];
    CU_ASSERT_FATAL(pipe(begun) == 0);
    pid_t runner = fork();
    if (runner == 0) {
        _exit((int)rounds_run(3, 3, take_long, begun));
    }
    close(begun[1]);
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT(read(begun[0], octets, 1) == 1);
    }
    kill(runner, SIGKILL);
    waitpid(runner, NULL, 0);
    struct pollfd end = {.fd = begun[0], .events = POLLIN};
    CU_ASSERT(poll(&end, 1, SOON_MS) == 1);
    CU_ASSERT(read(begun[0], octets, 1) == 0);
    close(begun[0]);
}

static const struct unit_test tests[] = {
    {"results", test_results},
    {"killed",  test_killed },
};

UNIT_MAIN("cli/rounds", tests)
