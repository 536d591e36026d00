/*
 * import - other people's dialogues as scenario files
 *
 * A converter for each notation makes drafts (draft.h) of what it reads; each is printed as a scenario and read again by the scenario
 * reader. A line that the reader refuses becomes a comment and a note, so what comes out has no error. Nothing is repaired: what
 * cannot be carried over is said, with its line. The input is hostile: bounded in size, lines and scenarios.
 */
#ifndef MAILSPEC_SCRIPT_IMPORT_H
#define MAILSPEC_SCRIPT_IMPORT_H

#include "base/buf.h"
#include "base/error.h"

enum import_limits {
    IMPORT_MAX_OCTETS = 4 * 1024 * 1024,
    IMPORT_MAX_LINES = 100000,
    IMPORT_MAX_SCENARIOS = 500,
    IMPORT_MAX_NOTES = 1000 /* the last one says that there are more */
};

struct import_notation;
struct import;

/* Of the table of notations; NULL behind the last. */
const struct import_notation *import_notation_at(size_t i);
const char *import_notation_name(const struct import_notation *notation);  /* as --from takes it */
const char *import_notation_title(const struct import_notation *notation); /* "swaks transcript" */
const struct import_notation *import_find(const char *name);               /* NULL: unknown */
/* By what stands in it; NULL: none of them. */
const struct import_notation *import_recognise(struct bytes text);

/* Never NULL; `path` names the file in titles and comments, `text` is copied. */
struct import *import_read(const char *path, struct bytes text,
                           const struct import_notation *notation);
void import_free(struct import **import_p);

size_t import_count(const struct import *import);
/* One scenario: its text, and the lines of dialogue in it. */
struct bytes import_text(const struct import *import, size_t i);

size_t import_note_count(const struct import *import);
/* What could not be carried over or should be known; the line is one of the file, 0 for the whole of it. */
const char *import_note(const struct import *import, size_t i, unsigned *line_r);

#endif
