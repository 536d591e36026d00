#include "fake_servers/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/maildir_walk.h"
#include "base/mem.h"

enum { PIECE_OCTETS = 64 * 1024, MAX_HOST_OCTETS = 256, MICROSECONDS = 1000000 };

static const char *const parts[] = {"tmp", "new", "cur"};

/* ---- names ---- */

/* "/" and ":" mean something in a place, so they are written as \057 and \072; so is what is not printable. */
static void print_host(struct buf *out, struct bytes host)
{
    for (size_t i = 0; i < host.n; i++) {
        unsigned char c = host.p[i];
        if (c <= ' ' || c > '~' || c == '/' || c == ':' || c == '\\') {
            buf_printf(out, "\\%03o", c);
        } else {
            buf_append_octet(out, c);
        }
    }
}

void maildir_namer_init(struct maildir_namer *namer)
{
    char host[MAX_HOST_OCTETS] = "";
    struct buf text = {0};
    if (gethostname(host, sizeof host - 1) != 0 || host[0] == '\0') {
        snprintf(host, sizeof host, "localhost");
    }
    print_host(&text, bytes_of(host));
    *namer = (struct maildir_namer){.host = buf_steal(&text)};
}

void maildir_namer_deinit(struct maildir_namer *namer)
{
    free(namer->host);
    *namer = (struct maildir_namer){0};
}

char *maildir_next_name(struct maildir_namer *namer, int64_t wall_us)
{
    struct buf name = {0};
    namer->last_us = wall_us > namer->last_us ? wall_us : namer->last_us + 1;
    buf_printf(&name, "%" PRId64 ".M%06" PRId64 "P%ldQ%" PRIu64 ".%s",
               namer->last_us / MICROSECONDS, namer->last_us % MICROSECONDS, (long)getpid(),
               ++namer->sequence, namer->host);
    return buf_steal(&name);
}

static bool stands_for_itself(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c) ||
           (c != '\0' && memchr("._-+@", c, sizeof "._-+@" - 1) != NULL);
}

void maildir_print_user(struct buf *out, struct bytes user)
{
    for (size_t i = 0; i < user.n; i++) {
        bool is_plain = stands_for_itself(user.p[i]) && (i > 0 || user.p[i] != '.');
        if (is_plain) {
            buf_append_octet(out, user.p[i]);
        } else {
            buf_printf(out, "%%%02X", user.p[i]);
        }
    }
}

struct bytes maildir_base(const char *place)
{
    const char *slash = strchr(place, '/');
    return maildir_unique_name(slash != NULL ? slash + 1 : place);
}

static char *path_of(const char *folder, const char *part, const char *name)
{
    struct buf path = {0};
    buf_append_text(&path, folder);
    buf_append_text(&path, "/");
    buf_append_text(&path, part);
    if (name != NULL) {
        buf_append_text(&path, "/");
        buf_append_text(&path, name);
    }
    return buf_steal(&path);
}

/* ---- folders ---- */

static int make_one(const char *path, struct error *error)
{
    int cause = mkdir(path, 0700) != 0 ? errno : 0;
    if (cause == 0 || file_is_folder(path)) {
        return 0;
    }
    return error_set(error, "the folder %s cannot be made: %s", path,
                     strerror(cause == EEXIST ? ENOTDIR : cause));
}

int maildir_hold(const char *folder, int *held_r, struct error *error)
{
    *held_r = -1;
    if (file_make_folder(folder, error) != 0) {
        return -1;
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return error_set(error, "the folder %s cannot be opened: %s", folder, strerror(errno));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(fd);
        return error_set(error,
                         "another server has the store %s; one server can listen at all addresses",
                         folder);
    }
    *held_r = fd;
    return 0;
}

void maildir_unhold(int *held)
{
    if (*held >= 0) {
        close(*held);
    }
    *held = -1;
}

int maildir_make(const char *folder, struct error *error)
{
    int status = file_make_folder_of(folder, error);
    status = status == 0 ? make_one(folder, error) : status;
    for (size_t i = 0; status == 0 && i < sizeof parts / sizeof parts[0]; i++) {
        char *path = path_of(folder, parts[i], NULL);
        status = make_one(path, error);
        free(path);
    }
    return status;
}

