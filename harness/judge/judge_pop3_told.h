/*
 * judge_pop3_told - tests of what a POP3 server says of itself: capabilities, response codes, the timestamp, sizes and numbers
 *
 * Rows of the table in judge_pop3.c; see judge_table.h for what a test is.
 */
#ifndef MAILSPEC_JUDGE_JUDGE_POP3_TOLD_H
#define MAILSPEC_JUDGE_JUDGE_POP3_TOLD_H

#include "judge/moment.h"

/* RFC 1939 sections 5 and 11: the message of RETR is as long as LIST said. */
bool judge_pop3_list_size(const struct moment *moment, struct bytes *evidence_r);
/* RFC 1939 section 4: messages are numbered from 1. */
bool judge_pop3_message_numbers(const struct moment *moment, struct bytes *evidence_r);
/* RFC 1939 section 5: the note on what follows the size. */
bool judge_pop3_listing_extra(const struct moment *moment, struct bytes *evidence_r);
/* RFC 1939 section 7: a msg-id of RFC 822. */
bool judge_pop3_timestamp_form(const struct moment *moment, struct bytes *evidence_r);
/* RFC 2449 section 3: capability. */
bool judge_pop3_capability_form(const struct moment *moment, struct bytes *evidence_r);
/* RFC 2449 6.5 and 6.7. */
bool judge_pop3_capability_values(const struct moment *moment, struct bytes *evidence_r);
bool judge_pop3_capability_user_token(const struct moment *moment, struct bytes *evidence_r);
/* RFC 2449 section 3: resp-code. */
bool judge_pop3_response_code_form(const struct moment *moment, struct bytes *evidence_r);
/* RFC 2449 section 8, RFC 3206 section 5. */
bool judge_pop3_response_code_announced(const struct moment *moment, struct bytes *evidence_r);
bool judge_pop3_auth_resp_code_announced(const struct moment *moment, struct bytes *evidence_r);
bool judge_pop3_no_auth_code_for_user(const struct moment *moment, struct bytes *evidence_r);
/* RFC 2595 section 4. */
bool judge_pop3_stls_capability(const struct moment *moment, struct bytes *evidence_r);
/* RFC 6856 2.1. */
bool judge_pop3_utf8_mode(const struct moment *moment, struct bytes *evidence_r);

#endif
