/*
 * client - how the client that is tested is started, and what becomes of it
 *
 * The engine listens, has a client started for a case, and is told when it has ended. Who starts it is a table of functions: a
 * command of the target (client_command.h), the client of this program (cli/), or the same dialogue played from its
 * other side (self_play.h).
 */
#ifndef MAILSPEC_ENGINE_CLIENT_H
#define MAILSPEC_ENGINE_CLIENT_H

#include "base/buf.h"
#include "base/error.h"
#include "model/program.h"
#include "model/target.h"
#include "net/loop.h"

struct facts;

/* What the client is to do. Everything outlives the start. */
struct client_task {
    const struct target *target;
    const struct program *program;
    const struct facts *facts;
    size_t case_number;
    enum protocol protocol; /* that it speaks */
    const char *host;
    unsigned smtp_port; /* where we listen; 0: we do not */
    unsigned pop3_port;
    const char *client; /* to greet with */
    const char *sender;
    const char *rcpt;
    const char *rcpt2;
    const char *user;
    const char *secret;
    const char *case_id;
    const char *folder;  /* an empty one of its own, removed when the case has ended */
    const char *ca_file; /* PEM, the authority of our certificates; NULL: there is none */
    const char
        *certificate_file; /* PEM, with its key: a certificate of that authority for the client */
    struct bytes message;  /* to be sent, lines ended by CRLF */
    int64_t time_limit_ms;
};

/* How it ended. Views are valid during the call only. */
struct client_end {
    bool started; /* false: `error` says why not */
    int status;   /* -1: it did not exit by itself */
    int signal;   /* 0: none */
    bool killed;  /* by us, when it was told to stop */
    bool timed_out;
    bool flooded;
    unsigned left_behind; /* processes */
    const char *error;    /* NULL: none */
    struct bytes output;  /* its standard output, or what it fetched */
    struct bytes error_output;
    size_t output_octets; /* in all, also those that were not kept */
    size_t error_octets;
};

struct client_child;

struct client_starter {
    /* Never NULL; `ended` is called once, from the loop. */
    struct client_child *(*start)(const void *self, struct loop *loop,
                                  const struct client_task *task,
                                  void (*ended)(void *ended_self, const struct client_end *end),
                                  void *ended_self);
    void (*stop)(struct client_child *child); /* ended() follows soon */
    void (*free)(struct client_child **child_p);
    const void *self;
};

#endif
