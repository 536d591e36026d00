/*
 * client_dialogue - runs a fake client in memory against a written dialogue, for the tests of fake_clients
 *
 * A script has one line each: "S: text" the server says, "C: text" the client must say then, both with CRLF; "S| " and "C| " are
 * the same with a bare LF, "C- " without a line end; "E" the server closes; "T" the client wants TLS, and it
 * begins with a good certificate, "t" with one that is not. What stands between two changes of the speaker is one piece: it is fed whole,
 * and in another run octet by octet. Nothing more and nothing else may be said, and the client must be over at the end.
 */
#ifndef MAILSPEC_TESTS_CLIENT_DIALOGUE_H
#define MAILSPEC_TESTS_CLIENT_DIALOGUE_H

#include <stdio.h>
#include <string.h>

#include "fake_clients/fetcher.h"
#include "fake_clients/sender.h"

static const char *const client_dialogue_recipients[] = {"r@y.example", "s@y.example",
                                                         "t@y.example"};

/* Two lines of message, the second begins with a dot. */
static inline struct client_settings client_dialogue_settings(enum client_protocol protocol)
{
    return (struct client_settings){
        .protocol = protocol,
        .client_name = "c.example",
        .sender = "a@x.example",
        .recipients = client_dialogue_recipients,
        .recipient_count = 1,
        .message = BYTES_LIT("Subject: x\n\n.dot\n"),
        .user = "alice",
        .secret = "secret",
    };
}

/* One of the two, by protocol. */
struct client_machine {
    struct sender *sender;
    struct fetcher *fetcher;
};

static inline struct client_machine client_machine_new(const struct client_settings *settings,
                                                       struct buf *out)
{
    struct client_machine machine = {NULL, NULL};
    if (settings->protocol == CLIENT_POP3) {
        machine.fetcher = fetcher_new(settings, out);
    } else {
        machine.sender = sender_new(settings, out);
    }
    return machine;
}

static inline void client_machine_feed(struct client_machine *machine, struct bytes octets,
                                       struct buf *out)
{
    if (machine->fetcher != NULL) {
        fetcher_feed(machine->fetcher, octets, out);
    } else {
        sender_feed(machine->sender, octets, out);
    }
}

/* False: it does not want TLS. */
static inline bool client_machine_secured(struct client_machine *machine, bool good,
                                          struct buf *out)
{
    if (machine->fetcher != NULL && fetcher_wants_tls(machine->fetcher)) {
        fetcher_secured(machine->fetcher, good, out);
        return true;
    }
    if (machine->sender != NULL && sender_wants_tls(machine->sender)) {
        sender_secured(machine->sender, good, out);
        return true;
    }
    return false;
}

static inline void client_machine_ended(struct client_machine *machine)
{
    if (machine->fetcher != NULL) {
        fetcher_ended(machine->fetcher);
    } else {
        sender_ended(machine->sender);
    }
}

static inline bool client_machine_is_over(const struct client_machine *machine)
{
    return machine->fetcher != NULL ? fetcher_is_over(machine->fetcher)
                                    : sender_is_over(machine->sender);
}

static inline enum client_result client_machine_result(const struct client_machine *machine)
{
    return machine->fetcher != NULL ? fetcher_result(machine->fetcher)
                                    : sender_result(machine->sender);
}

static inline void client_machine_free(struct client_machine *machine)
{
    sender_free(&machine->sender);
    fetcher_free(&machine->fetcher);
}

/* Take all lines of that speaker off the front of *script. */
static inline void client_dialogue_piece(struct bytes *script, char speaker, struct buf *out)
{
    struct bytes line;
    while (script->n > 1 && script->p[0] == (unsigned char)speaker && script->p[1] != '\n') {
        bytes_next(script, '\n', &line);
        buf_append(out, bytes_skip(line, 3));
        if (line.p[1] != '-') {
            buf_append_text(out, line.p[1] == '|' ? "\n" : "\r\n");
        }
    }
}

static inline bool client_dialogue_said(const char *name, struct bytes *script, struct buf *said)
{
    struct buf expected = {0};
    client_dialogue_piece(script, 'C', &expected);
    bool ok = bytes_equal(buf_bytes(said), buf_bytes(&expected));
    if (!ok && name != NULL) {
        fprintf(stderr, "row \"%s\": expected\n%s\ngot\n%s\n", name, buf_text(&expected),
                buf_text(said));
    }
    buf_deinit(&expected);
    buf_clear(said);
    return ok;
}

/* True when all of it was said; the name is for the message otherwise, NULL: none. the machine, which the caller frees, goes to *machine_r. */
static inline bool client_dialogue_run(const char *name, const struct client_settings *settings,
                                       const char *text, bool by_octet,
                                       struct client_machine *machine_r)
{
    struct bytes script = bytes_of(text);
    struct buf said = {0};
    *machine_r = client_machine_new(settings, &said);
    bool ok = client_dialogue_said(name, &script, &said);
    while (ok && script.n > 0) {
        struct buf heard = {0};
        client_dialogue_piece(&script, 'S', &heard);
        if (heard.n == 0 && (script.p[0] == 'T' || script.p[0] == 't')) {
            ok = client_machine_secured(machine_r, script.p[0] == 'T', &said);
            script = bytes_skip(script, 2);
        } else if (heard.n == 0) { /* "E" */
            client_machine_ended(machine_r);
            script = bytes_skip(script, script.n);
        }
        for (size_t i = 0; by_octet && i < heard.n; i++) {
            client_machine_feed(machine_r, bytes_slice(buf_bytes(&heard), i, i + 1), &said);
        }
        if (!by_octet) {
            client_machine_feed(machine_r, buf_bytes(&heard), &said);
        }
        buf_deinit(&heard);
        ok = ok && client_dialogue_said(name, &script, &said);
    }
    buf_deinit(&said);
    return ok;
}

/* Both runs; true when each said all, is over and has that result. */
static inline bool client_dialogue_check(const char *name, const struct client_settings *settings,
                                         const char *text, enum client_result result)
{
    bool ok = true;
    for (unsigned i = 0; i < 2 && ok; i++) {
        struct client_machine machine;
        ok = client_dialogue_run(name, settings, text, i == 1, &machine);
        bool over = client_machine_is_over(&machine);
        bool as_expected = over && client_machine_result(&machine) == result;
        if (ok && !as_expected && name != NULL) {
            fprintf(stderr, "row \"%s\": over %d, result %d, expected %d\n", name, over,
                    client_machine_result(&machine), result);
        }
        ok = ok && as_expected;
        client_machine_free(&machine);
    }
    return ok;
}

#endif
