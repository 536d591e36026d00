/*
 * draft - what a converter makes: dialogues as neutral lines, and notes
 *
 * Everything lives in the arena of the import. The converters say who speaks and what octets; how these are written in a scenario, and
 * what becomes of a secret, is decided in one place.
 */
#ifndef MAILSPEC_SCRIPT_IMPORT_DRAFT_H
#define MAILSPEC_SCRIPT_IMPORT_DRAFT_H

#include "base/arena.h"
#include "base/buf.h"
#include "script/talk.h"

#define DRAFT_CONNECTIONS 16
/* What a scenario may have; a little less than the scenario reader takes. */
enum draft_limits { DRAFT_LINES = 15000, DRAFT_OCTETS = 3 * 1024 * 1024 };

enum draft_kind {
    DRAFT_CLIENT,  /* octets of the client */
    DRAFT_SERVER,  /* octets of the server */
    DRAFT_RAW,     /* a whole line in the notation of the scenarios, speaker included */
    DRAFT_COMMENT, /* # ... */
    DRAFT_REMARK   /* > ... */
};

struct draft_line {
    struct draft_line *next;
    enum draft_kind kind;
    unsigned connection; /* from 1 */
    const char *marks;   /* "", "*", "/", "?" ... */
    struct bytes octets;
    bool in_notation;    /* written as it is: a pattern, or with {{...}} in it */
    bool is_data;        /* loses one blank only */
    bool no_end;         /* \c */
    unsigned source;     /* line of the file */
    const char *refused; /* why it is a comment now, or NULL */
};

struct draft_scenario {
    struct draft_scenario *next;
    const char *title;
    const char *fields; /* further header fields, each ended by LF */
    struct draft_line *first, *last;
    size_t spoken; /* lines of client and server */
    size_t lines, octets;
    bool full;
};

struct draft_note {
    struct draft_note *next;
    unsigned line;
    const char *text;
};

struct draft {
    struct arena *arena;
    const char *file;  /* name of the file without its folders */
    struct bytes text; /* what is left of it */
    unsigned line;     /* of the file, the one read last */
    struct draft_scenario *first, *now;
    size_t scenario_count;
    struct draft_note *note_first, *note_last;
    size_t note_count;
    struct talk talk[DRAFT_CONNECTIONS + 1];
};

/* The next line, without LF or CRLF; false at the end, and where there are too many. */
bool draft_next(struct draft *draft, struct bytes *line_r);

/* What follows belongs to a new scenario, with its own connections. */
void draft_begin(struct draft *draft, const char *title);
/* A header field of the scenario begun last, LF included. */
void draft_field(struct draft *draft, const char *field);

/* The client says that; secrets become {{secret:...}} (docs/import.md). */
void draft_client(struct draft *draft, unsigned connection, struct bytes octets);
void draft_client_part(struct draft *draft, unsigned connection, struct bytes octets); /* \c */
/* A line in the notation that matches what begins with `seen`. */
void draft_client_pattern(struct draft *draft, unsigned connection, const char *marks,
                          struct bytes pattern, struct bytes seen);
void draft_server(struct draft *draft, unsigned connection, const char *marks, struct bytes octets);
void draft_server_part(struct draft *draft, unsigned connection, struct bytes octets); /* \c */
/* A line in the notation: `seen` is what the server's octets begin with, for whose turn it is. */
void draft_server_pattern(struct draft *draft, unsigned connection, const char *marks,
                          struct bytes pattern, struct bytes seen);
void draft_raw(struct draft *draft, const char *text);
void draft_comment(struct draft *draft, struct bytes text);
void draft_remark(struct draft *draft, struct bytes text);
/* Say something of the line read last, on standard error and as a comment of the scenario. */
void draft_lost(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same without the comment. */
void draft_note(struct draft *draft, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A line of the file that is not carried over, shown cut and escaped, with the reason. */
void draft_lost_line(struct draft *draft, struct bytes line, const char *reason);

struct talk *draft_talk(struct draft *draft, unsigned connection);

#endif
