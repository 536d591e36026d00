/*
 * stub - a tiny server for the tests of the engine: canned answers, one for each line that comes
 *
 * The first connection is the engine's probe and gets `probe` answers, as does one that comes before it has said QUIT
 * (or `second`, where that is set); `logins` more get those of `login`; each later one takes the next script, the last script
 * again and again. A script is a list of answers: the first goes out at once, the others each behind a line; behind an answer
 * that begins with 354 lines are read up to "." first. An answer may end in "!close", "!reset", "!longline", "!flood" (line
 * octets without an end), "!deaf" (nothing is read for STUB_DEAF_MS behind it) or "!late" (it goes out after STUB_LATE_MS), "!tls"
 * (a TLS session begins behind it, and what came with the line is thrown away), "!tlskeep" (it is not) or "!sasl" (the line that came is AUTH: the exchange goes on to its end).
 * When the script is used up, QUIT closes and anything else gets nothing.
 *
 * A line that is `deadly` takes the stub away: every connection is reset, and nobody listens until stub_listen() is called, which is
 * done after `away_ms` unless that is 0. One that is `stunning` leaves nobody an answer any more, until stub_die() and stub_listen().
 */
#ifndef MAILSPEC_TESTS_STUB_H
#define MAILSPEC_TESTS_STUB_H

#include <stdio.h>
#include <string.h>

#include "auth/sasl.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/mem.h"
#include "net/conn.h"
#include "net/listener.h"

enum { STUB_SCRIPTS = 4, STUB_ANSWERS = 16, STUB_CONNECTIONS = 64 };
enum { STUB_LATE_MS = 1000, STUB_DEAF_MS = 300 };

struct stub;

struct stub_connection {
    struct stub *stub;
    struct conn *conn;
    const char *const *answers;
    size_t next;
    struct buf line;
    bool in_data;
    bool quit;
    bool drops; /* the rest of this read */
    bool ended;
    struct sasl_server *sasl; /* an exchange is under way */
    bool proven;              /* its last message is on the wire */
};

struct stub {
    struct loop *loop;
    struct listener *listener;
    const char *const *probe;
    const char *const *second;
    bool had_second;
    const char *const *login; /* of the engine's login check */
    size_t logins;
    const char *const *scripts[STUB_SCRIPTS];
    size_t script_count;
    struct stub_connection connections[STUB_CONNECTIONS];
    size_t count;
    size_t open;
    size_t most_open;
    struct timer *timer; /* of "!late" and "!deaf" */
    struct stub_connection *sleeper;
    struct tls_context *tls; /* of "!tls", and where `implicit` */
    bool implicit;           /* TLS from the first octet */
    bool pop3;
    const char *secret;   /* of every user, for "!sasl" */
    char server_name[64]; /* that a client asked for last */
    struct bytes late;    /* what it says when it wakes; empty: it reads again */
    unsigned port;
    const char *deadly;
    const char *stunning;
    bool stunned;
    size_t crowd; /* so many connections at once take it away; 0: none do */
    size_t room;  /* nobody listens while so many connections are open; 0: no matter how many */
    int64_t away_ms;
    struct timer *back; /* of away_ms */
    size_t deaths;
};

static inline void stub_wakes(void *self)
{
    struct stub *stub = self;

    if (stub->late.n > 0) {
        conn_write(stub->sleeper->conn, stub->late);
        stub->late.n = 0;
    } else {
        conn_pause(stub->sleeper->conn, false);
    }
}

static inline void stub_flood(struct stub_connection *c)
{
    static const unsigned char octets[64 * 1024] = {'2', '5', '0'};

    for (size_t i = 0; i < 32 && !c->ended; i++) {
        conn_write(c->conn, bytes_make(octets, sizeof octets));
    }
}

/* 1 MiB and a little more, with its line end in the same burst. */
static inline void stub_long_line(struct stub_connection *c)
{
    struct buf line = {0};

    buf_append_text(&line, "250 ");
    buf_append_fill(&line, 'x', 1024 * 1024 + 100);
    buf_append_text(&line, "\r\n");
    conn_write(c->conn, buf_bytes(&line));
    buf_deinit(&line);
}

/* ---- Logins ---- */

static inline const char *stub_secret(void *self, const char *user)
{
    const struct stub *stub = self;
    (void)user;
    return stub->secret;
}

static inline void stub_challenge(struct stub_connection *c, enum sasl_result result,
                                  struct bytes out)
{
    bool pop3 = c->stub->pop3;
    bool ends = result == SASL_FAILED || (result == SASL_DONE && out.n == 0);
    struct buf line = {0};
    if (!ends) {
        buf_append_text(&line, pop3 ? "+ " : "334 ");
        base64_encode(&line, out);
    } else if (result == SASL_DONE) {
        buf_append_text(&line, pop3 ? "+OK in" : "235 in");
    } else {
        buf_append_text(&line, pop3 ? "-ERR [AUTH] no" : "535 no");
    }
    buf_append_text(&line, "\r\n");
    conn_write(c->conn, buf_bytes(&line));
    buf_deinit(&line);
    if (ends) {
        sasl_server_free(&c->sasl);
    }
}

