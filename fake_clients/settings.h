/*
 * settings - what a fake client is told: what to send or whom to fetch for, and which faults to show
 *
 * Plain data; all that it points to outlives the client. A zeroed member has its usual value.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_SETTINGS_H
#define MAILSPEC_FAKE_CLIENTS_SETTINGS_H

#include "fake_clients/fault.h"
#include "fake_clients/memory.h"
#include "fake_clients/wishes.h"

enum client_protocol { CLIENT_SMTP, CLIENT_LMTP, CLIENT_POP3 };

/* What came of it: the exit status that sysexits.h has for it. */
enum client_result {
    CLIENT_DONE = 0,
    CLIENT_REFUSED = 69,         /* EX_UNAVAILABLE: refused for good */
    CLIENT_REFUSED_FOR_NOW = 75, /* EX_TEMPFAIL: 4yz, 421, [IN-USE], the connection was lost */
    CLIENT_PROTOCOL_ERROR = 76, /* EX_PROTOCOL: a reply that cannot be read, or beyond the bounds */
    CLIENT_LOGIN_REFUSED = 77   /* EX_NOPERM */
};

struct client_settings {
    enum client_protocol protocol;
    int64_t idle_ms; /* without an octet, then the connection counts as lost; 0: ten minutes */
    /* SMTP and LMTP */
    const char *
        client_name; /* the argument of EHLO: a domain or an address literal; NULL: the literal of our address */
    const char *sender;            /* the reverse-path without brackets; "" or NULL: <> */
    const char *const *recipients; /* forward-paths without brackets, at least one */
    size_t recipient_count;
    struct bytes message; /* lines that end in LF or CRLF; sent with CRLF */
    /* POP3: USER and PASS. SMTP, may be NULL: AUTH PLAIN where it is offered, inside TLS and to a certificate that is good. */
    const char *user;
    const char *secret;
    /* TLS is begun where STARTTLS or STLS is offered. A certificate is good when it is trusted, in its time, and for tls_name. */
    const char *ca_file;  /* PEM: what is trusted; NULL: what the system trusts */
    const char *tls_name; /* NULL: the host */
    bool keep;            /* POP3: leave the messages in the maildrop */
    struct client_memory
        *memory;  /* POP3: of what was fetched whole; NULL: each session begins anew */
    size_t owner; /* whose ids in that memory are meant */
    struct client_wishes wishes;
    struct client_fault_set faults;
};

#endif
