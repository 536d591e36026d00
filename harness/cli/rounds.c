#include "cli/rounds.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/buf.h"
#include "base/mem.h"

enum { ROUND_GOOD = 0, ROUND_BAD = 1 };

/* Each round that has begun and is not told of yet has two files open. */
enum { UNTOLD_MAX = 128 };

/* A round that runs, or has run and waits for those before it. */
struct round {
    pid_t process; /* -1: none could be had */
    int failure;   /* errno then */
    int status;    /* as waitpid() has it */
    bool over;
    FILE *output;
    FILE *note;
};

struct rounds {
    const struct rounds_plan *plan;
    struct round *items;
    size_t begun;
    size_t running;
    size_t told;
};

/* Nobody wants to know any more how the round goes. */
static void end_with(pid_t parent)
{
#ifdef PR_SET_PDEATHSIG
    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGTERM, 0, 0, 0); /* refused: it ends by itself */
#endif
    if (getppid() != parent) {
        _exit(ROUND_BAD);
    }
}

static bool run(const struct rounds *rounds, size_t i)
{
    const struct rounds_plan *plan = rounds->plan;
    return plan->round(plan->self, i, rounds->items[i].note);
}

static void round_begin(struct rounds *rounds)
{
    size_t i = rounds->begun++;
    struct round *round = &rounds->items[i];
    round->output = tmpfile();
    round->note = tmpfile();
    bool ready = round->output != NULL && round->note != NULL;
    round->failure = errno;
    fflush(stdout);
    fflush(stderr);
    pid_t own = getpid();
    round->process = ready ? fork() : -1;
    round->failure = ready ? errno : round->failure;
    if (round->process == 0) {
        end_with(own);
        dup2(fileno(round->output), STDOUT_FILENO);
        bool good = run(rounds, i);
        fflush(stdout);
        fflush(round->note);
        _exit(good ? ROUND_GOOD : ROUND_BAD);
    }
    round->over = round->process < 0;
    rounds->running += round->over ? 0 : 1;
}

static void print_output(FILE *output)
{
    char block[4096];
    size_t n;
    rewind(output);
    while ((n = fread(block, 1, sizeof block, output)) > 0) {
        fwrite(block, 1, n, stdout);
    }
    fclose(output);
}

static void tell_note(const struct rounds *rounds, size_t i)
{
    const struct rounds_plan *plan = rounds->plan;
    FILE *file = rounds->items[i].note;
    struct buf note = {0};
    char block[4096];
    size_t n;
    rewind(file);
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        buf_append(&note, bytes_make((const unsigned char *)block, n));
    }
    fclose(file);
    if (plan->ended != NULL) {
        plan->ended(plan->self, i, buf_bytes(&note));
    }
    buf_deinit(&note);
}

/* Until one of them has ended; false when the system knows of none. */
static bool wait_for_one(struct rounds *rounds)
{
    int status = 0;
    pid_t process = waitpid(-1, &status, 0);
    for (size_t i = rounds->told; process > 0 && i < rounds->begun; i++) {
        struct round *round = &rounds->items[i];
        if (round->process == process) {
            round->status = status;
            round->over = true;
            rounds->running--;
        }
    }
    return process > 0 || errno == EINTR;
}

static bool is_good(const struct round *round)
{
    return round->over && round->process > 0 && WIFEXITED(round->status) &&
           WEXITSTATUS(round->status) == ROUND_GOOD;
}

static void tell(struct rounds *rounds)
{
    size_t i = rounds->told++;
    struct round *round = &rounds->items[i];
    if (round->output != NULL) {
        print_output(round->output);
    }
    if (round->note != NULL) {
        tell_note(rounds, i);
    }
    if (WIFSIGNALED(round->status)) {
        printf("NOT OK  a round was ended by signal %d\n", WTERMSIG(round->status));
    }
    if (round->process < 0) {
        printf("NOT OK  a round could not be begun: %s\n", strerror(round->failure));
    }
    fflush(stdout);
}

size_t rounds_run(const struct rounds_plan *plan)
{
    struct rounds rounds = {.plan = plan,
                            .items = mem_array(plan->count + 1, sizeof(struct round))};
    size_t bad = 0;
    bool known = true;
    while (rounds.told < plan->count) {
        while (rounds.begun < plan->count && rounds.running < plan->at_once &&
               rounds.begun < rounds.told + UNTOLD_MAX) {
            round_begin(&rounds);
        }
        known = known && (rounds.running == 0 || wait_for_one(&rounds));
        while (rounds.told < rounds.begun && (!known || rounds.items[rounds.told].over)) {
            bad += is_good(&rounds.items[rounds.told]) ? 0 : 1;
            tell(&rounds);
        }
    }
    free(rounds.items);
    return bad;
}
