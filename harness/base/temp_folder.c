#include "base/temp_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { OPEN_FOLDERS = 16 };

char *temp_folder_new(struct error *error)
{
    const char *parent = getenv("TMPDIR");
    struct buf path = {0};

    buf_printf(&path, "%s/mailspec-XXXXXX", parent != NULL && parent[0] == '/' ? parent : "/tmp");
    char *made = buf_steal(&path);
    if (mkdtemp(made) == NULL) {
        error_set(error, "cannot make a folder %s: %s", made, strerror(errno));
        free(made);
        return NULL;
    }
    return made;
}

/*
 * Whoever was given the folder may have made it hard to remove: folders without permissions, folders in folders without
 * end, links to elsewhere. Each is opened within its parent and never through a link; those that lie too deep are moved to the top.
 */
struct removing {
    int top;
    dev_t device; /* what is mounted there stays */
    unsigned moved;
    bool again; /* something was moved to the top */
};

static void remove_all_in(struct removing *removing, int folder, unsigned depth);

static void move_up(struct removing *removing, int parent, const char *name)
{
    char moved[32];

    snprintf(moved, sizeof moved, ".deep-%u", removing->moved++);
    if (renameat(parent, name, removing->top, moved) == 0) {
        removing->again = true;
    }
}

static void remove_folder(struct removing *removing, int parent, const char *name, unsigned depth)
{
    if (depth >= OPEN_FOLDERS) {
        move_up(removing, parent, name);
        return;
    }
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0) {
        folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    if (folder >= 0) {
        remove_all_in(removing, folder, depth + 1);
    }
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

static void remove_one(struct removing *removing, int parent, const char *name, unsigned depth)
{
    struct stat about;

    if (fstatat(parent, name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
        return;
    }
    if (!S_ISDIR(about.st_mode)) {
        (void)unlinkat(parent, name, 0);
    } else if (about.st_dev == removing->device) {
        remove_folder(removing, parent, name, depth);
    }
}

/* Closes it. */
static void remove_all_in(struct removing *removing, int folder, unsigned depth)
{
    const struct dirent *entry;

    (void)fchmod(folder, 0700);
    DIR *names = fdopendir(folder);
    if (names == NULL) {
        close(folder);
        return;
    }
    while ((entry = readdir(names)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            remove_one(removing, folder, entry->d_name, depth);
        }
    }
    closedir(names);
}

static int open_top(const char *path)
{
    int top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (top < 0 && errno == EACCES && chmod(path, 0700) == 0) {
        top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    return top;
}

static void empty(const char *path)
{
    struct removing removing = {.top = open_top(path)};
    struct stat about = {0};

    if (removing.top < 0) {
        return;
    }
    removing.again = fstat(removing.top, &about) == 0;
    removing.device = about.st_dev;
    while (removing.again) {
        removing.again = false;
        int folder = openat(removing.top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder >= 0) {
            remove_all_in(&removing, folder, 0);
        }
    }
    close(removing.top);
}

/* Somebody who is being killed may still write to them. */
static struct {
    char **paths;
    size_t count;
    size_t capacity;
} left;

static bool is_removed(const char *path)
{
    empty(path);
    return rmdir(path) == 0 || errno == ENOENT;
}

void temp_folder_remove(char **path_p)
{
    char *path = *path_p;

    *path_p = NULL;
    if (path != NULL && !is_removed(path)) {
        left.paths = mem_grow(left.paths, left.count, &left.capacity, sizeof *left.paths);
        left.paths[left.count++] = path;
    } else {
        free(path);
    }
}

void temp_folder_remove_left(void)
{
    for (size_t i = 0; i < left.count; i++) {
        (void)is_removed(left.paths[i]);
        free(left.paths[i]);
    }
    free(left.paths);
    left.paths = NULL;
    left.count = 0;
    left.capacity = 0;
}
