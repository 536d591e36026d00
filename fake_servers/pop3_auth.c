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
    [AUTH_TOO_LONG] = POP3_TEXT_TOO_LONG,        [AUTH_REFUSED] = POP3_TEXT_WRONG_LOGIN,
};

/* continue-req = "+" SP [base64] CRLF */
static void say_challenge(const struct pop3_session *session, const struct buf *challenge)
{
    bool is_empty = challenge->n == 0;
    bool no_blank = is_empty && pop3_session_has_fault(session, FAULT_POP3_AUTH_CHALLENGE_2);
    buf_append_text(session->out, no_blank ? "+" : "+ ");
    if (is_empty && pop3_session_has_fault(session, FAULT_POP3_AUTH_CHALLENGE)) {
        buf_append_text(session->out, "Go on");
    }
    buf_append(session->out, buf_bytes(challenge));
    buf_append_text(session->out, "\r\n");
}

/* With the faults, the maildrop stays shut, or is open already. */
static void let_in(struct pop3_session *session, const char *user)
{
    session->auth_done = true;
    if (session->state == POP3_STATE_TRANSACTION ||
        pop3_session_has_fault(session, FAULT_POP3_AUTH)) {
        pop3_answer(session, true, "Maildrop locked and ready");
    } else {
        pop3_log_in_as(session, bytes_of(user));
    }
}

/* Faults: +OK to what is refused, and nobody is let in. */
static bool pretends(const struct pop3_session *session, enum auth_step step)
{
    return (step == AUTH_CANCELLED && pop3_session_has_fault(session, FAULT_POP3_AUTH_CANCEL)) ||
           (step == AUTH_NO_INITIAL &&
            pop3_session_has_fault(session, FAULT_POP3_AUTH_SERVER_FIRST_2));
}

/* Faults: the client is asked once more. */
static bool asks_again(const struct pop3_session *session, enum auth_step step)
{
    return (step == AUTH_CANCELLED && pop3_session_has_fault(session, FAULT_POP3_AUTH_CANCEL_2)) ||
           (step == AUTH_NOT_BASE64 &&
            pop3_session_has_fault(session, FAULT_POP3_AUTH_BAD_BASE64_2));
}

static void end(struct pop3_session *session, enum auth_step step)
{
    struct auth *auth = session->auth;
    session->auth = NULL;
    session->auth_failed = step != AUTH_DONE;
    if (step == AUTH_DONE) {
        let_in(session, auth_user(auth));
    } else if (pretends(session, step)) {
        pop3_answer(session, true,
                    step == AUTH_CANCELLED ? "Authentication cancelled" : "So be it");
    } else {
        pop3_say_with(session, failures[step],
                      (struct pop3_words){.numbers = {AUTH_MAX_LINE_OCTETS + 2}});
    }
    if (step == AUTH_REFUSED && auth_user(auth) != NULL &&
        pop3_session_has_fault(session, FAULT_POP3_AUTH_WRONG_SECRET_3)) {
        pop3_session_admit(session, bytes_of(auth_user(auth)));
    }
    auth_free(&auth);
}

static void answer_step(struct pop3_session *session, enum auth_step step,
                        const struct buf *challenge)
{
    if (step == AUTH_GOES_ON || asks_again(session, step)) {
        say_challenge(session, challenge);
    } else {
        end(session, step);
    }
}

/* ---- the command ---- */

static bool knows(const struct pop3_session *session, struct bytes name,
                  enum sasl_mechanism *mechanism_r)
{
    bool is_strange =
        (bytes_has_lower(name) && pop3_session_has_fault(session, FAULT_POP3_AUTH_ANY_CASE)) ||
        (bytes_has_lower(name) && bytes_has_upper(name) &&
         pop3_session_has_fault(session, FAULT_POP3_AUTH_ANY_CASE_2));
    return !is_strange && sasl_mechanism_from_name(name, mechanism_r);
}

