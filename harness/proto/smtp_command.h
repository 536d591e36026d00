/*
 * smtp_command - one command line of SMTP and LMTP: verb, argument, paths, parameters
 *
 * RFC 5321 4.1.1 and 4.1.2. Verbs and parameter keywords know no case. A strict grammar: what it does not cover is a
 * named defect, and the octets are kept.
 */
#ifndef MAILSPEC_PROTO_SMTP_COMMAND_H
#define MAILSPEC_PROTO_SMTP_COMMAND_H

#include "base/bytes.h"

enum smtp_verb {
    SMTP_HELO,
    SMTP_EHLO,
    SMTP_LHLO,
    SMTP_MAIL,
    SMTP_RCPT,
    SMTP_DATA,
    SMTP_BDAT,
    SMTP_RSET,
    SMTP_NOOP,
    SMTP_VRFY,
    SMTP_EXPN,
    SMTP_HELP,
    SMTP_QUIT,
    SMTP_STARTTLS,
    SMTP_AUTH,
    SMTP_SEND,
    SMTP_SOML,
    SMTP_SAML,
    SMTP_TURN,
    SMTP_UNKNOWN,
    SMTP_VERB_COUNT
};

enum smtp_argument { SMTP_ARGUMENT_NONE, SMTP_ARGUMENT_OPTIONAL, SMTP_ARGUMENT_REQUIRED };

struct smtp_verb_row {
    const char *name;
    enum smtp_argument argument;
    bool ends_group; /* RFC 2920 3.1: only as the last command of a pipelined group */
};

struct smtp_command {
    enum smtp_verb verb;
    struct bytes word;     /* the verb as written */
    struct bytes argument; /* behind one blank; trailing blanks taken off (4.1.1: tolerated) */
    bool has_blank;        /* a blank follows the verb */
};

const struct smtp_verb_row *smtp_verb_row(enum smtp_verb verb);
/* `line` without its line end. */
struct smtp_command smtp_command_read(struct bytes line);

/* ---- MAIL FROM:<reverse-path> and RCPT TO:<forward-path> ---- */

enum smtp_path_defect {
    SMTP_PATH_NO_KEYWORD = 1, /* no FROM: or TO: */
    SMTP_PATH_BLANK = 2,      /* a blank behind the colon */
    SMTP_PATH_NO_BRACKETS = 4,
    SMTP_PATH_BAD_LOCAL_PART = 8,
    SMTP_PATH_BAD_DOMAIN = 16,
    SMTP_PATH_EMPTY = 32, /* <> where a mailbox is demanded */
    SMTP_PATH_SOURCE_ROUTE =
        64, /* <@a,@b:c@d>: no defect for a server, which must accept and may ignore it */
    SMTP_PATH_LONG_LOCAL_PART = 128, /* over 64 octets */
    SMTP_PATH_LONG_DOMAIN = 256,     /* over 255 octets */
    SMTP_PATH_LONG = 512,            /* over 256 octets with the brackets */
    SMTP_PATH_TRAILING = 1024,       /* something other than SP and parameters behind it */
    SMTP_PATH_BAD_PARAM = 2048,      /* esmtp-param outside the grammar */
    SMTP_PATH_EIGHT_BIT = 4096
};

enum { SMTP_MAX_PARAMS = 16 };

struct smtp_param {
    struct bytes keyword;
    struct bytes value; /* empty and has_value false without "=" */
    bool has_value;
};

struct smtp_path {
    struct bytes whole;      /* with brackets */
    struct bytes mailbox;    /* local-part@domain; empty for <> */
    struct bytes local_part; /* as written, quotes kept */
    struct bytes domain;     /* empty for <postmaster> */
    struct smtp_param params[SMTP_MAX_PARAMS];
    size_t param_count;
    unsigned defects;
};

/* The argument of MAIL (`forward` false: <> allowed) or RCPT (`forward`: <Postmaster> without domain allowed). */
struct smtp_path smtp_path_read(struct bytes argument, bool forward);

bool smtp_is_domain(struct bytes text);          /* Domain */
bool smtp_is_address_literal(struct bytes text); /* "[" ... "]" */

#endif
