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
/* Behind a reply to a command. */
void smtp_faulty_answered(struct smtp_session *session);
/* Defects that are looked over. */
void smtp_faulty_path(const struct smtp_session *session, struct smtp_path *path, bool forward);
/* The path is right but for its route, or its end: is it refused all the same? */
bool smtp_faulty_refuses_path(struct smtp_session *session, const struct smtp_path *path,
                              bool forward);

/* ---- smtp_faulty_mail.c ---- */

/* MAIL was accepted: forget what was before, or not all of it. */
void smtp_faulty_clear(struct smtp_session *session);
/* Make of the reverse-path what no other host may make of it. */
void smtp_faulty_reverse_path(struct smtp_session *session);
void smtp_faulty_recipient(struct smtp_session *session, const struct smtp_path *path,
                           struct smtp_recipient *recipient);
/* Those before this one among the transaction's targets are left out. */
size_t smtp_faulty_first_target(const struct smtp_session *session);
/* The message was delivered. */
void smtp_faulty_delivered(struct smtp_session *session, struct store_message *message);
/* Take the last message out of its maildrop again. */
void smtp_faulty_take_back(struct smtp_session *session);
/* The session is over, and nobody hears what is said. */
void smtp_faulty_lost(struct smtp_session *session);

/* ---- smtp_faulty_content.c ---- */

/* Refuse a message for what stands in its header. */
bool smtp_faulty_refuses_content(struct smtp_session *session);
/* Is a lone LF or CR taken in a message? */
bool smtp_faulty_takes_line_ends(const struct smtp_session *session, bool bare_lf, bool bare_cr);
/* The message is complete, and taken: change it. */
void smtp_faulty_content(struct smtp_session *session);

/* ---- smtp_faulty_end.c ---- */

/* Is the end of message data seen where it is not? Then this reads the data; it returns how many octets belong to it. */
bool smtp_faulty_ends_elsewhere(const struct smtp_session *session);
size_t smtp_faulty_read_data(struct smtp_session *session, struct bytes octets);
/* Is it refused because the data ended early? */
bool smtp_faulty_refuses_behind_end(struct smtp_session *session,
                                    const struct smtp_command *command);

#endif
