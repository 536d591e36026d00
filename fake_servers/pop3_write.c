/* How a response becomes octets: the place of the faults in form, one row each. */
#include "fake_servers/pop3_session.h"

struct pop3_style {
    const char *indicator; /* of a positive response */
    const char *line_end;  /* of the status line */
    size_t fill_octets;    /* behind its text */
    unsigned copies;
    bool ends;                 /* a body with its dot */
    size_t max_stuffed_octets; /* longer lines of a body are not stuffed */
};

/* A fault shows in the responses to one keyword only and after login, so that all else goes on as usual. */
struct pop3_twist {
    enum fault fault;
    enum pop3_verb verb;
    struct pop3_style style;
};

#define GREETING POP3_VERB_COUNT
#define ALL      SIZE_MAX

// clang-format off
static const struct pop3_style honest = {"+OK", "\r\n", 0, 1, true, ALL};

static const struct pop3_twist twists[] = {
    /* fault                               keyword    indicator end   fill copies ends stuffed */
    {FAULT_POP3_GREETING,                 GREETING,  {"OK",  "\r\n", 0,   1, true,  ALL}},
    {FAULT_POP3_GREETING_2,               GREETING,  {"* OK", "\r\n", 0,  1, true,  ALL}},
    {FAULT_POP3_STATUS_INDICATOR,         POP3_NOOP, {"+Ok", "\r\n", 0,   1, true,  ALL}},
    {FAULT_POP3_LINE_END,                 POP3_NOOP, {"+OK", "\n",   0,   1, true,  ALL}},
    {FAULT_POP3_STATUS_LINE_LENGTH,       POP3_NOOP, {"+OK", "\r\n", 600, 1, true,  ALL}},
    {FAULT_POP3_MULTILINE_END,            POP3_CAPA, {"+OK", "\r\n", 0,   1, false, ALL}},
    {FAULT_POP3_BYTE_STUFFING,            POP3_RETR, {"+OK", "\r\n", 0,   1, true,  7}},
    {FAULT_POP3_COMMAND_GETS_RESPONSE,    POP3_NOOP, {"+OK", "\r\n", 0,   0, true,  ALL}},
    {FAULT_POP3_ONE_RESPONSE_PER_COMMAND, POP3_NOOP, {"+OK", "\r\n", 0,   2, true,  ALL}},
};
// clang-format on

static const struct pop3_style *style_of(const struct pop3_session *session)
{
    for (size_t i = 0; i < sizeof twists / sizeof twists[0]; i++) {
        bool here = session->verb == GREETING || session->state != POP3_STATE_AUTHORIZATION;
        if (here && twists[i].verb == session->verb &&
            pop3_session_has_fault(session, twists[i].fault)) {
            return &twists[i].style;
        }
    }
    return &honest;
}

static const char *negative_indicator(const struct pop3_session *session)
{
    bool is_long = session->verb == POP3_UNKNOWN && session->state == POP3_STATE_TRANSACTION &&
                   pop3_session_has_fault(session, FAULT_POP3_STATUS_INDICATOR_2);
    return is_long ? "-ERROR" : "-ERR";
}

static void write_status(struct pop3_session *session, bool positive, struct bytes text)
{
    const struct pop3_style *style = style_of(session);
    session->refused = !positive;
    for (unsigned i = 0; i < style->copies; i++) {
        buf_append_text(session->out, positive ? style->indicator : negative_indicator(session));
        buf_append_text(session->out, " ");
        buf_append(session->out, text);
        buf_append_fill(session->out, 'x', style->fill_octets);
        buf_append_text(session->out, style->line_end);
    }
}

void pop3_answer(struct pop3_session *session, bool positive, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    write_status(session, positive, buf_bytes(&text));
    buf_deinit(&text);
}

/* RFC 3206 section 6: AUTH is of use only where it comes with every such error, which its own capability says. */
static bool tells_code(const struct pop3_session *session, enum pop3_code code)
{
    return code != POP3_CODE_NONE && pop3_offers(session, CAPABILITY_RESP_CODES) &&
           (code != POP3_CODE_AUTH || pop3_offers(session, CAPABILITY_AUTH_RESP_CODE));
}

static void print_code(const struct pop3_session *session, enum pop3_code code, struct buf *out)
{
    bool is_auth = code == POP3_CODE_AUTH;
    bool is_open = !is_auth && pop3_session_has_fault(session, FAULT_POP3_RESPONSE_CODE_FORM);
    bool is_split = !is_auth && pop3_session_has_fault(session, FAULT_POP3_RESPONSE_CODE_FORM_2);
    buf_printf(out, "[%s%s%s ", pop3_code_name(code), is_split ? " NOW" : "", is_open ? "" : "]");
}

void pop3_say_with(struct pop3_session *session, enum pop3_text text, struct pop3_words words)
{
    const struct pop3_text_row *row = pop3_text_row(text);
    struct buf line = {0};
    if (tells_code(session, row->code)) {
        print_code(session, row->code, &line);
    }
    pop3_text_print(&line, row->in[session->language], session->utf8, &words);
    write_status(session, row->positive, buf_bytes(&line));
    buf_deinit(&line);
}

void pop3_say(struct pop3_session *session, enum pop3_text text)
{
    pop3_say_with(session, text, (struct pop3_words){.name = ""});
}

static void write_end(struct pop3_session *session)
{
    bool has_blank =
        session->verb == POP3_TOP && pop3_session_has_fault(session, FAULT_POP3_MULTILINE_END_2);
    bool is_told = session->verb == POP3_LIST &&
                   pop3_session_has_fault(session, FAULT_POP3_ONE_RESPONSE_PER_COMMAND_2);
    if (style_of(session)->ends) {
        buf_append_text(session->out, has_blank ? ". \r\n" : ".\r\n");
    }
    if (is_told) {
        buf_append_text(session->out, "+OK That was all\r\n");
    }
}

