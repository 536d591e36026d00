/*
 * await - <await message MESSAGE-ID as {{n}}>: log in again and again until the message is there
 *
 * POP3 shows a maildrop as it was at the login (RFC 1939 section 4), so each look is a session of its own; the last one
 * stays in the TRANSACTION state.
 */
#ifndef MAILSPEC_ENGINE_AWAIT_H
#define MAILSPEC_ENGINE_AWAIT_H

#include "base/bytes.h"

struct await;

enum { AWAIT_LIMIT_MS = 20 * 1000, AWAIT_FIRST_DELAY_MS = 50, AWAIT_MAX_DELAY_MS = 2000 };

void await_free(struct await **await_p);
/* Does the header at the start of `message` have a Message-ID field with that id (brackets included)? */
bool await_has_id(struct bytes message, struct bytes id);

#endif
