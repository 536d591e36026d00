#include "engine/probe_trouble.h"

#include "base/escape.h"
#include "engine/outcome.h"

/* The last thing that a command said on its standard error: a shell says there that it knows no such command. */
static void append_error_output(struct buf *what, const struct session *session)
{
    struct bytes rest = conn_error_output(session->conn);
    struct bytes line;
    struct bytes last = {0};

    while (bytes_next(&rest, '\n', &line)) {
        last = line.n > 0 ? line : last;
    }
    if (last.n > 0) {
        buf_append_text(what, "; it said: ");
        escape_append(what, bytes_slice(last, 0, 200), 0);
    }
}

/* What came, as far as it helps to see what speaks there. */
static void show_begin(struct buf *what, struct session *session)
{
    struct buf octets = {0};

    session_unfinished(session, &octets);
    buf_append_text(what, ": \"");
    escape_append(what, bytes_slice(buf_bytes(&octets), 0, 60), 0);
    buf_append_text(what, "\"");
    buf_deinit(&octets);
}

/* An alert or a handshake message of TLS: a record's type, and the first octet of its version (RFC 8446 5.1). */
static bool begins_like_tls(struct session *session)
{
    struct buf octets = {0};

    session_unfinished(session, &octets);
    bool is_tls = octets.n > 2 && (octets.p[0] == 0x15 || octets.p[0] == 0x16) && octets.p[1] == 3;
    buf_deinit(&octets);
    return is_tls;
}

/* Where TLS begins with the connection. Whoever sends an alert speaks TLS: what it wants is not what we bring. */
static const char *advice_of_tls(const struct session *session, bool pop3, bool silent)
{
    bool broke = session->tls == SESSION_SECURED && session->end == CONN_END_FAILED;

    if (session->tls_facts.alert_received || session->tls_facts.alert_sent || broke) {
        return ". Does it want a certificate of the client (--tls-cert), other versions or ciphers "
               "(--tls-min, --tls-max, --tls-ciphers), or another name (--tls-name)?";
    }
    if (session->tls == SESSION_SECURED) {
        return silent ? ". A server that greets late needs --time-scale 3"
                      : ". Is the address right?";
    }
    return pop3 ? ". Does TLS begin with the connection there? With STLS it is pop3://"
                : ". Does TLS begin with the connection there? With STARTTLS it is smtp://";
}

static const char *advice(const struct probe_trouble *trouble, bool silent)
{
    const struct endpoint *endpoint = trouble->endpoint;
    bool pop3 = endpoint->protocol == PROTOCOL_POP3;

    if (endpoint->kind == ENDPOINT_PIPE) {
        return ". Does it speak the protocol on its standard input and output?";
    }
    if (trouble->session->tls_facts.alert_sent && trouble->verifies) {
        return " (--tls-verify, Tls-verify)";
    }
    if (endpoint->implicit_tls && trouble->session->was_open) {
        return advice_of_tls(trouble->session, pop3, silent);
    }
    if (silent) {
        return pop3 ? ". Is the address right? Where TLS begins with the connection it is "
                      "pop3s://; a server that greets late needs --time-scale 3"
                    : ". Is the address right? Where TLS begins with the connection it is "
                      "smtps://; a server that greets late needs --time-scale 3";
    }
    return ". Is the server running, and is the address right?";
}

static void tell_end(const struct probe_trouble *trouble, struct buf *what)
{
    const struct session *session = trouble->session;

    if (session->tls == SESSION_SECURED && session->end == CONN_END_FAILED) {
        buf_append_text(what, "ended before its greeting: ");
        escape_append(what, buf_bytes(&session->end_text), 0);
    } else if (!session->was_open || session->end == CONN_END_FAILED) {
        buf_append_text(what, "cannot be reached: ");
        escape_append(what, buf_bytes(&session->end_text), 0);
    } else if (session->end == CONN_END_RESET) {
        buf_append_text(what, "reset the connection before its greeting");
    } else {
        buf_append_text(what, trouble->endpoint->kind == ENDPOINT_PIPE
                                  ? "ended without a greeting"
                                  : "closed the connection before its greeting");
        if (session->died.n > 0) {
            buf_append_text(what, ": the process ");
            buf_append(what, buf_bytes(&session->died));
        }
    }
}

void probe_trouble_print(const struct probe_trouble *trouble, struct buf *what)
{
    struct session *session = trouble->session;
    bool silent = false;

    if (trouble->timed_out && session_has_unread(session)) {
        buf_append_text(what, "did not end its greeting in ");
        outcome_print_ms(what, trouble->wait_ms);
        show_begin(what, session);
    } else if (session->tls == SESSION_TLS_FAILED) {
        buf_printf(what, "begins no TLS session: %s", session->tls_facts.failure);
    } else if (trouble->timed_out && session->tls == SESSION_TLS_BEGINS) {
        buf_append_text(what, "accepted the connection, but no TLS session began in ");
        outcome_print_ms(what, trouble->wait_ms);
    } else if (begins_like_tls(session)) {
        buf_append_text(what, "speaks TLS, where clear text was expected");
    } else if (session_has_unread(session)) {
        buf_append_text(what, "greets with a line that is too long, or without an end");
        show_begin(what, session);
    } else if (trouble->timed_out) {
        buf_append_text(what, session->was_open ? "accepted the connection but sent nothing in "
                                                : "did not accept a connection in ");
        outcome_print_ms(what, trouble->wait_ms);
        silent = session->was_open;
    } else {
        tell_end(trouble, what);
    }
    append_error_output(what, session);
    buf_append_text(what, advice(trouble, silent));
}
