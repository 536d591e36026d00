#include "engine/probe.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/login.h"
#include "engine/probe_trouble.h"

/* 421 is waited out: 100 ms, then twice as long each time, up to a second, this often. */
enum { PROBE_TRIES = 20, PROBE_PAUSE_MS = 100, PROBE_MAX_PAUSE_MS = 1000 };
enum { PROBE_LOOPBACK_MS = 10 * 1000, PROBE_MS = 30 * 1000 };

enum probe_phase {
    PROBE_GREETED,
    PROBE_ASKS,
    PROBE_BEGINS_TLS,
    PROBE_SECOND,
    PROBE_LEAVES,
    PROBE_PAUSES
};

/* A second client is greeted about as fast as the first one, unless it has to wait until that one has left. */
enum { SECOND_MS = 1000 };

struct probe {
    const struct case_env *env;
    const struct target *target;
    struct target
        looking; /* the same; where TLS is no must, with a look inside whatever the certificate is */
    bool inside; /* what is offered inside TLS matters */
    struct facts *facts;
    struct emitter emitter;
    struct session *session;
    struct session *second; /* PROBE_SECOND */
    int64_t begin_us;       /* of the session */
    int64_t greeting_us;    /* how long its greeting took */
    struct exchange exchange;
    struct timer *timer;
    bool timed_out;
    enum probe_phase phase;
    unsigned endpoint; /* 0 mail, 1 POP3, 2 done */
    unsigned tries;
    int64_t pause_ms;
    int64_t wait_ms;
    struct buf failure;
};

static void on_change(void *self)
{
    struct probe *probe = self;

    probe->env->wake(probe->env->self);
}

static void on_timer(void *self)
{
    struct probe *probe = self;

    probe->timed_out = true;
    probe->env->wake(probe->env->self);
}

struct probe *probe_new(const struct case_env *env, const struct target *target, bool inside,
                        struct facts *facts)
{
    struct probe *probe = mem_alloc(sizeof(*probe));

    probe->env = env;
    probe->target = target;
    probe->inside = inside;
    probe->looking = *target;
    probe->facts = facts;
    probe->timer = timer_new(env->config->loop, on_timer, probe);
    probe->pause_ms = PROBE_PAUSE_MS;
    probe->emitter = (struct emitter){
        .sink = &env->config->sink, .loop = env->config->loop, .start_us = env->start_us};
    return probe;
}

void probe_free(struct probe **probe_p)
{
    struct probe *probe = *probe_p;

    if (probe == NULL) {
        return;
    }
    session_free(&probe->session);
    session_free(&probe->second);
    exchange_deinit(&probe->exchange);
    timer_free(&probe->timer);
    buf_deinit(&probe->failure);
    free(probe);
    *probe_p = NULL;
}

const char *probe_failure(struct probe *probe)
{
    return buf_text(&probe->failure);
}

static const struct endpoint *endpoint_of(const struct probe *probe)
{
    return probe->endpoint == 0 ? &probe->target->mail : &probe->target->pop3;
}

static void wait_ms(struct probe *probe, int64_t ms)
{
    double scaled = (double)ms * probe->env->config->time_scale;

    probe->timed_out = false;
    probe->wait_ms = scaled < 1.0 ? 1 : (int64_t)scaled;
    timer_start(probe->timer, probe->wait_ms);
}

static void begin(struct probe *probe)
{
    bool pop3 = probe->endpoint == 1;

    exchange_clear(&probe->exchange);
    exchange_add(&probe->exchange, 0, "%s", "");
    probe->looking.tls.verify = probe->target->tls.verify &&
                                (probe->target->start_with_tls || endpoint_of(probe)->implicit_tls);
    probe->session =
        session_new(probe->env->config->loop, &probe->looking, probe->env->contexts,
                    pop3 ? PROTOCOL_POP3 : PROTOCOL_SMTP, probe->endpoint + 1, &probe->emitter);
    session_on_change(probe->session, on_change, probe);
    probe->begin_us = loop_now_us(probe->env->config->loop);
    probe->phase = PROBE_GREETED;
    wait_ms(probe, probe->target->loopback ? PROBE_LOOPBACK_MS : PROBE_MS);
}

