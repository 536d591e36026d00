/* Processes and Unix sockets: a command as a connection, a command run to its end. */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "net/child.h"
#include "net_world.h"
#include "unit.h"

enum { KEPT = 64 * 1024 };

static bool client_ended(struct world *world)
{
    return world->client.ended > 0;
}

static bool client_connected(struct world *world)
{
    return world->client.connected > 0;
}

static bool client_has_five(struct world *world)
{
    return world->client.got.n >= 5;
}

static void run_command(struct world *world, const char *command)
{
    world_init(world);
    world->client.conn = conn_connect_command(world->loop, command, &end_events, &world->client);
}

/*
 * A pipe whose writing end only child processes hold in the end: reading gives end of file when the last of them is
 * gone. (Asking whether a process id lives would also find one that nobody has reaped yet.)
 */
struct lifeline {
    int fds[2];
};

static bool lifeline_open(struct lifeline *line)
{
    return pipe(line->fds) == 0; /* inherited: no O_CLOEXEC */
}

static bool lifeline_all_gone(struct lifeline *line)
{
    char octet;
    close(line->fds[1]);
    ssize_t n = read(line->fds[0], &octet, 1); /* blocks while one lives; CTest ends that */
    close(line->fds[0]);
    return n == 0;
}

/* ---- A command as a connection ---- */

static void test_command_echo(void)
{
    struct world world;
    run_command(&world, "cat");
    CU_ASSERT_EQUAL(world.client.connected, 0);
    conn_write(world.client.conn, BYTES_LIT("a\0b\r\n"));
    CU_ASSERT(world_run(&world, client_has_five));
    CU_ASSERT(bytes_equal(buf_bytes(&world.client.got), BYTES_LIT("a\0b\r\n")));
    CU_ASSERT_STRING_EQUAL(world.client.text, "cat");
    conn_shutdown(world.client.conn);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_FIN);
    world_deinit(&world);
}

static void test_command_error_output(void)
{
    struct world world;
    run_command(&world, "printf oops >&2; printf out");
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT(bytes_is(conn_error_output(world.client.conn), "oops"));
    CU_ASSERT(bytes_is(buf_bytes(&world.client.got), "out"));
    world_deinit(&world);

    run_command(&world, "head -c 200000 /dev/zero >&2; echo done");
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(conn_error_output(world.client.conn).n, KEPT);
    CU_ASSERT(bytes_is(buf_bytes(&world.client.got), "done\n"));
    world_deinit(&world);
}

/* How it ended is known when its end is told. */
static void test_command_exit(void)
{
    static const struct {
        const char *command;
        int status;
        int signal;
    } rows[] = {
        {"echo hello",                   0,  0      },
        {"exit 3",                       3,  0      },
        {"exec >&-; sleep 0.01; exit 4", 4,  0      },
        {"kill -SEGV $$",                -1, SIGSEGV},
        {"trap 'exit 5' TERM; kill $$",  5,  0      },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world world;
        int status = -2;
        int number = -2;
        run_command(&world, rows[i].command);
        UNIT_ROW(rows[i].command, !conn_exit(world.client.conn, &status, &number));
        UNIT_ROW(rows[i].command, world_run(&world, client_ended));
        UNIT_ROW(rows[i].command, world.client.end == CONN_END_FIN);
        UNIT_ROW(rows[i].command, conn_exit(world.client.conn, &status, &number));
        UNIT_ROW(rows[i].command, status == rows[i].status && number == rows[i].signal);
        world_deinit(&world);
    }
}

/* One that has closed its standard output and runs on is not waited for. */
static void test_command_runs_on(void)
{
    struct world world;
    int status = 0;
    int number = 0;
    run_command(&world, "exec >&-; sleep 1000");
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT(!conn_exit(world.client.conn, &status, &number));
    CU_ASSERT_EQUAL(world.client.ended, 1);
    world_deinit(&world);

    run_command(&world, "exec >&-; printf x >&2; sleep 1000"); /* freed while its end waits */
    conn_free(&world.client.conn);
    world_deinit(&world);
}

static void test_command_not_found(void)
{
    struct world world;
    run_command(&world, "/nowhere/no-such-server");
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_FIN); /* the shell ran, and said so */
    struct bytes said = conn_error_output(world.client.conn);
    CU_ASSERT(bytes_find(said, BYTES_LIT("not found"), 0) != BYTES_NONE);
    world_deinit(&world);
}

static void test_command_killed_with_its_group(void)
{
    struct lifeline line;
    CU_ASSERT_FATAL(lifeline_open(&line));
    struct world world;
    /* One that takes no notice of its standard input's end, nor of a polite signal. */
    run_command(&world, "trap '' TERM; sleep 1000 & printf ready; sleep 1000; wait");
    CU_ASSERT(world_run(&world, client_has_five));
    world_deinit(&world);
    CU_ASSERT(lifeline_all_gone(&line));
}

