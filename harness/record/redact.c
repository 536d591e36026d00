#include "record/redact.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "record/redact_dialogue.h"

/* What is remembered of a line that comes in parts: a response may have 12288 octets (RFC 4954 section 4). */
#define REDACT_LINE_LIMIT ((size_t)16384)
/* So far back a secret can begin that ends in the part just come, at least. */
#define REDACT_WINDOW ((size_t)1024)

/* "C12: " */
#define SPEAKER_MOST ((size_t)6)

/* ---- Known secrets ---- */

struct redact *redact_new(const char *const *secrets, size_t count)
{
    struct redact *redact = mem_alloc(sizeof *redact);
    redact->secrets = mem_array(count + 1, sizeof redact->secrets[0]);
    for (size_t i = 0; i < count; i++) {
        struct bytes secret = bytes_of(secrets[i]);
        if (secret.n >= REDACT_SHORTEST) {
            redact_needles_add_secret(&redact->needles, secret);
        }
        if (secret.n > 0) {
            buf_append(&redact->secrets[redact->count++], secret);
        }
    }
    return redact;
}

struct redact *redact_new_open(void)
{
    struct redact *redact = redact_new(NULL, 0);
    redact->open = true;
    return redact;
}

void redact_free(struct redact **redact_p)
{
    struct redact *redact = *redact_p;
    if (redact != NULL) {
        for (size_t i = 0; i < redact->count; i++) {
            buf_deinit(&redact->secrets[i]);
        }
        free(redact->secrets);
        redact_needles_deinit(&redact->needles);
        free(redact);
        *redact_p = NULL;
    }
}

/* ---- The session ---- */

static void open_line_deinit(struct redact_open_line *line)
{
    buf_deinit(&line->head);
    buf_deinit(&line->tail);
    buf_deinit(&line->held);
}

void redact_session_deinit(struct redact_session *session)
{
    open_line_deinit(&session->lines[SIDE_CLIENT]);
    open_line_deinit(&session->lines[SIDE_SERVER]);
    redact_needles_deinit(&session->hidden);
    *session = (struct redact_session){0};
}

void redact_session_secured(struct redact_session *session)
{
    struct redact_needles hidden = session->hidden;
    session->hidden = (struct redact_needles){0};
    redact_session_deinit(session);
    session->hidden = hidden;
    session->greeted = true; /* no second greeting comes */
}

/* ---- Lines ---- */

/* Without its line end. */
static size_t content_end(struct bytes line)
{
    size_t end = line.n;
    while (end > 0 && (line.p[end - 1] == '\n' || line.p[end - 1] == '\r')) {
        end--;
    }
    return end;
}

