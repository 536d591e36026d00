/*
 * settings - what a reference server is told: names, users, limits, faults
 *
 * Plain data; the strings outlive the server. settings_default() gives the built-in server of `mailspec run`.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SETTINGS_H
#define MAILSPEC_FAKE_SERVERS_SETTINGS_H

#include "base/clock.h"
#include "fake_servers/fault.h"

struct server_user {
    const char *name;
    const char *secret;
    const char *address; /* local-part@domain */
};

/* A message that stands in a maildrop from the start (Given: Message). */
struct server_message {
    const char *user;
    struct bytes content; /* lines ended by CRLF */
};

struct server_settings {
    const char *hostname;
    const char *smtp_greeting;  /* text behind "220 ", or NULL */
    const char *pop3_greeting;  /* text behind "+OK ", or NULL */
    const char *apop_timestamp; /* with angle brackets; NULL: made for each session */
    const char *const *domains; /* accepted for delivery; every other domain is refused */
    size_t domain_count;
    const struct server_user *users;
    size_t user_count;
    const struct server_message *messages;
    size_t message_count;
    size_t max_message_octets;  /* offered by SIZE */
    size_t max_maildrop_octets; /* of one user; 452 beyond */
    size_t max_recipients;
    size_t max_line_octets; /* command line with CRLF */
    int64_t idle_ms;        /* 421 after that long without a command */
    bool
        any_recipient; /* mail for everybody everywhere is taken; for the unknown the first user gets it */
    bool any_login; /* any name and secret; unknown names open the first user's maildrop */
    struct clock clock;
    struct fault_set faults;
};

struct server_settings settings_default(void);

#endif
