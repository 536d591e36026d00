/*
 * file - whole files, read with a limit and written atomically
 */
#ifndef MAILSPEC_BASE_FILE_H
#define MAILSPEC_BASE_FILE_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Append the file's octets to *out. Fails with a plain sentence when it is missing, unreadable, a
 * folder, a pipe (other than /dev/stdin and /dev/fd/N), or larger than `limit` octets; "-" is standard input.
 */
int file_read(const char *path, size_t limit, struct buf *out, struct error *error);
/* The same, but what lies behind the first `limit` octets is left unread instead. */
int file_read_start(const char *path, size_t limit, struct buf *out, struct error *error);
/* All of the octets to a descriptor that waits, through interruptions. -1: errno says why. */
int file_write_all(int fd, struct bytes octets);
/* Write to a temporary file beside `path`, then rename; parent folders are made. */
int file_write(const char *path, struct bytes octets, struct error *error);
/* Make the folder and those above it; 0 also when it is there already. */
int file_make_folder(const char *path, struct error *error);
/* The folder that `path` stands in, where it has one. */
int file_make_folder_of(const char *path, struct error *error);
bool file_is_folder(const char *path);
bool file_exists(const char *path);
/* 1: it is there; 0: nothing has that name; -1: a link to nothing or in a circle, or no permission. */
int file_find(const char *path, struct error *error);

/*
 * Call `visit` for each regular file below `path` whose name ends in `suffix`, in byte order of
 * the path names, folders descended into at their place, names that begin with "." left out, links to
 * folders not followed.
 */
int file_walk(const char *path, const char *suffix, void (*visit)(void *self, const char *path),
              void *self, struct error *error);

#endif
