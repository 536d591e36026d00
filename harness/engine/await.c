#include "engine/await.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "engine/exchange.h"
#include "engine/expand.h"
#include "engine/login.h"
#include "engine/outcome.h"
#include "engine/step_table.h"
#include "engine/turn.h"

/* Of a larger maildrop only the newest messages are looked at, where little can have changed fewer still. */
enum { NEWEST = 200, BEFORE_NEW = 8 };

enum await_phase { AWAIT_LOGIN, AWAIT_LOOK, AWAIT_LEAVE, AWAIT_PAUSE, AWAIT_TURN };

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
    uint64_t there;   /* messages, as the server said when this look began */
    uint64_t seen;    /* the same of the last look in vain */
    bool hopeless;    /* one look will do */
    bool narrow;      /* this look, or the last one, leaves out what was seen before */
    bool missed;      /* the last look went through all of the maildrop in vain */
    int64_t turn_us;  /* TURN: since when others have the maildrop */
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

/* Is there no time for one more look behind the next pause? */
static bool looks_last(const struct case_run *run)
{
    int64_t spent_ms = (loop_now_us(run->env->config->loop) - run->await->begin_us) / 1000;
    double pause_ms = (double)run->await->delay_ms * run->env->config->time_scale;

    return (double)spent_ms + 2 * pause_ms > (double)run->await->limit_ms;
}

/*
 * Behind a look in vain what came since is looked at, and a few before it, for others may delete messages meanwhile. A server
 * need not put the newest message last: where one came and is not found so, the next look goes through all again. So does the last.
 */
static void begin_look(const struct case_run *run, uint64_t messages)
{
    struct await *await = run->await;
    bool in_vain = await->narrow && await->there > await->seen;
    uint64_t newest = NEWEST;

    await->seen = await->there;
    await->narrow = await->missed && !in_vain && messages >= await->seen && !looks_last(run);
    await->there = messages;
    if (await->narrow && messages - await->seen < NEWEST - BEFORE_NEW) {
        newest = messages - await->seen + BEFORE_NEW;
    }
    await->last = messages > newest ? messages - newest + 1 : 1;
    look_at(await, messages);
}

static void pause_a_while(struct case_run *run)
{
    struct await *await = run->await;

    session_close(run->current);
    run_wait(run, await->delay_ms);
    await->delay_ms =
        await->delay_ms * 2 > AWAIT_MAX_DELAY_MS ? AWAIT_MAX_DELAY_MS : await->delay_ms * 2;
    await->phase = AWAIT_PAUSE;
    turn_pauses(run);
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
    const struct await *await = run->await;

    return run->judging && await->missed && over(run) && !await->hopeless ? VERDICT_FAIL
                                                                          : VERDICT_INCONCLUSIVE;
}

static void print_absence(const struct case_run *run, const char *why, struct buf *out)
{
    const struct await *await = run->await;

    if (await->hopeless) {
        delivery_print_hopeless(run, out);
        return;
    }
    buf_append_text(out, "the message ");
    escape_append(out, buf_bytes(&await->id), 0);
    if (over(run)) {
        buf_append_text(out, " did not arrive in ");
        outcome_print_ms(out, await->limit_ms);
    } else {
        buf_append_text(out, " could not be looked for");
    }
    if (why != NULL) {
        buf_printf(out, " (%s)", why);
    }
}

static enum step_result begin_alone(struct case_run *run)
{
    session_close(run->current);
    await_free(&run->await);
    run->alone = true;
    run_begin_again(run, "another case may have deleted the message");
    return STEP_ENDS;
}

static enum step_result give_up(struct case_run *run, const struct step *step, const char *why)
{
    struct mismatch mismatch = mismatch_make(verdict_of_absence(run));
    struct buf text = {0};

    if (run->await->missed && over(run) && delivery_may_be_deleted(run)) {
        return begin_alone(run);
    }
    if (run->await->missed && over(run)) {
        delivery_note_absence(run, run->judging);
    }
    print_absence(run, why, &text);
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
    delivery_note_arrival(run);
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
        delivery_note_count(run, messages);
        begin_look(run, messages);
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
        await->hopeless = delivery_is_hopeless(run, run->judging);
        if (await->hopeless) {
            return give_up(run, step, NULL);
        }
        pause_a_while(run);
        return STEP_WAITS;
    case AWAIT_PAUSE:
    case AWAIT_TURN:
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

/* One more look, as soon as no other case has the maildrop; how long that takes does not count. */
static enum step_result look_again(struct case_run *run, const struct step *step)
{
    struct await *await = run->await;
    int64_t now_us = loop_now_us(run->env->config->loop);

    if (await->phase == AWAIT_PAUSE) {
        await->turn_us = now_us;
        await->phase = AWAIT_TURN;
        run->timed_out = false;
    }
    if (turn_is_late(run, step) == STEP_WAITS) {
        return STEP_WAITS;
    }
    await->begin_us += now_us - await->turn_us;
    begin_login(run, step->connection);
    wait_for_answer(run);
    return look(run, step);
}

/* Comes with whatever happens anywhere in the run: a pause lasts until its time is over. */
enum step_result step_await_changed(struct case_run *run, const struct step *step)
{
    if (run->await->phase == AWAIT_TURN) {
        return look_again(run, step);
    }
    return run->await->phase == AWAIT_PAUSE ? STEP_WAITS : look(run, step);
}

enum step_result step_await_timed_out(struct case_run *run, const struct step *step)
{
    if (over(run) || run->await->phase != AWAIT_PAUSE) {
        return give_up(run, step, run->await->phase == AWAIT_PAUSE ? NULL : "no answer in time");
    }
    return look_again(run, step);
}
