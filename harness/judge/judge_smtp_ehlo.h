/*
 * judge_smtp_ehlo - what judges ask of a positive reply to EHLO and LHLO: its domain, and the extensions that it lists
 *
 * Tests for the table in judge_smtp.c: is the rule broken by this reply? A line outside the grammar is judged by that and by nothing
 * else.
 */
#ifndef MAILSPEC_JUDGE_JUDGE_SMTP_EHLO_H
#define MAILSPEC_JUDGE_JUDGE_SMTP_EHLO_H

#include "judge/moment.h"

bool judge_smtp_is_accepted_ehlo(const struct moment *moment);

/* The first line begins with no domain and no address literal (RFC 5321 4.1.1.1). */
bool judge_smtp_ehlo_domain(const struct moment *moment, struct bytes *evidence_r);
/* A line lists what is no keyword with its parameters (RFC 5321 4.1.1.1). */
bool judge_smtp_ehlo_keyword_grammar(const struct moment *moment, struct bytes *evidence_r);
/* A parameter stands behind a keyword that has none, or behind SIZE one that is no number of up to 20 digits (RFC 1870 3). */
bool judge_smtp_ehlo_parameter(const struct moment *moment, struct bytes *evidence_r);
/* AUTH has a parameter that is no name of a mechanism (RFC 4422 3.1). */
bool judge_smtp_mechanism_name(const struct moment *moment, struct bytes *evidence_r);
/* BINARYMIME is there, and CHUNKING is not (RFC 3030 3). */
bool judge_smtp_binary_without_chunks(const struct moment *moment, struct bytes *evidence_r);
/* SMTPUTF8 is there, and 8BITMIME is not (RFC 6531 3.1). */
bool judge_smtp_utf8_without_8bitmime(const struct moment *moment, struct bytes *evidence_r);
/* STARTTLS is there, and TLS is active (RFC 3207 4.2). */
bool judge_smtp_starttls_within_tls(const struct moment *moment, struct bytes *evidence_r);

#endif
