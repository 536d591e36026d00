#include "engine/suspects.h"

#include "engine/outcome.h"

enum rank { RANK_CUT_OFF, RANK_PUT_BACK, RANK_ENDED, RANK_MET_IT, RANK_NONE };

static enum rank rank_of(const struct case_run *run)
{
    bool spoke = run->contact.spoke || run->suspected;

    if (spoke && run->phase == PHASE_HELD) {
        return run->outcome.loss != LOSS_NONE       ? RANK_CUT_OFF
               : run->ungreeted || run->unreachable ? RANK_MET_IT
                                                    : RANK_ENDED;
    }
    return spoke && run->phase == PHASE_AGAIN && (run->contact.missed || run->suspected)
               ? RANK_PUT_BACK
               : RANK_NONE;
}

/* Of two that are alike, the one that has turned to where nobody serves now. */
static bool is_before(const struct engine *engine, const struct case_run *a,
                      const struct case_run *b)
{
    unsigned set = CONTACT_SET(engine->absence.round.endpoint);
    enum rank rank = rank_of(a);

    if (rank != rank_of(b)) {
        return rank < rank_of(b);
    }
    if ((a->contact.endpoints & set) != (b->contact.endpoints & set)) {
        return (a->contact.endpoints & set) != 0;
    }
    return rank == RANK_ENDED ? a->held_at > b->held_at : a->held_at < b->held_at;
}

struct case_run *suspects_next(struct engine *engine)
{
    struct case_run *next = NULL;

    for (size_t i = 0; i < engine->crowd.count; i++) {
        struct case_run *run = engine->crowd.runs[i].run;
        enum rank rank = rank_of(run);
        bool cleared = rank >= RANK_ENDED && engine->absence.past.convicted > 0;
        if (rank != RANK_NONE && !cleared && (next == NULL || is_before(engine, run, next))) {
            next = run;
        }
    }
    return next;
}

size_t suspects_count(const struct engine *engine, size_t *cut_off_r, size_t *silent_r)
{
    size_t count = 0;

    *cut_off_r = 0;
    *silent_r = 0;
    for (size_t i = 0; i < engine->crowd.count; i++) {
        const struct case_run *run = engine->crowd.runs[i].run;
        enum rank rank = rank_of(run);
        count += rank != RANK_NONE ? 1 : 0;
        *cut_off_r += rank == RANK_CUT_OFF ? 1 : 0;
        *silent_r += rank == RANK_NONE && run->phase == PHASE_AGAIN ? 1 : 0;
    }
    return count;
}

/* ---- Words ---- */

static void print_us(struct buf *out, int64_t us)
{
    if (us < INT64_C(1000000)) {
        buf_printf(out, "%lld ms", (long long)(us < 1000 ? 1 : us / 1000));
    } else {
        buf_printf(out, "%.1f s", (double)us / 1000 / 1000);
    }
}

static int64_t since(const struct engine *engine, int64_t from_us)
{
    return loop_now_us(engine->config.loop) - engine->env.start_us - from_us;
}

static void print_where(struct buf *out, const struct engine *engine)
{
    const struct absence *absence = &engine->absence;
    const char *url = round_url(&absence->round);

    if (absence->now.hung) {
        buf_printf(out, "nobody was greeted at %s in ", url);
        outcome_print_ms(out, visit_greeting_ms(&engine->env, absence->round.target));
    } else if (absence->now.was_cut) {
        buf_printf(out, "every connection to %s ended before a greeting", url);
    } else {
        buf_printf(out, "nothing listened at %s", url);
    }
}

/* How long it was so: until now, or for good. */
static void print_how_long(struct buf *out, const struct engine *engine)
{
    const struct absence_now *now = &engine->absence.now;

    if (engine->absence.state == ABSENCE_GONE || engine->interrupted) {
        buf_append_text(out, now->hung ? "" : " any more");
    } else if (now->started_us > 0) {
        buf_append_text(out,
                        now->hung ? ", until Start was run again" : " until Start was run again");
    } else {
        buf_append_text(out, " for ");
        print_us(out, since(engine, now->since_us));
    }
}

static const char *end_told(enum loss loss)
{
    return loss == LOSS_CLOSED  ? "it closed the connection, and "
           : loss == LOSS_RESET ? "it reset the connection, and "
                                : "";
}

void suspects_convict(struct engine *engine, struct case_run *run)
{
    bool hung = engine->absence.now.hung;
    struct buf text = {0};

    buf_printf(&text, "the server %s: %s", hung ? "hangs" : "went away",
               hung ? "" : end_told(run->outcome.loss));
    print_where(&text, engine);
    print_how_long(&text, engine);
    outcome_convict(run, hung ? LOSS_HANGS : LOSS_WENT_AWAY, buf_text(&text));
    buf_deinit(&text);
    case_run_release(run);
    engine->env.wake(engine);
}

