#include "engine/exchange.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"

static struct exchange_line *add(struct exchange *exchange, enum exchange_kind kind,
                                 enum exchange_part part, char expected)
{
    exchange->lines =
        mem_grow(exchange->lines, exchange->count, &exchange->capacity, sizeof(exchange->lines[0]));
    struct exchange_line *line = &exchange->lines[exchange->count++];
    *line = (struct exchange_line){.kind = kind, .part = part, .expected = expected};
    return line;
}

__attribute__((format(printf, 4, 0))) static void add_text(struct exchange *exchange,
                                                           enum exchange_part part, char expected,
                                                           const char *format, va_list args)
{
    struct exchange_line *line = add(exchange, EXCHANGE_SAYS, part, expected);

    buf_vprintf(&line->octets, format, args);
    if (line->octets.n > 0) {
        buf_append_text(&line->octets, "\r\n");
    }
}

void exchange_add(struct exchange *exchange, char expected, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_text(exchange, EXCHANGE_OTHER, expected, format, args);
    va_end(args);
}

void exchange_add_part(struct exchange *exchange, enum exchange_part part, char expected,
                       const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_text(exchange, part, expected, format, args);
    va_end(args);
}

void exchange_add_data(struct exchange *exchange, char expected, struct bytes octets)
{
    struct exchange_line *line = add(exchange, EXCHANGE_SENDS_DATA, EXCHANGE_OTHER, expected);

    buf_append(&line->octets, octets);
}

void exchange_add_tls(struct exchange *exchange)
{
    add(exchange, EXCHANGE_BEGINS_TLS, EXCHANGE_TLS, 0);
}

void exchange_add_login(struct exchange *exchange, const char *mechanism, const char *user,
                        const char *secret)
{
    struct exchange_line *line = add(exchange, EXCHANGE_LOGS_IN, EXCHANGE_SECRET, 0);

    line->mechanism = mechanism;
    buf_append_text(&line->octets, user);
    buf_append_text(&line->secret, secret);
}

enum exchange_part exchange_part(const struct exchange *exchange)
{
    return exchange->next < exchange->count ? exchange->lines[exchange->next].part : EXCHANGE_OTHER;
}

bool exchange_went_wrong(const struct exchange *exchange)
{
    return exchange->wrong.text[0] != '\0';
}

static void say(struct session *session, const struct exchange_line *line)
{
    if (line->kind == EXCHANGE_SENDS_DATA) {
        session_say_data(session, buf_bytes(&line->octets));
    } else {
        session_say(session, buf_bytes(&line->octets));
    }
    (void)session_flush(session);
}

static bool is_expected(const struct answer *answer, char expected)
{
    struct bytes octets = answer_octets(answer);

    return expected == 0 || (octets.n > 0 && octets.p[0] == (unsigned char)expected);
}

/* ---- Each kind of line: EXCHANGE_DONE, and the next one is at hand ---- */

static enum exchange_result run_words(struct exchange *exchange, struct session *session,
                                      struct exchange_line *line)
{
    if (!exchange->said) {
        exchange->said = true;
        say(session, line);
    }
    do {
        switch (session_take(session)) {
        case SESSION_TAKE_NOTHING:
            return EXCHANGE_WAITS;
        case SESSION_TAKE_ENDED:
        case SESSION_TAKE_TOO_LONG:
            return EXCHANGE_ENDED;
        case SESSION_TAKE_ANSWER:
            break;
        }
    } while (outstanding_count(&session->outstanding) > 0); /* LMTP: the end of data has more */
    return is_expected(&session->answer, line->expected) ? EXCHANGE_DONE : EXCHANGE_REFUSED;
}

static enum exchange_result run_tls(struct exchange *exchange, struct session *session,
                                    struct exchange_line *line)
{
    (void)line;
    if (!exchange->said) {
        exchange->said = true;
        if (session->state != SESSION_OPEN || session_start_tls(session, &exchange->wrong) != 0) {
            return EXCHANGE_ENDED;
        }
    }
    if (session->tls == SESSION_TLS_BEGINS && session->state == SESSION_OPEN) {
        return EXCHANGE_WAITS;
    }
    return session->tls == SESSION_SECURED ? EXCHANGE_DONE : EXCHANGE_ENDED;
}

static bool begin_login(struct exchange *exchange, struct session *session,
                        struct exchange_line *line)
{
    enum sasl_mechanism mechanism = SASL_PLAIN;

