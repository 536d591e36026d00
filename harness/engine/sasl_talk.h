/*
 * sasl_talk - the client's side of a login by SASL, over AUTH of SMTP and LMTP (RFC 4954) or of POP3 (RFC 5034)
 *
 * It says AUTH with the initial response where the mechanism has one and the line is short enough, answers challenges, and gives
 * up with "*" when what the server says is wrong. Nothing here waits: sasl_talk_advance() is called whenever the session changed.
 */
#ifndef MAILSPEC_ENGINE_SASL_TALK_H
#define MAILSPEC_ENGINE_SASL_TALK_H

#include "auth/sasl.h"
#include "engine/session.h"

struct sasl_talk;

enum sasl_talk_result {
    SASL_TALK_WAITS,
    SASL_TALK_DONE,    /* session->answer is 235 or +OK, and the server had earned it */
    SASL_TALK_REFUSED, /* session->answer is another final reply */
    SASL_TALK_WRONG, /* what the server said is wrong: sasl_talk_text(); the exchange was given up */
    SASL_TALK_ENDED  /* the connection ended, or a line never does */
};

/* `user` and `secret` (which may be NULL) are copied. NULL and a sentence: there is no such login. */
struct sasl_talk *sasl_talk_new(struct session *session, enum sasl_mechanism mechanism,
                                const char *user, const char *secret, struct error *error);
enum sasl_talk_result sasl_talk_advance(struct sasl_talk *talk);
const char *sasl_talk_text(const struct sasl_talk *talk); /* valid until freed */
void sasl_talk_free(struct sasl_talk **talk_p);

#endif
