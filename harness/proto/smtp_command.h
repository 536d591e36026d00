/*
 * smtp_command - one command line of SMTP and LMTP: verb and argument
 *
 * RFC 5321 4.1.1. Verbs know no case. The argument of MAIL and RCPT is read by smtp_path.h.
 */
#ifndef MAILSPEC_PROTO_SMTP_COMMAND_H
#define MAILSPEC_PROTO_SMTP_COMMAND_H

#include "base/bytes.h"
#include "proto/smtp_path.h"

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
    bool
        ends_group; /* only as the last command of a pipelined group (RFC 2920 3.1, 3207 4, 4954 4) */
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

/*
 * The argument of BDAT (RFC 3030 section 2):
 *     chunk-size [ SP "LAST" ]      chunk-size = 1*DIGIT
 * False: it is none, and nobody can tell where the chunk would end.
 */
struct smtp_chunk {
    uint64_t octets;
    bool last;
};
bool smtp_chunk_read(struct bytes argument, struct smtp_chunk *chunk_r);

#endif