/* EHLO, LHLO or CAPA. */
static void add_question(struct probe *probe)
{
    bool lmtp = probe->target->mail.protocol == PROTOCOL_LMTP;

    if (probe->endpoint == 1) {
        exchange_add(&probe->exchange, 0, "CAPA");
    } else {
        exchange_add(&probe->exchange, 0, "%s probe.mailspec.example", lmtp ? "LHLO" : "EHLO");
    }
}

static void begin_asking(struct probe *probe)
{
    probe->greeting_us = loop_now_us(probe->env->config->loop) - probe->begin_us;
    exchange_clear(&probe->exchange);
    add_question(probe);
    probe->phase = PROBE_ASKS;
    wait_ms(probe, probe->target->loopback ? PROBE_LOOPBACK_MS : PROBE_MS);
}

/* What is offered inside TLS may be more: AUTH often is (RFC 4954 section 4, RFC 5034 section 3). */
static void begin_tls(struct probe *probe)
{
    bool pop3 = probe->endpoint == 1;

    exchange_clear(&probe->exchange);
    exchange_add(&probe->exchange, pop3 ? '+' : '2', pop3 ? "STLS" : "STARTTLS");
    exchange_add_tls(&probe->exchange);
    add_question(probe);
    probe->phase = PROBE_BEGINS_TLS;
    wait_ms(probe, probe->target->loopback ? PROBE_LOOPBACK_MS : PROBE_MS);
}

static void begin_second(struct probe *probe)
{
    exchange_clear(&probe->exchange);
    exchange_add(&probe->exchange, 0, "%s", "");
    probe->second = session_new(probe->env->config->loop, probe->target, probe->env->contexts,
                                probe->session->protocol, probe->endpoint + 1, &probe->emitter);
    session_on_change(probe->second, on_change, probe);
    probe->phase = PROBE_SECOND;
    wait_ms(probe, SECOND_MS + 2 * probe->greeting_us / 1000);
}

static void keep_offers(struct offers *to, const struct offers *from)
{
    offers_clear(to);
    for (size_t i = 0; i < from->count; i++) {
        offers_add(to, from->items[i].keyword, from->items[i].params);
    }
}

static void next_endpoint(struct probe *probe)
{
    session_free(&probe->session);
    timer_stop(probe->timer);
    probe->endpoint++;
    probe->tries = 0;
}

/* As answered in clear text, or on an address with implicit TLS. */
static void keep_facts(struct probe *probe)
{
    const struct session *session = probe->session;

    if (probe->endpoint == 0) {
        keep_offers(&probe->facts->mail, &session->offers);
        return;
    }
    keep_offers(&probe->facts->pop3, &session->offers);
    buf_clear(&probe->facts->timestamp);
    buf_append(&probe->facts->timestamp, buf_bytes(&session->timestamp));
}

static enum probe_result fail(struct probe *probe, const char *what, const char *advice)
{
    buf_printf(&probe->failure, "%s %s%s", endpoint_of(probe)->url, what, advice);
    return PROBE_FAILED;
}

static enum probe_result pause_or_fail(struct probe *probe)
{
    if (++probe->tries >= PROBE_TRIES) {
        return fail(probe, "refuses every connection at its greeting",
                    ": wait until it has room, or raise its limits");
    }
    emit_note(&probe->emitter, probe->endpoint + 1, "refused at the greeting: again in %lld ms",
              (long long)probe->pause_ms);
    session_free(&probe->session);
    wait_ms(probe, probe->pause_ms);
    probe->pause_ms *= probe->pause_ms * 2 > PROBE_MAX_PAUSE_MS ? 1 : 2;
    probe->phase = PROBE_PAUSES;
    return PROBE_WAITS;
}

