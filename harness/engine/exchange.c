#include "engine/exchange.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"

static struct exchange_line *add(struct exchange *exchange, char expected)
{
    exchange->lines =
        mem_grow(exchange->lines, exchange->count, &exchange->capacity, sizeof(exchange->lines[0]));
    struct exchange_line *line = &exchange->lines[exchange->count++];
    *line = (struct exchange_line){.expected = expected};
    return line;
}

void exchange_add(struct exchange *exchange, char expected, const char *format, ...)
{
    struct exchange_line *line = add(exchange, expected);
    va_list args;

    va_start(args, format);
    buf_vprintf(&line->octets, format, args);
    va_end(args);
    if (line->octets.n > 0) {
        buf_append_text(&line->octets, "\r\n");
    }
}

void exchange_add_data(struct exchange *exchange, char expected, struct bytes octets)
{
    struct exchange_line *line = add(exchange, expected);

    line->data = true;
    buf_append(&line->octets, octets);
}

static void say(struct session *session, const struct exchange_line *line)
{
    if (line->data) {
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

enum exchange_result exchange_run(struct exchange *exchange, struct session *session)
{
    if (session->state == SESSION_CONNECTING) {
        return EXCHANGE_WAITS;
    }
    while (exchange->next < exchange->count) {
        const struct exchange_line *line = &exchange->lines[exchange->next];
        if (!exchange->said) {
            exchange->said = true;
            say(session, line);
        }
        switch (session_take(session)) {
        case SESSION_TAKE_NOTHING:
            return EXCHANGE_WAITS;
        case SESSION_TAKE_ENDED:
        case SESSION_TAKE_TOO_LONG:
            return EXCHANGE_ENDED;
        case SESSION_TAKE_ANSWER:
            break;
        }
        if (outstanding_count(&session->outstanding) > 0) {
            continue; /* LMTP: the end of data has more replies */
        }
        if (!is_expected(&session->answer, line->expected)) {
            return EXCHANGE_REFUSED;
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
    }
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

void exchange_problem(const struct exchange *exchange, const struct session *session,
                      enum exchange_result result, struct buf *out)
{
    if (exchange->next >= exchange->count) {
        return;
    }
    const struct exchange_line *line = &exchange->lines[exchange->next];
    struct bytes verb = {0};
    struct bytes said = buf_bytes(&line->octets);

    if (line->data) {
        verb = BYTES_LIT("the message data");
    } else if (!bytes_next_word(&said, &verb)) {
        verb = BYTES_LIT("the greeting");
    }
    escape_append(out, bytes_trim(verb), 0);
    if (result == EXCHANGE_REFUSED) {
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
