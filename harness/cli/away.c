#include "cli/away.h"

#include <stdlib.h>

#include "base/mem.h"
#include "reports/losses.h"

void away_absent(struct away *away, struct collector *collector,
                 const struct engine_absence *absence)
{
    struct buf said = {0};
    struct buf text = {0};
    collector_last_words(collector, &said);
    if (!absence->convicted) {
        buf_append_text(&text, absence->text);
        if (said.n > 0) {
            buf_printf(&text, ": %s", buf_text(&said));
        }
        away->absences =
            mem_grow(away->absences, away->count, &away->capacity, sizeof away->absences[0]);
        away->absences[away->count++] =
            (struct absence){arena_text(away->arena, buf_bytes(&text)), absence->cut};
    }
    buf_deinit(&said);
    buf_deinit(&text);
}

void away_case(struct away *away, const struct case_result *result)
{
    size_t place = result->outcome.suspect;
    struct buf text = {0};
    away->suspect_count += place > 0 ? 1 : 0;
    if (place == 0 || place > AWAY_NAMED) {
        return;
    }
    buf_append_text(&text, result->program->id);
    if (result->last_sent.n > 0) {
        buf_append_text(&text, " after ");
        losses_sent(&text, result->last_sent, result->last_sent_left_out);
    }
    away->suspects[place - 1] = arena_text(away->arena, buf_bytes(&text));
    buf_deinit(&text);
}

const char *away_broken_off(struct away *away, const char *why)
{
    struct buf text = {0};
    const char *between = ": ";
    if (why == NULL) {
        return NULL;
    }
    buf_append_text(&text, why);
    for (size_t i = 0; i < AWAY_NAMED && away->suspects[i] != NULL; i++) {
        buf_printf(&text, "%s%s", between, away->suspects[i]);
        between = ", ";
    }
    if (away->suspect_count > AWAY_NAMED) {
        buf_printf(&text, " and %zu more", away->suspect_count - AWAY_NAMED);
    }
    const char *told = arena_text(away->arena, buf_bytes(&text));
    buf_deinit(&text);
    return told;
}

void away_deinit(struct away *away)
{
    free(away->absences);
}
