#include "judge/judge_pop3_told.h"

#include "base/escape.h"

/* ---- sizes and numbers ---- */

/* The dot behind a message whose lines end in CRLF, so that it is known where the message ends. */
static bool is_end_of(const struct moment *moment, enum pop3_verb verb)
{
    return moment->pop3_verb == verb && moment->body.is_end && !moment->body.is_senders;
}

bool judge_pop3_list_size(const struct moment *moment, struct bytes *evidence_r)
{
    uint64_t told = 0;
    (void)evidence_r;
    return is_end_of(moment, POP3_RETR) && !moment->altered && moment->has_number &&
           pop3_server_size(moment->pop3_server, moment->number, &told) &&
           told != moment->pop3_server->octets;
}

bool judge_pop3_message_numbers(const struct moment *moment, struct bytes *evidence_r)
{
    const struct pop3_server *server = moment->pop3_server;
    const struct pop3_numbers *numbers = &server->numbers;
    bool of_uidl = moment->pop3_verb == POP3_UIDL;
    (void)evidence_r;
    if (!is_end_of(moment, POP3_LIST) && !is_end_of(moment, POP3_UIDL)) {
        return false;
    }
    bool has_hole = !server->marked && numbers->count != numbers->highest;
    /* LIST and STAT: a rule of their own. */
    bool is_short =
        !server->marked && of_uidl && moment->told.known && moment->told.messages != numbers->count;
    return numbers->readable && (numbers->twice || has_hole || is_short);
}

/* What stands behind number and size; false: it is no such listing. */
static bool find_extra(struct bytes text, struct bytes *extra_r)
{
    struct pop3_listing listing = {0};
    uint64_t octets = 0;
    size_t n = 0;
    if (!pop3_listing_read(text, &listing) || !pop3_size_read(listing.rest, &octets)) {
        return false;
    }
    while (n < listing.rest.n && octet_is_digit(listing.rest.p[n])) {
        n++;
    }
    *extra_r = bytes_skip(listing.rest, n);
    return extra_r->n > 0;
}

bool judge_pop3_listing_extra(const struct moment *moment, struct bytes *evidence_r)
{
    struct bytes extra = {0};
    bool is_line = moment->kind == AT_BODY_LINE;
    bool is_listing = is_line ? moment->pop3_verb == POP3_LIST
                              : moment->pop3_verb == POP3_STAT ||
                                    (moment->pop3_verb == POP3_LIST && moment->has_number);
    (void)evidence_r;
    if (!is_listing || (!is_line && moment->status->indicator != POP3_OK)) {
        return false;
    }
    return find_extra(is_line ? moment->line->text : moment->status->text, &extra);
}

/* ---- the greeting ---- */

/* atom of RFC 822, and the dots between; as they come, for generated names have them in odd places */
static bool is_dot_atom_octet(unsigned char c)
{
    static const char specials[] = "()<>@,;:\\\"[]";
    if (c <= ' ' || c >= 127) {
        return false;
    }
    for (const char *p = specials; *p != '\0'; p++) {
        if (c == (unsigned char)*p) {
            return false;
        }
    }
    return true;
}

static bool is_dot_atom(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!is_dot_atom_octet(text.p[i])) {
            return false;
        }
    }
    return text.n > 0;
}

static bool is_visible(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] <= ' ' || text.p[i] >= 127) {
            return false;
        }
    }
    return text.n > 0;
}

/* "..." or [...]: what is in there is not looked at, but that it is visible. */
static bool is_quoted(struct bytes text, char first, char last)
{
    return text.n >= 2 && text.p[0] == (unsigned char)first &&
           text.p[text.n - 1] == (unsigned char)last && is_visible(text);
}

