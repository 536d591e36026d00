/*
 * stored_dialogue - what the parts of the reader of dialogues share; private to them
 *
 * stored_dialogue.c reads lines, stored_dialogue_told.c the comments of a transcript, stored_dialogue_session.c keeps the session and its
 * connections.
 */
#ifndef MAILSPEC_RECORD_STORED_DIALOGUE_H
#define MAILSPEC_RECORD_STORED_DIALOGUE_H

#include "record/stored_session.h"
#include "script/line_lexer.h"
#include "script/talk.h"

/* A connection of the session under way. */
struct heard {
    bool opened;
    struct talk talk;   /* whose turn it is */
    struct buf part[2]; /* by enum side: what is there of a line that was interrupted */
    struct buf left;    /* in clear text behind that, when TLS begins: a comment said it before */
    enum side left_side;
    bool told; /* a comment told the protocol */
    enum protocol protocol;
};

struct dialogue {
    struct stored_session *session;
    struct error *error;
    struct bytes from; /* the current line, and what follows */
    struct bytes rest; /* behind the current line */
    size_t number;     /* of the current line */
    struct span line;
    bool receiver; /* R: is the server, S: the client */
    bool has_times;
    bool in_header;
    bool in_note; /* it goes on in the next line */
    enum lexed_kind note;
    bool ours;      /* a header stands in front: sessions have headers */
    bool quit_said; /* connection 1: last, and not in a group */
    bool ended;     /* connection 1: a greeting begins another session */
    struct heard heard[LEXED_MAX_CONNECTION + 1];
    int64_t time_us;
    unsigned sessions; /* of this file */
    unsigned tested;
    const char *id; /* that a comment told */
    const char *title;
};

void dialogue_begin(struct dialogue *dialogue);
void dialogue_ensure(struct dialogue *dialogue); /* a session has begun */
void dialogue_end(struct dialogue *dialogue);    /* at a header */
void dialogue_forget(struct dialogue *dialogue); /* all connections */

enum side dialogue_speaker(const struct dialogue *dialogue, char speaker);
void dialogue_open(struct dialogue *dialogue, unsigned connection); /* unless it is */
void dialogue_close(struct dialogue *dialogue, enum side side, unsigned connection,
                    enum close_kind how);
void dialogue_secure(struct dialogue *dialogue, unsigned connection, bool secured);
/* Nothing more can be judged on it: `why`. */
void dialogue_lose(struct dialogue *dialogue, unsigned connection, const char *why);
/* Octets were said: whose turn is it, and is the session at its end? */
void dialogue_follow(struct dialogue *dialogue, enum side side, unsigned connection,
                     struct bytes octets);

/* A comment of a transcript: its time, who was tested, that TLS began, the id of the case. */
void dialogue_comment(struct dialogue *dialogue, struct bytes text);

#endif
