/*
 * smtp_client - what an SMTP client has done and was told so far: what the rules that bind clients go by
 *
 * RFC 5321 4.1.4 (order of commands). The session tracker tells it every command and reply, in order. Where an odd reply leaves
 * the client guessing, nothing is held against it for the rest of the session.
 */
#ifndef MAILSPEC_JUDGE_SMTP_CLIENT_H
#define MAILSPEC_JUDGE_SMTP_CLIENT_H

#include "judge/pending.h"
#include "judge/smtp_mail_said.h"
#include "judge/smtp_offer.h"

/* RFC 3030 2: BDAT in the transaction that the client believes to be open. */
struct smtp_chunks {
    bool sent;
    bool last_sent; /* with LAST */
    bool refused;   /* one was, by 4yz or 5yz, and nothing has cleared that since */
};

enum smtp_transaction {
    SMTP_NO_MAIL,      /* MAIL has to come first */
    SMTP_MAIL_ASKED,   /* its reply is not there */
    SMTP_MAIL_OPEN,    /* accepted, and nothing has ended the transaction */
    SMTP_MAIL_REFUSED, /* the last one was */
    SMTP_MAIL_UNSURE   /* DATA or BDAT was sent, or a command that nobody knows */
};

struct smtp_client {
    bool in_doubt;
    bool hello_sent;
    bool hello_accepted;
    bool turned_away; /* the greeting was a refusal, and the server waits for QUIT (RFC 5321 3.1) */
    bool quit_sent;
    bool data_refused;    /* DATA was, or answered 2yz, and nothing was sent since */
    bool pipelining;      /* is offered */
    bool recipient_named; /* RCPT was sent since MAIL */
    bool logged_in;       /* AUTH has succeeded */
    bool in_tls;
    bool just_in_tls; /* by STARTTLS, and no command was sent since */
    bool tls_refused; /* STARTTLS was, and nothing was sent since */
    enum smtp_transaction transaction;
    size_t mails_waiting;       /* MAIL commands that wait for their replies */
    struct smtp_mail_said mail; /* the last one */
    struct smtp_chunks chunks;
    bool size_refused; /* it had SIZE= and was answered 452 or 552, and nothing was sent since */
    size_t refusals;   /* commands answered 5yz */
    struct smtp_offer offer;
};

void smtp_client_greeted(struct smtp_client *client, const struct smtp_reply *reply);
void smtp_client_command(struct smtp_client *client, const struct smtp_command *command);
void smtp_client_data_end(struct smtp_client *client);
/* The reply to what was pending. */
void smtp_client_reply(struct smtp_client *client, const struct pending *pending,
                       const struct smtp_reply *reply);
/* Does the line look like message text rather than a command? "Subject: x", "." */
bool smtp_client_is_text(const struct smtp_command *command);

#endif