static bool is_msg_id(struct bytes inside)
{
    size_t at = inside.n;
    while (at > 0 && inside.p[at - 1] != '@') {
        at--;
    }
    if (at == 0) {
        return false;
    }
    struct bytes local_part = bytes_slice(inside, 0, at - 1);
    struct bytes domain = bytes_skip(inside, at);
    return (is_dot_atom(local_part) || is_quoted(local_part, '"', '"')) &&
           (is_dot_atom(domain) || is_quoted(domain, '[', ']'));
}

bool judge_pop3_timestamp_form(const struct moment *moment, struct bytes *evidence_r)
{
    struct bytes text = moment->status->text;
    size_t begin = bytes_index(text, '<', 0);
    (void)evidence_r;
    if (moment->status->indicator != POP3_OK || begin == BYTES_NONE) {
        return false;
    }
    size_t end = bytes_index(text, '>', begin);
    return end == BYTES_NONE || !is_msg_id(bytes_slice(text, begin + 1, end)) ||
           bytes_index(text, '<', end) != BYTES_NONE;
}

/* ---- capabilities ---- */

bool judge_pop3_capability_form(const struct moment *moment, struct bytes *evidence_r)
{
    struct bytes rest = moment->line->text;
    struct bytes word = {0};
    (void)evidence_r;
    if (moment->pop3_verb != POP3_CAPA || moment->body.is_end) {
        return false;
    }
    if (rest.n == 0 || rest.p[rest.n - 1] == ' ') {
        return true;
    }
    while (rest.n > 0 && bytes_next(&rest, ' ', &word)) {
        if (!is_visible(word)) {
            return true;
        }
    }
    return false;
}

static bool are_readable(const struct pop3_offered_value *before,
                         const struct pop3_offered_value *behind)
{
    return before->offered && before->readable && behind->offered && behind->readable;
}

/* Both lists are there: the second one ends. */
static bool has_both_lists(const struct moment *moment)
{
    const struct pop3_offers *offers = moment->pop3_server->offers;
    return is_end_of(moment, POP3_CAPA) && offers[POP3_BEFORE_LOGIN].told &&
           offers[POP3_BEHIND_LOGIN].told;
}

bool judge_pop3_capability_values(const struct moment *moment, struct bytes *evidence_r)
{
    const struct pop3_offers *before = &moment->pop3_server->offers[POP3_BEFORE_LOGIN];
    const struct pop3_offers *behind = &moment->pop3_server->offers[POP3_BEHIND_LOGIN];
    (void)evidence_r;
    if (!has_both_lists(moment)) {
        return false;
    }
    bool is_longer = are_readable(&before->login_delay, &behind->login_delay) &&
                     behind->login_delay.value > before->login_delay.value;
    bool is_shorter = are_readable(&before->expire, &behind->expire) &&
                      behind->expire.value < before->expire.value;
    return is_longer || is_shorter;
}

/* A value that differs was announced as the worst one; the worst one is followed by the user's own. */
static bool lacks_token(const struct pop3_offered_value *before,
                        const struct pop3_offered_value *behind)
{
    bool differs = are_readable(before, behind) && before->value != behind->value;
    return (differs && !before->is_worst) ||
           (before->offered && before->is_worst && !behind->offered);
}

bool judge_pop3_capability_user_token(const struct moment *moment, struct bytes *evidence_r)
{
    const struct pop3_offers *before = &moment->pop3_server->offers[POP3_BEFORE_LOGIN];
    const struct pop3_offers *behind = &moment->pop3_server->offers[POP3_BEHIND_LOGIN];
    return has_both_lists(moment) && !judge_pop3_capability_values(moment, evidence_r) &&
           (lacks_token(&before->login_delay, &behind->login_delay) ||
            lacks_token(&before->expire, &behind->expire));
}