/* A response line. Behind the last message of SCRAM an empty one says that it was seen. */
static inline void stub_response(struct stub_connection *c, struct bytes line)
{
    struct buf response = {0};
    struct buf out = {0};
    line = bytes_trim_right(line);
    if (bytes_is(line, "*")) {
        sasl_server_free(&c->sasl);
        conn_write(c->conn, bytes_of(c->stub->pop3 ? "-ERR given up\r\n" : "501 given up\r\n"));
        return;
    }
    (void)base64_decode(&response, line);
    enum sasl_result result =
        c->proven ? SASL_DONE : sasl_server_step(c->sasl, true, buf_bytes(&response), &out);
    c->proven = result == SASL_DONE;
    stub_challenge(c, result, buf_bytes(&out));
    buf_deinit(&response);
    buf_deinit(&out);
}

static inline void stub_begin_sasl(struct stub_connection *c)
{
    struct sasl_lookup lookup = {.secret = stub_secret, .self = c->stub};
    struct bytes rest = bytes_trim_right(buf_bytes(&c->line));
    struct bytes word = {0};
    struct bytes initial = {0};
    struct buf response = {0};
    struct buf out = {0};
    struct error error;
    enum sasl_mechanism mechanism = SASL_PLAIN;
    bytes_next_word(&rest, &word);
    bytes_next_word(&rest, &word);
    bool has = bytes_next_word(&rest, &initial);
    (void)sasl_mechanism_from_name(word, &mechanism);
    c->proven = false;
    c->sasl = sasl_server_new(mechanism, &lookup, "stub", NULL, &error);
    if (has && !bytes_is(initial, "=")) {
        (void)base64_decode(&response, initial);
    }
    enum sasl_result result = sasl_server_step(c->sasl, has, buf_bytes(&response), &out);
    c->proven = result == SASL_DONE;
    stub_challenge(c, result, buf_bytes(&out));
    buf_deinit(&response);
    buf_deinit(&out);
}

static inline void stub_answer(struct stub_connection *c)
{
    const char *answer = c->answers[c->next];

    if (answer == NULL) {
        return;
    }
    c->next++;
    struct bytes text = bytes_of(answer);
    size_t mark = bytes_index(text, '!', 0);
    const char *action = mark == BYTES_NONE ? "" : answer + mark;
    text = bytes_slice(text, 0, mark);
    c->in_data = bytes_starts(text, "354");
    c->stub->sleeper = c;
    if (strcmp(action, "!late") == 0) {
        c->stub->late = text;
        timer_start(c->stub->timer, STUB_LATE_MS);
        return;
    }
    if (text.n > 0) {
        conn_write(c->conn, text);
    }
    if (strcmp(action, "!close") == 0) {
        conn_shutdown(c->conn);
    } else if (strcmp(action, "!reset") == 0) {
        conn_reset(c->conn);
    } else if (strcmp(action, "!tls") == 0 || strcmp(action, "!tlskeep") == 0) {
        c->drops = strcmp(action, "!tls") == 0;
        conn_start_tls(c->conn, c->stub->tls, NULL, bytes_of(""));
    } else if (strcmp(action, "!sasl") == 0) {
        stub_begin_sasl(c);
    } else if (strcmp(action, "!flood") == 0) {
        stub_flood(c);
    } else if (strcmp(action, "!longline") == 0) {
        stub_long_line(c);
    } else if (strcmp(action, "!deaf") == 0) {
        conn_pause(c->conn, true);
        timer_start(c->stub->timer, STUB_DEAF_MS);
    }
}

static inline void stub_die(struct stub *stub)
{
    listener_free(&stub->listener);
    for (size_t i = 0; i < STUB_CONNECTIONS; i++) {
        struct stub_connection *c = &stub->connections[i];
        if (c->conn != NULL && !c->ended) {
            c->ended = true;
            stub->open--;
            conn_reset(c->conn);
        }
    }
    stub->stunned = false;
    stub->deaths++;
    if (stub->away_ms > 0) {
        timer_start(stub->back, stub->away_ms);
    }
}

/* The line takes it away, or stuns it. */
static inline bool stub_is_struck(struct stub_connection *c, struct bytes line)
{
    struct stub *stub = c->stub;

    if (stub->deadly != NULL && bytes_is(line, stub->deadly)) {
        stub_die(stub);
        return true;
    }
    stub->stunned |= stub->stunning != NULL && bytes_is(line, stub->stunning);
    return stub->stunned || c->ended;
}

