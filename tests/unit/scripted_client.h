/*
 * scripted_client - a client for the tests of the engine that plays the server: it says what its script holds
 *
 * A script is items separated by "|":
 *     TEXT      a line, sent with CRLF; "&" at its end: it goes out together with the next one
 *     ~TEXT     octets, sent as they are
 *     ?TEXT     wait for a line that holds TEXT; what came up to its end is forgotten
 *     !to N     go on with connection N (from 1), which is made where it is not there; !again: made anew
 *     !close !reset !shut        end it: FIN, RST, FIN of our direction only
 *     !ended    wait until the server has ended it;  !was-reset: and that with RST
 *     !unheard  nothing may have come;  !wait MS
 *     !exit N, !signal N, !late, !flood, !left N, !cannot, !hang, !output TEXT: its end; the script goes on with the next start
 *     !interrupt   end the run
 *     !tls [WORD ...]   begin TLS and wait until it has begun, or was refused; words: refuse (the certificate is not trusted), refused (by the server), 1.2 (no newer
 *                       version), name=NAME (the server name)
 *     !auth MECHANISM USER SECRET   a whole login, up to the final reply; ?235 waits for that
 * A connection is made where there is none. When the server ends it where more is expected, or the script is over, the client ends
 * with status 0. `undone` is then the item that was not done, or NULL.
 */
#ifndef MAILSPEC_TESTS_SCRIPTED_CLIENT_H
#define MAILSPEC_TESTS_SCRIPTED_CLIENT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/sasl.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/mem.h"
#include "engine/client.h"
#include "net/conn.h"

enum { SCRIPTED_CONNECTIONS = 5 };

/* What outlives the starts of the client; its owner fills in `rest`. */
struct scripted {
    struct bytes rest; /* of the script */
    bool over;         /* all of it was played */
    struct buf undone;
    unsigned starts;
    const char
        *probe; /* the script of the session that finds out what the client does; NULL: QUIT */
    struct buf message; /* the client was to send, last time */
    struct buf told;    /* names: "sender rcpt rcpt2 user secret client host dir" */
    unsigned smtp_port;
    unsigned pop3_port;
    enum protocol protocol;
    void (*interrupt)(void *self);
    void *self;
};

struct scripted_connection {
    struct client_child *child;
    struct conn *conn;
    struct buf heard;
    bool ended;
    enum conn_end end;
    bool connected;
    bool negotiates;
    bool tls_over; /* the handshake has an end */
    bool secured;
};

enum { SCRIPTED_WORDS = 4, SCRIPTED_WORD_SIZE = 128 };

struct client_child {
    struct scripted *scripted;
    struct loop *loop;
    struct bytes rest;
    bool is_probe;
    unsigned port;
    struct scripted_connection connections[SCRIPTED_CONNECTIONS]; /* by number from 1 */
    unsigned current;
    struct buf out;
    struct timer *tick;
    struct tls_context *tls;
    struct sasl_client *sasl;
    char words[SCRIPTED_WORDS][SCRIPTED_WORD_SIZE]; /* of !auth */
    bool waiting;
    bool told;
    struct buf output;
    struct client_end how;
    void (*ended)(void *ended_self, const struct client_end *end);
    void *ended_self;
};

static inline void scripted_heard(void *self, struct bytes octets)
{
    struct scripted_connection *c = self;
    buf_append(&c->heard, octets);
    if (!c->child->waiting) {
        timer_start(c->child->tick, 0);
    }
}

static inline void scripted_ended(void *self, enum conn_end end, const char *text)
{
    struct scripted_connection *c = self;
    (void)text;
    c->ended = true;
    c->end = end;
    if (!c->child->waiting) {
        timer_start(c->child->tick, 0);
    }
}

static inline void scripted_connected(void *self, const char *text)
{
    struct scripted_connection *c = self;
    (void)text;
    c->connected = true;
    if (!c->child->waiting) {
        timer_start(c->child->tick, 0);
    }
}

static inline void scripted_secured(void *self, const struct tls_facts *facts)
{
    struct scripted_connection *c = self;
    c->tls_over = true;
    c->secured = facts->secured;
    timer_start(c->child->tick, 0);
}

static const struct conn_events scripted_events = {
    .connected = scripted_connected,
    .octets = scripted_heard,
    .ended = scripted_ended,
    .secured = scripted_secured,
};

static inline struct scripted_connection *scripted_current(struct client_child *child)
{
    struct scripted_connection *c = &child->connections[child->current];
    if (c->conn == NULL && !c->ended) {
        c->child = child;
        c->conn =
            conn_connect_tcp(child->loop, "127.0.0.1", child->port, NULL, &scripted_events, c);
    }
    return c;
}

