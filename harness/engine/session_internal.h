/*
 * session_internal - what session.c and session_tls.c share
 */
#ifndef MAILSPEC_ENGINE_SESSION_INTERNAL_H
#define MAILSPEC_ENGINE_SESSION_INTERNAL_H

#include "engine/session.h"

const struct endpoint *session_endpoint(const struct session *session);
void session_tell(struct session *session); /* its owner: something changed */
void session_emit_closed(struct session *session, enum side side, enum close_kind close,
                         const char *text);
/* Reading may have stopped because too much waited. */
void session_go_on_reading(struct session *session);

/* Connected to an address with implicit TLS. */
void session_tls_at_once(struct session *session);
/* The event of the connection. */
void session_tls_secured(void *self, const struct tls_facts *facts);

#endif
