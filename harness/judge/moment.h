/*
 * moment - something in a session that a judge may have a word on
 *
 * The session trackers (smtp_tracker, pop3_tracker) cut both directions into commands and replies, pair them in
 * order, and tell each moment once. They work from octets, closes and timeouts alone. Views in a
 * moment are valid during the call only.
 */
#ifndef MAILSPEC_JUDGE_MOMENT_H
#define MAILSPEC_JUDGE_MOMENT_H

#include "judge/pop3_client.h"
#include "judge/pop3_server.h"
#include "judge/smtp_client.h"
#include "judge/smtp_content.h"
#include "proto/pop3.h"

enum moment_kind {
    AT_GREETING = 1,     /* the server's first reply */
    AT_REPLY = 2,        /* a reply to a command, or one that cannot be paired any more */
    AT_BODY_LINE = 4,    /* POP3: a line of a multi-line response */
    AT_SURPLUS = 8,      /* a reply that nothing asked for */
    AT_NO_GREETING = 16, /* the wait for the first reply ended */
    AT_NO_REPLY = 32,    /* the wait for a reply ended, or the server closed instead */
    AT_NO_LINE_END = 64, /* the same, in the middle of a line */
    AT_UNFINISHED = 128, /* the same, between lines of one reply */
    AT_REFUSED = 256,    /* POP3: the greeting was -ERR, and the server goes on all the same */
    AT_LISTED = 512,     /* POP3: LIST has shown all messages, and STAT had told their totals */

    /* What the client does; told only while its octets can be read without doubt. */
    AT_EARLY = 1024,          /* it sends before the greeting */
    AT_BAD_LINE_END = 2048,   /* a command line with a bare LF or CR */
    AT_AHEAD = 4096,          /* it sends more, and what is outstanding is not to be followed yet */
    AT_COMMAND = 8192,        /* a command line */
    AT_DATA = 16384,          /* SMTP: message data is complete, or cannot be read any further */
    AT_CLIENT_CLOSED = 32768, /* it closes; what is outstanding is `command` */
    AT_RESPONSE = 65536,      /* its answer to a challenge of AUTH; `line` holds a secret */
    AT_CLIENT_LEFT =
        131072, /* TLS begins: what it had sent in clear text behind STARTTLS or STLS */

    AT_TLS_UNASKED = 262144, /* it begins TLS though STARTTLS was refused */
    AT_INJECTED =
        524288, /* inside TLS it goes on before the first reply, and clear text of the server was left */

    AT_EXECUTED =
        2097152, /* inside TLS the server answers what stood in clear text behind STARTTLS or STLS */
    AT_DROPPED = 4194304, /* the server closes behind a login that failed; `attempts` */
    AT_ENDED = 8388608,   /* SMTP: the server closes between commands, with nothing said */
    AT_SMUGGLED =
        16777216, /* SMTP: text within message data was carried out, up to a message of its own */
    AT_NO_SERVICE =
        33554432, /* SMTP: the greeting was 554, and a command that is not QUIT is answered */
    AT_NO_SERVICE_ENDED =
        67108864, /* SMTP: the greeting was 554, and the server closes before QUIT has come */
    AT_CHUNKS =
        134217728, /* SMTP: the chunk with LAST is complete; `data_defects` are those of all */
    AT_UNSECURED =
        268435456, /* SMTP: the client goes on in clear text behind a handshake that failed */
    AT_SERVER_LEFT = 1048576 /* the server sends more clear text where TLS is to begin */
};

/* What a POP3 session holds: as STAT told it, or as LIST showed it. */
struct pop3_totals {
    bool known; /* false: not told, not to be read, or changed since */
    uint64_t messages;
    uint64_t octets;
};

/* Where a line of a multi-line response stands. */
struct moment_body {
    bool is_end;     /* the line with one dot */
    bool is_senders; /* a line inside a message: its octets may be the sender's own */
};

struct moment {
    enum moment_kind kind;
    struct bytes octets; /* what shows it, secrets left out; or nothing */
    struct bytes
        command; /* what is answered or outstanding, for people, secrets left out; empty: nothing, or not known */
    bool described; /* `command` tells what was sent ("the end of data"), not how */
    bool closed;    /* AT_NO_REPLY and below: the server closed; else a wait ended */

    const struct smtp_reply *reply; /* SMTP: AT_GREETING, AT_REPLY, AT_SURPLUS */
    enum smtp_verb smtp_verb;       /* SMTP_UNKNOWN also when it is not known what is answered */
    bool enhanced_offered;          /* ENHANCEDSTATUSCODES stood in the EHLO reply */
    bool utf8_asked;                /* the client has sent SMTPUTF8 */
    bool in_tls;                    /* SMTP: a TLS session is active */
    bool mechanism_offered;         /* SMTP: AUTH, by a mechanism that stood in the EHLO reply */
    bool is_minimum; /* SMTP: the command is one that every server knows; see smtp_known.h */
    bool is_listed;  /* SMTP: the command stood in the EHLO reply */
    bool
        size_promised; /* SMTP: the reply to message data not larger than MAIL declared it, which was accepted */

    const struct smtp_client *
        smtp_client; /* SMTP: at AT_REPLY to a command, and at the client's moments: as things stood before */
    const struct pop3_client *pop3_client;
    const struct pop3_server *pop3_server; /* at the server's moments, with what they tell */
    size_t attempts;                       /* AT_DROPPED: that failed */
    size_t outstanding;                    /* AT_CLIENT_CLOSED: replies */
    bool client_last;      /* AT_CLIENT_CLOSED: and nothing was heard since it spoke */
    unsigned data_defects; /* AT_DATA, AT_CHUNKS: set of enum smtp_data_defect */
    bool data_complete;    /* AT_DATA: its end has come */
    uint64_t data_octets;  /* AT_DATA: of the content, stuffed dots and the final one not counted */
    const struct smtp_content *content; /* AT_DATA: when it is complete */
    size_t recipients;                  /* AT_DATA: accepted */
    bool altered; /* AT_DATA, AT_BODY_LINE: fillers stand in it: its size is not known */

    const struct wire_line
        *line; /* AT_COMMAND, AT_RESPONSE; POP3: AT_REPLY and its kin, AT_BODY_LINE */
    const struct pop3_status *status; /* POP3: AT_GREETING, AT_REPLY, AT_SURPLUS */
    enum pop3_verb pop3_verb;         /* POP3_UNKNOWN also when it is not known */
    bool in_login;                    /* POP3: a login exchange (AUTH) is answered */
    bool has_number;                  /* POP3: the command named a message */
    uint64_t number;
    struct moment_body body;
    struct pop3_totals told; /* AT_LISTED, AT_BODY_LINE: by STAT */
    struct pop3_totals listed;
};

struct moment_sink {
    void (*on_moment)(void *self, const struct moment *moment);
    void *self;
};

#endif
