/* AUTH, and what it opens (RFC 4954). */
#include <stdlib.h>

#include "base/base64.h"
#include "base/mem.h"
#include "fake_servers/smtp_faulty_login.h"
#include "fake_servers/smtp_history.h"

/* ---- what is offered ---- */

const struct server_mechanisms *smtp_mechanisms(const struct smtp_session *session)
{
    return session->lmtp ? &session->settings->lmtp_auth : &session->settings->auth;
}

bool smtp_has_auth(const struct smtp_session *session)
{
    return smtp_history_lacks(session, SMTP_AUTH) == 0;
}

void smtp_print_mechanisms(const struct smtp_session *session, struct buf *out)
{
    if (smtp_has_auth(session)) {
        auth_print_mechanisms(session->settings, smtp_mechanisms(session), &session->tls, out);
        smtp_faulty_login_mechanisms(session, out);
    }
}

bool smtp_lacks_login(struct smtp_session *session)
{
    if (!session->settings->mail_needs_auth || session->user != NULL) {
        return false;
    }
    bool is_odd = smtp_has_fault(session, FAULT_AUTH_REQUIRED_CODE);
    smtp_answer(session, is_odd ? 550 : 530, is_odd ? "5.7.1" : "5.7.0", "Authentication required");
    return true;
}

/* ---- the end of an exchange ---- */

void smtp_session_forget_login(struct smtp_session *session)
{
    auth_free(&session->auth);
    free(session->user);
    session->user = NULL;
}

void smtp_session_admit(struct smtp_session *session, const char *user)
{
    char *kept = mem_strdup(user); /* it may be the exchange's */
    smtp_session_forget_login(session);
    session->user = kept;
}

struct failure_row {
    unsigned code;
    const char *status;
    const char *text;
};

/* RFC 4954 4 and 6. Unknown users and wrong secrets are not told apart. */
static const struct failure_row failures[] = {
    [AUTH_CANCELLED] = {501, "5.7.0", "Authentication cancelled"                       },
    [AUTH_NOT_BASE64] = {501, "5.5.2", "The response is not base64"                     },
    [AUTH_NO_INITIAL] = {501, "5.7.0", "This mechanism begins with a challenge"         },
    [AUTH_MALFORMED] = {501, "5.5.2", "The response is not what this mechanism expects"},
    [AUTH_TOO_LONG] = {500, "5.5.6", "Authentication exchange line is too long"       },
    [AUTH_REFUSED] = {535, "5.7.8", "Authentication credentials invalid"             },
};

static const struct {
    enum auth_step step;
    enum fault fault;
    unsigned code;
    const char *status;
} odd_codes[] = {
    {AUTH_REFUSED,    FAULT_AUTH_REFUSAL_CODE,  550, "5.7.1"},
    {AUTH_REFUSED,    FAULT_AUTH_ENHANCED_CODE, 535, "5.7.0"},
    {AUTH_NO_INITIAL, FAULT_AUTH_501_CODES,     501, "5.5.4"},
    {AUTH_NOT_BASE64, FAULT_AUTH_501_CODES_2,   501, "5.7.8"},
    {AUTH_TOO_LONG,   FAULT_AUTH_500_CODE,      500, "5.5.2"},
};

/* What the faults make of it. */
static struct failure_row failure_of(const struct smtp_session *session, enum auth_step step)
{
    struct failure_row row = failures[step];
    bool is_wrong =
        (step == AUTH_CANCELLED && smtp_has_fault(session, FAULT_AUTH_CANCEL)) ||
        (step == AUTH_NO_INITIAL && smtp_has_fault(session, FAULT_AUTH_SERVER_FIRST_2)) ||
        (step == AUTH_NOT_BASE64 && smtp_has_fault(session, FAULT_AUTH_BAD_BASE64_2));
    if (is_wrong) {
        row = failures[AUTH_REFUSED];
    }
    for (size_t i = 0; i < sizeof odd_codes / sizeof odd_codes[0]; i++) {
        if (odd_codes[i].step == step && smtp_has_fault(session, odd_codes[i].fault)) {
            row.code = odd_codes[i].code;
            row.status = odd_codes[i].status;
        }
    }
    return row;
}

