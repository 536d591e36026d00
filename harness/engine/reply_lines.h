/*
 * reply_lines - the lines of an answer against the written ones, by position
 *
 * Optional lines, lines in any order and gaps are taken as they come, from the first line on, without going
 * back. reply_match.c decides which lines are compared so.
 */
#ifndef MAILSPEC_ENGINE_REPLY_LINES_H
#define MAILSPEC_ENGINE_REPLY_LINES_H

#include "engine/line_match.h"
#include "engine/reply_match.h"

struct reply_matching {
    const struct reply *reply;
    const struct answer *answer;
    const struct scope *scope;
    struct reply_difference *difference;
    bool tried; /* nobody reads the difference: its words are not looked for */
};

/* Written lines [w, last) against the answer's lines from `at` on. */
struct reply_position {
    size_t w;
    size_t last;
    size_t at;
};

/* The text of a place, as it stands in the source; empty when that is not known. */
struct bytes reply_source(const struct place *place);
/* line_match() with the answer's line `i`. */
enum line_match reply_line_match(const struct reply_matching *m, const struct line *line, size_t i,
                                 struct line_difference *difference);
/* The same; a difference becomes the reply's. */
enum reply_verdict reply_line_compare(const struct reply_matching *m, const struct line *line,
                                      size_t i);
/* A written line found nothing that matches; `actual` is what stood there instead. */
enum reply_verdict reply_line_differs(const struct reply_matching *m, const struct line *line,
                                      struct bytes actual, const char *reason);
/* `counted`: when every line is compared their number must agree too. */
enum reply_verdict reply_positions_compare(const struct reply_matching *m, struct reply_position p,
                                           bool counted);

#endif