static int scan_part(const char *folder, const char *part,
                     void (*visit)(void *self, const char *place), void *self, struct error *error)
{
    char *path = path_of(folder, part, NULL);
    DIR *open = opendir(path);
    if (open == NULL) {
        error_set(error, "the folder %s cannot be read: %s", path, strerror(errno));
        free(path);
        return -1;
    }
    struct buf place = {0};
    errno = 0;
    for (const struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open)) {
        if (entry->d_name[0] != '.') {
            buf_clear(&place);
            buf_append_text(&place, part);
            buf_append_text(&place, "/");
            buf_append_text(&place, entry->d_name);
            visit(self, buf_text(&place));
        }
        errno = 0;
    }
    int status = errno == 0
                     ? 0
                     : error_set(error, "the folder %s cannot be read: %s", path, strerror(errno));
    closedir(open);
    buf_deinit(&place);
    free(path);
    return status;
}

int maildir_scan(const char *folder, void (*visit)(void *self, const char *place), void *self,
                 struct error *error)
{
    int status = scan_part(folder, "new", visit, self, error);
    return status == 0 ? scan_part(folder, "cur", visit, self, error) : status;
}

struct sweep {
    const char *folder;
    struct buf process; /* what names of this process have in them */
    struct buf host;    /* and at their end */
};

static void sweep_one(void *self, const char *place)
{
    struct sweep *sweep = self;
    if (bytes_find(bytes_of(place), buf_bytes(&sweep->process), 0) != BYTES_NONE &&
        bytes_ends(bytes_of(place), buf_text(&sweep->host))) {
        maildir_remove(sweep->folder, place, NULL);
    }
}

void maildir_sweep(const char *folder, const struct maildir_namer *namer)
{
    struct sweep sweep = {.folder = folder};
    buf_printf(&sweep.process, "P%ldQ", (long)getpid());
    buf_printf(&sweep.host, ".%s", namer->host);
    scan_part(folder, "tmp", sweep_one, &sweep, NULL);
    buf_deinit(&sweep.process);
    buf_deinit(&sweep.host);
}

/* ---- writing ---- */

/* A full disk may be told as late as at close(), so it counts as well. */
static enum maildir_result write_whole(const char *path, struct bytes octets, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        return MAILDIR_TAKEN;
    }
    int status = fd < 0 ? -1 : file_write_all(fd, octets);
    int cause = errno;
    if (fd >= 0 && close(fd) != 0 && status == 0) {
        status = -1;
        cause = errno;
    }
    if (status == 0) {
        return MAILDIR_DONE;
    }
    if (fd >= 0) {
        unlink(path);
    }
    error_set(error, "%s cannot be written: %s", path, strerror(cause));
    return MAILDIR_FAILED;
}

/* On file systems without hard links. Nobody else gives such names, so nothing comes between looking and moving. */
static enum maildir_result move(const char *from, const char *to, struct error *error)
{
    struct stat about;
    if (lstat(to, &about) == 0) {
        return MAILDIR_TAKEN;
    }
    if (rename(from, to) == 0) {
        return MAILDIR_DONE;
    }
    error_set(error, "%s cannot be made: %s", to, strerror(errno));
    return MAILDIR_FAILED;
}

/* Where no link can be made: the message once more, or `from` itself where that is the one in this folder. */
static enum maildir_result put_copy(const char *folder, const char *name, const char *from,
                                    const char *to, struct bytes octets, struct error *error)
{
    char *copy = path_of(folder, "tmp", name);
    enum maildir_result result =
        strcmp(copy, from) == 0 ? MAILDIR_DONE : write_whole(copy, octets, error);
    bool is_ours = result == MAILDIR_DONE;
    result = is_ours ? move(copy, to, error) : result;
    if (is_ours && result != MAILDIR_DONE) {
        unlink(copy);
    }
    free(copy);
    return result;
}

static bool lacks_links(int cause)
{
    return cause == EPERM || cause == EXDEV || cause == EMLINK || cause == ENOTSUP ||
           cause == ENOSYS;
}

/* link(), not rename(), which would replace a message of that name. `from` may stand in another maildrop. */
static enum maildir_result put(const char *folder, const char *name, const char *from,
                               struct bytes octets, struct error *error)
{
    char *to = path_of(folder, "new", name);
    enum maildir_result result = MAILDIR_DONE;
    if (link(from, to) != 0) {
        int cause = errno;
        if (lacks_links(cause)) {
            result = put_copy(folder, name, from, to, octets, error);
        } else {
            error_set(error, "%s cannot be made: %s", to, strerror(cause));
            result = cause == EEXIST ? MAILDIR_TAKEN : MAILDIR_FAILED;
        }
    }
    free(to);
    return result;
}