static void answer_failure(struct smtp_session *session, enum auth_step step)
{
    enum { FAULTY_ATTEMPTS = 2 };
    struct failure_row row = failure_of(session, step);
    if (step == AUTH_TOO_LONG && smtp_has_fault(session, FAULT_AUTH_RESPONSE_TOO_LONG)) {
        smtp_answer(session, 334, NULL, "%s", "");
        return;
    }
    bool goes_on = step == AUTH_TOO_LONG && smtp_has_fault(session, FAULT_AUTH_RESPONSE_TOO_LONG_2);
    if (!goes_on) {
        auth_free(&session->auth);
    }
    smtp_answer(session, row.code, row.status, "%s", row.text);
    if (++session->failed_logins >= FAULTY_ATTEMPTS &&
        smtp_has_fault(session, FAULT_AUTH_THREE_ATTEMPTS)) {
        session->state = SMTP_STATE_OVER;
    }
}

/* The auth-challenge.2 fault: as people would read it. */
static void answer_plainly(struct smtp_session *session, const struct buf *challenge)
{
    struct buf text = {0};
    base64_decode(&text, buf_bytes(challenge));
    smtp_answer(session, 334, NULL, "%s", buf_text(&text));
    buf_deinit(&text);
}

/* RFC 4954 4: nothing but the challenge, and a blank before it, also when it is empty. */
static void answer_challenge(struct smtp_session *session, struct buf *challenge)
{
    bool is_empty = challenge->n == 0;
    if (!is_empty && smtp_has_fault(session, FAULT_AUTH_CHALLENGE_2)) {
        answer_plainly(session, challenge);
        return;
    }
    if (is_empty && smtp_has_fault(session, FAULT_AUTH_CHALLENGE)) {
        smtp_answer(session, 334, NULL, "Go on");
    } else if (is_empty && smtp_has_fault(session, FAULT_AUTH_EMPTY_CHALLENGE)) {
        buf_append_text(session->out, "334\r\n");
    } else {
        smtp_answer(session, 334, NULL, "%s", buf_text(challenge));
    }
}

static void answer_step(struct smtp_session *session, enum auth_step step, struct buf *challenge)
{
    switch (step) {
    case AUTH_GOES_ON:
        answer_challenge(session, challenge);
        return;
    case AUTH_DONE:
        if (smtp_has_fault(session, FAULT_AUTH)) {
            answer_failure(session, AUTH_REFUSED);
            return;
        }
        smtp_session_admit(session, auth_user(session->auth));
        smtp_answer(session, 235, "2.7.0", "Authentication successful");
        return;
    case AUTH_CANCELLED:
    case AUTH_NOT_BASE64:
    case AUTH_NO_INITIAL:
    case AUTH_MALFORMED:
    case AUTH_TOO_LONG:
        answer_failure(session, step);
        return;
    case AUTH_REFUSED:
        if (!smtp_script_answers_login(session)) {
            answer_failure(session, step);
        }
        return;
    }
}

/* ---- the command ---- */

/* auth-command = "AUTH" SP sasl-mech [SP initial-response] (RFC 4954 8) */
struct auth_argument {
    struct bytes mechanism;
    bool has_initial;
    struct bytes initial;
};

static bool read_argument(struct bytes text, struct auth_argument *argument_r)
{
    size_t blank = bytes_index(text, ' ', 0);
    argument_r->mechanism = bytes_slice(text, 0, blank);
    argument_r->has_initial = blank != BYTES_NONE;
    argument_r->initial = bytes_skip(text, argument_r->mechanism.n + 1);
    return !argument_r->has_initial ||
           (argument_r->initial.n > 0 && bytes_index(argument_r->initial, ' ', 0) == BYTES_NONE);
}

static bool knows(const struct smtp_session *session, struct bytes name,
                  enum sasl_mechanism *mechanism_r)
{
    bool is_strange =
        smtp_has_fault(session, FAULT_AUTH_ANY_CASE) ||
        (smtp_has_fault(session, FAULT_AUTH_ANY_CASE_2) && bytes_is_nocase(name, "CRAM-MD5"));
    return !(is_strange && bytes_has_lower(name)) && sasl_mechanism_from_name(name, mechanism_r);
}

static bool refuses_offered(const struct smtp_session *session, enum sasl_mechanism mechanism)
{
    return smtp_has_fault(session, FAULT_AUTH_OFFERED_IS_ALLOWED) && mechanism == SASL_PLAIN &&
           !session->tls.secured;
}

