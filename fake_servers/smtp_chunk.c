/*
 * BDAT: message data in chunks (RFC 3030)
 *
 * A chunk is its octets as they are: no dot is stuffed, no line looked for. The octets of a chunk that is refused are read all the same,
 * and thrown away: a client that pipelines has sent them already.
 */
#include <inttypes.h>

#include "fake_servers/smtp_faulty_extension.h"
#include "fake_servers/smtp_faulty_reply.h"
#include "fake_servers/smtp_history.h"

/* After a refusal the next chunks get the same reply, until the last one, or RSET, ends the transaction. */
static bool has_failed(const struct smtp_session *session)
{
    return session->content.too_large || session->content.no_room;
}

static void answer_part(struct smtp_session *session)
{
    session->state = SMTP_STATE_BDAT;
    if (!has_failed(session)) {
        smtp_answer(session, 250, "2.0.0", "%" PRIu64 " octets received",
                    session->chunk.chunk.octets);
        smtp_faulty_chunk_taken(session);
    } else {
        smtp_refuse_content(session);
    }
}

/*
 * Settings may take CHUNKING away while a session has it. The client does not know, and sends its chunks: were they left, they would
 * be taken for commands.
 */
static bool is_withdrawn(const struct smtp_session *session)
{
    return !smtp_offers(session->settings, EXTENSION_CHUNKING) ||
           smtp_history_lacks(session, SMTP_BDAT) != 0;
}

/* RFC 3207 4, RFC 5321 3.1: said behind the chunk, as every refusal of one is. */
static bool comes_too_early(struct smtp_session *session)
{
    return smtp_lacks_service(session, SMTP_BDAT) || smtp_lacks_tls(session, SMTP_BDAT);
}

static bool refuse(struct smtp_session *session)
{
    if (comes_too_early(session)) {
        return true;
    }
    if (is_withdrawn(session)) {
        smtp_answer(session, 502, "5.5.1", "Command not implemented");
        return true;
    }
    return smtp_refuse(session, "BDAT");
}

/*
 * A setting refuses all chunks; the last one ends the transaction all the same. RFC 2033 4.2: LMTP has as many replies to the end of
 * the message as recipients, and one that pipelines counts on it.
 */
static void end_refused(struct smtp_session *session, bool is_last)
{
    size_t count = is_last && session->lmtp ? session->transaction.recipient_count : 1;
    for (size_t i = 1; i < count && session->state != SMTP_STATE_OVER; i++) {
        refuse(session);
    }
    if (is_last) {
        smtp_session_clear(session);
    } else if (session->state != SMTP_STATE_OVER) {
        session->state = SMTP_STATE_BDAT;
    }
}

static void end_chunk(struct smtp_session *session)
{
    bool is_last = session->chunk.chunk.last;
    session->verb = SMTP_BDAT;
    if (smtp_script_answers_chunk(session)) {
        return;
    }
    if (session->chunk.is_refused && smtp_faulty_reply_to_chunk(session)) {
        return;
    }
    if (session->chunk.is_refused) {
        if (!comes_too_early(session) && !smtp_faulty_takes_chunk(session)) {
            smtp_refuse_order(session);
        }
    } else if (refuse(session)) {
        end_refused(session, is_last);
    } else if (is_last) {
        smtp_faulty_chunks_taken(session);
        smtp_deliver(session);
        session->is_behind_last = smtp_faulty_notes_last(session);
    } else {
        answer_part(session);
    }
}

size_t smtp_chunk_take(struct smtp_session *session, struct bytes octets)
{
    struct bytes part = octets;
    smtp_faulty_chunk_end(session, octets);
    if (session->chunk.left < part.n) {
        part = bytes_slice(octets, 0, (size_t)session->chunk.left);
    }
    if (!session->chunk.is_refused) {
        smtp_content_add(session, part);
    }
    session->chunk.left -= part.n;
    if (session->chunk.left == 0) {
        end_chunk(session);
    }
    return part.n;
}

bool smtp_do_bdat(struct smtp_session *session, const struct smtp_command *command)
{
    struct smtp_chunk chunk = {0};
    bool is_first = session->state == SMTP_STATE_RCPT;
    if (!session->knows_bdat && is_withdrawn(session)) {
        refuse(session);
        return false;
    }
    /* Where the chunk ends nobody knows: what comes is taken for commands. */
    if (!smtp_chunk_read(command->argument, &chunk) &&
        !smtp_faulty_takes_no_number(session, command)) {
        smtp_answer(session, 501, "5.5.4", "Syntax: BDAT octets [LAST]");
        return false;
    }
    session->chunk = (struct smtp_chunk_in){.chunk = chunk, .left = chunk.octets};
    session->chunk.is_refused =
        !session->extended || (!is_first && session->state != SMTP_STATE_BDAT);
    if (is_first && !session->chunk.is_refused) {
        smtp_content_begin(session);
    }
    if (chunk.octets == 0 || smtp_faulty_leaves_chunk(session)) {
        end_chunk(session);
    }
    return true;
}
