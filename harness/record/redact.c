#include "record/redact.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/mem.h"

/* A known secret shorter than this is too common to be searched for. */
#define REDACT_SHORTEST        ((size_t)3)
#define REDACT_SHORTEST_BASE64 ((size_t)4)
/* What is remembered of a line that comes in parts, and of what was hidden before. */
#define REDACT_LINE_LIMIT ((size_t)8192)
/* So far back a secret can begin that ends in the part just come. */
#define REDACT_WINDOW          ((size_t)1024)
#define REDACT_HIDDEN_LIMIT    ((size_t)8192)
#define REDACT_HIDDEN_SHORTEST ((size_t)8)

/* Something to search for; inside base64 the whole run of base64 around it is hidden. */
struct needle {
    struct buf octets;
    bool base64;
};

struct redact {
    struct needle *needles;
    size_t count;
    size_t capacity;
};

/* ---- Known secrets ---- */

static void add_needle(struct redact *redact, struct bytes octets, bool base64)
{
    redact->needles =
        mem_grow(redact->needles, redact->count, &redact->capacity, sizeof redact->needles[0]);
    struct needle *needle = &redact->needles[redact->count++];
    *needle = (struct needle){.base64 = base64};
    buf_append(&needle->octets, octets);
}

/*
 * The base64 characters that depend on the secret alone when `before` other octets (0, 1 or 2) stand in front of it
 * in its group of three: those whose six bits all belong to it.
 */
static void add_base64_needle(struct redact *redact, struct bytes secret, size_t before)
{
    struct buf plain = {0};
    struct buf encoded = {0};
    buf_append_fill(&plain, 'x', before);
    buf_append(&plain, secret);
    base64_encode(&encoded, buf_bytes(&plain));
    size_t from = (before * 8 + 5) / 6;
    size_t to = plain.n * 8 / 6;
    if (to >= from + REDACT_SHORTEST_BASE64) {
        add_needle(redact, bytes_slice(buf_bytes(&encoded), from, to), true);
    }
    buf_deinit(&plain);
    buf_deinit(&encoded);
}

struct redact *redact_new(const char *const *secrets, size_t count)
{
    struct redact *redact = mem_alloc(sizeof *redact);
    for (size_t i = 0; i < count; i++) {
        struct bytes secret = bytes_of(secrets[i]);
        if (secret.n < REDACT_SHORTEST) {
            continue;
        }
        add_needle(redact, secret, false);
        for (size_t before = 0; before < 3; before++) {
            add_base64_needle(redact, secret, before);
        }
    }
    return redact;
}

void redact_free(struct redact **redact_p)
{
    struct redact *redact = *redact_p;
    if (redact != NULL) {
        for (size_t i = 0; i < redact->count; i++) {
            buf_deinit(&redact->needles[i].octets);
        }
        free(redact->needles);
        free(redact);
        *redact_p = NULL;
    }
}

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
    buf_deinit(&session->hidden);
    *session = (struct redact_session){0};
}

/* ---- Ranges ---- */

static void add_range(struct redact_ranges *ranges, size_t from, size_t to)
{
    if (from < to) {
        ranges->items =
            mem_grow(ranges->items, ranges->count, &ranges->capacity, sizeof ranges->items[0]);
        ranges->items[ranges->count++] = (struct redact_range){from, to};
    }
}

void redact_ranges_deinit(struct redact_ranges *ranges)
{
    free(ranges->items);
    *ranges = (struct redact_ranges){0};
}

static int by_begin(const void *a, const void *b)
{
    const struct redact_range *x = a;
    const struct redact_range *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* Sort, and make one of those that touch. */
static void merge_ranges(struct redact_ranges *ranges)
{
    size_t kept = 0;
    if (ranges->count == 0) {
        return;
    }
    qsort(ranges->items, ranges->count, sizeof ranges->items[0], by_begin);
    for (size_t i = 1; i < ranges->count; i++) {
        struct redact_range *last = &ranges->items[kept];
        struct redact_range next = ranges->items[i];
        if (next.from <= last->to) {
            last->to = next.to > last->to ? next.to : last->to;
        } else {
            ranges->items[++kept] = next;
        }
    }
    ranges->count = kept + 1;
}

/* Forget what lies before `start`, count from there. */
static void move_ranges(struct redact_ranges *ranges, size_t start)
{
    size_t kept = 0;
    for (size_t i = 0; i < ranges->count; i++) {
        struct redact_range range = ranges->items[i];
        if (range.to > start) {
            size_t from = range.from > start ? range.from - start : 0;
            ranges->items[kept++] = (struct redact_range){from, range.to - start};
        }
    }
    ranges->count = kept;
}

/* ---- What it is ---- */

static bool is_base64(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c) || c == '+' || c == '/' || c == '=';
}

static void find_needle(struct bytes line, struct bytes needle, bool base64,
                        struct redact_ranges *ranges)
{
    size_t at = bytes_find(line, needle, 0);
    while (needle.n > 0 && at != BYTES_NONE) {
        size_t from = at;
        size_t to = at + needle.n;
        while (base64 && from > 0 && is_base64(line.p[from - 1])) {
            from--;
        }
        while (base64 && to < line.n && is_base64(line.p[to])) {
            to++;
        }
        add_range(ranges, from, to);
        at = bytes_find(line, needle, to);
    }
}