static void take_back(const char *const *folders, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        char *path = path_of(folders[i], "new", name);
        unlink(path);
        free(path);
    }
}

/* The folder that has the file in tmp/ comes last, for where there are no links it is moved from there. */
enum maildir_result maildir_write(const char *const *folders, size_t count, const char *name,
                                  struct bytes octets, struct error *error)
{
    if (count == 0) {
        return MAILDIR_DONE;
    }
    char *from = path_of(folders[0], "tmp", name);
    enum maildir_result result = write_whole(from, octets, error);
    bool is_ours = result == MAILDIR_DONE;
    size_t left = count;
    while (result == MAILDIR_DONE && left > 0) {
        result = put(folders[left - 1], name, from, octets, error);
        left -= result == MAILDIR_DONE;
    }
    if (result != MAILDIR_DONE) {
        take_back(folders + left, count - left, name);
    }
    if (is_ours) {
        unlink(from);
    }
    free(from);
    return result;
}

/* ---- reading ---- */

/* Only a file: a pipe or a device that somebody has put there would make the reader wait. */
static int open_file(const char *path, struct error *error)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return error_set(error, "%s cannot be opened: %s", path, strerror(errno));
    }
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(fd);
        return error_set(error, "%s is not a file", path);
    }
    return fd;
}

/* Up to `n` octets; fewer only at the end of the file. -1: it cannot be read. */
static ssize_t read_piece(int fd, unsigned char *p, size_t n)
{
    size_t got = 0;
    while (got < n) {
        ssize_t more = read(fd, p + got, n - got);
        if (more < 0 && errno != EINTR) {
            return -1;
        }
        if (more == 0) {
            break;
        }
        got += more > 0 ? (size_t)more : 0;
    }
    return (ssize_t)got;
}

static void count_piece(struct maildir_size *size, struct bytes piece, unsigned char *last)
{
    for (size_t at = bytes_index(piece, '\n', 0); at != BYTES_NONE;
         at = bytes_index(piece, '\n', at + 1)) {
        size->bare_lfs += (at > 0 ? piece.p[at - 1] : *last) != '\r';
    }
    size->octets += piece.n;
    *last = piece.p[piece.n - 1];
    size->ends_line = *last == '\n';
}

int maildir_measure(const char *folder, const char *place, struct maildir_size *size_r,
                    struct error *error)
{
    char *path = path_of(folder, place, NULL);
    int fd = open_file(path, error);
    unsigned char *piece = fd >= 0 ? mem_alloc(PIECE_OCTETS) : NULL;
    unsigned char last = 0;
    ssize_t n = 0;
    *size_r = (struct maildir_size){.ends_line = true};
    while (fd >= 0 && (n = read_piece(fd, piece, PIECE_OCTETS)) > 0) {
        count_piece(size_r, bytes_make(piece, (size_t)n), &last);
    }
    int status = fd >= 0 ? 0 : -1;
    if (n < 0) {
        status = error_set(error, "%s cannot be read: %s", path, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    free(piece);
    free(path);
    return status;
}

int maildir_read(const char *folder, const char *place, unsigned char *p, size_t n,
                 struct error *error)
{
    unsigned char more = 0;
    char *path = path_of(folder, place, NULL);
    int fd = open_file(path, error);
    int status = fd >= 0 ? 0 : -1;
    if (fd >= 0) {
        ssize_t got = read_piece(fd, p, n);
        if (got < 0) {
            status = error_set(error, "%s cannot be read: %s", path, strerror(errno));
        } else if ((size_t)got < n || read_piece(fd, &more, 1) != 0) {
            status = error_set(error, "%s has another length than before", path);
        }
        close(fd);
    }
    free(path);
    return status;
}

int maildir_remove(const char *folder, const char *place, struct error *error)
{
    char *path = path_of(folder, place, NULL);
    int status = 0;
    if (unlink(path) != 0) {
        status = errno == ENOENT
                     ? 1
                     : error_set(error, "%s cannot be removed: %s", path, strerror(errno));
    }
    free(path);
    return status;
}

struct search {
    struct bytes base;
    char *found;
};

static void compare(void *self, const char *place)
{
    struct search *search = self;
    if (search->found == NULL && bytes_equal(maildir_base(place), search->base)) {
        search->found = mem_strdup(place);
    }
}

char *maildir_find(const char *folder, struct bytes base)
{
    struct search search = {.base = base};
    maildir_scan(folder, compare, &search, NULL);
    return search.found;
}
