/*
 * smtp_tracker - follows one SMTP or LMTP connection from the octets of both sides
 *
 * Commands, SASL responses and message data are paired with replies by count (RFC 5321 4.2, RFC 2920 3.1,
 * RFC 2033 4.2). Where the client's own octets leave room for doubt how many commands they are, the
 * session is `lost`: replies are still told, but are no longer counted or paired.
 */
#ifndef MAILSPEC_JUDGE_SMTP_TRACKER_H
#define MAILSPEC_JUDGE_SMTP_TRACKER_H

#include "judge/moment.h"
#include "judge/patience.h"
#include "judge/pending.h"
#include "judge/smtp_content.h"
#include "judge/smtp_no_service.h"
#include "model/event.h"
#include "proto/smtp_data.h"

/* What the client's next octets are. */
enum smtp_client_mode {
    SMTP_CLIENT_COMMAND,
    SMTP_CLIENT_RESPONSE,   /* a SASL response: 334 asked for it */
    SMTP_CLIENT_DATA_ASKED, /* DATA is sent, its reply not yet there */
    SMTP_CLIENT_DATA,
    SMTP_CLIENT_CHUNK,     /* BDAT */
    SMTP_CLIENT_TLS_ASKED, /* STARTTLS is accepted: a TLS record, or a command when we see inside */
    SMTP_CLIENT_OPAQUE /* TLS records, or TURN has changed the roles: nothing can be told any more */
};

/* Message data in which a server may see an end that is none. The client has sent no command since it began. */
struct smtp_doubtful_data {
    bool open;  /* it is the last that the client has sent */
    bool asked; /* 354 came: a DATA that stood in the text was carried out */
};

/* What the chunks of a transaction hold, put together: a CRLF may be cut between two. */
struct smtp_chunk_text {
    bool behind_cr;
    bool is_last;     /* the one that is coming has LAST */
    unsigned defects; /* set of enum smtp_data_defect: line ends and NUL */
};

/* A few octets, for people. */
struct smtp_excerpt {
    unsigned char octets[64];
    size_t n; /* 0: none */
};

struct smtp_tracker {
    struct moment_sink sink;
    bool lmtp;
    bool greeted;
    bool just_greeted; /* nothing came since */
    bool lost;
    bool says_bye; /* the last reply was 221, to whatever */
    bool left; /* QUIT is answered: what the client sends now is none of the server's business */
    bool pipelining_offered;
    bool enhanced_offered;
    bool chunking_offered;
    bool utf8_asked;
    bool in_tls;
    bool
        by_size; /* octets were sent whose end a number tells: a server that miscounts has more commands */
    bool text_left;     /* of the server, where TLS was to begin: clients may take it for a reply */
    bool commands_left; /* of the client, likewise: a server may execute them inside */
    bool tls_failed;    /* the client's handshake had begun */
    bool injected;      /* that was so, and the first command inside has no reply yet */
    enum smtp_client_mode mode;
    struct wire_reader client;
    struct smtp_data_reader data;
    struct smtp_content content; /* of the data */
    struct smtp_doubtful_data doubtful;
    struct smtp_excerpt eight_bit; /* of the data: where it holds its first octet above 127 */
    bool data_altered;             /* fillers stand in the data: its size is not known */
    struct smtp_chunk_text chunks;
    uint64_t chunk_octets; /* of the BDAT chunk that are still to come */
    size_t recipients;     /* accepted in this transaction */
    size_t failed_logins;
    bool login_failed;        /* the last reply said so */
    struct buf mechanisms;    /* of AUTH in the last EHLO reply, cut */
    struct smtp_client facts; /* what the rules that bind the client go by */
    struct patience patience;
    bool client_last; /* nothing came from the server since the client spoke */
    struct pending_queue queue;
    struct wire_reader server;
    struct smtp_reply reply;
    struct smtp_no_service no_service; /* the greeting was 554 */
};

void smtp_tracker_init(struct smtp_tracker *tracker, bool lmtp, struct moment_sink sink);
void smtp_tracker_client(struct smtp_tracker *tracker, struct bytes octets, int64_t time_us);
void smtp_tracker_server(struct smtp_tracker *tracker, struct bytes octets, int64_t time_us);
/* Something stands in place of a secret in the octets that come next. Where their number or their words count, nothing can be told any more. */
void smtp_tracker_altered(struct smtp_tracker *tracker, enum side side);
/* A wait for the server ended, in silence or while it was `sending`; then only a reply
 * of more lines or octets than are kept is held against it. */
void smtp_tracker_timeout(struct smtp_tracker *tracker, bool sending);
void smtp_tracker_closed(struct smtp_tracker *tracker, enum side side, enum close_kind close,
                         int64_t time_us);
/*
 * TLS begins: both sides begin anew (RFC 3207 4.2), and further octets are what is inside. Of `octets`, which `side` had sent in clear
 * text behind STARTTLS or the reply to it, nothing is read, but they are told.
 */
void smtp_tracker_secured(struct smtp_tracker *tracker, enum side side, struct bytes octets,
                          int64_t time_us);
/* A TLS session could not be begun: nothing can be told any more, but that the client sent a command in its place, in `octets`. */
void smtp_tracker_not_secured(struct smtp_tracker *tracker, enum side side, struct bytes octets);
void smtp_tracker_deinit(struct smtp_tracker *tracker);

/* ---- Between smtp_tracker.c and smtp_client_side.c ---- */

/* Replies can no longer be counted. */
void smtp_tracker_lose(struct smtp_tracker *tracker);
void smtp_tracker_tell(struct smtp_tracker *tracker, struct moment *moment);
/* Has the server sent a part of a reply? What a client does then says nothing about its patience. */
bool smtp_tracker_is_replying(const struct smtp_tracker *tracker);
/* The client has closed, by itself. */
void smtp_tracker_tell_close(struct smtp_tracker *tracker);
/* Clear text of the client is left where TLS begins. */
void smtp_tracker_tell_left(struct smtp_tracker *tracker, struct bytes octets);

#endif
