/*
 * lost - was the server lost where a reply was awaited?
 *
 * Not behind QUIT, 421 or -ERR, nor before its greeting: there it may go, or has no room.
 */
#ifndef MAILSPEC_ENGINE_LOST_H
#define MAILSPEC_ENGINE_LOST_H

#include "engine/session.h"
#include "model/loss.h"

/* The connection ended, and all that had come was taken. */
enum loss lost_by_end(const struct session *session);
/* A wait ended; `whole`: it was as long as such waits are (run_emit_timeout()). */
enum loss lost_by_silence(const struct session *session, bool whole);
/* POP3: it may close behind a refusal (RFC 1939 section 4, and nothing forbids it elsewhere). */
bool lost_behind_refusal(const struct session *session);

#endif
