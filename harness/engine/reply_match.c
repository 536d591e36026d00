#include "engine/reply_match.h"

#include "engine/line_group.h"
#include "engine/line_match.h"

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

static struct bytes source_text(const struct place *place)
{
    size_t column = place->column == 0 ? 0 : place->column - 1;

    return bytes_slice(place->source, column, column + place->width);
}

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
    struct bytes text = source_text(&place);

    if (text.n > 0) {
        buf_append(out, text);
    } else {
        codes_written(reply, out);
    }
}

/* ---- One comparison ---- */

struct matching {
    const struct reply *reply;
    const struct answer *answer;
    const struct scope *scope;
    struct reply_difference *difference;
};

static enum line_match match_line(const struct matching *m, const struct line *line, size_t i,
                                  struct line_difference *difference)
{
    return line_match(line, answer_line(m->answer, i), !m->answer->pop3, m->scope, difference,
                      &m->difference->error);
}

/* A written line found nothing that matches; `actual` is what stood there instead. */
static enum reply_verdict line_differs(const struct matching *m, const struct line *line,
                                       struct bytes actual, const char *reason)
{
    struct reply_difference *difference = m->difference;

    difference->place = line->place;
    difference->actual = actual;
    buf_append_text(&difference->reason, reason);
    if (difference->expected.n == 0) {
        buf_append(&difference->expected, source_text(&line->place));
    }
    return REPLY_LINE_DIFFERS;
}

static enum reply_verdict compare_line(const struct matching *m, const struct line *line, size_t i)
{
    struct line_difference found = {.offset = BYTES_NONE};
    enum line_match match = match_line(m, line, i, &found);
    enum reply_verdict verdict = REPLY_MATCHES;

    if (match == LINE_MATCH_ERROR) {
        verdict = REPLY_ERROR;
    } else if (match == LINE_DIFFERS) {
        buf_append(&m->difference->expected, buf_bytes(&found.expected));
        m->difference->offset = found.offset;
        verdict = line_differs(m, line, answer_line(m->answer, i),
                               "a line of the reply differs from what is written");
    }
    buf_deinit(&found.expected);
    return verdict;
}

/* ---- Lines that must not be there ---- */

static enum reply_verdict check_forbidden(const struct matching *m)
{
    for (size_t w = 0; w < m->reply->line_count; w++) {
        const struct line *line = &m->reply->lines[w];
        if ((line->flags & LINE_FORBIDDEN) == 0 || line->compare == COMPARE_FRAME) {
            continue;
        }
        for (size_t i = 0; i < answer_line_count(m->answer); i++) {
            enum line_match match = match_line(m, line, i, NULL);
            if (match == LINE_MATCH_ERROR) {
                return REPLY_ERROR;
            }
            if (match == LINE_MATCH) {
                return line_differs(m, line, answer_line(m->answer, i),
                                    "the reply has a line that must not be there");
            }
        }
    }
    return REPLY_MATCHES;
}

/* ---- Lines by keyword ---- */

static enum reply_verdict find_keyword(const struct matching *m, const struct line *line)
{
    for (size_t i = 1; i < answer_line_count(m->answer); i++) {
        enum line_match match = match_line(m, line, i, NULL);
        if (match != LINE_DIFFERS) {
            return match == LINE_MATCH ? REPLY_MATCHES : REPLY_ERROR;
        }
    }
    if ((line->flags & LINE_OPTIONAL) != 0) {
        return REPLY_MATCHES;
    }
    return line_differs(m, line, answer_octets(m->answer), "no line of the reply matches");
}

static bool is_plain_end(const struct matching *m, const struct line *line)
{
    const struct text *text = &line->text;

    return m->answer->pop3 && line == &m->reply->lines[m->reply->line_count - 1] &&
           text->count == 1 && text->pieces[0].kind == PIECE_OCTETS &&
           bytes_is(text->pieces[0].octets, ".");
}

static enum reply_verdict compare_keywords(const struct matching *m)
{
    enum reply_verdict verdict = REPLY_MATCHES;

