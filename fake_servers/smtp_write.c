/* How a reply becomes octets: the place of the faults in form, one row each. */
#include "base/utf8.h"
#include "fake_servers/smtp_faulty_reply.h"
#include "fake_servers/smtp_faulty_status.h"
#include "fake_servers/smtp_history.h"
#include "fake_servers/smtp_texts.h"

/* Separators behind the code of the last line. BARE: neither it nor a text is there. NONE: the text follows at once. */
enum { BLANK = 0, BARE, NONE };

/* Zeroed: as it must be. */
struct smtp_style {
    unsigned code;        /* of the last line, 0: as it is */
    unsigned before_code; /* of the lines before it, 0: as it is */
    unsigned middle_code; /* of those between the first and the last one, 0: as it is */
    unsigned char separator;
    const char *line_end;  /* NULL: CRLF */
    const char *inner_end; /* of the lines before the last one, NULL: line_end */
    bool inner_bare;       /* the lines before the last one have no code */
    struct bytes tail;     /* behind the text of the last line */
    size_t fill_octets;    /* behind the text of the first line */
    bool is_silent;        /* there is no reply */
    bool is_twice;
    bool other_class; /* of the enhanced status code */
};

/* A fault shows in the replies to one verb only and outside a transaction, so that all else goes on as usual. */
struct smtp_twist {
    enum fault fault;
    enum smtp_verb verb;
    struct smtp_style style;
};

#define TAIL(literal)                                                                              \
    {                                                                                              \
        (const unsigned char *)(literal), sizeof(literal) - 1                                      \
    }
#define GREETING SMTP_VERB_COUNT

// clang-format off
static const struct smtp_twist twists[] = {
    {FAULT_GREETING_CODE,         GREETING,  {.code = 250, .before_code = 250}},
    {FAULT_GREETING_CODE_2,       GREETING,  {.code = 354, .before_code = 354}},
    {FAULT_REPLY_CRLF,            SMTP_NOOP, {.line_end = "\n"}},
    {FAULT_REPLY_CRLF_2,          SMTP_HELP, {.inner_end = "\n"}},
    {FAULT_REPLY_CODE_GRAMMAR,    SMTP_HELP, {.code = 294, .before_code = 294}},
    {FAULT_REPLY_CODE_GRAMMAR_2,  SMTP_HELP, {.inner_bare = true}},
    {FAULT_REPLY_SEPARATOR,       SMTP_NOOP, {.separator = '.'}},
    {FAULT_REPLY_SEPARATOR_2,     SMTP_HELO, {.separator = NONE}},
    {FAULT_MULTILINE_SAME_CODE,   SMTP_HELP, {.before_code = 211}},
    {FAULT_MULTILINE_SAME_CODE_2, SMTP_HELP, {.middle_code = 211}},
    {FAULT_MULTILINE_LAST_LINE,   SMTP_HELP, {.separator = '-'}},
    {FAULT_MULTILINE_LAST_LINE_2, SMTP_VRFY, {.separator = '-'}},
    {FAULT_REPLY_LINE_LENGTH,     SMTP_HELP, {.fill_octets = 600}},
    {FAULT_REPLY_TEXT_GRAMMAR,    SMTP_NOOP, {.tail = TAIL(" \xE4")}},
    {FAULT_REPLY_TEXT_GRAMMAR_2,  SMTP_NOOP, {.tail = TAIL(" \0")}},
    {FAULT_COMMAND_GETS_REPLY,    SMTP_HELP, {.is_silent = true}},
    {FAULT_ONE_REPLY_PER_COMMAND, SMTP_HELP, {.is_twice = true}},
    {FAULT_INTERMEDIATE_REPLY_2,  SMTP_HELP, {.code = 314, .before_code = 314}},
    {FAULT_BARE_CODE,             SMTP_NOOP, {.separator = BARE}},
    {FAULT_ENHANCED_CODE_CLASS,   SMTP_VRFY, {.other_class = true}},
};
// clang-format on

static const struct smtp_style *style_of(const struct smtp_session *session)
{
    static const struct smtp_style honest = {0};
    for (size_t i = 0; i < sizeof twists / sizeof twists[0]; i++) {
        if (twists[i].verb == session->verb && !smtp_session_in_transaction(session) &&
            smtp_has_fault(session, twists[i].fault)) {
            return &twists[i].style;
        }
    }
    return &honest;
}

struct smtp_line {
    unsigned code;
    const char *status;
    const char *later_status; /* of the lines behind the first */
    struct bytes text;
    bool first;
    bool last;
};

/* RFC 2034 section 4: the status code stands at the beginning of each line's text. */
static void write_status(struct buf *out, const char *status, bool other_class)
{
    if (status == NULL) {
        return;
    }
    char class = status[0];
    if (other_class) {
        class = class == '2' ? '5' : '2';
    }
    buf_printf(out, "%c%s ", class, status + 1);
}

static unsigned code_of(const struct smtp_style *style, const struct smtp_line *line)
{
    bool is_middle = !line->first && !line->last;
    unsigned twisted = line->last ? style->code : style->before_code;
    twisted = is_middle && style->middle_code != 0 ? style->middle_code : twisted;
    return twisted != 0 ? twisted : line->code;
}

static void write_code(struct buf *out, const struct smtp_style *style,
                       const struct smtp_line *line)
{
    unsigned char separator = line->last ? style->separator : '-';
    if (style->inner_bare && !line->last) {
        return;
    }
    buf_printf(out, "%03u", code_of(style, line));
    if (separator != BARE && separator != NONE) {
        buf_append_octet(out, separator == BLANK ? ' ' : separator);
    }
}

