/* The TRANSACTION and UPDATE states (RFC 1939 sections 5 to 7). */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fake_servers/pop3_session.h"

/* ---- message numbers ---- */

bool pop3_is_shown(const struct pop3_session *session, size_t index)
{
    return !session->messages[index].deleted ||
           pop3_session_has_fault(session, FAULT_POP3_DELE_MARKS);
}

size_t pop3_count(const struct pop3_session *session, size_t *octets_r)
{
    size_t count = 0;
    *octets_r = 0;
    for (size_t i = 0; i < session->message_count; i++) {
        if (pop3_is_shown(session, i)) {
            count++;
            *octets_r += session->messages[i].message->pop3_octets;
        }
    }
    return count;
}

/* The no-such-message fault, for each keyword that takes a number. */
static void pretend(struct pop3_session *session, uint64_t number)
{
    switch (session->verb) {
    case POP3_RETR:
    case POP3_TOP:
        pop3_answer(session, true, "0 octets");
        pop3_answer_lines(session, "");
        return;
    case POP3_LIST:
        pop3_answer(session, true, "%" PRIu64 " 0", number);
        return;
    case POP3_UIDL:
        pop3_answer(session, true, "%" PRIu64 " none", number);
        return;
    case POP3_USER:
    case POP3_PASS:
    case POP3_APOP:
    case POP3_AUTH:
    case POP3_STLS:
    case POP3_CAPA:
    case POP3_LANG:
    case POP3_UTF8:
    case POP3_STAT:
    case POP3_DELE:
    case POP3_NOOP:
    case POP3_RSET:
    case POP3_QUIT:
    case POP3_UNKNOWN:
    case POP3_VERB_COUNT:
        pop3_answer(session, true, "Done");
        return;
    }
}

/* The index of the message with that number; when there is none, answers and gives false. */
static bool find_message(struct pop3_session *session, struct bytes word, size_t *index_r)
{
    uint64_t number = 0;
    for (size_t i = 0; i < word.n; i++) {
        if (!octet_is_digit(word.p[i])) {
            pop3_answer(session, false, "A message number is made of digits");
            return false;
        }
    }
    bool in_range = bytes_to_u64(word, &number) && number >= 1 && number <= session->message_count;
    if (!in_range && pop3_session_has_fault(session, FAULT_POP3_NO_SUCH_MESSAGE)) {
        pretend(session, number);
        return false;
    }
    if (!in_range) {
        pop3_answer(session, false, "No such message, the maildrop had %zu",
                    session->message_count);
        return false;
    }
    if (!pop3_is_shown(session, (size_t)number - 1)) {
        pop3_answer(session, false, "Message %" PRIu64 " is deleted", number);
        return false;
    }
    *index_r = (size_t)number - 1;
    return true;
}

/* ---- STAT, LIST, UIDL ---- */

void pop3_do_stat(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    size_t octets = 0;
    size_t count = pop3_count(session, &octets);
    const char *more = pop3_session_has_fault(session, FAULT_POP3_STAT_FORM) ? " " : "";
    octets += pop3_session_has_fault(session, FAULT_POP3_LIST_MATCHES_STAT_2) ? 1 : 0;
    pop3_answer(session, true, "%zu %s%zu", count, more, octets);
}

void pop3_print_size(struct pop3_session *session, size_t index, struct buf *out)
{
    const char *more = pop3_session_has_fault(session, FAULT_POP3_LIST_FORM) ? " " : "";
    buf_printf(out, "%s%zu", more, session->messages[index].message->pop3_octets);
}

void pop3_do_list(struct pop3_session *session, const struct pop3_argument *argument)
{
    size_t index = 0;
    size_t octets = 0;
    if (argument->count == 0) {
        size_t count = pop3_count(session, &octets);
        pop3_answer(session, true, "%zu messages (%zu octets)", count, octets);
        session->body = (struct pop3_body){.kind = POP3_BODY_SIZES, .end = session->message_count};
        if (pop3_session_has_fault(session, FAULT_POP3_LIST_MATCHES_STAT)) {
            session->body.end -= session->message_count > 0;
        }
    } else if (find_message(session, argument->words[0], &index)) {
        struct buf size = {0};
        pop3_print_size(session, index, &size);
        pop3_answer(session, true, "%zu %s", index + 1, buf_text(&size));
        buf_deinit(&size);
    }
}

/* RFC 1939 section 7: 1 to 70 octets in the range 0x21 to 0x7E, the same in every session. */
void pop3_print_unique_id(struct pop3_session *session, size_t index, struct buf *out)
{
    bool is_wrong = index == 0 && session->message_count > 1 &&
                    pop3_session_has_fault(session, FAULT_POP3_UIDL_UNIQUE);
    const struct pop3_message *message = &session->messages[is_wrong ? 1 : index];
    store_print_unique_id(session->store, message->message, message->number, out);
    if (pop3_session_has_fault(session, FAULT_POP3_UIDL_STABLE)) {
        buf_printf(out, ".%" PRIu64, maildrop_updates(session->maildrop));
    }
    if (pop3_session_has_fault(session, FAULT_POP3_UIDL_FORM)) {
        buf_append_fill(out, 'x', 71);
    }
}

void pop3_do_uidl(struct pop3_session *session, const struct pop3_argument *argument)
{
    size_t index = 0;
    if (argument->count == 0) {
        pop3_answer(session, true, "Unique-id listing follows");
        session->body = (struct pop3_body){.kind = POP3_BODY_IDS, .end = session->message_count};
    } else if (find_message(session, argument->words[0], &index)) {
        struct buf id = {0};
        pop3_print_unique_id(session, index, &id);
        pop3_answer(session, true, "%zu %s", index + 1, buf_text(&id));
        buf_deinit(&id);
    }
}

