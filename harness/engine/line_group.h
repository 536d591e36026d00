/*
 * line_group - contiguous lines that may come in any order, one to one
 */
#ifndef MAILSPEC_ENGINE_LINE_GROUP_H
#define MAILSPEC_ENGINE_LINE_GROUP_H

#include "engine/answer.h"
#include "engine/line_match.h"

enum { LINE_GROUP_MAX = PROGRAM_MAX_ANY_ORDER };

struct line_group {
    const struct line *lines;
    size_t count;
    const struct answer *answer;
    size_t first; /* the group begins at this line of the answer */
    const struct scope *scope;
    struct error *error;
    size_t matched; /* written lines that found one of the answer's */
};

/* Captures are bound when the whole group matches. LINE_DIFFERS: *missing_r is a line that found none. */
enum line_match line_group_match(struct line_group *group, const struct line **missing_r);

#endif
