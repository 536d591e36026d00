/*
 * judge_smtp_mail - what judges ask of a client's paths, of the parameters of its MAIL, and of the message behind it
 *
 * Tests for the table in judge_smtp_client.c: is the rule broken at this moment? Those of commands are for AT_COMMAND, those of
 * messages for AT_DATA. RFC 5321, RFC 1870, RFC 2920, RFC 3030, RFC 6152.
 */
#ifndef MAILSPEC_JUDGE_JUDGE_SMTP_MAIL_H
#define MAILSPEC_JUDGE_JUDGE_SMTP_MAIL_H

#include "judge/moment.h"

/* ---- Commands ---- */

bool judge_smtp_source_route(const struct moment *moment, struct bytes *evidence_r);
/* A local part is quoted that need not be, or more than it need be. */
bool judge_smtp_over_quoted(const struct moment *moment, struct bytes *evidence_r);
bool judge_smtp_parameter_twice(const struct moment *moment, struct bytes *evidence_r);
/* AUTH= with a value that is no xtext, or is one of neither a mailbox nor <> (RFC 4954 8). */
bool judge_smtp_auth_parameter(const struct moment *moment, struct bytes *evidence_r);
/* The value of BODY=, or BDAT, belongs to an extension that is not offered. */
bool judge_smtp_binary_unoffered(const struct moment *moment, struct bytes *evidence_r);
/* BDAT where no chunk may come, DATA beside BDAT or BODY=BINARYMIME, or no RSET behind a chunk that was refused (RFC 3030 2, 3). */
bool judge_smtp_chunk_order(const struct moment *moment, struct bytes *evidence_r);
/* For AT_CHUNKS: line ends that are none, or NUL, and not BODY=BINARYMIME. */
bool judge_smtp_chunk_text(const struct moment *moment, struct bytes *evidence_r);
/* The declared size was refused, and the client goes on. */
bool judge_smtp_size_refusal_passed(const struct moment *moment, struct bytes *evidence_r);

/* ---- Messages ---- */

bool judge_smtp_body_undeclared(const struct moment *moment, struct bytes *evidence_r);
bool judge_smtp_size_too_small(const struct moment *moment, struct bytes *evidence_r);
bool judge_smtp_data_for_nobody(const struct moment *moment, struct bytes *evidence_r);
/* Octets above 127 that BODY=8BITMIME announces, and no MIME; a host that relays is not asked. */
bool judge_smtp_not_mime(const struct moment *moment, struct bytes *evidence_r);
/* Return-Path, and no host has handled the message yet. */
bool judge_smtp_return_path_sent(const struct moment *moment, struct bytes *evidence_r);
bool judge_smtp_long_text_line(const struct moment *moment, struct bytes *evidence_r);

#endif