/* Answers where it is not; false then. RFC 4954 section 4: one that needs TLS first gets 504; section 6: 538 is of the past. */
static bool find_mechanism(struct smtp_session *session, struct bytes name,
                           enum sasl_mechanism *mechanism_r)
{
    const struct server_settings *settings = session->settings;
    const struct server_mechanisms *mechanisms = smtp_mechanisms(session);
    bool known = knows(session, name, mechanism_r);
    if (!known && smtp_has_fault(session, FAULT_AUTH_UNKNOWN_MECHANISM)) {
        *mechanism_r = SASL_PLAIN;
        known = true;
    }
    bool offered = known && auth_offers(settings, mechanisms, &session->tls, *mechanism_r);
    if (offered && !refuses_offered(session, *mechanism_r)) {
        return true;
    }
    if (offered) {
        smtp_answer(session, 538, "5.7.11",
                    "Encryption required for requested authentication mechanism");
    } else if (known && auth_needs_tls(settings, mechanisms, &session->tls, *mechanism_r)) {
        smtp_answer(session, 504, "5.5.4", "This authentication mechanism needs TLS first");
    } else if (smtp_has_fault(session, FAULT_AUTH_UNKNOWN_MECHANISM_2)) {
        smtp_answer(session, 235, "2.7.0", "Authentication successful");
    } else {
        smtp_answer(session, 504, "5.5.4", "This authentication mechanism is not offered");
    }
    return false;
}

static struct auth_errors errors_of(const struct smtp_session *session)
{
    return (struct auth_errors){
        .passes_over_octets = smtp_has_fault(session, FAULT_AUTH_BAD_BASE64),
        .passes_over_initial = smtp_has_fault(session, FAULT_AUTH_SERVER_FIRST),
        .wants_initial = smtp_has_fault(session, FAULT_AUTH_WITHOUT_INITIAL_RESPONSE),
        .takes_any_identity = smtp_has_fault(session, FAULT_AUTH_IDENTITY),
        .takes_nobody = smtp_has_fault(session, FAULT_AUTH_IDENTITY_2),
        .takes_four_parts = smtp_has_fault(session, FAULT_AUTH_PLAIN_MESSAGE),
        .takes_two_parts = smtp_has_fault(session, FAULT_AUTH_PLAIN_MESSAGE_2),
        .takes_wrong_secret = smtp_has_fault(session, FAULT_AUTH_WRONG_SECRET),
        .takes_little = smtp_has_fault(session, FAULT_AUTH_PLAIN_255),
        .takes_short_lines = smtp_has_fault(session, FAULT_AUTH_PLAIN_255_2),
        .takes_no_secret = smtp_has_fault(session, FAULT_AUTH_WRONG_SECRET_2),
        .takes_star = smtp_has_fault(session, FAULT_AUTH_CANCEL_2),
        .refuses_digest = smtp_has_fault(session, FAULT_AUTH_2),
        .refuses_late = smtp_has_fault(session, FAULT_AUTH_WITHOUT_INITIAL_RESPONSE_2),
    };
}

static void begin(struct smtp_session *session, enum sasl_mechanism mechanism,
                  const struct auth_argument *argument)
{
    struct buf challenge = {0};
    struct auth_errors errors = errors_of(session);
    session->auth = auth_new(session->settings, &session->tls, mechanism, &errors);
    if (session->auth == NULL) {
        smtp_answer(session, 454, "4.7.0", "Temporary authentication failure");
        return;
    }
    enum auth_step step =
        auth_begin(session->auth, argument->has_initial, argument->initial, &challenge);
    answer_step(session, step, &challenge);
    buf_deinit(&challenge);
}

bool smtp_do_auth(struct smtp_session *session, const struct smtp_command *command)
{
    struct auth_argument argument;
    enum sasl_mechanism mechanism = SASL_MECHANISM_COUNT;
    if (session->user != NULL && !smtp_has_fault(session, FAULT_AUTH_TWICE)) {
        smtp_answer(session, 503, "5.5.1", "Authentication is done already");
    } else if (!read_argument(command->argument, &argument)) {
        smtp_answer(session, 501, "5.5.4", "A mechanism and one response may stand behind AUTH");
    } else if (find_mechanism(session, argument.mechanism, &mechanism)) {
        begin(session, mechanism, &argument);
    }
    return true;
}

/* ---- responses ---- */

size_t smtp_auth_take(struct smtp_session *session, struct bytes octets)
{
    bool complete = false;
    enum auth_step step = AUTH_GOES_ON;
    struct buf challenge = {0};
    size_t used = auth_take(session->auth, &session->line, octets, &complete, &step, &challenge);
    if (complete) {
        session->verb = SMTP_AUTH;
        session->is_at_response = true;
        if (!smtp_script_answers_response(session, step == AUTH_GOES_ON)) {
            answer_step(session, step, &challenge);
        }
        session->is_at_response = false;
    }
    buf_deinit(&challenge);
    return used;
}
