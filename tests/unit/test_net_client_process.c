/* A program beside us in the loop: its output and end, and its limits. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/listener.h"
#include "process_bench.h"

enum { MIB = 1024 * 1024, KEPT_ERROR = 64 * 1024 };

/* ---- Ends ---- */

struct end_row {
    const char *command;
    int exit_status;
    int signal;
    const char *output;
    const char *error_output; /* NULL: not compared */
};

/* The longest: we ignore SIGPIPE, it does not; it leads its group and its session. */
static void test_ends(void)
{
    static const struct end_row rows[] = {
        {"true",                                                   0,   0,       "",      ""   },
        {"exit 3",                                                 3,   0,       "",      ""   },
        {"printf out; printf err >&2; exit 75",                    75,  0,       "out",   "err"},
        {"/nowhere/no-such-client",                                127, 0,       "",      NULL },
        {"kill -9 $$",                                             -1,  SIGKILL, "",      ""   },
        {"printf begun; kill -TERM $$",                            -1,  SIGTERM, "begun", ""   },
        {"cat; read line",                                         1,   0,       "",      ""   },
        {"printf o > /dev/stdout; printf e > /dev/stderr",         0,   0,       "o",     "e"  },
        {"exec >&- 2>&-; exit 4",                                  4,   0,       "",      ""   },
        {"yes | head -n 1 > /dev/null",                            0,   0,       "",      ""   },
        {"grep -E '^Sig(Blk|Ign):.*[1-9a-f]' /proc/self/status",   1,   0,       "",      ""   },
        {"read x y z p g s r < /proc/$$/stat; test $g,$s = $$,$$", 0,   0,       "",      ""   },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct end_row *row = &rows[i];
        struct bench bench;
        UNIT_ROW(row->command, run_command(&bench, row->command));
        const struct process_end *end = &bench.a.end;
        UNIT_ROW(row->command, end->started && end->error.text[0] == '\0');
        UNIT_ROW(row->command, end->exit_status == row->exit_status);
        UNIT_ROW(row->command, end->signal == row->signal);
        UNIT_ROW(row->command, !end->killed && !end->timed_out && !end->flooded);
        UNIT_ROW(row->command, end->left_behind == 0);
        UNIT_ROW(row->command, bytes_is(process_output(bench.a.process), row->output));
        UNIT_ROW(row->command,
                 row->error_output == NULL ||
                     bytes_is(process_error_output(bench.a.process), row->error_output));
        UNIT_ROW(row->command, bench_deinit(&bench));
    }
}

static void test_missing_command_says_so(void)
{
    struct bench bench;
    CU_ASSERT(run_command(&bench, "/nowhere/no-such-client"));
    struct bytes said = process_error_output(bench.a.process);
    CU_ASSERT(bytes_find(said, BYTES_LIT("/nowhere/no-such-client"), 0) != BYTES_NONE);
    CU_ASSERT(bench_deinit(&bench));
}

static void test_cannot_start(void)
{
    struct buf huge = {0};
    buf_append_fill(&huge, 'x', MIB); /* more than one argument may have (Linux: 128 KiB) */
    const struct {
        const char *name;
        struct process_start start;
        const char *text;
    } rows[] = {
        {"folder",
         {.command = "true", .folder = "/nowhere/at all"},
         "cannot run \"true\" in the folder /nowhere/at all: no such file or directory"},
        {"a file",
         {.command = "true", .folder = "/dev/null"},
         "cannot run \"true\" in the folder /dev/null: not a directory"                },
        {"command",
         {.command = buf_text(&huge), .input = BYTES_LIT("a")},
         "argument list too long"                                                      },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bench bench;
        UNIT_ROW(rows[i].name, run(&bench, &rows[i].start));
        UNIT_ROW(rows[i].name, !bench.a.end.started);
        UNIT_ROW(rows[i].name, bench.a.end.exit_status == -1 && bench.a.end.signal == 0);
        UNIT_ROW(rows[i].name, strstr(bench.a.end.error.text, rows[i].text) != NULL);
        process_kill(bench.a.process); /* nothing */
        UNIT_ROW(rows[i].name, bench_deinit(&bench));
        /* Freed before it could be told, and with the loop. */
        bench_init(&bench);
        client_start(&bench.a, &rows[i].start);
        client_start(&bench.b, &rows[i].start);
        process_kill(bench.b.process);
        process_free(&bench.a.process);
        bench.b.process = NULL;
        UNIT_ROW(rows[i].name, bench_deinit(&bench));
    }
    buf_deinit(&huge);
}

/* ---- Input and output ---- */