static void find_known(const struct redact *redact, struct bytes line, struct redact_ranges *ranges)
{
    for (size_t i = 0; i < redact->count; i++) {
        const struct needle *needle = &redact->needles[i];
        find_needle(line, buf_bytes(&needle->octets), needle->base64, ranges);
    }
}

static void find_echoes(const struct redact_session *session, struct bytes line,
                        struct redact_ranges *ranges)
{
    struct bytes rest = buf_bytes(&session->hidden);
    struct bytes hidden;
    while (rest.n > 0 && bytes_next(&rest, '\n', &hidden)) {
        find_needle(line, hidden, false, ranges);
    }
}

/* ---- Where it stands ---- */

/* Without its line end. */
static size_t content_end(struct bytes line)
{
    size_t end = line.n;
    while (end > 0 && (line.p[end - 1] == '\n' || line.p[end - 1] == '\r')) {
        end--;
    }
    return end;
}

/* Offset of word `index` (from 0) of the line, or BYTES_NONE. */
static size_t word_at(struct bytes line, size_t index)
{
    struct bytes rest = line;
    struct bytes word;
    for (size_t i = 0; i <= index; i++) {
        if (!bytes_next_word(&rest, &word)) {
            return BYTES_NONE;
        }
    }
    return (size_t)(word.p - line.p);
}

struct secret_argument {
    const char *verb;
    bool pop3_only;
    size_t word; /* the secret begins there */
};

static const struct secret_argument secret_arguments[] = {
    {"PASS", true,  1},
    {"APOP", true,  2},
    {"AUTH", false, 2}
};

/* Commands that look like base64, but are not a response to a challenge nobody has seen. */
static const char *const bare_verbs[] = {"QUIT", "NOOP", "RSET", "STAT", "LIST", "UIDL",    "CAPA",
                                         "LANG", "UTF8", "DATA", "HELP", "STLS", "STARTTLS"};

static bool is_bare_verb(struct bytes content)
{
    for (size_t i = 0; i < sizeof bare_verbs / sizeof bare_verbs[0]; i++) {
        if (bytes_is_nocase(content, bare_verbs[i])) {
            return true;
        }
    }
    return false;
}

static bool all_base64(struct bytes content)
{
    for (size_t i = 0; i < content.n; i++) {
        if (!is_base64(content.p[i])) {
            return false;
        }
    }
    return content.n > 0;
}

/* Where the secret of a client's line begins, or BYTES_NONE: it goes on to the line's end. */
static size_t secret_begin(const struct redact_session *session, enum protocol protocol,
                           struct bytes content)
{
    struct bytes rest = content;
    struct bytes verb = {0};
    if (session->in_data) {
        return BYTES_NONE;
    }
    if (session->challenged) {
        return bytes_is(content, "*") ? BYTES_NONE : 0;
    }
    if (session->auth_open && all_base64(content) && !is_bare_verb(content)) {
        return 0;
    }
    (void)bytes_next_word(&rest, &verb);
    for (size_t i = 0; i < sizeof secret_arguments / sizeof secret_arguments[0]; i++) {
        const struct secret_argument *row = &secret_arguments[i];
        if (bytes_is_nocase(verb, row->verb) && (!row->pop3_only || protocol == PROTOCOL_POP3)) {
            size_t at = word_at(content, row->word);
            return at != BYTES_NONE && bytes_is(bytes_skip(content, at), "=") ? BYTES_NONE : at;
        }
    }
    return BYTES_NONE;
}

/* ---- The session ---- */

static void after_client_line(struct redact_session *session, struct bytes content)
{
    struct bytes rest = content;
    struct bytes verb = {0};
    (void)bytes_next_word(&rest, &verb);
    if (session->in_data) {
        session->in_data = !bytes_is(content, ".");
        session->unanswered += session->in_data ? 0 : 1;
        return;
    }
    if (session->challenged) {
        session->challenged = false;
        return;
    }
    if (bytes_is_nocase(verb, "AUTH")) {
        session->auth_open = true;
        session->before_auth = session->unanswered;
    }
    session->unanswered++;
}

/* The last line of a reply; in the body of a POP3 response no line is. */
static bool is_final(enum protocol protocol, struct bytes content)
{
    if (protocol == PROTOCOL_POP3) {
        return bytes_starts(content, "+OK") || bytes_starts(content, "-ERR");
    }
    return content.n < 4 || content.p[3] != '-';
}

static bool is_challenge(enum protocol protocol, struct bytes content)
{
    return protocol == PROTOCOL_POP3 ? bytes_is(content, "+") || bytes_starts(content, "+ ")
                                     : bytes_starts(content, "334");
}

