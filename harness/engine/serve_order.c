#include "engine/serve_order.h"

/* What a kind of step is for the order. */
enum place_kind {
    STANDS,    /* everything before it is done first, everything behind it later */
    ASKS,      /* of the client: it gets a reply */
    CONTINUES, /* says nothing */
    ANSWERS,
    PRECEDES, /* belongs to the answer behind it */
    FOLLOWS   /* belongs to the answer before it */
};

static enum place_kind kind_of(const struct step *step)
{
    static const enum place_kind rows[STEP_KIND_COUNT] = {
        [STEP_COMMAND] = ASKS,      [STEP_RESPONSE] = ASKS,
        [STEP_SEND_MESSAGE] = ASKS, [STEP_MESSAGE] = ASKS,
        [STEP_DATA] = ASKS,         [STEP_CHUNK] = ASKS,
        [STEP_REPLY] = ANSWERS,     [STEP_BODY] = FOLLOWS,
        [STEP_WITHIN] = PRECEDES,   [STEP_WAIT] = PRECEDES,
        [STEP_SILENCE] = PRECEDES,  [STEP_PACE] = PRECEDES,
        [STEP_FLUSH] = PRECEDES,    [STEP_COMMENTARY] = CONTINUES,
        [STEP_NEVER] = CONTINUES,
    };
    enum place_kind kind = rows[step->kind];

    return kind == PRECEDES && step->side == SIDE_CLIENT ? STANDS : kind;
}

struct ordering {
    const struct step *steps;
    size_t count;
    size_t *order;
    size_t filled;
};

static void put(struct ordering *o, size_t i)
{
    o->order[o->filled++] = i;
}

/* The end of the run of steps from `at` on that may change places: one connection, nothing that stands. */
static size_t run_end(const struct ordering *o, size_t at)
{
    size_t end = at;

    while (end < o->count && kind_of(&o->steps[end]) != STANDS &&
           o->steps[end].connection == o->steps[at].connection) {
        end++;
    }
    return end;
}

/* The chunk gets the reply, not the BDAT before it. */
static bool gets_answer(const struct ordering *o, size_t i, size_t said)
{
    bool has_chunk = i + 1 < said && o->steps[i + 1].kind == STEP_CHUNK;

    return kind_of(&o->steps[i]) == ASKS && !has_chunk;
}

static size_t count_answers(const struct ordering *o, size_t from, size_t end)
{
    size_t count = 0;

    for (size_t i = from; i < end; i++) {
        count += kind_of(&o->steps[i]) == ANSWERS && !o->steps[i].reply.optional ? 1 : 0;
    }
    return count;
}

/*
 * The next answer of [from, end) with what belongs to it is put; returns where the search goes on. One that may come is no
 * answer of its own where enough others are there for the `asked` commands that wait.
 */
static size_t put_answer(struct ordering *o, size_t from, size_t end, size_t asked)
{
    size_t at = from;
    bool more = true;

    while (more && at < end) {
        while (at < end && kind_of(&o->steps[at]) == PRECEDES) {
            put(o, at++);
        }
        if (at == end) {
            break;
        }
        more = o->steps[at].reply.optional && count_answers(o, at + 1, end) >= asked;
        put(o, at++);
        while (at < end && kind_of(&o->steps[at]) == FOLLOWS) {
            put(o, at++);
        }
    }
    return at;
}

/*
 * One group: what the client says in [at, said), and the answers of [said, end). Each answer comes behind its command. The last
 * command takes all that are left: with LMTP the end of data has several.
 */
static void put_group(struct ordering *o, size_t at, size_t said, size_t end)
{
    size_t answer = said;
    size_t asked = 0;

    for (size_t i = at; i < said; i++) {
        asked += gets_answer(o, i, said) ? 1 : 0;
    }
    for (size_t i = at; i < said; i++) {
        put(o, i);
        if (gets_answer(o, i, said)) {
            answer = put_answer(o, answer, end, asked--);
        }
    }
    while (answer < end) {
        put(o, answer++);
    }
}

static bool is_together(const struct ordering *o, size_t at)
{
    while (at > 0 && o->steps[at - 1].kind == STEP_COMMENTARY) {
        at--;
    }
    return at > 0 && o->steps[at - 1].kind == STEP_TOGETHER;
}

static bool is_clients(const struct step *step)
{
    enum place_kind kind = kind_of(step);

    return kind == ASKS || kind == CONTINUES;
}

static void put_run(struct ordering *o, size_t at, size_t end)
{
    while (at < end) {
        size_t said = at;
        while (said < end && is_clients(&o->steps[said])) {
            said++;
        }
        size_t answered = said;
        while (answered < end && !is_clients(&o->steps[answered])) {
            answered++;
        }
        if (is_together(o, at)) {
            for (size_t i = at; i < answered; i++) {
                put(o, i);
            }
        } else {
            put_group(o, at, said, answered);
        }
        at = answered;
    }
}

static bool awaits_end(const struct step *step)
{
    return step->kind == STEP_EXIT || step->kind == STEP_STORE;
}

/* A C!: behind a wait for the client's end would have nothing left to look at: it holds while that waits. */
static size_t put_ends(struct ordering *o, size_t at)
{
    size_t end = at;

    while (end < o->count && (awaits_end(&o->steps[end]) || kind_of(&o->steps[end]) == CONTINUES)) {
        end++;
    }
    for (int never = 1; never >= 0; never--) {
        for (size_t i = at; i < end; i++) {
            if ((o->steps[i].kind == STEP_NEVER) == (never == 1)) {
                put(o, i);
            }
        }
    }
    return end;
}

const size_t *serve_order(struct arena *arena, const struct step *steps, size_t count)
{
    struct ordering o = {
        .steps = steps, .count = count, .order = arena_array(arena, count + 1, sizeof(size_t))};

    for (size_t at = 0; at < count;) {
        if (awaits_end(&steps[at])) {
            at = put_ends(&o, at);
            continue;
        }
        if (kind_of(&steps[at]) == STANDS) {
            put(&o, at++);
            continue;
        }
        size_t end = run_end(&o, at);
        put_run(&o, at, end);
        at = end;
    }
    return o.order;
}