/* Answers where it is not; false then. */
static bool find_mechanism(struct pop3_session *session, struct bytes name,
                           enum sasl_mechanism *mechanism_r)
{
    const struct server_settings *settings = session->settings;
    const struct server_mechanisms *mechanisms = &settings->pop3_auth;
    bool known = knows(session, name, mechanism_r);
    if (known && auth_offers(settings, mechanisms, &session->tls, *mechanism_r)) {
        return true;
    }
    if (known && auth_needs_tls(settings, mechanisms, &session->tls, *mechanism_r)) {
        pop3_say(session, POP3_TEXT_NEEDS_TLS);
    } else if (pop3_session_has_fault(session, FAULT_POP3_AUTH_UNKNOWN_MECHANISM)) {
        say_challenge(session, &(struct buf){0});
    } else if (pop3_session_has_fault(session, FAULT_POP3_AUTH_UNKNOWN_MECHANISM_2)) {
        pop3_answer(session, true, "Done");
    } else {
        pop3_say(session, POP3_TEXT_NO_MECHANISM);
    }
    return false;
}

static struct auth_errors errors_of(const struct pop3_session *session,
                                    enum sasl_mechanism mechanism)
{
    bool is_digest = mechanism == SASL_CRAM_MD5;
    return (struct auth_errors){
        .passes_over_octets = pop3_session_has_fault(session, FAULT_POP3_AUTH_BAD_BASE64),
        .passes_over_initial = pop3_session_has_fault(session, FAULT_POP3_AUTH_SERVER_FIRST),
        .wants_initial = pop3_session_has_fault(session, FAULT_POP3_AUTH_WITHOUT_INITIAL_RESPONSE),
        .takes_any_identity = pop3_session_has_fault(session, FAULT_POP3_AUTH_IDENTITY),
        .takes_nobody = pop3_session_has_fault(session, FAULT_POP3_AUTH_IDENTITY_2),
        .takes_little = pop3_session_has_fault(session, FAULT_POP3_AUTH_PLAIN_255),
        .takes_four_parts = pop3_session_has_fault(session, FAULT_POP3_AUTH_PLAIN_MESSAGE),
        .takes_two_parts = pop3_session_has_fault(session, FAULT_POP3_AUTH_PLAIN_MESSAGE_2),
        .takes_wrong_secret =
            pop3_session_has_fault(session, FAULT_POP3_AUTH_WRONG_SECRET) ||
            (is_digest && pop3_session_has_fault(session, FAULT_POP3_AUTH_WRONG_SECRET_2)),
        .refuses_digest = pop3_session_has_fault(session, FAULT_POP3_AUTH_2),
        .refuses_late = pop3_session_has_fault(session, FAULT_POP3_AUTH_WITHOUT_INITIAL_RESPONSE_2),
    };
}

void pop3_do_auth(struct pop3_session *session, const struct pop3_argument *argument)
{
    enum sasl_mechanism mechanism = SASL_MECHANISM_COUNT;
    struct buf challenge = {0};
    if (!find_mechanism(session, argument->words[0], &mechanism)) {
        return;
    }
    struct auth_errors errors = errors_of(session, mechanism);
    session->auth = auth_new(session->settings, &session->tls, mechanism, &errors);
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

enum { FAULTY_RESPONSE_OCTETS = 512 };

size_t pop3_auth_take(struct pop3_session *session, struct bytes octets)
{
    bool complete = false;
    enum auth_step step = AUTH_GOES_ON;
    struct buf challenge = {0};
    size_t before = session->line.octets;
    size_t used = auth_take(session->auth, &session->line, octets, &complete, &step, &challenge);
    if (complete) {
        session->verb = POP3_AUTH;
        session->stuck |= before + used > FAULTY_RESPONSE_OCTETS &&
                          pop3_session_has_fault(session, FAULT_POP3_AUTH_PLAIN_255_2);
        if (!pop3_script_answers_response(session, step == AUTH_GOES_ON)) {
            answer_step(session, step, &challenge);
        }
    }
    buf_deinit(&challenge);
    return used;
}
