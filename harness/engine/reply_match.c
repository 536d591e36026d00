#include "engine/reply_match.h"

#include "engine/expand.h"
#include "engine/reply_lines.h"

void reply_difference_init(struct reply_difference *difference)
{
    *difference = (struct reply_difference){.offset = BYTES_NONE};
}

void reply_difference_deinit(struct reply_difference *difference)
{
    buf_deinit(&difference->expected);
    buf_deinit(&difference->reason);
}

/* ---- What was written ---- */

static void codes_written(const struct reply *reply, struct buf *out)
{
    for (size_t i = 0; i < reply->code_count; i++) {
        buf_append_text(out, i == 0 ? "" : " | ");
        buf_append_text(out, reply->codes[i].second_choice ? "?" : "");
        buf_append_text(out, reply->codes[i].code);
    }
}

struct place reply_place(const struct reply *reply)
{
    return reply->line_count > 0 ? reply->lines[0].place : (struct place){0};
}

void reply_written(const struct reply *reply, struct buf *out)
{
    struct place place = reply_place(reply);
    struct bytes text = reply_source(&place);

    if (text.n > 0) {
        buf_append(out, text);
    } else {
        codes_written(reply, out);
    }
}

/* ---- Lines that must not be there ---- */

/* A line of the reply to EHLO or CAPA without the code and what stands behind it. */
static struct bytes without_code(const struct reply_matching *m, struct bytes line)
{
    const size_t code = 4;
    bool has_code = !m->answer->pop3 && line.n >= code && octet_is_digit(line.p[0]) &&
                    (line.p[code - 1] == ' ' || line.p[code - 1] == '-');

    return bytes_trim(has_code ? bytes_skip(line, code) : line);
}

/* "S!: 250-SIZE" is a keyword alone: it stands for the keyword with parameters, too, and in any case of letters. */
static bool has_keyword(const struct reply_matching *m, const struct line *line, size_t i)
{
    struct buf octets = {0};
    struct error error;
    struct bytes word = {0};
    bool has = false;

    if (!m->reply->keywords || i == 0 || line->compare != COMPARE_VALUES) {
        return false;
    }
    if (expand_text(&octets, &line->text, m->scope, &error) == 0) {
        struct bytes written = without_code(m, buf_bytes(&octets));
        struct bytes received = without_code(m, answer_line(m->answer, i));
        has = bytes_next_word(&received, &word) && bytes_equal_nocase(written, word);
    }
    buf_deinit(&octets);
    return has;
}

/* The first line of an answer with keywords has none: it is the server's name. */
static enum reply_verdict find_forbidden(const struct reply_matching *m, const struct line *line)
{
    for (size_t i = m->reply->keywords ? 1 : 0; i < answer_line_count(m->answer); i++) {
        enum line_match match = reply_line_match(m, line, i, NULL);
        if (match == LINE_MATCH_ERROR) {
            return REPLY_ERROR;
        }
        if (match == LINE_MATCH || has_keyword(m, line, i)) {
            return reply_line_differs(m, line, answer_line(m->answer, i),
                                      "the reply has a line that must not be there");
        }
    }
    return REPLY_MATCHES;
}

static enum reply_verdict check_forbidden(const struct reply_matching *m)
{
    enum reply_verdict verdict = REPLY_MATCHES;

    for (size_t w = 0; w < m->reply->line_count && verdict == REPLY_MATCHES; w++) {
        const struct line *line = &m->reply->lines[w];
        if ((line->flags & LINE_FORBIDDEN) != 0 && line->compare != COMPARE_FRAME) {
            verdict = find_forbidden(m, line);
        }
    }
    return verdict;
}

/* ---- Lines by keyword ---- */

static enum reply_verdict find_keyword(const struct reply_matching *m, const struct line *line)
{
    for (size_t i = 1; i < answer_line_count(m->answer); i++) {
        enum line_match match = reply_line_match(m, line, i, NULL);
        if (match != LINE_DIFFERS) {
            return match == LINE_MATCH ? REPLY_MATCHES : REPLY_ERROR;
        }
    }
    if ((line->flags & LINE_OPTIONAL) != 0) {
        return REPLY_MATCHES;
    }
    return reply_line_differs(m, line, answer_octets(m->answer), "no line of the reply matches");
}

static bool is_plain_end(const struct reply_matching *m, const struct line *line)
{
    const struct text *text = &line->text;

    return m->answer->pop3 && line == &m->reply->lines[m->reply->line_count - 1] &&
           text->count == 1 && text->pieces[0].kind == PIECE_OCTETS &&
           bytes_is(text->pieces[0].octets, ".");
}

