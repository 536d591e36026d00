#include "cli/mail_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/maildir_walk.h"
#include "base/mem.h"

struct found_list {
    struct mail_found *rows;
    size_t count;
    size_t capacity;
};

struct mail_scan {
    const char *root;
    struct mail_criteria *criteria;
    void (*folder)(void *self, const char *path);
    void *self;
    struct found_list known; /* by key: of the look before */
    struct found_list now;   /* of this one */
    size_t maildirs;         /* seen by this one */
    struct error error;      /* a message that cannot be read */
};

static void list_clear(struct found_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->rows[i].key);
        free(list->rows[i].path);
    }
    free(list->rows);
    *list = (struct found_list){0};
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct mail_found *)a)->key, ((const struct mail_found *)b)->key);
}

/* Names of one second tell nothing sure about the order; the file system's time is finer. */
static int by_time(const void *a, const void *b)
{
    const struct mail_found *x = a;
    const struct mail_found *y = b;
    if (x->time_us != y->time_us) {
        return x->time_us < y->time_us ? -1 : 1;
    }
    return by_key(a, b);
}

static void list_sort(struct found_list *list, int (*compare)(const void *, const void *))
{
    if (list->count > 1) {
        qsort(list->rows, list->count, sizeof *list->rows, compare);
    }
}

static int by_file(const void *a, const void *b)
{
    const struct mail_found *x = a;
    const struct mail_found *y = b;
    if (x->device != y->device) {
        return x->device < y->device ? -1 : 1;
    }
    if (x->inode != y->inode) {
        return x->inode < y->inode ? -1 : 1;
    }
    return x->missed != y->missed ? (x->missed < y->missed ? -1 : 1) : by_key(x, y);
}

/* The key is "MAILDIR/NAME". */
char *mail_found_maildrop(const struct mail_found *found)
{
    struct bytes folder = bytes_of(found->key);
    struct buf name = {0};
    while (folder.n > 0 && folder.p[folder.n - 1] != '/') {
        folder.n--;
    }
    while (folder.n > 0 && folder.p[folder.n - 1] == '/') {
        folder.n--;
    }
    size_t start = folder.n;
    while (start > 0 && folder.p[start - 1] != '/') {
        start--;
    }
    buf_append(&name, bytes_skip(folder, start));
    return buf_steal(&name);
}

/* False: it is gone again, or cannot be read; it is tried again at the next look. */
static bool read_message(struct mail_scan *scan, struct mail_found *found)
{
    struct stat about;
    struct buf header = {0};
    if (stat(found->path, &about) != 0) {
        return false;
    }
    found->device = about.st_dev;
    found->inode = about.st_ino;
    found->time_us = (int64_t)about.st_mtim.tv_sec * 1000000 + about.st_mtim.tv_nsec / 1000;
    bool good = file_read_start(found->path, MAIL_HEADER_OCTETS, &header, &scan->error) == 0;
    if (good) {
        char *maildrop = mail_found_maildrop(found);
        found->missed = mail_criteria_missed(scan->criteria, buf_bytes(&header), maildrop, NULL);
        free(maildrop);
    } else if (!file_exists(found->path)) {
        scan->error.text[0] = '\0';
    }
    buf_deinit(&header);
    return good;
}

static void on_folder(void *self, const char *path)
{
    struct mail_scan *scan = self;
    scan->maildirs += bytes_ends(bytes_of(path), "/new") ? 1 : 0;
    scan->folder(scan->self, path);
}

static void on_message(void *self, const char *maildir, const char *folder, const char *name)
{
    struct mail_scan *scan = self;
    struct buf path = {0};
    struct buf key = {0};
    buf_printf(&path, "%s/%s/%s", maildir, folder, name);
    buf_printf(&key, "%s/", maildir);
    buf_append(&key, maildir_unique_name(name));
    struct mail_found found = {.key = buf_steal(&key), .path = buf_steal(&path)};
    const struct mail_found *before =
        scan->known.count > 0
            ? bsearch(&found, scan->known.rows, scan->known.count, sizeof found, by_key)
            : NULL;
    if (before != NULL) {
        found.time_us = before->time_us;
        found.device = before->device;
        found.inode = before->inode;
        found.missed = before->missed;
    } else if (!read_message(scan, &found)) {
        free(found.key);
        free(found.path);
        return;
    }
    struct found_list *now = &scan->now;
    now->rows = mem_grow(now->rows, now->count, &now->capacity, sizeof *now->rows);
    now->rows[now->count++] = found;
}

struct mail_scan *mail_scan_new(const char *root, struct mail_criteria *criteria,
                                void (*folder)(void *self, const char *path), void *self)
{
    struct mail_scan *scan = mem_alloc(sizeof *scan);
    *scan = (struct mail_scan){.root = root, .criteria = criteria, .folder = folder, .self = self};
    return scan;
}

void mail_scan_free(struct mail_scan **scan_p)
{
    struct mail_scan *scan = *scan_p;
    if (scan != NULL) {
        *scan_p = NULL;
        list_clear(&scan->known);
        list_clear(&scan->now);
        free(scan);
    }
}

static void mark_again(struct found_list *list)
{
    list_sort(list, by_file);
    for (size_t i = 1; i < list->count; i++) {
        const struct mail_found *before = &list->rows[i - 1];
        struct mail_found *row = &list->rows[i];
        row->again = row->device == before->device && row->inode == before->inode;
    }
}

int mail_scan_look(struct mail_scan *scan, struct error *error)
{
    struct maildir_visitor visitor = {on_folder, on_message, scan};
    list_clear(&scan->known);
    scan->known = scan->now;
    scan->now = (struct found_list){0};
    scan->maildirs = 0;
    scan->error.text[0] = '\0';
    list_sort(&scan->known, by_key);
    if (!file_is_folder(scan->root)) {
        return error_set(error, "%s is %s", scan->root,
                         file_exists(scan->root) ? "no folder" : "not there");
    }
    int status = maildir_walk(scan->root, &visitor, error);
    mark_again(&scan->now);
    list_sort(&scan->now, by_time);
    if (status == 0 && scan->error.text[0] != '\0') {
        status = error_set(error, "%s", scan->error.text);
    }
    return status;
}

size_t mail_scan_count(const struct mail_scan *scan)
{
    return scan->now.count;
}

const struct mail_found *mail_scan_at(const struct mail_scan *scan, size_t i)
{
    return &scan->now.rows[i];
}

const struct mail_found *mail_scan_find(const struct mail_scan *scan, const char *key)
{
    for (size_t i = 0; i < scan->now.count; i++) {
        if (strcmp(scan->now.rows[i].key, key) == 0) {
            return &scan->now.rows[i];
        }
    }
    return NULL;
}

size_t mail_scan_maildirs(const struct mail_scan *scan)
{
    return scan->maildirs;
}

size_t mail_scan_matches(const struct mail_scan *scan)
{
    size_t count = 0;
    for (size_t i = 0; i < scan->now.count; i++) {
        const struct mail_found *row = &scan->now.rows[i];
        count += row->missed == 0 && !row->again ? 1 : 0;
    }
    return count;
}