void pop3_answer_lines(struct pop3_session *session, const char *lines)
{
    struct bytes rest = bytes_of(lines);
    struct bytes line;
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        buf_append(session->out, line);
        buf_append_text(session->out, "\r\n");
    }
    write_end(session);
}

/* ---- bodies ---- */

/* Of the line that begins there, without its line end. */
static size_t line_octets(const struct pop3_body *body, size_t begin)
{
    struct bytes rest = bytes_make(body->message->p + begin, body->end - begin);
    struct bytes line = bytes_slice(rest, 0, bytes_index(rest, '\n', 0));
    return bytes_ends(line, "\r") ? line.n - 1 : line.n;
}

/* A fault: a line that is a dot and no more gets two. */
static bool is_stuffed_twice(const struct pop3_session *session, size_t begin)
{
    return session->verb == POP3_RETR && line_octets(&session->body, begin) == 1 &&
           pop3_session_has_fault(session, FAULT_POP3_BYTE_STUFFING_2);
}

/*
 * RFC 1939 section 3: lines end in CRLF (a bare LF is sent as one), and a dot at the beginning of a line is
 * doubled. Whether a line begins is seen from the octet before, so a body can be interrupted anywhere.
 */
static void write_octet(struct pop3_session *session, size_t max_stuffed_octets)
{
    struct pop3_body *body = &session->body;
    const unsigned char *p = body->message->p;
    size_t at = body->next++;
    if (p[at] == '.' && (at == 0 || p[at - 1] == '\n') &&
        line_octets(body, at) <= max_stuffed_octets) {
        buf_append_fill(session->out, '.', is_stuffed_twice(session, at) ? 2 : 1);
    }
    if (p[at] == '\n' && (at == 0 || p[at - 1] != '\r')) {
        buf_append_octet(session->out, '\r');
    }
    bool is_changed = at == body->changed && octet_is_alpha(p[at]);
    buf_append_octet(session->out, is_changed ? body->changed_to : p[at]);
}

/* Up to the next octet that needs a closer look. */
static size_t plain_octets(const struct pop3_body *body, size_t most)
{
    struct bytes content = bytes_make(body->message->p, body->end);
    size_t at = body->next;
    size_t end = body->end - at > most ? at + most : body->end;
    if (at == 0 || content.p[at - 1] == '\n') {
        return 0;
    }
    size_t lf = bytes_index(bytes_slice(content, 0, end), '\n', at);
    return (lf == BYTES_NONE ? end : lf) - at;
}

static void write_content(struct pop3_session *session, size_t max_octets)
{
    struct pop3_body *body = &session->body;
    size_t max_stuffed_octets = style_of(session)->max_stuffed_octets;
    while (body->next < body->end && session->out->n < max_octets) {
        size_t plain = plain_octets(body, max_octets - session->out->n);
        if (plain > 0) {
            buf_append(session->out, bytes_make(body->message->p + body->next, plain));
            body->next += plain;
        } else {
            write_octet(session, max_stuffed_octets);
        }
    }
}

/* What came with BDAT need not end a line (RFC 3030 section 3); the response does. */
static void end_content(struct pop3_session *session)
{
    const struct pop3_body *body = &session->body;
    if (body->end > 0 && body->message->p[body->end - 1] != '\n') {
        buf_append_text(session->out, "\r\n");
    }
}

/* Faults: the last line has the number of the one before, or one too high. */
static size_t shown_number(const struct pop3_session *session)
{
    const struct pop3_body *body = &session->body;
    size_t number = body->next + 1;
    bool is_last = body->next > 0 && number == body->end;
    if (is_last && body->kind == POP3_BODY_IDS &&
        pop3_session_has_fault(session, FAULT_POP3_MESSAGE_NUMBERS)) {
        return number - 1;
    }
    if (is_last && body->kind == POP3_BODY_SIZES &&
        pop3_session_has_fault(session, FAULT_POP3_MESSAGE_NUMBERS_2)) {
        return number + 1;
    }
    return number;
}

/* One line for each message that is not deleted. */
static void write_listing(struct pop3_session *session, size_t max_octets)
{
    struct pop3_body *body = &session->body;
    bool is_bare =
        body->kind == POP3_BODY_SIZES && pop3_session_has_fault(session, FAULT_POP3_LINE_END_2);
    for (; body->next < body->end && session->out->n < max_octets; body->next++) {
        if (!pop3_is_shown(session, body->next)) {
            continue;
        }
        buf_printf(session->out, "%zu ", shown_number(session));
        if (body->kind == POP3_BODY_IDS) {
            pop3_print_unique_id(session, body->next, session->out);
        } else {
            pop3_print_size(session, body->next, session->out);
        }
        buf_append_text(session->out, is_bare ? "\n" : "\r\n");
    }
}

void pop3_write_body(struct pop3_session *session, size_t max_octets)
{
    struct pop3_body *body = &session->body;
    switch (body->kind) {
    case POP3_BODY_NONE:
        return;
    case POP3_BODY_CONTENT:
        write_content(session, max_octets);
        break;
    case POP3_BODY_SIZES:
    case POP3_BODY_IDS:
        write_listing(session, max_octets);
        break;
    }
    if (body->next < body->end) {
        return;
    }
    if (body->kind == POP3_BODY_CONTENT) {
        end_content(session);
    }
    write_end(session);
    store_message_unref(&body->message);
    *body = (struct pop3_body){0};
}
