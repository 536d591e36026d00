#include "engine/reply_lines.h"

#include "engine/line_group.h"
#include "engine/trial.h"

struct bytes reply_source(const struct place *place)
{
    size_t column = place->column == 0 ? 0 : place->column - 1;

    return bytes_slice(place->source, column, column + place->width);
}

/* ---- One comparison ---- */

/* How many received lines from i on the written one stands for: a field goes on in lines that begin with a blank. */
static size_t span_of(const struct reply_matching *m, const struct line *line, size_t i)
{
    size_t count = 1;
    bool folded = (line->flags & LINE_FOLDED) != 0 && m->answer->pop3;

    while (folded && i + count < answer_line_count(m->answer)) {
        struct bytes next = answer_line(m->answer, i + count);
        if (next.n == 0 || (next.p[0] != ' ' && next.p[0] != '\t')) {
            break;
        }
        count++;
    }
    return count;
}

/* The lines of a response stand behind one another. */
static struct bytes received_at(const struct reply_matching *m, const struct line *line, size_t i)
{
    struct bytes received = answer_line(m->answer, i);

    for (size_t k = span_of(m, line, i); k > 1; k--) {
        received.n += answer_line(m->answer, i + k - 1).n;
    }
    return received;
}

/* RFC 5322 2.2.3: the line ends before blanks are taken out, the blanks stay. */
static void unfold(struct bytes field, struct buf *out)
{
    for (size_t i = 0; i < field.n; i++) {
        bool crlf = field.p[i] == '\r' && i + 1 < field.n && field.p[i + 1] == '\n';
        size_t behind = i + (crlf ? 2 : 1);
        bool fold = (crlf || field.p[i] == '\n') && behind < field.n &&
                    (field.p[behind] == ' ' || field.p[behind] == '\t');
        if (fold) {
            i = behind - 1;
        } else {
            buf_append_octet(out, field.p[i]);
        }
    }
}

enum line_match reply_line_match(const struct reply_matching *m, const struct line *line, size_t i,
                                 struct line_difference *difference)
{
    if (span_of(m, line, i) == 1) {
        return line_match(line, answer_line(m->answer, i), !m->answer->pop3, m->scope, difference,
                          &m->difference->error);
    }
    struct buf field = {0};
    unfold(received_at(m, line, i), &field);
    enum line_match match =
        line_match(line, buf_bytes(&field), false, m->scope, difference, &m->difference->error);
    if (difference != NULL) {
        difference->offset = BYTES_NONE; /* it counts in what is unfolded */
    }
    buf_deinit(&field);
    return match;
}

/* A written line found nothing that matches; `actual` is what stood there instead. */
enum reply_verdict reply_line_differs(const struct reply_matching *m, const struct line *line,
                                      struct bytes actual, const char *reason)
{
    struct reply_difference *difference = m->difference;

    difference->place = line->place;
    difference->actual = actual;
    buf_append_text(&difference->reason, reason);
    if (difference->expected.n == 0) {
        buf_append(&difference->expected, reply_source(&line->place));
    }
    return REPLY_LINE_DIFFERS;
}

enum reply_verdict reply_line_compare(const struct reply_matching *m, const struct line *line,
                                      size_t i)
{
    struct line_difference found = {.offset = BYTES_NONE};
    enum line_match match = reply_line_match(m, line, i, &found);
    enum reply_verdict verdict = REPLY_MATCHES;

    if (match == LINE_MATCH_ERROR) {
        verdict = REPLY_ERROR;
    } else if (match == LINE_DIFFERS) {
        buf_append(&m->difference->expected, buf_bytes(&found.expected));
        m->difference->offset = found.offset;
        verdict = reply_line_differs(m, line, received_at(m, line, i),
                                     "a line of the reply differs from what is written");
    }
    buf_deinit(&found.expected);
    return verdict;
}

/* ---- Lines by position ---- */

/* Received lines left over when every other written line that must come has one. */
static bool room_for_optional(const struct reply_matching *m, const struct reply_position *p)
{
    size_t needed = 0;

    for (size_t w = p->w + 1; w < p->last; w++) {
        needed += (m->reply->lines[w].flags & (LINE_OPTIONAL | LINE_FORBIDDEN)) == 0 ? 1 : 0;
    }
    return p->at + needed < answer_line_count(m->answer);
}

static enum reply_verdict take_optional(const struct reply_matching *m, struct reply_position *p)
{
    const struct line *line = &m->reply->lines[p->w];

    if (p->at < answer_line_count(m->answer)) {
        enum line_match match = line->compare != COMPARE_FRAME
                                    ? reply_line_match(m, line, p->at, NULL)
                                : room_for_optional(m, p) ? LINE_MATCH
                                                          : LINE_DIFFERS;
        if (match == LINE_MATCH_ERROR) {
            return REPLY_ERROR;
        }
        p->at += match == LINE_MATCH ? span_of(m, line, p->at) : 0;
    }
    p->w++;
    return REPLY_MATCHES;
}

static enum reply_verdict take_plain(const struct reply_matching *m, struct reply_position *p)
{
    const struct line *line = &m->reply->lines[p->w];
    size_t at = p->at;

