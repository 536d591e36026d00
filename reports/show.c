#include "reports/show.h"

#include <inttypes.h>
#include <time.h>

#include "base/escape.h"
#include "base/utf8.h"

static bool is_address_octet(unsigned char c)
{
    unsigned char lower = octet_lower(c);
    return octet_is_digit(c) || (lower >= 'a' && lower <= 'f') || c == ':' || c == '.';
}

static bool is_name_octet(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c) || c == '-' || c == '_';
}

/* Does what stands around the octet at `i` read as an IPv6 address? */
static bool is_in_address(struct bytes line, size_t i)
{
    size_t from = i;
    size_t to = i;
    while (from > 0 && is_address_octet(line.p[from - 1])) {
        from--;
    }
    while (to < line.n && is_address_octet(line.p[to])) {
        to++;
    }
    return (from == 0 || !is_name_octet(line.p[from - 1])) &&
           (to == line.n || !is_name_octet(line.p[to]));
}

/*
 * Is the octet at `i` the one that makes a workflow command of a CI log? "##[" counts anywhere, "::" where a line can
 * begin and everywhere but in IPv6 addresses, which stay readable.
 */
static bool show_makes_command(struct bytes line, size_t i)
{
    struct bytes before = bytes_slice(line, 0, i);
    if (line.p[i] == '[') {
        return bytes_ends(before, "##");
    }
    return line.p[i] == ':' && bytes_ends(before, ":") &&
           (bytes_is(bytes_trim(before), ":") || !is_in_address(line, i));
}

void show_line(struct buf *out, struct bytes line)
{
    size_t from = 0;
    for (size_t i = 0; i < line.n; i++) {
        bool command = show_makes_command(line, i);
        if (line.p[i] == '\\' || command) {
            escape_append(out, bytes_slice(line, from, i), ESCAPE_UTF8);
            buf_append_text(out, !command ? "\\" : line.p[i] == ':' ? "\\x3a" : "\\x5b");
            from = i + 1;
        }
    }
    escape_append(out, bytes_skip(line, from), ESCAPE_UTF8);
}

void show_text(struct buf *out, const char *text)
{
    show_line(out, bytes_of(text));
}

void show_wrapped(struct buf *out, struct bytes text, size_t from, size_t to)
{
    struct bytes word;
    size_t column = from;
    while (bytes_next_word(&text, &word)) {
        const size_t width = utf8_width(word);
        if (column > from && column + 1 + width > to) {
            buf_append_octet(out, '\n');
            buf_append_fill(out, ' ', from);
            column = from;
        }
        buf_append_text(out, column > from ? " " : "");
        show_line(out, word);
        column += width + (column > from ? 1 : 0);
    }
}

void show_octets(struct buf *out, struct bytes octets, size_t limit)
{
    escape_append(out, bytes_slice(octets, 0, limit), ESCAPE_CI);
    if (octets.n > limit) {
        buf_printf(out, " [... %zu more octets]", octets.n - limit);
    }
}

void show_case_target(struct buf *out, const struct case_result *result)
{
    if (result->target != NULL) {
        show_text(out, result->target);
        buf_append_text(out, ": ");
    }
}

void show_case_name(struct buf *out, const struct case_result *result)
{
    show_text(out, result->program->id);
    if (result->repeat > 0) {
        buf_printf(out, "#%u", result->repeat);
    }
}

void show_case_id(struct buf *out, const struct case_result *result)
{
    show_case_target(out, result);
    show_case_name(out, result);
}

void show_duration(struct buf *out, int64_t duration_us)
{
    if (duration_us < 1000) {
        buf_append_text(out, "<1 ms");
    } else if (duration_us < 1000000) {
        buf_printf(out, "%" PRId64 " ms", duration_us / 1000);
    } else {
        show_seconds(out, duration_us);
        buf_append_text(out, " s");
    }
}

void show_ms(struct buf *out, int64_t time_us)
{
    int64_t us = time_us < 0 ? 0 : time_us;
    buf_printf(out, "%" PRId64 ".%03" PRId64, us / 1000, us % 1000);
}

void show_seconds(struct buf *out, int64_t time_us)
{
    show_ms(out, time_us / 1000);
}

void show_time(struct buf *out, int64_t wall_us, bool junit)
{
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm tm;
    char text[32] = "1970-01-01T00:00:00";
    if (gmtime_r(&seconds, &tm) != NULL) {
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    }
    buf_append_text(out, text);
    if (!junit) {
        buf_printf(out, ".%03" PRId64 "Z", wall_us < 0 ? 0 : wall_us / 1000 % 1000);
    }
}

void show_count(struct buf *out, size_t count, const char *singular, const char *plural)
{
    buf_printf(out, "%zu %s", count, count == 1 ? singular : plural);
}

void show_sources(struct buf *out, const char *before, const struct rule *rule, const char *after)
{
    buf_append_text(out, rule->source_count > 0 ? before : "");
    for (size_t i = 0; i < rule->source_count; i++) {
        buf_append_text(out, i == 0 ? "" : ", ");
        show_text(out, rule->sources[i]);
    }
    buf_append_text(out, rule->source_count > 0 ? after : "");
}

bool show_in_full(enum verdict verdict, enum fail_on fail_on)
{
    return verdict_outcome(verdict, fail_on) == OUTCOME_NOT_OK || verdict == VERDICT_FAIL ||
           verdict == VERDICT_XPASS || verdict == VERDICT_ERROR || verdict == VERDICT_INCONCLUSIVE;
}

const char *show_outcome(enum verdict_outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_OK] = "ok", [OUTCOME_NOT_OK] = "not-ok", [OUTCOME_NEUTRAL] = "neutral"};
    return names[outcome];
}

const char *show_fail_on(enum fail_on fail_on)
{
    static const char *const names[] = {[FAIL_ON_MUST] = "must",
                                        [FAIL_ON_SHOULD] = "should",
                                        [FAIL_ON_ANY] = "any",
                                        [FAIL_ON_PRACTICE] = "practice",
                                        [FAIL_ON_NEVER] = "never"};
    return names[fail_on];
}

const char *show_trace(enum report_trace trace)
{
    static const char *const names[] = {
        [TRACE_FAIL] = "fail", [TRACE_ALL] = "all", [TRACE_NONE] = "none"};
    return names[trace];
}

void show_colour(struct buf *out, enum show_colour colour, bool on)
{
    static const char *const codes[] = {
        [SHOW_PLAIN] = "\x1b[0m",   [SHOW_RED] = "\x1b[1;31m", [SHOW_GREEN] = "\x1b[32m",
        [SHOW_YELLOW] = "\x1b[33m", [SHOW_CYAN] = "\x1b[36m",  [SHOW_DIM] = "\x1b[2m",
        [SHOW_BOLD] = "\x1b[1m"};
    if (on) {
        buf_append_text(out, codes[colour]);
    }
}
