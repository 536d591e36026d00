#include "base/maildir_walk.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"

enum { DEEPEST = 3, MOST_FOLDERS = 20000 };

struct walk {
    const struct maildir_visitor *visitor;
    struct error *error;
    size_t folders;
};

static bool is_folder_below(const char *path, const char *name)
{
    struct buf whole = {0};
    buf_printf(&whole, "%s/%s", path, name);
    bool yes = file_is_folder(buf_text(&whole));
    buf_deinit(&whole);
    return yes;
}

/* NULL: it is gone again, which is nobody's fault, or *status_r is -1. */
static DIR *open_folder(struct walk *walk, const char *path, int *status_r)
{
    *status_r = 0;
    if (++walk->folders > MOST_FOLDERS) {
        *status_r =
            error_set(walk->error, "more than %d folders are there; name the one with the Maildirs",
                      MOST_FOLDERS);
        return NULL;
    }
    walk->visitor->folder(walk->visitor->self, path);
    DIR *folder = opendir(path);
    if (folder == NULL && errno != ENOENT) {
        *status_r =
            error_set(walk->error, "the folder %s cannot be read: %s", path, strerror(errno));
    }
    return folder;
}

static bool may_be_message(const struct dirent *entry)
{
    return entry->d_name[0] != '.' &&
           (entry->d_type == DT_REG || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN);
}

static int visit_messages(struct walk *walk, const char *maildir, const char *name)
{
    struct buf path = {0};
    int status = 0;
    buf_printf(&path, "%s/%s", maildir, name);
    DIR *folder = open_folder(walk, buf_text(&path), &status);
    buf_deinit(&path);
    if (folder == NULL) {
        return status;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (may_be_message(entry)) {
            walk->visitor->message(walk->visitor->self, maildir, name, entry->d_name);
        }
    }
    closedir(folder);
    return 0;
}

static int visit_folder(struct walk *walk, const char *path, unsigned depth);

static bool is_real_folder(const char *path, const struct dirent *entry)
{
    struct stat about;
    if (entry->d_type != DT_UNKNOWN) {
        return entry->d_type == DT_DIR;
    }
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int visit_members(struct walk *walk, const char *path, DIR *folder, unsigned depth)
{
    int status = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL && status == 0;
         entry = readdir(folder)) {
        struct buf member = {0};
        buf_printf(&member, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' && is_real_folder(buf_text(&member), entry)) {
            status = visit_folder(walk, buf_text(&member), depth + 1);
        }
        buf_deinit(&member);
    }
    return status;
}

static int visit_folder(struct walk *walk, const char *path, unsigned depth)
{
    int status = 0;
    DIR *folder = open_folder(walk, path, &status);
    if (folder == NULL) {
        return status;
    }
    if (is_folder_below(path, "new") && is_folder_below(path, "cur")) {
        status = visit_messages(walk, path, "new");
        status = status == 0 ? visit_messages(walk, path, "cur") : status;
    } else if (depth < DEEPEST) {
        status = visit_members(walk, path, folder, depth);
    }
    closedir(folder);
    return status;
}

int maildir_walk(const char *root, const struct maildir_visitor *visitor, struct error *error)
{
    struct walk walk = {visitor, error, 0};
    return visit_folder(&walk, root, 0);
}

struct bytes maildir_unique_name(const char *name)
{
    struct bytes whole = bytes_of(name);
    size_t colon = bytes_index(whole, ':', 0);
    return bytes_slice(whole, 0, colon == BYTES_NONE ? whole.n : colon);
}
