/*
 * deb822 - records of header fields
 *
 * Catalogue, target and settings files and the head of a scenario are header fields as in a mail
 * message: a name, a colon, a value; a line that begins with a blank or tab continues the value (with LF kept
 * between); an empty or blank line ends the record; # at the line start is a comment. Field names are
 * compared without case. Reading never stops at a defect: it is reported, the line left out.
 */
#ifndef MAILSPEC_BASE_DEB822_H
#define MAILSPEC_BASE_DEB822_H

#include "base/arena.h"

struct deb822_field {
    const char *name;   /* as written */
    struct bytes value; /* trimmed; continuation lines joined by LF, each trimmed */
    unsigned line;      /* of the name, from 1 */
    unsigned column;    /* of the value's first octet, from 1 */
    unsigned
        value_line; /* of the value's first octet: below `line` where the first line is empty */
};

struct deb822_record {
    const struct deb822_field *fields;
    size_t count;
    unsigned line; /* of its first field */
};

struct deb822_file {
    const struct deb822_record *records;
    size_t count;
};

/* Called for each line that is no field, with the line's number and what was expected. */
typedef void (*deb822_defect_fn)(void *self, unsigned line, const char *text);

/* Everything in the result lives in `arena`; `text` is not kept. */
struct deb822_file deb822_read(struct bytes text, struct arena *arena, deb822_defect_fn defect,
                               void *self);
/* The first field of that name, or NULL. */
const struct deb822_field *deb822_find(const struct deb822_record *record, const char *name);

#endif
