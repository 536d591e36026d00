/*
 * What somebody else has answered: where it leaves the session
 *
 * A command that was accepted is run as usual, its answer thrown away. Where the session would have refused it, its
 * effect is brought about without it.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/smtp_session.h"

/* Run the line; true: the session accepts it, too. */
static bool accepts(struct smtp_session *session, struct bytes unit)
{
    struct buf thrown = {0};
    size_t refused = session->refused;
    session->last_code = 0;
    smtp_session_feed(session, unit, &thrown);
    session->refused = refused;
    buf_deinit(&thrown);
    return session->last_code / 100 == 2;
}

/* ---- what an accepted command does ---- */

typedef void (*smtp_told_fn)(struct smtp_session *session, const struct smtp_command *command,
                             struct bytes unit);

/* Without a name that could stand in a trace line, the client is called by its address. */
static void told_hello(struct smtp_session *session, const struct smtp_command *command,
                       struct bytes unit)
{
    session->lmtp |= command->verb == SMTP_LHLO;
    if (accepts(session, unit)) {
        return;
    }
    smtp_session_clear(session);
    free(session->client_name);
    session->client_name = mem_strdup(session->client);
    session->extended = command->verb != SMTP_HELO;
    session->state = SMTP_STATE_READY;
}

static void told_mail(struct smtp_session *session, const struct smtp_command *command,
                      struct bytes unit)
{
    smtp_session_clear(session);
    if (accepts(session, unit)) {
        return;
    }
    struct smtp_path path = smtp_path_read(command->argument, false);
    struct buf reverse_path = {0};
    if (path.defects == 0) {
        buf_append(&reverse_path, path.mailbox);
    }
    smtp_session_clear(session);
    session->transaction.reverse_path = buf_steal(&reverse_path);
    session->had_mail = true;
    session->state = SMTP_STATE_MAIL;
}

static void told_rcpt(struct smtp_session *session, const struct smtp_command *command,
                      struct bytes unit)
{
    if (accepts(session, unit)) {
        return;
    }
    struct smtp_path path = smtp_path_read(command->argument, true);
    struct recipient found = {0};
    struct smtp_recipient recipient = {0};
    if (path.defects == 0) {
        recipient_find(session->settings, session->store, path.local_part, path.domain, &found);
    }
    if (found.count == 0) {
        recipient_add(&found, store_first(session->store));
    }
    path.whole = path.defects == 0 ? path.whole : (struct bytes){0};
    smtp_recipient_take(session, &path, &found, &recipient);
    recipient_deinit(&found);
    smtp_add_recipient(session, recipient);
    session->state = SMTP_STATE_RCPT;
}

static void told_rset(struct smtp_session *session, const struct smtp_command *command,
                      struct bytes unit)
{
    (void)command;
    (void)unit;
    smtp_session_clear(session);
}

static void told_quit(struct smtp_session *session, const struct smtp_command *command,
                      struct bytes unit)
{
    (void)command;
    (void)unit;
    smtp_session_clear(session);
    session->state = SMTP_STATE_OVER;
}

/* RFC 3030 section 2: the last chunk ends the transaction. What was in the chunks is not kept. */
static void told_bdat(struct smtp_session *session, const struct smtp_command *command,
                      struct bytes unit)
{
    struct smtp_chunk chunk = {0};
    (void)unit;
    if (smtp_chunk_read(command->argument, &chunk) && chunk.last) {
        smtp_session_clear(session);
    }
}

static void told_starttls(struct smtp_session *session, const struct smtp_command *command,
                          struct bytes unit)
{
    (void)command;
    (void)unit;
    smtp_session_forget(session);
    session->wants_tls = true;
}

static void told_auth(struct smtp_session *session, const struct smtp_command *command,
                      struct bytes unit)
{
    (void)command;
    (void)unit;
    smtp_session_admit(session, "");
}

/* The other verbs change nothing when they are accepted; DATA is not accepted with 2yz. */
static const smtp_told_fn accepted[SMTP_VERB_COUNT] = {
    [SMTP_HELO] = told_hello, [SMTP_EHLO] = told_hello, [SMTP_LHLO] = told_hello,
    [SMTP_MAIL] = told_mail,  [SMTP_RCPT] = told_rcpt,  [SMTP_RSET] = told_rset,
    [SMTP_QUIT] = told_quit,  [SMTP_BDAT] = told_bdat,  [SMTP_STARTTLS] = told_starttls,
    [SMTP_AUTH] = told_auth,
};

/* ---- units ---- */

/* Message data that comes where a command is due must not be taken for commands. */
static bool is_one_line(struct bytes unit)
{
    return bytes_ends(unit, "\r\n") && bytes_find(unit, BYTES_LIT("\r\n"), 0) == unit.n - 2;
}

static void told_command(struct smtp_session *session, struct bytes unit)
{
    struct smtp_command command = smtp_command_read(bytes_slice(unit, 0, unit.n - 2));
    if (accepted[command.verb] != NULL) {
        accepted[command.verb](session, &command, unit);
    }
}

/* Also where no recipient was accepted: somebody must get the message that is asked for. */
static void told_to_send(struct smtp_session *session)
{
    struct buf thrown = {0};
    if (session->transaction.target_count == 0) {
        struct recipient first = {0};
        recipient_add(&first, store_first(session->store));
        smtp_add_recipient(session, (struct smtp_recipient){.maildrops = first.maildrops,
                                                            .maildrop_count = first.count});
    }
    session->transaction.is_binary = false; /* the dialogue has DATA all the same */
    session->out = &thrown;
    smtp_do_data(session, NULL);
    session->out = NULL;
    session->state = SMTP_STATE_DATA;
    buf_deinit(&thrown);
}

static void told_content(struct smtp_session *session, struct bytes content, bool is_accepted)
{
    struct buf thrown = {0};
    if (is_accepted) {
        session->out = &thrown;
        smtp_content_take(session, content);
        session->out = NULL;
    }
    if (session->state == SMTP_STATE_DATA) {
        smtp_session_clear(session);
    }
    buf_deinit(&thrown);
}

void smtp_session_told(struct smtp_session *session, struct bytes unit, unsigned code)
{
    bool positive = code / 100 == 2;
    session->wants_tls = false;
    auth_free(&session->auth);
    if (session->state == SMTP_STATE_OVER) {
        return;
    }
    if (code == 221 || code == 421) {
        smtp_session_clear(session);
        session->state = SMTP_STATE_OVER;
    } else if (session->state == SMTP_STATE_DATA) {
        told_content(session, unit, positive);
    } else if (code == 354) {
        told_to_send(session);
    } else if (positive && is_one_line(unit)) {
        told_command(session, unit);
    }
}
