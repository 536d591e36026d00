#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define READ_SIZE 65536
#define TRIES     100

/* ---- Reading ---- */

enum reading { READ_WHOLE, READ_START };

static int read_all(int fd, const char *name, size_t limit, enum reading reading, struct buf *out,
                    struct error *error)
{
    unsigned char octets[READ_SIZE];
    size_t before = out->n;
    for (;;) {
        ssize_t n = read(fd, octets, sizeof octets);
        size_t room = limit - (out->n - before);
        if (n == 0) {
            return 0;
        }
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return error_set(error, "%s cannot be read: %s", name, strerror(errno));
        }
        if ((size_t)n > room && reading == READ_WHOLE) {
            return error_set(error, "%s is too large: at most %zu octets are read", name, limit);
        }
        buf_append(out, bytes_slice(bytes_make(octets, (size_t)n), 0, room));
        if ((size_t)n > room) {
            return 0;
        }
    }
}

/* A descriptor that came open, as a shell gives one with <(...): whoever wrote it there meant what is in it. */
static bool is_open_already(const char *path)
{
    struct bytes name = bytes_of(path);
    return bytes_is(name, "/dev/stdin") || bytes_starts(name, "/dev/fd/") ||
           bytes_starts(name, "/proc/self/fd/");
}

/* What could keep a reader waiting for ever is refused. */
static int look_at(int fd, const char *path, struct error *error)
{
    struct stat about;
    if (fstat(fd, &about) != 0) {
        return error_set(error, "%s cannot be read: %s", path, strerror(errno));
    }
    if (S_ISDIR(about.st_mode)) {
        return error_set(error, "%s is a folder, not a file", path);
    }
    bool waits = S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode) || isatty(fd) == 1;
    if (waits && !is_open_already(path)) {
        return error_set(error, "%s is a pipe, a socket or a terminal, not a file", path);
    }
    return 0;
}

static int read_file(const char *path, size_t limit, enum reading reading, struct buf *out,
                     struct error *error)
{
    /* Opening a pipe waits for its other end, unless told not to. */
    int waiting = is_open_already(path) ? 0 : O_NONBLOCK;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | waiting);
    if (fd < 0) {
        return error_set(error, "%s cannot be opened: %s", path, strerror(errno));
    }
    int status = look_at(fd, path, error);
    if (status == 0) {
        status = read_all(fd, path, limit, reading, out, error);
    }
    close(fd);
    return status;
}

int file_read(const char *path, size_t limit, struct buf *out, struct error *error)
{
    return strcmp(path, "-") == 0
               ? read_all(STDIN_FILENO, "standard input", limit, READ_WHOLE, out, error)
               : read_file(path, limit, READ_WHOLE, out, error);
}

int file_read_start(const char *path, size_t limit, struct buf *out, struct error *error)
{
    return read_file(path, limit, READ_START, out, error);
}

/* ---- Writing ---- */

int file_write_all(int fd, struct bytes octets)
{
    while (octets.n > 0) {
        ssize_t n = write(fd, octets.p, octets.n);
        if (n < 0 && errno != EINTR) {
            return -1;
        }
        octets = bytes_skip(octets, n > 0 ? (size_t)n : 0);
    }
    return 0;
}

/* Write and close; the error's text names `path`. */
static int fill(int fd, const char *path, struct bytes octets, struct error *error)
{
    int status = file_write_all(fd, octets);
    int cause = errno;
    if (close(fd) != 0 && status == 0) {
        status = -1;
        cause = errno;
    }
    return status == 0 ? 0 : error_set(error, "%s cannot be written: %s", path, strerror(cause));
}

/*
 * A file that nobody else has, beside `path`; its name goes to *name_r. Not mkstemp(): that gives
 * mode 0600 whatever the umask says, and others may want to read a report.
 */
static int open_beside(const char *path, char **name_r, struct error *error)
{
    for (unsigned i = 0; i < TRIES; i++) {
        struct buf name = {0};
        buf_printf(&name, "%s.%ld-%u.tmp", path, (long)getpid(), i);
        *name_r = buf_steal(&name);
        int fd = open(*name_r, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) {
            return fd;
        }
        int cause = errno;
        free(*name_r);
        *name_r = NULL;
        if (cause != EEXIST) {
            error_set(error, "%s cannot be written: %s", path, strerror(cause));
            return -1;
        }
    }
    error_set(error, "%s cannot be written: too many temporary files stand beside it", path);
    return -1;
}

static int write_and_rename(const char *path, struct bytes octets, struct error *error)
{
    char *name = NULL;
    int fd = open_beside(path, &name, error);
    if (fd < 0) {
        return -1;
    }
    int status = fill(fd, path, octets, error);
    if (status == 0 && rename(name, path) != 0) {
        status = error_set(error, "%s cannot be written: %s", path, strerror(errno));
    }
    if (status != 0) {
        unlink(name);
    }
    free(name);
    return status;
}

int file_make_folder_of(const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path) {
        return 0;
    }
    struct buf parent = {0};
    buf_append(&parent, bytes_make(path, (size_t)(slash - path)));
    int status = file_make_folder(buf_text(&parent), error);
    buf_deinit(&parent);
    return status;
}

int file_write(const char *path, struct bytes octets, struct error *error)
{
    struct stat about;
    if (lstat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        /* Renaming would replace what is there: /dev/null, a pipe, a link to somewhere. */
        int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0666);
        return fd >= 0 ? fill(fd, path, octets, error)
                       : error_set(error, "%s cannot be written: %s", path, strerror(errno));
    }
    if (file_make_folder_of(path, error) != 0) {
        return -1;
    }
    return write_and_rename(path, octets, error);
}

/* ---- Folders ---- */

int file_make_folder(const char *path, struct error *error)
{
    if (file_is_folder(path)) {
        return 0;
    }
    char *part = mem_strdup(path);
    int status = 0;
    for (size_t i = 1; status == 0 && i <= strlen(path); i++) {
        if (path[i] != '/' && path[i] != '\0') {
            continue;
        }
        part[i] = '\0';
        int cause = mkdir(part, 0777) != 0 ? errno : 0;
        if (cause != 0 && !file_is_folder(part)) {
            status = error_set(error, "the folder %s cannot be made: %s", part,
                               strerror(cause == EEXIST ? ENOTDIR : cause));
        }
        part[i] = path[i];
    }
    free(part);
    return status;
}

bool file_is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

bool file_exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

int file_find(const char *path, struct error *error)
{
    struct stat about;
    if (stat(path, &about) == 0) {
        return 1;
    }
    int cause = errno;
    if (cause == ENOENT && lstat(path, &about) == 0) {
        return error_set(error, "%s is a link to what is not there", path);
    }
    if (cause == ELOOP || cause == EACCES) {
        return error_set(error, "%s cannot be opened: %s", path, strerror(cause));
    }
    return 0;
}
