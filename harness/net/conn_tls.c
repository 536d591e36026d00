/*
 * A TLS session on a connection: between conn.c, which has the octets on the wire, and the owner, who has those inside.
 *
 * The library has no socket. What it reads stands in `in`, a view of what conn.c has just read, so nothing is copied but what a
 * pause leaves over; what it writes gathers in `out` and goes to conn.c as one write for each of the owner's. All callbacks come
 * from the loop, and the owner may do anything in them: what follows one looks first whether the connection is still his.
 *
 * Reading runs only while `waiting` is empty, so that octets and ends keep their order. Memory is bounded: the library bounds
 * records and the handshake, `waiting` holds one read at most and what came early, and answers that a peer asks for and does not
 * read (alerts, key updates) end the session at MAX_ANSWERS.
 */
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/conn_tls_internal.h"

enum { RECORD = 16384, MAX_ANSWERS = 64 * 1024 };

#define GARBAGE      "these octets are not TLS\r\n"
#define SENT_GARBAGE "we sent what is no TLS, as the settings say: "

/* ---- Failing ---- */

static bool is_gone(const struct conn *conn)
{
    return conn->freed || conn->state != CONN_OPEN;
}

static void stop_reading(struct conn *conn)
{
    uv_read_stop(&conn->in.stream);
    conn->tls->in = bytes_of(NULL);
    buf_deinit(&conn->tls->waiting);
    buf_deinit(&conn->tls->early);
}

/* A line of text that came where TLS should begin. What comes behind a record of TLS is another matter. */
static void note_instead(const struct tls_watch *watch, struct tls_facts *facts)
{
    size_t n = 0;
    bool whole = false;
    const size_t most = watch->not_tls && !watch->has_begun ? watch->beginning_n : 0;
    while (!whole && n < most && n + 1 < sizeof facts->instead) {
        const unsigned char octet = watch->beginning[n];
        if (octet > '~' || (octet < ' ' && octet != '\r' && octet != '\n' && octet != '\t')) {
            break;
        }
        facts->instead[n++] = (char)octet;
        whole = octet == '\n';
    }
    facts->instead[n] = '\0';
}

static void tell_secured(struct conn *conn, bool secured)
{
    struct tls_watch *watch = &conn->tls->watch;
    struct tls_facts *facts = watch->facts;
    watch->facts = NULL;
    facts->secured = secured;
    facts->alert_sent = watch->alert_sent != TLS_NO_ALERT;
    facts->not_tls = watch->not_tls;
    note_instead(watch, facts);
    facts->alert_received = watch->alert_received != TLS_NO_ALERT;
    if (conn->tls->ssl != NULL) {
        tls_facts_of_session(conn->tls->ssl, facts);
    }
    if (conn->events->secured != NULL) {
        conn->events->secured(conn->self, facts);
    }
    free(facts);
}

/* Tell it: as the end of the handshake, or of the connection. */
static void fail(struct conn *conn, const char *text)
{
    struct conn_tls *tls = conn->tls;
    if (tls->watch.facts != NULL) {
        conn_tls_keep_rest(tls);
    }
    tls->stage = STAGE_FAILED;
    tls->broken = NULL;
    tls->closed = true;
    stop_reading(conn);
    if (conn->shutdown_asked) {
        conn_send_fin(conn); /* it may have waited for the handshake */
    }
    if (tls->watch.facts != NULL) {
        /* What the peer did then is no more than an answer to it. */
        snprintf(tls->watch.facts->failure, sizeof tls->watch.facts->failure, "%s%s",
                 tls->garbled ? SENT_GARBAGE : "", text);
        tell_secured(conn, false);
    } else {
        conn->events->ended(conn->self, CONN_END_FAILED, text);
    }
}

/* The same from within a call of the owner: told from the loop. */
static void fail_later(struct conn *conn, const char *text)
{
    conn->tls->stage = STAGE_FAILED;
    conn->tls->closed = true;
    conn->tls->broken = text;
    loop_later(conn->loop, &conn->tls->later);
}

/* ---- Writing ---- */

/* Half-close behind what was sent, as one whose connection broke. */
static void cut(struct conn *conn)
{
    conn->tls->cut = true;
    fail_later(conn, "we cut the connection in the middle of TLS, as the settings say");
    conn->shutdown_asked = true;
    conn_send_fin(conn);
}

