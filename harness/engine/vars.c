#include "engine/vars.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* One case has a few dozen at most: a list is searched from its end. */
struct var {
    char *name;
    struct buf value;
};

struct vars {
    struct var *items;
    size_t count;
    size_t capacity;
};

struct vars *vars_new(void)
{
    return mem_alloc(sizeof(struct vars));
}

void vars_free(struct vars **vars_p)
{
    struct vars *vars = *vars_p;
    if (vars == NULL) {
        return;
    }
    *vars_p = NULL;
    for (size_t i = 0; i < vars->count; i++) {
        free(vars->items[i].name);
        buf_deinit(&vars->items[i].value);
    }
    free(vars->items);
    free(vars);
}

static struct var *vars_find(const struct vars *vars, const char *name)
{
    for (size_t i = vars->count; i > 0; i--) {
        if (strcmp(vars->items[i - 1].name, name) == 0) {
            return &vars->items[i - 1];
        }
    }
    return NULL;
}

void vars_set(struct vars *vars, const char *name, struct bytes value)
{
    struct buf copy = {0}; /* made first: the value may be a view of the one it replaces */
    buf_append(&copy, value);
    struct var *var = vars_find(vars, name);
    if (var == NULL) {
        vars->items = mem_grow(vars->items, vars->count, &vars->capacity, sizeof *vars->items);
        var = &vars->items[vars->count++];
        *var = (struct var){.name = mem_strdup(name)};
    }
    buf_deinit(&var->value);
    var->value = copy;
}

bool vars_get(const struct vars *vars, const char *name, struct bytes *value_r)
{
    const struct var *var = vars_find(vars, name);
    if (var != NULL) {
        *value_r = buf_bytes(&var->value);
    }
    return var != NULL;
}

bool scope_get(const struct scope *scope, const char *name, struct bytes *value_r)
{
    if (scope->vars != NULL && vars_get(scope->vars, name, value_r)) {
        return true;
    }
    return scope->outer != NULL && scope->outer(scope->self, name, value_r);
}
