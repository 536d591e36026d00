#include "engine/seed.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/await.h"
#include "engine/case_run.h"
#include "engine/exchange.h"
#include "engine/login.h"
#include "engine/lost.h"
#include "engine/outcome.h"
#include "engine/preamble.h"
#include "proto/smtp_data.h"

/* Connections of the preparation: above all that a dialogue may use. */
enum { SEED_MAIL = CASE_MAX_CONNECTIONS, SEED_POP3 = CASE_MAX_CONNECTIONS - 1 };
enum { SEED_MAX_MESSAGES = 100, SEED_MAX_DELETES = 10 * 1000 };

enum seed_phase {
    SEED_COUNT, /* logged in, STAT */
    SEED_LEAVE, /* DELE where the maildrop is to be empty, then QUIT */
    SEED_SEND,  /* through SMTP or LMTP */
    SEED_PAUSE  /* what was sent is not all there yet */
};

struct seed {
    struct case_run *run;
    enum seed_phase phase;
    unsigned wanted;
    bool empty;
    bool sent;
    unsigned logins; /* that were refused */
    uint64_t there;
    struct exchange exchange;
    struct session *session; /* the run's */
    int64_t begin_us;
    int64_t limit_ms;
    int64_t delay_ms;
};

static void begin_count(struct seed *seed)
{
    struct login_way way = login_way_of_ours(seed->run->target, seed->run->facts, true);

    exchange_clear(&seed->exchange);
    login_add_pop3(&seed->exchange, &way, seed->run->user);
    exchange_add(&seed->exchange, '+', "STAT");
    seed->session = run_open(seed->run, SEED_POP3, PROTOCOL_POP3);
    seed->phase = SEED_COUNT;
    run_wait_for_reply(seed->run);
}

struct seed *seed_new(struct case_run *run)
{
    const struct program *program = run->program;
    struct seed *seed = NULL;
    unsigned wanted = 0;
    const bool empty = program_needs(program, NEED_EMPTY);

    for (size_t i = 0; i < program->need_count; i++) {
        if (program->needs[i].kind == NEED_MESSAGES && program->needs[i].number > wanted) {
            wanted = program->needs[i].number;
        }
    }
    if (wanted == 0 && !empty) {
        return NULL;
    }
    seed = mem_alloc(sizeof(*seed));
    seed->run = run;
    seed->wanted = wanted;
    seed->empty = empty;
    seed->begin_us = loop_now_us(run->env->config->loop);
    seed->limit_ms = (int64_t)(AWAIT_LIMIT_MS * run->env->config->time_scale) + 1;
    seed->delay_ms = AWAIT_FIRST_DELAY_MS;
    begin_count(seed);
    return seed;
}

void seed_free(struct seed **seed_p)
{
    struct seed *seed = *seed_p;

    if (seed == NULL) {
        return;
    }
    exchange_deinit(&seed->exchange);
    free(seed);
    *seed_p = NULL;
}

static enum seed_result fail(struct seed *seed, enum verdict verdict, const char *why)
{
    struct buf text = {0};

    buf_printf(&text, "the maildrop of %s could not be prepared: %s", seed->run->user->name, why);
    outcome_set(seed->run, verdict, buf_text(&text));
    buf_deinit(&text);
    return SEED_FAILED;
}

static void begin_leave(struct seed *seed)
{
    uint64_t deletes = seed->empty ? seed->there : 0;

    exchange_clear(&seed->exchange);
    for (uint64_t i = 1; i <= deletes; i++) {
        exchange_add(&seed->exchange, '+', "DELE %llu", (unsigned long long)i);
    }
    /* Only where something is deleted does the answer to QUIT matter (RFC 1939 section 6). */
    exchange_add(&seed->exchange, deletes > 0 ? '+' : 0, "QUIT");
    seed->phase = SEED_LEAVE;
}

static void add_message(struct seed *seed, unsigned number, unsigned count)
{
    struct case_run *run = seed->run;
    struct buf content = {0};
    struct buf octets = {0};
    struct bytes sender = {0};

    (void)vars_get(run->vars, "sender", &sender);
    buf_append_text(&content, "From: <");
    buf_append(&content, sender);
    buf_printf(&content, ">\r\nTo: <%s>\r\nSubject: message %u of %u for %s\r\n",
               run->user->address, number, count, run->program->id);
    buf_append_text(&content, "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n");
    buf_printf(&content, "Message-ID: <seed-%u.", number);
    buf_append(&content, sender);
    buf_printf(&content,
               ">\r\n\r\nThis is message %u of %u.\r\n.A line that begins with a dot.\r\n", number,
               count);
    smtp_data_stuff(&octets, buf_bytes(&content));
    exchange_add(&seed->exchange, '2', "MAIL FROM:<%.*s>", (int)sender.n, (const char *)sender.p);
    exchange_add(&seed->exchange, '2', "RCPT TO:<%s>", run->user->address);
    exchange_add(&seed->exchange, '3', "DATA");
    exchange_add_data(&seed->exchange, '2', buf_bytes(&octets));
    buf_deinit(&content);
    buf_deinit(&octets);
}

