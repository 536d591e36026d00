/*
 * new_file - files that somebody else's mail is written to: never over another one, never outside their folder
 */
#ifndef MAILSPEC_CLI_NEW_FILE_H
#define MAILSPEC_CLI_NEW_FILE_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Write the octets to a new file in the folder, which is made, and wait until they are on the disk. Where there is a file of that name
 * already, or a link, " (2)" and so on stands before the suffix. The name has no "/" (mail_file_name()). Appends the path. -1: nothing is left of the file.
 */
int new_file_write(const char *folder, const char *name, struct bytes octets, struct buf *path,
                   struct error *error);

#endif
