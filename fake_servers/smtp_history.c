#include "fake_servers/smtp_history.h"

#include <string.h>

/* ---- which verbs there are ---- */

enum {
    OF_RFC821 = 1 << PROFILE_RFC821,
    OF_MINIMAL = 1 << PROFILE_MINIMAL,
    OF_TODAY = 1 << PROFILE_RFC5321,
    OF_ALL = OF_RFC821 | OF_MINIMAL | OF_TODAY
};

/*
 * RFC 821 4.1.2; RFC 5321 4.5.1. SEND, SOML, SAML and TURN are of all profiles where the settings have them; LHLO stands for
 * HELO and EHLO under LMTP, whatever the profile.
 */
static const unsigned profiles_of[SMTP_VERB_COUNT] = {
    [SMTP_HELO] = OF_ALL,
    [SMTP_EHLO] = OF_TODAY | OF_MINIMAL,
    [SMTP_LHLO] = OF_ALL,
    [SMTP_MAIL] = OF_ALL,
    [SMTP_RCPT] = OF_ALL,
    [SMTP_DATA] = OF_ALL,
    [SMTP_BDAT] = OF_TODAY,
    [SMTP_RSET] = OF_ALL,
    [SMTP_NOOP] = OF_ALL,
    [SMTP_VRFY] = OF_ALL,
    [SMTP_EXPN] = OF_TODAY | OF_RFC821,
    [SMTP_HELP] = OF_TODAY | OF_RFC821,
    [SMTP_QUIT] = OF_ALL,
    [SMTP_STARTTLS] = OF_TODAY,
    [SMTP_AUTH] = OF_TODAY,
    [SMTP_SEND] = OF_ALL,
    [SMTP_SOML] = OF_ALL,
    [SMTP_SAML] = OF_ALL,
    [SMTP_TURN] = OF_ALL,
    [SMTP_UNKNOWN] = OF_ALL,
};

unsigned smtp_history_lacks(const struct smtp_session *session, enum smtp_verb verb)
{
    const struct server_settings *settings = session->settings;
    bool is_send = verb == SMTP_SEND || verb == SMTP_SOML || verb == SMTP_SAML;
    if ((is_send && settings->send == SEND_502) ||
        (verb == SMTP_TURN && settings->turn == TURN_502)) {
        return 502;
    }
    if ((profiles_of[verb] & (1U << settings->profile)) != 0) {
        bool is_off = (verb == SMTP_STARTTLS && !settings->starttls) ||
                      (verb == SMTP_AUTH && smtp_mechanisms(session)->count == 0);
        return is_off ? 502 : 0;
    }
    /* RFC 5321 4.2.4: 502 for a verb that is known and not implemented. In 1982 nobody knew the later ones. */
    return settings->profile == PROFILE_RFC821 ? 500 : 502;
}

/* ---- replies ---- */

struct code_row {
    enum smtp_verb verb; /* SMTP_VERB_COUNT: any */
    unsigned code;
    const char *status; /* NULL: any */
    unsigned code_of_1982;
};

/*
 * RFC 821 4.3: these codes are not in the lists of those verbs. 4.5.3: "552 Too many recipients." 252 with 2.6.8 is for a mailbox in
 * UTF-8, which no reply of 1982 can hold.
 */
static const struct code_row code_rows[] = {
    {SMTP_QUIT,       501, NULL,    500},
    {SMTP_TURN,       501, NULL,    500},
    {SMTP_RCPT,       452, "4.5.3", 552},
    {SMTP_VERB_COUNT, 252, "2.6.8", 550},
    {SMTP_VERB_COUNT, 555, NULL,    501},
};

unsigned smtp_history_code(const struct smtp_session *session, enum smtp_verb verb, unsigned code,
                           const char *status)
{
    for (size_t i = 0;
         session->settings->profile == PROFILE_RFC821 && i < sizeof code_rows / sizeof code_rows[0];
         i++) {
        const struct code_row *row = &code_rows[i];
        bool same_status =
            row->status == NULL || (status != NULL && strcmp(row->status, status) == 0);
        if (row->code == code && same_status &&
            (row->verb == SMTP_VERB_COUNT || row->verb == verb)) {
            return row->code_of_1982;
        }
    }
    return code;
}

const char *smtp_history_greeting(const struct smtp_session *session)
{
    if (session->settings->profile == PROFILE_RFC821) {
        return "Simple Mail Transfer Service Ready";
    }
    return session->lmtp ? "LMTP mailspec " MAILSPEC_VERSION " ready"
                         : "ESMTP mailspec " MAILSPEC_VERSION " ready";
}

const char *smtp_history_closing(const struct smtp_session *session)
{
    return session->settings->profile == PROFILE_RFC821 ? "Service closing transmission channel"
                                                        : "closing the connection";
}

