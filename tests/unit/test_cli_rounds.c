/* Rounds in processes of their own: their order, how they end, and that none outlives who asked for them. */
#include "unit.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/rounds.h"

enum { LONG_S = 60, SOON_MS = 20000 };

struct noted {
    size_t killed;
    struct buf told;
};

static bool odd_is_bad(void *self, size_t i, FILE *note)
{
    const struct noted *noted = self;
    fprintf(note, "%zu", i);
    if (i == noted->killed) {
        raise(SIGKILL);
    }
    return i % 2 == 0;
}

static void on_ended(void *self, size_t i, struct bytes note)
{
    struct noted *noted = self;
    buf_printf(&noted->told, "%zu:", i);
    buf_append(&noted->told, note);
    buf_append_octet(&noted->told, ' ');
}

static void test_results(void)
{
    static const struct {
        size_t count;
        size_t at_once;
        size_t killed;
        size_t bad;
        const char *told;
    } rows[] = {
        {0, 4,   99, 0, ""                                    },
        {1, 4,   99, 0, "0:0 "                                },
        {2, 1,   99, 1, "0:0 1:1 "                            },
        {9, 3,   99, 4, "0:0 1:1 2:2 3:3 4:4 5:5 6:6 7:7 8:8 "},
        {9, 100, 99, 4, "0:0 1:1 2:2 3:3 4:4 5:5 6:6 7:7 8:8 "},
        {4, 3,   2,  3, "0:0 1:1 2: 3:3 "                     },
        {4, 3,   3,  2, "0:0 1:1 2:2 3: "                     },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct noted noted = {.killed = rows[i].killed};
        const struct rounds_plan plan = {rows[i].count, rows[i].at_once, odd_is_bad, on_ended,
                                         &noted};
        CU_ASSERT_EQUAL(rounds_run(&plan), rows[i].bad);
        CU_ASSERT_STRING_EQUAL(buf_text(&noted.told), rows[i].told);
        buf_deinit(&noted.told);
    }
}

static bool take_long(void *self, size_t i, FILE *note)
{
    int *begun = self;
    (void)i;
    (void)note;
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
        const struct rounds_plan plan = {3, 3, take_long, NULL, begun};
        _exit((int)rounds_run(&plan));
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

/* The first one waits for the last one's word. */
static bool wait_for_last(void *self, size_t i, FILE *note)
{
    const int *word = self;
    struct pollfd said = {.fd = word[0], .events = POLLIN};
    (void)note;
    if (i == 0) {
        return poll(&said, 1, SOON_MS) == 1;
    }
    return i < 5 || write(word[1], "x", 1) == 1;
}

/* Those behind a slow round go on, and are told of behind it. */
static void test_slow(void)
{
    int word[2];
    CU_ASSERT_FATAL(pipe(word) == 0);
    const struct rounds_plan plan = {6, 2, wait_for_last, NULL, word};
    CU_ASSERT_EQUAL(rounds_run(&plan), 0);
    close(word[0]);
    close(word[1]);
}

static bool count_round(void *self, size_t i, FILE *note)
{
    size_t *count = self;
    (void)i;
    (void)note;
    ++*count;
    return true;
}

/* A round changes what its process has: in our own it would change the rounds behind it. */
static void test_no_process(void)
{
    int status = 0;
    fflush(stdout);
    pid_t runner = fork();
    if (runner == 0) {
        size_t count = 0;
        const struct rounds_plan plan = {3, 2, count_round, NULL, &count};
        const struct rlimit none = {0, 0};
        size_t bad = setrlimit(RLIMIT_NOFILE, &none) == 0 ? rounds_run(&plan) : 0;
        _exit(bad == 3 && count == 0 ? 0 : 1);
    }
    CU_ASSERT(waitpid(runner, &status, 0) == runner);
    CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static const struct unit_test tests[] = {
    {"results",    test_results   },
    {"slow",       test_slow      },
    {"killed",     test_killed    },
    {"no process", test_no_process},
};

UNIT_MAIN("cli/rounds", tests)
