/*
 * judge_smtp_ehlo - what judges ask of the extensions that the reply to EHLO lists
 *
 * Tests for the table in judge_smtp.c: is the rule broken by this reply? Lines outside the grammar have been judged by that.
 */
#ifndef MAILSPEC_JUDGE_JUDGE_SMTP_EHLO_H
#define MAILSPEC_JUDGE_JUDGE_SMTP_EHLO_H

#include "judge/moment.h"

/* AUTH has a parameter that is no name of a mechanism (RFC 4422 3.1). */
bool judge_smtp_mechanism_name(const struct moment *moment, struct bytes *evidence_r);
/* BINARYMIME is there, and CHUNKING is not (RFC 3030 3). */
bool judge_smtp_binary_without_chunks(const struct moment *moment, struct bytes *evidence_r);

#endif
