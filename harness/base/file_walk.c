/*
 * file_walk() of base/file.h: the files of a folder and of those below it, in one order on every file system.
 *
 * A folder is read and sorted whole before the first of its members is visited; the paths are owned here and valid during
 * the visit only. Links to folders are not followed, and folders deeper than DEEPEST levels are an error, so that every
 * walk ends. The first error ends it, too; what was visited before stays visited.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"

#define DEEPEST 64

struct walk {
    const char *suffix;
    void (*visit)(void *self, const char *path);
    void *self;
    struct error *error;
};

/* What a folder holds: full paths, those of folders with "/" at the end. */
struct entries {
    char **paths;
    size_t count, capacity;
};

/* The "/" makes folders sort where their members' paths do: "a-b.scn" before "a/x.scn". */
static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_entry(struct entries *entries, const char *folder, const char *name)
{
    struct buf path = {0};
    struct stat about;
    buf_printf(&path, "%s%s%s", folder, bytes_ends(bytes_of(folder), "/") ? "" : "/", name);
    if (lstat(buf_text(&path), &about) == 0 && S_ISDIR(about.st_mode)) {
        buf_append_octet(&path, '/');
    } else if (stat(buf_text(&path), &about) != 0 || !S_ISREG(about.st_mode)) {
        buf_deinit(&path); /* a link to a folder or to nowhere, a socket, a pipe */
        return;
    }
    entries->paths =
        mem_grow(entries->paths, entries->count, &entries->capacity, sizeof *entries->paths);
    entries->paths[entries->count++] = buf_steal(&path);
}

static int list(const char *path, struct entries *entries, struct error *error)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return error_set(error, "the folder %s cannot be read: %s", path, strerror(errno));
    }
    errno = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] != '.') {
            add_entry(entries, path, entry->d_name);
        }
        errno = 0;
    }
    int cause = errno;
    closedir(folder);
    if (cause != 0) {
        return error_set(error, "the folder %s cannot be read: %s", path, strerror(cause));
    }
    if (entries->count > 1) {
        qsort(entries->paths, entries->count, sizeof *entries->paths, compare_paths);
    }
    return 0;
}

static int walk_folder(const struct walk *walk, const char *path, unsigned depth)
{
    if (depth > DEEPEST) {
        return error_set(walk->error, "the folder %s is nested too deeply: more than %d levels",
                         path, DEEPEST);
    }
    struct entries entries = {0};
    int status = list(path, &entries, walk->error);
    for (size_t i = 0; i < entries.count; i++) {
        struct bytes name = bytes_of(entries.paths[i]);
        if (status == 0 && bytes_ends(name, "/")) {
            entries.paths[i][name.n - 1] = '\0';
            status = walk_folder(walk, entries.paths[i], depth + 1);
        } else if (status == 0 && bytes_ends(name, walk->suffix)) {
            walk->visit(walk->self, entries.paths[i]);
        }
        free(entries.paths[i]);
    }
    free(entries.paths);
    return status;
}

int file_walk(const char *path, const char *suffix, void (*visit)(void *self, const char *path),
              void *self, struct error *error)
{
    struct walk walk = {suffix, visit, self, error};
    return walk_folder(&walk, path, 0);
}
