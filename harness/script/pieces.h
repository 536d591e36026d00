/*
 * pieces - from the octets of a line to text: escapes, {{variables}}, {{functions ...}}
 *
 * The columns of Each: are filled in here, so that what follows sees the line as if the cell had been written in it; the pieces
 * keep the place of the cell.
 */
#ifndef MAILSPEC_SCRIPT_PIECES_H
#define MAILSPEC_SCRIPT_PIECES_H

#include "model/program.h"
#include "script/problems.h"
#include "script/span.h"

enum pieces_mode {
    PIECES_LINE,   /* escapes are read; \c may stand at the end */
    PIECES_CELL,   /* a cell of Each: "\|" is a bar */
    PIECES_QUOTED, /* a quoted argument: "\"" is a quote, "\|" a bar */
    PIECES_GLOB,   /* \* \? and \\ stay for the pattern, other escapes are read */
    PIECES_REGEX,  /* backslashes belong to the pattern */
    PIECES_VALUES  /* message files, titles: only {{...}} is read */
};

struct pieces_context {
    struct arena *arena;
    struct problems *problems;
    const struct name_value *row; /* columns of Each: */
    size_t row_count;
    bool *row_used; /* which columns were filled in somewhere; or NULL */
    unsigned depth; /* of {{...}} within quoted arguments */
    size_t *budget; /* pieces that may still be made; at 0 the line is left empty */
};

struct pieces {
    struct text text;
    bool no_end;       /* \c at the end */
    bool leads_column; /* it begins with a column of Each: */
    size_t braces;     /* {{...}}s read */
    bool failed;       /* a problem was reported */
};

struct pieces pieces_read(const struct pieces_context *context, enum pieces_mode mode,
                          struct span span);
/* The cell of that name, or NULL. */
const struct name_value *pieces_column(const struct pieces_context *context, struct bytes name);

/* Append the octets that the text begins with, up to its first variable; true: that was all. */
bool text_literal(const struct text *text, struct buf *out);
/* Where octet `offset` of that beginning stands. */
struct place text_place(const struct text *text, size_t offset, size_t width);
/* The number of octets of the text, where no run is needed to know it. */
bool text_length(const struct text *text, size_t *length_r);

#endif
