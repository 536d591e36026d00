/*
 * sender_wishes - what a sender does for people beside what it does in tests; private to the sender
 *
 * sender_wishes.c has what is asked for and whether the server offers it, sender_report.c what is told of the replies.
 */
#ifndef MAILSPEC_FAKE_CLIENTS_SENDER_WISHES_H
#define MAILSPEC_FAKE_CLIENTS_SENDER_WISHES_H

#include "fake_clients/outcome.h"
#include "fake_clients/sasl_login.h"

struct sender_wished {
    bool offers_utf8;
    bool offers_dsn;
    uint64_t
        size; /* the most octets of a message that the server takes (RFC 1870 3); 0: it tells none */
    bool is_binary; /* the message: content that BINARYMIME alone may have */
    struct sasl_login login;
    struct client_outcome *outcomes; /* one for each recipient */
    size_t told;                     /* recipients whose RCPT was answered */
    size_t told_content;             /* accepted ones whose content was answered (RFC 2033 4.2) */
    struct buf trouble;
};

#endif