void suspects_report(struct engine *engine)
{
    const struct absence_past *past = &engine->absence.past;
    struct engine_absence told = {.convicted = past->convicted > 0, .cut = past->cut_off > 0};
    struct buf text = {0};

    if (engine->config.absent == NULL || past->suspects + past->silent == 0) {
        return;
    }
    buf_append_text(&text, past->hung ? "the server hung" : "the server went away");
    if (past->started) {
        buf_append_text(&text, " until Start was run again");
    } else {
        buf_append_text(&text, " for ");
        print_us(&text, past->lasted_us);
    }
    if (past->suspects == 0) {
        buf_printf(&text, ", when %zu case%s had come and not said anything", past->silent,
                   past->silent == 1 ? "" : "s");
    } else if (past->suspects == 1) {
        buf_append_text(&text, ", and the case that was there does not bring that about again");
    } else {
        buf_printf(&text, ", and none of the %zu cases that were there brings that about alone",
                   past->suspects);
    }
    told.text = buf_text(&text);
    engine->config.absent(engine->config.self, &told);
    buf_deinit(&text);
}

/* ---- Who is left ---- */

static const char begins_anew[] = "the server was not there: the case begins anew";

void suspects_settle(struct engine *engine, bool all_anew)
{
    for (size_t i = 0; i < engine->crowd.count; i++) {
        struct case_run *run = engine->crowd.runs[i].run;
        if (run->phase == PHASE_HELD && run->contact.spoke && !all_anew) {
            case_run_release(run);
        } else if (run->phase == PHASE_HELD || (run->phase == PHASE_AGAIN && run->contact.missed)) {
            run->suspected = false;
            run->strikes = 0;
            case_run_anew(run, begins_anew);
        }
    }
    engine->env.wake(engine);
}

/* ---- Not back ---- */

static void print_gone(struct engine *engine, struct buf *out)
{
    const struct absence_now *now = &engine->absence.now;

    if (now->hung) {
        buf_append_text(out, "the server hangs: ");
    } else {
        bool started = now->started_us > 0;
        buf_append_text(out, "the server went away and did not come back in ");
        print_us(out, since(engine, started ? now->started_us : now->since_us));
        buf_append_text(out, started ? ", though Start was run again: " : ": ");
    }
    print_where(out, engine);
}

static const char had_gone[] = "could not connect: the server had gone away";

/* `place`: from 1, the likeliest first. Where connections were cut off, it was one of those. */
static void end_suspect(struct case_run *run, unsigned place, bool alone, bool some_cut_off)
{
    run->outcome.suspect = place;
    if (run->outcome.loss == LOSS_NONE && !some_cut_off) {
        run->outcome.loss = LOSS_SUSPECT;
        run->outcome.lost_connection = run->contact.last_spoken;
    }
    if (alone) {
        outcome_set(run, VERDICT_ERROR, "the server is gone, or hangs, since this case was there");
    }
    if (run->phase == PHASE_HELD) {
        case_run_release(run);
    } else {
        case_run_give_up(run, VERDICT_ERROR, had_gone);
    }
}

static void end_suspects(struct engine *engine, struct buf *out)
{
    size_t cut_off = 0;
    size_t silent = 0;
    size_t count = suspects_count(engine, &cut_off, &silent);
    unsigned place = 0;
    struct case_run *run = suspects_next(engine);

    if (count == 1) {
        buf_append_text(out, ". The last case that reached it");
    } else if (count > 1) {
        buf_printf(out, ". %zu cases were there", count);
    } else if (engine->last_case != NULL) {
        buf_printf(out, ". The last case that reached it was %s", engine->last_case);
    }
    for (; run != NULL; run = suspects_next(engine)) {
        end_suspect(run, ++place, count == 1, cut_off > 0);
    }
}

static void end_others(struct engine *engine)
{
    for (size_t i = 0; i < engine->crowd.count; i++) {
        struct case_run *run = engine->crowd.runs[i].run;
        if (run->phase == PHASE_HELD) {
            case_run_release(run);
        } else if (run->phase == PHASE_AGAIN) {
            case_run_give_up(run, VERDICT_ERROR, had_gone);
        }
    }
}

void suspects_break_off(struct engine *engine)
{
    struct absence *absence = &engine->absence;
    struct case_run *guilty = absence->now.guilty ? absence->now.tried : NULL;
    struct buf text = {0};

    if (engine->broken_off.n == 0) { /* else Start says more */
        print_gone(engine, &text);
    }
    if (guilty != NULL) {
        buf_printf(&text, ". %s brings that about", guilty->program->id);
        suspects_convict(engine, guilty);
    } else {
        end_suspects(engine, &text);
    }
    absence->now.tried = NULL;
    end_others(engine);
    buf_append(&engine->broken_off, buf_bytes(&text));
    buf_deinit(&text);
}