    p->w++;
    p->at += span_of(m, line, at);
    if (line->compare == COMPARE_FRAME) {
        return REPLY_MATCHES;
    }
    if (at >= answer_line_count(m->answer)) {
        return reply_line_differs(m, line, answer_octets(m->answer), "the reply has too few lines");
    }
    return reply_line_compare(m, line, at);
}

/* The line that found no place in its group: does it stand farther down? */
static bool stands_behind(const struct reply_matching *m, const struct line *line, size_t from)
{
    bool stands = false;

    for (size_t i = from; i < answer_line_count(m->answer) && !stands; i++) {
        struct trial trial;
        struct error error;
        trial_begin(&trial, m->scope);
        stands = line_match(line, answer_line(m->answer, i), !m->answer->pop3, &trial.scope, NULL,
                            &error) == LINE_MATCH;
        trial_end(&trial);
    }
    return stands;
}

static enum reply_verdict take_group(const struct reply_matching *m, struct reply_position *p)
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
        return reply_line_differs(
            m, missing, answer_octets(m->answer),
            !m->tried && stands_behind(m, missing, group.first + group.count)
                ? "lines that may come in any order: one of them stands behind other lines"
                : "lines that may come in any order: one of them is missing");
    case LINE_MATCH_ERROR:
        break;
    }
    return REPLY_ERROR;
}

/* ---- A gap: any number of lines ---- */

/* A line that must come and has one place. */
static bool is_plain(const struct line *line)
{
    return (line->flags &
            (LINE_GAP | LINE_FORBIDDEN | LINE_ANY_ORDER | LINE_OPTIONAL | LINE_FOLDED)) == 0;
}

/* Do the written lines of `p` stand at p.at? Tried with captures that are thrown away. */
static enum line_match try_at(const struct reply_matching *m, struct reply_position p, bool counted)
{
    struct trial trial;
    struct reply_difference ignored;

    reply_difference_init(&ignored);
    trial_begin(&trial, m->scope);
    const struct reply_matching tried = {m->reply, m->answer, &trial.scope, &ignored, true};
    enum reply_verdict verdict = reply_positions_compare(&tried, p, counted);
    trial_end(&trial);
    if (verdict == REPLY_ERROR) {
        m->difference->error = ignored.error;
    }
    reply_difference_deinit(&ignored);
    return verdict == REPLY_MATCHES ? LINE_MATCH
           : verdict == REPLY_ERROR ? LINE_MATCH_ERROR
                                    : LINE_DIFFERS;
}

/* How many plain lines follow, when no others do but those that must not come: they must stand at the end. Else 0. */
static size_t closing_lines(const struct reply_matching *m, const struct reply_position *p)
{
    size_t count = 0;

    for (size_t w = p->w; w < p->last; w++) {
        const struct line *line = &m->reply->lines[w];
        if ((line->flags & LINE_FORBIDDEN) == 0 && !is_plain(line)) {
            return 0;
        }
        count += is_plain(line) ? 1 : 0;
    }
    return count;
}

/* The next gap among the written lines, or their end. */
static size_t next_gap(const struct reply_matching *m, const struct reply_position *p)
{
    size_t w = p->w;

    while (w < p->last && (m->reply->lines[w].flags & LINE_GAP) == 0) {
        w++;
    }
    return w;
}

/* Where the lines behind the gap stand, up to the next one; the position moves there. */
static enum reply_verdict take_gap(const struct reply_matching *m, struct reply_position *p)
{
    size_t total = answer_line_count(m->answer);

    p->w++;
    while (p->w < p->last && (m->reply->lines[p->w].flags & LINE_FORBIDDEN) != 0) {
        p->w++; /* it takes no place */
    }
    if (p->w == p->last) {
        p->at = total;
        return REPLY_MATCHES;
    }
    size_t closing = closing_lines(m, p);
    if (closing > 0 && total >= p->at + closing) {
        p->at = total - closing;
        return REPLY_MATCHES; /* compared there, so that a difference is shown line by line */
    }
    size_t end = next_gap(m, p);
    for (size_t at = p->at; closing == 0 && at <= total; at++) {
        enum line_match match = try_at(m, (struct reply_position){p->w, end, at}, end == p->last);
        if (match != LINE_DIFFERS) {
            p->at = at;
            return match == LINE_MATCH ? REPLY_MATCHES : REPLY_ERROR;
        }
    }
    return reply_line_differs(m, &m->reply->lines[p->w], answer_octets(m->answer),
                              "no line of the response matches");
}

/* Where only lines that must not be there are written, others may come in any number. */
static bool has_wanted(const struct reply_matching *m, const struct reply_position *p)
{
    for (size_t w = p->w; w < p->last; w++) {
        if ((m->reply->lines[w].flags & LINE_FORBIDDEN) == 0) {
            return true;
        }
    }
    return p->w == p->last;
}

enum reply_verdict reply_positions_compare(const struct reply_matching *m, struct reply_position p,
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
        return reply_line_differs(m, line, answer_line(m->answer, p.at),
                                  "the reply has more lines than are written");
    }
    return verdict;
}
