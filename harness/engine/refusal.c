#include "engine/refusal.h"

#include <string.h>

/* ---- SMTP and LMTP ---- */

/* Does the dialogue say which code, and none that is for now? 421 beside others only lets the server close. */
static bool wants_lasting(const struct reply *expected)
{
    bool lasts = false;

    for (size_t i = 0; i < expected->code_count; i++) {
        const char *code = expected->codes[i].code;
        if (code[0] != '4') {
            lasts = true;
        } else if (strcmp(code, "421") != 0) {
            return false;
        }
    }
    return lasts;
}

/*
 * 4yz is a refusal for now, whatever its cause. Not where 250 or 221 is the only answer there is (NOOP, RSET, QUIT: RFC
 * 5321 4.3.2), and not where the server has enough of recipients (4.5.3.1.10): their number is a matter of rules.
 */
static bool is_for_now(const struct session *session, const struct reply *expected, unsigned code)
{
    bool too_many =
        code == 452 && session->answered.kind == AWAITED_RCPT && session->accepted_recipients > 0;

    return code / 100 == 4 && wants_lasting(expected) && !session->answered.never_refused &&
           !too_many;
}

/* A dialogue that begins before what every connection is to do, or does it itself, is not helped by saying it again. */
static const char *start_with_hint(const struct session *session)
{
    return session->target->start_with_tls || session->target->start_with_auth
               ? "the dialogue begins before what Start-with says"
               : "see --start-with";
}

static enum refusal smtp_refusal(const struct session *session, const struct reply *expected,
                                 struct buf *why)
{
    unsigned code = answer_code(&session->answer);

    if (session->answered.kind == AWAITED_GREETING && code / 100 == 4) {
        buf_printf(why, "%u at the greeting", code);
        return REFUSAL_AT_GREETING;
    }
    if (session->answered.kind == AWAITED_GREETING && code / 100 == 5) {
        buf_printf(why, "the server offers no service: %u at the greeting", code);
    } else if (code == 421) {
        buf_append_text(why, "the server closed the service: 421");
    } else if (code == 530) {
        buf_printf(why, "the server wants TLS or a login first (%s): 530",
                   start_with_hint(session));
    } else if (code == 538) {
        buf_printf(why, "the server wants TLS before this login (%s): 538",
                   start_with_hint(session));
    } else if (is_for_now(session, expected, code)) {
        buf_printf(why, "the server refuses for now: %u", code);
        return session->answered.logs_in ? REFUSAL_OF_LOGIN : REFUSAL_OF_CASE;
    }
    return why->n > 0 ? REFUSAL_OF_CASE : REFUSAL_NONE;
}

/* ---- POP3 ---- */

static bool wants_ok(const struct reply *expected)
{
    for (size_t i = 0; i < expected->code_count; i++) {
        if (expected->codes[i].code[0] == '-') {
            return false;
        }
    }
    return expected->code_count > 0;
}

/* The response codes that speak of the moment, not of the command. */
static bool finds_code(struct bytes response, struct bytes *code_r)
{
    static const char *const codes[] = {"[IN-USE]", "[LOGIN-DELAY]", "[SYS/TEMP]"};
    struct bytes text = bytes_trim(bytes_skip(response, sizeof "-ERR" - 1));

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (bytes_starts_nocase(text, codes[i])) {
            *code_r = bytes_of(codes[i]);
            return true;
        }
    }
    return false;
}

static enum refusal pop3_refusal(const struct session *session, const struct reply *expected,
                                 struct buf *why)
{
    struct bytes code = {0};

    if (session->answer.indicator != POP3_ERR || !wants_ok(expected)) {
        return REFUSAL_NONE;
    }
    if (session->answered.kind == AWAITED_GREETING) {
        buf_append_text(why, "-ERR at the greeting");
        return REFUSAL_AT_GREETING;
    }
    if (session->login_wants_tls && session->tls == SESSION_CLEAR && session->answered.logs_in) {
        buf_printf(why, "the server wants TLS before a login (%s)", start_with_hint(session));
        return REFUSAL_OF_CASE;
    }
    if (!finds_code(answer_octets(&session->answer), &code)) {
        return REFUSAL_NONE;
    }
    buf_printf(why, "the server refuses for now: -ERR %.*s", (int)code.n, (const char *)code.p);
    return session->answered.logs_in ? REFUSAL_OF_LOGIN : REFUSAL_OF_CASE;
}

enum refusal refusal_find(const struct session *session, const struct reply *expected,
                          struct buf *why)
{
    return session->answer.pop3 ? pop3_refusal(session, expected, why)
                                : smtp_refusal(session, expected, why);
}
