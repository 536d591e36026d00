/*
 * redact - takes secrets out of what is shown or recorded, and what gives one away
 *
 * Three things find a secret. Where it stands: the argument of PASS, the digest of APOP, the initial response of AUTH, any
 * line that answers a SASL challenge or stands where an answer would (RFC 4954, RFC 5034, RFC 1939 section 7); and the server's
 * signature in SCRAM and DIGEST-MD5, which anybody can check guesses with (RFC 5802 section 9). What it is: a known secret, as it is or in another
 * form (redact_needles.h), and the digests of it that the challenges of the connection ask for. What was hidden before: a server that echoes it, the password within the base64. In its place stands the mark
 * {{secret:*}}. Known secrets of one or two octets are hidden by their place only. What stands in message data is hidden by what it is only.
 */
#ifndef MAILSPEC_RECORD_REDACT_H
#define MAILSPEC_RECORD_REDACT_H

#include "base/buf.h"
#include "model/side.h"

#define REDACT_MARK "{{secret:*}}"

struct redact;

/* The secrets are copied. */
struct redact *redact_new(const char *const *secrets, size_t count);
/* Hides nothing: --show-secrets. */
struct redact *redact_new_open(void);
void redact_free(struct redact **redact_p);

/* What is searched for (redact_needles.h). Zeroed: nothing. */
enum { REDACT_BUCKETS = 256 };
struct redact_needle;
struct redact_needles {
    struct redact_needle *items;
    size_t count;
    size_t capacity;
    size_t *buckets; /* by the first two octets: the first item there, counted from 1 */
    size_t octets;   /* of all of them */
    size_t longest;
};

/* What one side said of a line that has no end yet. */
struct redact_open_line {
    struct buf head; /* its beginning: there it shows what kind of line it is */
    struct buf tail; /* its last octets: a secret may have begun in them */
    size_t length;
    size_t data;     /* so many octets at its beginning are the end of a chunk (BDAT, RFC 3030) */
    struct buf held; /* what came behind them and waits, see redact_octets() */
};

/* What one connection's dialogue has to do with secrets so far. Zeroed: nothing; deinit it. */
struct redact_session {
    struct redact_open_line lines[2]; /* by enum side */
    struct redact_needles hidden;     /* what was hidden by its place, and what follows from it */
    size_t unanswered;                /* commands without a final reply yet */
    size_t before_auth;               /* those of them that AUTH came behind */
    uint64_t chunk_left;              /* octets of message data that BDAT announced */
    unsigned responses;               /* to challenges of this AUTH so far */
    bool greeted;                     /* the server's first line has come */
    bool auth_refused;                /* the last command was an AUTH that was refused */
    bool auth_open;                   /* AUTH was sent and has no final reply yet */
    bool login;                       /* its mechanism is LOGIN */
    bool challenged;                  /* and the server's last line was 334 or "+" */
    bool in_data;                     /* between 354 and the dot */
};
void redact_session_deinit(struct redact_session *session);
/*
 * A TLS session begins: nothing of the dialogue before counts any more (RFC 3207 section 4.2, RFC 2595 section 4), but what was hidden
 * stays hidden. Ask redact_rest() of both sides before.
 */
void redact_session_secured(struct redact_session *session);

struct redact_range {
    size_t from;
    size_t to;
};
/* Sorted, not touching. Zeroed: none; free with redact_ranges_deinit(). */
struct redact_ranges {
    bool continued; /* the first one began in an earlier part: it has its mark already */
    struct redact_range *items;
    size_t count;
    size_t capacity;
};
void redact_ranges_deinit(struct redact_ranges *ranges);

/*
 * What must be hidden in the next octets that `side` sent: a line with its end, or a part of one (the parts before are
 * remembered). An LF may only be the last octet. The session moves on.
 */
void redact_line(const struct redact *redact, struct redact_session *session, enum side side,
                 enum protocol protocol, struct bytes part, struct redact_ranges *ranges_r);

/* What may come next on a side of a connection. */
enum redact_pause {
    REDACT_GOES_ON,
    REDACT_WAITED, /* nothing came for a time: it should be shown what was said so far */
    REDACT_ENDED   /* nothing more comes */
};
/*
 * How many octets at the end of `part`, which goes on the side's line and does not end it, may be the beginning of a secret,
 * of a known one or of one that was hidden before. They must not be shown before it is known what follows. One or two octets
 * tell nothing and are no reason to show less than what came before a pause.
 */
size_t redact_held(const struct redact *redact, const struct redact_session *session,
                   enum side side, struct bytes part, enum redact_pause pause);
/*
 * One write or read, of any number of lines, with marks in place of secrets. What redact_held() says of its end comes out
 * with the next write or read of that side, or from redact_rest().
 */
void redact_octets(const struct redact *redact, struct redact_session *session, enum side side,
                   enum protocol protocol, struct bytes octets, struct buf *out);
void redact_rest(const struct redact *redact, struct redact_session *session, enum side side,
                 enum protocol protocol, enum redact_pause pause, struct buf *out);
/*
 * What must be hidden in octets that are no part of a dialogue: known secrets, also the beginning of one that the text's end
 * or that of a quotation in it cuts off ...
 */
void redact_find(const struct redact *redact, struct bytes octets, struct redact_ranges *ranges_r);
/* ... and, on top of what was found, what a session hid by its place. */
void redact_find_echoes(const struct redact *redact, const struct redact_session *session,
                        enum protocol protocol, struct bytes octets, struct redact_ranges *ranges);
/*
 * ... and what stands where secrets do in a line that the client should have sent, with "C: " in front or not: it may be worked out from a secret.
 * `response`: it should have answered a challenge.
 */
void redact_find_wanted(const struct redact *redact, enum protocol protocol, bool response,
                        struct bytes line, struct redact_ranges *ranges);
/* A sentence of ours that may quote a known secret. */
void redact_text(const struct redact *redact, struct bytes text, struct buf *out);
/* `octets` with the mark in place of each range; what is between is escaped unless `flags` is REDACT_PLAIN. */
#define REDACT_PLAIN 0x10000U
void redact_append(struct buf *out, struct bytes octets, const struct redact_ranges *ranges,
                   unsigned flags);

#endif
