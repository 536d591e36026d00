#include "engine/login_check.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "engine/login.h"
#include "engine/refusal.h"

/* A maildrop may still be locked by the session of another client: again after 100 ms, then 200 ms ... */
enum { TRIES = 5, FIRST_PAUSE_MS = 100, SESSION_MS = 30 * 1000 };

struct login_check {
    const struct case_env *env;
    const struct target *target;
    struct facts *facts;
    bool pop3; /* else SMTP or LMTP */
    struct login_way ways[LOGIN_WAYS_MAX];
    size_t way_count;
    size_t way; /* that is tried: those before it are refused */
    struct emitter emitter;
    struct session *session; /* NULL: a pause, or the next user's is to begin */
    struct exchange exchange;
    struct timer *timer;
    bool timed_out;
    bool pauses;
    size_t user; /* that is looked at */
    unsigned tries;
    struct buf text;
};

static void on_change(void *self)
{
    struct login_check *check = self;

    check->env->wake(check->env->self);
}

static void on_timer(void *self)
{
    struct login_check *check = self;

    check->timed_out = true;
    check->env->wake(check->env->self);
}

struct login_check *login_check_new(const struct case_env *env, const struct target *target,
                                    struct facts *facts, bool pop3)
{
    struct login_check *check = mem_alloc(sizeof(*check));

    check->env = env;
    check->target = target;
    check->facts = facts;
    check->pop3 = pop3;
    check->way_count = pop3 ? login_ways(target, facts, check->ways)
                            : login_ways_by_mail(target, facts, check->ways);
    check->timer = timer_new(env->config->loop, on_timer, check);
    check->emitter = (struct emitter){
        .sink = &env->config->sink, .loop = env->config->loop, .start_us = env->start_us};
    return check;
}

void login_check_free(struct login_check **check_p)
{
    struct login_check *check = *check_p;

    if (check == NULL) {
        return;
    }
    session_free(&check->session);
    exchange_deinit(&check->exchange);
    timer_free(&check->timer);
    buf_deinit(&check->text);
    free(check);
    *check_p = NULL;
}

const char *login_check_text(struct login_check *check)
{
    return buf_text(&check->text);
}

static void wait_ms(struct login_check *check, int64_t ms)
{
    double scaled = (double)ms * check->env->config->time_scale;

    check->timed_out = false;
    timer_start(check->timer, scaled < 1.0 ? 1 : (int64_t)scaled);
}

static const char *hello_of(const struct login_check *check)
{
    return check->target->mail.protocol == PROTOCOL_LMTP ? "LHLO login.mailspec.example"
                                                         : "EHLO login.mailspec.example";
}

static void begin(struct login_check *check)
{
    const struct target_user *user = &check->target->users[check->user];

    exchange_clear(&check->exchange);
    if (check->pop3) {
        login_add_pop3(&check->exchange, &check->ways[check->way], user);
    } else {
        login_add_mail(&check->exchange, &check->ways[check->way], hello_of(check), user);
    }
    exchange_add(&check->exchange, 0, "QUIT");
    check->pauses = false;
    check->session = session_new(check->env->config->loop, check->target, check->env->contexts,
                                 check->pop3 ? PROTOCOL_POP3 : PROTOCOL_SMTP, check->pop3 ? 2 : 1,
                                 &check->emitter);
    session_on_change(check->session, on_change, check);
    wait_ms(check, SESSION_MS); /* a server may be slow with logins on purpose */
}

/* By SMTP cases log in as the first one, unless each does at its start, and leases one for its maildrop. */
static size_t user_count(const struct login_check *check)
{
    const struct target *target = check->target;
    bool leases = target->start_with_auth && target->pop3.kind != ENDPOINT_NONE;

    return check->pop3 || leases ? target->user_count : 1;
}

static enum login_result next_user(struct login_check *check)
{
    session_free(&check->session);
    timer_stop(check->timer);
    buf_clear(&check->text);
    check->user++;
    check->tries = 0;
    if (check->pop3) {
        check->facts->pop3_way = check->ways[check->way];
    } else {
        check->way = 0;
    }
    return check->user < user_count(check) ? LOGIN_WAITS : LOGIN_GOOD;
}

/* The name alone is refused, or TLS is: another way may do (RFC 2595 section 2.2, RFC 1939 section 7). */
static enum login_result next_way(struct login_check *check)
{
    session_free(&check->session);
    timer_stop(check->timer);
    check->way++;
    return LOGIN_WAITS;
}

