#define _XOPEN_SOURCE 700 /* nftw */

#include "base/temp_folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

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

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    (void)remove(path);
    return 0;
}

void temp_folder_remove(char **path_p)
{
    if (*path_p != NULL) {
        (void)nftw(*path_p, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
        free(*path_p);
        *path_p = NULL;
    }
}
