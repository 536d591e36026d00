/*
 * wire_fault - named ways in which the octets of one reply go wrong, at any stage and in every protocol
 *
 *     wire-fault = NAME [ "=" N ] "@" STAGE [ ":" [":"] times ] [ "@" percent "%" ]
 *
 * The session has answered as it should, and knows nothing of it: these faults work on the finished octets of a reply. (What breaks one rule in
 * state or form is a fault of fault.h.) Each is classed by what it asks of a client.
 */
#ifndef MAILSPEC_FAKE_SERVERS_WIRE_FAULT_H
#define MAILSPEC_FAKE_SERVERS_WIRE_FAULT_H

#include "fake_servers/reply_book.h"
#include "fake_servers/wire_plan.h"

/* Replies that are longer are not waited for: the fault works on that much of them, and the rest goes out as it is. */
enum { WIRE_REPLY_OCTETS = 64 * 1024 };

enum wire_class {
    WIRE_LEGAL, /* the standards allow it: a client must succeed */
    WIRE_LAX,   /* many servers do it: a client should succeed */
    WIRE_BROKEN /* a client may fail, but not hang, crash or tell of a success */
};

/* What is made of one reply. */
struct wire_work {
    struct bytes reply;
    bool is_pop3;
    uint64_t number; /* N, or what the row has for it */
    uint64_t nth;    /* the how many-th time on this connection, from 1 */
    struct wire_plan *plan;
    bool holds;    /* out: the reply is to go out behind the next one; nothing is in the plan */
    bool swallows; /* out: the next reply has gone out already */
};

struct wire_fault_row {
    const char *name;
    enum wire_class class;
    unsigned protocols;
    uint64_t number; /* without "=N"; 0: it takes none */
    struct bytes octets;
    void (*apply)(const struct wire_fault_row *row, struct wire_work *work);
    const char *what; /* one line: what the server does */
};

struct wire_fault {
    const struct wire_fault_row *row;
    uint64_t number;
};

/* Of a server's settings; in their arena. `book` counts and chooses, and has a rule for each of `rows`. */
struct wire_faults {
    struct reply_book *book;
    const struct wire_fault *rows;
};

const struct wire_fault_row *wire_fault_at(size_t i);            /* NULL: there are no more */
const struct wire_fault_row *wire_fault_find(struct bytes name); /* NULL: there is none */
const char *wire_class_name(enum wire_class class);
/* Does the text name a wire fault, rightly or not: has it a stage? */
bool wire_fault_is_meant(struct bytes text);
/* -1 and a sentence: it is none. */
int wire_fault_read(struct bytes text, struct arena *arena, struct wire_fault *fault_r,
                    struct reply_rule *rule_r, struct error *error);
/* The fault that the reply at this stage has; NULL: none. */
const struct wire_fault *wire_fault_choose(const struct wire_faults *faults,
                                           struct reply_tally *tally, enum stage stage,
                                           unsigned protocol);
void wire_fault_apply(const struct wire_fault *fault, struct wire_work *work);

#endif