/* The shell ends by itself and leaves one behind that holds its standard output open. */
static void test_command_leaves_one_behind(void)
{
    struct lifeline line;
    CU_ASSERT_FATAL(lifeline_open(&line));
    struct world world;
    run_command(&world, "sleep 1000 & printf ready");
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT(bytes_is(buf_bytes(&world.client.got), "ready"));
    CU_ASSERT(lifeline_all_gone(&line));
    world_deinit(&world);
}

static void test_command_reset(void)
{
    struct lifeline line;
    CU_ASSERT_FATAL(lifeline_open(&line));
    struct world world;
    run_command(&world, "printf ready; sleep 1000");
    CU_ASSERT(world_run(&world, client_has_five));
    conn_reset(world.client.conn);
    CU_ASSERT_EQUAL(world.client.ended, 0);
    world_deinit(&world);
    CU_ASSERT(lifeline_all_gone(&line));
}

/* What was written before the close reaches the command, and it may finish its work. */
static void test_command_free_sends_what_is_queued(void)
{
    char folder[] = "/tmp/mailspec-test-XXXXXX";
    CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
    char command[128];
    char path[64];
    snprintf(path, sizeof path, "%s/got", folder);
    snprintf(command, sizeof command, "cat > %s", path);
    struct world world;
    run_command(&world, command);
    CU_ASSERT(world_run(&world, client_connected));
    struct buf big = {0};
    buf_append_fill(&big, 'x', 1000000);
    conn_write(world.client.conn, buf_bytes(&big));
    world_deinit(&world);
    struct buf got = {0};
    CU_ASSERT_EQUAL(file_read(path, 2 * big.n, &got, NULL), 0);
    CU_ASSERT(bytes_equal(buf_bytes(&got), buf_bytes(&big)));
    buf_deinit(&got);
    buf_deinit(&big);
    unlink(path);
    rmdir(folder);
}

/* ---- Unix sockets ---- */

static bool both_connected_unix(struct world *world)
{
    return world->client.connected > 0 && world->server.connected > 0;
}

static void test_unix_socket(void)
{
    char folder[] = "/tmp/mailspec-test-XXXXXX";
    CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
    char path[64];
    snprintf(path, sizeof path, "%s/lmtp", folder);
    struct world world;
    struct error error = {""};
    world_init(&world);
    world.listener = listener_new_unix(world.loop, path, world_accept, &world, &error);
    CU_ASSERT_FATAL(world.listener != NULL);
    CU_ASSERT(listener_new_unix(world.loop, path, world_accept, &world, &error) == NULL);
    CU_ASSERT(strstr(error.text, "address already in use") != NULL);
    world.client.conn = conn_connect_unix(world.loop, path, &end_events, &world.client);
    CU_ASSERT(world_run(&world, both_connected_unix));
    CU_ASSERT_STRING_EQUAL(world.client.text, path);
    CU_ASSERT_STRING_EQUAL(world.peer, path);
    world.server.echoes = true;
    conn_write(world.client.conn, BYTES_LIT("LHLO\n"));
    CU_ASSERT(world_run(&world, client_has_five));
    conn_free(&world.server.conn);
    CU_ASSERT(world_run(&world, client_ended));
    CU_ASSERT_EQUAL(world.client.end, CONN_END_FIN);
    world_deinit(&world);
    CU_ASSERT_FALSE(file_exists(path));
    rmdir(folder);
}

static void check_unix_failure(const char *path, const char *text)
{
    struct world world;
    world_init(&world);
    world.client.conn = conn_connect_unix(world.loop, path, &end_events, &world.client);
    UNIT_ROW(path, world.client.ended == 0);
    UNIT_ROW(path, world_run(&world, client_ended));
    UNIT_ROW(path, world.client.end == CONN_END_FAILED);
    UNIT_ROW(path, strcmp(world.client.text, text) == 0);
    struct error error = {""};
    UNIT_ROW(path, listener_new_unix(world.loop, path, world_accept, &world, &error) == NULL);
    UNIT_ROW(path, strstr(error.text, "cannot listen on /") != NULL);
    world_deinit(&world);
}

static void test_unix_failures(void)
{
    char far[200] = "/";
    memset(far + 1, 'x', sizeof far - 2);
    char too_long[400];
    snprintf(too_long, sizeof too_long,
             "cannot connect to the Unix socket %s: the path is too long", far);
    const struct {
        const char *path;
        const char *text;
    } rows[] = {
        {"/nowhere/lmtp",
         "cannot connect to the Unix socket /nowhere/lmtp: no such file or directory"},
        {far,             too_long                                                   },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_unix_failure(rows[i].path, rows[i].text);
    }
}

/* ---- A command run to its end ---- */

struct child_row {
    const char *command;
    int exit_status;
    int signal;
    const char *output;
};