static inline void scripted_forget(struct scripted_connection *c)
{
    conn_free(&c->conn);
    buf_clear(&c->heard);
    c->ended = false;
    c->connected = c->negotiates = c->tls_over = c->secured = false;
}

/* It has ended: told from the loop, for this is called from nothing but the timer. */
static inline void scripted_finish(struct client_child *child)
{
    for (size_t i = 0; i < SCRIPTED_CONNECTIONS; i++) {
        conn_free(&child->connections[i].conn);
    }
    if (!child->is_probe) {
        child->scripted->rest = child->rest;
        child->scripted->over = child->rest.n == 0;
    }
    if (!child->told) {
        child->told = true;
        child->how.output = buf_bytes(&child->output);
        child->how.output_octets = child->output.n;
        child->ended(child->ended_self, &child->how);
    }
}

static inline bool scripted_found(struct scripted_connection *c, struct bytes text)
{
    size_t at = bytes_find(buf_bytes(&c->heard), text, 0);
    size_t end = at == BYTES_NONE ? BYTES_NONE : bytes_index(buf_bytes(&c->heard), '\n', at);
    if (end != BYTES_NONE) {
        buf_consume(&c->heard, end + 1);
    }
    return end != BYTES_NONE;
}

static inline void scripted_undone(struct client_child *child, struct bytes item)
{
    if (!child->is_probe && child->scripted->undone.n == 0) {
        buf_append(&child->scripted->undone, item);
        buf_append_text(&child->scripted->undone, " but heard ");
        buf_append(&child->scripted->undone, buf_bytes(&child->connections[child->current].heard));
    }
}

enum scripted_result { SCRIPTED_DONE, SCRIPTED_WAITS, SCRIPTED_ENDS };

static inline enum scripted_result scripted_wait_end(struct client_child *child, bool reset)
{
    struct scripted_connection *c = scripted_current(child);
    if (!c->ended) {
        return SCRIPTED_WAITS;
    }
    if (reset != (c->end == CONN_END_RESET)) {
        scripted_undone(child, bytes_of(reset ? "!was-reset" : "!ended"));
        return SCRIPTED_ENDS;
    }
    return SCRIPTED_DONE;
}

static inline enum scripted_result scripted_end(struct client_child *child, struct bytes word,
                                                unsigned number)
{
    struct client_end *how = &child->how;
    if (bytes_is(word, "exit")) {
        how->status = (int)number;
    } else if (bytes_is(word, "signal")) {
        how->signal = (int)number;
    } else if (bytes_is(word, "late")) {
        how->timed_out = true;
    } else if (bytes_is(word, "flood")) {
        how->flooded = true;
    } else if (bytes_is(word, "left")) {
        how->left_behind = number;
        how->status = 0;
        return SCRIPTED_ENDS;
    } else if (bytes_is(word, "cannot")) {
        how->started = false;
        how->error = "no such program";
    } else {
        fprintf(stderr, "unknown item in a script: %.*s\n", (int)word.n, (const char *)word.p);
        abort();
    }
    how->status = bytes_is(word, "exit") ? how->status : -1;
    return SCRIPTED_ENDS;
}

static inline struct tls_context *scripted_context(struct bytes words)
{
    struct tls_settings settings = {0};
    struct error error = {""};
    struct bytes word = {0};
    char name[SCRIPTED_WORD_SIZE];
    while (bytes_next_word(&words, &word)) {
        if (bytes_is(word, "refuse")) {
            settings.verify = true;
        } else if (bytes_starts(word, "name=")) {
            snprintf(name, sizeof name, "%.*s", (int)word.n - 5, (const char *)word.p + 5);
            settings.name = name;
        } else if (!bytes_is(word, "refused")) {
            (void)tls_version_from_name(word, &settings.most);
        }
    }
    struct tls_context *context = tls_context_new_client(&settings, &error);
    if (context == NULL) {
        fprintf(stderr, "no TLS for the script: %s\n", error.text);
        abort();
    }
    return context;
}

static inline enum scripted_result scripted_tls(struct client_child *child, struct bytes item,
                                                struct bytes words)
{
    struct scripted_connection *c = scripted_current(child);
    bool refuses = bytes_find(words, BYTES_LIT("refuse"), 0) != BYTES_NONE;
    if (!c->connected && !c->ended) {
        return SCRIPTED_WAITS;
    }
    if (!c->negotiates && !c->ended) {
        c->negotiates = true;
        tls_context_free(&child->tls);
        child->tls = scripted_context(words);
        conn_start_tls(c->conn, child->tls, "127.0.0.1", (struct bytes){0});
        return SCRIPTED_WAITS;
    }
    if (!c->tls_over && !c->ended) {
        return SCRIPTED_WAITS;
    }
    if (c->secured == refuses) {
        scripted_undone(child, item);
    }
    return c->secured == refuses ? SCRIPTED_ENDS : SCRIPTED_DONE;
}