/* It works and was not told, or is told where a client can only be refused. */
bool judge_pop3_stls_capability(const struct moment *moment, struct bytes *evidence_r)
{
    const struct pop3_server *server = moment->pop3_server;
    const struct pop3_offers *before = &server->offers[POP3_BEFORE_LOGIN];
    (void)evidence_r;
    if (moment->kind == AT_REPLY) {
        return moment->pop3_verb == POP3_STLS && moment->status->indicator == POP3_OK &&
               (before->told ? !before->stls : server->capa_refused);
    }
    return is_end_of(moment, POP3_CAPA) && server->state == POP3_BEHIND_LOGIN &&
           server->offers[POP3_BEHIND_LOGIN].stls;
}

/* ---- response codes ---- */

/* Levels of visible octets other than "/" and "]", a slash between, up to the "]". */
static bool is_response_code(struct bytes text)
{
    size_t end = bytes_index(text, ']', 0);
    if (end == BYTES_NONE || !is_visible(bytes_slice(text, 1, end))) {
        return false;
    }
    for (size_t i = 1; i <= end; i++) {
        bool ends_level = text.p[i] == '/' || text.p[i] == ']';
        if (ends_level && (text.p[i - 1] == '/' || text.p[i - 1] == '[')) {
            return false;
        }
    }
    return true;
}

static bool is_offered(const struct pop3_server *server, bool (*has)(const struct pop3_offers *))
{
    bool offered = false;
    for (size_t i = 0; i < POP3_LOGIN_STATE_COUNT; i++) {
        offered |= server->offers[i].told && has(&server->offers[i]);
    }
    return offered;
}

static bool has_resp_codes(const struct pop3_offers *offers)
{
    return offers->resp_codes;
}

static bool has_auth_resp_code(const struct pop3_offers *offers)
{
    return offers->auth_resp_code;
}

static bool has_utf8(const struct pop3_offers *offers)
{
    return offers->utf8;
}

bool judge_pop3_response_code_form(const struct moment *moment, struct bytes *evidence_r)
{
    struct bytes text = moment->status->text;
    (void)evidence_r;
    return (moment->status->indicator == POP3_OK || moment->status->indicator == POP3_ERR) &&
           bytes_starts(text, "[") && is_offered(moment->pop3_server, has_resp_codes) &&
           !is_response_code(text);
}

/* Is there a list, and does none have it? In either state: another program may answer before the login. */
static bool is_missing(const struct moment *moment, bool (*has)(const struct pop3_offers *))
{
    const struct pop3_server *server = moment->pop3_server;
    bool told = server->offers[POP3_BEFORE_LOGIN].told || server->offers[POP3_BEHIND_LOGIN].told;
    bool is_list = is_end_of(moment, POP3_CAPA);
    return (moment->kind == AT_REPLY || is_list) && told && !is_offered(server, has);
}

bool judge_pop3_response_code_announced(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->pop3_server->code_told && is_missing(moment, has_resp_codes);
}

/* Where RESP-CODES lacks, too, that is the cause. */
bool judge_pop3_auth_resp_code_announced(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->pop3_server->auth_told && is_missing(moment, has_auth_resp_code) &&
           is_offered(moment->pop3_server, has_resp_codes);
}

bool judge_pop3_no_auth_code_for_user(const struct moment *moment, struct bytes *evidence_r)
{
    (void)evidence_r;
    return moment->pop3_verb == POP3_USER && moment->status->indicator == POP3_ERR &&
           pop3_is_auth_code(moment->status->text);
}

/* ---- UTF8 ---- */

/* Octets above 127 that are no UTF-8 are those of an old message, which its sender got wrong. */
bool judge_pop3_utf8_mode(const struct moment *moment, struct bytes *evidence_r)
{
    const struct pop3_server *server = moment->pop3_server;
    bool of_message = moment->pop3_verb == POP3_RETR || moment->pop3_verb == POP3_TOP;
    (void)evidence_r;
    return of_message && !moment->body.is_end && server->in_header && !server->utf8_mode &&
           is_offered(server, has_utf8) && (moment->line->defects & WIRE_EIGHT_BIT) != 0 &&
           escape_is_utf8(moment->line->text);
}
