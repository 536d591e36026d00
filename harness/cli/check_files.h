/*
 * check_files - the transcripts that the operands of `check` name, looked through before anything is judged
 *
 * A file is one transcript or dialogue, with one session or several. A folder stands for the transcripts in it and below: of the two
 * files of a case the JSON lines, which tell more.
 */
#ifndef MAILSPEC_CLI_CHECK_FILES_H
#define MAILSPEC_CLI_CHECK_FILES_H

#include "base/arena.h"
#include "base/buf.h"
#include "record/stored.h"

struct check_file {
    const char *path;
    const char *id;  /* of a dialogue: the path without suffix, from the folder that was named */
    struct buf kept; /* what came from standard input or a pipe: it cannot be read again */
    bool is_kept;
    enum stored_form form;
    size_t first; /* number of its first session */
    size_t count; /* of sessions */
};

struct check_files {
    struct check_file *files;
    size_t count;
    size_t capacity;
    size_t sessions;
    struct buf problems; /* lines of what is wrong */
    size_t problem_count;
};

/* -1: an operand is not there, or names nothing. Problems within files stand in `files`. */
int check_files_open(struct check_files *files, const char *const *operands, size_t count,
                     struct arena *arena, struct error *error);
/* The file with session `number`. */
const struct check_file *check_files_of(const struct check_files *files, size_t number);
/* Tell all sessions of all files; what has changed since it was opened is a problem in `files`. */
void check_files_tell(struct check_files *files, struct arena *arena,
                      const struct stored_sink *sink);
void check_files_deinit(struct check_files *files);

#endif
