#include "net/lull.h"

enum {
    WINDOW_NS = 1000 * 1000,
    SMALL_OCTETS = 16 * 1024,
    MANY_TURNS = 8 /* in a window */
};

void lull_note(struct lull *lull, const void *who, size_t octets)
{
    if (who != lull->last && octets <= SMALL_OCTETS) {
        lull->turns++;
    }
    lull->last = who;
}

bool lull_is_due(struct lull *lull, uint64_t now_ns)
{
    uint64_t age_ns = now_ns - lull->since_ns;
    bool is_due = lull->turns >= MANY_TURNS && age_ns <= (uint64_t)2 * WINDOW_NS;
    if (age_ns > WINDOW_NS) {
        lull->since_ns = now_ns;
        lull->turns = 0;
    }
    return is_due;
}
