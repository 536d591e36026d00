/*
 * The client's message data beside the lines that are written.
 *
 * The octets are compared as they are on the wire, dots stuffed. A line that is not compared stands for any number of lines; one
 * that is only because of its {{}} may have others beside it: a client may add header fields (RFC 5321 4.4, RFC 6409 8). Marked
 * lines that are neighbours are neighbours in the data, too. What is written with ! is no line of it, wherever.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "engine/serve_internal.h"
#include "engine/trial.h"

struct data_lines {
    struct bytes *items; /* with their line ends */
    size_t count;
    size_t capacity;
};

static void cut(struct data_lines *lines, struct bytes octets)
{
    while (octets.n > 0) {
        size_t lf = bytes_index(octets, '\n', 0);
        size_t n = lf == BYTES_NONE ? octets.n : lf + 1;
        lines->items = mem_grow(lines->items, lines->count, &lines->capacity, sizeof *lines->items);
        lines->items[lines->count++] = bytes_slice(octets, 0, n);
        octets = bytes_skip(octets, n);
    }
}

struct comparing {
    struct case_run *run;
    const struct line *const *written;
    size_t written_count;
    struct data_lines came;
    struct line_difference difference;
    struct error error;
    bool failed;
    unsigned tries;
    bool more_came; /* all stands there, and something behind it */
};

/* Lines that may be missing beside lines that are alike could be tried in endless ways. */
enum { MOST_TRIES = 200000 };

/* A written line may hold LF (\n): then it stands for so many lines more. */
static size_t lines_of(const struct line *line)
{
    size_t count = 1;

    for (size_t i = 0; i < line->text.count; i++) {
        struct bytes octets = line->text.pieces[i].octets;
        for (size_t k = 0; line->text.pieces[i].kind == PIECE_OCTETS && k < octets.n; k++) {
            count += octets.p[k] == '\n' ? 1 : 0;
        }
    }
    return count;
}

/* The received lines that written line `w` stands for, when it begins at `r`: they are neighbours in one buffer. */
static struct bytes received(const struct comparing *c, size_t w, size_t r)
{
    struct bytes octets = c->came.items[r];
    size_t last = r + lines_of(c->written[w]) - 1;

    last = last < c->came.count ? last : c->came.count - 1;
    octets.n = (size_t)(c->came.items[last].p - octets.p) + c->came.items[last].n;
    return octets;
}

static enum line_match compare_one(struct comparing *c, size_t w, size_t r,
                                   const struct scope *scope, struct line_difference *difference)
{
    enum line_match match = LINE_MATCH_ERROR;

    if (++c->tries > MOST_TRIES) {
        error_set(&c->error, "the marked lines of the message can be looked for in too many ways");
    } else {
        match = line_match(c->written[w], received(c, w, r), false, scope, difference, &c->error);
    }

    c->failed |= match == LINE_MATCH_ERROR;
    return match;
}

/* Where the lines behind [w, end) begin when these stand at `at`; BYTES_NONE: they do not. One marked ? may be missing. */
static size_t compare_group(struct comparing *c, size_t w, size_t end, size_t at, bool to_end,
                            const struct scope *scope)
{
    if (w == end) {
        return !to_end || at == c->came.count ? at : BYTES_NONE;
    }
    size_t lines = lines_of(c->written[w]);
    size_t found = BYTES_NONE;
    if (at + lines <= c->came.count && compare_one(c, w, at, scope, NULL) == LINE_MATCH) {
        found = compare_group(c, w + 1, end, at + lines, to_end, scope);
    }
    if (found == BYTES_NONE && (c->written[w]->flags & LINE_OPTIONAL) != 0 && !c->failed) {
        found = compare_group(c, w + 1, end, at, to_end, scope);
    }
    return found;
}

/* The same, with captures only when they all stand there. */
static size_t stands_at(struct comparing *c, size_t w, size_t end, size_t at, bool to_end)
{
    struct trial trial;

    trial_begin(&trial, &c->run->scope);
    size_t found = compare_group(c, w, end, at, to_end, &trial.scope);
    trial_end(&trial);
    return found == BYTES_NONE ? found : compare_group(c, w, end, at, to_end, &c->run->scope);
}

