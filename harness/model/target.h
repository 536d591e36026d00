/*
 * target - what is tested: where it listens, and whom it knows
 *
 * Plain data, made from --server options or from a target file (engine/target_file.h), or by cli for the
 * built-in server. The strings belong to whoever made it and outlive the run.
 */
#ifndef MAILSPEC_MODEL_TARGET_H
#define MAILSPEC_MODEL_TARGET_H

#include "model/side.h"

enum endpoint_kind { ENDPOINT_NONE, ENDPOINT_TCP, ENDPOINT_UNIX, ENDPOINT_PIPE };

struct endpoint {
    enum endpoint_kind kind;
    enum protocol protocol;
    bool implicit_tls;   /* smtps, lmtps, pop3s: refused with a clear sentence until TLS is there */
    const char *url;     /* as given, for people */
    const char *host;    /* TCP: name or address, without brackets */
    unsigned port;       /* TCP */
    const char *path;    /* UNIX */
    const char *command; /* PIPE: given to /bin/sh -c */
};

struct target_user {
    const char *name; /* POP3 login */
    const char *secret;
    const char *address; /* forward-path without brackets */
};

struct target {
    const char *name;
    struct endpoint mail; /* SMTP or LMTP */
    struct endpoint pop3;
    const char *source;       /* local address to connect from, or NULL */
    const char *domain;       /* one that the target accepts mail for */
    const char *relay_domain; /* one that it does not; NULL: unknown */
    const char *unknown_user; /* an address in `domain` that does not exist; NULL: unknown */
    const struct target_user *users;
    size_t user_count;
    bool delivers;     /* mail accepted by `mail` for a user is seen through `pop3` */
    const char *start; /* command that starts it, or NULL */
    const char *stop;
    const char *const *known_failing; /* files */
    size_t known_failing_count;
    unsigned connections; /* at most this many at a time; 0: no limit of its own */
    bool built_in; /* the server of this program, configured by Given: where a case has one */
    bool loopback; /* only loopback addresses, Unix sockets and pipes: shorter waits */
};

#endif
