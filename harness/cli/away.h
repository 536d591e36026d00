/*
 * away - what a run tells of a server that went away or hung, beside the outcomes of cases
 *
 * Absences that no case brings about alone, and the suspects where it did not come back; both with what was said last, which has gone through
 * the collector and holds no secret.
 */
#ifndef MAILSPEC_CLI_AWAY_H
#define MAILSPEC_CLI_AWAY_H

#include "base/arena.h"
#include "cli/collect.h"
#include "engine/engine.h"

enum { AWAY_NAMED = 3 };

/* Zeroed but for its arena, which outlives it and owns the texts, it is empty and ready for use. */
struct away {
    struct arena *arena;
    struct absence *absences;
    size_t count;
    size_t capacity;                  /* private, as are those below */
    const char *suspects[AWAY_NAMED]; /* the likeliest first */
    size_t suspect_count;
};

/* config.absent of the engine. */
void away_absent(struct away *away, struct collector *collector,
                 const struct engine_absence *absence);
/* Every result. */
void away_case(struct away *away, const struct case_result *result);
/* Why the run broke off, with the suspects behind it; NULL: it did not. */
const char *away_broken_off(struct away *away, const char *why);
void away_deinit(struct away *away);

#endif