static inline void scripted_say_response(struct client_child *child, const char *before,
                                         struct bytes challenge)
{
    struct buf response = {0};
    struct buf line = {0};
    struct error error = {""};
    if (sasl_client_step(child->sasl, challenge, &response, &error) == SASL_FAILED) {
        buf_append_text(&line, "*");
    } else {
        buf_append_text(&line, before);
        base64_encode(&line, buf_bytes(&response));
    }
    buf_append_text(&line, "\r\n");
    conn_write(scripted_current(child)->conn, buf_bytes(&line));
    buf_deinit(&response);
    buf_deinit(&line);
}

static inline void scripted_say_auth(struct client_child *child, struct bytes words)
{
    enum sasl_mechanism mechanism = SASL_PLAIN;
    struct sasl_identity identity = {.user = child->words[1], .secret = child->words[2]};
    struct error error = {""};
    struct bytes word = {0};
    char line[SCRIPTED_WORD_SIZE * 2];
    for (size_t i = 0; i < SCRIPTED_WORDS && bytes_next_word(&words, &word); i++) {
        snprintf(child->words[i], sizeof child->words[i], "%.*s", (int)word.n,
                 (const char *)word.p);
    }
    (void)sasl_mechanism_from_name(bytes_of(child->words[0]), &mechanism);
    child->sasl = sasl_client_new(mechanism, &identity, &error);
    snprintf(line, sizeof line, "AUTH %s%s", child->words[0],
             sasl_client_speaks_first(mechanism) ? " " : "\r\n");
    if (sasl_client_speaks_first(mechanism)) {
        scripted_say_response(child, line, (struct bytes){0});
    } else {
        conn_write(scripted_current(child)->conn, bytes_of(line));
    }
}

/* The final reply stays in what was heard. */
static inline enum scripted_result scripted_auth(struct client_child *child, struct bytes words)
{
    struct scripted_connection *c = scripted_current(child);
    if (child->sasl == NULL) {
        buf_clear(&c->heard);
        scripted_say_auth(child, words);
    }
    for (;;) {
        size_t end = bytes_index(buf_bytes(&c->heard), '\n', 0);
        if (end == BYTES_NONE) {
            return c->ended ? SCRIPTED_ENDS : SCRIPTED_WAITS;
        }
        struct bytes line = bytes_trim_right(bytes_slice(buf_bytes(&c->heard), 0, end));
        bool asks = bytes_starts(line, "334 ") || bytes_starts(line, "+ ") ||
                    bytes_is(line, "334") || bytes_is(line, "+");
        if (!asks) {
            sasl_client_free(&child->sasl);
            return SCRIPTED_DONE;
        }
        struct buf challenge = {0};
        size_t code = bytes_starts(line, "+") ? 1 : 3;
        (void)base64_decode(&challenge, bytes_trim(bytes_skip(line, code)));
        buf_consume(&c->heard, end + 1);
        scripted_say_response(child, "", buf_bytes(&challenge));
        buf_deinit(&challenge);
    }
}

static inline enum scripted_result scripted_do(struct client_child *child, struct bytes item)
{
    struct bytes rest = item;
    struct bytes word = {0};
    uint64_t number = 0;
    bytes_next_word(&rest, &word);
    rest = bytes_trim(rest);
    (void)bytes_to_u64(rest, &number);
    if (bytes_is(word, "to")) {
        child->current = (unsigned)number;
        (void)scripted_current(child);
    } else if (bytes_is(word, "again")) {
        scripted_forget(&child->connections[child->current]);
        (void)scripted_current(child);
    } else if (bytes_is(word, "close")) {
        scripted_current(child)->ended = true;
        conn_free(&child->connections[child->current].conn);
    } else if (bytes_is(word, "reset")) {
        conn_reset(scripted_current(child)->conn);
        child->connections[child->current].ended = true;
        conn_free(&child->connections[child->current].conn);
    } else if (bytes_is(word, "shut")) {
        conn_shutdown(scripted_current(child)->conn);
    } else if (bytes_is(word, "ended") || bytes_is(word, "was-reset")) {
        return scripted_wait_end(child, bytes_is(word, "was-reset"));
    } else if (bytes_is(word, "unheard")) {
        if (scripted_current(child)->heard.n > 0) {
            scripted_undone(child, item);
            return SCRIPTED_ENDS;
        }
    } else if (bytes_is(word, "wait")) {
        child->waiting = !child->waiting;
        if (child->waiting) {
            timer_start(child->tick, (int64_t)number);
            return SCRIPTED_WAITS;
        }
    } else if (bytes_is(word, "output")) {
        buf_append(&child->output, bytes_skip(item, word.n + 1));
    } else if (bytes_is(word, "tls")) {
        return scripted_tls(child, item, rest);
    } else if (bytes_is(word, "auth")) {
        return scripted_auth(child, rest);
    } else if (bytes_is(word, "hang")) {
        return SCRIPTED_WAITS;
    } else if (bytes_is(word, "interrupt")) {
        child->scripted->interrupt(child->scripted->self);
        return SCRIPTED_DONE;
    } else {
        return scripted_end(child, word, (unsigned)number);
    }
    return SCRIPTED_DONE;
}

