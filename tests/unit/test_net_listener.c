/* The file of a Unix socket: replaced when nobody listens on it, let alone otherwise, removed at the end. */
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "net/listener.h"

static void on_connection(void *self, struct listener *listener)
{
    (void)self;
    (void)listener;
}

struct room {
    char folder[32];
    char path[64];
    struct loop *loop;
    struct error error;
};

static void room_open(struct room *room)
{
    *room = (struct room){.folder = "/tmp/mailspec-test-XXXXXX"};
    CU_ASSERT_FATAL(mkdtemp(room->folder) != NULL);
    snprintf(room->path, sizeof room->path, "%s/socket", room->folder);
    room->loop = loop_new();
}

static void room_close(struct room *room)
{
    loop_free(&room->loop);
    unlink(room->path);
    CU_ASSERT_EQUAL(rmdir(room->folder), 0);
}

static struct listener *listen_there(struct room *room)
{
    return listener_new_unix(room->loop, room->path, on_connection, NULL, &room->error);
}

/* A socket that is bound, and listens or not. */
static int bound_socket(const struct room *room, bool listens)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", room->path);
    CU_ASSERT_FATAL(bind(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    CU_ASSERT_FATAL(!listens || listen(fd, 1) == 0);
    return fd;
}

static void test_stale(void)
{
    struct room room;
    room_open(&room);
    close(bound_socket(&room, true)); /* as one that was killed leaves it */
    CU_ASSERT(file_exists(room.path));
    struct listener *listener = listen_there(&room);
    CU_ASSERT(listener != NULL && listener_is_near(listener));
    listener_free(&listener);
    CU_ASSERT_FALSE(file_exists(room.path));
    room_close(&room);
}

static void test_in_use(void)
{
    struct room room;
    room_open(&room);
    int fd = bound_socket(&room, true);
    CU_ASSERT_PTR_NULL(listen_there(&room));
    CU_ASSERT(strstr(room.error.text, "something listens there") != NULL);
    CU_ASSERT(file_exists(room.path));
    close(fd);
    room_close(&room);
}

static void test_other_file(void)
{
    struct room room;
    room_open(&room);
    CU_ASSERT_FATAL(file_write(room.path, BYTES_LIT("precious"), NULL) == 0);
    CU_ASSERT_PTR_NULL(listen_there(&room));
    CU_ASSERT(strstr(room.error.text, "that is a file, and no socket") != NULL);
    CU_ASSERT(file_exists(room.path));
    room_close(&room);
}

static void test_no_folder(void)
{
    struct room room;
    room_open(&room);
    snprintf(room.path, sizeof room.path, "%s/none/socket", room.folder);
    CU_ASSERT_PTR_NULL(listen_there(&room));
    CU_ASSERT(strstr(room.error.text, "no such file or directory") != NULL);
    room_close(&room);
}

/* Somebody took the file away and put his own there. */
static void test_taken_over(void)
{
    struct room room;
    room_open(&room);
    struct listener *listener = listen_there(&room);
    CU_ASSERT_FATAL(listener != NULL);
    CU_ASSERT_EQUAL(unlink(room.path), 0);
    CU_ASSERT_FATAL(file_write(room.path, BYTES_LIT("his"), NULL) == 0);
    listener_free(&listener);
    CU_ASSERT(file_exists(room.path));
    room_close(&room);
}

static void test_mode(void)
{
    struct room room;
    struct stat file;
    room_open(&room);
    mode_t before = umask(027);
    struct listener *listener = listen_there(&room);
    umask(before);
    CU_ASSERT_FATAL(listener != NULL && stat(room.path, &file) == 0);
    CU_ASSERT_EQUAL(file.st_mode & 0777, 0750);
    listener_free(&listener);
    room_close(&room);
}

struct near_row {
    const char *host;
    bool near;
};

static const struct near_row near_rows[] = {
    {"127.0.0.1", true },
    {"127.8.9.1", true },
    {"localhost", true },
    {"0.0.0.0",   false},
};

static void test_near(void)
{
    for (size_t i = 0; i < sizeof near_rows / sizeof near_rows[0]; i++) {
        struct error error = {""};
        struct loop *loop = loop_new();
        struct listener *listener =
            listener_new_tcp(loop, near_rows[i].host, 0, on_connection, NULL, &error);
        UNIT_ROW(near_rows[i].host,
                 listener != NULL && listener_is_near(listener) == near_rows[i].near);
        listener_free(&listener);
        loop_free(&loop);
    }
}

static const struct unit_test tests[] = {
    {"stale",      test_stale     },
    {"in use",     test_in_use    },
    {"other file", test_other_file},
    {"no folder",  test_no_folder },
    {"taken over", test_taken_over},
    {"mode",       test_mode      },
    {"near",       test_near      },
};

UNIT_MAIN("net: listeners", tests)
