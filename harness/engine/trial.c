#include "engine/trial.h"

static bool look_up_outside(void *self, const char *name, struct bytes *value_r)
{
    return scope_get(self, name, value_r);
}

void trial_begin(struct trial *trial, const struct scope *scope)
{
    trial->real = *scope;
    trial->scope = (struct scope){vars_new(), look_up_outside, &trial->real};
}

void trial_end(struct trial *trial)
{
    vars_free(&trial->scope.vars);
}
