#include "engine/line_group.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/trial.h"

enum { NOBODY = -1 };

/* Which written line holds which received one, and the edges tried in this round. */
struct assignment {
    const struct line_group *group;
    size_t received;
    int owner[LINE_GROUP_MAX];
    bool tried[LINE_GROUP_MAX];
    unsigned char *fits; /* written x received */
};

/* What fits is tried with captures that are thrown away: which pairs hold is not known yet. */
static enum line_match fits(const struct line_group *group, size_t w, size_t r)
{
    struct trial trial;

    trial_begin(&trial, group->scope);
    enum line_match match =
        line_match(&group->lines[w], answer_line(group->answer, group->first + r),
                   !group->answer->pop3, &trial.scope, NULL, group->error);
    trial_end(&trial);
    return match;
}

/* An augmenting path from written line w (Kuhn's bipartite matching). */
static bool place_line(struct assignment *a, size_t w)
{
    for (size_t r = 0; r < a->received; r++) {
        if (a->tried[r] || a->fits[w * a->received + r] == 0) {
            continue;
        }
        a->tried[r] = true;
        if (a->owner[r] == NOBODY || place_line(a, (size_t)a->owner[r])) {
            a->owner[r] = (int)w;
            return true;
        }
    }
    return false;
}

static enum line_match fill(struct assignment *a)
{
    for (size_t w = 0; w < a->group->count; w++) {
        for (size_t r = 0; r < a->received; r++) {
            enum line_match match = fits(a->group, w, r);
            if (match == LINE_MATCH_ERROR) {
                return match;
            }
            a->fits[w * a->received + r] = match == LINE_MATCH ? 1 : 0;
        }
    }
    return LINE_MATCH;
}

/* Those that must come are placed first; `optional` ones take what is left. */
static const struct line *place_all(struct assignment *a, bool optional, size_t *matched)
{
    for (size_t w = 0; w < a->group->count; w++) {
        const struct line *line = &a->group->lines[w];
        if (((line->flags & LINE_OPTIONAL) != 0) != optional) {
            continue;
        }
        for (size_t r = 0; r < a->received; r++) {
            a->tried[r] = false;
        }
        if (place_line(a, w)) {
            (*matched)++;
        } else if (!optional) {
            return line;
        }
    }
    return NULL;
}

static enum line_match bind(const struct assignment *a, const struct line **missing_r)
{
    const struct line_group *group = a->group;

    for (size_t r = 0; r < a->received; r++) {
        if (a->owner[r] == NOBODY) {
            continue;
        }
        const struct line *line = &group->lines[a->owner[r]];
        enum line_match match = line_match(line, answer_line(group->answer, group->first + r),
                                           !group->answer->pop3, group->scope, NULL, group->error);
        if (match != LINE_MATCH) {
            *missing_r = line;
            return match;
        }
    }
    return LINE_MATCH;
}

enum line_match line_group_match(struct line_group *group, const struct line **missing_r)
{
    size_t left = answer_line_count(group->answer);
    struct assignment a = {.group = group};

    left = left > group->first ? left - group->first : 0;
    if (group->count > LINE_GROUP_MAX) {
        error_set(group->error, "more than %d lines in any order", LINE_GROUP_MAX);
        return LINE_MATCH_ERROR;
    }
    a.received = left < group->count ? left : group->count;
    for (size_t r = 0; r < a.received; r++) {
        a.owner[r] = NOBODY;
    }
    a.fits = mem_array(group->count, a.received + 1);
    group->matched = 0;
    enum line_match match = fill(&a);
    if (match == LINE_MATCH) {
        *missing_r = place_all(&a, false, &group->matched);
        if (*missing_r != NULL) {
            match = LINE_DIFFERS;
        } else {
            (void)place_all(&a, true, &group->matched);
            match = bind(&a, missing_r);
        }
    }
    free(a.fits);
    return match;
}
