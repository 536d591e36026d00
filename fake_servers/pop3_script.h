/*
 * pop3_script - responses that somebody has asked for, in place of the session's own; private to the files of the POP3 session
 *
 * What such a response says is taken for the truth: the session is where it leaves the client (pop3_told.c). A multi-line response has
 * the lines that were asked for, stuffed, and its end (RFC 1939 3).
 */
#ifndef MAILSPEC_FAKE_SERVERS_POP3_SCRIPT_H
#define MAILSPEC_FAKE_SERVERS_POP3_SCRIPT_H

#include "fake_servers/reply_book.h"
#include "fake_servers/sweep.h"

struct pop3_session;

/* Of one session. Zeroed: nothing is asked for. */
struct pop3_script {
    struct reply_tally tally;
    struct sweep_pair pair;   /* its `count` is 0: there is none */
    enum reply_action action; /* what is to happen to the connection behind what was written */
    bool is_telling;          /* the session runs a command to see what becomes of it */
    bool asks;                /* a "+ " of ours waits for its response */
};

/*
 * Each is asked where the session is about to answer. True: that is done, and the session is in the state that follows. The line of a
 * command stands in session->line.
 */
bool pop3_script_greets(struct pop3_session *session);
bool pop3_script_answers_line(struct pop3_session *session);
/* To a response of AUTH; `goes_on`: the exchange waits for another one. */
bool pop3_script_answers_response(struct pop3_session *session, bool goes_on);
/* Take octets of a response that a "+ " of ours has asked for; returns how many. */
size_t pop3_script_take_response(struct pop3_session *session, struct bytes octets);
void pop3_script_deinit(struct pop3_script *script);

#endif
