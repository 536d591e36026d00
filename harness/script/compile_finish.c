/*
 * compile_finish - what can be told only when all steps are there
 */
#include "script/compiler.h"

static bool sends(const struct step *step)
{
    return step->kind == STEP_COMMAND || step->kind == STEP_RESPONSE || step->kind == STEP_DATA ||
           step->kind == STEP_CHUNK || step->kind == STEP_SEND_MESSAGE;
}

/* Steps that say how or when the octets go out: they do not come between two client steps. */
static bool is_transparent(const struct step *step)
{
    return step->kind == STEP_FLUSH || step->kind == STEP_PACE || step->kind == STEP_WAIT ||
           step->kind == STEP_TOGETHER || step->kind == STEP_WITHIN || step->kind == STEP_JUDGE ||
           step->kind == STEP_COMMENTARY || step->kind == STEP_NEVER;
}

void compile_pipelined(struct step *steps, size_t count)
{
    const struct step *next = NULL;
    for (size_t i = count; i > 0; i--) {
        struct step *step = &steps[i - 1];
        if (is_transparent(step)) {
            continue;
        }
        step->pipelined =
            sends(step) && next != NULL && sends(next) && next->connection == step->connection;
        next = step;
    }
}
