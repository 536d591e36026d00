/*
 * smtp_faulty_extension - what the faults make of chunks, and of the parameters of MAIL; private to the SMTP session
 *
 * RFC 3030, RFC 1870 and RFC 6152. Each does nothing, and returns false, while its fault is off.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_EXTENSION_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_EXTENSION_H

#include "fake_servers/smtp_session.h"
#include "proto/smtp_path.h"

/* ---- smtp_faulty_chunk.c ---- */

/* Are the octets of the refused chunk that begins left to be commands? */
bool smtp_faulty_leaves_chunk(struct smtp_session *session);
/* The last chunk was taken: will another one be taken behind it? */
bool smtp_faulty_notes_last(const struct smtp_session *session);
/* Is the refused chunk that has ended taken all the same? Then it is answered. */
bool smtp_faulty_takes_chunk(struct smtp_session *session);
/* Where the chunk ends in its octets that are there: at a lone dot, or before its last octet. */
void smtp_faulty_chunk_end(struct smtp_session *session, struct bytes octets);
/* A chunk was taken, and another one comes. */
void smtp_faulty_chunk_taken(struct smtp_session *session);
/* The last chunk is there, and the message is about to be delivered. */
void smtp_faulty_chunks_taken(struct smtp_session *session);
/* Is BDAT with a sign before its number taken for an empty chunk? */
bool smtp_faulty_takes_no_number(const struct smtp_session *session,
                                 const struct smtp_command *command);
/* Does RSET keep the chunks? */
bool smtp_faulty_keeps_transaction(const struct smtp_session *session);
/* Is RSET out of order behind a chunk? Then it is answered. */
bool smtp_faulty_refuses_reset(struct smtp_session *session);

/* ---- smtp_faulty_extension.c ---- */

/* Is a parameter of MAIL not known, or its value not, that was offered? */
bool smtp_faulty_unknown_parameter(const struct smtp_session *session,
                                   const struct smtp_param *param);
bool smtp_faulty_bad_value(const struct smtp_session *session, const struct smtp_param *param);
/* The parameter is not as it must be: is it passed over all the same? */
bool smtp_faulty_takes_value(const struct smtp_session *session, const struct smtp_param *param);
/* What is left of a size that MAIL declares. */
uint64_t smtp_faulty_size(const struct smtp_session *session, uint64_t size);
/* Is the chunk compared with the limit by itself, and small enough? */
bool smtp_faulty_counts_chunk_alone(const struct smtp_session *session);
/* Is a value of BODY= that means BINARYMIME not seen to mean it? */
bool smtp_faulty_misses_binary(const struct smtp_session *session, struct bytes value);

#endif
