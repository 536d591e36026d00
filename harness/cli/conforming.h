/*
 * conforming - the conforming server that answers a client where the dialogue does not (engine/responder.h)
 *
 * The sessions of the reference server, which let everybody in, on a store of mail for each room. Whatever the client
 * sends is bounded as fake_servers/settings.h says, and so is the number of its conversations.
 */
#ifndef MAILSPEC_CLI_CONFORMING_H
#define MAILSPEC_CLI_CONFORMING_H

#include "base/clock.h"
#include "engine/responder.h"

/*
 * The clock and the authority of its certificates, which may be NULL, outlive the responder and its rooms. What `open` gives is NULL where Given: is wrong, which the compiler of
 * scenarios does not let pass. What `message` gives is valid until the next call for that room. A room is closed when all of
 * its talks have ended.
 */
struct responder conforming_responder(struct clock *clock, const struct tls_authority *authority);

#endif
