/*
 * auth - the SASL exchange of an AUTH command, whatever its protocol (RFC 4954 4, RFC 5034 4)
 *
 * Lines of base64 in and out; what the mechanisms say is auth/sasl.h's. Replies are the session's.
 */
#ifndef MAILSPEC_FAKE_SERVERS_AUTH_H
#define MAILSPEC_FAKE_SERVERS_AUTH_H

#include "base/buf.h"
#include "fake_servers/client_tls.h"
#include "fake_servers/line_in.h"

/* Octets of a client's line in an exchange, without CRLF (RFC 4954 4). */
enum { AUTH_MAX_LINE_OCTETS = 12288 };

struct auth;

/* What a server may do wrong in an exchange; zeroed: nothing. */
struct auth_errors {
    bool passes_over_octets;  /* that are no base64 */
    bool passes_over_initial; /* an initial response where the server begins */
    bool wants_initial;       /* the initial response that a mechanism may have */
    bool takes_wrong_secret;
    bool takes_any_identity; /* to act as, of a client that has proved to be another user */
    bool takes_nobody;       /* an identity to act as of which preparation leaves nothing is none */
    bool takes_little;       /* no part of a PLAIN response has more than 100 octets */
    bool takes_four_parts;   /* a PLAIN response ends at its third NUL */
    bool takes_two_parts;    /* a PLAIN response with one NUL has no identity to act as */
    bool takes_short_lines;  /* of 512 octets at most */
    bool takes_no_secret;    /* an empty one of LOGIN will do */
    bool takes_star;         /* "*" is a name of LOGIN */
    bool refuses_digest;     /* of CRAM-MD5, though it is right */
    bool refuses_late;       /* what came behind an empty challenge, though it is right */
};

enum auth_step {
    AUTH_GOES_ON, /* the challenge is to be sent, also when it is empty */
    AUTH_DONE,
    AUTH_CANCELLED,  /* by the client */
    AUTH_NOT_BASE64, /* RFC 4648 4 */
    AUTH_NO_INITIAL, /* an initial response where the server begins */
    AUTH_MALFORMED,  /* no response of this mechanism */
    AUTH_TOO_LONG,   /* a line of more than AUTH_MAX_LINE_OCTETS */
    AUTH_REFUSED     /* unknown user, wrong secret, or not allowed to act as that user */
};

/* Is it offered to this client? What is not does not work either. */
bool auth_offers(const struct server_settings *settings, const struct server_mechanisms *mechanisms,
                 const struct client_tls *tls, enum sasl_mechanism mechanism);
/* It is one of them, but offered under TLS only, which has not begun. */
bool auth_needs_tls(const struct server_settings *settings,
                    const struct server_mechanisms *mechanisms, const struct client_tls *tls,
                    enum sasl_mechanism mechanism);
/* Append " PLAIN LOGIN", those that are offered; nothing when there are none. */
void auth_print_mechanisms(const struct server_settings *settings,
                           const struct server_mechanisms *mechanisms, const struct client_tls *tls,
                           struct buf *out);

/* Settings and TLS outlive the exchange. NULL: it cannot begin, for want of memory, randomness and the like. */
struct auth *auth_new(const struct server_settings *settings, const struct client_tls *tls,
                      enum sasl_mechanism mechanism, const struct auth_errors *errors);
/* The AUTH command: `initial` is the response that stands in it, "=" for an empty one. */
enum auth_step auth_begin(struct auth *auth, bool has_initial, struct bytes initial,
                          struct buf *challenge);
/*
 * Take octets of the client's next line; returns how many. *complete_r: the line is at its end, has been answered by *step_r, and
 * `line` is ready for the next.
 */
size_t auth_take(struct auth *auth, struct line_in *line, struct bytes octets, bool *complete_r,
                 enum auth_step *step_r, struct buf *challenge);
/* Who has logged in, once it is done: a user's name, or any where settings->any_login. */
const char *auth_user(const struct auth *auth);
void auth_free(struct auth **auth_p);

#endif