static void test_child(void)
{
    static const struct child_row rows[] = {
        {"true",                       0,   0, ""          },
        {"echo one; echo two >&2",     0,   0, "one\ntwo\n"},
        {"exit 75",                    75,  0, ""          },
        {"kill -9 $$",                 -1,  9, ""          },
        {"cat",                        0,   0, ""          },
        {"/nowhere/start 2>/dev/null", 127, 0, ""          },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct child_result result;
        UNIT_ROW(rows[i].command,
                 child_run(rows[i].command, WATCHDOG_MS, false, &result, NULL) == 0);
        UNIT_ROW(rows[i].command, result.exit_status == rows[i].exit_status);
        UNIT_ROW(rows[i].command, result.signal == rows[i].signal);
        UNIT_ROW(rows[i].command, !result.timed_out);
        UNIT_ROW(rows[i].command, bytes_is(buf_bytes(&result.output), rows[i].output));
        buf_deinit(&result.output);
    }
}

static void test_child_output_bounded(void)
{
    struct child_result result;
    CU_ASSERT_EQUAL(child_run("head -c 200000 /dev/zero", WATCHDOG_MS, false, &result, NULL), 0);
    CU_ASSERT_EQUAL(result.output.n, KEPT);
    buf_deinit(&result.output);
}

static void test_child_timeout_kills_the_group(void)
{
    struct lifeline line;
    CU_ASSERT_FATAL(lifeline_open(&line));
    struct child_result result;
    CU_ASSERT_EQUAL(child_run("echo begun; sleep 1000 & sleep 1000", 100, false, &result, NULL), 0);
    CU_ASSERT(result.timed_out);
    CU_ASSERT_EQUAL(result.exit_status, -1);
    CU_ASSERT_EQUAL(result.signal, 9);
    buf_deinit(&result.output);
    CU_ASSERT(lifeline_all_gone(&line));
}

/* The command itself asks us to end: it dies of that, or is left to finish. */
static void test_child_interrupted(void)
{
    struct lifeline line;
    struct child_result result;
    CU_ASSERT_FATAL(lifeline_open(&line));
    CU_ASSERT_EQUAL(
        child_run("kill -TERM $PPID; sleep 1000 & sleep 1000", WATCHDOG_MS, false, &result, NULL),
        0);
    CU_ASSERT(result.interrupted);
    CU_ASSERT(!result.timed_out);
    CU_ASSERT_EQUAL(result.signal, 9);
    buf_deinit(&result.output);
    CU_ASSERT(lifeline_all_gone(&line));
    CU_ASSERT_EQUAL(child_run("kill -INT $PPID; echo done", WATCHDOG_MS, true, &result, NULL), 0);
    CU_ASSERT(!result.interrupted);
    CU_ASSERT_EQUAL(result.exit_status, 0);
    CU_ASSERT(bytes_is(buf_bytes(&result.output), "done\n"));
    buf_deinit(&result.output);
}

/* Start: of a target leaves a server behind, which keeps its standard error and lives. */
static void test_child_leaves_what_it_started(void)
{
    char folder[] = "/tmp/mailspec-test-XXXXXX";
    CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
    char fifo[64];
    char command[400];
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    /* The one in the background waits for us at the fifo, complains, and answers. */
    snprintf(command, sizeof command,
             "mkfifo %s; (read x < %s; echo complaint >&2 && echo alive > %s) & echo up", fifo,
             fifo, fifo);
    struct child_result result;
    CU_ASSERT_EQUAL(child_run(command, WATCHDOG_MS, false, &result, NULL), 0);
    CU_ASSERT(bytes_is(buf_bytes(&result.output), "up\n"));
    int fd = open(fifo, O_WRONLY);
    CU_ASSERT_EQUAL(write(fd, "go\n", 3), 3);
    close(fd);
    char answer[16] = "";
    fd = open(fifo, O_RDONLY);
    CU_ASSERT_EQUAL(read(fd, answer, sizeof answer - 1), 6);
    CU_ASSERT_STRING_EQUAL(answer, "alive\n");
    close(fd);
    buf_deinit(&result.output);
    unlink(fifo);
    rmdir(folder);
}

static const struct unit_test tests[] = {
    {"command: echo",                      test_command_echo                     },
    {"command: standard error kept",       test_command_error_output             },
    {"command: how it ended",              test_command_exit                     },
    {"command: runs on without output",    test_command_runs_on                  },
    {"command: not found",                 test_command_not_found                },
    {"command: killed with its group",     test_command_killed_with_its_group    },
    {"command: leaves one behind",         test_command_leaves_one_behind        },
    {"command: reset",                     test_command_reset                    },
    {"command: free sends what is queued", test_command_free_sends_what_is_queued},
    {"Unix socket",                        test_unix_socket                      },
    {"Unix socket: failures",              test_unix_failures                    },
    {"child: exit status and output",      test_child                            },
    {"child: output is bounded",           test_child_output_bounded             },
    {"child: timeout kills the group",     test_child_timeout_kills_the_group    },
    {"child: interrupted",                 test_child_interrupted                },
    {"child: leaves what it started",      test_child_leaves_what_it_started     },
};

UNIT_MAIN("net/process", tests)
