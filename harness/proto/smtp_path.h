/*
 * smtp_path - the argument of MAIL and RCPT: reverse-path or forward-path, and parameters
 *
 * RFC 5321 4.1.2 and 4.1.3. FROM:, TO:, Postmaster and parameter keywords know no case. The grammar is strict: what it does
 * not cover is a named defect, and the octets are kept.
 */
#ifndef MAILSPEC_PROTO_SMTP_PATH_H
#define MAILSPEC_PROTO_SMTP_PATH_H

#include "base/buf.h"

enum smtp_path_defect {
    SMTP_PATH_NO_KEYWORD = 1, /* no FROM: or TO: */
    SMTP_PATH_BLANK = 2,      /* a blank behind the colon, or a second one behind the verb */
    SMTP_PATH_NO_BRACKETS = 4,
    SMTP_PATH_BAD_LOCAL_PART = 8,
    SMTP_PATH_BAD_DOMAIN = 16, /* of the mailbox or of the source route; or missing */
    SMTP_PATH_EMPTY = 32,      /* <> where a mailbox is demanded */
    SMTP_PATH_SOURCE_ROUTE =
        64, /* <@a,@b:c@d>: no defect for a server, which must accept and may ignore it */
    SMTP_PATH_LONG_LOCAL_PART = 128, /* over 64 octets */
    SMTP_PATH_LONG_DOMAIN = 256,     /* over 255 octets */
    SMTP_PATH_LONG = 512,            /* over 256 octets with the brackets */
    SMTP_PATH_TRAILING = 1024,       /* something other than SP and parameters behind it */
    SMTP_PATH_BAD_PARAM = 2048,      /* esmtp-param outside the grammar */
    SMTP_PATH_EIGHT_BIT = 4096,      /* anywhere in the argument */
    SMTP_PATH_MANY_PARAMS = 8192     /* more than are kept */
};

enum { SMTP_MAX_PARAMS = 16 };

struct smtp_param {
    struct bytes keyword;
    struct bytes value; /* empty and has_value false without "=" */
    bool has_value;
};

struct smtp_path {
    struct bytes whole;      /* with brackets */
    struct bytes mailbox;    /* local-part@domain, without source route; empty for <> */
    struct bytes local_part; /* as written, quotes kept */
    struct bytes domain;     /* empty for <postmaster> */
    struct smtp_param params[SMTP_MAX_PARAMS];
    size_t param_count;
    unsigned defects;
};

/* The argument of MAIL (`forward` false: <> allowed) or RCPT (`forward`: <Postmaster> without domain allowed). */
struct smtp_path smtp_path_read(struct bytes argument, bool forward);
/*
 * The same by the grammar of RFC 6531 3.3, which a transaction with the parameter SMTPUTF8 has: well-formed UTF-8 may stand in
 * local-parts, in the labels of domains and in the values of parameters. SMTP_PATH_EIGHT_BIT then means octets that are not
 * UTF-8. Whether a label is a U-label is asked as far as no table of IDNA is needed: its characters must be visible.
 */
struct smtp_path smtp_path_read_utf8(struct bytes argument, bool forward);
/* Names of the defects, for people. */
void smtp_path_defects_print(struct buf *out, unsigned defects);

/* The grammar alone; the limits on length are not part of it. */
bool smtp_is_domain(struct bytes text);          /* Domain */
bool smtp_is_address_literal(struct bytes text); /* "[" ... "]" */
bool smtp_is_local_part(
    struct bytes text); /* Dot-string or Quoted-string, not empty (erratum 5414) */
bool smtp_is_mailbox(struct bytes text);

/*
 * Where the parts of a mailbox stand, for any octets: the "@" is the first one that is not in a quoted string. `domain` is
 * empty when there is none.
 */
void smtp_mailbox_split(struct bytes mailbox, struct bytes *local_part_r, struct bytes *domain_r);

/*
 * Append the text that a local-part means, without quotes and backslashes: "alice", alice and "al\ice" are one mailbox (4.1.2), and
 * RFC 821 4.1.2 lets a backslash stand without quotes, too. Any octets will do.
 */
void smtp_local_part_unquote(struct bytes local_part, struct buf *out);

/* How long the quoted string is that `text` begins with, whatever it holds, both DQUOTEs counted; 0: none, or not closed. */
size_t smtp_quoted_length(struct bytes text);

#endif
