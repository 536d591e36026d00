/*
 * session - one connection to the target: what was said, what came, what is still awaited
 *
 * It cuts what comes into answers, one at a time and only when asked, so that unread octets stay bounded (reading
 * stops while too many wait). It emits the events of its connection and tells its owner only that
 * something changed; the owner then asks. The owner never runs from within a socket's callback.
 */
#ifndef MAILSPEC_ENGINE_SESSION_H
#define MAILSPEC_ENGINE_SESSION_H

#include "engine/answer.h"
#include "engine/emit.h"
#include "engine/facts.h"
#include "engine/outstanding.h"
#include "engine/pace.h"
#include "engine/tls_contexts.h"
#include "engine/vars.h"
#include "model/target.h"
#include "net/conn.h"
#include "proto/smtp_data.h"
#include "proto/wire_line.h"

enum { SESSION_MAX_LINE = 1024 * 1024 };

enum session_state {
    SESSION_CONNECTING,
    SESSION_OPEN,
    SESSION_ENDED, /* by the peer; what came before can still be taken */
    SESSION_CLOSED /* by us */
};

enum session_tls {
    SESSION_CLEAR,
    SESSION_TLS_BEGINS, /* the handshake is under way */
    SESSION_SECURED,
    SESSION_TLS_FAILED /* and with it the connection */
};

struct session {
    const struct emitter *emitter;
    const struct target *target;
    struct tls_contexts *contexts;
    unsigned number;
    enum protocol protocol;
    enum session_state state;
    bool was_open;
    enum conn_end end;   /* SESSION_ENDED */
    struct buf end_text; /* SESSION_ENDED with CONN_END_FAILED: for people */
    struct buf
        died; /* SESSION_ENDED of a process: "ended with status 1"; empty: in order, or it runs still */
    struct outstanding outstanding;
    struct answer answer;    /* the last one taken */
    struct awaited answered; /* what it is the answer to */
    bool in_data;            /* 354 came: what is sent now is message data */
    bool saw_421;
    bool challenged; /* the answer taken last asks for a SASL response */
    bool refused;    /* POP3: the last answer was -ERR; it stays known when the next one is begun */
    unsigned refusals_due; /* of logins that are to fail (turn.h) */
    bool pass_due;         /* a login that is to pass has no answer (turn.h) */
    bool in_maildrop;      /* POP3: it has a shared maildrop, or is about to get it (turn.h) */
    bool login_wants_tls;  /* POP3: the server is known to take logins inside TLS only */
    unsigned taken;        /* answers so far */
    int64_t heard_us;      /* when octets came last; 0: never */
    int64_t drained_us;    /* when the last of what we said had left */
    int64_t taken_us;      /* when the last answer was taken */
    struct pace *pace;     /* told how long each answer took; NULL: it is not */
    unsigned accepted_recipients; /* of the current transaction */
    struct offers offers;         /* as last listed on this connection */
    struct buf timestamp;         /* of its POP3 greeting */
    int64_t pace_us;              /* between pieces of the segment that is collected; -1: none */
    size_t piece_octets;          /* of a piece, where there are some */
    enum session_tls tls;
    struct tls_facts tls_facts; /* SESSION_SECURED and SESSION_TLS_FAILED */
    struct buf
        left; /* what the server had said in clear text behind the answers taken when TLS began */
    struct vars *tls_names; /* {{tls:version}} and their like; NULL: there is no TLS */
    struct conn *conn;      /* private, as are those below */
    struct wire_reader reader;
    struct smtp_data_reader data; /* what we send behind 354 */
    struct buf out;
    size_t out_sent;
    int64_t out_due_us;
    bool paused;
    bool held;
    void (*changed)(void *self);
    void *self;
};

/* Connect, with TLS from the first octet where the address says so. `contexts`, `emitter` and `target` outlive the session. */
struct session *session_new(struct loop *loop, const struct target *target,
                            struct tls_contexts *contexts, enum protocol protocol, unsigned number,
                            const struct emitter *emitter);
void session_on_change(struct session *session, void (*changed)(void *self), void *self);
void session_free(struct session **session_p); /* closes first */

enum session_take {
    SESSION_TAKE_NOTHING, /* no whole answer is there yet */
    SESSION_TAKE_ANSWER,  /* session->answer */
    SESSION_TAKE_ENDED,   /* no answer comes any more */
    SESSION_TAKE_TOO_LONG /* a line of more than SESSION_MAX_LINE octets without an end */
};
enum session_take session_take(struct session *session);
/* The answer taken last is given again by the next session_take(). */
void session_put_back(struct session *session);
/* Octets that came and are in no answer that was taken. */
bool session_has_unread(const struct session *session);
/* What came of an answer that is not complete, for a report: appended to `out`. */
void session_unfinished(struct session *session, struct buf *out);

/* Collect octets of command lines, of anything else, or of message data (its end is found). */
void session_say(struct session *session, struct bytes octets);
void session_say_raw(struct session *session, struct bytes octets);
void session_say_data(struct session *session, struct bytes octets);
/*
 * Send what is collected, in one write, or at the session's pace. 0: it is all out; else the time in ms after which to
 * call again.
 */
int64_t session_flush(struct session *session);
size_t session_unsent(const struct session *session);

/*
 * Begin TLS behind what was said (RFC 3207 4.2, RFC 2595 4): nothing that was said before counts any more, and what the server
 * has said besides goes to `left`. -1: the target's certificate files cannot be used (as the run made sure that they can).
 * session->tls tells how it goes; when it fails, the session has ended.
 */
int session_start_tls(struct session *session, struct error *error);

/* Our end: FIN or RST. Nothing happens when it is closed already. */
void session_close(struct session *session);
void session_reset(struct session *session);

#endif
