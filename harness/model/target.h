/*
 * target - what is tested: where it listens, and whom it knows
 *
 * Plain data, made from --server options or from a target file (engine/target_file.h), or by cli for the
 * built-in server. The strings belong to whoever made it and outlive the run.
 */
#ifndef MAILSPEC_MODEL_TARGET_H
#define MAILSPEC_MODEL_TARGET_H

#include "model/side.h"
#include "model/tls.h"

enum endpoint_kind { ENDPOINT_NONE, ENDPOINT_TCP, ENDPOINT_UNIX, ENDPOINT_PIPE };

struct endpoint {
    enum endpoint_kind kind;
    enum protocol protocol;
    bool implicit_tls;   /* smtps, lmtps, pop3s: TLS from the first octet (RFC 8314) */
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

/* A client that is tested: how it is started, and what its exit statuses mean. */
enum client_kind {
    CLIENT_NONE,
    CLIENT_COMMAND,  /* started for each case */
    CLIENT_LISTEN,   /* runs by itself, and comes to us when it likes */
    CLIENT_BUILT_IN, /* the client of this program */
    CLIENT_SELF      /* the same dialogue, played from its other side */
};

enum { EXIT_STATUS_COUNT = 256 };

enum exit_class { EXIT_CLASS_FAILURE, EXIT_CLASS_OK, EXIT_CLASS_TEMPORARY, EXIT_CLASS_PERMANENT };

struct client {
    enum client_kind kind;
    bool speaks_known;
    enum protocol speaks;           /* SMTP, LMTP or POP3 */
    bool implicit_tls;              /* smtps, lmtps, pop3s: TLS before the greeting (RFC 8314) */
    const char *command;            /* COMMAND: given to /bin/sh -c */
    const char *outcome;            /* NULL, or given to the shell behind it: its status counts */
    const char *folder;             /* working folder, or NULL: ours */
    const char *const *environment; /* "NAME=VALUE" */
    size_t environment_count;
    const char *input;   /* standard input, or NULL */
    const char *fetched; /* a file that holds what was fetched; NULL: standard output */
    bool fetches;        /* what it fetched can be seen at all */
    const char *sends;   /* verbs and keywords that it is said to send of itself, or NULL */
    unsigned char exits[EXIT_STATUS_COUNT]; /* enum exit_class of each status */
    bool tells_temporary;                   /* statuses for it are named */
    bool tells_permanent;
    int64_t time_limit_ms; /* of one start; 0: the default */
    struct endpoint mail;  /* LISTEN: where, from the endpoint's port to the last one */
    struct endpoint pop3;
    unsigned mail_last_port;
    unsigned pop3_last_port;
};

struct target {
    const char *name;
    struct endpoint mail; /* SMTP or LMTP */
    struct endpoint pop3;
    const char *source;       /* local address to connect from, or NULL */
    struct tls_settings tls;  /* of our sessions with it */
    bool start_with_tls;      /* connections begin TLS before they are used */
    bool start_with_auth;     /* and log in */
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
    struct client client; /* kind NONE: a server is tested */
};

#endif
