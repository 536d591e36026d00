/*
 * text_diff - what changed in a file, as a unified diff
 */
#ifndef MAILSPEC_CLI_TEXT_DIFF_H
#define MAILSPEC_CLI_TEXT_DIFF_H

#include "base/buf.h"

/*
 * Append "--- PATH", "+++ PATH" and the hunks with three lines around each change; nothing when both are the same. Control
 * octets are escaped. Texts of very many changed lines are shown as one change.
 */
void text_diff(struct buf *out, const char *path, struct bytes before, struct bytes after);

#endif