static void begin_send(struct seed *seed)
{
    struct case_run *run = seed->run;
    unsigned count = seed->wanted - (unsigned)seed->there;
    struct login_way way = login_way_of_ours(run->target, run->facts, false);
    struct bytes client = {0};
    struct buf hello = {0};

    (void)vars_get(run->vars, "client", &client);
    buf_printf(&hello, "%s ", preamble_hello(run));
    buf_append(&hello, client);
    exchange_clear(&seed->exchange);
    login_add_mail(&seed->exchange, &way, buf_text(&hello), run->user);
    buf_deinit(&hello);
    for (unsigned i = 1; i <= count; i++) {
        add_message(seed, i, count);
    }
    exchange_add(&seed->exchange, 0, "QUIT");
    seed->session = run_open(run, SEED_MAIL, PROTOCOL_SMTP);
    seed->phase = SEED_SEND;
    seed->sent = true;
}

static void begin_pause(struct seed *seed)
{
    run_wait(seed->run, seed->delay_ms);
    seed->delay_ms *= seed->delay_ms < AWAIT_MAX_DELAY_MS ? 2 : 1;
    seed->phase = SEED_PAUSE;
}

static enum seed_result hopeless(struct seed *seed)
{
    struct buf why = {0};

    delivery_print_hopeless(seed->run, &why);
    outcome_set(seed->run, VERDICT_INCONCLUSIVE, buf_text(&why));
    buf_deinit(&why);
    return SEED_FAILED;
}

/* The session of the maildrop is over: is it as it should be? */
static enum seed_result left(struct seed *seed)
{
    const struct target *target = seed->run->target;

    session_close(seed->session);
    delivery_note_count(seed->run, seed->there);
    if (seed->empty || seed->there >= seed->wanted) {
        return SEED_DONE;
    }
    if (!seed->sent) {
        if (target->mail.kind == ENDPOINT_NONE || !target->delivers ||
            seed->run->user->address == NULL || seed->wanted > SEED_MAX_MESSAGES) {
            return fail(seed, VERDICT_UNSUPPORTED,
                        "it holds too few messages, and the target does not deliver");
        }
        if (delivery_is_hopeless(seed->run, false)) {
            return hopeless(seed);
        }
        begin_send(seed);
        run_wait_for_reply(seed->run);
    } else {
        begin_pause(seed);
    }
    return SEED_WAITS;
}

/* An exchange went as it should. */
static enum seed_result answered(struct seed *seed)
{
    switch (seed->phase) {
    case SEED_COUNT:
        seed->there = answer_number(&seed->session->answer);
        if (seed->empty && seed->there > SEED_MAX_DELETES) {
            return fail(seed, VERDICT_UNSUPPORTED, "it holds more than 10000 messages");
        }
        begin_leave(seed);
        break;
    case SEED_LEAVE:
        return left(seed);
    case SEED_SEND:
        session_close(seed->session);
        begin_count(seed);
        break;
    case SEED_PAUSE:
        break;
    }
    run_wait_for_reply(seed->run);
    return SEED_WAITS;
}

/* The secret is refused: the session before may still hold the maildrop. */
static bool may_log_in_again(struct seed *seed, enum exchange_result went)
{
    return went == EXCHANGE_REFUSED && seed->phase == SEED_COUNT &&
           exchange_part(&seed->exchange) == EXCHANGE_SECRET && ++seed->logins < CASE_MAX_LOGINS;
}

/* Other cases have all the connections that the server allows: nothing was sent yet. */
static bool may_send_again(struct seed *seed, enum exchange_result went)
{
    bool busy = went == EXCHANGE_REFUSED && seed->phase == SEED_SEND &&
                exchange_part(&seed->exchange) == EXCHANGE_GREETING &&
                answer_code(&seed->session->answer) == 421;
    seed->sent = seed->sent && !busy;
    return busy;
}

static enum seed_result timed_out(struct seed *seed)
{
    int64_t spent_us = loop_now_us(seed->run->env->config->loop) - seed->begin_us;

    if (seed->phase != SEED_PAUSE) {
        return fail(seed, VERDICT_INCONCLUSIVE, "no answer in time");
    }
    if (spent_us > seed->limit_ms * 1000) {
        if (seed->sent) {
            delivery_note_absence(seed->run, false);
        }
        return fail(seed, VERDICT_INCONCLUSIVE,
                    seed->sent ? "the messages sent to it did not arrive"
                               : "the server answered 421 again and again");
    }
    begin_count(seed);
    return SEED_WAITS;
}

enum seed_result seed_advance(struct seed *seed)
{
    enum seed_result result = SEED_WAITS;

    if (seed->run->timed_out) {
        seed->run->timed_out = false;
        return timed_out(seed);
    }
    while (result == SEED_WAITS && seed->phase != SEED_PAUSE) {
        size_t before = seed->exchange.next;
        enum exchange_result went = exchange_run(&seed->exchange, seed->session);
        if (went == EXCHANGE_WAITS) {
            if (seed->exchange.next != before) {
                run_wait_for_reply(seed->run); /* each answer has its own time */
            }
            return SEED_WAITS;
        }
        if (may_log_in_again(seed, went) || may_send_again(seed, went)) {
            session_close(seed->session);
            begin_pause(seed);
            return SEED_WAITS;
        }
        if (went != EXCHANGE_DONE) {
            struct buf why = {0};
            exchange_problem(&seed->exchange, seed->session, went, &why);
            outcome_lost(seed->run, seed->session, lost_by_end(seed->session));
            result = fail(seed, VERDICT_INCONCLUSIVE, buf_text(&why));
            buf_deinit(&why);
            return result;
        }
        result = answered(seed);
    }
    return result;
}
