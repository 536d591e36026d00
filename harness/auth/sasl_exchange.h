/*
 * sasl_exchange - what every mechanism fills in, behind sasl.h
 *
 * sasl.c looks after what is the same for all: sizes, NULs that no mechanism but PLAIN may see, and
 * calls after the end. A mechanism keeps what it must remember in `state`, which its `stop` frees.
 */
#ifndef MAILSPEC_AUTH_SASL_EXCHANGE_H
#define MAILSPEC_AUTH_SASL_EXCHANGE_H

#include "auth/sasl.h"

struct sasl_client {
    enum sasl_mechanism mechanism;
    struct sasl_identity identity;
    const struct sasl_client_side *side;
    void *state;
    unsigned step; /* calls of `step` so far */
    bool ended;
};

struct sasl_client_side {
    int (*start)(struct sasl_client *client, struct error *error); /* NULL: nothing to prepare */
    enum sasl_result (*step)(struct sasl_client *client, struct bytes challenge, struct buf *out,
                             struct error *error);
    void (*stop)(struct sasl_client *client); /* NULL: nothing to free */
    bool answers_error; /* OAuth: one challenge more, behind the end, tells of an error */
};

struct sasl_server {
    enum sasl_mechanism mechanism;
    struct sasl_lookup lookup;
    const char *hostname;
    const char *nonce;
    const struct sasl_server_side *side;
    void *state;
    char *user; /* who wants to log in, as far as known */
    unsigned step;
    enum sasl_failure failure;
    bool begun;
    bool ended;
};

/* Octets in a response: names and secrets; a token is longer. */
enum { SASL_RESPONSE_MAX = 4096, SASL_TOKEN_RESPONSE_MAX = 16384 };

struct sasl_server_side {
    int (*start)(struct sasl_server *server, struct error *error); /* NULL: nothing to prepare */
    enum sasl_result (*step)(struct sasl_server *server, struct bytes response, struct buf *out);
    void (*stop)(struct sasl_server *server);
    size_t most;             /* octets in a response */
    bool allows_nul;         /* PLAIN separates by NUL */
    bool allows_early_start; /* LOGIN: an initial response, though the server begins */
};

extern const struct sasl_client_side sasl_library_client; /* PLAIN, LOGIN, EXTERNAL */
extern const struct sasl_client_side sasl_cram_md5_client;
extern const struct sasl_client_side sasl_scram_client;
extern const struct sasl_client_side sasl_oauth_client;
extern const struct sasl_server_side sasl_plain_server;
extern const struct sasl_server_side sasl_login_server;
extern const struct sasl_server_side sasl_cram_md5_server;
extern const struct sasl_server_side sasl_external_server;
extern const struct sasl_server_side sasl_scram_server;
extern const struct sasl_server_side sasl_oauth_server;

/* SASL_FAILED, for that reason. */
enum sasl_result sasl_server_fail(struct sasl_server *server, enum sasl_failure failure);
/* Remember who wants to log in. */
void sasl_server_set_user(struct sasl_server *server, const char *user);
/* The same for a name as it came, prepared (RFC 4013); false: it cannot be, or is empty then. */
bool sasl_server_take_user(struct sasl_server *server, struct bytes name);
bool sasl_server_take_saslname(struct sasl_server *server, struct bytes name); /* with =2C, =3D */
/* SASL_DONE when `secret` is that of the user, else SASL_FAILED for the credentials. */
enum sasl_result sasl_server_check(struct sasl_server *server, const char *secret);
/* The secret of the user, prepared as RFC 4013 says where it can be; NULL: no such user. free() it. */
char *sasl_server_secret(struct sasl_server *server);

#endif
