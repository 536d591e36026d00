/* What the server offers, and CAPA, which tells it (RFC 2449 sections 5 and 6, RFC 3206 6, RFC 6856). */
#include <inttypes.h>

#include "fake_servers/pop3_session.h"

bool pop3_offers(const struct pop3_session *session, enum server_capability capability)
{
    const struct server_settings *settings = session->settings;
    if (capability == CAPABILITY_LOGIN_DELAY && settings->login_delay_s == 0) {
        return false;
    }
    /* RFC 3206 section 6 promises AUTH in every such response. */
    if (capability == CAPABILITY_AUTH_RESP_CODE && !settings->capabilities[CAPABILITY_RESP_CODES]) {
        return false;
    }
    if (capability == CAPABILITY_USER && pop3_needs_tls(session, POP3_USER)) {
        return false;
    }
    return settings->capabilities[capability];
}

static bool is_in(const struct pop3_session *session)
{
    return session->state == POP3_STATE_TRANSACTION;
}

enum { FAULTY_EXPIRE_DAYS = 30, FAULTY_OCTETS = 600 };

/* ---- arguments of capabilities; all users have the same, so none says USER behind a number ---- */

static void print_login_delay(const struct pop3_session *session, struct buf *out)
{
    size_t seconds = session->settings->login_delay_s;
    if (is_in(session) && pop3_session_has_fault(session, FAULT_POP3_CAPABILITY_VALUES)) {
        seconds++;
    } else if (is_in(session) &&
               pop3_session_has_fault(session, FAULT_POP3_CAPABILITY_USER_TOKEN)) {
        seconds /= 2;
    }
    bool is_worst = pop3_session_has_fault(session, FAULT_POP3_CAPABILITY_USER_TOKEN_2);
    buf_printf(out, " %zu%s", seconds, is_worst ? " USER" : "");
}

static void print_expire(const struct pop3_session *session, struct buf *out)
{
    int64_t days = session->settings->expire_days;
    if (is_in(session) && pop3_session_has_fault(session, FAULT_POP3_CAPABILITY_VALUES_2)) {
        days = days == SERVER_EXPIRE_NEVER ? FAULTY_EXPIRE_DAYS : days / 2;
    }
    if (days == SERVER_EXPIRE_NEVER) {
        buf_append_text(out, " NEVER");
    } else {
        buf_printf(out, " %" PRId64, days);
    }
}

/* RFC 6856 2.2: names and secrets may be UTF-8, also before the UTF8 command. */
static void print_utf8(const struct pop3_session *session, struct buf *out)
{
    (void)session;
    buf_append_text(out, " USER");
}

static void print_implementation(const struct pop3_session *session, struct buf *out)
{
    buf_append_text(out, " mailspec-" MAILSPEC_VERSION);
    if (pop3_session_has_fault(session, FAULT_POP3_CAPABILITY_FORM)) {
        buf_append_text(out, " ");
    }
    if (is_in(session) && pop3_session_has_fault(session, FAULT_POP3_STATUS_LINE_LENGTH_2)) {
        buf_append_text(out, " ");
        buf_append_fill(out, 'x', FAULTY_OCTETS);
    }
}

typedef void (*print_argument_fn)(const struct pop3_session *session, struct buf *out);

static const print_argument_fn arguments[CAPABILITY_COUNT] = {
    [CAPABILITY_LOGIN_DELAY] = print_login_delay,
    [CAPABILITY_EXPIRE] = print_expire,
    [CAPABILITY_UTF8] = print_utf8,
    [CAPABILITY_IMPLEMENTATION] = print_implementation,
};

/* Faults: what works and is not told; everywhere, or after login. */
struct pop3_gap {
    enum fault fault;
    enum server_capability first, last;
    bool after_login;
};

static const struct pop3_gap gaps[] = {
    {FAULT_POP3_CAPABILITIES_BOTH_STATES,   CAPABILITY_RESP_CODES,     CAPABILITY_IMPLEMENTATION, true },
    {FAULT_POP3_CAPABILITIES_BOTH_STATES_2, CAPABILITY_USER,           CAPABILITY_USER,           true },
    {FAULT_POP3_CAPABILITY_USER_TOKEN_2,    CAPABILITY_LOGIN_DELAY,    CAPABILITY_LOGIN_DELAY,    true },
    {FAULT_POP3_RESPONSE_CODE_ANNOUNCED,    CAPABILITY_RESP_CODES,     CAPABILITY_RESP_CODES,     false},
    {FAULT_POP3_AUTH_RESP_CODE_ANNOUNCED,   CAPABILITY_AUTH_RESP_CODE, CAPABILITY_AUTH_RESP_CODE,
     false                                                                                             },
};

static bool is_forgotten(const struct pop3_session *session, enum server_capability capability)
{
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
        const struct pop3_gap *gap = &gaps[i];
        if (pop3_session_has_fault(session, gap->fault) && capability >= gap->first &&
            capability <= gap->last && (is_in(session) || !gap->after_login)) {
            return true;
        }
    }
    return false;
}

/* RFC 5034 3: also when the client has logged in and cannot do it again. */
static void print_mechanisms(const struct pop3_session *session, struct buf *out)
{
    struct buf mechanisms = {0};
    if (session->auth_done && pop3_session_has_fault(session, FAULT_POP3_SASL_AFTER_AUTH)) {
        return;
    }
    pop3_print_mechanisms(session, &mechanisms);
    if (mechanisms.n > 0) {
        bool is_old =
            session->auth_done && pop3_session_has_fault(session, FAULT_POP3_SASL_AFTER_AUTH_2);
        buf_printf(out, "%s%s\n", is_old ? "AUTH" : "SASL", buf_text(&mechanisms));
    }
    buf_deinit(&mechanisms);
}

/* A fault: a letter is missing. */
static const char *name_of(const struct pop3_session *session, enum server_capability capability)
{
    bool is_wrong = capability == CAPABILITY_RESP_CODES &&
                    pop3_session_has_fault(session, FAULT_POP3_RESPONSE_CODE_ANNOUNCED_2);
    return is_wrong ? "RESP-CODE" : settings_capability_name(capability);
}

/* The same in both states (RFC 2449 section 5), but for STLS: RFC 2595 4 lists it where it is permitted. */
void pop3_do_capa(struct pop3_session *session, const struct pop3_argument *argument)
{
    struct buf lines = {0};
    (void)argument;
    for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
        /* RFC 2449 section 6: APOP is told by the greeting, and by it alone. */
        if (i == CAPABILITY_APOP || !pop3_offers(session, (enum server_capability)i) ||
            is_forgotten(session, (enum server_capability)i)) {
            continue;
        }
        buf_append_text(&lines, name_of(session, (enum server_capability)i));
        if (arguments[i] != NULL) {
            arguments[i](session, &lines);
        }
        buf_append_text(&lines, "\n");
    }
    if (pop3_session_has_fault(session, FAULT_POP3_CAPABILITY_FORM_2)) {
        buf_append_text(&lines, "\n");
    }
    print_mechanisms(session, &lines);
    if (pop3_offers_tls(session)) {
        buf_append_text(&lines, "STLS\n");
    }
    pop3_say(session, POP3_TEXT_CAPABILITIES);
    pop3_answer_lines(session, buf_text(&lines));
    buf_deinit(&lines);
}
