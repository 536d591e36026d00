/*
 * temp_folder - an empty folder of one's own, and its end
 */
#ifndef MAILSPEC_BASE_TEMP_FOLDER_H
#define MAILSPEC_BASE_TEMP_FOLDER_H

#include "base/error.h"

/* Below $TMPDIR, or /tmp; readable by its owner only. The path is the caller's to free; NULL and an error when it cannot be. */
char *temp_folder_new(struct error *error);
/* With all that is in it; links are removed, not followed. Frees the path; NULL is let by. */
void temp_folder_remove(char **path_p);
/* Once more those that could not be removed, for somebody was writing to them: when all processes of ours are gone. */
void temp_folder_remove_left(void);

#endif