struct help_row {
    enum smtp_verb verb;
    const char *syntax;
};

static const struct help_row help_rows[] = {
    {SMTP_HELO, "HELO <SP> <domain>"           },
    {SMTP_MAIL, "MAIL <SP> FROM:<reverse-path>"},
    {SMTP_RCPT, "RCPT <SP> TO:<forward-path>"  },
    {SMTP_DATA, "DATA"                         },
    {SMTP_RSET, "RSET"                         },
    {SMTP_SEND, "SEND <SP> FROM:<reverse-path>"},
    {SMTP_SOML, "SOML <SP> FROM:<reverse-path>"},
    {SMTP_SAML, "SAML <SP> FROM:<reverse-path>"},
    {SMTP_VRFY, "VRFY <SP> <string>"           },
    {SMTP_EXPN, "EXPN <SP> <string>"           },
    {SMTP_HELP, "HELP [<SP> <string>]"         },
    {SMTP_NOOP, "NOOP"                         },
    {SMTP_QUIT, "QUIT"                         },
    {SMTP_TURN, "TURN"                         },
};

bool smtp_history_help(struct smtp_session *session, const struct smtp_command *command)
{
    struct smtp_command topic = smtp_command_read(command->argument);
    if (command->argument.n == 0) {
        smtp_answer(session, 211, NULL,
                    "%s is a receiver-SMTP; its commands:\n"
                    "HELO MAIL RCPT DATA SEND SOML SAML RSET VRFY EXPN HELP NOOP QUIT TURN",
                    session->settings->hostname);
        return true;
    }
    for (size_t i = 0; i < sizeof help_rows / sizeof help_rows[0]; i++) {
        if (help_rows[i].verb == topic.verb) {
            smtp_answer(session, 214, NULL, "%s", help_rows[i].syntax);
            return true;
        }
    }
    smtp_answer(session, 504, NULL, "No help for that");
    return false;
}

/* ---- the grammar of RFC 821 4.1.2 ---- */

/* <number> ::= <d> | <d> <number> */
static bool is_number(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!octet_is_digit(text.p[i])) {
            return false;
        }
    }
    return text.n > 0;
}

/*
 * <element> ::= <name> | "#" <number> | "[" <dotnum> "]"
 * Of a name only what RFC 5321 demands of a sub-domain: RFC 1123 2.1 lets it begin with a digit, and one letter is enough.
 */
static bool is_element(struct bytes text)
{
    if (bytes_starts(text, "#")) {
        return is_number(bytes_skip(text, 1));
    }
    if (bytes_starts(text, "[")) {
        return octet_is_digit(text.n > 1 ? text.p[1] : 0) && smtp_is_address_literal(text);
    }
    return smtp_is_domain(text);
}

/* <domain> ::= <element> | <element> "." <domain>     ; the dots of a dotnum stand in brackets */
static bool is_domain(struct bytes text)
{
    while (text.n > 0) {
        size_t from = bytes_starts(text, "[") ? bytes_index(text, ']', 0) : 0;
        size_t dot = from == BYTES_NONE ? BYTES_NONE : bytes_index(text, '.', from);
        if (!is_element(bytes_slice(text, 0, dot))) {
            return false;
        }
        if (dot == BYTES_NONE) {
            return true;
        }
        text = bytes_skip(text, dot + 1);
    }
    return false;
}

/* <c> ::= any one of the 128 ASCII characters, but not any <special> or <SP> */
static bool is_c(unsigned char c)
{
    return c > ' ' && c < 127 && strchr("<>()[]\\.,;:@\"", c) == NULL;
}

/* How long the <dot-string> is that `text` begins with; <char> ::= <c> | "\" <x> */
static size_t dot_string_length(struct bytes text)
{
    size_t n = 0;
    bool some = false; /* since the last period */
    while (n < text.n) {
        unsigned char c = text.p[n];
        if (c == '.' && some && n + 1 < text.n) {
            some = false;
            n += 1;
        } else if (c == '\\' && n + 1 < text.n) {
            some = true;
            n += 2;
        } else if (is_c(c)) {
            some = true;
            n += 1;
        } else {
            break;
        }
    }
    return some ? n : 0;
}

