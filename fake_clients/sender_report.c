/* What is told of the replies: for each recipient, and of the whole session where it came to an end before its time. */
#include <string.h>

#include "fake_clients/sender_session.h"

/* What a reply answers, as people call it. */
static const char *const stage_names[SENDER_STAGE_COUNT] = {
    [SENDER_GREETING] = "the greeting",
    [SENDER_HELLO] = "EHLO",
    [SENDER_OLD_HELLO] = "HELO",
    [SENDER_TLS] = "STARTTLS",
    [SENDER_AUTH] = "AUTH",
    [SENDER_MAIL] = "MAIL",
    [SENDER_RCPT] = "RCPT",
    [SENDER_DATA] = "DATA",
    [SENDER_CONTENT] = "the end of the message",
    [SENDER_QUIT] = "QUIT",
    [SENDER_ASIDE] = "a command",
};

void sender_report_refuse(struct sender *sender, enum client_result result, const char *reason)
{
    client_trouble_set(&sender->wished.trouble, "%s", reason);
    sender_note(sender, result);
}

void sender_report_nonsense(struct sender *sender)
{
    const enum sender_stage stage = sender->answered < sender->awaited_count
                                        ? sender->awaited[sender->answered]
                                        : SENDER_GREETING;
    client_trouble_set(&sender->wished.trouble,
                       "what the server says to %s has no end, or makes no sense",
                       stage_names[stage]);
}

static void report_trouble(struct sender *sender, enum sender_stage stage)
{
    struct buf text = {0};
    client_reply_print(&text, &sender->reply);
    client_trouble_set(&sender->wished.trouble, "%s: %s", stage_names[stage], buf_text(&text));
    buf_deinit(&text);
}

/* A refusal is final; an acceptance is what the end of the message makes of it. */
static void report_rcpt(struct sender *sender, enum client_result result)
{
    struct sender_wished *wished = &sender->wished;
    if (wished->told < sender->settings->recipient_count) {
        struct client_outcome *outcome = &wished->outcomes[wished->told++];
        if (sender->mail_accepted && result != CLIENT_DONE) {
            client_outcome_set(outcome, result, &sender->reply);
        }
    }
}

/* RFC 2033 section 4.2: in the order of the recipients that were accepted; SMTP has one for all of them. */
static void report_content(struct sender *sender, enum client_result result)
{
    struct sender_wished *wished = &sender->wished;
    const bool is_lmtp = sender->settings->protocol == CLIENT_LMTP;
    while (wished->told_content < wished->told) {
        struct client_outcome *outcome = &wished->outcomes[wished->told_content++];
        if (outcome->is_told) {
            continue;
        }
        client_outcome_set(outcome, result, &sender->reply);
        if (is_lmtp) {
            return;
        }
    }
}

/* What is not the end of the session, or tells of one recipient. */
static bool is_no_trouble(const struct sender *sender, enum sender_stage stage,
                          enum client_result result)
{
    const unsigned code = sender->reply.code;
    const bool is_challenge = stage == SENDER_AUTH && code / 100 == 3;
    const bool is_tls_refusal = stage == SENDER_TLS && result != CLIENT_PROTOCOL_ERROR;
    const bool may_be_old = stage == SENDER_HELLO && code / 10 == 50;
    const bool may_try_another =
        stage == SENDER_AUTH && code == 534 && result != CLIENT_LOGIN_REFUSED;
    const bool is_lone_data = stage == SENDER_DATA && sender->accepted == 0;
    return result == CLIENT_DONE || stage == SENDER_QUIT || stage == SENDER_ASIDE || is_challenge ||
           is_tls_refusal || may_be_old || may_try_another || is_lone_data;
}

void sender_report_reply(struct sender *sender, enum sender_stage stage, enum client_result result)
{
    const bool is_end = sender->reply.code == 421;
    if (!is_end && stage == SENDER_RCPT) {
        report_rcpt(sender, result);
    } else if (!is_end && stage == SENDER_CONTENT) {
        report_content(sender, result);
    } else if (is_end || !is_no_trouble(sender, stage, result)) {
        report_trouble(sender, stage);
    }
}

const struct client_outcome *sender_outcome(const struct sender *sender, size_t recipient)
{
    return &sender->wished.outcomes[recipient];
}

struct bytes sender_trouble(const struct sender *sender)
{
    return buf_bytes(&sender->wished.trouble);
}