/* The line as far as it counts for what kind of line it is, without its end and what message data stands in front of it. */
static struct bytes open_line_content(const struct redact_open_line *line)
{
    return bytes_slice(buf_bytes(&line->head), 0, content_end(buf_bytes(&line->head)));
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Secrets that are found as such, in the part or over its beginning. */
static void find_in_part(const struct redact *redact, const struct redact_session *session,
                         struct redact_open_line *line, struct bytes part,
                         struct redact_ranges *ranges)
{
    size_t before = line->tail.n;
    size_t window = larger(REDACT_WINDOW, larger(redact->needles.longest, session->hidden.longest));
    buf_append(&line->tail, part);
    redact_needles_find(&redact->needles, buf_bytes(&line->tail), false, ranges);
    redact_needles_find(&session->hidden, buf_bytes(&line->tail), false, ranges);
    redact_ranges_move(ranges, before);
    buf_consume(&line->tail, line->tail.n > window ? line->tail.n - window : 0);
}

/* How many octets at the beginning of the part are message data of a chunk. */
static size_t take_chunk(struct redact_session *session, struct redact_open_line *line,
                         enum side side, struct bytes part)
{
    size_t data = 0;
    if (side == SIDE_CLIENT && line->length == line->data) {
        data = session->chunk_left < part.n ? (size_t)session->chunk_left : part.n;
        session->chunk_left -= data;
        line->data += data;
    }
    return data;
}

static void end_line(const struct redact *redact, struct redact_session *session, enum side side,
                     enum protocol protocol, size_t secret_at)
{
    struct redact_open_line *line = &session->lines[side];
    if (line->length > line->data) {
        redact_line_ended(redact, session, side, protocol, open_line_content(line), secret_at);
    }
    buf_clear(&line->head);
    buf_clear(&line->tail);
    line->length = 0;
    line->data = 0;
}

void redact_line(const struct redact *redact, struct redact_session *session, enum side side,
                 enum protocol protocol, struct bytes part, struct redact_ranges *ranges_r)
{
    struct redact_open_line *line = &session->lines[side];
    ranges_r->count = 0;
    ranges_r->continued = false;
    if (redact->open) {
        return;
    }
    struct bytes own = bytes_skip(part, take_chunk(session, line, side, part));
    size_t start = line->length;
    buf_append(&line->head, bytes_slice(own, 0, REDACT_LINE_LIMIT - line->head.n));
    line->length += part.n;
    size_t begin = redact_secret_begin(session, side, protocol, open_line_content(line));
    find_in_part(redact, session, line, part, ranges_r);
    if (begin != BYTES_NONE) {
        size_t at = begin + line->data; /* in the line */
        redact_ranges_add(ranges_r, at > start ? at - start : 0, content_end(part));
        ranges_r->continued = at < start;
    }
    redact_ranges_merge(ranges_r);
    if (part.n > 0 && part.p[part.n - 1] == '\n') {
        end_line(redact, session, side, protocol, begin);
    }
}

/* ---- Whole texts ---- */

void redact_append(struct buf *out, struct bytes octets, const struct redact_ranges *ranges,
                   unsigned flags)
{
    size_t from = 0;
    for (size_t i = 0; i <= ranges->count; i++) {
        bool last = i == ranges->count;
        struct bytes between = bytes_slice(octets, from, last ? octets.n : ranges->items[i].from);
        if (flags == REDACT_PLAIN) {
            buf_append(out, between);
        } else {
            escape_append(out, between, flags);
        }
        if (!last) {
            buf_append_text(out, i == 0 && ranges->continued ? "" : REDACT_MARK);
            from = ranges->items[i].to;
        }
    }
}

/* What is held must not begin within a secret that is whole: its beginning would be shown before it is found. */
static size_t held_behind_found(const struct redact *redact, const struct redact_session *session,
                                struct bytes line, size_t held)
{
    struct redact_ranges ranges = {0};
    size_t begin = line.n - held;
    redact_needles_find(&redact->needles, line, false, &ranges);
    redact_needles_find(&session->hidden, line, false, &ranges);
    redact_ranges_merge(&ranges);
    for (size_t i = 0; i < ranges.count; i++) {
        if (ranges.items[i].from < begin && begin < ranges.items[i].to) {
            begin = ranges.items[i].to;
        }
    }
    redact_ranges_deinit(&ranges);
    return line.n - begin;
}

size_t redact_held(const struct redact *redact, const struct redact_session *session,
                   enum side side, struct bytes part, enum redact_pause pause)
{
    struct buf line = {0};
    if (pause == REDACT_ENDED || part.n == 0 || redact->open) {
        return 0;
    }
    buf_append(&line, buf_bytes(&session->lines[side].tail));
    buf_append(&line, part);
    size_t held = larger(redact_needles_begun(&redact->needles, buf_bytes(&line)),
                         redact_needles_begun(&session->hidden, buf_bytes(&line)));
    if (held > 0) {
        held = held_behind_found(redact, session, buf_bytes(&line), held);
    }
    buf_deinit(&line);
    if (pause == REDACT_WAITED && held < REDACT_SHORTEST) {
        return 0;
    }
    return held < part.n ? held : part.n;
}

static void append_redacted(const struct redact *redact, struct redact_session *session,
                            enum side side, enum protocol protocol, struct bytes part,
                            struct buf *out)
{
    struct redact_ranges ranges = {0};
    if (part.n > 0) {
        redact_line(redact, session, side, protocol, part, &ranges);
        redact_append(out, part, &ranges, REDACT_PLAIN);
    }
    redact_ranges_deinit(&ranges);
}

void redact_octets(const struct redact *redact, struct redact_session *session, enum side side,
                   enum protocol protocol, struct bytes octets, struct buf *out)
{
    struct buf *held = &session->lines[side].held;
    struct buf all = *held;
    size_t from = 0;
    *held = (struct buf){0};
    buf_append(&all, octets);
    while (from < all.n) {
        struct bytes rest = bytes_skip(buf_bytes(&all), from);
        size_t lf = bytes_index(rest, '\n', 0);
        size_t n = lf == BYTES_NONE
                       ? rest.n - redact_held(redact, session, side, rest, REDACT_GOES_ON)
                       : lf + 1;
        append_redacted(redact, session, side, protocol, bytes_slice(rest, 0, n), out);
        if (lf == BYTES_NONE) {
            buf_append(held, bytes_skip(rest, n));
            break;
        }
        from += n;
    }
    buf_deinit(&all);
}

void redact_rest(const struct redact *redact, struct redact_session *session, enum side side,
                 enum protocol protocol, enum redact_pause pause, struct buf *out)
{
    struct buf *held = &session->lines[side].held;
    size_t n = held->n - redact_held(redact, session, side, buf_bytes(held), pause);
    append_redacted(redact, session, side, protocol, bytes_slice(buf_bytes(held), 0, n), out);
    buf_consume(held, n);
}

static void find_whole(const struct redact_needles *needles, struct bytes octets,
                       struct redact_ranges *ranges)
{
    redact_needles_find(needles, octets, true, ranges);
    redact_ranges_merge(ranges);
}

void redact_find(const struct redact *redact, struct bytes octets, struct redact_ranges *ranges_r)
{
    ranges_r->count = 0;
    ranges_r->continued = false;
    find_whole(&redact->needles, octets, ranges_r);
}

void redact_find_echoes(const struct redact *redact, const struct redact_session *session,
                        enum protocol protocol, struct bytes octets, struct redact_ranges *ranges)
{
    if (redact->open) {
        return;
    }
    find_whole(&session->hidden, octets, ranges);
    for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
        struct redact_needles begun = {0};
        struct bytes content = open_line_content(&session->lines[side]);
        size_t at = redact_secret_begin(session, side, protocol, content);
        if (at != BYTES_NONE) {
            redact_remember(&begun, content, at);
            find_whole(&begun, octets, ranges);
            redact_needles_deinit(&begun);
        }
    }
}

void redact_find_wanted(const struct redact *redact, enum protocol protocol, bool response,
                        struct bytes line, struct redact_ranges *ranges)
{
    struct redact_session state = {.challenged = response};
    size_t colon = bytes_find(line, BYTES_LIT(": "), 0);
    size_t spoken = colon < SPEAKER_MOST && line.p[0] == 'C' ? colon + 2 : 0;
    struct bytes content = bytes_slice(line, spoken, content_end(line));
    size_t begin = redact_secret_begin(&state, SIDE_CLIENT, protocol, content);
    if (begin != BYTES_NONE && !redact->open) {
        redact_ranges_add(ranges, spoken + begin, content_end(line));
        redact_ranges_merge(ranges);
    }
}

void redact_text(const struct redact *redact, struct bytes text, struct buf *out)
{
    struct redact_ranges ranges = {0};
    redact_find(redact, text, &ranges);
    redact_append(out, text, &ranges, REDACT_PLAIN);
    redact_ranges_deinit(&ranges);
}
