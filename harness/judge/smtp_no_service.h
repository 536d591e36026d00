/*
 * smtp_no_service - a session behind the greeting 554 (RFC 5321 3.1): the server waits for QUIT, and answers all else 503
 *
 * Replies are counted for as long as it is plain what is answered: lines of text that end in CRLF, one at a time. Where it is not, and
 * where the server says 421, the session is let be.
 */
#ifndef MAILSPEC_JUDGE_SMTP_NO_SERVICE_H
#define MAILSPEC_JUDGE_SMTP_NO_SERVICE_H

#include "judge/pending.h"
#include "proto/smtp_command.h"
#include "proto/wire_line.h"

struct smtp_no_service {
    bool is_on;
    bool quit_sent;
    bool is_waiting; /* for the reply to `last` */
    struct pending last;
    struct wire_reader client;
};

void smtp_no_service_begin(struct smtp_no_service *session);
void smtp_no_service_deinit(struct smtp_no_service *session);
void smtp_no_service_client(struct smtp_no_service *session, struct bytes octets);
/* True: it answers a command that is not QUIT, *verb_r. */
bool smtp_no_service_reply(struct smtp_no_service *session, unsigned code, enum smtp_verb *verb_r);
/* What was answered last, for people, secrets left out. */
struct bytes smtp_no_service_command(const struct smtp_no_service *session);

#endif
