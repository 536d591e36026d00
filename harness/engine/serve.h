/*
 * serve - one case in which mailspec plays the server
 *
 * It listens on loopback, has the client started, says the S: lines and checks the C: lines; what the dialogue does not say is
 * answered by the responder. The engine treats it as any case (case_run.h calls it); docs/language.md "Playing the server" says
 * what it does.
 */
#ifndef MAILSPEC_ENGINE_SERVE_H
#define MAILSPEC_ENGINE_SERVE_H

#include "engine/case_run.h"
#include "engine/client.h"
#include "net/listener.h"

struct serve;
struct visitor;

/* `starter` starts the client; NULL: it comes by itself. */
struct serve *serve_new(struct case_run *run, const struct responder *responder,
                        const struct client_starter *starter);
/* Closes everything; the client is killed. */
void serve_free(struct serve **serve_p);
/* Every connection is closed, before the case is ended from outside. */
void serve_close(struct serve *serve);
/* From the beginning: listen, start the client. Afterwards look at run->phase. */
void serve_begin(struct serve *serve);
/* Do what can be done now; PHASE_OVER when the case has ended. */
void serve_advance(struct serve *serve);
/* A connection came that belongs to this case (CLIENT_LISTEN): accept it, from the listener's callback. */
void serve_visit(struct serve *serve, struct listener *listener, enum protocol protocol);
/*
 * The same for a connection whose case was not known at first: the serve owns it from now on. What was said and answered before
 * is told to a conversation of this case by serve_catch_up(), unit by unit.
 */
void serve_adopt(struct serve *serve, struct visitor *visitor);
void serve_catch_up(struct serve *serve, struct bytes unit);
/* The case is not played. */
void serve_refuse(struct serve *serve, enum verdict verdict, const char *reason);
/* Is it waiting for a client to come by itself? */
bool serve_waits_for_visit(const struct serve *serve);
/* How the client ended, or NULL while it has not; for the probe. */
const struct client_end *serve_client_end(const struct serve *serve);
/* What the client said, verb by verb: "EHLO", "RETR". */
const struct offers *serve_verbs(const struct serve *serve);
const struct offers *serve_verbs_inside(const struct serve *serve); /* of them those inside TLS */
/* Is TLS the first thing that is done on that connection (RFC 8314)? */
bool serve_begins_in_tls(const struct program *program,
                         const struct program_connection *connection);
/* Is the client inside TLS from the beginning (RFC 8314), where it speaks that protocol? */
bool serve_is_implicit(const struct client *client, enum protocol protocol);
/* How a client begins, when that is not as it is said of it (Speaks). */
enum serve_beginning {
    SERVE_BEGINS_WELL,
    SERVE_BEGINS_IN_TLS,   /* clear text was expected */
    SERVE_BEGINS_IN_CLEAR, /* TLS was expected */
    SERVE_BEGINS_NOT_YET   /* TLS is expected, and its handshake is not over */
};
enum serve_beginning serve_beginning(const struct serve *serve);
/* Does it say that the client refuses TLS, or somebody does? */
bool serve_is_to_refuse_tls(const struct program *program);
/* Names and values of the case as they are for the dialogue (case_names.h asks). */
bool serve_name(const struct serve *serve, const char *name, struct bytes *value_r);

#endif
