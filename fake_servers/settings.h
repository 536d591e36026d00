/*
 * settings - what a reference server is told: names, users, limits, offers, faults
 *
 * Plain data; the strings outlive the server. settings_default() gives the built-in server of `mailspec run`;
 * setting_values.h reads the others from text.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SETTINGS_H
#define MAILSPEC_FAKE_SERVERS_SETTINGS_H

#include "auth/sasl.h"
#include "base/clock.h"
#include "fake_servers/fault.h"
#include "fake_servers/reply_book.h"
#include "fake_servers/sweep.h"
#include "fake_servers/wire_fault.h"
#include "model/tls.h"

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

struct server_names {
    const char *const *names;
    size_t count;
};

/* alias, forward, moved: a name or address, and the address that it leads to. */
struct server_alias {
    const char *name;
    const char *address;
};

struct server_aliases {
    const struct server_alias *rows;
    size_t count;
};

/* A mailing list (RFC 5321 3.9.2). */
struct server_list {
    const char *name; /* local-part, or with its domain */
    struct server_names members;
};

struct server_lists {
    const struct server_list *rows;
    size_t count;
};

/* A command that is always refused. */
struct server_refusal {
    const char *command; /* a verb, or "." for the end of data */
    unsigned code;       /* 4yz or 5yz; 0: a command of POP3, refused with -ERR */
    const char *text;    /* NULL: a usual one */
};

#define SERVER_REFUSAL_TEXT "Refused by a setting of this server"

struct server_refusals {
    const struct server_refusal *rows;
    size_t count;
};

struct tls_authority; /* net/tls.h */

enum server_profile {
    PROFILE_RFC5321,
    PROFILE_RFC821, /* the fourteen commands of 1982: no EHLO, no extension, no enhanced status code */
    PROFILE_MINIMAL, /* the nine commands of RFC 5321 4.5.1 and no extension */
    PROFILE_COUNT
};

enum server_extension {
    EXTENSION_PIPELINING,          /* RFC 2920 */
    EXTENSION_SIZE,                /* RFC 1870 */
    EXTENSION_8BITMIME,            /* RFC 6152 */
    EXTENSION_ENHANCEDSTATUSCODES, /* RFC 2034 */
    EXTENSION_CHUNKING,            /* RFC 3030 */
    EXTENSION_BINARYMIME,          /* RFC 3030 */
    EXTENSION_SMTPUTF8,            /* RFC 6531 */
    EXTENSION_DSN,                 /* RFC 3461 */
    EXTENSION_VRFY,
    EXTENSION_EXPN,
    EXTENSION_HELP,
    EXTENSION_COUNT
};

enum server_capability {
    CAPABILITY_TOP,
    CAPABILITY_USER,
    CAPABILITY_APOP, /* not a keyword of CAPA: a timestamp in the greeting */
    CAPABILITY_UIDL,
    CAPABILITY_RESP_CODES,     /* RFC 2449 6.4 */
    CAPABILITY_AUTH_RESP_CODE, /* RFC 3206 */
    CAPABILITY_PIPELINING,
    CAPABILITY_LOGIN_DELAY,
    CAPABILITY_EXPIRE,
    CAPABILITY_UTF8, /* RFC 6856 */
    CAPABILITY_LANG, /* RFC 6856 */
    CAPABILITY_IMPLEMENTATION,
    CAPABILITY_COUNT
};

enum server_query { QUERY_CHECK, QUERY_252, QUERY_502 }; /* VRFY and EXPN */
/* SEND, SOML and SAML: MAIL; MAIL, but nobody is at a terminal: 450 to RCPT behind SEND; not there. */
enum server_send { SEND_MAIL, SEND_450, SEND_502 };
/* DATA behind MAIL, and RCPTs that were all refused (RFC 5321 3.3; for 354 RFC 2920 3.1). */
enum server_no_recipients { NO_RECIPIENTS_503, NO_RECIPIENTS_554, NO_RECIPIENTS_354 };
enum server_turn { TURN_250, TURN_502, TURN_503 };
enum server_texts { TEXTS_MAILSPEC, TEXTS_POSTFIX, TEXTS_EXIM, TEXTS_SENDMAIL, TEXTS_COUNT };
enum server_keep { KEEP_ALL, KEEP_NEWEST, KEEP_NONE };

/* Logins before TLS: all, none, or those that cannot be overheard. */
enum server_auth_needs_tls { AUTH_NEEDS_TLS_NO, AUTH_NEEDS_TLS_YES, AUTH_NEEDS_TLS_PLAIN };

/* SASL mechanisms, in the order in which they are told. */
struct server_mechanisms {
    enum sasl_mechanism list[SASL_MECHANISM_COUNT];
    size_t count;
};

enum { SERVER_EXPIRE_NEVER = -1 };