static bool is_written(const struct reply_matching *m, size_t i)
{
    for (size_t w = 1; w < m->reply->line_count; w++) {
        const struct line *line = &m->reply->lines[w];
        bool anything = line->compare == COMPARE_FRAME && (line->flags & LINE_FORBIDDEN) == 0;
        if (anything || ((line->flags & LINE_FORBIDDEN) == 0 &&
                         reply_line_match(m, line, i, NULL) == LINE_MATCH)) {
            return true;
        }
    }
    return false;
}

/* Compare: text: what the server has begun to offer is a difference, too. */
static enum reply_verdict find_unwritten(const struct reply_matching *m)
{
    size_t count = answer_line_count(m->answer);
    for (size_t i = 1; i < count; i++) {
        struct bytes line = answer_line(m->answer, i);
        bool end = m->answer->pop3 && bytes_is(bytes_trim(line), ".");
        if (!end && !is_written(m, i)) {
            return reply_line_differs(m, &m->reply->lines[m->reply->line_count - 1], line,
                                      "the reply has a line that is not written");
        }
    }
    return REPLY_MATCHES;
}

static enum reply_verdict compare_keywords(const struct reply_matching *m)
{
    enum reply_verdict verdict = REPLY_MATCHES;

    for (size_t w = 1; w < m->reply->line_count && verdict == REPLY_MATCHES; w++) {
        const struct line *line = &m->reply->lines[w];
        if (line->compare != COMPARE_FRAME && (line->flags & LINE_FORBIDDEN) == 0 &&
            !is_plain_end(m, line)) {
            verdict = find_keyword(m, line);
        }
    }
    return verdict == REPLY_MATCHES && m->reply->keywords_all ? find_unwritten(m) : verdict;
}

static enum reply_verdict compare_lines(const struct reply_matching *m)
{
    const struct reply *reply = m->reply;
    struct reply_position all = {0, reply->line_count, 0};
    enum reply_verdict verdict = REPLY_MATCHES;

    if (!m->answer->pop3 && !reply->keywords) {
        return reply_positions_compare(m, all, reply->line_count > 1);
    }
    if (reply->line_count > 0 && reply->lines[0].compare != COMPARE_FRAME) {
        verdict = reply_line_compare(m, &reply->lines[0], 0);
    }
    if (verdict != REPLY_MATCHES || reply->keywords) {
        return verdict != REPLY_MATCHES ? verdict : compare_keywords(m);
    }
    if (!reply->body_given || m->answer->indicator != POP3_OK) {
        return REPLY_MATCHES;
    }
    if (all.last > 1 && is_plain_end(m, &reply->lines[all.last - 1])) {
        all.last--;
    }
    return reply_positions_compare(m, (struct reply_position){1, all.last, 1}, true);
}

/* ---- Codes ---- */

static enum reply_verdict code_differs(const struct reply_matching *m)
{
    struct reply_difference *difference = m->difference;
    struct buf codes = {0};

    difference->place = reply_place(m->reply);
    difference->actual = answer_octets(m->answer);
    difference->offset = 0;
    reply_written(m->reply, &difference->expected);
    codes_written(m->reply, &codes);
    buf_printf(&difference->reason, "expected %s, got ", buf_text(&codes));
    answer_name(m->answer, &difference->reason);
    buf_deinit(&codes);
    return REPLY_CODE_DIFFERS;
}

static enum reply_verdict compare_code(const struct reply_matching *m)
{
    bool second = false;

    if (m->reply->code_count == 0) {
        return REPLY_MATCHES;
    }
    for (size_t i = 0; i < m->reply->code_count; i++) {
        if (!answer_is(m->answer, m->reply->codes[i].code)) {
            continue;
        }
        if (!m->reply->codes[i].second_choice) {
            return REPLY_MATCHES;
        }
        second = true;
    }
    code_differs(m);
    return second ? REPLY_SECOND_CHOICE : REPLY_CODE_DIFFERS;
}

enum reply_verdict reply_match(const struct reply *reply, const struct answer *answer,
                               const struct scope *scope, struct reply_difference *difference)
{
    struct reply_matching m = {reply, answer, scope, difference, false};
    enum reply_verdict code = compare_code(&m);

    /* Alternatives are codes alone: a second choice has no text to compare. */
    if (code != REPLY_MATCHES) {
        return code;
    }
    enum reply_verdict lines = check_forbidden(&m);
    return lines == REPLY_MATCHES ? compare_lines(&m) : lines;
}