static enum probe_result unreachable(struct probe *probe)
{
    struct probe_trouble trouble = {.session = probe->session,
                                    .endpoint = endpoint_of(probe),
                                    .verifies = probe->target->tls.verify,
                                    .timed_out = probe->timed_out,
                                    .wait_ms = probe->wait_ms};
    struct buf what = {0};

    probe_trouble_print(&trouble, &what);
    enum probe_result result = fail(probe, buf_text(&what), "");
    buf_deinit(&what);
    return result;
}

/* An address of the other protocol is a slip of the hand: say so once, instead of in every case. */
static const char *other_protocol(const struct probe *probe)
{
    struct bytes greeting = answer_octets(&probe->session->answer);

    if (probe->endpoint == 1) {
        return bytes_starts(greeting, "220") ? "greets as an SMTP server does, not as a POP3 server"
                                             : NULL;
    }
    return bytes_starts(greeting, "+OK") ? "greets as a POP3 server does, not as an SMTP server"
                                         : NULL;
}

static void leave(struct probe *probe)
{
    if (probe->session->state != SESSION_OPEN ||
        !outstanding_in_sync(&probe->session->outstanding)) {
        next_endpoint(probe);
        return;
    }
    exchange_clear(&probe->exchange);
    exchange_add(&probe->exchange, 0, "QUIT");
    probe->phase = PROBE_LEAVES;
    wait_ms(probe, 2000);
}

static bool is_busy(const struct answer *answer)
{
    return answer->pop3 ? answer->indicator == POP3_ERR : answer_is(answer, "4yz");
}

/* A refusal as the greeting means that no service is to be had, for now or at all (RFC 5321 3.1). */
static enum probe_result judge_greeting(struct probe *probe)
{
    enum exchange_result result = exchange_run(&probe->exchange, probe->session);
    unsigned code = 0;

    if (result == EXCHANGE_WAITS && !probe->timed_out) {
        return PROBE_WAITS;
    }
    if (result != EXCHANGE_DONE) {
        return unreachable(probe);
    }
    const char *slip = other_protocol(probe);
    if (slip != NULL) {
        return fail(probe, slip, ". Is the address right?");
    }
    if (is_busy(&probe->session->answer)) {
        return pause_or_fail(probe);
    }
    code = answer_code(&probe->session->answer);
    if (code / 100 == 5 && probe->target->built_in) {
        leave(probe); /* a case has asked for that greeting */
        return PROBE_DONE;
    }
    if (code / 100 == 5) {
        struct buf what = {0};
        buf_printf(&what, "greets with %u: it offers no service to this client", code);
        enum probe_result failed = fail(probe, buf_text(&what), "");
        buf_deinit(&what);
        return failed;
    }
    begin_asking(probe);
    return PROBE_DONE;
}

/* A limit that the target tells is held; a command is started anew for each connection. */
static bool asks_for_second(const struct probe *probe)
{
    return probe->session->state == SESSION_OPEN && endpoint_of(probe)->kind != ENDPOINT_PIPE &&
           probe->target->connections == 0 && !probe->target->built_in;
}

static void go_on(struct probe *probe)
{
    if (asks_for_second(probe)) {
        begin_second(probe);
    } else {
        leave(probe);
    }
}

/* EHLO or CAPA is answered, or it never will be: what is known then is kept. */
static enum probe_result ask(struct probe *probe)
{
    bool pop3 = probe->endpoint == 1;

    if (exchange_run(&probe->exchange, probe->session) == EXCHANGE_WAITS && !probe->timed_out) {
        return PROBE_WAITS;
    }
    if (probe->session->protocol == PROTOCOL_LMTP && answer_is(&probe->session->answer, "5yz")) {
        return fail(probe, "refuses LHLO, which every LMTP server knows",
                    ". Is it an SMTP server, smtp://?");
    }
    /* 55z is about the name in it, and HELO would fare no better. */
    probe->facts->helo_only |= probe->endpoint == 0 && answer_is(&probe->session->answer, "50z");
    keep_facts(probe);
    bool offered = login_can_begin_tls(probe->facts, pop3);
    if (probe->target->start_with_tls && !offered && !endpoint_of(probe)->implicit_tls) {
        return fail(probe, pop3 ? "does not offer STLS" : "does not offer STARTTLS",
                    ", which every connection is to start with (Start-with, --start-with)");
    }
    if (offered && probe->inside && probe->session->tls == SESSION_CLEAR &&
        probe->session->state == SESSION_OPEN) {
        begin_tls(probe);
    } else {
        go_on(probe);
    }
    return PROBE_DONE;
}

