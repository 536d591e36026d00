#include "engine/command_match.h"

#include "engine/expand.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

enum { MAX_PARAMETERS = 64 };

/* The written text as far as it is known: up to the first capture. False: all of it is. */
static bool written_so_far(const struct command_matching *m, struct buf *out)
{
    for (size_t i = 0; i < m->line->text.count; i++) {
        struct text one = {&m->line->text.pieces[i], 1};
        struct bytes value;
        bool capture = one.pieces[0].kind == PIECE_VARIABLE &&
                       !scope_get(m->scope, one.pieces[0].name, &value);
        if (capture || expand_text(out, &one, m->scope, NULL) != 0) {
            return true;
        }
    }
    return false;
}

static struct bytes first_word(struct bytes text)
{
    struct bytes word = {0};

    return bytes_next_word(&text, &word) ? word : (struct bytes){0};
}

/* "MAIL FROM:<a@b>" and "MAIL" have one verb; so have "RETR 1" and "retr 2". */
static bool same_verb(const struct command_matching *m, struct bytes written, struct bytes came)
{
    if (m->protocol == PROTOCOL_POP3) {
        return bytes_equal_nocase(first_word(written), first_word(came));
    }
    struct smtp_command a = smtp_command_read(written);
    struct smtp_command b = smtp_command_read(came);
    return a.verb == b.verb &&
           (a.verb != SMTP_UNKNOWN || bytes_equal_nocase(first_word(written), first_word(came)));
}

bool command_same_verb(const struct command_matching *m)
{
    struct buf written = {0};
    (void)written_so_far(m, &written);
    bool same = written.n > 0 && !m->is_response &&
                same_verb(m, buf_bytes(&written), bytes_trim_right(m->raw));
    buf_deinit(&written);
    return same;
}

/* Is the verb known, and another one? */
static bool is_other_verb(const struct command_matching *m)
{
    struct buf written = {0};
    bool cut = written_so_far(m, &written);
    bool known = bytes_index(buf_bytes(&written), ' ', 0) != BYTES_NONE || !cut;
    bool other =
        known && written.n > 0 && !same_verb(m, buf_bytes(&written), bytes_trim_right(m->raw));

    buf_deinit(&written);
    return other;
}

/* ---- Parameters of MAIL and RCPT ---- */

static bool takes_parameters(const struct command_matching *m, struct bytes line)
{
    if (m->protocol == PROTOCOL_POP3) {
        return false;
    }
    enum smtp_verb verb = smtp_command_read(line).verb;
    return verb == SMTP_MAIL || verb == SMTP_RCPT || verb == SMTP_SEND || verb == SMTP_SOML ||
           verb == SMTP_SAML;
}

