#include "judge/smtp_client.h"

#include "judge/sasl_text.h"

/* A reply that a client need not be able to read; a bare code is none (RFC 5321 4.2). */
static bool is_odd(const struct smtp_reply *reply)
{
    return (reply->defects & ~(unsigned)SMTP_REPLY_NO_TEXT) != 0;
}

void smtp_client_greeted(struct smtp_client *client, const struct smtp_reply *reply)
{
    const bool refused = reply->code / 100 == 4 || reply->code / 100 == 5;
    client->in_doubt |= is_odd(reply) || reply->code / 100 != 2;
    /* Behind 421 the server closes (RFC 5321 3.8), and behind 521 it may (RFC 7504 3). */
    client->turned_away = refused && !is_odd(reply) && reply->code != 421 && reply->code != 521;
}

/* ---- Commands ---- */

static void change_transaction(struct smtp_client *client, enum smtp_verb verb)
{
    switch (verb) {
    case SMTP_HELO:
    case SMTP_EHLO:
    case SMTP_LHLO:
    case SMTP_RSET:
        client->transaction = SMTP_NO_MAIL;
        client->recipient_named = false;
        break;
    case SMTP_MAIL:
    case SMTP_SEND:
    case SMTP_SOML:
    case SMTP_SAML:
        client->transaction = SMTP_MAIL_ASKED;
        client->recipient_named = false;
        client->mails_waiting++;
        break;
    case SMTP_RCPT:
        client->recipient_named = true;
        break;
    case SMTP_DATA:
    case SMTP_BDAT:
    case SMTP_STARTTLS:
    case SMTP_TURN:
    case SMTP_UNKNOWN: /* XCLIENT begins the session anew */
        client->transaction = SMTP_MAIL_UNSURE;
        break;
    case SMTP_NOOP:
    case SMTP_VRFY:
    case SMTP_EXPN:
    case SMTP_HELP:
    case SMTP_QUIT:
    case SMTP_AUTH:
    case SMTP_VERB_COUNT:
        break;
    }
}

/* MAIL begins anew, too; but behind a chunk that was refused RSET has to come first. */
static void change_chunks(struct smtp_chunks *chunks, const struct smtp_command *command)
{
    const enum smtp_verb verb = command->verb;
    struct smtp_chunk chunk;
    if (verb == SMTP_HELO || verb == SMTP_EHLO || verb == SMTP_LHLO || verb == SMTP_RSET ||
        verb == SMTP_MAIL) {
        *chunks = (struct smtp_chunks){0};
    } else if (verb == SMTP_BDAT) {
        chunks->sent = true;
        chunks->last_sent |= smtp_chunk_read(command->argument, &chunk) && chunk.last;
    }
}

void smtp_client_command(struct smtp_client *client, const struct smtp_command *command)
{
    const enum smtp_verb verb = command->verb;
    client->data_refused = false;
    client->just_in_tls = false;
    client->tls_refused = false;
    client->size_refused = false;
    client->hello_sent |= verb == SMTP_HELO || verb == SMTP_EHLO || verb == SMTP_LHLO;
    client->quit_sent |= verb == SMTP_QUIT;
    if (verb == SMTP_MAIL) {
        client->mail = smtp_mail_said_read(command->argument);
    }
    change_transaction(client, verb);
    change_chunks(&client->chunks, command);
}

/* Accepted or not: the server's buffers are cleared (RFC 5321 4.1.1.4). */
void smtp_client_data_end(struct smtp_client *client)
{
    client->transaction = SMTP_NO_MAIL;
    client->recipient_named = false;
}

bool smtp_client_is_text(const struct smtp_command *command)
{
    return command->verb == SMTP_UNKNOWN &&
           (bytes_is(command->word, ".") || bytes_index(command->word, ':', 0) != BYTES_NONE);
}

/* ---- Replies ---- */

static void mail_answered(struct smtp_client *client, bool accepted)
{
    if (client->mails_waiting > 0) {
        client->mails_waiting--;
    }
    if (client->mails_waiting == 0 && client->transaction == SMTP_MAIL_ASKED) {
        client->transaction = accepted ? SMTP_MAIL_OPEN : SMTP_MAIL_REFUSED;
    }
}

static void hello_accepted(struct smtp_client *client, enum smtp_verb verb,
                           const struct smtp_reply *reply)
{
    client->hello_accepted = true;
    client->offer = verb == SMTP_HELO ? smtp_offer_none() : smtp_offer_read(reply);
    client->pipelining = smtp_offer_has(&client->offer, "PIPELINING");
}

/* A challenge is one line of base64 (RFC 4954 section 4). */
static bool can_be_answered(const struct smtp_reply *challenge)
{
    return challenge->count == 1 && sasl_text_is_base64(challenge->lines[0].text);
}

static void command_answered(struct smtp_client *client, enum smtp_verb verb,
                             const struct smtp_reply *reply)
{
    const bool accepted = reply->code / 100 == 2;
    switch (verb) {
    case SMTP_HELO:
    case SMTP_EHLO:
    case SMTP_LHLO:
        if (accepted) {
            hello_accepted(client, verb, reply);
        }
        break;
    case SMTP_MAIL:
    case SMTP_SEND:
    case SMTP_SOML:
    case SMTP_SAML:
        mail_answered(client, accepted);
        client->size_refused = client->mails_waiting == 0 && client->mail.has_size &&
                               (reply->code == 452 || reply->code == 552);
        break;
    case SMTP_DATA:
        client->data_refused = reply->code / 100 != 3;
        break;
    case SMTP_AUTH:
        client->logged_in |= accepted;
        client->in_doubt |= reply->code == 334 && !can_be_answered(reply);
        break;
    case SMTP_STARTTLS:
        client->tls_refused = reply->code >= 400;
        break;
    case SMTP_BDAT:
        client->chunks.refused |= client->chunks.sent && reply->code >= 400;
        break;
    case SMTP_RCPT:
    case SMTP_RSET:
    case SMTP_NOOP:
    case SMTP_VRFY:
    case SMTP_EXPN:
    case SMTP_HELP:
    case SMTP_QUIT:
    case SMTP_TURN:
    case SMTP_UNKNOWN:
    case SMTP_VERB_COUNT:
        break;
    }
}

/*
 * A reply whose first digit makes no sense there: what a client does then is its own affair. Behind another 3yz to DATA than 354, RFC 5321
 * 4.2 lets it go on by the first digit, and 3.3 does not; 2yz there asks for no data in either.
 */
static bool is_senseless(const struct pending *pending, unsigned code)
{
    const bool asks_for_more = code / 100 == 3;
    if (pending->verb == SMTP_AUTH || pending->verb == SMTP_UNKNOWN) {
        return false;
    }
    if (pending->kind == PENDING_COMMAND && pending->verb == SMTP_DATA) {
        return asks_for_more && code != 354;
    }
    return asks_for_more;
}

void smtp_client_reply(struct smtp_client *client, const struct pending *pending,
                       const struct smtp_reply *reply)
{
    client->in_doubt |= is_odd(reply) || is_senseless(pending, reply->code) || reply->code == 421;
    client->refusals += reply->code / 100 == 5 ? 1 : 0;
    if (pending->kind != PENDING_DATA) {
        command_answered(client, (enum smtp_verb)pending->verb, reply);
    }
}
