#include "cli/order.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/company.h"
#include "engine/logins.h"
#include "engine/needs.h"

struct order_place {
    unsigned rank; /* the lowest begins first */
    size_t number;
};

struct order {
    struct order_place *places; /* of the cases of one repetition */
    size_t count;
};

/*
 * Those that bear no company in a maildrop come first, for there they can only be one by one, and then those that wait: the others have
 * their time meanwhile.
 */
enum { LONG_MS = 1000 };
enum {
    RANK_NOBODY,
    RANK_NO_MAIL,
    RANK_WAITS,
    RANK_GRAVE,
    RANK_NO_RULE = RANK_GRAVE + IMPACT_COUNT,
    RANK_SCOUT, /* one whose only login is to be refused: it shows what the server does then */
    RANK_FAIL
};
/* A server makes all logins wait together: those with the most of them come first. */
enum { LOGINS_MOST = 8 };

static int64_t waits_ms(const struct program *program)
{
    int64_t ms = 0;
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        ms += step->kind == STEP_WAIT || step->kind == STEP_SILENCE ? step->duration_ms : 0;
    }
    return ms;
}

/* Of as many logins, first those that begin with one that is to pass. */
static unsigned rank_of_refused(const struct program *program)
{
    size_t count = logins_count(program);
    unsigned left = count < LOGINS_MOST ? LOGINS_MOST - (unsigned)count : 0;
    return RANK_FAIL + 2 * left + (logins_first(program) == LOGIN_TO_PASS ? 0 : 1);
}

static const struct rule *first_rule(const struct run_request *request,
                                     const struct program *program)
{
    return program->rule_count > 0 ? rule_find(request->rules, bytes_of(program->rules[0])) : NULL;
}

static unsigned rank_of(const struct run_request *request, const struct program *program)
{
    if (logins_fail(program)) {
        return rank_of_refused(program);
    }
    if (needs_maildrop(program) && company_of(program) != COMPANY_ANY) {
        return company_of(program) == COMPANY_NOBODY ? RANK_NOBODY : RANK_NO_MAIL;
    }
    if (waits_ms(program) >= LONG_MS) {
        return RANK_WAITS;
    }
    const struct rule *rule = first_rule(request, program);
    return rule != NULL ? RANK_GRAVE + (unsigned)rule->impact : RANK_NO_RULE;
}

static int compare(const void *a, const void *b)
{
    const struct order_place *one = a;
    const struct order_place *other = b;
    if (one->rank != other->rank) {
        return one->rank < other->rank ? -1 : 1;
    }
    return one->number < other->number ? -1 : 1;
}

/* It needs nothing, so it is sure to run; USER and PASS are what is refused, and not PASS alone; and the shortest is the plainest. */
static bool is_scout(const struct run_request *request, const struct program *program,
                     const struct program *best)
{
    const struct rule *rule = first_rule(request, program);
    enum { USER_AND_PASS = 4 }; /* with the replies */
    return rule != NULL && program->step_count >= USER_AND_PASS &&
           rule->impact == IMPACT_SECURITY && program->need_count == 0 &&
           program->given_count == 0 && logins_fail(program) && logins_count(program) == 1 &&
           (best == NULL || program->step_count < best->step_count);
}

static void send_scout(struct order *order, const struct run_request *request)
{
    const struct program *best = NULL;
    size_t at = 0;
    for (size_t i = 0; i < order->count; i++) {
        const struct program *program = suite_program(request->suite, i);
        if (is_scout(request, program, best)) {
            best = program;
            at = i;
        }
    }
    if (best != NULL) {
        order->places[at].rank = RANK_SCOUT;
    }
}

bool order_is_ours(const struct run_request *request)
{
    return request->target != NULL && request->target->client.kind == CLIENT_NONE;
}

struct order *order_new(const struct run_request *request)
{
    struct order *order = mem_alloc(sizeof *order);
    order->count = suite_count(request->suite);
    order->places = mem_array(order->count + 1, sizeof *order->places);
    bool ours = order_is_ours(request);
    for (size_t i = 0; i < order->count; i++) {
        const struct program *program = suite_program(request->suite, i);
        order->places[i] = (struct order_place){ours ? rank_of(request, program) : 0, i};
    }
    if (ours) {
        send_scout(order, request);
    }
    qsort(order->places, order->count, sizeof *order->places, compare);
    return order;
}

void order_free(struct order **order_p)
{
    if (*order_p != NULL) {
        free((*order_p)->places);
        free(*order_p);
        *order_p = NULL;
    }
}

size_t order_at(const struct order *order, size_t i)
{
    return i / order->count * order->count + order->places[i % order->count].number;
}
