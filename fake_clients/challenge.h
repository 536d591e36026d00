/*
 * challenge - the answer of CRAM-MD5 (RFC 2195) to a challenge, as both clients log in by it
 *
 * A challenge is what stands behind "334 " or "+ ", in base64.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_CHALLENGE_H
#define MAILSPEC_FAKE_CLIENTS_CHALLENGE_H

#include "base/buf.h"
#include "fake_clients/settings.h"

/* Append the response in base64. False: the challenge is not base64, and nothing is appended. */
bool challenge_answer(struct buf *response, struct bytes challenge,
                      const struct client_settings *settings);

/* ---- How clients with faults read one ---- */

/* As much as goes into a buffer of 512 octets. */
struct bytes challenge_cut(struct bytes challenge);
/* Is it longer than a client with a fault takes? */
bool challenge_is_long(struct bytes challenge);
/* Append what is of the alphabet, as far as it can be decoded. */
void challenge_pass_over(struct buf *out, struct bytes challenge);

#endif