static void check_echo(size_t octets)
{
    char name[32];
    struct buf input = {0};
    struct bench bench;
    snprintf(name, sizeof name, "%zu octets", octets);
    for (size_t i = 0; i < octets; i++) {
        buf_append_octet(&input, (unsigned char)(i * 7 % 251)); /* NUL, CR and LF too */
    }
    UNIT_ROW(name,
             run(&bench, &(struct process_start){.command = "cat", .input = buf_bytes(&input)}));
    struct bytes got = process_output(bench.a.process);
    UNIT_ROW(name, bench.a.end.exit_status == 0);
    UNIT_ROW(name, process_output_octets(bench.a.process) == octets);
    UNIT_ROW(name, bytes_equal(got, bytes_slice(buf_bytes(&input), 0, MIB)));
    UNIT_ROW(name, bench_deinit(&bench));
    buf_deinit(&input);
}

static void test_input_echoed(void)
{
    static const size_t sizes[] = {1, 4096, 65537, MIB, 5 * MIB};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check_echo(sizes[i]);
    }
}

static void test_input_not_read(void)
{
    static const char *const commands[] = {"exit 5", "exec <&-; exit 5", "head -c 1; exit 5",
                                           "sleep 1000 & exit 5"};
    struct buf input = {0};
    buf_append_fill(&input, 'x', 5 * MIB);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct bench bench;
        UNIT_ROW(commands[i], run(&bench, &(struct process_start){.command = commands[i],
                                                                  .input = buf_bytes(&input)}));
        UNIT_ROW(commands[i], bench.a.end.exit_status == 5);
        UNIT_ROW(commands[i], bench_deinit(&bench));
    }
    buf_deinit(&input);
}

static void test_output_kept_and_counted(void)
{
    struct bench bench;
    CU_ASSERT(run_command(&bench, "head -c 3000000 /dev/zero; head -c 200000 /dev/zero >&2"));
    CU_ASSERT_EQUAL(bench.a.end.exit_status, 0);
    CU_ASSERT_EQUAL(process_output(bench.a.process).n, MIB);
    CU_ASSERT_EQUAL(process_output_octets(bench.a.process), 3000000);
    CU_ASSERT_EQUAL(process_error_output(bench.a.process).n, KEPT_ERROR);
    CU_ASSERT_EQUAL(process_error_octets(bench.a.process), 200000);
    CU_ASSERT(bench_deinit(&bench));
}

/* ---- Limits ---- */

