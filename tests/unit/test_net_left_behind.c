/* What a program leaves behind when it ends: children, daemons, and whoever left its group or session. */
#include <sys/stat.h>

#include "process_bench.h"

struct left_row {
    const char *command;
    unsigned least;
    unsigned most; /* one in between may just be ending */
};

static const char without_streams[] = "(setsid sleep 1000 >&0 2>&0 &); printf ready";
/* Out of the session, too; its parent, which bears the mark, still runs. */
static const char child_without_mark[] =
    "(setsid sh -c 'env -i setsid sh -c \"echo; exec sleep 1000\"; :' &) | head -n 1 >&2;"
    " printf ready";
static const char under_a_mailspec[] =
    "(MAILSPEC_CLIENT=$MAILSPEC_CLIENT/1-2 setsid sleep 1000 &); printf ready";

static void test_left_behind(void)
{
    static const struct left_row rows[] = {
        {"sleep 1000 & printf ready",                                1, 1},
        {"trap '' TERM HUP; sleep 1000 & sleep 1000 & printf ready", 2, 2},
        {"env -i sleep 1000 & printf ready",                         1, 1},
        {"sleep 1000 & kill -STOP $!; printf ready",                 1, 1},
        {"(setsid sleep 1000 &); printf ready",                      1, 1},
        {"(setsid sh -c '(setsid sleep 1000 &)' &); printf ready",   1, 3},
        {without_streams,                                            1, 1},
        {child_without_mark,                                         2, 2},
        {under_a_mailspec,                                           1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bench bench;
        UNIT_ROW(rows[i].command, run_command(&bench, rows[i].command));
        UNIT_ROW(rows[i].command, bench.a.end.exit_status == 0);
        UNIT_ROW(rows[i].command, bench.a.end.left_behind >= rows[i].least);
        UNIT_ROW(rows[i].command, bench.a.end.left_behind <= rows[i].most);
        UNIT_ROW(rows[i].command, bench.a.end.error.text[0] == '\0');
        UNIT_ROW(rows[i].command, bytes_is(process_output(bench.a.process), "ready"));
        UNIT_ROW(rows[i].command, bench_deinit(&bench));
    }
}

/* Orphans that have ended before the program has: they are reaped, and were not left behind. */
static void test_dead_orphans(void)
{
    /* The inner shell goes on until the outer one, its parent, is gone. */
    static const char command[] =
        "p=$(sh -c 'sh -c \"while kill -0 $$; do :; done\" > /dev/null 2>&1 & echo $!');"
        " while grep -qs '^State:.[^Z]' /proc/$p/status; do :; done;"
        " grep -q '^State:.Z' /proc/$p/status && echo dead";
    struct bench bench;
    CU_ASSERT(run_command(&bench, command));
    CU_ASSERT_EQUAL(bench.a.end.exit_status, 0);
    CU_ASSERT_EQUAL(bench.a.end.left_behind, 0);
    CU_ASSERT(bytes_is(process_output(bench.a.process), "dead\n")); /* ours, not yet reaped */
    CU_ASSERT(bench_deinit(&bench));
}

/* A leaves children and a daemon behind; B's leader waits for B's own daemon, which lives on. */
static void test_two_in_parallel(void)
{
    char folder[] = "/tmp/mailspec-test-XXXXXX";
    char fifo[64];
    char command[400];
    struct bench bench;
    CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    CU_ASSERT_EQUAL_FATAL(mkfifo(fifo, 0600), 0);
    int go = open(fifo, O_RDWR | O_CLOEXEC);
    /* The daemon is B's, but no longer of its group, nor a child of it. */
    snprintf(command, sizeof command,
             "mkfifo %s/answer; (setsid sh -c 'read x < %s; echo $x > %s/answer' &);"
             " read y < %s/answer; echo $y",
             folder, fifo, folder, folder);
    bench_init(&bench);
    client_start(&bench.b, &(struct process_start){.command = command});
    client_start(&bench.a,
                 &(struct process_start){.command = "sleep 1000 & (setsid sleep 1000 &); exit 3"});
    CU_ASSERT(client_run(&bench.a));
    CU_ASSERT_EQUAL(bench.a.end.exit_status, 3);
    CU_ASSERT_EQUAL(bench.a.end.left_behind, 2);
    CU_ASSERT_EQUAL(bench.b.ended, 0);
    CU_ASSERT_EQUAL(write(go, "alive\n", 6), 6);
    CU_ASSERT(client_run(&bench.b));
    CU_ASSERT_EQUAL(bench.b.end.exit_status, 0);
    CU_ASSERT(bytes_is(process_output(bench.b.process), "alive\n"));
    CU_ASSERT(bench_deinit(&bench));
    close(go);
    unlink(fifo);
    snprintf(fifo, sizeof fifo, "%s/answer", folder);
    unlink(fifo);
    rmdir(folder);
}

static const struct unit_test tests[] = {
    {"left behind",     test_left_behind    },
    {"dead orphans",    test_dead_orphans   },
    {"two in parallel", test_two_in_parallel},
};

UNIT_MAIN("net/left_behind", tests)
