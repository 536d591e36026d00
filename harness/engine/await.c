#include "engine/await.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "engine/exchange.h"
#include "engine/expand.h"
#include "engine/login.h"
#include "engine/outcome.h"
#include "engine/step_table.h"

/* Of a larger maildrop only the newest messages are looked at. */
enum { NEWEST = 200 };

enum await_phase { AWAIT_LOGIN, AWAIT_LOOK, AWAIT_LEAVE, AWAIT_PAUSE };

struct await {
    enum await_phase phase;
    struct exchange exchange;
    struct buf id;
    int64_t begin_us;
    int64_t limit_ms; /* scaled */
    int64_t delay_ms; /* not scaled */
    uint64_t message; /* that is looked at; 0: none is left */
    uint64_t last;    /* the lowest one to look at */
    bool by_retr;     /* TOP is refused */
    bool missed;      /* the last look went through all of the maildrop in vain */
};

void await_free(struct await **await_p)
{
    struct await *await = *await_p;

    if (await == NULL) {
        return;
    }
    exchange_deinit(&await->exchange);
    buf_deinit(&await->id);
    free(await);
    *await_p = NULL;
}

/* ---- The message ---- */

static struct bytes next_line(struct bytes *rest)
{
    size_t end = bytes_index(*rest, '\n', 0);
    struct bytes line = bytes_slice(*rest, 0, end == BYTES_NONE ? rest->n : end + 1);

    *rest = bytes_skip(*rest, line.n);
    return line;
}

bool await_has_id(struct bytes message, struct bytes id)
{
    bool in_field = false;

    while (message.n > 0) {
        struct bytes line = next_line(&message);
        if (bytes_trim_right(line).n == 0) {
            return false; /* the end of the header */
        }
        if (line.p[0] != ' ' && line.p[0] != '\t') {
            in_field = bytes_starts_nocase(line, "Message-ID:");
        }
        if (in_field && bytes_find(line, id, 0) != BYTES_NONE) {
            return true;
        }
    }
    return false;
}

static struct bytes body_of(const struct answer *answer)
{
    struct bytes octets = answer_octets(answer);

    return answer_line_count(answer) == 0 ? octets : bytes_skip(octets, answer_line(answer, 0).n);
}

/* ---- Looks ---- */

static void begin_login(struct case_run *run, unsigned number)
{
    struct await *await = run->await;
    struct login_way way = login_way_of_ours(run->target, run->facts, true);

    run->current = run_open(run, number, PROTOCOL_POP3);
    exchange_clear(&await->exchange);
    login_add_pop3(&await->exchange, &way, run->user);
    exchange_add(&await->exchange, '+', "STAT");
    await->phase = AWAIT_LOGIN;
}

static void ask(struct await *await)
{
    exchange_clear(&await->exchange);
    exchange_add(&await->exchange, await->by_retr ? 0 : '+',
                 await->by_retr ? "RETR %llu" : "TOP %llu 0", (unsigned long long)await->message);
    await->phase = AWAIT_LOOK;
}

static void leave(struct await *await)
{
    exchange_clear(&await->exchange);
    exchange_add(&await->exchange, 0, "QUIT");
    await->phase = AWAIT_LEAVE;
}

static void look_at(struct await *await, uint64_t message)
{
    await->message = message;
    if (message < await->last) {
        leave(await);
    } else {
        ask(await);
    }
}

static void pause_a_while(struct case_run *run)
{
    struct await *await = run->await;

    session_close(run->current);
    run_wait(run, await->delay_ms);
    await->delay_ms =
        await->delay_ms * 2 > AWAIT_MAX_DELAY_MS ? AWAIT_MAX_DELAY_MS : await->delay_ms * 2;
    await->phase = AWAIT_PAUSE;
}

static void wait_for_answer(struct case_run *run)
{
    run_wait_for_reply(run);
}

static bool over(const struct case_run *run)
{
    const struct await *await = run->await;

    return loop_now_us(run->env->config->loop) - await->begin_us > await->limit_ms * 1000;
}

/* Behind <judge> the message is what the case is about; before it, and where nobody could look, nothing is proven. */
static enum verdict verdict_of_absence(const struct case_run *run)
{
    return run->judging && run->await->missed && over(run) ? VERDICT_FAIL : VERDICT_INCONCLUSIVE;
}

static enum step_result give_up(struct case_run *run, const struct step *step, const char *why)
{
    struct mismatch mismatch = mismatch_make(verdict_of_absence(run));
    struct buf text = {0};

    buf_append_text(&text, "the message ");
    escape_append(&text, buf_bytes(&run->await->id), 0);
    if (over(run)) {
        buf_append_text(&text, " did not arrive in ");
        outcome_print_ms(&text, run->await->limit_ms);
    } else {
        buf_append_text(&text, " could not be looked for");
    }
    if (why != NULL) {
        buf_printf(&text, " (%s)", why);
    }
    mismatch.place = step->place;
    session_close(run->current);
    enum step_result result = outcome_mismatch(run, &mismatch, "%s", buf_text(&text));
    buf_deinit(&text);
    return result;
}

