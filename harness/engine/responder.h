/*
 * responder - answers a client as a conforming server, where the dialogue does not
 *
 * Playing the server, the engine asks it for the greeting when the dialogue has none, for the answer to every
 * command that is not the next one of the dialogue, and for the rest of the session behind its last line.
 * What the dialogue answers itself is told to it too, so that it knows the state. cli/ fills it with the fake
 * server; the engine knows no server. A conversation is one connection; conversations of one `begin` share
 * one store of mail.
 */
#ifndef MAILSPEC_ENGINE_RESPONDER_H
#define MAILSPEC_ENGINE_RESPONDER_H

#include "base/buf.h"
#include "model/program.h"
#include "net/tls.h"

struct responder_room; /* what the conversations of one case share: users, maildrops */
struct responder_talk; /* one conversation */

/* What a case is about; all of it outlives its room. */
struct responder_wish {
    const struct program *program; /* may be NULL */
    const char *user;              /* the maildrop's owner, where Given: names none */
    const char *secret;
    /* Offered also where neither Given: nor the dialogue says so: it is found out whether the client uses it, or it insists. */
    bool starttls;
    bool auth;
    struct error *error; /* why open() returned NULL; may be NULL */
};

struct responder {
    /*
     * Room for one case. Given: of the program sets it up; every user name, secret and digest is let in, and mail for any recipient
     * is taken.
     */
    struct responder_room *(*open)(void *self, const struct responder_wish *wish);
    void (*close)(void *self, struct responder_room *room);
    /* A client has connected: the greeting is appended to `out`. */
    struct responder_talk *(*begin)(struct responder_room *room, enum protocol protocol,
                                    struct buf *out);
    /*
     * Append the answer to one unit: a command line with its end, a SASL response, or the whole message data through
     * its last line with the dot. An answer that is 354 makes the next unit message data.
     */
    void (*answer)(struct responder_talk *talk, struct bytes unit, struct buf *out);
    /* The dialogue has answered the unit, with that code (SMTP: "250"; POP3: "+OK", "-ERR", "+"). */
    void (*note)(struct responder_talk *talk, struct bytes unit, const char *code);
    /* A SASL exchange that it did not do itself lets that user in; "": nobody knows whom. */
    void (*admit)(struct responder_talk *talk, const char *user);
    /* Message `number` (from 1) of the maildrop, its lines ended by CRLF; false: there is none. */
    bool (*message)(struct responder_room *room, size_t number, struct bytes *content_r);
    /* The same of the maildrop as it was at first, before a session deleted any. */
    bool (*first_message)(struct responder_room *room, size_t number, struct bytes *content_r);
    /* What TLS sessions of the case's connections are to be, by its Given:. */
    const struct tls_settings *(*tls)(struct responder_room *room);
    /* Has its last answer, or one that it was told of, begun TLS: 220 to STARTTLS, +OK to STLS? Nothing is answered until secured(). */
    bool (*wants_tls)(const struct responder_talk *talk);
    /* TLS has begun, also by a dialogue that has its own STARTTLS, or before the greeting: nothing said before counts. */
    void (*secured)(struct responder_talk *talk, const struct tls_facts *facts);
    /* The session is over: the connection is closed behind what was written. */
    bool (*is_over)(const struct responder_talk *talk);
    void (*end)(struct responder_talk **talk_p);
    /* Of the certificates that servers of ours show; NULL: there is no TLS. */
    const struct tls_authority *authority;
    void *self;
};

#endif
