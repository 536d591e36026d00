/*
 * file_name - a name for a file that somebody else has chosen
 */
#ifndef MAILSPEC_MAIL_FILE_NAME_H
#define MAILSPEC_MAIL_FILE_NAME_H

#include "base/buf.h"

enum { MAIL_FILE_NAME_OCTETS = 100 };

/*
 * Append a name that stays in its folder: what stands behind the last "/" or "\", visible UTF-8 alone, no dot or hyphen at its
 * beginning, at most so many octets, its suffix kept. Where nothing is left, `otherwise`.
 */
void mail_file_name(struct buf *out, struct bytes name, const char *otherwise);

#endif
