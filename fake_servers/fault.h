/*
 * fault - named ways to be wrong, as rows of a table
 *
 * A fault changes behaviour in the server's state or octet layer; it never looks at case ids or stimulus
 * text. Its name is the slug of the rule it breaks, with a suffix where several break one rule.
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_H
#define MAILSPEC_FAKE_SERVERS_FAULT_H

#include "base/bytes.h"

/* One member a fault, in the order of the table; see fault.c. */
#include "fake_servers/fault_names.h"

struct fault_row {
    const char *name; /* "rcpt-without-mail" */
    const char *rule; /* "smtp/rcpt-without-mail" */
    const char *what; /* one line: what the server does wrong */
};

struct fault_set {
    bool on[FAULT_COUNT];
    bool *asked; /* NULL, or room for FAULT_COUNT: those that the server wanted to know of */
};

static inline bool fault_is_on(const struct fault_set *set, enum fault fault)
{
    if (set->asked != NULL) {
        set->asked[fault] = true;
    }
    return set->on[fault];
}

const struct fault_row *fault_at(enum fault fault);
bool fault_find(struct bytes name, enum fault *fault_r);

#endif
