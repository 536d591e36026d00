/*
 * key_word - the address that asks for a reply: rcpt+452@example.test
 *
 *     local-part = STAGE "+" ( 3DIGIT / "close" / "reset" / "half-close" / "silence" ) [ "+" status ]
 *
 * Whoever chooses the address of a message chooses what the server says, without any set-up; and so does who chooses the name of a login, for
 * which the stage is AUTH.
 */
#ifndef MAILSPEC_FAKE_SERVERS_KEY_WORD_H
#define MAILSPEC_FAKE_SERVERS_KEY_WORD_H

#include "fake_servers/reply_rule.h"

/* False: it is an ordinary local-part. The reply has its usual text. */
bool key_word_read(struct bytes local_part, enum stage *stage_r, struct asked_reply *reply_r);
/* May it stand in one: does a session come to that stage behind MAIL, RCPT or VRFY, or, for AUTH, by a name? */
bool key_word_has_stage(enum stage stage);

#endif