    exchange->said = true;
    if (sasl_mechanism_from_name(bytes_of(line->mechanism), &mechanism)) {
        exchange->talk = sasl_talk_new(session, mechanism, buf_text(&line->octets),
                                       buf_text(&line->secret), &exchange->wrong);
    }
    return exchange->talk != NULL;
}

static enum exchange_result run_login(struct exchange *exchange, struct session *session,
                                      struct exchange_line *line)
{
    enum exchange_result result = EXCHANGE_DONE;

    if (!exchange->said && !begin_login(exchange, session, line)) {
        return EXCHANGE_ENDED;
    }
    switch (sasl_talk_advance(exchange->talk)) {
    case SASL_TALK_WAITS:
        return EXCHANGE_WAITS;
    case SASL_TALK_DONE:
        break;
    case SASL_TALK_REFUSED:
        result = EXCHANGE_REFUSED;
        break;
    case SASL_TALK_WRONG:
        error_set(&exchange->wrong, "%s", sasl_talk_text(exchange->talk));
        result = EXCHANGE_REFUSED;
        break;
    case SASL_TALK_ENDED:
        result = EXCHANGE_ENDED;
        break;
    }
    sasl_talk_free(&exchange->talk);
    return result;
}

enum exchange_result exchange_run(struct exchange *exchange, struct session *session)
{
    static enum exchange_result (*const rows[])(
        struct exchange * exchange, struct session * session, struct exchange_line * line) = {
        [EXCHANGE_SAYS] = run_words,
        [EXCHANGE_SENDS_DATA] = run_words,
        [EXCHANGE_BEGINS_TLS] = run_tls,
        [EXCHANGE_LOGS_IN] = run_login,
    };
    if (session->state == SESSION_CONNECTING) {
        return EXCHANGE_WAITS;
    }
    while (exchange->next < exchange->count) {
        struct exchange_line *line = &exchange->lines[exchange->next];
        enum exchange_result result = rows[line->kind](exchange, session, line);
        if (result != EXCHANGE_DONE) {
            return result;
        }
        exchange->next++;
        exchange->said = false;
    }
    return EXCHANGE_DONE;
}

void exchange_clear(struct exchange *exchange)
{
    for (size_t i = 0; i < exchange->count; i++) {
        buf_deinit(&exchange->lines[i].octets);
        buf_deinit(&exchange->lines[i].secret);
    }
    sasl_talk_free(&exchange->talk);
    exchange->wrong.text[0] = '\0';
    exchange->count = 0;
    exchange->next = 0;
    exchange->said = false;
}

void exchange_deinit(struct exchange *exchange)
{
    exchange_clear(exchange);
    free(exchange->lines);
    *exchange = (struct exchange){0};
}

/* The verb, or what else the line is; a user's name and secret are none of it. */
static void append_what(const struct exchange_line *line, struct buf *out)
{
    struct bytes said = buf_bytes(&line->octets);
    struct bytes verb = {0};

    switch (line->kind) {
    case EXCHANGE_SAYS:
        verb = bytes_next_word(&said, &verb) ? verb : BYTES_LIT("the greeting");
        break;
    case EXCHANGE_SENDS_DATA:
        verb = BYTES_LIT("the message data");
        break;
    case EXCHANGE_BEGINS_TLS:
        verb = BYTES_LIT("TLS");
        break;
    case EXCHANGE_LOGS_IN:
        buf_append_text(out, "AUTH ");
        verb = bytes_of(line->mechanism);
        break;
    }
    escape_append(out, bytes_trim(verb), 0);
}

void exchange_problem(const struct exchange *exchange, const struct session *session,
                      enum exchange_result result, struct buf *out)
{
    if (exchange->next >= exchange->count) {
        return;
    }
    append_what(&exchange->lines[exchange->next], out);
    if (exchange->wrong.text[0] != '\0') {
        buf_printf(out, ": %s", exchange->wrong.text);
    } else if (result == EXCHANGE_REFUSED) {
        buf_append_text(out, ": the server answered ");
        escape_append(out, bytes_slice(bytes_trim(answer_octets(&session->answer)), 0, 100), 0);
    } else if (result == EXCHANGE_ENDED) {
        buf_append_text(out, ": the connection ended");
        if (session->end_text.n > 0) {
            buf_append_text(out, ": ");
            escape_append(out, buf_bytes(&session->end_text), 0);
        }
    } else {
        buf_append_text(out, ": no answer in time");
    }
}