/* Where the path ends: behind the ">" that is in no quoted string, or at the first blank behind the colon. */
static size_t path_end(struct bytes line)
{
    size_t colon = bytes_index(line, ':', 0);
    bool quoted = false;

    for (size_t i = colon == BYTES_NONE ? line.n : colon + 1; i < line.n; i++) {
        if (line.p[i] == '\\' && quoted) {
            i++;
        } else if (line.p[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && line.p[i] == '>') {
            return i + 1;
        }
    }
    return line.n;
}

static struct bytes keyword_of(struct bytes parameter)
{
    size_t equals = bytes_index(parameter, '=', 0);

    return bytes_slice(parameter, 0, equals == BYTES_NONE ? parameter.n : equals);
}

/* The parameter of that keyword among those behind the path; empty: none. */
static struct bytes find_parameter(struct bytes line, struct bytes keyword)
{
    struct bytes rest = bytes_skip(line, path_end(line));
    struct bytes parameter = {0};

    while (bytes_next_word(&rest, &parameter)) {
        if (bytes_equal_nocase(keyword_of(parameter), keyword)) {
            return parameter;
        }
    }
    return (struct bytes){0};
}

/* ---- Not compared whole ---- */

static bool has_written_keywords(struct bytes written, struct bytes came)
{
    struct bytes rest = bytes_skip(written, path_end(written));
    struct bytes parameter = {0};

    while (bytes_next_word(&rest, &parameter)) {
        if (find_parameter(came, keyword_of(parameter)).n == 0) {
            return false;
        }
    }
    return true;
}

/* Numbers, of which "01" is 1, or what is none and wrong; a language is named in any case (RFC 4647 2). */
static bool same_word(enum pop3_verb verb, struct bytes a, struct bytes b)
{
    uint64_t number_a = 0;
    uint64_t number_b = 0;
    if (verb == POP3_LANG) {
        return bytes_equal_nocase(a, b);
    }
    return bytes_equal(a, b) ||
           (bytes_to_u64(a, &number_a) && bytes_to_u64(b, &number_b) && number_a == number_b);
}

/* Which message or language a command is about is part of the protocol; who logs in is not. */
static bool same_arguments(struct bytes written, struct bytes came)
{
    struct pop3_command a = pop3_command_read(written);
    struct bytes rest_a = a.argument;
    struct bytes rest_b = pop3_command_read(came).argument;
    struct bytes word_a = {0};
    struct bytes word_b = {0};
    if (a.verb == POP3_USER || a.verb == POP3_PASS || a.verb == POP3_APOP || a.verb == POP3_AUTH ||
        a.verb == POP3_UNKNOWN) {
        return true;
    }
    for (;;) {
        bool more_a = bytes_next_word(&rest_a, &word_a);
        bool more_b = bytes_next_word(&rest_b, &word_b);
        if (!more_a || !more_b) {
            return more_a == more_b;
        }
        if (!same_word(a.verb, word_a, word_b)) {
            return false;
        }
    }
}

static enum line_match match_frame(const struct command_matching *m, struct error *error)
{
    struct buf written = {0};
    struct bytes came = bytes_trim_right(m->raw);
    bool matches = true;

    if (m->is_response) {
        return LINE_MATCH;
    }
    if (expand_text(&written, &m->line->text, m->scope, error) != 0) {
        buf_deinit(&written);
        return LINE_MATCH_ERROR;
    }
    matches = same_verb(m, buf_bytes(&written), came);
    if (matches && m->protocol == PROTOCOL_POP3) {
        matches = same_arguments(buf_bytes(&written), came);
    } else if (matches && takes_parameters(m, came)) {
        matches = has_written_keywords(buf_bytes(&written), came);
    }
    buf_deinit(&written);
    return matches ? LINE_MATCH : LINE_DIFFERS;
}

/* ---- Compared whole ---- */

/*
 * The line as it came, in the spelling of what is written wherever case does not count. What is known of the written line
 * tells: all of it, or all before its first capture.
 */
static void respell_domain(struct buf *line, struct bytes written)
{
    size_t at = bytes_index(written, '@', 0);
    size_t own = bytes_index(buf_bytes(line), '@', 0);
    size_t end = path_end(written);

    size_t own_end = path_end(buf_bytes(line)); /* once: the line may be long and full of them */

    for (size_t next = at; next != BYTES_NONE && next < end;
         next = bytes_index(written, '@', at + 1)) {
        at = next;
    }
    for (size_t next = own; next != BYTES_NONE && next < own_end;
         next = bytes_index(buf_bytes(line), '@', own + 1)) {
        own = next;
    }
    if (at == BYTES_NONE || own == BYTES_NONE) {
        return;
    }
    for (size_t i = 1; at + i < end && own + i < line->n; i++) {
        if (octet_lower(written.p[at + i]) != octet_lower(line->p[own + i])) {
            return;
        }
        line->p[own + i] = written.p[at + i];
    }
}

/* Letters of the verb, and "FROM" or "TO" behind it. */
static void respell_verb(struct buf *line, struct bytes written)
{
    for (size_t i = 0; i < written.n && i < line->n; i++) {
        if (octet_lower(written.p[i]) != octet_lower(line->p[i]) || written.p[i] == '<') {
            return;
        }
        line->p[i] = written.p[i];
    }
}

static void append_parameter(struct buf *out, struct bytes parameter, struct bytes keyword)
{
    buf_append_octet(out, ' ');
    buf_append(out, keyword);
    buf_append(out, bytes_skip(parameter, keyword.n));
}

/* All text of the written line that is no variable, to find the keywords in it. */
static void literal_of(const struct command_matching *m, struct buf *out)
{
    for (size_t i = 0; i < m->line->text.count; i++) {
        const struct piece *piece = &m->line->text.pieces[i];
        struct text one = {piece, 1};
        struct bytes value;
        bool capture = piece->kind == PIECE_VARIABLE && !scope_get(m->scope, piece->name, &value);
        if (capture || expand_text(out, &one, m->scope, NULL) != 0) {
            buf_append_octet(out, 'x');
        }
    }
}

/* The parameters that are written, in that order, as they came; the others are left out. */
static void choose_parameters(struct buf *line, struct bytes came, struct bytes written)
{
    struct bytes rest = bytes_skip(written, path_end(written));
    struct bytes parameter = {0};

    size_t end = path_end(came);
    if (end < came.n && came.p[end] != ' ') {
        return; /* what stands there is no parameter */
    }
    line->n = end < line->n ? end : line->n;
    while (bytes_next_word(&rest, &parameter)) {
        struct bytes keyword = keyword_of(parameter);
        struct bytes found = find_parameter(came, keyword);
        if (found.n > 0) {
            append_parameter(line, found, keyword);
        }
    }
}

static bool is_hello(const struct command_matching *m, struct bytes line)
{
    enum smtp_verb verb = smtp_command_read(line).verb;

    return m->protocol != PROTOCOL_POP3 &&
           (verb == SMTP_EHLO || verb == SMTP_HELO || verb == SMTP_LHLO);
}

static void respell(const struct command_matching *m, struct buf *line)
{
    struct bytes came = bytes_trim_right(m->raw);
    struct buf written = {0};
    struct buf literal = {0};

    (void)written_so_far(m, &written);
    literal_of(m, &literal);
    buf_append(line, came);
    if (takes_parameters(m, came)) {
        choose_parameters(line, came, buf_bytes(&literal));
        respell_domain(line, buf_bytes(&literal));
        respell_verb(line, buf_bytes(&written));
    } else if (is_hello(m, came)) {
        respell_verb(line, buf_bytes(&written)); /* what follows is a domain */
    } else {
        /* Of a greeting the domain, too. */
        enum smtp_verb verb = smtp_command_read(came).verb;
        bool hello = m->protocol != PROTOCOL_POP3 &&
                     (verb == SMTP_EHLO || verb == SMTP_HELO || verb == SMTP_LHLO);
        respell_verb(line, hello ? buf_bytes(&written) : first_word(buf_bytes(&written)));
    }
    buf_append_text(line, "\r\n");
    buf_deinit(&written);
    buf_deinit(&literal);
}

enum line_match command_match(const struct command_matching *m,
                              struct line_difference *difference_r, struct error *error)
{
    struct buf line = {0};
    bool pattern = m->line->compare == COMPARE_GLOB || m->line->compare == COMPARE_REGEX;

    if (!m->is_response && !pattern && m->line->compare != COMPARE_EXACT && is_other_verb(m)) {
        return LINE_DIFFERS; /* what it holds may have no value yet */
    }
    if (m->line->compare == COMPARE_FRAME) {
        return match_frame(m, error);
    }
    enum line_match match = line_match(m->line, m->raw, false, m->scope, difference_r, error);
    if (match == LINE_DIFFERS && m->line->compare != COMPARE_EXACT && !m->is_response) {
        respell(m, &line);
        if (line_match(m->line, buf_bytes(&line), false, m->scope, NULL, error) == LINE_MATCH) {
            match = LINE_MATCH;
        }
    }
    buf_deinit(&line);
    return match;
}
