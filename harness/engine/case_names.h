/*
 * case_names - the names that stand for a case on the wire, and the variables every case has
 *
 * The case id goes into the EHLO name, the sender's local part and the Message-ID, so that it is found in the
 * target's own logs.
 */
#ifndef MAILSPEC_ENGINE_CASE_NAMES_H
#define MAILSPEC_ENGINE_CASE_NAMES_H

#include "base/buf.h"
#include "engine/case_run.h"

/* Append `id` as letters, digits and single hyphens, at most `limit` octets, a hyphen at neither end. */
void case_slug(struct buf *out, const char *id, size_t limit);

/*
 * Set client, sender, message-id, rcpt, rcpt2, user, secret, domain, unknown, relay, case, run, host, port; then
 * --var; then the row of Each:. What the target does not name stays unbound. -1: a cell of the row has no value.
 */
int case_names_bind(struct case_run *run, struct error *error);
/* scope.outer of a case: timestamp, ehlo:KEYWORD, secret:NAME. `self` is the struct case_run. */
bool case_names_outer(void *self, const char *name, struct bytes *value_r);

#endif
