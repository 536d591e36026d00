/*
 * built_in_trust - what the built-in target needs of the authority that signs the built-in server's certificates
 *
 * Its certificate, and one of a client with its key, stand in a folder of their own while the run lasts.
 */
#ifndef MAILSPEC_CLI_BUILT_IN_TRUST_H
#define MAILSPEC_CLI_BUILT_IN_TRUST_H

#include "net/tls.h"

struct built_in_trust;

/* The client's certificate names that user. `authority` outlives it. NULL: the folder or its files cannot be made. */
struct built_in_trust *built_in_trust_new(const struct tls_authority *authority, const char *user,
                                          struct error *error);
const struct tls_authority *built_in_trust_authority(const struct built_in_trust *trust);
/* What is trusted, and what the client shows, where the settings say nothing of their own. */
void built_in_trust_complete(const struct built_in_trust *trust, struct tls_settings *settings);
void built_in_trust_free(struct built_in_trust **trust_p);

#endif
