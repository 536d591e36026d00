/*
 * fault - named ways for a client to be wrong, as rows of a table
 *
 * A fault changes behaviour in the client's state or octet layer; it never looks at case ids or stimulus
 * text. Its name is the slug of the rule it breaks, with a suffix where several break one rule.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_FAULT_H
#define MAILSPEC_FAKE_CLIENTS_FAULT_H

#include "base/bytes.h"

/* One member a fault, in the order of the table; see fault.c. */
#include "fake_clients/fault_names.h"

struct client_fault_row {
    const char *name; /* "quit-before-close" */
    const char *rule; /* "smtp/quit-before-close" */
    const char *what; /* one line: what the client does wrong */
};

struct client_fault_set {
    bool on[CLIENT_FAULT_COUNT];
    bool *
        asked; /* NULL, or room for CLIENT_FAULT_COUNT: those that the client wanted to know of, whether they are on or not */
};

static inline bool client_fault_is_on(const struct client_fault_set *set, enum client_fault fault)
{
    if (set->asked != NULL) {
        set->asked[fault] = true;
    }
    return set->on[fault];
}

const struct client_fault_row *client_fault_at(enum client_fault fault);
bool client_fault_find(struct bytes name, enum client_fault *fault_r);
/* Letters of both cases: two faults know words in all capital or all small letters alone. */
bool client_fault_is_mixed_case(struct bytes word);

#endif
