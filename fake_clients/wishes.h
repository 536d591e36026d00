/*
 * wishes - what people tell a client of theirs, and tests do not: how it connects, logs in, and what it is to ask for
 *
 * Plain data; all that it points to outlives the client. Zeroed, the client does what it always does: TLS where it is offered, a
 * login where it is safe, and nothing of the others.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_WISHES_H
#define MAILSPEC_FAKE_CLIENTS_WISHES_H

#include "auth/sasl.h"
#include "net/tls.h"

/* What the host of fake_client_new() is. */
enum client_door {
    CLIENT_DOOR_TCP,
    CLIENT_DOOR_UNIX,   /* the path of a socket */
    CLIENT_DOOR_COMMAND /* given to /bin/sh -c */
};

enum client_tls {
    CLIENT_TLS_WHERE_OFFERED, /* by STARTTLS or STLS */
    CLIENT_TLS_DEMANDED,      /* the same, and nothing is done without it */
    CLIENT_TLS_FIRST,         /* before the greeting (RFC 8314) */
    CLIENT_TLS_NEVER
};

/* How to log in. One that is named may tell the secret in clear text; otherwise only one that does not tell it is taken there. */
enum client_login {
    CLIENT_LOGIN_SAFE, /* zero: as tests have it, see settings.h */
    CLIENT_LOGIN_BEST, /* demanded, by what is the best of those offered */
    CLIENT_LOGIN_SASL, /* demanded, by the mechanism named */
    CLIENT_LOGIN_USER, /* POP3: demanded, by USER and PASS */
    CLIENT_LOGIN_APOP  /* POP3: demanded */
};

/* BDAT instead of DATA (RFC 3030). */
enum client_chunks {
    CLIENT_CHUNKS_NEVER,
    CLIENT_CHUNKS_WHERE_NEEDED, /* for content that only BINARYMIME may have; without it that is not sent */
    CLIENT_CHUNKS_WHERE_OFFERED
};

/* A message of a maildrop, as the server lists it. */
struct client_listed {
    uint64_t number;
    uint64_t octets;
    struct bytes id; /* its unique-id; empty: the server tells none */
};

/* POP3: which messages, and what becomes of them. */
struct client_maildrop {
    void *self;
    bool headers_only; /* by TOP; where that is not offered nothing is fetched */
    /* Is it wanted? Told of all of them, in their order, before the first is fetched. */
    bool (*wants)(void *self, const struct client_listed *listed);
    /* It came whole. False: it could not be kept, so it stays in the maildrop and nothing more is fetched. */
    bool (*take)(void *self, uint64_t number, struct bytes message);
};

/* Who looks on; each may be NULL. The text of `lost` is for people: why there is no connection any more, or no TLS. */
struct client_watch {
    void *self;
    void (*connected)(void *self, const char *text);
    void (*octets)(void *self, bool ours, struct bytes octets);
    void (*secured)(void *self, const struct tls_facts *facts);
    void (*lost)(void *self, const char *text);
};

struct client_wishes {
    enum client_door door;
    enum client_tls tls;
    const struct tls_settings *tls_settings; /* NULL: as settings.h has it */
    bool any_certificate;                    /* whatever it is counts as good */
    enum client_login login;
    bool is_local; /* nobody can listen on the way: USER and PASS may go in clear text */
    enum sasl_mechanism mechanism;
    /* SMTP and LMTP */
    bool utf8; /* an address needs SMTPUTF8 (RFC 6531) */
    enum client_chunks chunks;
    const char *notify; /* RFC 3461: NOTIFY of each recipient, RET and ENVID; NULL: none */
    const char *ret;
    const char *envelope_id; /* xtext */
    /* POP3 */
    const struct client_maildrop *maildrop; /* NULL: all of them */
    const struct client_watch *watch;       /* NULL: nobody */
};

#endif
