/*
 * smtp_script - replies that somebody has asked for, in place of the session's own; private to the files of the SMTP session
 *
 * Rules of the settings come first, then the pair of a sweep, then key words in the addresses of the transaction. What such a reply
 * says is taken for the truth: the session is where it leaves the client (smtp_told.c).
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_SCRIPT_H
#define MAILSPEC_FAKE_SERVERS_SMTP_SCRIPT_H

#include "fake_servers/reply_book.h"
#include "fake_servers/sweep.h"

struct smtp_session;

/* What key words have asked for; it holds from one MAIL to the next. */
struct smtp_key_words {
    bool is_set[STAGE_COUNT];
    bool is_of_sender[STAGE_COUNT]; /* MAIL has asked for it, so it is about all recipients */
    struct asked_reply replies[STAGE_COUNT];
};

/* Of one session. Zeroed: nothing is asked for. */
struct smtp_script {
    struct reply_tally tally;
    struct sweep_pair pair;           /* its `count` is 0: there is none */
    struct smtp_key_words *key_words; /* NULL: there were none */
    enum reply_action action; /* what is to happen to the connection behind what was written */
    bool is_telling;          /* the session runs a command to see what becomes of it */
    bool asks;                /* a 334 of ours waits for its response */
};

/*
 * Each is asked where the session is about to answer. True: that is done, and the session is in the state that follows. The line of a
 * command stands in session->line.
 */
bool smtp_script_greets(struct smtp_session *session);
bool smtp_script_answers_line(struct smtp_session *session);
bool smtp_script_answers_chunk(struct smtp_session *session);
/* To a response of AUTH; `goes_on`: the exchange waits for another one. */
bool smtp_script_answers_response(struct smtp_session *session, bool goes_on);
/* To a login that is refused, by the key word in its name: auth+454@example.test. */
bool smtp_script_answers_login(struct smtp_session *session);
/* To the end of a message, under SMTP; the transaction is the caller's to end. */
bool smtp_script_answers_end(struct smtp_session *session);

/*
 * Under LMTP: is any recipient's reply to the end of data asked for? Both have room for one of each recipient; `replies` gets NULL
 * where the session has its own.
 */
bool smtp_script_ends(struct smtp_session *session, const struct asked_reply **replies,
                      struct asked_reply *rooms);
/* Write that reply to the end of data. */
void smtp_script_say_end(struct smtp_session *session, const struct asked_reply *reply);
/* Has a reply that was asked for ended all saying? */
bool smtp_script_is_over(const struct smtp_session *session);
/* Take octets of a response that a 334 of ours has asked for; returns how many. */
size_t smtp_script_take_response(struct smtp_session *session, struct bytes octets);
void smtp_script_deinit(struct smtp_script *script);

#endif
