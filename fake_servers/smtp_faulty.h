/*
 * smtp_faulty - what the faults make of commands, connections and messages; private to the SMTP session
 *
 * Each does nothing while its fault is off. Those that answer return true when they have.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_H

#include "fake_servers/smtp_session.h"

/* ---- smtp_faulty_command.c ---- */

/* May a command come here that may not? */
bool smtp_faulty_allows(const struct smtp_session *session);
/* Refuse a command that is right, and may come here. */
bool smtp_faulty_refuses(struct smtp_session *session, const struct smtp_command *command);
/* Is an argument passed over where there may be none? */
bool smtp_faulty_takes_argument(const struct smtp_session *session, enum smtp_verb verb);
/* Does QUIT end the session without a reply? */
bool smtp_faulty_hangs_up(const struct smtp_session *session);
/* Does the session go on behind QUIT? */
bool smtp_faulty_stays(const struct smtp_session *session);
/* Behind a greeting that refuses. */
void smtp_faulty_greeted(struct smtp_session *session);
/* Is the command carried out behind such a greeting? */
bool smtp_faulty_serves(const struct smtp_session *session, enum smtp_verb verb);

/* ---- smtp_faulty.c ---- */

/* Is it one line no more, but has several commands in it? Then each of them is run. */
bool smtp_faulty_splits(struct smtp_session *session, void (*run)(struct smtp_session *session));
/* Is the extension left out of the reply to EHLO? */
bool smtp_faulty_hides(const struct smtp_session *session, enum server_extension extension);
/* Is a line read in parts, each of them a command? What belongs to the part that comes in, and whether it is whole. */
struct bytes smtp_faulty_part_of_line(const struct smtp_session *session, struct bytes octets);
bool smtp_faulty_ends_line(const struct smtp_session *session);
/* Octets that the line may have, where `most` are allowed. */
size_t smtp_faulty_max_line(const struct smtp_session *session, size_t most);
/* Before a line is looked at. */
void smtp_faulty_line(struct smtp_session *session);
/* Is a line accepted that is no command? Then it is answered. */
bool smtp_faulty_answers_binary(struct smtp_session *session);
/* Behind a reply to a command. */
void smtp_faulty_answered(struct smtp_session *session);
/* What stands for the argument of RCPT. */
struct bytes smtp_faulty_argument(const struct smtp_session *session, struct bytes argument);
/* Defects that are looked over. */
void smtp_faulty_path(const struct smtp_session *session, struct smtp_path *path, bool forward);
/* The path is right but for its route, or its end: is it refused all the same? */
bool smtp_faulty_refuses_path(struct smtp_session *session, const struct smtp_path *path,
                              bool forward);

/* ---- smtp_faulty_mail.c ---- */

/* Does RSET leave the transaction open? */
bool smtp_faulty_keeps_all(const struct smtp_session *session);
/* At RSET or EHLO, as the fault says: forget the transaction, but keep its recipients; true when that is done. */
bool smtp_faulty_keeps_recipients(struct smtp_session *session, enum fault fault);
/* Have recipients been kept by that? */
bool smtp_faulty_has_kept(const struct smtp_session *session);
/* MAIL was accepted: forget what was before, or not all of it. */
void smtp_faulty_clear(struct smtp_session *session);
/* The transaction is about to end. */
void smtp_faulty_clears(struct smtp_session *session);
/* MAIL was accepted: make of its path what no other host may make of it. */
void smtp_faulty_reverse_path(struct smtp_session *session);
/* Is there no such user? */
bool smtp_faulty_denies_user(const struct smtp_session *session, const struct smtp_path *path);
/* Has another session a transaction with that reverse-path, and a recipient? Then it is answered; else it is this one's. */
bool smtp_faulty_is_taken(struct smtp_session *session);
/* A recipient that is accepted. */
void smtp_faulty_recipient(struct smtp_session *session, const struct smtp_path *path,
                           struct smtp_recipient *recipient);
/* A recipient was added: take out others. */
void smtp_faulty_pushes_out(struct smtp_session *session);
/* At NOOP. */
void smtp_faulty_noop(struct smtp_session *session);

/* ---- smtp_faulty_data.c ---- */

/* Is the end of message data seen where it is not? Then this reads the data; it returns how many octets belong to it. */
bool smtp_faulty_ends_elsewhere(const struct smtp_session *session);
size_t smtp_faulty_read_data(struct smtp_session *session, struct bytes octets);
/* Is a command refused because the data ended early? */
bool smtp_faulty_refuses_behind_end(struct smtp_session *session,
                                    const struct smtp_command *command);
/* Do dots at the front of lines stay? Then this reads the data. */
bool smtp_faulty_keeps_dots(const struct smtp_session *session);
size_t smtp_faulty_read_dots(struct smtp_session *session, struct bytes octets);
/* The part of the message data that is read: up to the declared size, or to where it is longer. */
struct bytes smtp_faulty_data(const struct smtp_session *session, struct bytes octets);
/* Message data was read: is it complete by the declared size? */
void smtp_faulty_data_read(struct smtp_session *session);

/* ---- smtp_faulty_content.c ---- */

/* The message is complete, and not refused so far: refuse it for what stands in it, or for its size. */
bool smtp_faulty_refuses_content(struct smtp_session *session);
/* Is a line of the message too long, as the server counts? */
bool smtp_faulty_has_long_line(const struct smtp_session *session);
/* Is a lone LF or CR taken in a message? */
bool smtp_faulty_takes_line_ends(const struct smtp_session *session, bool bare_lf, bool bare_cr);
/* The message is complete, and taken: change it. */
void smtp_faulty_content(struct smtp_session *session);

/* ---- smtp_faulty_delivery.c ---- */

/* Those before this one among the transaction's targets are left out. */
size_t smtp_faulty_first_target(const struct smtp_session *session);
/* The message was delivered. */
void smtp_faulty_delivered(struct smtp_session *session, struct store_message *message);
/* The message was refused: deliver it all the same, or tell of it. */
void smtp_faulty_refused(struct smtp_session *session);
/* Another message is taken: deliver the one that was refused. */
void smtp_faulty_delivers_late(struct smtp_session *session);
/* Take the last message out of its maildrop again. */
void smtp_faulty_take_back(struct smtp_session *session);
/* The session is over, and nobody hears what is said. */
void smtp_faulty_lost(struct smtp_session *session);

#endif
