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

/* A round that runs, or has run and waits for those before it. */
struct round {
    pid_t process; /* -1: none could be had */
    int failure;   /* errno then */
    FILE *output;
    FILE *note;
    bool good;
};

struct rounds {
    const struct rounds_plan *plan;
    struct round *items;
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

static void round_begin(struct rounds *rounds, size_t i)
{
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

static bool round_end(struct rounds *rounds, size_t i)
{
    struct round *round = &rounds->items[i];
    int status = 0;
    if (round->process > 0 && waitpid(round->process, &status, 0) == round->process) {
        round->good = WIFEXITED(status) && WEXITSTATUS(status) == ROUND_GOOD;
    }
    if (round->output != NULL) {
        print_output(round->output);
    }
    if (round->note != NULL) {
        tell_note(rounds, i);
    }
    if (WIFSIGNALED(status)) {
        printf("NOT OK  a round was ended by signal %d\n", WTERMSIG(status));
    }
    if (round->process < 0) {
        printf("NOT OK  a round could not be begun: %s\n", strerror(round->failure));
    }
    fflush(stdout);
    return round->good;
}

size_t rounds_run(const struct rounds_plan *plan)
{
    struct rounds rounds = {plan, mem_array(plan->count + 1, sizeof(struct round))};
    size_t begun = 0;
    size_t bad = 0;
    for (size_t i = 0; i < plan->count; i++) {
        while (begun < plan->count && begun < i + plan->at_once) {
            round_begin(&rounds, begun++);
        }
        bad += round_end(&rounds, i) ? 0 : 1;
    }
    free(rounds.items);
    return bad;
}
