#include "engine/waiting.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool may_be_passed(const struct engine_case *given)
{
    return given->role == ROLE_CLIENT && !given->target->built_in;
}

bool waiting_fetch(struct waiting *waiting, const struct engine_config *config)
{
    struct engine_case given = {0};

    if (waiting->no_more ||
        (waiting->count > 0 && !may_be_passed(&waiting->items[waiting->count - 1]))) {
        return false;
    }
    if (!config->next_case(config->self, &given)) {
        waiting->no_more = true;
        return false;
    }
    waiting->items =
        mem_grow(waiting->items, waiting->count, &waiting->capacity, sizeof(waiting->items[0]));
    waiting->items[waiting->count++] = given;
    return true;
}

void waiting_remove(struct waiting *waiting, size_t i)
{
    waiting->count--;
    memmove(&waiting->items[i], &waiting->items[i + 1],
            (waiting->count - i) * sizeof(waiting->items[0]));
}

void waiting_give_up(struct waiting *waiting)
{
    waiting->count = 0;
    waiting->no_more = true;
}

void waiting_deinit(struct waiting *waiting)
{
    free(waiting->items);
    *waiting = (struct waiting){0};
}
