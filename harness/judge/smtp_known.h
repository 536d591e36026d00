/*
 * smtp_known - commands that a server must know
 *
 * RFC 5321 4.5.1: the minimum; 4.2.4: what the reply to EHLO lists. Only a command with which nothing is wrong, from a client of whom
 * little was refused: 500 is also said of syntax errors, and some servers say it to anything when they have had enough.
 */
#ifndef MAILSPEC_JUDGE_SMTP_KNOWN_H
#define MAILSPEC_JUDGE_SMTP_KNOWN_H

#include "judge/smtp_client.h"
#include "proto/wire_line.h"

/* MAIL, RCPT, DATA, RSET, NOOP, QUIT, each where it may come; `recipients` of this transaction have been accepted. */
bool smtp_known_is_minimum(const struct smtp_client *client, size_t recipients,
                           const struct smtp_command *command, const struct wire_line *line);
bool smtp_known_is_listed(const struct smtp_client *client, const struct smtp_command *command,
                          const struct wire_line *line);

#endif
