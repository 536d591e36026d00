/*
 * server_wire - carries out on a connection what the faults of its replies have planned; private to the server
 *
 * Pieces, pauses by the loop's clock, fills that go on as the client reads: never more than a piece is held.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SERVER_WIRE_H
#define MAILSPEC_FAKE_SERVERS_SERVER_WIRE_H

#include "fake_servers/wire_say.h"
#include "net/conn.h"

struct server_wire;

struct server_wire_events {
    void (*write)(void *self, struct bytes octets);
    void (*go_on)(void *self); /* behind a pause: look what there is to do. It may free the wire */
};

/* The connection outlives it. */
struct server_wire *server_wire_new(struct loop *loop, struct conn *conn,
                                    const struct server_wire_events *events, void *self);
/* See wire_say_octets(). */
void server_wire_say(struct server_wire *wire, const struct wire_faults *faults, unsigned protocol,
                     struct bytes octets, const struct reply_marks *marks, enum stage stage);
/* What was written went to the kernel: the next piece may go. */
void server_wire_drained(struct server_wire *wire);
/* NULL is not: there is something to go out still. */
bool server_wire_is_busy(const struct server_wire *wire);
/* A response is being gathered, and nothing goes out until its end has come. */
bool server_wire_gathers(const struct server_wire *wire);
/* What has become of the connection; REPLY_SAY: it goes on. */
enum reply_action server_wire_action(const struct server_wire *wire);
void server_wire_free(struct server_wire **wire_p);

#endif
