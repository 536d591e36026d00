#include "cli/shrink_units.h"

#include <stdlib.h>

#include "base/mem.h"
#include "script/line_lexer.h"

enum { CONNECTIONS = LEXED_MAX_CONNECTION + 1 }; /* numbered from 1 */

/* What was said on one connection so far. */
struct talk {
    size_t *unanswered; /* units that wait for a reply, in order */
    size_t count;
    size_t next;
    size_t capacity;
    size_t answered;         /* the unit that got the last reply, or BYTES_NONE */
    const struct step *last; /* of the client; NULL: none that could go on */
    size_t last_unit;
};

static bool is_client_line(const struct step *step)
{
    return step->kind == STEP_COMMAND || step->kind == STEP_RESPONSE || step->kind == STEP_DATA ||
           step->kind == STEP_CHUNK || step->kind == STEP_SEND_MESSAGE ||
           step->kind == STEP_AUTHENTICATE;
}

static bool is_server_line(const struct step *step)
{
    return step->kind == STEP_REPLY || step->kind == STEP_BODY;
}

/* Message data with a direction in it is several steps, and only the last one ends in the dot. */
static bool goes_on(const struct step *last, const struct step *step)
{
    if (last == NULL || last->line_count == 0) {
        return false;
    }
    const struct line *line = &last->lines[last->line_count - 1];
    return (line->flags & LINE_NO_END) != 0 || step->kind == STEP_CHUNK ||
           (step->kind == STEP_DATA && last->kind == STEP_DATA);
}

static size_t client_unit(struct talk *talk, const struct step *step, size_t *units)
{
    size_t unit = talk->last_unit;
    if (!goes_on(talk->last, step)) {
        unit = (*units)++;
        talk->unanswered = mem_grow(talk->unanswered, talk->count, &talk->capacity, sizeof(size_t));
        talk->unanswered[talk->count++] = unit;
    }
    talk->last = step;
    talk->last_unit = unit;
    return unit;
}

static size_t server_unit(struct talk *talk, const struct step *step, size_t *units)
{
    bool more = step->kind == STEP_BODY || step->reply.goes_on || talk->next == talk->count;
    talk->last = NULL;
    if (more && talk->answered != BYTES_NONE) {
        return talk->answered;
    }
    talk->answered = talk->next < talk->count ? talk->unanswered[talk->next++] : (*units)++;
    return talk->answered;
}

/* Another session: nothing that was said before is answered in it. */
static size_t session_unit(struct talk *talk, const struct step *step, size_t *units)
{
    size_t unit = (*units)++;
    talk->next = talk->count;
    talk->last = NULL;
    talk->answered = step->kind == STEP_OPEN ? unit : BYTES_NONE;
    return unit;
}

static size_t unit_of(struct talk *talk, const struct step *step, size_t *units)
{
    if (is_client_line(step)) {
        return client_unit(talk, step, units);
    }
    if (is_server_line(step)) {
        return server_unit(talk, step, units);
    }
    if (step->kind == STEP_OPEN || step->kind == STEP_CLOSE || step->kind == STEP_RESET) {
        return session_unit(talk, step, units);
    }
    return (*units)++;
}

size_t shrink_units(const struct program *program, size_t *unit_of_step)
{
    struct talk talks[CONNECTIONS] = {0};
    size_t units = 0;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        talks[i].answered = BYTES_NONE;
    }
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        struct talk *talk = &talks[step->connection < CONNECTIONS ? step->connection : 0];
        unit_of_step[i] = unit_of(talk, step, &units);
    }
    for (size_t i = 0; i < CONNECTIONS; i++) {
        free(talks[i].unanswered);
    }
    return units;
}
