/*
 * What a run has made of the server's ways, for its summary: an author who sees that cases waited, or went one by one, is told why.
 */
#include "engine/engine_internal.h"

static void remark_slow(const struct engine *engine, struct buf *out)
{
    const struct pace *pace = &engine->pace;

    if (pace_is_slow(pace)) {
        buf_printf(out,
                   "The server takes its time with replies (%.1f s): from then on they had more of "
                   "it, and other cases ran meanwhile.",
                   (double)pace->slowest_us / (1000 * 1000));
    }
}

static bool serves_one(const struct engine *engine)
{
    for (size_t i = 0; i < engine->known.count; i++) {
        const struct known_target *known = engine->known.items[i];
        if (known->facts.one_client && !known->is_client && !known->target->built_in) {
            return true;
        }
    }
    return false;
}

static void remark_room(const struct engine *engine, struct buf *out)
{
    if (engine->config.jobs > 1 && serves_one(engine)) {
        buf_append_text(out, "The server serves one connection at a time: the cases ran one after "
                             "the other.");
    } else if (engine->jobs < engine->config.jobs) {
        buf_printf(
            out, "The server has no room for %u cases at a time, or went away: at last it got %u.",
            engine->config.jobs, engine->jobs);
    }
}

static void remark_refusals(const struct engine *engine, struct buf *out)
{
    if (engine->turns.fired_us > 0) {
        buf_append_text(out, "The server holds logins back behind a refused one: those that were "
                             "to be refused waited for each other.");
    }
}

bool engine_remark(const struct engine *engine, size_t i, struct buf *out)
{
    static void (*const rows[])(const struct engine *engine,
                                struct buf *out) = {remark_slow, remark_refusals, remark_room};

    if (i >= sizeof rows / sizeof rows[0]) {
        return false;
    }
    rows[i](engine, out);
    return true;
}
