#include "cli/rounds.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/mem.h"

enum { ROUND_GOOD = 0, ROUND_BAD = 1 };

/* A round that runs, or has run and waits for those before it. */
struct round {
    pid_t process; /* 0: it was done in this process, for none could be had */
    FILE *output;
    bool good;
};

struct rounds {
    bool (*round)(void *self, size_t i);
    void *self;
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

static void round_begin(struct rounds *rounds, size_t i)
{
    struct round *round = &rounds->items[i];
    round->output = tmpfile();
    fflush(stdout);
    fflush(stderr);
    pid_t own = getpid();
    round->process = round->output == NULL ? -1 : fork();
    if (round->process == 0) {
        end_with(own);
        dup2(fileno(round->output), STDOUT_FILENO);
        bool good = rounds->round(rounds->self, i);
        fflush(stdout);
        _exit(good ? ROUND_GOOD : ROUND_BAD);
    }
    if (round->process < 0) {
        round->process = 0;
        round->good = rounds->round(rounds->self, i);
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
    if (WIFSIGNALED(status)) {
        printf("NOT OK  a round was ended by signal %d\n", WTERMSIG(status));
    }
    fflush(stdout);
    return round->good;
}

size_t rounds_run(size_t count, size_t at_once, bool (*round)(void *self, size_t i), void *self)
{
    struct rounds rounds = {
        .round = round, .self = self, .items = mem_array(count + 1, sizeof(struct round))};
    size_t begun = 0;
    size_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        while (begun < count && begun < i + at_once) {
            round_begin(&rounds, begun++);
        }
        bad += round_end(&rounds, i) ? 0 : 1;
    }
    free(rounds.items);
    return bad;
}