struct server_settings {
    enum server_profile profile;
    const char *hostname;
    const char *smtp_greeting;  /* text behind "220 ", or NULL */
    enum server_texts texts;    /* of SMTP replies */
    const char *pop3_greeting;  /* text behind "+OK ", or NULL */
    const char *apop_timestamp; /* with angle brackets; NULL: made for each session */
    const char *const *domains; /* accepted for delivery; `relay_stored`: the others */
    size_t domain_count;
    const struct server_user *users;
    size_t user_count;
    const struct server_message *messages;
    size_t message_count;
    struct server_aliases aliases;
    struct server_lists lists;
    struct server_aliases forwards; /* 251 */
    struct server_aliases moved;    /* 551 */
    struct server_names full;       /* users */
    struct server_names locked;     /* users */
    struct server_names ambiguous;
    struct server_refusals refusals;
    bool relay_stored; /* mail for other domains is kept in the store's outbox; else refused */
    bool
        any_recipient; /* mail for everybody is taken; that for the unknown goes to the first user */
    bool any_login;    /* any name and secret; unknown names open the first user's maildrop */
    bool offers[EXTENSION_COUNT];
    bool capabilities[CAPABILITY_COUNT];
    enum server_query vrfy;
    enum server_query expn;
    enum server_send send;
    enum server_turn turn;
    enum server_no_recipients no_recipients; /* not under LMTP, where it is 503 (RFC 2033 4.2) */
    size_t max_message_octets;               /* offered by SIZE */
    size_t max_maildrop_octets;              /* of one user; 452 beyond */
    size_t max_store_octets;                 /* of all */
    size_t max_held_octets;   /* what all sessions together are receiving and sending */
    const char *store_folder; /* for store_open(); NULL: messages are kept in memory */
    size_t max_recipients;
    size_t max_line_octets;      /* command line with CRLF */
    size_t max_text_line_octets; /* line of a message with CRLF; 0: any */
    size_t max_errors;           /* refused commands; 0: any number */
    size_t max_connections;
    int64_t idle_ms; /* 421 after that long without a command */
    enum server_keep keep;
    bool takes_bare_line_ends;     /* a CR or LF that stands alone in message data */
    bool envelope_to;              /* Envelope-To: before each message */
    size_t login_delay_s;          /* 0: none */
    int64_t expire_days;           /* or SERVER_EXPIRE_NEVER */
    struct server_names languages; /* the first is the one that a session begins in */
    bool starttls;                 /* STARTTLS and STLS are there */
    bool starttls_alone;     /* before TLS the reply to EHLO offers STARTTLS and nothing else */
    struct tls_settings tls; /* without the names of the certificate, which settings_tls() adds */
    const struct tls_authority *authority; /* of certificates that are made; NULL: the server's */
    struct server_mechanisms auth;         /* of SMTP; EXTERNAL needs a certificate */
    struct server_mechanisms lmtp_auth;
    struct server_mechanisms pop3_auth;
    enum server_auth_needs_tls auth_needs_tls; /* also USER and PASS, and APOP */
    bool mail_needs_auth;                      /* MAIL is refused before AUTH */
    bool mail_needs_tls;        /* SMTP: before TLS all is refused but what leads to it */
    struct reply_book *replies; /* that were asked for; NULL: none. Sessions count in it */
    struct sweep *sweep;        /* of replies and stages; NULL: none. Sessions take from it */
    struct wire_faults wire;    /* its `book` is NULL: none */
    bool takes_key_words;       /* in addresses, see key_word.h */
    uint64_t seed;              /* of what is left to chance in `replies` */
    struct clock clock;
    struct fault_set faults;
};

struct server_settings settings_default(void);
/*
 * What a server of that profile offers and does, and what a command line, a line of a message and a transaction may hold; names, users
 * and the other limits stay.
 */
void settings_take_profile(struct server_settings *settings, enum server_profile profile);
/* The TLS sessions of a server with these settings; what it points to is of the settings, or of itself. */
struct server_tls {
    struct tls_settings settings;
    const char
        *names[TLS_MAX_NAMES]; /* of the certificate that is made; the first is its subject */
};

/* The certificate is for the host's name, the domains and loopback addresses. */
void settings_tls(const struct server_settings *settings, struct server_tls *tls_r);
/* Of all mechanisms those that need nothing of the client's but a name and a secret: all but EXTERNAL. */
struct server_mechanisms settings_usual_mechanisms(void);
/* The user that logs in by that name, or by its address (in any case); NULL: there is none. */
const struct server_user *settings_find_user(const struct server_settings *settings,
                                             struct bytes name);
/* Is a login of that kind kept for sessions under TLS, which this one is, or is not? */
bool settings_keeps_login(const struct server_settings *settings, bool secured, bool tells_secret);
/* Is this user among them, by name or by address? In any case, as mailboxes are looked up. */
bool settings_names_user(const struct server_names *names, const struct server_user *user);
/* "PIPELINING": the keyword of EHLO or CAPA; APOP for its timestamp. */
const char *settings_extension_name(enum server_extension extension);
const char *settings_capability_name(enum server_capability capability);

#endif
