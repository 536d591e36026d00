/* Faults of BDAT (RFC 3030 section 2). */
#include <inttypes.h>

#include "fake_servers/smtp_faulty.h"
#include "fake_servers/smtp_faulty_extension.h"

bool smtp_faulty_leaves_chunk(struct smtp_session *session)
{
    if (!session->chunk.is_refused) {
        return false;
    }
    bool leaves =
        (session->state == SMTP_STATE_MAIL && smtp_has_fault(session, FAULT_BDAT_DISCARDS)) ||
        (session->has_refused_chunk && smtp_has_fault(session, FAULT_BDAT_DISCARDS_2));
    session->has_refused_chunk = true;
    if (leaves) {
        session->chunk.left = 0;
    }
    return leaves;
}

bool smtp_faulty_notes_last(const struct smtp_session *session)
{
    return smtp_has_fault(session, FAULT_BDAT_AFTER_LAST) ||
           (session->chunk.chunk.octets == 0 && smtp_has_fault(session, FAULT_BDAT_AFTER_LAST_2));
}

bool smtp_faulty_takes_chunk(struct smtp_session *session)
{
    if (!session->is_behind_last) {
        return false;
    }
    smtp_answer(session, 250, "2.0.0", "%" PRIu64 " octets received", session->chunk.chunk.octets);
    return true;
}

/* The octets behind the dot are commands then. The line may have begun in the chunk before. */
static void end_at_dot(struct smtp_session *session, struct bytes part, struct bytes line)
{
    struct bytes before = buf_bytes(&session->content.octets);
    size_t kept = before.n < line.n ? before.n : line.n - 1;
    struct buf joined = {0};
    buf_append(&joined, bytes_skip(before, before.n - kept));
    buf_append(&joined, part);
    size_t dot = bytes_find(buf_bytes(&joined), line, 0);
    if (dot != BYTES_NONE) {
        session->chunk.left = dot + line.n - kept;
        session->chunk.chunk.last = true;
    }
    buf_deinit(&joined);
}

/* Of the octets that are left, the last one is taken for the beginning of a command. */
static void end_early(struct smtp_chunk_in *chunk, struct bytes octets)
{
    bool is_whole = chunk->left > 1 && chunk->left <= octets.n;
    if (is_whole && chunk->chunk.last && octets.p[chunk->left - 1] != '\n') {
        chunk->left--;
    }
}

void smtp_faulty_chunk_end(struct smtp_session *session, struct bytes octets)
{
    struct smtp_chunk_in *chunk = &session->chunk;
    if (chunk->is_refused) {
        return;
    }
    size_t n = chunk->left < octets.n ? (size_t)chunk->left : octets.n;
    if (smtp_has_fault(session, FAULT_BDAT_OCTETS)) {
        end_at_dot(session, bytes_slice(octets, 0, n), BYTES_LIT("\r\n.\r\n"));
    }
    if (smtp_has_fault(session, FAULT_BDAT_OCTETS_3)) {
        end_at_dot(session, bytes_slice(octets, 0, n), BYTES_LIT("\n.\n"));
    }
    if (smtp_has_fault(session, FAULT_BDAT_OCTETS_2)) {
        end_early(chunk, octets);
    }
}

void smtp_faulty_chunk_taken(struct smtp_session *session)
{
    if (smtp_has_fault(session, FAULT_BDAT_2) &&
        !bytes_ends(buf_bytes(&session->content.octets), "\r\n")) {
        smtp_content_add(session, BYTES_LIT("\r\n"));
    }
}

void smtp_faulty_chunks_taken(struct smtp_session *session)
{
    struct buf *octets = &session->content.octets;
    if (!smtp_has_fault(session, FAULT_BDAT_3)) {
        return;
    }
    size_t dot = bytes_find(buf_bytes(octets), BYTES_LIT("\r\n.\r\n"), 0);
    if (dot != BYTES_NONE) {
        octets->n = dot + 2;
    }
}

bool smtp_faulty_takes_no_number(const struct smtp_session *session,
                                 const struct smtp_command *command)
{
    return bytes_starts(command->argument, "-") && smtp_has_fault(session, FAULT_BDAT_ARGUMENT);
}

bool smtp_faulty_keeps_transaction(const struct smtp_session *session)
{
    if (session->state == SMTP_STATE_BDAT) {
        return smtp_has_fault(session, FAULT_BDAT_RSET);
    }
    if (smtp_faulty_keeps_all(session)) {
        return true;
    }
    return session->transaction.recipient_count > 0 && smtp_has_fault(session, FAULT_RSET_CLEARS);
}

bool smtp_faulty_refuses_reset(struct smtp_session *session)
{
    bool refuses = session->state == SMTP_STATE_BDAT && smtp_has_fault(session, FAULT_BDAT_RSET_2);
    if (refuses) {
        smtp_refuse_order(session);
    }
    return refuses;
}
