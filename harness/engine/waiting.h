/*
 * waiting - the cases of a run that have not begun, in the order in which they came
 */
#ifndef MAILSPEC_ENGINE_WAITING_H
#define MAILSPEC_ENGINE_WAITING_H

#include "engine/engine.h"

/* A zeroed struct is empty and ready for use. */
struct waiting {
    struct engine_case *items;
    size_t count;
    size_t capacity; /* private */
    bool no_more;    /* none comes behind them */
};

/*
 * Take the next one of the run into the list; false: there is none, or it has to wait outside. A case behind one that waits may
 * be begun before it only where the server is not ours: ours is set up when its case is asked for, and soon taken away.
 */
bool waiting_fetch(struct waiting *waiting, const struct engine_config *config);
void waiting_remove(struct waiting *waiting, size_t i);
/* None of them begins any more. */
void waiting_give_up(struct waiting *waiting);
void waiting_deinit(struct waiting *waiting);

#endif
