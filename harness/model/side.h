/*
 * side - who speaks, and what is spoken
 *
 * Events, steps and rules name their side; connections and cases their protocol: SMTP (RFC 5321), LMTP (RFC 2033) or POP3
 * (RFC 1939). The names are those of the catalogue and of URLs, constant and never NULL.
 */
#ifndef MAILSPEC_MODEL_SIDE_H
#define MAILSPEC_MODEL_SIDE_H

#include "base/bytes.h"

enum side { SIDE_CLIENT, SIDE_SERVER };

/* A set of sides. */
#define SIDE_SET(side) (1U << (unsigned)(side))
#define SIDES_BOTH     (SIDE_SET(SIDE_CLIENT) | SIDE_SET(SIDE_SERVER))

enum protocol { PROTOCOL_SMTP, PROTOCOL_LMTP, PROTOCOL_POP3, PROTOCOL_COUNT };

const char *side_name(enum side side); /* "client", "server" */
bool side_from_name(struct bytes name, enum side *side_r);
const char *protocol_name(enum protocol protocol); /* "smtp", "lmtp", "pop3" */
bool protocol_from_name(struct bytes name, enum protocol *protocol_r);

#endif
