/*
 * fake_dialogue - runs a session of the reference server in memory, for the tests of fake_servers
 *
 * Input is fed whole, cut in two, or octet by octet; what the session could not take yet is fed again, as
 * server.c does it. Where it has begun TLS, what comes next is inside it.
 */
#ifndef MAILSPEC_TESTS_FAKE_DIALOGUE_H
#define MAILSPEC_TESTS_FAKE_DIALOGUE_H

#include <stdio.h>
#include <string.h>

#include "fake_servers/pop3.h"
#include "fake_servers/smtp.h"

static struct clock_set dialogue_clock = {.monotonic_us = 0, .wall_us = 1700000000000000};

static const char *const dialogue_domains[] = {"example.test"};

static const struct server_user dialogue_users[] = {
    {"alice", "secret-a", "alice@example.test"    },
    {"bob",   "secret b", "bob@example.test"      },
    {"odd",   "x",        "odd local@example.test"},
};

static inline struct server_settings dialogue_settings(void)
{
    struct server_settings settings = settings_default();
    settings.hostname = "mx.example.test";
    settings.domains = dialogue_domains;
    settings.domain_count = 1;
    settings.users = dialogue_users;
    settings.user_count = sizeof dialogue_users / sizeof dialogue_users[0];
    settings.max_message_octets = 3000;
    settings.max_maildrop_octets = 5000;
    settings.auth.count = 0;
    settings.clock = clock_from_set(&dialogue_clock);
    return settings;
}

static inline void dialogue_feed_smtp(struct smtp_session *session, struct bytes octets,
                                      struct buf *out)
{
    const struct tls_facts facts = {.secured = true};
    while (octets.n > 0) {
        octets = bytes_skip(octets, smtp_session_feed(session, octets, out));
        if (smtp_session_wants_tls(session)) {
            smtp_session_secured(session, &facts);
        }
    }
}

static inline void dialogue_feed_pop3(struct pop3_session *session, struct bytes octets,
                                      struct buf *out)
{
    const struct tls_facts facts = {.secured = true};
    while (octets.n > 0 || pop3_session_has_more(session)) {
        octets = bytes_skip(octets, pop3_session_feed(session, octets, out));
        if (pop3_session_wants_tls(session)) {
            pop3_session_secured(session, &facts);
        }
    }
}

/* How the input is cut: whole (0), in two after that many octets, or octet by octet (SIZE_MAX). */
static inline struct bytes dialogue_piece(struct bytes rest, size_t done, size_t cut)
{
    if (cut == SIZE_MAX) {
        return bytes_slice(rest, 0, 1);
    }
    return cut > done ? bytes_slice(rest, 0, cut - done) : rest;
}

/* STARTTLS, STLS, and three mechanisms of AUTH whose challenges are always the same. */
static inline struct server_settings dialogue_settings_of_tls(void)
{
    static const struct server_mechanisms mechanisms = {
        {SASL_PLAIN, SASL_LOGIN, SASL_CRAM_MD5},
        3
    };
    struct server_settings settings = dialogue_settings();
    settings.starttls = true;
    settings.auth = mechanisms;
    settings.pop3_auth = mechanisms;
    settings.apop_timestamp = "<1896.697170952@postoffice.example.net>";
    return settings;
}

/* One SMTP session from greeting to its end on that store; true when the session is over. */
static inline bool dialogue_smtp_on(struct store *store, const struct server_settings *settings,
                                    struct bytes input, size_t cut, struct buf *out)
{
    struct smtp_session *session = smtp_session_new(settings, store, "[127.0.0.1]", out);
    for (size_t done = 0; done < input.n;) {
        struct bytes piece = dialogue_piece(bytes_skip(input, done), done, cut);
        dialogue_feed_smtp(session, piece, out);
        done += piece.n;
    }
    bool over = smtp_session_is_over(session);
    smtp_session_free(&session);
    return over;
}

/* The same of LMTP. */
static inline bool dialogue_lmtp_on(struct store *store, const struct server_settings *settings,
                                    struct bytes input, struct buf *out)
{
    struct smtp_session *session = smtp_session_new_lmtp(settings, store, "[127.0.0.1]", out);
    dialogue_feed_smtp(session, input, out);
    bool over = smtp_session_is_over(session);
    smtp_session_free(&session);
    return over;
}

static inline bool dialogue_pop3_on(struct store *store, const struct server_settings *settings,
                                    struct bytes input, size_t cut, struct buf *out)
{
    struct pop3_session *session = pop3_session_new(settings, store, out);
    for (size_t done = 0; done < input.n;) {
        struct bytes piece = dialogue_piece(bytes_skip(input, done), done, cut);
        dialogue_feed_pop3(session, piece, out);
        done += piece.n;
    }
    bool over = pop3_session_is_over(session);
    pop3_session_free(&session);
    return over;
}

/* Is `out` that text? Shows both when it is not. */
static inline bool dialogue_is(const char *name, struct buf *out, struct bytes expected)
{
    if (bytes_equal(buf_bytes(out), expected)) {
        return true;
    }
    fprintf(stderr, "row \"%s\": expected\n%.*s\ngot\n%s\n", name, (int)expected.n, expected.p,
            buf_text(out));
    return false;
}

#endif
