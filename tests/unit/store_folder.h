/*
 * store_folder - a folder for a store, and what stands in it, for the tests of fake_servers
 */
#ifndef MAILSPEC_TESTS_STORE_FOLDER_H
#define MAILSPEC_TESTS_STORE_FOLDER_H

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/temp_folder.h"
#include "fake_servers/maildir.h"

enum { FOLDER_MAX_FILE_OCTETS = 1024 * 1024 };

/* "ROOT/WHERE"; the caller frees it. */
static inline char *folder_path(const char *root, const char *where)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", root, where);
    return buf_steal(&path);
}

static inline void folder_put(const char *root, const char *where, struct bytes content)
{
    char *path = folder_path(root, where);
    struct error error = {0};
    if (file_write(path, content, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
    }
    free(path);
}

/* How many names without a dot in front stand in that folder; SIZE_MAX: there is none. */
static inline size_t folder_count(const char *root, const char *where)
{
    char *path = folder_path(root, where);
    DIR *open = opendir(path);
    size_t count = 0;
    free(path);
    if (open == NULL) {
        return SIZE_MAX;
    }
    for (const struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open)) {
        count += entry->d_name[0] != '.';
    }
    closedir(open);
    return count;
}

/* The first name in it, in byte order; NULL: it is empty. The caller frees it. */
static inline char *folder_first(const char *root, const char *where)
{
    char *path = folder_path(root, where);
    DIR *open = opendir(path);
    char *first = NULL;
    free(path);
    if (open == NULL) {
        return NULL;
    }
    for (const struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open)) {
        if (entry->d_name[0] != '.' && (first == NULL || strcmp(entry->d_name, first) < 0)) {
            free(first);
            first = strdup(entry->d_name);
        }
    }
    closedir(open);
    return first;
}

/* Is that the content of the first file there? */
static inline bool folder_first_is(const char *root, const char *where, struct bytes content)
{
    struct buf octets = {0};
    char *name = folder_first(root, where);
    char *folder = folder_path(root, where);
    bool is_same = false;
    if (name != NULL) {
        char *path = folder_path(folder, name);
        is_same = file_read(path, FOLDER_MAX_FILE_OCTETS, &octets, NULL) == 0 &&
                  bytes_equal(buf_bytes(&octets), content);
        free(path);
    }
    free(folder);
    free(name);
    buf_deinit(&octets);
    return is_same;
}

/* Permission bits; 0: it is not there. */
static inline unsigned folder_mode(const char *root, const char *where)
{
    struct stat about;
    char *path = folder_path(root, where);
    unsigned mode = stat(path, &about) == 0 ? about.st_mode & 07777 : 0;
    free(path);
    return mode;
}

/* A file where a folder was: what is written there fails, for root as well. */
static inline void folder_spoil(const char *root, const char *where)
{
    char *path = folder_path(root, where);
    char *away = folder_path(root, "away");
    if (rename(path, away) != 0) {
        perror(path);
    }
    folder_put(root, where, BYTES_LIT("no folder\n"));
    free(path);
    free(away);
}

/* The folder back in its place. */
static inline void folder_mend(const char *root, const char *where)
{
    char *path = folder_path(root, where);
    char *away = folder_path(root, "away");
    if (unlink(path) != 0 || rename(away, path) != 0) {
        perror(path);
    }
    free(path);
    free(away);
}

static inline char *folder_new(void)
{
    struct error error = {0};
    char *root = temp_folder_new(&error);
    if (root == NULL) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    return root;
}

#endif