static inline enum scripted_result scripted_item(struct client_child *child, struct bytes item)
{
    bool raw = bytes_starts(item, "~");
    bool more = !raw && bytes_ends(item, "&");
    if (bytes_starts(item, "!")) {
        return scripted_do(child, bytes_skip(item, 1));
    }
    struct scripted_connection *c = scripted_current(child);
    if (bytes_starts(item, "?")) {
        if (scripted_found(c, bytes_skip(item, 1))) {
            return SCRIPTED_DONE;
        }
        if (c->ended) {
            scripted_undone(child, item);
        }
        return c->ended ? SCRIPTED_ENDS : SCRIPTED_WAITS;
    }
    buf_append(&child->out, bytes_slice(bytes_skip(item, raw), 0, item.n - (raw || more ? 1 : 0)));
    if (!raw) {
        buf_append_text(&child->out, "\r\n");
    }
    if (!more) {
        if (c->conn != NULL) {
            conn_write(c->conn, buf_bytes(&child->out));
        }
        buf_clear(&child->out);
    }
    return SCRIPTED_DONE;
}

static inline void scripted_tick(void *self)
{
    struct client_child *child = self;
    if (child->told || child->how.killed) {
        scripted_finish(child);
        return;
    }
    while (child->rest.n > 0) {
        struct bytes rest = child->rest;
        struct bytes item = {0};
        (void)bytes_next(&rest, '|', &item);
        enum scripted_result result = scripted_item(child, item);
        if (result == SCRIPTED_WAITS) {
            return;
        }
        child->rest = rest;
        if (result == SCRIPTED_ENDS) {
            break;
        }
    }
    scripted_finish(child);
}

static inline void scripted_keep_task(struct scripted *scripted, const struct client_task *task)
{
    scripted->starts++;
    buf_clear(&scripted->message);
    buf_append(&scripted->message, task->message);
    buf_clear(&scripted->told);
    buf_printf(&scripted->told, "%s %s %s %s %s %s %s", task->sender, task->rcpt, task->rcpt2,
               task->user, task->secret, task->client, task->host);
    scripted->smtp_port = task->smtp_port;
    scripted->pop3_port = task->pop3_port;
    scripted->protocol = task->protocol;
}

static inline struct client_child *
scripted_start(const void *self, struct loop *loop, const struct client_task *task,
               void (*ended)(void *ended_self, const struct client_end *end), void *ended_self)
{
    struct scripted *scripted = *(struct scripted *const *)self;
    struct client_child *child = mem_alloc(sizeof *child);
    child->scripted = scripted;
    child->loop = loop;
    child->is_probe = strcmp(task->case_id, "probe") == 0;
    child->rest = scripted->rest;
    if (child->is_probe) {
        child->rest = bytes_of(scripted->probe != NULL ? scripted->probe : "?|QUIT|?");
    } else {
        scripted_keep_task(scripted, task);
    }
    child->port = task->smtp_port != 0 ? task->smtp_port : task->pop3_port;
    child->current = 1;
    child->how = (struct client_end){.started = true};
    child->ended = ended;
    child->ended_self = ended_self;
    child->tick = timer_new(loop, scripted_tick, child);
    timer_start(child->tick, 0);
    return child;
}

static inline void scripted_stop(struct client_child *child)
{
    child->how.killed = true;
    child->how.status = -1;
    timer_start(child->tick, 0);
}

static inline void scripted_free(struct client_child **child_p)
{
    struct client_child *child = *child_p;
    if (child == NULL) {
        return;
    }
    for (size_t i = 0; i < SCRIPTED_CONNECTIONS; i++) {
        conn_free(&child->connections[i].conn);
        buf_deinit(&child->connections[i].heard);
    }
    timer_free(&child->tick);
    tls_context_free(&child->tls);
    sasl_client_free(&child->sasl);
    buf_deinit(&child->out);
    buf_deinit(&child->output);
    free(child);
    *child_p = NULL;
}

/* `scripted_p` and what it points to outlive the starter. */
static inline struct client_starter scripted_starter(struct scripted **scripted_p)
{
    return (struct client_starter){
        .start = scripted_start, .stop = scripted_stop, .free = scripted_free, .self = scripted_p};
}

static inline void scripted_deinit(struct scripted *scripted)
{
    buf_deinit(&scripted->undone);
    buf_deinit(&scripted->message);
    buf_deinit(&scripted->told);
}

#endif
