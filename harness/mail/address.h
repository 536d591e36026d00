/*
 * address - a mailbox as people write it: "bob@example.test" or "Bob B <bob@example.test>" (RFC 5322 3.4)
 */
#ifndef MAILSPEC_MAIL_ADDRESS_H
#define MAILSPEC_MAIL_ADDRESS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

struct mail_address {
    const char *name;    /* of a person, UTF-8 without control characters; NULL: none */
    const char *mailbox; /* without brackets; in the grammar of RFC 5321 4.1.2 or RFC 6531 3.3 */
    bool is_utf8;        /* the mailbox needs SMTPUTF8 */
};

/* The strings live in `arena`. -1: a sentence that says what is wrong with the text. */
int mail_address_read(struct mail_address *address_r, const char *text, struct arena *arena,
                      struct error *error);

#endif
