/*
 * sasl_text - the text of challenges and responses within AUTH, as far as its form goes
 *
 * RFC 4954 section 8 and RFC 5034 section 5:
 *     initial-response = base64 / "="      cancel-response = "*"
 * What is inside is not looked at: it is secret.
 */
#ifndef MAILSPEC_JUDGE_SASL_TEXT_H
#define MAILSPEC_JUDGE_SASL_TEXT_H

#include "proto/wire_line.h"

/* base64, or nothing. Unused bits that are not zero are no matter of this grammar. */
bool sasl_text_is_base64(struct bytes text);
/* What a client may answer to a challenge: base64, nothing, or "*". */
bool sasl_text_is_response(struct bytes text);
/* The line of a client's response, or AUTH with that argument: does it break this grammar? One that was cut is not judged. */
bool sasl_text_response_is_broken(const struct wire_line *line);
bool sasl_text_auth_is_broken(const struct wire_line *line, struct bytes argument);
/* The initial response in the argument of AUTH, all that stands behind the mechanism's name; false: there is none. */
bool sasl_text_initial(struct bytes argument, struct bytes *initial_r);

#endif