static enum step_result found(struct case_run *run, const struct step *step)
{
    struct buf number = {0};

    buf_printf(&number, "%llu", (unsigned long long)run->await->message);
    if (step->name != NULL) {
        vars_set(run->vars, step->name, buf_bytes(&number));
    }
    buf_deinit(&number);
    await_free(&run->await);
    return STEP_DONE;
}

/* An exchange went as it should. STEP_DONE: the message is found. */
static enum step_result answered(struct case_run *run, const struct step *step)
{
    struct await *await = run->await;
    const struct answer *answer = &run->current->answer;
    uint64_t messages = answer_number(answer);

    switch (await->phase) {
    case AWAIT_LOGIN:
        await->last = messages > NEWEST ? messages - NEWEST + 1 : 1;
        look_at(await, messages);
        break;
    case AWAIT_LOOK:
        if (await_has_id(body_of(answer), buf_bytes(&await->id))) {
            return found(run, step);
        }
        if (over(run)) {
            return give_up(run, step, NULL);
        }
        look_at(await, await->message - 1);
        break;
    case AWAIT_LEAVE:
        await->missed = true;
        pause_a_while(run);
        return STEP_WAITS;
    case AWAIT_PAUSE:
        break;
    }
    wait_for_answer(run);
    return STEP_WAITS;
}

/* What greets is no POP3 server, or USER is refused: to a server without it, waiting is no help. */
static bool is_hopeless(const struct await *await, const struct answer *answer,
                        enum exchange_result result)
{
    enum exchange_part part = exchange_part(&await->exchange);
    bool no_greeting = part == EXCHANGE_GREETING && answer->indicator == POP3_INDICATOR_NONE;

    return result == EXCHANGE_REFUSED && await->phase == AWAIT_LOGIN &&
           (no_greeting || part == EXCHANGE_USER || part == EXCHANGE_TLS);
}

static enum step_result look(struct case_run *run, const struct step *step)
{
    for (;;) {
        struct await *await = run->await;
        enum exchange_result result = exchange_run(&await->exchange, run->current);
        if (result == EXCHANGE_WAITS) {
            return STEP_WAITS;
        }
        if (result == EXCHANGE_REFUSED && await->phase == AWAIT_LOOK && !await->by_retr) {
            await->by_retr = true;
            ask(await);
            continue;
        }
        if (result != EXCHANGE_DONE) {
            /* The maildrop may be locked or the server busy: it is tried again like any other look. */
            struct buf why = {0};
            exchange_problem(&await->exchange, run->current, result, &why);
            bool end = over(run) || is_hopeless(await, &run->current->answer, result);
            enum step_result given_up = end ? give_up(run, step, buf_text(&why)) : STEP_WAITS;
            buf_deinit(&why);
            if (!end) {
                await->missed &= await->phase == AWAIT_LEAVE;
                pause_a_while(run);
            }
            return given_up;
        }
        enum step_result step_result = answered(run, step);
        if (step_result != STEP_WAITS || run->await->phase == AWAIT_PAUSE) {
            return step_result;
        }
    }
}

enum step_result step_await_begin(struct case_run *run, const struct step *step)
{
    struct mismatch mismatch = mismatch_make(VERDICT_UNSUPPORTED);
    struct error error;

    await_free(&run->await);
    if (run->user == NULL || run->target->pop3.kind == ENDPOINT_NONE) {
        return outcome_mismatch(run, &mismatch, "the target names no POP3 endpoint or no user");
    }
    run->await = mem_alloc(sizeof(*run->await));
    run->await->begin_us = loop_now_us(run->env->config->loop);
    run->await->limit_ms = (int64_t)(AWAIT_LIMIT_MS * run->env->config->time_scale) + 1;
    run->await->delay_ms = AWAIT_FIRST_DELAY_MS;
    if (expand_text(&run->await->id, &step->text, &run->scope, &error) != 0) {
        mismatch.verdict = VERDICT_ERROR;
        return outcome_mismatch(run, &mismatch, "%s", error.text);
    }
    begin_login(run, step->connection);
    wait_for_answer(run);
    return look(run, step);
}

/* Comes with whatever happens anywhere in the run: a pause lasts until its time is over. */
enum step_result step_await_changed(struct case_run *run, const struct step *step)
{
    return run->await->phase == AWAIT_PAUSE ? STEP_WAITS : look(run, step);
}

enum step_result step_await_timed_out(struct case_run *run, const struct step *step)
{
    if (over(run) || run->await->phase != AWAIT_PAUSE) {
        return give_up(run, step, run->await->phase == AWAIT_PAUSE ? NULL : "no answer in time");
    }
    begin_login(run, step->connection);
    wait_for_answer(run);
    return look(run, step);
}