/* ---- RETR, TOP ---- */

/* Behind the empty line that ends the header; the whole content when there is none. */
static size_t body_begin(struct bytes content)
{
    for (size_t lf = bytes_index(content, '\n', 0); lf != BYTES_NONE;
         lf = bytes_index(content, '\n', lf + 1)) {
        struct bytes next = bytes_skip(content, lf + 1);
        if (bytes_starts(next, "\r\n")) {
            return lf + 3;
        }
        if (bytes_starts(next, "\n")) {
            return lf + 2;
        }
    }
    return content.n;
}

/* Header, empty line and `lines` lines of the body. */
static size_t top_end(struct bytes content, uint64_t lines)
{
    size_t end = body_begin(content);
    while (lines-- > 0 && end < content.n) {
        size_t lf = bytes_index(content, '\n', end);
        end = lf == BYTES_NONE ? content.n : lf + 1;
    }
    return end;
}

static size_t third_body_line(struct bytes content)
{
    size_t first = body_begin(content);
    size_t third = top_end(content, 2);
    return third > first && third < content.n ? third : SIZE_MAX;
}

/* With its octets in memory, one reference; when they cannot be had, answers and gives NULL. */
static struct store_message *load(struct pop3_session *session, size_t index)
{
    struct store_message *message = store_message_load(session->messages[index].message, NULL);
    if (message == NULL) {
        pop3_answer(session, false, "[SYS/TEMP] Message %zu cannot be read", index + 1);
    }
    return message;
}

static struct bytes content_of(const struct store_message *message)
{
    return bytes_make(message->p, message->n);
}

/* Takes over the reference. */
static void send_content(struct pop3_session *session, struct store_message *message, size_t end)
{
    session->body = (struct pop3_body){
        .kind = POP3_BODY_CONTENT,
        .message = message,
        .end = end,
        .changed = SIZE_MAX,
    };
}

void pop3_do_retr(struct pop3_session *session, const struct pop3_argument *argument)
{
    size_t index = 0;
    if (!find_message(session, argument->words[0], &index)) {
        return;
    }
    struct store_message *message = load(session, index);
    if (message == NULL) {
        return;
    }
    pop3_answer(session, true, "%zu octets", message->pop3_octets);
    send_content(session, message, message->n);
    if (pop3_session_has_fault(session, FAULT_POP3_RETR_CONTENT)) {
        session->body.changed = third_body_line(content_of(message));
    }
}

void pop3_do_top(struct pop3_session *session, const struct pop3_argument *argument)
{
    size_t index = 0;
    uint64_t lines = 0;
    if (!bytes_to_u64(argument->words[1], &lines)) {
        pop3_answer(session, false, "The number of lines must be a number");
        return;
    }
    if (!find_message(session, argument->words[0], &index)) {
        return;
    }
    if (pop3_session_has_fault(session, FAULT_POP3_TOP_LINES) && lines < UINT64_MAX) {
        lines++;
    }
    struct store_message *message = load(session, index);
    if (message == NULL) {
        return;
    }
    pop3_answer(session, true, "Top of the message follows");
    send_content(session, message, top_end(content_of(message), lines));
}

/* ---- DELE, RSET, NOOP, QUIT ---- */

void pop3_do_dele(struct pop3_session *session, const struct pop3_argument *argument)
{
    size_t index = 0;
    if (find_message(session, argument->words[0], &index)) {
        session->messages[index].deleted = true;
        pop3_answer(session, true, "Message %zu deleted", index + 1);
    }
}

void pop3_do_rset(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    size_t octets = 0;
    if (pop3_session_has_fault(session, FAULT_POP3_MINIMUM)) {
        pop3_answer(session, false, "Unknown command");
        return;
    }
    if (!pop3_session_has_fault(session, FAULT_POP3_RSET_UNMARKS)) {
        for (size_t i = 0; i < session->message_count; i++) {
            session->messages[i].deleted = false;
        }
    }
    size_t count = pop3_count(session, &octets);
    pop3_answer(session, true, "Maildrop has %zu messages (%zu octets)", count, octets);
}

void pop3_do_noop(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    pop3_answer(session, true, "Nothing done");
}

int pop3_update(struct pop3_session *session)
{
    if (session->maildrop == NULL || session->message_count == 0) {
        return 0;
    }
    uint64_t *numbers = mem_array(session->message_count, sizeof *numbers);
    size_t count = 0;
    for (size_t i = 0; i < session->message_count; i++) {
        if (session->messages[i].deleted) {
            numbers[count++] = session->messages[i].number;
        }
    }
    int status = maildrop_remove(session->maildrop, numbers, count, NULL);
    free(numbers);
    return status;
}

void pop3_do_quit(struct pop3_session *session, const struct pop3_argument *argument)
{
    int status = 0;
    (void)argument;
    if (session->state == POP3_STATE_TRANSACTION &&
        !pop3_session_has_fault(session, FAULT_POP3_QUIT_DELETES)) {
        status = pop3_update(session);
    }
    if (session->maildrop != NULL) {
        maildrop_count_update(session->maildrop);
    }
    pop3_close_maildrop(session);
    session->state = pop3_session_has_fault(session, FAULT_POP3_QUIT_CLOSES)
                         ? POP3_STATE_AUTHORIZATION
                         : POP3_STATE_OVER;
    if (status != 0) {
        pop3_answer(session, false, "[SYS/TEMP] Some deleted messages are not removed");
        return;
    }
    pop3_answer(session, true, "%s POP3 server signing off", session->settings->hostname);
}
