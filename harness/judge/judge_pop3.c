/*
 * What judges watch for in POP3.
 */
#include "judge/judge_pop3_told.h"
#include "judge/judge_table.h"
#include "judge/sasl_text.h"

enum { STATUS_LINES = AT_GREETING | AT_REPLY | AT_SURPLUS, MAX_LINE_OCTETS = 512 };

/* RFC 1939 4: any positive response. A refusal is held against the server only when it goes on. */
static bool greeting(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (moment->kind != AT_GREETING) {
        return true;
    }
    return moment->status->indicator != POP3_OK && moment->status->indicator != POP3_ERR;
}

/*
 * RFC 2449 3: status = "+OK" / "-ERR"; RFC 5034 4 adds "+ " within AUTH. The greeting has a looser grammar
 * ("+OK" [resp-code] *gchar), and a rule of its own.
 */
static bool status_indicator(const struct moment *moment, struct bytes *evidence_r)
{
    const struct pop3_status *status = moment->status;
    (void)evidence_r;
    if (moment->kind == AT_GREETING) {
        return (status->defects & POP3_INDICATOR_CASE) != 0;
    }
    if (status->indicator == POP3_CONTINUE) {
        return !moment->in_login; /* else pop3/auth-challenge is about its form */
    }
    return (status->defects & (POP3_NO_INDICATOR | POP3_INDICATOR_CASE | POP3_BAD_SEPARATOR)) != 0;
}

static bool line_end(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    if (moment->kind == AT_NO_LINE_END) {
        return true;
    }
    return (moment->line->defects & WIRE_BARE_LF) != 0 && !moment->body.is_senders;
}

/* Challenges within AUTH are not bound by this. */
static bool status_line_length(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    bool bound = moment->kind == AT_BODY_LINE ? moment->pop3_verb == POP3_CAPA
                                              : moment->status->indicator != POP3_CONTINUE;
    return bound && moment->line->octets > MAX_LINE_OCTETS;
}

/* ---- Listings ---- */

/* number SP size; nothing is demanded of what follows (RFC 1939 section 5) */
static bool is_sized_listing(struct bytes text, struct pop3_listing *listing_r)
{
    uint64_t octets = 0;
    return pop3_listing_read(text, listing_r) && pop3_size_read(listing_r->rest, &octets);
}

/* A positive status line whose text can be read. */
static bool is_readable_ok(const struct moment *moment)
{
    return moment->status->indicator == POP3_OK &&
           (moment->status->defects & POP3_BAD_SEPARATOR) == 0;
}

static bool stat_form(const struct moment *moment, struct bytes *evidence_r)
{
    struct pop3_listing drop = {0};
    (void)evidence_r;
    return moment->pop3_verb == POP3_STAT && is_readable_ok(moment) &&
           !is_sized_listing(moment->status->text, &drop);
}

/* The listing in this moment: a line of the body, or the status line when one message was asked for. */
static bool find_listing(const struct moment *moment, enum pop3_verb verb, struct bytes *listing_r)
{
    if (moment->pop3_verb != verb) {
        return false;
    }
    if (moment->kind == AT_BODY_LINE) {
        *listing_r = moment->line->text;
        return !moment->body.is_end;
    }
    *listing_r = moment->status->text;
    return moment->has_number && is_readable_ok(moment);
}

/* Messages are numbered from 1. */
static bool is_number_asked_for(const struct moment *moment, uint64_t number)
{
    return moment->has_number ? number == moment->number : number > 0;
}

static bool list_form(const struct moment *moment, struct bytes *evidence_r)
{
    struct bytes text = {0};
    struct pop3_listing scan = {0};
    (void)evidence_r;
    if (!find_listing(moment, POP3_LIST, &text)) {
        return false;
    }
    return !is_sized_listing(text, &scan) || !is_number_asked_for(moment, scan.number);
}

static bool uidl_form(const struct moment *moment, struct bytes *evidence_r)
{
    struct bytes text = {0};
    struct pop3_listing listing = {0};
    (void)evidence_r;
    if (!find_listing(moment, POP3_UIDL, &text)) {
        return false;
    }
    return !pop3_listing_read(text, &listing) || !pop3_is_unique_id(listing.rest) ||
           !is_number_asked_for(moment, listing.number);
}

static bool list_matches_stat(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->told.messages != moment->listed.messages ||
           moment->told.octets != moment->listed.octets;
}

/* ---- AUTH ---- */

/* RFC 5034 5: continue-req = "+" SP [base64] CRLF */
static bool auth_challenge(const struct moment *moment, struct bytes *evidence_r)
{
    const struct pop3_status *status = moment->status;
    (void)evidence_r;
    return moment->in_login && status->indicator == POP3_CONTINUE &&
           (!bytes_starts(moment->line->text, "+ ") ||
            !sasl_text_is_base64(bytes_skip(moment->line->text, 2)));
}