    for (size_t w = 1; w < m->reply->line_count && verdict == REPLY_MATCHES; w++) {
        const struct line *line = &m->reply->lines[w];
        if (line->compare != COMPARE_FRAME && (line->flags & LINE_FORBIDDEN) == 0 &&
            !is_plain_end(m, line)) {
            verdict = find_keyword(m, line);
        }
    }
    return verdict;
}

/* ---- Lines by position ---- */

/* Written lines [w, last) against the answer's lines from `at` on. */
struct position {
    size_t w;
    size_t last;
    size_t at;
};

/* Received lines left over when every other written line that must come has one. */
static bool room_for_optional(const struct matching *m, const struct position *p)
{
    size_t needed = 0;

    for (size_t w = p->w + 1; w < p->last; w++) {
        needed += (m->reply->lines[w].flags & (LINE_OPTIONAL | LINE_FORBIDDEN)) == 0 ? 1 : 0;
    }
    return p->at + needed < answer_line_count(m->answer);
}

static enum reply_verdict take_optional(const struct matching *m, struct position *p)
{
    const struct line *line = &m->reply->lines[p->w];

    if (p->at < answer_line_count(m->answer)) {
        enum line_match match = line->compare != COMPARE_FRAME ? match_line(m, line, p->at, NULL)
                                : room_for_optional(m, p)      ? LINE_MATCH
                                                               : LINE_DIFFERS;
        if (match == LINE_MATCH_ERROR) {
            return REPLY_ERROR;
        }
        p->at += match == LINE_MATCH ? 1 : 0;
    }
    p->w++;
    return REPLY_MATCHES;
}

static enum reply_verdict take_plain(const struct matching *m, struct position *p)
{
    const struct line *line = &m->reply->lines[p->w];
    size_t at = p->at;

    p->w++;
    p->at++;
    if (line->compare == COMPARE_FRAME) {
        return REPLY_MATCHES;
    }
    if (at >= answer_line_count(m->answer)) {
        return line_differs(m, line, answer_octets(m->answer), "the reply has too few lines");
    }
    return compare_line(m, line, at);
}

static enum reply_verdict take_group(const struct matching *m, struct position *p)
{
    struct line_group group = {.lines = &m->reply->lines[p->w],
                               .answer = m->answer,
                               .first = p->at,
                               .scope = m->scope,
                               .error = &m->difference->error};
    const struct line *missing = NULL;

    while (p->w < p->last && (m->reply->lines[p->w].flags & LINE_ANY_ORDER) != 0) {
        p->w++;
        group.count++;
    }
    switch (line_group_match(&group, &missing)) {
    case LINE_MATCH:
        p->at += group.matched;
        return REPLY_MATCHES;
    case LINE_DIFFERS:
        return line_differs(m, missing, answer_octets(m->answer),
                            "lines that may come in any order: one of them is missing");
    case LINE_MATCH_ERROR:
        break;
    }
    return REPLY_ERROR;
}

/* ---- A gap: any number of lines ---- */

static bool is_plain(const struct line *line)
{
    return (line->flags & (LINE_GAP | LINE_FORBIDDEN | LINE_ANY_ORDER | LINE_OPTIONAL)) == 0;
}

static bool look_up_outside(void *self, const char *name, struct bytes *value_r)
{
    return scope_get(self, name, value_r);
}

/* Written lines [w, last) up to one that is not plain, tried at `at` with captures that are thrown away. */
static enum line_match try_at(const struct matching *m, size_t w, size_t last, size_t at)
{
    struct scope real = *m->scope;
    struct scope trial = {vars_new(), look_up_outside, &real};
    enum line_match match = LINE_MATCH;

    for (; w < last && match == LINE_MATCH && is_plain(&m->reply->lines[w]); w++, at++) {
        const struct line *line = &m->reply->lines[w];
        if (at >= answer_line_count(m->answer)) {
            match = LINE_DIFFERS;
        } else if (line->compare != COMPARE_FRAME) {
            match = line_match(line, answer_line(m->answer, at), !m->answer->pop3, &trial, NULL,
                               &m->difference->error);
        }
    }
    vars_free(&trial.vars);
    return match;
}

