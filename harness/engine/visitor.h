/*
 * visitor - one connection that a client made to us: what it said, in units, and what we say
 *
 * Playing the server. A unit is a command line, a SASL response, the octets behind BDAT, or the whole message data
 * through its dot; which of them comes next follows from what was answered, so units are cut one at a time and only when
 * asked. What waits to be cut stays bounded (reading stops). It emits the events of its connection and tells its owner only
 * that something changed; the owner then asks, never from within a socket's callback.
 */
#ifndef MAILSPEC_ENGINE_VISITOR_H
#define MAILSPEC_ENGINE_VISITOR_H

#include "engine/emit.h"
#include "engine/facts.h"
#include "engine/responder.h"
#include "net/listener.h"
#include "proto/smtp_data.h"
#include "proto/wire_line.h"

/* A longer command line, or more message data, is cut off there: the client is told so by nobody but the report. */
enum { VISITOR_MAX_LINE = 1024 * 1024, VISITOR_MAX_DATA = 16 * 1024 * 1024 };
/* A client that does not read what we said gets no unit taken before it does. */
enum { VISITOR_MAX_UNSENT = 1024 * 1024 };

enum visitor_state {
    VISITOR_OPEN,
    VISITOR_LEFT,  /* by the client: FIN, RST; what came before can still be taken */
    VISITOR_CLOSED /* by us */
};

enum visitor_tls {
    VISITOR_CLEAR,
    VISITOR_NEGOTIATES, /* nothing is taken, and what is said waits */
    VISITOR_SECURED,
    VISITOR_TLS_FAILED /* nothing comes any more: close it */
};

enum unit_kind { UNIT_COMMAND, UNIT_RESPONSE, UNIT_DATA, UNIT_CHUNK };

struct unit {
    enum unit_kind kind;
    struct bytes octets;  /* as they came, line ends and the final dot included */
    struct bytes content; /* UNIT_DATA: unstuffed, without the dot */
};

struct visitor {
    const struct emitter *emitter;
    unsigned number; /* of the connection in the dialogue; those of none have numbers behind */
    enum protocol protocol;
    enum visitor_state state;
    enum conn_end end; /* VISITOR_LEFT */
    enum visitor_tls tls;
    struct tls_facts *tls_facts; /* owned; NULL until the handshake is over, or has failed */
    struct buf left;             /* said in clear text before it began, and taken by nobody */
    int64_t gone_us;             /* when it ended, by either side */
    struct responder_talk *talk; /* the conversation with the conforming server; its owner's */
    enum unit_kind next;         /* what the client's next octets are */
    uint64_t chunk_octets;       /* UNIT_CHUNK: of the chunk */
    struct unit unit;            /* the one taken last */
    bool data_cut;               /* the message data taken last was longer than what is kept */
    unsigned taken;              /* units so far */
    bool greeted;                /* something was said to it */
    bool begins_like_tls;        /* the first octet that it sent in clear text is a handshake's */
    struct buf said;             /* the line that was said last, of a long one its beginning */
    bool said_whole;             /* its end, too */
    bool quit_answered;
    bool said_421; /* we did */
    unsigned accepted_recipients;
    struct offers offers; /* as we listed them last */
    struct buf timestamp; /* of the POP3 greeting we gave */
    int64_t pace_us;      /* between octets of what is said next; -1: none */
    struct conn *conn;    /* private, as are those below */
    bool heard;           /* something came */
    struct wire_reader reader;
    struct smtp_data_reader data_reader;
    struct buf data;
    struct buf content;
    struct buf out;
    size_t out_sent;
    int64_t out_due_us;
    bool paused;
    bool held;
    bool waits_for_reader;
    struct buf kept;  /* of the unit that was put back */
    bool listens_on;  /* TLS could not begin, and only our direction is closed */
    bool hello_due;   /* STARTTLS or STLS was accepted */
    struct buf hello; /* of the client's handshake, sent before we began ours */
    void (*changed)(void *self);
    void *self;
};

/* Accept the connection that has come; NULL when it is gone already. To be called from the listener's callback. */
struct visitor *visitor_new(struct listener *listener, enum protocol protocol, unsigned number,
                            const struct emitter *emitter, void (*changed)(void *self), void *self);
void visitor_free(struct visitor **visitor_p); /* closes first */

enum visitor_take {
    VISITOR_TAKE_NOTHING, /* no whole unit is there yet */
    VISITOR_TAKE_UNIT,    /* visitor->unit, valid until the next visitor_take() */
    VISITOR_TAKE_ENDED,   /* none comes any more */
    VISITOR_TAKE_TOO_LONG /* a line without an end of more than VISITOR_MAX_LINE octets */
};
enum visitor_take visitor_take(struct visitor *visitor);
/* The unit taken last is given again by the next visitor_take(). */
void visitor_put_back(struct visitor *visitor);
bool visitor_has_unread(const struct visitor *visitor);
/* What came that is no whole unit: appended to `out`, of a long one its beginning. */
void visitor_unfinished(const struct visitor *visitor, struct buf *out);

/* Collect octets of a reply, and send them: in one write, or at the visitor's pace. 0: all is out; else the ms to wait. */
void visitor_say(struct visitor *visitor, struct bytes octets);
int64_t visitor_flush(struct visitor *visitor);
/*
 * The unit was answered with these octets: what the client says next, what was offered, who was accepted. An empty unit is
 * the greeting.
 */
void visitor_answered(struct visitor *visitor, const struct unit *unit, struct bytes reply);

/*
 * Begin a TLS session as its server, behind what was said (RFC 3207 4, RFC 2595 4): once, on an open visitor. What the client has sent
 * and nobody has taken is never used: what is the beginning of its handshake goes there, the rest into EVENT_SECURED. The owner
 * is told when `tls` changes.
 */
void visitor_start_tls(struct visitor *visitor, struct tls_context *context);

void visitor_close(struct visitor *visitor);
void visitor_reset(struct visitor *visitor);

#endif
