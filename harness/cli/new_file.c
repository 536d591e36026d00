#include "cli/new_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { MOST_NAMES = 10000 };

/* "a (2).txt" for number 2. */
static void write_path(struct buf *path, const char *folder, const char *name, unsigned number)
{
    const char *dot = strrchr(name, '.');
    const size_t stem = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    buf_printf(path, "%s/", folder);
    buf_append(path, bytes_make(name, stem));
    if (number > 1) {
        buf_printf(path, " (%u)", number);
    }
    buf_append_text(path, name + stem);
}

static int fail(const char *path, struct error *error)
{
    return error_set(error, "%s cannot be written: %s", path, strerror(errno));
}

/* The descriptor; the path is that of the file then. */
static int open_new(const char *folder, const char *name, struct buf *path, struct error *error)
{
    const size_t before = path->n;
    for (unsigned number = 1; number <= MOST_NAMES; number++) {
        path->n = before;
        write_path(path, folder, name, number);
        const int fd = open(buf_text(path) + before, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) {
            return fd >= 0 ? fd : fail(buf_text(path) + before, error);
        }
    }
    return error_set(error, "%s has %u files like %s already", folder, (unsigned)MOST_NAMES, name);
}

int new_file_write(const char *folder, const char *name, struct bytes octets, struct buf *path,
                   struct error *error)
{
    const size_t before = path->n;
    assert(strchr(name, '/') == NULL);
    if (file_make_folder(folder, error) != 0) {
        return -1;
    }
    const int fd = open_new(folder, name, path, error);
    if (fd < 0) {
        path->n = before;
        return -1;
    }
    const char *made = buf_text(path) + before;
    int failed = file_write_all(fd, octets) != 0 || fsync(fd) != 0 ? fail(made, error) : 0;
    if (close(fd) != 0 && failed == 0) {
        failed = fail(made, error);
    }
    if (failed != 0) {
        (void)unlink(made);
        path->n = before;
    }
    return failed;
}