/* What the library wrote goes out, as far as we let it. */
static void flush(struct conn *conn)
{
    struct conn_tls *tls = conn->tls;
    const struct tls_context *context = tls->context;
    struct bytes octets = buf_bytes(&tls->out);
    if (octets.n == 0) {
        return;
    }
    if (context->disturbance == TLS_DISTURB_GARBAGE && !tls->garbled) {
        tls->garbled = true;
        octets = BYTES_LIT(GARBAGE);
    }
    bool is_cut =
        context->disturbance == TLS_DISTURB_CUT && tls->sent + octets.n >= context->cut_at;
    if (is_cut) {
        octets = bytes_slice(octets, 0, context->cut_at - tls->sent);
    }
    tls->sent += octets.n;
    if (octets.n > 0 && conn->write_error == 0) {
        conn_send(conn, octets);
    }
    buf_deinit(&tls->out);
    if (is_cut) {
        cut(conn);
    }
}

static bool encrypt(struct conn *conn, struct bytes octets)
{
    size_t n = 0;
    ERR_clear_error();
    bool ok = SSL_write_ex(conn->tls->ssl, octets.p, octets.n, &n) == 1;
    flush(conn);
    return ok && conn->write_error == 0;
}

bool conn_tls_write(struct conn *conn, struct bytes octets)
{
    switch (conn->tls->stage) {
    case STAGE_HANDSHAKE:
        buf_append(&conn->tls->early, octets);
        return true;
    case STAGE_OPEN:
    case STAGE_PEER_CLOSED:
        if (encrypt(conn, octets)) {
            return true;
        }
        if (conn->write_error == 0 && conn->tls->stage != STAGE_FAILED) {
            fail_later(conn, "the TLS library does not take what is written");
        }
        return false;
    case STAGE_CLEAR:
        conn_send(conn, octets);
        return conn->write_error == 0;
    case STAGE_FAILED:
        break;
    }
    return false;
}

bool conn_tls_waits(const struct conn *conn)
{
    return conn->tls != NULL && conn->tls->stage == STAGE_HANDSHAKE;
}

size_t conn_tls_unsent(const struct conn *conn)
{
    return conn->tls != NULL ? conn->tls->early.n : 0;
}

bool conn_tls_is_broken(const struct conn *conn)
{
    return conn->tls != NULL && conn->tls->stage == STAGE_FAILED;
}

bool conn_tls_fails_soon(const struct conn *conn)
{
    return conn_tls_is_broken(conn) && conn->tls->broken != NULL;
}

bool conn_tls_was_cut_by_us(const struct conn *conn)
{
    return conn->tls != NULL && conn->tls->cut;
}

void conn_tls_close(struct conn *conn)
{
    struct conn_tls *tls = conn->tls;
    if (tls == NULL || tls->closed || tls->stage == STAGE_HANDSHAKE) {
        return;
    }
    tls->closed = true;
    if (tls->context->disturbance != TLS_DISTURB_NO_CLOSE_NOTIFY) {
        ERR_clear_error();
        SSL_shutdown(tls->ssl);
        flush(conn);
    }
}

/* ---- Reading ---- */

/* What the library answers by itself goes out at once. A peer who makes it answer and does not read is not served for ever. */
static void flush_answers(struct conn *conn)
{
    struct conn_tls *tls = conn->tls;
    if (uv_stream_get_write_queue_size(conn->out) == 0) {
        tls->answers = 0;
    }
    tls->answers += tls->out.n;
    flush(conn);
}

static void peer_closed(struct conn *conn)
{
    conn->tls->stage = STAGE_PEER_CLOSED;
    stop_reading(conn);
    conn->events->ended(conn->self, CONN_END_FIN, "the peer closed the TLS session");
}

static void session_broke(struct conn *conn)
{
    char why[TLS_NAME_SIZE];
    char text[TLS_NAME_SIZE + 32];
    tls_failure_text(&conn->tls->watch, why, sizeof why);
    snprintf(text, sizeof text, "the TLS session broke: %s", why);
    fail(conn, text);
}

/* One record for the owner. False: there is none, or nobody reads any more. */
static bool read_record(struct conn *conn)
{
    struct conn_tls *tls = conn->tls;
    unsigned char block[RECORD];
    size_t n = 0;
    ERR_clear_error();
    bool got = SSL_read_ex(tls->ssl, block, sizeof block, &n) == 1;
    int error = got ? SSL_ERROR_NONE : SSL_get_error(tls->ssl, 0);
    flush_answers(conn);
    if (tls->stage == STAGE_FAILED) {
        return false; /* cut by us */
    }
    if (tls->answers > MAX_ANSWERS) {
        fail(conn, "the peer asks for answers of TLS and does not read them");
    } else if (got) {
        conn->events->octets(conn->self, bytes_make(block, n));
    } else if (error == SSL_ERROR_ZERO_RETURN) {
        peer_closed(conn);
    } else if (error != SSL_ERROR_WANT_READ) {
        session_broke(conn);
    }
    return got && !is_gone(conn) && tls->stage == STAGE_OPEN;
}

