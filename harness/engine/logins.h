/*
 * logins - which logins by POP3, SMTP or LMTP a dialogue tries, and what becomes of them at a server that conforms
 *
 * Told by the compiled dialogue alone: a login is to pass where it proves the user's secret and the reply that is written lets it pass;
 * any other one is to be refused.
 */
#ifndef MAILSPEC_ENGINE_LOGINS_H
#define MAILSPEC_ENGINE_LOGINS_H

#include "model/program.h"

enum login_wish {
    LOGIN_NONE, /* no login begins with that step */
    LOGIN_TO_PASS,
    LOGIN_TO_FAIL
};

/* Of a step of the dialogue, by its number. */
enum login_wish logins_wish(const struct program *program, size_t at);

/* Of the first login of the dialogue. */
enum login_wish logins_first(const struct program *program);
/* How many logins there are in the dialogue. */
size_t logins_count(const struct program *program);
/* Is some login of the dialogue to be refused? Servers make a client wait behind that. */
bool logins_fail(const struct program *program);

/*
 * Does the case do nothing in a maildrop but log in and out, and that not in every session? Then others may use it while no session of
 * its own is logged in: nothing that it knows of the messages is told to another session.
 */
bool logins_leave_room(const struct program *program);

/* Does it send mail before it comes to its maildrop? What is in there does not matter until then. */
bool logins_come_late(const struct program *program);

#endif
