/*
 * conforming_offer - what the conforming server behind a dialogue offers of TLS and logins
 *
 * As little as the dialogue can do with, for a client that is offered them uses them where no line of the dialogue is about that. Given:
 * has the last word.
 */
#ifndef MAILSPEC_CLI_CONFORMING_OFFER_H
#define MAILSPEC_CLI_CONFORMING_OFFER_H

#include "engine/responder.h"
#include "fake_servers/settings.h"

/* Before Given: is read. */
void conforming_offer(struct server_settings *settings, const struct responder_wish *wish);

#endif
