/*
 * oauth - the messages of XOAUTH2 (Google's and Microsoft's) and OAUTHBEARER (RFC 7628 section 3.1)
 */
#ifndef MAILSPEC_AUTH_OAUTH_H
#define MAILSPEC_AUTH_OAUTH_H

#include "base/buf.h"

/* "user=USER^Aauth=Bearer TOKEN^A^A" */
void oauth_append_xoauth2(struct buf *out, struct bytes user, struct bytes token);
/* "n,a=USER,^Ahost=HOST^Aport=PORT^Aauth=Bearer TOKEN^A^A"; a null pointer of `host` and a port 0 are left out. */
void oauth_append_bearer(struct buf *out, struct bytes user, struct bytes token, struct bytes host,
                         unsigned port);

struct oauth_message {
    struct bytes user;  /* OAUTHBEARER: with =2C and =3D; a null pointer: none is named */
    struct bytes token; /* b64token: one or more characters of RFC 6750 section 2.1 */
};

/* False: not that message. */
bool oauth_parse_xoauth2(struct bytes text, struct oauth_message *message_r);
bool oauth_parse_bearer(struct bytes text, struct oauth_message *message_r);

#endif
