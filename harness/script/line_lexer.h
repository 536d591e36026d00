/*
 * line_lexer - what kind of line of a dialogue is this, and who speaks?
 *
 * Looks at one line only; what depends on the lines around it is notations.c and document.c.
 */
#ifndef MAILSPEC_SCRIPT_LINE_LEXER_H
#define MAILSPEC_SCRIPT_LINE_LEXER_H

#include "model/program.h"
#include "script/problems.h"
#include "script/span.h"

enum lexed_kind {
    LEXED_BLANK,
    LEXED_COMMENT,      /* # or // */
    LEXED_COMMENTARY,   /* > */
    LEXED_SPEECH,       /* C: S: R: */
    LEXED_DIRECTION,    /* <...> without speaker */
    LEXED_EITHER,       /* Either */
    LEXED_OR,           /* Or */
    LEXED_NOTE,         /* (...) */
    LEXED_ELLIPSIS,     /* ... */
    LEXED_CONTINUATION, /* indented, anything else */
    LEXED_UNKNOWN
};

enum { LEXED_MAX_CONNECTION = 16 };

struct lexed {
    enum lexed_kind kind;
    char speaker;        /* 'C', 'S' or 'R' */
    bool both;           /* C & S: */
    unsigned connection; /* from 1 */
    bool marked;         /* one of * / = was given: `compare` */
    enum compare compare;
    unsigned flags; /* enum line_flag */
    /* SPEECH: all behind the colon; COMMENT, COMMENTARY: behind its sign and one blank; else the line, trimmed. */
    struct span text;
    struct place place; /* SPEECH: the speaker and its marks; else the text */
};

/* Problems with marks and connection numbers are reported (NULL: the caller only wants to know the kind). */
struct lexed line_lex(struct span line, struct problems *problems);

#endif
