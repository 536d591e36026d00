/*
 * document - a scenario file as its author wrote it: header fields and the items of the dialogue
 *
 * Notations of other people are resolved here (R:, joined lines, notes), variables are not: compile.c makes
 * programs out of a document, format.c prints it again.
 */
#ifndef MAILSPEC_SCRIPT_DOCUMENT_H
#define MAILSPEC_SCRIPT_DOCUMENT_H

#include "script/directions.h"
#include "script/line_lexer.h"
#include "script/source.h"

/* Stands in message data for "..." of somebody else's example. */
#define DOCUMENT_STOCK_LINE "This line stands for the text of a message."

struct document;

enum item_kind {
    ITEM_SPEECH,
    ITEM_DIRECTION, /* a known one, or without speaker */
    ITEM_COMMENTARY,
    ITEM_ELLIPSIS, /* ... : a stock line in message data, else nothing */
    ITEM_EITHER,
    ITEM_OR,
    ITEM_COMMENT, /* for format.c only, as are blank lines */
    ITEM_BLANK
};

struct item {
    enum item_kind kind;
    enum side side;
    bool has_speaker;
    bool both;
    unsigned connection;
    bool marked;
    enum compare compare;
    unsigned flags;
    struct span text; /* SPEECH: behind the colon, blanks and all; DIRECTION: from "<" */
    struct place place;
    struct direction_match direction;
    const struct document *used; /* <use lib/NAME> */
    bool in_data;                /* set by compile: message data, whose blanks count */
};

struct item_list {
    struct item *items;
    size_t count;
};

/* A line of the header, in the order of the file. */
enum header_kind { HEADER_FIELD, HEADER_VALUE, HEADER_COMMENT };

struct header_line {
    enum header_kind kind;
    struct span
        text; /* FIELD: the name; VALUE: one line of the last field's value, trimmed; COMMENT: behind "#" */
};

struct document {
    struct source source;
    const struct header_line *header;
    size_t header_count;
    struct item_list dialogue;
    struct item_list finally;
    const struct document *parent; /* that uses this one */
    const char *base; /* a fragment: the folder that its name lib/NAME was found in; else NULL */
    unsigned depth;
};

struct document_context {
    struct arena *arena;
    struct problems *problems;
    const char *library; /* or NULL */
    size_t *octets_left; /* of included files, so that fragments cannot multiply without end */
};

/* NULL: a problem says why. */
struct document *document_read(const char *path, struct bytes text, const struct document *parent,
                               const char *base, const struct document_context *context);
/* Lines of a dialogue into items; used for the dialogue and for Finally:. */
struct item_list document_items(const struct span *lines, size_t count,
                                const struct document *document,
                                const struct document_context *context);

#endif