// clang-format off
static const struct judge_row rows[] = {
    /* rule, moments, test, what follows, wanted */
    {JUDGE_POP3_GREETING, AT_GREETING | AT_NO_GREETING | AT_REFUSED, greeting, JUDGE_UNREADABLE,
     "a line that begins with +OK as soon as the connection is open"},
    {JUDGE_POP3_STATUS_INDICATOR, AT_GREETING | AT_REPLY, status_indicator, JUDGE_UNREADABLE,
     "+OK or -ERR in upper case, then a space or the end of the line"},
    {JUDGE_POP3_LINE_END, STATUS_LINES | AT_BODY_LINE | AT_NO_LINE_END, line_end, JUDGE_SEPARATE,
     "CR LF at the end of each line"},
    {JUDGE_POP3_STATUS_LINE_LENGTH, STATUS_LINES | AT_BODY_LINE, status_line_length, JUDGE_SEPARATE,
     "at most 512 octets in the first line, CRLF included"},
    {JUDGE_POP3_MULTILINE_END, AT_UNFINISHED, NULL, JUDGE_SEPARATE,
     "a last line with one dot"},
    {JUDGE_POP3_COMMAND_GETS_RESPONSE, AT_NO_REPLY, NULL, JUDGE_SEPARATE,
     "a response to every command"},
    {JUDGE_POP3_ONE_RESPONSE_PER_COMMAND, AT_SURPLUS, NULL, JUDGE_SEPARATE,
     "one response to each command, behind it"},
    {JUDGE_POP3_STAT_FORM, AT_REPLY, stat_form, JUDGE_SEPARATE,
     "\"+OK\", a space, the number of messages, a space, their octets"},
    {JUDGE_POP3_LIST_FORM, AT_REPLY | AT_BODY_LINE, list_form, JUDGE_SEPARATE,
     "the message number, a space, its octets"},
    {JUDGE_POP3_UIDL_FORM, AT_REPLY | AT_BODY_LINE, uidl_form, JUDGE_SEPARATE,
     "the message number, a space, an id of 1 to 70 octets from 0x21 to 0x7E"},
    {JUDGE_POP3_LIST_MATCHES_STAT, AT_LISTED, list_matches_stat, JUDGE_SEPARATE,
     "the same in both"},
    {JUDGE_POP3_LIST_SIZE, AT_BODY_LINE, judge_pop3_list_size, JUDGE_SEPARATE,
     "as many octets as LIST told of this message"},
    {JUDGE_POP3_MESSAGE_NUMBERS, AT_BODY_LINE, judge_pop3_message_numbers, JUDGE_SEPARATE,
     "the numbers from 1 on, each once, as many as there are messages"},
    {JUDGE_POP3_LISTING_EXTRA, AT_REPLY | AT_BODY_LINE, judge_pop3_listing_extra, JUDGE_SEPARATE,
     "nothing behind the size"},
    {JUDGE_POP3_TIMESTAMP_FORM, AT_GREETING, judge_pop3_timestamp_form, JUDGE_SEPARATE,
     "one timestamp of the form <local-part@domain> in US-ASCII, and no other <"},
    {JUDGE_POP3_CAPABILITY_FORM, AT_BODY_LINE, judge_pop3_capability_form, JUDGE_SEPARATE,
     "a capability, and one space before each of its parameters"},
    {JUDGE_POP3_CAPABILITY_VALUES, AT_BODY_LINE, judge_pop3_capability_values, JUDGE_SEPARATE,
     "no longer LOGIN-DELAY and no shorter EXPIRE behind the login than before it"},
    {JUDGE_POP3_CAPABILITY_USER_TOKEN, AT_BODY_LINE, judge_pop3_capability_user_token, JUDGE_SEPARATE,
     "USER before the login behind a value that differs by user, and the value behind the login"},
    {JUDGE_POP3_RESPONSE_CODE_FORM, AT_REPLY, judge_pop3_response_code_form, JUDGE_SEPARATE,
     "a response code: visible octets, a slash between its levels, then ]"},
    {JUDGE_POP3_RESPONSE_CODE_ANNOUNCED, AT_REPLY | AT_BODY_LINE, judge_pop3_response_code_announced, JUDGE_SEPARATE,
     "RESP-CODES among the capabilities, for the server sends response codes"},
    {JUDGE_POP3_AUTH_RESP_CODE_ANNOUNCED, AT_REPLY | AT_BODY_LINE, judge_pop3_auth_resp_code_announced, JUDGE_SEPARATE,
     "AUTH-RESP-CODE among the capabilities, for the server sends [AUTH]"},
    {JUDGE_POP3_NO_AUTH_CODE_FOR_USER, AT_REPLY, judge_pop3_no_auth_code_for_user, JUDGE_SEPARATE,
     "a refusal of USER without [AUTH]"},
    {JUDGE_POP3_UTF8_MODE, AT_BODY_LINE, judge_pop3_utf8_mode, JUDGE_SEPARATE,
     "a header in US-ASCII, or -ERR, for the client has not sent UTF8"},
    {JUDGE_POP3_STLS_CAPABILITY, AT_REPLY | AT_BODY_LINE, judge_pop3_stls_capability, JUDGE_SEPARATE,
     "STLS among the capabilities where it is permitted, and nowhere else"},
    {JUDGE_POP3_STLS_COMMAND_INJECTION, AT_EXECUTED, NULL, JUDGE_OUT_OF_STEP,
     "nothing done inside TLS that was asked for before it"},
    {JUDGE_POP3_NO_TEXT_BEFORE_TLS, AT_SERVER_LEFT, NULL, JUDGE_SEPARATE,
     "nothing but TLS behind the +OK that begins it"},
    {JUDGE_POP3_AUTH_CHALLENGE, AT_REPLY, auth_challenge, JUDGE_OUT_OF_STEP,
     "\"+\", one space and base64, or nothing"},
};
// clang-format on

const struct judge_row *judge_pop3_rows(size_t *count_r)
{
    *count_r = sizeof rows / sizeof rows[0];
    return rows;
}