static bool is_compared(const struct comparing *c, size_t w)
{
    return c->written[w]->compare != COMPARE_FRAME;
}

static bool is_alone(const struct comparing *c, size_t w)
{
    return c->written[w]->compare == COMPARE_VALUES;
}

static size_t end_of_group(const struct comparing *c, size_t w)
{
    size_t end = w + 1;

    while (!is_alone(c, w) && end < c->written_count && is_compared(c, end) && !is_alone(c, end)) {
        end++;
    }
    return end;
}

/* So many lines of the group are alike when it begins at `at`, and no `?` is left out. */
static size_t alike_at(struct comparing *c, size_t w, size_t end, size_t at)
{
    struct trial trial;
    size_t count = 0;

    trial_begin(&trial, &c->run->scope);
    while (w + count < end && at < c->came.count && !c->failed &&
           compare_one(c, w + count, at, &trial.scope, NULL) == LINE_MATCH) {
        at += lines_of(c->written[w + count++]);
    }
    trial_end(&trial);
    return count;
}

/* For the report: of a group that is not found the first line that differs, where most of those before it are alike. */
static size_t nearest(struct comparing *c, size_t w, size_t end, size_t from, bool gap,
                      size_t *at_r)
{
    size_t most = 0;

    for (size_t at = from; at < c->came.count && (gap || at == from); at++) {
        size_t alike = alike_at(c, w, end, at);
        if (alike > most) {
            most = alike;
            *at_r = at;
        }
    }
    for (size_t i = 0; i < most; i++) {
        *at_r += lines_of(c->written[w + i]);
    }
    c->more_came = most > 0 && w + most == end && *at_r < c->came.count;
    return w + most - (most > 0 && w + most == end ? 1 : 0);
}

/*
 * The groups of marked lines one behind the other; `gap`: lines that are not compared stand before the group. Returns the first
 * written line that is not found, with the received line that it was last looked for at; or the count.
 */
static size_t find_groups(struct comparing *c, size_t *at_r)
{
    size_t at = 0;
    bool gap = false;

    for (size_t w = 0; w < c->written_count;) {
        if (!is_compared(c, w)) {
            gap = true;
            w++;
            continue;
        }
        size_t end = end_of_group(c, w);
        gap |= is_alone(c, w);
        bool to_end = end == c->written_count && !is_alone(c, w);
        size_t from = at;
        size_t behind = stands_at(c, w, end, from, to_end);
        while (behind == BYTES_NONE && gap && from < c->came.count && !c->failed) {
            behind = stands_at(c, w, end, ++from, to_end);
        }
        if (behind == BYTES_NONE) {
            *at_r = gap && to_end && c->came.count >= end - w ? c->came.count - (end - w) : at;
            return nearest(c, w, end, at, gap, at_r);
        }
        at = behind;
        gap = is_alone(c, w);
        w = end;
    }
    *at_r = at;
    return c->written_count;
}

static enum step_result data_differs(struct comparing *c, size_t w, size_t at)
{
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct line_difference difference = {.offset = BYTES_NONE};

    if (c->failed) {
        mismatch.verdict = VERDICT_ERROR;
        return outcome_mismatch(c->run, &mismatch, "%s", c->error.text);
    }
    mismatch.final = false;
    mismatch.place = c->written[w]->place;
    if (c->more_came) {
        mismatch.actual = c->came.items[at];
        mismatch.expected = bytes_of("the end of the message data");
        return outcome_mismatch(c->run, &mismatch,
                                "the message data goes on behind the last line that is written");
    }
    bool ended = at >= c->came.count;
    mismatch.actual = ended ? (struct bytes){0} : received(c, w, at);
    (void)line_match(c->written[w], mismatch.actual, false, &c->run->scope, &difference, &c->error);
    mismatch.offset = difference.offset;
    size_t column = mismatch.place.column == 0 ? 0 : mismatch.place.column - 1;
    mismatch.expected = difference.expected.n > 0 ? buf_bytes(&difference.expected)
                                                  : bytes_slice(mismatch.place.source, column,
                                                                column + mismatch.place.width);
    enum step_result result =
        outcome_mismatch(c->run, &mismatch, "%s",
                         ended ? "the message data ends before this line"
                               : "the message data does not hold the line as it is written, in "
                                 "its place");
    buf_deinit(&difference.expected);
    return result;
}