static void read_records(struct conn *conn)
{
    bool more = !is_gone(conn) && conn->tls->stage == STAGE_OPEN;
    while (more && !conn->paused) {
        more = read_record(conn);
    }
}

/* ---- The handshake ---- */

/* The session stands: what waited for it goes out before the owner says more. */
static void handshake_done(struct conn *conn)
{
    struct conn_tls *tls = conn->tls;
    tls->stage = STAGE_OPEN;
    if (tls->early.n > 0) {
        encrypt(conn, buf_bytes(&tls->early));
        buf_deinit(&tls->early);
    }
    if (conn->shutdown_asked && tls->stage == STAGE_OPEN) {
        conn_tls_close(conn);
        conn_send_fin(conn);
    }
    tell_secured(conn, true); /* though what waited may have been cut: that is told next */
}

static void handshake(struct conn *conn)
{
    struct conn_tls *tls = conn->tls;
    ERR_clear_error();
    int result = SSL_do_handshake(tls->ssl);
    int error = SSL_get_error(tls->ssl, result);
    flush(conn);
    if (tls->stage == STAGE_FAILED) {
        return; /* cut by us */
    }
    if (result == 1) {
        handshake_done(conn);
    } else if (error == SSL_ERROR_ZERO_RETURN) {
        fail(conn, "the peer closed the TLS session during its handshake");
    } else if (error != SSL_ERROR_WANT_READ) {
        char text[TLS_NAME_SIZE];
        tls_failure_text(&tls->watch, text, sizeof text);
        fail(conn, text);
    }
}

/* Give the library what stands in `in`. What it leaves, since the owner has paused, is left there. */
static void take(struct conn *conn)
{
    if (conn->tls->stage == STAGE_HANDSHAKE) {
        handshake(conn);
    }
    read_records(conn);
}

void conn_tls_read(struct conn *conn, struct bytes octets)
{
    struct conn_tls *tls = conn->tls;
    if (tls->stage == STAGE_CLEAR) {
        conn_tls_read_clear(conn, octets);
        return;
    }
    tls->in = octets;
    take(conn);
    if (tls->in.n > 0 && !is_gone(conn)) {
        buf_append(&tls->waiting, tls->in);
    }
    tls->in = bytes_of(NULL);
}

void conn_tls_go_on(void *self)
{
    struct conn *conn = self;
    struct conn_tls *tls = conn->tls;
    if (tls->broken != NULL) {
        fail(conn, tls->broken);
        return;
    }
    struct buf octets = tls->waiting;
    tls->waiting = (struct buf){0};
    conn_tls_read(conn, buf_bytes(&octets));
    buf_deinit(&octets);
    if (is_gone(conn)) {
        return;
    }
    if (conn->ended && tls->stage == STAGE_HANDSHAKE) {
        fail(conn, "the peer had closed the connection before the TLS handshake");
    } else if ((tls->stage <= STAGE_OPEN || tls->stage == STAGE_CLEAR) && !conn->paused) {
        conn_read_start(conn);
    }
}

void conn_tls_resume(struct conn *conn)
{
    loop_later(conn->loop, &conn->tls->later);
}

bool conn_tls_end(struct conn *conn, const char *text)
{
    char why[TLS_NAME_SIZE];
    switch (conn->tls->stage) {
    case STAGE_HANDSHAKE:
        snprintf(why, sizeof why, "%.200s during the TLS handshake", text);
        fail(conn, why);
        return false;
    case STAGE_OPEN:
    case STAGE_CLEAR:
        return true;
    case STAGE_PEER_CLOSED:
    case STAGE_FAILED:
        break;
    }
    return false;
}

bool conn_is_secured(const struct conn *conn)
{
    return conn->tls != NULL &&
           (conn->tls->stage == STAGE_OPEN || conn->tls->stage == STAGE_PEER_CLOSED);
}

bool conn_tls_was_cut(const struct conn *conn)
{
    return conn->tls != NULL && conn->tls->stage == STAGE_OPEN && conn->ended;
}

void conn_tls_stop(struct conn *conn)
{
    if (conn->tls != NULL) {
        later_cancel(&conn->tls->later);
    }
}
