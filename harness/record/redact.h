/*
 * redact - takes secrets out of what is shown or recorded
 *
 * Three things find a secret. Where it stands: the argument of PASS, the digest of APOP, the initial response of AUTH, any
 * line that answers a SASL challenge (RFC 4954, RFC 5034, RFC 1939 section 7). What it is: a known secret, octet by octet, or
 * inside base64 at any of the three alignments. What was hidden before: a server that echoes it. In its place stands the mark
 * {{secret:*}}. Known secrets of one or two octets are hidden by their place only.
 */
#ifndef MAILSPEC_RECORD_REDACT_H
#define MAILSPEC_RECORD_REDACT_H

#include "base/buf.h"
#include "model/side.h"

#define REDACT_MARK "{{secret:*}}"

struct redact;

/* The secrets are copied. */
struct redact *redact_new(const char *const *secrets, size_t count);
void redact_free(struct redact **redact_p);

/* What one side said of a line that has no end yet. */
struct redact_open_line {
    struct buf head; /* its beginning: there it shows what kind of line it is */
    struct buf tail; /* its last octets: a secret may have begun in them */
    size_t length;
    struct buf held; /* what came behind them and waits, see redact_octets() */
};

/* What one connection's dialogue has to do with secrets so far. Zeroed: nothing; deinit it. */
struct redact_session {
    struct redact_open_line lines[2]; /* by enum side */
    struct buf hidden;                /* what was hidden by its place, each ended by LF */
    size_t unanswered;                /* commands without a final reply yet */
    size_t before_auth;               /* those of them that AUTH came behind */
    bool auth_open;                   /* AUTH was sent and has no final reply yet */
    bool challenged;                  /* and the server's last line was 334 or "+" */
    bool in_data;                     /* between 354 and the dot */
};
void redact_session_deinit(struct redact_session *session);

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
/* What must be hidden in octets that are no part of a dialogue: known secrets ... */
void redact_find(const struct redact *redact, struct bytes octets, struct redact_ranges *ranges_r);
/* ... and, on top of what was found, what a session hid by its place. */
void redact_find_echoes(const struct redact_session *session, struct bytes octets,
                        struct redact_ranges *ranges);
/* A sentence of ours that may quote a known secret. */
void redact_text(const struct redact *redact, struct bytes text, struct buf *out);
/* `octets` with the mark in place of each range; what is between is escaped unless `flags` is REDACT_PLAIN. */
#define REDACT_PLAIN 0x10000U
void redact_append(struct buf *out, struct bytes octets, const struct redact_ranges *ranges,
                   unsigned flags);

#endif
