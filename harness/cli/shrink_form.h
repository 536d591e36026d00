/*
 * shrink_form - a case as text from which lines, words and header fields can be taken out
 *
 * It is made of the compiled steps: rows of Each: are filled in, <use ...> and <if ...> are gone, and names such as {{rcpt}} and
 * {{secret}} stay. Whatever is taken out, what is printed is a whole scenario file, which may or may not parse.
 */
#ifndef MAILSPEC_CLI_SHRINK_FORM_H
#define MAILSPEC_CLI_SHRINK_FORM_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/program.h"

enum shrink_line_kind {
    SHRINK_COMMAND, /* a line of the client, but for message data */
    SHRINK_DATA,    /* message data, and what stands in a chunk */
    SHRINK_REPLY,   /* of a reply; the one with `loose` is its status line */
    SHRINK_DIRECTION
};

struct shrink_line {
    enum shrink_line_kind kind;
    const char *speaker; /* "C:", "S2*:", or empty before a direction without one */
    const char *text;    /* in scenario notation, a blank before it */
    const char *loose;   /* what stands there when any reply will do; NULL: nothing does */
    size_t step;         /* index in the program */
    size_t unit;         /* shrink_units() */
    unsigned connection;
    bool kept;
};

/* Fields of the header that may be needed or not. */
enum shrink_field {
    SHRINK_REQUIRES, /* without it what the dialogue itself needs is left, such as "ehlo SIZE" */
    SHRINK_GIVEN,
    SHRINK_CAST,
    SHRINK_VARIABLES,
    SHRINK_COMPARE,
    SHRINK_TIMEOUT,
    SHRINK_USES,
    SHRINK_FINALLY,
    SHRINK_FIELD_COUNT
};

/* Copies share the texts, which live in the arena of the first one. */
struct shrink_form {
    const struct program *program;
    struct arena *arena;
    const char *head; /* Title: and Rule: */
    enum start start; /* of connection 1; START_COUNT: the case has no such connection */
    const char *fields[SHRINK_FIELD_COUNT]; /* whole lines; empty: the case does not have it */
    const char *guard;                      /* what stays of Requires: */
    bool field_kept[SHRINK_FIELD_COUNT];
    bool *loosened; /* by index of the step */
    struct shrink_line *lines;
    size_t line_count;
    size_t unit_count;
};

/* `begun`: by index of the step, which ones a run came to; NULL: all. The arena outlives the form. */
void shrink_form_init(struct shrink_form *form, const struct program *program, const bool *begun,
                      struct arena *arena);
void shrink_form_copy(struct shrink_form *copy, const struct shrink_form *form);
void shrink_form_deinit(struct shrink_form *form);

/* Lines of the dialogue that are kept. */
size_t shrink_form_lines(const struct shrink_form *form);

/* The steps that the lines of a printed file come from. */
struct shrink_lines {
    const size_t *steps; /* by number of the line, from 1; BYTES_NONE: none */
    size_t count;
};
/* Append the file. Chunks that became shorter are announced so. What `lines_r` gets lives in the arena; it may be NULL. */
void shrink_form_print(const struct shrink_form *form, struct buf *out,
                       struct shrink_lines *lines_r);

#endif
