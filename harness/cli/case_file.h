/*
 * case_file - scenario files that run writes, one for each case, named by its id
 */
#ifndef MAILSPEC_CLI_CASE_FILE_H
#define MAILSPEC_CLI_CASE_FILE_H

#include "base/arena.h"

/* FOLDER/ID.scn; what would be awkward in a name, or leave the folder, is "_". */
const char *case_file_path(struct arena *arena, const char *folder, const char *id);
/* The id of the case in it when the file is run by its path. */
const char *case_file_id(struct arena *arena, const char *id);
/* Is something there that does not begin as `is_ours` knows it, such as a case that somebody wrote by hand? */
bool case_file_is_somebodys(const char *path, bool (*is_ours)(struct bytes text));
/* Take away the files in the folder and below that begin so. */
void case_file_clear(const char *folder, bool (*is_ours)(struct bytes text));

#endif
