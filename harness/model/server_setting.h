/*
 * server_setting - what the built-in server can be told: one table of names and shapes
 *
 * The same names stand in a scenario's Given:, in a settings file, behind `serve --set` and on the control socket; what
 * a value does is fake_servers/setting_values.c's.
 */
#ifndef MAILSPEC_MODEL_SERVER_SETTING_H
#define MAILSPEC_MODEL_SERVER_SETTING_H

#include "base/bytes.h"

/* In the order in which they are read: a user without address finds its domain. */
enum server_setting {
    SETTING_PROFILE,
    SETTING_HOSTNAME,
    SETTING_GREETING,
    SETTING_TEXTS,
    SETTING_POP3_GREETING,
    SETTING_NONCE,
    SETTING_DOMAIN,
    SETTING_USER,
    SETTING_ALIAS,
    SETTING_LIST,
    SETTING_FORWARD,
    SETTING_MOVED,
    SETTING_FULL,
    SETTING_LOCKED,
    SETTING_AMBIGUOUS,
    SETTING_REFUSE,
    SETTING_SEED,
    SETTING_REPLY,
    SETTING_KEY_WORDS,
    SETTING_WIRE_FAULT,
    SETTING_SWEEP,
    SETTING_RELAY,
    SETTING_UNKNOWN,
    SETTING_LOGIN,
    SETTING_OFFER,
    SETTING_HIDE,
    SETTING_CAPA,
    SETTING_HIDE_CAPA,
    SETTING_VRFY,
    SETTING_EXPN,
    SETTING_SEND,
    SETTING_TURN,
    SETTING_NO_RECIPIENTS,
    SETTING_MAX_MESSAGE,
    SETTING_MAX_MAILDROP,
    SETTING_MAX_STORE,
    SETTING_MAX_RECIPIENTS,
    SETTING_MAX_LINE,
    SETTING_MAX_TEXT_LINE,
    SETTING_MAX_ERRORS,
    SETTING_MAX_CONNECTIONS,
    SETTING_IDLE,
    SETTING_KEEP,
    SETTING_BARE_LINE_ENDS,
    SETTING_ENVELOPE_TO,
    SETTING_LOGIN_DELAY,
    SETTING_EXPIRE,
    SETTING_LANGUAGE,
    SETTING_STARTTLS,
    SETTING_AUTH,
    SETTING_LMTP_AUTH,
    SETTING_POP3_AUTH,
    SETTING_AUTH_NEEDS_TLS,
    SETTING_MAIL_NEEDS_AUTH,
    SETTING_MAIL_NEEDS_TLS,
    SETTING_CERTIFICATE,
    SETTING_KEY,
    SETTING_CERTIFICATE_KIND,
    SETTING_TLS_MIN,
    SETTING_TLS_MAX,
    SETTING_TLS_CIPHERS,
    SETTING_TLS_CLIENT_CERTIFICATE,
    SETTING_TLS_DISTURB,
    SETTING_COUNT
};

struct server_setting_row {
    const char *name;  /* "max-recipients" */
    const char *shape; /* what its value is: "NUMBER" */
    size_t least;      /* words of a value */
    size_t most;
    bool is_text;         /* the whole value is one text */
    bool is_list;         /* may have several values, which add up */
    const char *standard; /* its values without anybody's word, separated by LF; NULL: none */
    const char *help;
};

const struct server_setting_row *server_setting_row(enum server_setting setting);
/* By name, case ignored; false: there is none. */
bool server_setting_find(struct bytes name, enum server_setting *setting_r);
/* How many words a value has that is written so; a text is one. */
bool server_setting_has_shape(const struct server_setting_row *row, struct bytes value);

#endif