static void write_line(struct buf *out, const struct smtp_style *style,
                       const struct smtp_line *line)
{
    const char *end = style->line_end != NULL ? style->line_end : "\r\n";
    write_code(out, style, line);
    if (!line->last || style->separator != BARE) {
        write_status(out, line->status, style->other_class);
        buf_append(out, line->text);
        buf_append_fill(out, 'x', line->first ? style->fill_octets : 0);
        buf_append(out, line->last ? style->tail : (struct bytes){0});
    }
    buf_append_text(out, !line->last && style->inner_end != NULL ? style->inner_end : end);
}

static void write_reply(struct buf *out, const struct smtp_style *style, struct smtp_line line,
                        struct bytes text)
{
    line.first = true;
    do {
        line.text = (struct bytes){0};
        bytes_next(&text, '\n', &line.text);
        line.last = text.n == 0;
        write_line(out, style, &line);
        line.first = false;
        line.status = line.later_status;
    } while (text.n > 0);
}

void smtp_answer_held(struct smtp_session *session)
{
    if (session->held.n > 0) {
        buf_append(session->out, buf_bytes(&session->held));
        buf_deinit(&session->held);
    }
}

bool smtp_can_show(const char *address, bool utf8_allowed)
{
    struct bytes rest = bytes_of(address);
    while (rest.n > 0) {
        uint32_t code_point = 0;
        size_t octets = utf8_read(rest, &code_point);
        if (octets == 0 || !utf8_is_visible(code_point) || (octets > 1 && !utf8_allowed)) {
            return false;
        }
        rest = bytes_skip(rest, octets);
    }
    return true;
}

/* RFC 2034 section 4: none in the greeting and in what answers HELO and EHLO; RFC 2033 4.1 puts LHLO in their place. */
bool smtp_takes_status(const struct smtp_session *session)
{
    enum smtp_verb verb = session->verb;
    return verb != GREETING && verb != SMTP_HELO && verb != SMTP_EHLO && verb != SMTP_LHLO &&
           smtp_offers(session->settings, EXTENSION_ENHANCEDSTATUSCODES);
}

enum stage smtp_stage(const struct smtp_session *session)
{
    if (session->verb == SMTP_DATA && session->state == SMTP_STATE_DATA) {
        return STAGE_END_OF_DATA;
    }
    if (session->verb == SMTP_AUTH && session->is_at_response) {
        return STAGE_AUTH_RESPONSE;
    }
    return stage_of_smtp(session->verb);
}

void smtp_mark_reply(struct smtp_session *session, enum stage stage)
{
    if (session->settings->wire.book != NULL && !session->script.is_telling) {
        reply_marks_add(&session->marks, stage, session->out->n);
    }
}

static void answer(struct smtp_session *session, unsigned code, const char *status,
                   struct bytes text)
{
    const struct smtp_style *style = style_of(session);
    struct buf reply = {0};
    struct smtp_line line = {.code = code};
    if (status != NULL && smtp_takes_status(session)) {
        line.status = smtp_faulty_status(session, status, true);
        line.later_status = smtp_faulty_status(session, status, false);
    }
    for (unsigned i = 0; i < (style->is_twice ? 2 : 1) && !style->is_silent; i++) {
        write_reply(&reply, style, line, text);
    }
    session->last_code = code;
    bool is_late = session->verb == SMTP_RCPT &&
                   ((code >= 400 && smtp_has_fault(session, FAULT_PIPELINING_ORDER)) ||
                    smtp_has_fault(session, FAULT_PIPELINING_ORDER_3));
    bool overtakes =
        session->verb == SMTP_NOOP && smtp_has_fault(session, FAULT_PIPELINING_ORDER_3);
    if (session->verb != SMTP_RCPT && !overtakes) {
        smtp_answer_held(session);
    }
    buf_append(is_late ? &session->held : session->out, buf_bytes(&reply));
    smtp_mark_reply(session, smtp_stage(session));
    buf_deinit(&reply);
}

void smtp_answer(struct smtp_session *session, unsigned code, const char *status,
                 const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    code = smtp_history_code(session, session->verb, code, status);
    code = smtp_faulty_reply_code(session, code, status);
    struct buf other = {0};
    bool is_other = smtp_texts_print(session, code, status, &other);
    answer(session, code, status, buf_bytes(is_other ? &other : &text));
    buf_deinit(&other);
    buf_deinit(&text);
}

/* The status that the standards have for such a refusal (RFC 4954 6; RFC 3207 4; RFC 5248). */
static const char *status_of_refusal(const char *command, unsigned code)
{
    static const struct {
        unsigned code;
        const char *status;
    } known[] = {
        {421, NULL    },
        {432, "4.7.12"},
        {454, "4.7.0" },
        {530, "5.7.0" },
        {534, "5.7.9" },
        {535, "5.7.8" },
        {538, "5.7.11"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].code == code) {
            return known[i].status;
        }
    }
    if (code == 500 && bytes_is_nocase(bytes_of(command), "AUTH")) {
        return "5.5.6";
    }
    return code < 500 ? "4.0.0" : "5.0.0";
}

bool smtp_refuse(struct smtp_session *session, const char *command)
{
    const struct server_refusals *refusals = &session->settings->refusals;
    for (size_t i = 0; i < refusals->count; i++) {
        const struct server_refusal *row = &refusals->rows[i];
        if (row->code == 0 || !bytes_is_nocase(bytes_of(command), row->command)) {
            continue;
        }
        /* Whatever the profile, with the code that is asked for. */
        answer(session, row->code, status_of_refusal(command, row->code),
               bytes_of(row->text != NULL ? row->text : SERVER_REFUSAL_TEXT));
        if (row->code == 421) {
            session->state = SMTP_STATE_OVER;
        }
        return true;
    }
    return false;
}
