/* The TRANSACTION and UPDATE states (RFC 1939 sections 5 to 7). */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fake_servers/pop3_session.h"

static void say_number(struct pop3_session *session, enum pop3_text text, uint64_t number)
{
    pop3_say_with(session, text, (struct pop3_words){.numbers = {number}});
}

/* Of all messages that are not deleted. */
static void say_totals(struct pop3_session *session, enum pop3_text text)
{
    size_t octets = 0;
    size_t count = pop3_count(session, &octets);
    pop3_say_with(session, text,
                  (struct pop3_words){
                      .numbers = {count, octets}
    });
}

/* ---- message numbers ---- */

bool pop3_is_shown(const struct pop3_session *session, size_t index)
{
    return !session->messages[index].deleted || session->shows_marked ||
           pop3_session_has_fault(session, FAULT_POP3_DELE_MARKS);
}

/* Of the lines that begin or end so. */
static size_t count_lines(struct bytes content, bool beginning_with_dot)
{
    size_t count = 0;
    for (size_t i = 0; i < content.n; i++) {
        bool begins = i == 0 || content.p[i - 1] == '\n';
        count += beginning_with_dot ? begins && content.p[i] == '.' : content.p[i] == '\n';
    }
    return count;
}

/* RFC 1939 section 11: as RETR sends it, without the dots that stuffing adds. */
static size_t size_of(const struct pop3_session *session, size_t index)
{
    size_t octets = session->messages[index].message->pop3_octets;
    bool one_less = pop3_session_has_fault(session, FAULT_POP3_LIST_SIZE);
    bool with_dots = pop3_session_has_fault(session, FAULT_POP3_LIST_SIZE_2);
    struct store_message *message =
        one_less || with_dots ? store_message_load(session->messages[index].message, NULL) : NULL;
    if (message != NULL) {
        size_t lines = count_lines(bytes_make(message->p, message->n), with_dots);
        octets = with_dots ? octets + lines : octets - lines;
    }
    store_message_unref(&message);
    return octets;
}

/* A fault: STAT goes on counting what is marked. */
static bool is_counted(const struct pop3_session *session, size_t index)
{
    return pop3_is_shown(session, index) ||
           (session->verb == POP3_STAT && pop3_session_has_fault(session, FAULT_POP3_DELE_MARKS_2));
}