/* How many plain lines follow, when nothing else does; 0 otherwise: then they must stand at the end. */
static size_t closing_lines(const struct matching *m, const struct position *p)
{
    size_t count = 0;

    for (size_t w = p->w; w < p->last; w++) {
        if (!is_plain(&m->reply->lines[w])) {
            return 0;
        }
        count++;
    }
    return count;
}

/* Where the lines behind the gap stand; the position moves there. */
static enum reply_verdict take_gap(const struct matching *m, struct position *p)
{
    size_t total = answer_line_count(m->answer);

    p->w++;
    if (p->w == p->last) {
        p->at = total;
        return REPLY_MATCHES;
    }
    size_t closing = closing_lines(m, p);
    if (closing > 0 && total >= p->at + closing) {
        p->at = total - closing;
        return REPLY_MATCHES; /* compared there, so that a difference is shown line by line */
    }
    for (size_t at = p->at; closing == 0 && at <= total; at++) {
        enum line_match match = try_at(m, p->w, p->last, at);
        if (match != LINE_DIFFERS) {
            p->at = at;
            return match == LINE_MATCH ? REPLY_MATCHES : REPLY_ERROR;
        }
    }
    return line_differs(m, &m->reply->lines[p->w], answer_octets(m->answer),
                        "no line of the response matches");
}

/* Where only lines that must not be there are written, others may come in any number. */
static bool has_wanted(const struct matching *m, const struct position *p)
{
    for (size_t w = p->w; w < p->last; w++) {
        if ((m->reply->lines[w].flags & LINE_FORBIDDEN) == 0) {
            return true;
        }
    }
    return p->w == p->last;
}

static enum reply_verdict compare_positions(const struct matching *m, struct position p,
                                            bool counted)
{
    enum reply_verdict verdict = REPLY_MATCHES;
    size_t first = p.w;

    counted = counted && has_wanted(m, &p);
    while (p.w < p.last && verdict == REPLY_MATCHES) {
        const struct line *line = &m->reply->lines[p.w];
        counted = counted && (line->compare != COMPARE_FRAME || (line->flags & LINE_GAP) != 0);
        if ((line->flags & LINE_FORBIDDEN) != 0) {
            p.w++;
        } else if ((line->flags & LINE_GAP) != 0) {
            verdict = take_gap(m, &p);
        } else if ((line->flags & LINE_ANY_ORDER) != 0) {
            verdict = take_group(m, &p);
        } else if ((line->flags & LINE_OPTIONAL) != 0) {
            verdict = take_optional(m, &p);
        } else {
            verdict = take_plain(m, &p);
        }
    }
    if (verdict == REPLY_MATCHES && counted && p.at < answer_line_count(m->answer)) {
        const struct line *line = &m->reply->lines[p.last > first ? p.last - 1 : 0];
        return line_differs(m, line, answer_line(m->answer, p.at),
                            "the reply has more lines than are written");
    }
    return verdict;
}

static enum reply_verdict compare_lines(const struct matching *m)
{
    const struct reply *reply = m->reply;
    struct position all = {0, reply->line_count, 0};
    enum reply_verdict verdict = REPLY_MATCHES;

    if (!m->answer->pop3 && !reply->keywords) {
        return compare_positions(m, all, reply->line_count > 1);
    }
    if (reply->line_count > 0 && reply->lines[0].compare != COMPARE_FRAME) {
        verdict = compare_line(m, &reply->lines[0], 0);
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
    return compare_positions(m, (struct position){1, all.last, 1}, true);
}

/* ---- Codes ---- */

static enum reply_verdict code_differs(const struct matching *m)
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

static enum reply_verdict compare_code(const struct matching *m)
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
    struct matching m = {reply, answer, scope, difference};
    enum reply_verdict code = compare_code(&m);

    /* Alternatives are codes alone: a second choice has no text to compare. */
    if (code != REPLY_MATCHES) {
        return code;
    }
    enum reply_verdict lines = check_forbidden(&m);
    return lines == REPLY_MATCHES ? compare_lines(&m) : lines;
}
