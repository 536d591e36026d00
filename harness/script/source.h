/*
 * source - the text of a scenario file, cut into lines
 *
 * Line ends are LF or CRLF, a UTF-8 byte order mark at the front is dropped. What is no text at all is reported here:
 * an empty file, NUL and other control octets, octets that are not UTF-8, and what is beyond the limits.
 */
#ifndef MAILSPEC_SCRIPT_SOURCE_H
#define MAILSPEC_SCRIPT_SOURCE_H

#include "script/problems.h"
#include "script/span.h"

struct source {
    const char *path;
    const struct span *lines; /* line i + 1 of the file, without its end */
    size_t count;
};

/* `path` and `text` live in the arena of `problems`. False: a problem says why there is no use in going on. */
bool source_read(struct source *source_r, const char *path, struct bytes text,
                 struct problems *problems);

#endif
