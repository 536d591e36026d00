#include "fake_servers/smtp_texts.h"

#include <inttypes.h>
#include <string.h>

#include "fake_servers/trace.h"

#define GREETING SMTP_VERB_COUNT

enum {
    ANY_STATE = 0, /* zeroed: in all of them */
    BEFORE_HELLO = 1 << SMTP_STATE_START,
    NO_MAIL = 1 << SMTP_STATE_READY,
    NO_RCPT = 1 << SMTP_STATE_MAIL,
    IN_MAIL = 1 << SMTP_STATE_MAIL | 1 << SMTP_STATE_RCPT
};

/*
 * $h is our name, $n the number of the message, $a the address of the client, $d the date, $s the most octets of a message. The first
 * row that fits counts.
 */
struct smtp_texts_row {
    enum smtp_verb verb;
    unsigned code;
    const char *status; /* NULL: any */
    unsigned states;    /* in which the command came */
    const char *texts[TEXTS_COUNT];
};

// clang-format off
static const struct smtp_texts_row rows[] = {
    {GREETING, 220, NULL, ANY_STATE,
     {NULL, "$h ESMTP Postfix", "$h ESMTP Exim 4.96 $d", "$h ESMTP Sendmail 8.17.1/8.17.1; $d"}},
    {SMTP_HELO, 250, NULL, ANY_STATE,
     {NULL, "$h", "$h Hello $a", "$h Hello $a, pleased to meet you"}},
    {SMTP_MAIL, 250, NULL, ANY_STATE, {NULL, "Ok", "OK", "Sender ok"}},
    {SMTP_MAIL, 503, NULL, BEFORE_HELLO,
     {NULL, "Error: send HELO/EHLO first", "HELO or EHLO required", "Polite people say HELO first"}},
    {SMTP_MAIL, 503, NULL, IN_MAIL,
     {NULL, "Error: nested MAIL command", "sender already given", "Sender already specified"}},
    {SMTP_MAIL, 552, NULL, ANY_STATE,
     {NULL, "Message size exceeds fixed limit", "Message size exceeds maximum permitted",
      "Message size exceeds fixed maximum message size ($s)"}},
    {SMTP_RCPT, 250, NULL, ANY_STATE, {NULL, "Ok", "Accepted", "Recipient ok"}},
    {SMTP_RCPT, 452, "4.5.3", ANY_STATE,
     {NULL, "Error: too many recipients", "too many recipients", "Too many recipients"}},
    {SMTP_RCPT, 503, NULL, ANY_STATE,
     {NULL, "Error: need MAIL command", "sender not yet given", "Need MAIL before RCPT"}},
    {SMTP_RCPT, 550, "5.1.1", ANY_STATE,
     {NULL, "Recipient address rejected: User unknown in local recipient table", "Unrouteable address", "User unknown"}},
    {SMTP_RCPT, 550, "5.7.1", ANY_STATE,
     {NULL, "Relay access denied", "relay not permitted", "Relaying denied"}},
    {SMTP_DATA, 354, NULL, ANY_STATE,
     {NULL, "End data with <CR><LF>.<CR><LF>", "Enter message, ending with \".\" on a line by itself",
      "Enter mail, end with \".\" on a line by itself"}},
    {SMTP_DATA, 503, NULL, NO_RCPT,
     {NULL, "Error: need RCPT command", "valid RCPT command must precede DATA", "Need RCPT (recipient)"}},
    {SMTP_DATA, 503, NULL, BEFORE_HELLO | NO_MAIL,
     {NULL, "Error: need RCPT command", "valid RCPT command must precede DATA", "Need MAIL command"}},
    {SMTP_DATA, 250, NULL, ANY_STATE,
     {NULL, "Ok: queued as $n", "OK id=$n", "$n Message accepted for delivery"}},
    {SMTP_DATA, 552, NULL, ANY_STATE,
     {NULL, "Error: message file too big", "Message size exceeds maximum permitted",
      "Message size exceeds fixed maximum message size ($s)"}},
    {SMTP_RSET, 250, NULL, ANY_STATE, {NULL, "Ok", "Reset OK", "Reset state"}},
    {SMTP_NOOP, 250, NULL, ANY_STATE, {NULL, "Ok", "OK", "OK"}},
    {SMTP_STARTTLS, 220, NULL, ANY_STATE,
     {NULL, "Ready to start TLS", "TLS go ahead", "Ready to start TLS"}},
    {SMTP_AUTH, 235, NULL, ANY_STATE,
     {NULL, "Authentication successful", "Authentication succeeded", "OK Authenticated"}},
    {SMTP_AUTH, 535, NULL, ANY_STATE,
     {NULL, "Error: authentication failed", "Incorrect authentication data", "authentication failed"}},
    {SMTP_QUIT, 221, NULL, ANY_STATE,
     {NULL, "Bye", "$h closing connection", "$h closing connection"}},
    {SMTP_UNKNOWN, 500, "5.5.1", ANY_STATE,
     {NULL, "Error: command not recognized", "unrecognized command", "Command unrecognized"}},
    {SMTP_UNKNOWN, 421, "4.4.2", ANY_STATE,
     {NULL, "$h Error: timeout exceeded", "$h: SMTP command timeout - closing connection",
      "$h Timeout waiting for input from client"}},
};
// clang-format on

static const struct smtp_texts_row *find_row(const struct smtp_session *session, unsigned code,
                                             const char *status)
{
    unsigned here = 1U << session->state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct smtp_texts_row *row = &rows[i];
        bool same_status =
            row->status == NULL || (status != NULL && strcmp(status, row->status) == 0);
        if (row->verb == session->verb && row->code == code && same_status &&
            (row->states == ANY_STATE || (row->states & here) != 0)) {
            return row;
        }
    }
    return NULL;
}

static void print_value(const struct smtp_session *session, char name, struct buf *out)
{
    switch (name) {
    case 'h':
        buf_append_text(out, session->settings->hostname);
        break;
    case 'n':
        buf_printf(out, "%" PRIu64, session->content.number);
        break;
    case 'a':
        buf_append_text(out, session->client);
        break;
    case 'd':
        trace_date(out, clock_wall_us(&session->settings->clock));
        break;
    case 's':
        buf_printf(out, "%zu", session->settings->max_message_octets);
        break;
    }
}

bool smtp_texts_print(const struct smtp_session *session, unsigned code, const char *status,
                      struct buf *out)
{
    const struct smtp_texts_row *row = find_row(session, code, status);
    const char *text = row != NULL ? row->texts[session->settings->texts] : NULL;
    bool is_own_greeting = session->verb == GREETING && session->settings->smtp_greeting != NULL;
    if (text == NULL || is_own_greeting) {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text == '$') {
            print_value(session, *++text, out);
        } else {
            buf_append_octet(out, (unsigned char)*text);
        }
    }
    return true;
}