static void test_flood(void)
{
    static const struct {
        const char *command;
        size_t max;
        bool flooded;
        bool killed;
    } rows[] = {
        {"cat /dev/zero >&2",                                    100000, true,  true },
        {"cat /dev/zero",                                        0,      true,  true },
        {"trap '' TERM; cat /dev/zero | cat",                    100000, true,  true },
        {"head -c 100000 /dev/zero",                             100000, false, false},
        {"head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2", 100000, false, false},
 /* It may have ended before we read that it was too much. */
        {"printf 12345",                                         4,      true,  false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bench bench;
        UNIT_ROW(rows[i].command,
                 run(&bench, &(struct process_start){.command = rows[i].command,
                                                     .max_output_octets = rows[i].max}));
        UNIT_ROW(rows[i].command, bench.a.end.flooded == rows[i].flooded);
        UNIT_ROW(rows[i].command, !rows[i].killed || bench.a.end.signal == SIGKILL);
        UNIT_ROW(rows[i].command, rows[i].flooded || bench.a.end.exit_status == 0);
        UNIT_ROW(rows[i].command, bench_deinit(&bench));
    }
}

static void test_time_limit(void)
{
    struct bench bench;
    struct process_start start = {.command = "trap '' TERM; sleep 1000 & sleep 1000; sleep 1000",
                                  .time_limit_ms = 100};
    CU_ASSERT(run(&bench, &start));
    CU_ASSERT(bench.a.end.timed_out);
    CU_ASSERT(!bench.a.end.killed);
    CU_ASSERT_EQUAL(bench.a.end.exit_status, -1);
    CU_ASSERT_EQUAL(bench.a.end.signal, SIGKILL);
    CU_ASSERT_EQUAL(bench.a.end.left_behind, 0);
    CU_ASSERT(bench_deinit(&bench));

    start = (struct process_start){.command = "exit 3", .time_limit_ms = WATCHDOG_MS};
    CU_ASSERT(run(&bench, &start));
    CU_ASSERT(!bench.a.end.timed_out);
    CU_ASSERT_EQUAL(bench.a.end.exit_status, 3);
    CU_ASSERT(bench_deinit(&bench));
}

/* ---- Kill ---- */

struct kill_row {
    const char *command; /* $READY: the flare */
    int64_t grace_ms;
    int exit_status;
    int signal;
    const char *output;
    unsigned left_behind;
};

/* Below a shell that goes at once: one that says good-bye, and one that takes no notice. */
static const char polite[] =
    "trap 'echo bye; exit 6' TERM; sh -c 'echo r > $READY; exec sleep 1000' & wait";
static const char stubborn[] = "trap '' TERM; echo r > $READY; while :; do sleep 1000; done";
static const char polite_below[] = "sh -c 'trap \"echo bye; exit\" TERM; sh -c \"echo r > $READY; "
                                   "exec sleep 1000\" & wait' & wait";
static const char stubborn_below[] =
    "sh -c 'trap \"\" TERM; echo r > $READY; sleep 1000; sleep 1000' & wait";
static const char out_of_group[] = "setsid sh -c 'echo r > $READY; exec sleep 1000' & wait";

static void test_kill(void)
{
    static const struct kill_row rows[] = {
        {"echo r > $READY; exec sleep 1000", WATCHDOG_MS, -1, SIGTERM, "",      0},
        {polite,                             WATCHDOG_MS, 6,  0,       "bye\n", 0},
        {stubborn,                           0,           -1, SIGKILL, "",      0},
        {polite_below,                       WATCHDOG_MS, -1, SIGTERM, "bye\n", 0},
        {stubborn_below,                     0,           -1, SIGTERM, "",      0},
        {out_of_group,                       WATCHDOG_MS, -1, SIGTERM, "",      1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct kill_row *row = &rows[i];
        struct bench bench;
        struct flare flare;
        flare_open(&flare);
        bench_init(&bench);
        client_start_with_flare(&bench.a, row->command, row->grace_ms, &flare);
        process_kill(bench.a.process);
        process_kill(bench.a.process);
        UNIT_ROW(row->command, bench.a.ended == 0);
        UNIT_ROW(row->command, client_run(&bench.a));
        UNIT_ROW(row->command, bench.a.end.killed && !bench.a.end.timed_out);
        UNIT_ROW(row->command, bench.a.end.exit_status == row->exit_status);
        UNIT_ROW(row->command, bench.a.end.signal == row->signal);
        UNIT_ROW(row->command, bench.a.end.left_behind == row->left_behind);
        UNIT_ROW(row->command, bytes_is(process_output(bench.a.process), row->output));
        process_kill(bench.a.process); /* nothing */
        UNIT_ROW(row->command, bench_deinit(&bench));
        flare_close(&flare);
    }
}

/* ---- Environment, folder, descriptors ---- */

static void test_environment_and_folder(void)
{
    static const char *const environment[] = {"NAME=first", "PROXY_PORT=2525", "NAME=a b=c",
                                              "MAILSPEC_TEST_OURS=replaced", "EMPTY="};
    struct bench bench;
    struct process_start start = {
        .command =
            "echo \"$NAME,$PROXY_PORT,$MAILSPEC_TEST_OURS,$MAILSPEC_TEST_KEPT,${EMPTY-unset}\";"
            " pwd; env | grep -c '^NAME='",
        .folder = "/usr",
        .environment = environment,
        .environment_count = sizeof environment / sizeof environment[0],
    };
    setenv("MAILSPEC_TEST_OURS", "ours", 1);
    setenv("MAILSPEC_TEST_KEPT", "kept", 1);
    CU_ASSERT(run(&bench, &start));
    CU_ASSERT(bytes_is(process_output(bench.a.process), "a b=c,2525,replaced,kept,\n/usr\n1\n"));
    CU_ASSERT_STRING_EQUAL(getenv("MAILSPEC_TEST_OURS"), "ours");
    CU_ASSERT(bench_deinit(&bench));
    unsetenv("MAILSPEC_TEST_OURS");
    unsetenv("MAILSPEC_TEST_KEPT");
}

static void accept_nothing(void *self, struct listener *listener)
{
    (void)self;
    (void)listener;
}

/* What the test itself was given goes on; nothing that we opened does. */
static void test_descriptors(void)
{
    int inherited = 0;
    int found = 0;
    struct bench bench;
    for (int fd = 3; fd < 1024; fd++) {
        int flags = fcntl(fd, F_GETFD);
        inherited += flags >= 0 && (flags & FD_CLOEXEC) == 0 ? 1 : 0;
    }
    bench_init(&bench);
    struct listener *listener =
        listener_new_tcp(bench.loop, "127.0.0.1", 0, accept_nothing, NULL, NULL);
    CU_ASSERT(listener != NULL);
    client_start(&bench.b,
                 &(struct process_start){.command = "exec sleep 1000", .input = BYTES_LIT("b")});
    client_start(&bench.a, &(struct process_start){.command = "exec ls -l /proc/self/fd",
                                                   .input = BYTES_LIT("a")});
    CU_ASSERT(client_run(&bench.a));
    struct bytes rest = process_output(bench.a.process);
    struct bytes line;
    while (bytes_next(&rest, '\n', &line)) {
        found += bytes_find(line, BYTES_LIT(" -> "), 0) != BYTES_NONE ? 1 : 0;
    }
    CU_ASSERT_EQUAL(found, 3 + 1 + inherited); /* 1: the folder that it lists */
    listener_free(&listener);
    CU_ASSERT(bench_deinit(&bench));
}

/* ---- Freeing ---- */

static void start_stubborn(struct bench *bench, const struct flare *flare)
{
    bench_init(bench);
    client_start_with_flare(&bench->a,
                            "trap '' TERM; sleep 1000 & (setsid sleep 1000 &);"
                            " echo r > $READY; sleep 1000; sleep 1000",
                            0, flare);
}

static void test_free_while_running(void)
{
    struct bench bench;
    struct flare flare;
    flare_open(&flare);
    start_stubborn(&bench, &flare);
    process_free(&bench.a.process);
    CU_ASSERT(bench.a.process == NULL);
    process_free(&bench.a.process); /* nothing */
    timer_free(&bench.watchdog);
    loop_run(bench.loop); /* until nothing is left to wait for */
    CU_ASSERT(no_child_left());
    bench.watchdog = NULL;
    CU_ASSERT(bench_deinit(&bench));
    CU_ASSERT_EQUAL(bench.a.ended, 0);
    flare_close(&flare);
}

static void test_free_in_its_grace(void)
{
    struct bench bench;
    struct flare flare;
    flare_open(&flare);
    start_stubborn(&bench, &flare);
    process_kill(bench.a.process);
    process_free(&bench.a.process);
    CU_ASSERT(bench_deinit(&bench));
    CU_ASSERT_EQUAL(bench.a.ended, 0);
    flare_close(&flare);
}

static void test_loop_free_while_running(void)
{
    struct bench bench;
    struct flare flare;
    flare_open(&flare);
    start_stubborn(&bench, &flare);
    loop_free(&bench.loop); /* frees the process and the watchdog, too */
    CU_ASSERT(no_child_left());
    CU_ASSERT_EQUAL(bench.a.ended, 0);
    flare_close(&flare);

    /* At once, with input that nobody has read; and one that has ended and was not freed. */
    struct buf input = {0};
    buf_append_fill(&input, 'x', MIB);
    bench_init(&bench);
    client_start(&bench.b, &(struct process_start){.command = "true"});
    CU_ASSERT(client_run(&bench.b));
    client_start(&bench.a, &(struct process_start){.command = "sleep 1000 & sleep 1000",
                                                   .input = buf_bytes(&input)});
    loop_free(&bench.loop);
    CU_ASSERT(no_child_left());
    CU_ASSERT_EQUAL(bench.a.ended, 0);
    buf_deinit(&input);
}

static void test_free_within_ended(void)
{
    static const struct process_start starts[] = {
        {.command = "exit 3"},
        {                 .command = "sleep 1000 & exit 3"                  },
        { .command = "true",                   .folder = "/nowhere"},
    };
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        struct bench bench;
        bench_init(&bench);
        bench.a.frees = true;
        client_start(&bench.a, &starts[i]);
        CU_ASSERT(client_run(&bench.a));
        CU_ASSERT(bench.a.process == NULL);
        CU_ASSERT(bench_deinit(&bench));
    }
}

static const struct unit_test tests[] = {
    {"ends",                       test_ends                   },
    {"a missing command says so",  test_missing_command_says_so},
    {"cannot start",               test_cannot_start           },
    {"input is echoed",            test_input_echoed           },
    {"input is not read",          test_input_not_read         },
    {"output is kept and counted", test_output_kept_and_counted},
    {"flood",                      test_flood                  },
    {"time limit",                 test_time_limit             },
    {"kill",                       test_kill                   },
    {"environment and folder",     test_environment_and_folder },
    {"descriptors",                test_descriptors            },
    {"free while running",         test_free_while_running     },
    {"free in its grace",          test_free_in_its_grace      },
    {"loop_free() while running",  test_loop_free_while_running},
    {"free within ended()",        test_free_within_ended      },
};

UNIT_MAIN("net/client_process", tests)