/* ---- What must not be there ---- */

static bool is_forbidden(const struct line *line)
{
    return (line->flags & LINE_FORBIDDEN) != 0;
}

static enum step_result is_there(struct comparing *c, const struct line *line, struct bytes came)
{
    const size_t column = line->place.column == 0 ? 0 : line->place.column - 1;
    struct mismatch mismatch = mismatch_make(VERDICT_FAIL);
    struct buf expected = {0};

    buf_append_text(&expected, "not ");
    buf_append(&expected, bytes_slice(line->place.source, column, column + line->place.width));
    mismatch.place = line->place;
    mismatch.expected = buf_bytes(&expected);
    mismatch.actual = came;
    mismatch.offset = 0;
    mismatch.final = false;
    enum step_result result =
        outcome_mismatch(c->run, &mismatch, "the message data holds a line that must not be in it");
    buf_deinit(&expected);
    return result;
}

/* Nothing is captured. */
static bool is_alike(struct comparing *c, const struct line *line, struct bytes came)
{
    struct trial trial;

    trial_begin(&trial, &c->run->scope);
    enum line_match match = line_match(line, came, false, &trial.scope, NULL, &c->error);
    trial_end(&trial);
    c->failed |= match == LINE_MATCH_ERROR;
    return match == LINE_MATCH;
}

/* False: there is none, or it could not be told (`failed`). */
static bool find_forbidden(struct comparing *c, const struct line **line_r, struct bytes *came_r)
{
    for (size_t w = 0; w < c->written_count; w++) {
        for (size_t r = 0; is_forbidden(c->written[w]) && r < c->came.count && !c->failed; r++) {
            *line_r = c->written[w];
            *came_r = c->came.items[r];
            if (is_alike(c, *line_r, *came_r)) {
                return true;
            }
        }
    }
    return false;
}

static size_t leave_out_forbidden(const struct line **lines, size_t count)
{
    size_t kept = 0;

    for (size_t w = 0; w < count; w++) {
        if (!is_forbidden(lines[w])) {
            lines[kept++] = lines[w];
        }
    }
    return kept;
}

enum step_result serve_compare_data(struct serve *serve, const struct unit *unit)
{
    struct comparing c = {
        .run = serve->run, .written = serve->data_lines, .written_count = serve->data_count};
    size_t at = 0;
    bool any = false;

    for (size_t w = 0; w < c.written_count; w++) {
        any |= is_compared(&c, w);
    }
    if (!any) {
        return STEP_DONE;
    }
    if (c.written_count > 0 && !is_compared(&c, c.written_count - 1)) {
        c.written_count--; /* the line with the dot ends the data: it is there */
        cut(&c.came, bytes_slice(unit->octets, 0, unit->octets.n >= 3 ? unit->octets.n - 3 : 0));
    } else {
        cut(&c.came, unit->octets);
    }
    struct bytes came = {0};
    const struct line *forbidden = NULL;
    const bool stands_there = find_forbidden(&c, &forbidden, &came);
    c.written_count = leave_out_forbidden(serve->data_lines, c.written_count);
    size_t w = !stands_there && !c.failed ? find_groups(&c, &at) : 0;
    enum step_result result = STEP_DONE;
    if (stands_there) {
        result = is_there(&c, forbidden, came);
    } else if (c.failed || w < c.written_count) {
        result = data_differs(&c, w, at);
    }
    free(c.came.items);
    return result;
}
