/* AUTH (RFC 5034), and which logins wait for TLS. */
#include <stdlib.h>

#include "fake_servers/pop3_session.h"

void pop3_print_mechanisms(const struct pop3_session *session, struct buf *out)
{
    auth_print_mechanisms(session->settings, &session->settings->pop3_auth, &session->tls, out);
}

bool pop3_has_auth(const struct pop3_session *session)
{
    return session->settings->pop3_auth.count > 0;
}

/* APOP tells a digest, PASS the secret itself; and USER is of no use without it. */
bool pop3_needs_tls(const struct pop3_session *session, enum pop3_verb verb)
{
    bool is_login = verb == POP3_USER || verb == POP3_PASS || verb == POP3_APOP;
    return is_login &&
           settings_keeps_login(session->settings, session->tls.secured, verb != POP3_APOP);
}

/* ---- the end of an exchange ---- */

static const enum pop3_text failures[] = {
    [AUTH_CANCELLED] = POP3_TEXT_AUTH_CANCELLED, [AUTH_NOT_BASE64] = POP3_TEXT_NOT_BASE64,
    [AUTH_NO_INITIAL] = POP3_TEXT_NO_INITIAL,    [AUTH_MALFORMED] = POP3_TEXT_BAD_RESPONSE,
    [AUTH_REFUSED] = POP3_TEXT_WRONG_LOGIN,
};

/* continue-req = "+" SP [base64] CRLF */
static void say_challenge(const struct pop3_session *session, const struct buf *challenge)
{
    buf_append_text(session->out, "+ ");
    buf_append(session->out, buf_bytes(challenge));
    buf_append_text(session->out, "\r\n");
}

static void end(struct pop3_session *session, enum auth_step step)
{
    struct auth *auth = session->auth;
    session->auth = NULL;
    if (step == AUTH_DONE) {
        pop3_log_in_as(session, bytes_of(auth_user(auth)));
    } else {
        pop3_say(session, failures[step]);
    }
    auth_free(&auth);
}

static void answer_step(struct pop3_session *session, enum auth_step step,
                        const struct buf *challenge)
{
    if (step == AUTH_GOES_ON) {
        say_challenge(session, challenge);
    } else {
        end(session, step);
    }
}

/* ---- the command ---- */

static bool find_mechanism(struct pop3_session *session, struct bytes name,
                           enum sasl_mechanism *mechanism_r)
{
    const struct server_settings *settings = session->settings;
    bool known = sasl_mechanism_from_name(name, mechanism_r);
    if (known && auth_offers(settings, &settings->pop3_auth, &session->tls, *mechanism_r)) {
        return true;
    }
    bool needs_tls =
        known && auth_needs_tls(settings, &settings->pop3_auth, &session->tls, *mechanism_r);
    pop3_say(session, needs_tls ? POP3_TEXT_NEEDS_TLS : POP3_TEXT_NO_MECHANISM);
    return false;
}

void pop3_do_auth(struct pop3_session *session, const struct pop3_argument *argument)
{
    enum sasl_mechanism mechanism = SASL_MECHANISM_COUNT;
    struct buf challenge = {0};
    if (!find_mechanism(session, argument->words[0], &mechanism)) {
        return;
    }
    session->auth = auth_new(session->settings, &session->tls, mechanism);
    if (session->auth == NULL) {
        pop3_say(session, POP3_TEXT_NO_AUTH_NOW);
        return;
    }
    enum auth_step step =
        auth_begin(session->auth, argument->count > 1, argument->words[1], &challenge);
    answer_step(session, step, &challenge);
    buf_deinit(&challenge);
}

/* ---- responses ---- */

static void run_response(struct pop3_session *session)
{
    struct buf challenge = {0};
    session->verb = POP3_AUTH;
    if (session->line.octets > AUTH_MAX_LINE_OCTETS + 2) {
        auth_free(&session->auth);
        pop3_say_with(session, POP3_TEXT_TOO_LONG,
                      (struct pop3_words){.numbers = {AUTH_MAX_LINE_OCTETS + 2}});
        return;
    }
    enum auth_step step = auth_respond(session->auth, line_in_text(&session->line), &challenge);
    answer_step(session, step, &challenge);
    buf_deinit(&challenge);
}

size_t pop3_auth_take(struct pop3_session *session, struct bytes octets)
{
    bool complete = false;
    size_t used = line_in_take(&session->line, octets, AUTH_MAX_LINE_OCTETS + 2, &complete);
    if (complete) {
        run_response(session);
        line_in_reset(&session->line);
    }
    return used;
}
