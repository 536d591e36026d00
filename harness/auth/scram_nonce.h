/*
 * scram_nonce - the nonce of either side: the one that was given, else a random one
 */
#ifndef MAILSPEC_AUTH_SCRAM_NONCE_H
#define MAILSPEC_AUTH_SCRAM_NONCE_H

#include "auth/scram.h"

/* Append; -1: the given one has an octet that no nonce may have, or there are no random numbers. */
int scram_append_nonce(struct buf *out, const char *given, struct error *error);

#endif
