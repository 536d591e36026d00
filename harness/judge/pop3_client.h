/*
 * pop3_client - what a POP3 client has done and was told so far: what the rules that bind clients go by
 *
 * RFC 1939 sections 4, 5 and 7. The session tracker tells it every command and response, in order. Where an odd response
 * leaves the client guessing, nothing is held against it for the rest of the session.
 */
#ifndef MAILSPEC_JUDGE_POP3_CLIENT_H
#define MAILSPEC_JUDGE_POP3_CLIENT_H

#include "judge/pending.h"
#include "proto/pop3.h"

/* Of USER or of a login (PASS, APOP, AUTH). */
enum pop3_progress { POP3_NOT_SENT, POP3_ASKED, POP3_ACCEPTED, POP3_REFUSED };

enum { POP3_DELETED_MAX = 128 };

struct pop3_client {
    bool in_doubt;
    bool pipelining;         /* is among the capabilities */
    enum pop3_progress user; /* since the last PASS */
    enum pop3_progress login;
    bool capa_told; /* capabilities were told in this session, or before TLS began */
    bool capa_due; /* TLS began by STLS, and CAPA, which had told some before, was not sent since */
    bool offers_known;                  /* CAPA was answered, and nothing changes the answer */
    bool sasl_offered;                  /* SASL is among the capabilities */
    bool utf8_asked;                    /* UTF8 was sent */
    size_t resets_waiting;              /* RSET commands that wait for their responses */
    uint64_t deleted[POP3_DELETED_MAX]; /* marked as deleted; of more than these nothing is told */
    size_t deleted_count;
};

void pop3_client_greeted(struct pop3_client *client, const struct pop3_status *status);
void pop3_client_command(struct pop3_client *client, enum pop3_verb verb);
void pop3_client_response(struct pop3_client *client, const struct pending *pending,
                          const struct pop3_status *status);
bool pop3_client_has_deleted(const struct pop3_client *client, uint64_t number);

#endif
