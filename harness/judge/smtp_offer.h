/*
 * smtp_offer - what a server's reply to EHLO allows a client to send
 *
 * RFC 5321 4.1.1.1: the extensions that are offered; 4.1.1.3: no parameter of MAIL or RCPT without the extension that has it.
 * Of an offer that cannot be read for sure, nothing is told.
 */
#ifndef MAILSPEC_JUDGE_SMTP_OFFER_H
#define MAILSPEC_JUDGE_SMTP_OFFER_H

#include "proto/smtp_command.h"
#include "proto/smtp_reply.h"

struct smtp_offer {
    bool known;          /* EHLO or HELO was accepted, and its reply can be read */
    bool is_list;        /* it was EHLO or LHLO */
    bool others;         /* an extension is offered that this program does not know */
    uint64_t extensions; /* set of rows of the table in smtp_offer.c */
};

/* The reply that accepted EHLO or LHLO. */
struct smtp_offer smtp_offer_read(const struct smtp_reply *reply);
/* HELO was accepted: there are no extensions. */
struct smtp_offer smtp_offer_none(void);
bool smtp_offer_has(const struct smtp_offer *offer, const char *keyword);
/* May MAIL or RCPT carry the parameter? True also where nobody can tell. */
bool smtp_offer_allows(const struct smtp_offer *offer, enum smtp_verb verb, struct bytes parameter);
/* May message text hold octets above 127? True also where nobody can tell. */
bool smtp_offer_allows_8bit(const struct smtp_offer *offer);

#endif