static enum login_result pause_a_while(struct login_check *check)
{
    session_free(&check->session);
    wait_ms(check, (int64_t)FIRST_PAUSE_MS << (check->tries - 1));
    check->pauses = true;
    return LOGIN_WAITS;
}

static void print_answer(struct login_check *check)
{
    struct bytes said = bytes_trim(answer_line(&check->session->answer, 0));

    escape_append(&check->text, bytes_slice(said, 0, 200), 0);
}

/* [AUTH]: the name or the secret is wrong, and no other try would do better (RFC 3206 section 5). */
static bool speaks_of_secrets(const struct login_check *check)
{
    struct bytes said = bytes_trim(answer_octets(&check->session->answer));

    return bytes_starts_nocase(bytes_trim(bytes_skip(said, sizeof "-ERR" - 1)), "[AUTH]");
}

static void print_refusal(struct login_check *check)
{
    const struct endpoint *endpoint = check->pop3 ? &check->target->pop3 : &check->target->mail;

    buf_clear(&check->text);
    buf_printf(&check->text, "%s refuses the login of ", endpoint->url);
    escape_append(&check->text, bytes_of(check->target->users[check->user].name), 0);
    buf_append_text(&check->text, ": \"");
    print_answer(check);
    buf_append_text(&check->text, "\". Are the name and the secret right (--user, User:)?");
    if (!check->pop3 && !check->target->start_with_auth) {
        buf_append_text(&check->text, " --tag '!auth' leaves the cases that log in out");
    }
}

/*
 * 5yz to AUTH. Another mechanism may do, or the same inside TLS: then it is not the secret, and the cases tell what it is. 530, 534
 * and 538 ask for that, and 4yz is for now (RFC 4954 section 6).
 */
static enum login_result refused_by_mail(struct login_check *check)
{
    unsigned code = answer_code(&check->session->answer);
    bool final = exchange_part(&check->exchange) == EXCHANGE_SECRET && code / 100 == 5 &&
                 !exchange_went_wrong(&check->exchange);

    if (!final) {
        return next_user(check);
    }
    if (code != 530 && code != 534 && code != 538) {
        print_refusal(check);
    }
    if (check->way + 1 < check->way_count) {
        return next_way(check);
    }
    return check->text.n > 0 ? LOGIN_REFUSED : next_user(check);
}

/* The server did not say +OK. "For now" is all right: the cases have their own tries. */
static enum login_result refused_by_pop3(struct login_check *check)
{
    static const struct code_choice ok = {.code = "+OK"};
    static const struct reply wanted = {.codes = &ok, .code_count = 1};
    struct buf why = {0};
    bool for_now = refusal_find(check->session, &wanted, &why) != REFUSAL_NONE;
    enum exchange_part part = exchange_part(&check->exchange);

    buf_deinit(&why);
    if (for_now || part == EXCHANGE_GREETING || check->session->answer.indicator != POP3_ERR) {
        return next_user(check);
    }
    if (part == EXCHANGE_USER || part == EXCHANGE_TLS) {
        if (check->way + 1 < check->way_count) {
            return next_way(check);
        }
        print_answer(check);
        return LOGIN_NO_USER;
    }
    if (!speaks_of_secrets(check) && ++check->tries < TRIES) {
        return pause_a_while(check);
    }
    print_refusal(check);
    return LOGIN_REFUSED;
}

/* What ends otherwise, or not at all, is for the cases to find out. */
static enum login_result advance_user(struct login_check *check)
{
    enum exchange_result result = EXCHANGE_WAITS;

    if (check->pauses && !check->timed_out) {
        return LOGIN_WAITS;
    }
    if (check->way_count == 0) {
        return LOGIN_GOOD; /* no login is offered that we know */
    }
    if (check->session == NULL) {
        begin(check);
    }
    result = exchange_run(&check->exchange, check->session);
    if (result == EXCHANGE_WAITS && !check->timed_out) {
        return LOGIN_WAITS;
    }
    if (result != EXCHANGE_REFUSED) {
        return next_user(check);
    }
    return check->pop3 ? refused_by_pop3(check) : refused_by_mail(check);
}

enum login_result login_check_advance(struct login_check *check)
{
    enum login_result result = LOGIN_WAITS;
    size_t user = 0;
    size_t way = 0;

    do {
        user = check->user;
        way = check->way;
        result = advance_user(check);
    } while (result == LOGIN_WAITS && (check->user != user || check->way != way));
    return result;
}
