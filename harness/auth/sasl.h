/*
 * sasl - authentication exchanges, either side (RFC 4422; libgsasl where it is right, else own code over OpenSSL)
 *
 * An exchange is octets in, octets out: what is inside the base64 of AUTH (RFC 4954, RFC 5034); framing, base64, `=` and `*` are the
 * caller's. Nothing is sent and nothing is looked up but through the callback. Nonces may be given, so that golden vectors repeat.
 */
#ifndef MAILSPEC_AUTH_SASL_H
#define MAILSPEC_AUTH_SASL_H

#include "base/buf.h"
#include "base/error.h"
#include "model/sasl_mechanism.h"

/* Does the client speak first (an initial response makes sense)? LOGIN and CRAM-MD5 begin with a challenge. */
bool sasl_client_speaks_first(enum sasl_mechanism mechanism);
/* Does an exchange that is overheard give the secret away: PLAIN, LOGIN, XOAUTH2, OAUTHBEARER? */
bool sasl_tells_secret(enum sasl_mechanism mechanism);

enum sasl_result {
    SASL_GOES_ON, /* `out` is to be sent, also when it is empty; more comes */
    SASL_DONE,  /* succeeded as far as this side can tell; a client sends `out`, also when empty */
    SASL_FAILED /* nothing is to be sent; see the error or the failure */
};

/* Who logs in. Strings outlive the exchange. */
struct sasl_identity {
    const char *user;         /* the authentication identity */
    const char *secret;       /* password or bearer token; NULL for EXTERNAL */
    const char *authorize_as; /* the authorization identity; NULL: none is named */
    const char *host;         /* OAUTHBEARER; NULL: left out */
    unsigned port;            /* OAUTHBEARER; 0: left out */
    const char *nonce;        /* SCRAM: of the client; NULL: random */
};

struct sasl_client;
/* NULL: the library does not have the mechanism, or there is no secret. */
struct sasl_client *sasl_client_new(enum sasl_mechanism mechanism,
                                    const struct sasl_identity *identity, struct error *error);
/*
 * `challenge` is empty before the server has said anything; where the client does not speak first, the first call has the first
 * challenge. SASL_DONE: nothing more is expected but the server's verdict; for SCRAM only when the server's signature was right,
 * so a server that says yes before is wrong. SASL_FAILED: what the server said is wrong (RFC 5802 5.1), in `error`.
 * OAuth: a challenge behind SASL_DONE is the server's JSON error; the answer to it comes in `out`, with SASL_DONE again.
 */
enum sasl_result sasl_client_step(struct sasl_client *client, struct bytes challenge,
                                  struct buf *out, struct error *error);
void sasl_client_free(struct sasl_client **client_p);

enum sasl_failure {
    SASL_FAILURE_NONE,
    SASL_FAILURE_MALFORMED,   /* the response is none of this mechanism: 501 */
    SASL_FAILURE_CREDENTIALS, /* unknown user or wrong secret, not told apart on the wire: 535 */
    SASL_FAILURE_IDENTITY,    /* may not act as that authorization identity: 535 */
    SASL_FAILURE_TOKEN /* OAuth: the error challenge was sent, and the client has answered it: 535 */
};

struct sasl_lookup {
    /*
     * The secret of a user, or NULL: there is none of that name. Valid until the exchange ends. The name is prepared (SASLprep).
     */
    const char *(*secret)(void *self, const char *user);
    const char *external_user; /* whom the TLS certificate names; NULL: nobody */
    bool
        any; /* every name and every secret will do, where the mechanism can do without (not SCRAM) */
    struct bytes salt; /* SCRAM; empty: random, 16 octets */
    unsigned
        iterations; /* SCRAM; 0: 4096, the least of RFC 5802 section 5.1 and RFC 7677 section 4 */
    void *self;
};

struct sasl_server;
/* `nonce`: SCRAM's of the server, or the whole challenge of CRAM-MD5 ("<1896.697170952@postoffice.example.net>"); NULL: random. */
struct sasl_server *sasl_server_new(enum sasl_mechanism mechanism, const struct sasl_lookup *lookup,
                                    const char *hostname, const char *nonce, struct error *error);
/*
 * The first call is given the initial response, or an empty one with `has_response` false when there was none (later calls do not
 * look at it). SASL_DONE with octets in `out` (SCRAM's signature): they go out as a challenge, which the client answers with an
 * empty response. An initial response is malformed with CRAM-MD5, where the server begins (RFC 4954 section 4); with LOGIN it is
 * taken for the name of the user, as real clients mean it. Channel binding is not offered: the client's flag is n or y.
 */
enum sasl_result sasl_server_step(struct sasl_server *server, bool has_response,
                                  struct bytes response, struct buf *out);
enum sasl_failure sasl_server_failure(const struct sasl_server *server);
/* Who logged in, once done, or who wanted to; NULL: not known. */
const char *sasl_server_user(const struct sasl_server *server);
void sasl_server_free(struct sasl_server **server_p);

#endif