static inline void stub_line(struct stub_connection *c, struct bytes line)
{
    if (stub_is_struck(c, line)) {
        return;
    }
    if (c->in_data) {
        if (bytes_is(line, ".\r\n")) {
            c->in_data = false;
            stub_answer(c);
        }
        return;
    }
    if (c->sasl != NULL) {
        stub_response(c, line);
        return;
    }
    c->quit |= bytes_is(line, "QUIT\r\n");
    if (c->answers[c->next] != NULL) {
        stub_answer(c);
    } else if (bytes_is(line, "QUIT\r\n")) {
        conn_write(c->conn, BYTES_LIT("221 bye\r\n"));
        conn_shutdown(c->conn);
    }
}

static inline void stub_octets(void *self, struct bytes octets)
{
    struct stub_connection *c = self;

    while (octets.n > 0) {
        size_t lf = bytes_index(octets, '\n', 0);
        size_t end = lf == BYTES_NONE ? octets.n : lf + 1;
        buf_append(&c->line, bytes_slice(octets, 0, end));
        octets = bytes_skip(octets, end);
        if (lf != BYTES_NONE) {
            stub_line(c, buf_bytes(&c->line));
            buf_clear(&c->line);
            octets.n = c->drops ? 0 : octets.n;
            c->drops = false;
        }
    }
}

static inline void stub_listen(void *self);

static inline void stub_ended(void *self, enum conn_end end, const char *text)
{
    struct stub_connection *c = self;

    (void)end;
    (void)text;
    if (!c->ended) {
        c->ended = true;
        c->stub->open--;
    }
    if (c->stub->room > 0 && c->stub->listener == NULL && c->stub->open < c->stub->room) {
        stub_listen(c->stub);
    }
    conn_shutdown(c->conn);
}

static inline void stub_connected(void *self, const char *text)
{
    (void)self;
    (void)text;
}

static inline void stub_secured(void *self, const struct tls_facts *facts)
{
    struct stub_connection *c = self;

    snprintf(c->stub->server_name, sizeof c->stub->server_name, "%.60s", facts->server_name);
    if (!facts->secured) {
        conn_shutdown(c->conn);
    } else if (c->stub->implicit) {
        stub_answer(c);
    }
}

static inline void stub_accept(void *self, struct listener *listener)
{
    static const struct conn_events events = {
        .connected = stub_connected,
        .octets = stub_octets,
        .ended = stub_ended,
        .secured = stub_secured,
    };
    static const char *const nothing[] = {NULL};
    struct stub *stub = self;
    struct stub_connection *c = &stub->connections[stub->count % STUB_CONNECTIONS];
    bool is_second = stub->count == 1 && !stub->connections[0].quit && !stub->connections[0].ended;
    stub->had_second |= is_second;
    size_t before = 1 + (stub->had_second ? 1U : 0U) + stub->logins;
    size_t script = stub->count < before ? 0 : stub->count - before;

    script = script < stub->script_count ? script : stub->script_count - 1;
    conn_free(&c->conn);
    buf_deinit(&c->line);
    sasl_server_free(&c->sasl);
    *c = (struct stub_connection){.stub = stub, .answers = nothing};
    if (stub->count == 0) {
        c->answers = stub->probe;
    } else if (is_second) {
        c->answers = stub->second != NULL ? stub->second : stub->probe;
    } else if (stub->count < before) {
        c->answers = stub->login;
    } else if (stub->script_count > 0) {
        c->answers = stub->scripts[script];
    }
    stub->count++;
    stub->open++;
    stub->most_open = stub->open > stub->most_open ? stub->open : stub->most_open;
    c->conn = conn_accept(listener, &events, c, NULL, 0);
    if (stub->room > 0 && stub->count > 2 && stub->open >= stub->room) {
        listener_free(&stub->listener);
    }
    if (stub->crowd > 0 && stub->open >= stub->crowd) {
        stub_die(stub);
    } else if (stub->stunned) {
        return;
    } else if (stub->implicit) {
        conn_start_tls(c->conn, stub->tls, NULL, bytes_of(""));
    } else {
        stub_answer(c);
    }
}

static inline void stub_listen(void *self)
{
    struct stub *stub = self;

    stub->listener = listener_new_tcp(stub->loop, "127.0.0.1", stub->port, stub_accept, stub, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stub->listener);
    stub->port = listener_port(stub->listener);
}

static inline void stub_init(struct stub *stub, struct loop *loop, const char *const *probe)
{
    *stub = (struct stub){.loop = loop, .probe = probe};
    stub->timer = timer_new(loop, stub_wakes, stub);
    stub->back = timer_new(loop, stub_listen, stub);
    stub_listen(stub);
}

static inline void stub_deinit(struct stub *stub)
{
    for (size_t i = 0; i < STUB_CONNECTIONS; i++) {
        conn_free(&stub->connections[i].conn);
        buf_deinit(&stub->connections[i].line);
        sasl_server_free(&stub->connections[i].sasl);
    }
    tls_context_free(&stub->tls);
    timer_free(&stub->timer);
    timer_free(&stub->back);
    listener_free(&stub->listener);
}

#endif