/* Where TLS cannot be begun, the cases that are about it will tell; the others need not know. */
static enum probe_result look_inside_tls(struct probe *probe)
{
    enum exchange_result result = exchange_run(&probe->exchange, probe->session);
    struct facts *facts = probe->facts;

    if (result == EXCHANGE_WAITS && !probe->timed_out) {
        return PROBE_WAITS;
    }
    if (result == EXCHANGE_DONE) {
        keep_offers(probe->endpoint == 0 ? &facts->mail_tls : &facts->pop3_tls,
                    &probe->session->offers);
    } else {
        struct buf why = {0};
        exchange_problem(&probe->exchange, probe->session, result, &why);
        emit_note(&probe->emitter, probe->endpoint + 1,
                  "what is offered inside TLS is not known: %s", buf_text(&why));
        bool needed = probe->target->start_with_tls;
        enum probe_result failed =
            needed ? fail(probe, buf_text(&why), " (Start-with: tls, --start-with tls)")
                   : PROBE_DONE;
        buf_deinit(&why);
        if (needed) {
            return failed;
        }
    }
    go_on(probe);
    return PROBE_DONE;
}

/* Greeted too? Else it waits for the first to leave, or is one too many: cases run one after the other then. */
static enum probe_result look_at_second(struct probe *probe)
{
    enum exchange_result result = exchange_run(&probe->exchange, probe->second);

    if (result == EXCHANGE_WAITS && !probe->timed_out) {
        return PROBE_WAITS;
    }
    if (result != EXCHANGE_DONE || is_busy(&probe->second->answer)) {
        probe->facts->one_client = true;
        probe->facts->listens_for_one |=
            probe->second->state == SESSION_ENDED && !probe->second->was_open;
    }
    session_free(&probe->second);
    leave(probe);
    return PROBE_DONE;
}

static enum probe_result advance_phase(struct probe *probe)
{
    switch (probe->phase) {
    case PROBE_GREETED:
        return judge_greeting(probe);
    case PROBE_ASKS:
        return ask(probe);
    case PROBE_BEGINS_TLS:
        return look_inside_tls(probe);
    case PROBE_SECOND:
        return look_at_second(probe);
    case PROBE_LEAVES:
        if (exchange_run(&probe->exchange, probe->session) == EXCHANGE_WAITS && !probe->timed_out) {
            return PROBE_WAITS;
        }
        next_endpoint(probe);
        return PROBE_DONE;
    case PROBE_PAUSES:
        if (!probe->timed_out) {
            return PROBE_WAITS;
        }
        begin(probe);
        return PROBE_DONE;
    }
    return PROBE_WAITS;
}

/* The likeliest; where users log in, it is tried before (login_check.h). */
static void keep_way(struct probe *probe)
{
    struct login_way ways[LOGIN_WAYS_MAX];

    (void)login_ways(probe->target, probe->facts, ways);
    probe->facts->pop3_way = ways[0];
}

enum probe_result probe_advance(struct probe *probe)
{
    while (probe->endpoint < 2) {
        bool begun = probe->session != NULL || probe->phase == PROBE_PAUSES;
        const struct endpoint *endpoint = endpoint_of(probe);
        if (endpoint->kind == ENDPOINT_NONE) {
            probe->endpoint++;
            continue;
        }
        if (!begun) {
            begin(probe);
        }
        enum probe_result result = advance_phase(probe);
        if (result != PROBE_DONE) {
            return result;
        }
    }
    keep_way(probe);
    return PROBE_DONE;
}
