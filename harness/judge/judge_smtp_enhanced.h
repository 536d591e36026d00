/*
 * judge_smtp_enhanced - what judges ask of enhanced status codes (RFC 2034, RFC 3463, RFC 5248)
 *
 * Tests for the table in judge_smtp.c: is the rule broken by this reply? Where ENHANCEDSTATUSCODES is not offered nothing is.
 */
#ifndef MAILSPEC_JUDGE_JUDGE_SMTP_ENHANCED_H
#define MAILSPEC_JUDGE_JUDGE_SMTP_ENHANCED_H

#include "judge/moment.h"

/* Does the reply have such codes: not the greeting, not what answers EHLO, HELO and LHLO, not 3yz (RFC 2034 4)? */
bool judge_smtp_has_enhanced_codes(const struct moment *moment);

/* The first line has none, and nothing that looks like one. */
bool judge_smtp_enhanced_missing(const struct moment *moment, struct bytes *evidence_r);
/* A line has what looks like one and is none. */
bool judge_smtp_enhanced_syntax(const struct moment *moment, struct bytes *evidence_r);
/* A line has another class than its reply code. */
bool judge_smtp_enhanced_class(const struct moment *moment, struct bytes *evidence_r);
/* The first line has one, and another line has none, or one that differs in more than its class. */
bool judge_smtp_enhanced_lines(const struct moment *moment, struct bytes *evidence_r);
/* A line has one that is not registered. */
bool judge_smtp_enhanced_unregistered(const struct moment *moment, struct bytes *evidence_r);

#endif
