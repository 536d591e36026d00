/*
 * smtp_faulty_more - what the second faults make of states, replies and messages; private to the SMTP session
 *
 * The faults of fault_names_smtp_more.h. Each function does nothing, and returns false, while its faults are off.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_MORE_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_MORE_H

#include "fake_servers/smtp_session.h"
#include "fake_servers/trace.h"
#include "proto/smtp_path.h"

/* ---- smtp_faulty_more.c ---- */

/* How many replies the end of data gets for what is one message under SMTP. */
size_t smtp_faulty_more_replies(const struct smtp_session *session);
/* At RSET or EHLO, as the fault says: forget the transaction, but keep its recipients; true when that is done. */
bool smtp_faulty_more_keeps_recipients(struct smtp_session *session, enum fault fault);
/* Have recipients been kept by that? */
bool smtp_faulty_more_has_kept(const struct smtp_session *session);
/* At NOOP. */
void smtp_faulty_more_noop(struct smtp_session *session);
/* Does QUIT end the session without a reply? */
bool smtp_faulty_more_hangs_up(const struct smtp_session *session);
/* Does the session go on behind QUIT? */
bool smtp_faulty_more_stays(const struct smtp_session *session);
/* Is there no such user? */
bool smtp_faulty_more_denies_user(const struct smtp_session *session, const struct smtp_path *path);
/* STARTTLS was answered. */
void smtp_faulty_more_starttls(struct smtp_session *session);
/* TLS has begun: forget what the client has said, or not all of it. */
void smtp_faulty_more_forget(struct smtp_session *session);

/* ---- smtp_faulty_more_mail.c ---- */

/* MAIL was accepted: keep less of its path. */
void smtp_faulty_more_reverse_path(struct smtp_session *session);
/* What is left of a size that MAIL declares. */
uint64_t smtp_faulty_more_size(const struct smtp_session *session, uint64_t size);
/* Do dots at the front of lines stay? Then message data is read so, up to its end; returns how many octets. */
bool smtp_faulty_more_keeps_dots(const struct smtp_session *session);
size_t smtp_faulty_more_read_data(struct smtp_session *session, struct bytes octets);
/* The part of the message data that is read: up to where it is longer than declared. */
struct bytes smtp_faulty_more_data(const struct smtp_session *session, struct bytes octets);
/* Message data was read: is it refused before its end? */
void smtp_faulty_more_data_read(struct smtp_session *session);
/* Is the chunk compared with the limit by itself, and small enough? */
bool smtp_faulty_more_counts_chunk_alone(const struct smtp_session *session);
/* Is a value of BODY= that means BINARYMIME not seen to mean it? */
bool smtp_faulty_more_misses_binary(const struct smtp_session *session, struct bytes value);
/* Is what a part of the message says of itself a reason to refuse it? */
bool smtp_faulty_more_dislikes_part(const struct smtp_session *session);
bool smtp_faulty_more_lacks_return_path(const struct smtp_session *session,
                                        const struct trace *trace);
/* Is a line of the message too long, as the server counts? */
bool smtp_faulty_more_has_long_line(const struct smtp_session *session);
/* The message is complete, and taken: change it. */
void smtp_faulty_more_content(struct smtp_session *session);

#endif
