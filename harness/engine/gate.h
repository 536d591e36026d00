/*
 * gate - where clients that run by themselves come in, and which case each of them gets (run --listen)
 *
 * A range of ports has one for each case, in their order; port 0 stands for free ones. On a single port the case is told by
 * the client: by the local part of its first recipient (SMTP, LMTP), or the name that it logs in with (POP3), which is the case's id in
 * letters, digits and hyphens, also behind a "+". Until then the responder plays the server. So can be chosen whose dialogue
 * begins behind that; with one case only there is nothing to choose.
 */
#ifndef MAILSPEC_ENGINE_GATE_H
#define MAILSPEC_ENGINE_GATE_H

#include "engine/case_run.h"
#include "engine/responder.h"

struct gate;

/* What it is given outlives the gate. */
struct gate *gate_new(const struct case_env *env, const struct target *target);
void gate_free(struct gate **gate_p);
/* Let clients in for that case; -1 and an error: it has no port, or cannot be chosen. */
int gate_open(struct gate *gate, struct case_run *run, struct error *error);
/* The case is over: its port refuses from now on. */
void gate_close(struct gate *gate, struct case_run *run);
/* Can it be told by its recipient or user? */
bool gate_can_choose(const struct program *program);

#endif
