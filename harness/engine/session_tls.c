/* TLS of a session: implicit or behind STARTTLS and STLS (declared in session.h and session_internal.h). */
#include "engine/session_internal.h"
#include "engine/tls_look.h"

static void emit_secured(struct session *session)
{
    struct event event = emit_event(session->emitter, EVENT_SECURED, session->number);
    struct buf text = {0};

    tls_facts_print(&session->tls_facts, &text);
    event.protocol = session->protocol;
    event.tls = &session->tls_facts;
    event.text = buf_text(&text);
    event.side = SIDE_SERVER;
    event.octets = buf_bytes(&session->left);
    emit(session->emitter, &event);
    buf_deinit(&text);
}

/* The connection is of no use any more; it is closed when its owner does, for this may be its own callback. */
static void end_by_failure(struct session *session, const char *why)
{
    session->tls = SESSION_TLS_FAILED;
    session->state = SESSION_ENDED;
    session->end = CONN_END_FAILED;
    buf_clear(&session->end_text);
    buf_printf(&session->end_text, "the TLS negotiation failed: %s", why);
    session_emit_closed(session, SIDE_CLIENT, CLOSE_END, NULL);
}

void session_tls_secured(void *self, const struct tls_facts *facts)
{
    struct session *session = self;

    session->heard_us = loop_now_us(session->emitter->loop);
    session->tls_facts = *facts;
    buf_append_text(&session->left, facts->instead);
    session->tls_names = vars_new();
    tls_look_names(session->tls_names, facts, buf_bytes(&session->left));
    emit_secured(session);
    if (facts->secured) {
        session->tls = SESSION_SECURED;
        session->state = SESSION_OPEN;
    } else {
        end_by_failure(session, facts->failure);
    }
    session_tell(session);
}

/* What came and was taken for no answer stays apart: it is not from inside (RFC 3207 section 6, RFC 2595 section 4). */
static void set_apart(struct session *session)
{
    if (session->held) {
        session->held = false;
        buf_append(&session->left, answer_octets(&session->answer));
    } else if (session->answer.begun && !session->answer.complete) {
        answer_end(&session->answer);
        buf_append(&session->left, answer_octets(&session->answer));
    }
    buf_append(&session->left,
               bytes_skip(buf_bytes(&session->reader.pending), session->reader.begin));
    wire_reader_deinit(&session->reader);
    wire_reader_init(&session->reader, SESSION_MAX_LINE);
    answer_begin(&session->answer, session->protocol == PROTOCOL_POP3, false);
}

/* The session begins anew, and the greeting does not come again. */
static void forget(struct session *session)
{
    outstanding_deinit(&session->outstanding);
    offers_clear(&session->offers);
    session->accepted_recipients = 0;
    session->in_data = false;
    session->data = (struct smtp_data_reader){0};
}

static int start_tls(struct session *session, struct error *error)
{
    const struct tls_settings *settings = &session->target->tls;
    struct tls_context *context = tls_contexts_get(session->contexts, settings, error);

    if (context == NULL) {
        return -1;
    }
    session->tls = SESSION_TLS_BEGINS;
    conn_start_tls(session->conn, context, session_endpoint(session)->host, (struct bytes){0});
    return 0;
}

void session_tls_at_once(struct session *session)
{
    struct error error = {""};

    if (start_tls(session, &error) != 0) {
        end_by_failure(session, error.text);
    }
}

int session_start_tls(struct session *session, struct error *error)
{
    set_apart(session);
    forget(session);
    session_go_on_reading(session);
    return start_tls(session, error);
}
