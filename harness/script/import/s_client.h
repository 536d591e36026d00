/*
 * s_client - what openssl s_client prints around a session: the handshake, and the session tickets that come later
 */
#ifndef MAILSPEC_SCRIPT_IMPORT_S_CLIENT_H
#define MAILSPEC_SCRIPT_IMPORT_S_CLIENT_H

#include "base/bytes.h"

struct s_client {
    bool seen;  /* the session is one of s_client */
    bool block; /* in what it tells of TLS */
};

bool s_client_begins(struct bytes line); /* the first line of its that says who it is */
/* Is this line, outside of message data, one of s_client's own? */
bool s_client_tells(struct s_client *state, struct bytes line);

#endif