size_t pop3_count(const struct pop3_session *session, size_t *octets_r)
{
    size_t count = 0;
    *octets_r = 0;
    for (size_t i = 0; i < session->message_count; i++) {
        if (is_counted(session, i)) {
            count++;
            *octets_r += size_of(session, i);
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

enum { FAULTY_NUMBERS = 100 };

static struct bytes leading_digits(struct bytes word)
{
    size_t n = 0;
    while (n < word.n && octet_is_digit(word.p[n])) {
        n++;
    }
    return bytes_slice(word, 0, n);
}

/* Digits alone; false: the number has more than 64 bits. */
static bool number_of(const struct pop3_session *session, struct bytes digits, uint64_t *number_r)
{
    if (!pop3_session_has_fault(session, FAULT_POP3_BAD_NUMBER)) {
        return bytes_to_u64(digits, number_r);
    }
    uint32_t number = 0;
    for (size_t i = 0; i < digits.n; i++) {
        number = number * 10 + (uint32_t)(digits.p[i] - '0');
    }
    *number_r = number;
    return true;
}

/* The index of the message with that number; when there is none, answers and gives false. */
static bool find_message(struct pop3_session *session, struct bytes word, size_t *index_r)
{
    uint64_t number = 0;
    struct bytes digits = leading_digits(word);
    if (digits.n < word.n && !pop3_session_has_fault(session, FAULT_POP3_BAD_NUMBER_2)) {
        pop3_say(session, POP3_TEXT_NO_NUMBER);
        return false;
    }
    bool is_readable = number_of(session, digits, &number);
    bool in_range = is_readable && number >= 1 && number <= session->message_count;
    bool is_near = is_readable && number <= session->message_count + FAULTY_NUMBERS;
    bool is_zero = is_readable && number == 0;
    if ((!in_range && is_near && pop3_session_has_fault(session, FAULT_POP3_NO_SUCH_MESSAGE)) ||
        (is_zero && pop3_session_has_fault(session, FAULT_POP3_NO_SUCH_MESSAGE_2))) {
        pretend(session, number);
        return false;
    }
    if (!in_range) {
        say_number(session, POP3_TEXT_NO_MESSAGE, session->message_count);
        return false;
    }
    if (!pop3_is_shown(session, (size_t)number - 1)) {
        say_number(session, POP3_TEXT_IS_DELETED, number);
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
    const char *extra = pop3_session_has_fault(session, FAULT_POP3_LISTING_EXTRA) ? " octets" : "";
    if (pop3_session_has_fault(session, FAULT_POP3_STAT_FORM_2)) {
        pop3_answer(session, true, "%zu messages (%zu octets)", count, octets);
        return;
    }
    pop3_answer(session, true, "%zu %s%zu%s", count, more, octets, extra);
}

void pop3_print_size(struct pop3_session *session, size_t index, struct buf *out)
{
    const char *more = pop3_session_has_fault(session, FAULT_POP3_LIST_FORM) ? " " : "";
    const char *extra =
        pop3_session_has_fault(session, FAULT_POP3_LISTING_EXTRA_2) ? " unread" : "";
    buf_printf(out, "%s%zu%s", more, size_of(session, index), extra);
}

void pop3_do_list(struct pop3_session *session, const struct pop3_argument *argument)
{
    size_t index = 0;
    if (argument->count == 0) {
        say_totals(session, POP3_TEXT_LISTING);
        session->body = (struct pop3_body){.kind = POP3_BODY_SIZES, .end = session->message_count};
        if (pop3_session_has_fault(session, FAULT_POP3_LIST_MATCHES_STAT)) {
            session->body.end -= session->message_count > 0;
        }
    } else if (find_message(session, argument->words[0], &index)) {
        struct buf size = {0};
        pop3_print_size(session, index, &size);
        const char *colon = pop3_session_has_fault(session, FAULT_POP3_LIST_FORM_2) ? ":" : "";
        pop3_answer(session, true, "%zu%s %s", index + 1, colon, buf_text(&size));
        buf_deinit(&size);
    }
}

enum { FAULTY_INDEX = 2, FAULTY_ID_OCTET = 0x7F };

/* Faults: that of another message. */
static size_t index_of_id(const struct pop3_session *session, size_t index)
{
    if (index == 0 && session->message_count > 1 &&
        pop3_session_has_fault(session, FAULT_POP3_UIDL_UNIQUE)) {
        return 1;
    }
    bool is_first =
        index == FAULTY_INDEX && pop3_session_has_fault(session, FAULT_POP3_UIDL_UNIQUE_2);
    return is_first ? 0 : index;
}

/* RFC 1939 section 7: 1 to 70 octets in the range 0x21 to 0x7E, the same in every session. */
void pop3_print_unique_id(struct pop3_session *session, size_t index, struct buf *out)
{
    const struct pop3_message *message = &session->messages[index_of_id(session, index)];
    if (pop3_session_has_fault(session, FAULT_POP3_UIDL_NOT_REUSED)) {
        buf_printf(out, "place-%zu", index + 1);
        return;
    }
    store_print_unique_id(session->store, message->message, message->number, out);
    if (pop3_session_has_fault(session, FAULT_POP3_UIDL_STABLE)) {
        buf_printf(out, ".%" PRIu64, maildrop_updates(session->maildrop));
    }
    if (pop3_session_has_fault(session, FAULT_POP3_UIDL_STABLE_2)) {
        buf_printf(out, ".%" PRIu64, session->number);
    }
    if (pop3_session_has_fault(session, FAULT_POP3_UIDL_FORM_2)) {
        buf_append_octet(out, FAULTY_ID_OCTET);
    }
    if (pop3_session_has_fault(session, FAULT_POP3_UIDL_FORM)) {
        buf_append_fill(out, 'x', 71);
    }
}

void pop3_do_uidl(struct pop3_session *session, const struct pop3_argument *argument)
{
    size_t index = 0;
    if (argument->count == 0) {
        pop3_say(session, POP3_TEXT_UNIQUE_IDS);
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
    if (bytes_starts(content, "\r\n") || bytes_starts(content, "\n")) {
        return content.p[0] == '\r' ? 2 : 1; /* no header at all */
    }
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

/* Of the first To field. */
static size_t to_begin(struct bytes content)
{
    struct bytes header = bytes_slice(content, 0, body_begin(content));
    size_t lf = bytes_find(header, BYTES_LIT("\nTo:"), 0);
    return lf == BYTES_NONE ? SIZE_MAX : lf + 1;
}

static struct bytes content_of(const struct store_message *message)
{
    return bytes_make(message->p, message->n);
}

/*
 * RFC 6856 2.1 and 5: a message with UTF-8 in its header goes only to a client that has asked for such messages. A header whose
 * octets above 127 are no UTF-8 is an old one, sent as it is; those of a body are 8BITMIME's (RFC 6152).
 */
static bool needs_utf8(const struct store_message *message)
{
    struct bytes content = content_of(message);
    struct bytes rest = bytes_slice(content, 0, body_begin(content));
    bool has_more_than_ascii = false;
    while (rest.n > 0) {
        uint32_t code_point = 0;
        size_t octets = utf8_read(rest, &code_point);
        if (octets == 0) {
            return false;
        }
        has_more_than_ascii |= octets > 1;
        rest = bytes_skip(rest, octets);
    }
    return has_more_than_ascii;
}

/* Does the session get no message with UTF-8 in its header? */
static bool is_refused(const struct pop3_session *session)
{
    return session->utf8 ? pop3_session_has_fault(session, FAULT_POP3_UTF8_MODE_2)
                         : !pop3_session_has_fault(session, FAULT_POP3_UTF8_MODE);
}

/* With its octets in memory, one reference; when they cannot be had, or not be sent, answers and gives NULL. */
static struct store_message *load(struct pop3_session *session, size_t index)
{
    struct store_message *message = store_message_load(session->messages[index].message, NULL);
    if (message == NULL) {
        say_number(session, POP3_TEXT_NOT_READ, index + 1);
    } else if (is_refused(session) && pop3_offers(session, CAPABILITY_UTF8) &&
               needs_utf8(message)) {
        store_message_unref(&message);
        pop3_say(session, POP3_TEXT_NEEDS_UTF8);
    }
    return message;
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
    session->messages[index].retrieved = true;
    say_number(session, POP3_TEXT_OCTETS, message->pop3_octets);
    send_content(session, message, message->n);
    if (pop3_session_has_fault(session, FAULT_POP3_RETR_CONTENT)) {
        session->body.changed = third_body_line(content_of(message));
        session->body.changed_to = '#';
    }
    if (pop3_session_has_fault(session, FAULT_POP3_RETR_CONTENT_2)) {
        session->body.changed = to_begin(content_of(message));
        session->body.changed_to = 't';
    }
}

/* RFC 1939 section 7: more lines than there are give the whole message, so no number is too large. */
static bool read_lines(struct bytes word, uint64_t *lines_r)
{
    for (size_t i = 0; i < word.n; i++) {
        if (!octet_is_digit(word.p[i])) {
            return false;
        }
    }
    if (!bytes_to_u64(word, lines_r)) {
        *lines_r = UINT64_MAX;
    }
    return true;
}

void pop3_do_top(struct pop3_session *session, const struct pop3_argument *argument)
{
    size_t index = 0;
    uint64_t lines = 0;
    if (!read_lines(argument->words[1], &lines)) {
        pop3_say(session, POP3_TEXT_NO_LINES);
        return;
    }
    if (!find_message(session, argument->words[0], &index)) {
        return;
    }
    if (pop3_session_has_fault(session, FAULT_POP3_TOP_LINES) && lines < UINT64_MAX) {
        lines++;
    }
    if (lines == 0 && pop3_session_has_fault(session, FAULT_POP3_TOP_LINES_2)) {
        lines = UINT64_MAX;
    }
    struct store_message *message = load(session, index);
    if (message == NULL) {
        return;
    }
    pop3_say(session, POP3_TEXT_TOP);
    send_content(session, message, top_end(content_of(message), lines));
}

/* ---- DELE, RSET, NOOP, QUIT ---- */

void pop3_do_dele(struct pop3_session *session, const struct pop3_argument *argument)
{
    size_t index = 0;
    if (find_message(session, argument->words[0], &index)) {
        session->messages[index].deleted = true;
        session->messages[index].was_marked = true;
        say_number(session, POP3_TEXT_DELETED, index + 1);
    }
}

static void unmark(struct pop3_session *session)
{
    for (size_t i = 0; i < session->message_count; i++) {
        session->messages[i].deleted = false;
    }
}

void pop3_do_rset(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    if (pop3_session_has_fault(session, FAULT_POP3_MINIMUM)) {
        pop3_answer(session, false, "Unknown command");
        return;
    }
    if (!pop3_session_has_fault(session, FAULT_POP3_RSET_UNMARKS)) {
        unmark(session);
    }
    say_totals(session, POP3_TEXT_MAILDROP);
}

void pop3_do_noop(struct pop3_session *session, const struct pop3_argument *argument)
{
    (void)argument;
    if (pop3_session_has_fault(session, FAULT_POP3_NOOP_KEEPS_MARKS)) {
        unmark(session);
    }
    session->shows_marked = pop3_session_has_fault(session, FAULT_POP3_NOOP_KEEPS_MARKS_2);
    pop3_say(session, POP3_TEXT_NOOP);
}

/* RFC 2449 6.7: where no mail may be left on the server, a message that was fetched is deleted at QUIT. */
static bool is_to_remove(const struct pop3_session *session, const struct pop3_message *message)
{
    bool none_is_left =
        pop3_offers(session, CAPABILITY_EXPIRE) && session->settings->expire_days == 0;
    return message->deleted || (none_is_left && message->retrieved) ||
           (message->was_marked && pop3_session_has_fault(session, FAULT_POP3_RSET_UNMARKS_2));
}

/* A fault: it goes with the one behind it. */
static bool is_dragged_along(const struct pop3_session *session, size_t index)
{
    return index + 1 < session->message_count &&
           is_to_remove(session, &session->messages[index + 1]) &&
           pop3_session_has_fault(session, FAULT_POP3_QUIT_DELETES_2);
}

int pop3_update(struct pop3_session *session)
{
    if (session->maildrop == NULL || session->message_count == 0) {
        return 0;
    }
    uint64_t *numbers = mem_array(session->message_count, sizeof *numbers);
    size_t count = 0;
    for (size_t i = 0; i < session->message_count; i++) {
        if (is_to_remove(session, &session->messages[i]) || is_dragged_along(session, i)) {
            numbers[count++] = session->messages[i].number;
        }
    }
    int status = maildrop_remove(session->maildrop, numbers, count, NULL);
    free(numbers);
    return status;
}

/* Nothing, but with faults. */
void pop3_lose(struct pop3_session *session)
{
    enum fault keeps_lock =
        session->line.octets > 0 ? FAULT_POP3_LOSS_RELEASES_2 : FAULT_POP3_LOSS_RELEASES;
    session->has_lock = session->has_lock && !pop3_session_has_fault(session, keeps_lock);
    bool is_within = session->line.octets > 0;
    bool loses_fetched = pop3_session_has_fault(session, FAULT_POP3_RETR_KEEPS) ||
                         (is_within && pop3_session_has_fault(session, FAULT_POP3_RETR_KEEPS_2));
    for (size_t i = 0; i < session->message_count && loses_fetched; i++) {
        session->messages[i].deleted = session->messages[i].retrieved;
    }
    if (loses_fetched || pop3_session_has_fault(session, FAULT_POP3_NO_QUIT_KEEPS) ||
        (is_within && pop3_session_has_fault(session, FAULT_POP3_NO_QUIT_KEEPS_2))) {
        pop3_update(session);
    }
}

/*
 * RFC 1939 section 6: the update comes here and nowhere else; whether all could be removed or not, the lock is released and
 * the connection closed.
 */
void pop3_do_quit(struct pop3_session *session, const struct pop3_argument *argument)
{
    bool is_early = session->state == POP3_STATE_AUTHORIZATION;
    bool stays = pop3_session_has_fault(session, FAULT_POP3_QUIT_CLOSES) ||
                 (is_early && pop3_session_has_fault(session, FAULT_POP3_QUIT_CLOSES_2));
    bool updates = session->state == POP3_STATE_TRANSACTION &&
                   !pop3_session_has_fault(session, FAULT_POP3_QUIT_DELETES);
    int status = updates ? pop3_update(session) : 0;
    (void)argument;
    if (session->maildrop != NULL) {
        maildrop_count_update(session->maildrop);
    }
    if (pop3_session_has_fault(session, FAULT_POP3_LOCK_RELEASED)) {
        session->has_lock = false; /* and nobody lets go of it */
    }
    pop3_close_maildrop(session);
    session->state = stays ? POP3_STATE_AUTHORIZATION : POP3_STATE_OVER;
    if (is_early && pop3_session_has_fault(session, FAULT_POP3_MINIMUM_2)) {
        pop3_answer(session, false, "Log in first");
        return;
    }
    pop3_say_with(session, status == 0 ? POP3_TEXT_BYE : POP3_TEXT_NOT_REMOVED,
                  (struct pop3_words){.name = session->settings->hostname});
}