/* <mailbox> ::= <local-part> "@" <domain>; <local-part> ::= <dot-string> | <quoted-string> */
static void read_mailbox(struct smtp_path *path, struct bytes mailbox)
{
    size_t quoted = smtp_quoted_length(mailbox);
    size_t n = quoted > 2 ? quoted : dot_string_length(mailbox);
    if (n == 0 || n >= mailbox.n || mailbox.p[n] != '@') {
        return; /* what the reader of today found stays */
    }
    path->mailbox = mailbox;
    path->local_part = bytes_slice(mailbox, 0, n);
    path->domain = bytes_skip(mailbox, n + 1);
    path->defects &= ~(unsigned)(SMTP_PATH_BAD_LOCAL_PART | SMTP_PATH_BAD_DOMAIN);
    path->defects |=
        is_domain(path->domain) || smtp_is_address_literal(path->domain) ? 0 : SMTP_PATH_BAD_DOMAIN;
}

static struct bytes inner_of(const struct smtp_path *path)
{
    return bytes_starts(path->whole, "<") ? bytes_slice(path->whole, 1, path->whole.n - 1)
                                          : (struct bytes){0};
}

/* Cuts the first host off [ <a-d-l> ":" ] at the front of a path; false: the mailbox comes. */
static bool next_hop(struct bytes *path, struct bytes *host_r)
{
    if (!bytes_starts(*path, "@")) {
        return false;
    }
    size_t end = 1;
    while (end < path->n && path->p[end] != ',' && path->p[end] != ':') {
        end++;
    }
    *host_r = bytes_slice(*path, 1, end);
    *path = bytes_skip(*path, end + 1);
    return true;
}

/* RFC 821 4.5.3: user, domain and path. */
enum { MAX_USER_OCTETS = 64, MAX_DOMAIN_OCTETS = 64 };

/* <a-d-l> ::= <at-domain> | <at-domain> "," <a-d-l>; its colon is not part of it. */
static unsigned route_defects(struct bytes route)
{
    unsigned defects = 0;
    struct bytes hop;
    while (bytes_next(&route, ',', &hop)) {
        struct bytes host = bytes_skip(hop, 1);
        defects |= bytes_starts(hop, "@") && is_domain(host) ? 0 : SMTP_PATH_BAD_DOMAIN;
        defects |= host.n > MAX_DOMAIN_OCTETS ? SMTP_PATH_LONG : 0;
    }
    return defects;
}

void smtp_history_path(const struct smtp_session *session, struct smtp_path *path)
{
    if (session->settings->profile != PROFILE_RFC821) {
        return;
    }
    struct bytes inner = inner_of(path);
    bool routed = (path->defects & SMTP_PATH_SOURCE_ROUTE) != 0;
    size_t colon = routed ? bytes_index(inner, ':', 0) : BYTES_NONE;
    unsigned route = 0;
    if (colon != BYTES_NONE) {
        route = route_defects(bytes_slice(inner, 0, colon));
        inner = bytes_skip(inner, colon + 1);
    }
    read_mailbox(path, inner);
    path->defects |= route;
    if (path->local_part.n > MAX_USER_OCTETS || path->domain.n > MAX_DOMAIN_OCTETS) {
        path->defects |= SMTP_PATH_LONG;
    }
}

bool smtp_history_is_domain(const struct smtp_session *session, struct bytes text)
{
    return session->settings->profile == PROFILE_RFC821 && is_domain(text);
}

/* ---- routes ---- */

static bool is_this_host(const struct smtp_session *session, struct bytes host)
{
    const struct server_settings *settings = session->settings;
    bool found = bytes_is_nocase(host, settings->hostname);
    for (size_t i = 0; i < settings->domain_count && !found; i++) {
        found = bytes_is_nocase(host, settings->domains[i]);
    }
    return found;
}

static struct bytes without_this_host(const struct smtp_session *session, struct bytes path)
{
    struct bytes rest = path;
    struct bytes host;
    while (next_hop(&rest, &host) && is_this_host(session, host)) {
        path = rest;
    }
    return path;
}

struct bytes smtp_history_kept(const struct smtp_session *session, const struct smtp_path *path,
                               bool forward)
{
    if (session->settings->profile != PROFILE_RFC821) {
        return path->mailbox;
    }
    return forward ? without_this_host(session, inner_of(path)) : inner_of(path);
}

struct bytes smtp_history_next_host(const struct smtp_session *session,
                                    const struct smtp_path *path)
{
    struct bytes kept = smtp_history_kept(session, path, true);
    struct bytes host;
    return next_hop(&kept, &host) ? host : path->domain;
}

/* ---- SEND, SOML, SAML ---- */

/*
 * Nobody is ever at a terminal here, so SOML and SAML put the message into the mailbox, as RFC 821 3.4 has it for users that
 * are not active; SEND does the same, or each RCPT behind it is refused.
 */
bool smtp_do_send(struct smtp_session *session, const struct smtp_command *command)
{
    if (!smtp_do_mail(session, command)) {
        return false;
    }
    session->transaction.to_terminal =
        command->verb == SMTP_SEND && session->settings->send == SEND_450;
    return true;
}
