#include "engine/engine_internal.h"
#include "engine/login.h"
#include "engine/needs.h"

/* The head case logs in, and nobody knows yet whether that works. The server of this program needs no such question. */
static bool may_ask_for_logins(const struct engine *engine, const struct target *target)
{
    return engine_head(engine)->role == ROLE_CLIENT && !target->built_in && target->user_count > 0;
}

static bool asks_for_pop3_logins(const struct engine *engine, const struct known_target *known)
{
    const struct target *target = known->target;

    return !known->logins_known && may_ask_for_logins(engine, target) &&
           target->pop3.kind != ENDPOINT_NONE && needs_maildrop(engine_head(engine)->program);
}

/* A case that cannot run is no reason to log in. */
static bool asks_for_mail_logins(const struct engine *engine, const struct known_target *known)
{
    const struct target *target = known->target;
    struct buf reason = {0};
    bool asks = !known->mail_logins_known && may_ask_for_logins(engine, target) &&
                target->mail.kind != ENDPOINT_NONE &&
                login_is_by_mail(engine_head(engine)->program, target, &known->facts) &&
                needs_met(&engine->config, engine_head(engine), &known->facts, &reason);

    buf_deinit(&reason);
    return asks;
}

void engine_advance_logins(struct engine *engine)
{
    if (engine->logins == NULL) {
        return;
    }
    switch (login_check_advance(engine->logins)) {
    case LOGIN_WAITS:
        return;
    case LOGIN_GOOD:
        break;
    case LOGIN_NO_USER:
        buf_append_text(&engine->logs_in->facts.no_login, login_check_text(engine->logins));
        break;
    case LOGIN_REFUSED:
        buf_append_text(&engine->broken_off, login_check_text(engine->logins));
        break;
    }
    *(engine->logs_in_by_pop3 ? &engine->logs_in->logins_known
                              : &engine->logs_in->mail_logins_known) = true;
    engine->logs_in = NULL;
    login_check_free(&engine->logins);
}

static void begin_logins(struct engine *engine, struct known_target *known, bool pop3)
{
    engine->logs_in = known;
    engine->logs_in_by_pop3 = pop3;
    engine->logins = login_check_new(&engine->env, known->target, &known->facts, pop3);
    engine_advance_logins(engine);
}

bool engine_begins_logins(struct engine *engine, struct known_target *known)
{
    bool pop3 = asks_for_pop3_logins(engine, known);

    if (pop3 || asks_for_mail_logins(engine, known)) {
        begin_logins(engine, known, pop3);
        return true;
    }
    return false;
}
