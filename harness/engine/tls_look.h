/*
 * tls_look - what a dialogue asks of a TLS session: its facts as names and as sentences
 *
 * For both roles. What was left in clear text stands beside the facts: it was said before the session began, and nobody reads it.
 */
#ifndef MAILSPEC_ENGINE_TLS_LOOK_H
#define MAILSPEC_ENGINE_TLS_LOOK_H

#include "engine/vars.h"
#include "model/program.h"
#include "model/tls.h"

/* Set tls:version, tls:cipher and their like (docs/language.md); what is not known gets no value. */
void tls_look_names(struct vars *vars, const struct tls_facts *facts, struct bytes left);
/* "valid", or what is wrong: "expired, self-signed"; "none" without a certificate. */
void tls_look_certificate(const struct tls_facts *facts, struct buf *out);
/*
 * Is what the step (STEP_TLS_FACT) says of the peer so? `value` is its text with the names filled in. False: `why` gets a
 * sentence that has what is there instead.
 */
bool tls_look_holds(const struct tls_facts *facts, struct bytes left, const struct step *step,
                    struct bytes value, struct buf *why);
/* Is it about one side alone, whose line it is? Version and cipher are of both. */
bool tls_look_is_of_one_side(enum tls_fact fact);

#endif
