/*
 * dialogue_show - a dialogue on standard error while it goes on, in the notation of scenarios, secrets marked
 *
 * Of a message the first lines are shown: who wants all of it has it elsewhere. Each function takes NULL, and shows nothing then.
 */
#ifndef MAILSPEC_CLI_DIALOGUE_SHOW_H
#define MAILSPEC_CLI_DIALOGUE_SHOW_H

#include "model/side.h"
#include "model/tls.h"

struct dialogue_show;

/* `secret` is that of who logs in, or NULL. `shows_secrets`: nothing is hidden, and the first line says so. */
struct dialogue_show *dialogue_show_new(enum protocol protocol, const char *secret,
                                        bool shows_secrets);
void dialogue_show_octets(struct dialogue_show *show, enum side side, struct bytes octets);
void dialogue_show_secured(struct dialogue_show *show, const struct tls_facts *facts);
/* A comment. */
void dialogue_show_note(struct dialogue_show *show, const char *text);
/* What has no line end yet is shown before. */
void dialogue_show_free(struct dialogue_show **show_p);

#endif