/* A challenge that nobody asked for is none: what is said next is an ordinary line. */
static void after_server_line(struct redact_session *session, enum protocol protocol,
                              struct bytes content)
{
    session->challenged = session->auth_open && is_challenge(protocol, content);
    if (session->challenged || !is_final(protocol, content)) {
        return;
    }
    session->in_data = protocol != PROTOCOL_POP3 && bytes_starts(content, "354");
    session->unanswered -= session->unanswered > 0 ? 1 : 0;
    if (session->before_auth > 0) {
        session->before_auth--;
    } else {
        session->auth_open = false;
    }
}

static void remember_hidden(struct redact_session *session, struct bytes secret)
{
    if (secret.n >= REDACT_HIDDEN_SHORTEST && session->hidden.n + secret.n < REDACT_HIDDEN_LIMIT) {
        buf_append(&session->hidden, secret);
        buf_append_octet(&session->hidden, '\n');
    }
}

/* The line as far as it counts for what kind of line it is, without its end. */
static struct bytes open_line_content(const struct redact_open_line *line)
{
    return bytes_slice(buf_bytes(&line->head), 0, content_end(buf_bytes(&line->head)));
}

/* Secrets that are found as such, in the part or over its beginning. */
static void find_in_part(const struct redact *redact, const struct redact_session *session,
                         struct redact_open_line *line, struct bytes part,
                         struct redact_ranges *ranges)
{
    size_t before = line->tail.n;
    buf_append(&line->tail, part);
    find_known(redact, buf_bytes(&line->tail), ranges);
    find_echoes(session, buf_bytes(&line->tail), ranges);
    move_ranges(ranges, before);
    buf_consume(&line->tail, line->tail.n > REDACT_WINDOW ? line->tail.n - REDACT_WINDOW : 0);
}

static void end_line(struct redact_session *session, enum side side, enum protocol protocol,
                     size_t secret_at)
{
    struct redact_open_line *line = &session->lines[side];
    struct bytes content = open_line_content(line);
    if (secret_at != BYTES_NONE) {
        remember_hidden(session, bytes_skip(content, secret_at));
    }
    if (side == SIDE_CLIENT) {
        after_client_line(session, content);
    } else {
        after_server_line(session, protocol, content);
    }
    buf_clear(&line->head);
    buf_clear(&line->tail);
    line->length = 0;
}

void redact_line(const struct redact *redact, struct redact_session *session, enum side side,
                 enum protocol protocol, struct bytes part, struct redact_ranges *ranges_r)
{
    struct redact_open_line *line = &session->lines[side];
    size_t start = line->length;
    ranges_r->count = 0;
    buf_append(&line->head, bytes_slice(part, 0, REDACT_LINE_LIMIT - line->head.n));
    line->length += part.n;
    size_t begin =
        side == SIDE_CLIENT ? secret_begin(session, protocol, open_line_content(line)) : BYTES_NONE;
    find_in_part(redact, session, line, part, ranges_r);
    if (begin != BYTES_NONE) {
        add_range(ranges_r, begin > start ? begin - start : 0, content_end(part));
    }
    ranges_r->continued = begin != BYTES_NONE && begin < start;
    merge_ranges(ranges_r);
    if (part.n > 0 && part.p[part.n - 1] == '\n') {
        end_line(session, side, protocol, begin);
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

/* The longest end of `line` that is a beginning of `needle`, but not all of it. */
static size_t beginning_at_end(struct bytes line, struct bytes needle)
{
    size_t n = needle.n > line.n ? line.n : needle.n > 0 ? needle.n - 1 : 0;
    while (n > 0 && !bytes_equal(bytes_skip(line, line.n - n), bytes_slice(needle, 0, n))) {
        n--;
    }
    return n;
}

size_t redact_held(const struct redact *redact, const struct redact_session *session,
                   enum side side, struct bytes part, enum redact_pause pause)
{
    size_t held = 0;
    struct buf line = {0};
    struct bytes rest = buf_bytes(&session->hidden);
    struct bytes hidden;
    if (pause == REDACT_ENDED || part.n == 0) {
        return 0;
    }
    buf_append(&line, buf_bytes(&session->lines[side].tail));
    buf_append(&line, part);
    for (size_t i = 0; i < redact->count; i++) {
        size_t n = beginning_at_end(buf_bytes(&line), buf_bytes(&redact->needles[i].octets));
        held = n > held ? n : held;
    }
    while (rest.n > 0 && bytes_next(&rest, '\n', &hidden)) {
        size_t n = beginning_at_end(buf_bytes(&line), hidden);
        held = n > held ? n : held;
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

void redact_find(const struct redact *redact, struct bytes octets, struct redact_ranges *ranges_r)
{
    ranges_r->count = 0;
    ranges_r->continued = false;
    find_known(redact, octets, ranges_r);
    merge_ranges(ranges_r);
}

void redact_find_echoes(const struct redact_session *session, struct bytes octets,
                        struct redact_ranges *ranges)
{
    find_echoes(session, octets, ranges);
    merge_ranges(ranges);
}

void redact_text(const struct redact *redact, struct bytes text, struct buf *out)
{
    struct redact_ranges ranges = {0};
    redact_find(redact, text, &ranges);
    redact_append(out, text, &ranges, REDACT_PLAIN);
    redact_ranges_deinit(&ranges);
}
