#include "fake_servers/wire_fault.h"

#include <inttypes.h>
#include <string.h>

#include "base/glob.h"
#include "fake_servers/fault.h"

/* ---- lines of a reply ---- */

enum { CODE_OCTETS = 3, SEGMENT_MS = 2 };

static bool next_line(struct bytes *rest, struct bytes *line_r)
{
    size_t end = bytes_find(*rest, BYTES_LIT("\r\n"), 0);
    if (rest->n == 0) {
        return false;
    }
    *line_r = bytes_slice(*rest, 0, end);
    *rest = end == BYTES_NONE ? (struct bytes){0} : bytes_skip(*rest, end + 2);
    return true;
}

static void append_line(struct buf *out, struct bytes line)
{
    buf_append(out, line);
    buf_append_text(out, "\r\n");
}

/* Where the text of a status line begins: behind "250 " and behind "+OK ". */
static size_t text_at(const struct wire_work *work, struct bytes line)
{
    size_t blank = bytes_index(line, ' ', 0);
    if (!work->is_pop3) {
        return line.n > CODE_OCTETS ? CODE_OCTETS + 1 : line.n;
    }
    return blank == BYTES_NONE ? line.n : blank + 1;
}

/* The last line of an SMTP reply, the first of a POP3 response; all that stands before it, and behind it. */
struct parts {
    struct bytes before;
    struct bytes line; /* without CRLF */
    struct bytes behind;
};

static struct parts parts_of(const struct wire_work *work)
{
    struct bytes rest = work->reply;
    struct bytes line = {0};
    struct parts parts = {0};
    while (next_line(&rest, &line)) {
        parts.before = bytes_slice(work->reply, 0, (size_t)(line.p - work->reply.p));
        parts.line = line;
        parts.behind = rest;
        if (work->is_pop3) {
            break;
        }
    }
    return parts;
}

static void plan_buf(struct wire_work *work, struct buf *out)
{
    wire_plan_octets(work->plan, buf_bytes(out));
    buf_deinit(out);
}

static void plan_text(struct wire_work *work, const char *text)
{
    wire_plan_octets(work->plan, bytes_of(text));
}

static struct bytes code_of(const struct wire_work *work)
{
    return bytes_slice(work->reply, 0, CODE_OCTETS);
}

/* ---- ends of lines ---- */

static void apply_ends(const struct wire_fault_row *row, struct wire_work *work)
{
    struct buf out = {0};
    struct bytes rest = work->reply;
    struct bytes line;
    while (next_line(&rest, &line)) {
        buf_append(&out, line);
        buf_append(&out, row->octets);
    }
    plan_buf(work, &out);
}

/* And nothing comes behind it. */
static void apply_no_line_end(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    wire_plan_octets(work->plan, bytes_trim_right(work->reply));
    wire_plan_end(work->plan, REPLY_CLOSE);
}

/* ---- one line changed ---- */

static void plan_changed(struct wire_work *work, const struct parts *parts, struct buf *line)
{
    wire_plan_octets(work->plan, parts->before);
    append_line(line, (struct bytes){0});
    plan_buf(work, line);
    wire_plan_octets(work->plan, parts->behind);
}

static void apply_insert(const struct wire_fault_row *row, struct wire_work *work)
{
    struct parts parts = parts_of(work);
    struct buf line = {0};
    size_t at = text_at(work, parts.line);
    buf_append(&line, bytes_slice(parts.line, 0, at));
    buf_append(&line, row->octets);
    buf_append(&line, bytes_skip(parts.line, at));
    plan_changed(work, &parts, &line);
}

/* The separator behind the code is that, or nothing. */
static void apply_separator(const struct wire_fault_row *row, struct wire_work *work)
{
    struct parts parts = parts_of(work);
    struct buf line = {0};
    size_t at = text_at(work, parts.line);
    buf_append(&line, bytes_slice(parts.line, 0, at > 0 ? at - 1 : 0));
    buf_append(&line, row->octets);
    buf_append(&line, bytes_skip(parts.line, at));
    plan_changed(work, &parts, &line);
}

static void apply_bare_code(const struct wire_fault_row *row, struct wire_work *work)
{
    struct parts parts = parts_of(work);
    struct buf line = {0};
    size_t at = text_at(work, parts.line);
    (void)row;
    buf_append(&line, bytes_slice(parts.line, 0, at > 0 ? at - 1 : 0));
    plan_changed(work, &parts, &line);
}

/* RFC 5321 4.2: textstring = 1*(%d09 / %d32-126) */
static void apply_tab(const struct wire_fault_row *row, struct wire_work *work)
{
    struct parts parts = parts_of(work);
    struct buf line = {0};
    size_t at = text_at(work, parts.line);
    (void)row;
    for (size_t i = 0; i < parts.line.n; i++) {
        bool is_blank = i >= at && parts.line.p[i] == ' ';
        buf_append_octet(&line, is_blank ? '\t' : parts.line.p[i]);
    }
    buf_append_text(&line, "\ttab");
    plan_changed(work, &parts, &line);
}

static void apply_indicator(const struct wire_fault_row *row, struct wire_work *work)
{
    struct parts parts = parts_of(work);
    struct buf line = {0};
    size_t at = text_at(work, parts.line);
    if (row->octets.n > 0) {
        buf_append(&line, row->octets);
    } else {
        for (size_t i = 0; i < at; i++) {
            buf_append_octet(&line, octet_lower(parts.line.p[i]));
        }
    }
    buf_append(&line, bytes_skip(parts.line, at));
    plan_changed(work, &parts, &line);
}

/* The line has so many octets with CRLF, or has no end. */
static void apply_long(const struct wire_fault_row *row, struct wire_work *work)
{
    struct parts parts = parts_of(work);
    size_t octets = parts.line.n + strlen("\r\n");
    (void)row;
    wire_plan_octets(work->plan, parts.before);
    wire_plan_octets(work->plan, parts.line);
    wire_plan_fill(work->plan, BYTES_LIT("x"),
                   work->number == WIRE_ENDLESS ? WIRE_ENDLESS
                   : work->number > octets      ? work->number - octets
                                                : 0);
    plan_text(work, "\r\n");
    wire_plan_octets(work->plan, parts.behind);
}

/* ---- lines added and left out ---- */

static void apply_before(const struct wire_fault_row *row, struct wire_work *work)
{
    wire_plan_octets(work->plan, row->octets);
    wire_plan_octets(work->plan, work->reply);
}

/* "250-more" before the reply, with the code of the row instead, or without text. */
static void plan_first_line(struct wire_work *work, struct bytes code, const char *text)
{
    wire_plan_octets(work->plan, code);
    plan_text(work, "-");
    plan_text(work, text);
    plan_text(work, "\r\n");
}

static void apply_more_lines(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    for (uint64_t i = 0; i < work->number && work->number != WIRE_ENDLESS; i++) {
        plan_first_line(work, code_of(work), "more");
    }
    if (work->number == WIRE_ENDLESS) {
        struct buf line = {0};
        buf_append(&line, code_of(work));
        buf_append_text(&line, "-more\r\n");
        wire_plan_fill(work->plan, buf_bytes(&line), WIRE_ENDLESS);
        buf_deinit(&line);
    }
    wire_plan_octets(work->plan, work->reply);
}

static void apply_hyphen_alone(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_first_line(work, code_of(work), "");
    wire_plan_octets(work->plan, work->reply);
}

static void apply_codes_differ(const struct wire_fault_row *row, struct wire_work *work)
{
    bool is_good = work->reply.n > 0 && (work->reply.p[0] == '2' || work->reply.p[0] == '3');
    (void)row;
    plan_first_line(work, is_good ? BYTES_LIT("550") : BYTES_LIT("250"), "another code");
    wire_plan_octets(work->plan, work->reply);
}

static void apply_blank_within(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_first_line(work, code_of(work), "first");
    plan_text(work, "\r\n");
    wire_plan_octets(work->plan, work->reply);
}

static void apply_no_last_line(const struct wire_fault_row *row, struct wire_work *work)
{
    struct parts parts = parts_of(work);
    (void)row;
    if (parts.before.n > 0) {
        wire_plan_octets(work->plan, parts.before);
    } else {
        plan_first_line(work, code_of(work), "more comes");
    }
}

static void apply_twice(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    wire_plan_octets(work->plan, work->reply);
    wire_plan_octets(work->plan, work->reply);
}

static void apply_nothing(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    (void)work;
}

static void apply_early(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    wire_plan_octets(work->plan, work->reply);
    plan_text(work, work->is_pop3 ? "+OK early\r\n" : "250 2.0.0 early\r\n");
    work->swallows = true;
}

static void apply_swapped(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    work->holds = true;
}

/* ---- keywords of EHLO: lines behind the last one ---- */

static void plan_as_inner(struct wire_work *work)
{
    struct parts parts = parts_of(work);
    struct buf line = {0};
    buf_append(&line, bytes_slice(parts.line, 0, CODE_OCTETS));
    buf_append_text(&line, "-");
    buf_append(&line, bytes_skip(parts.line, CODE_OCTETS + 1));
    plan_changed(work, &parts, &line);
}

/* The row's octets are keywords, separated by LF. */
static void apply_keywords(const struct wire_fault_row *row, struct wire_work *work)
{
    struct buf lines = {0};
    struct bytes rest = row->octets;
    struct bytes keyword;
    plan_as_inner(work);
    while (bytes_next(&rest, '\n', &keyword)) {
        buf_append(&lines, code_of(work));
        buf_append_text(&lines, rest.p != NULL ? "-" : " ");
        append_line(&lines, keyword);
    }
    plan_buf(work, &lines);
}

static void apply_many_keywords(const struct wire_fault_row *row, struct wire_work *work)
{
    struct buf lines = {0};
    (void)row;
    plan_as_inner(work);
    for (uint64_t i = 1; i <= work->number; i++) {
        buf_append(&lines, code_of(work));
        buf_printf(&lines, "%cX-KEYWORD-%" PRIu64 "\r\n", i < work->number ? '-' : ' ', i);
    }
    plan_buf(work, &lines);
}

static void apply_small_keywords(const struct wire_fault_row *row, struct wire_work *work)
{
    struct buf out = {0};
    size_t first = bytes_find(work->reply, BYTES_LIT("\r\n"), 0);
    (void)row;
    for (size_t i = 0; i < work->reply.n; i++) {
        unsigned char c = work->reply.p[i];
        buf_append_octet(&out, i > first ? octet_lower(c) : c);
    }
    plan_buf(work, &out);
}

/* ---- time and segments ---- */

static void apply_octets(const struct wire_fault_row *row, struct wire_work *work)
{
    enum { MOST_PIECES = 4096 };
    size_t pieces = work->reply.n < MOST_PIECES ? work->reply.n : MOST_PIECES;
    (void)row;
    for (size_t i = 0; i < pieces; i++) {
        wire_plan_octets(work->plan, bytes_slice(work->reply, i, i + 1));
        wire_plan_pause(work->plan, (int64_t)work->number);
    }
    wire_plan_octets(work->plan, bytes_skip(work->reply, pieces));
}

static void apply_split_line_end(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    for (size_t i = 0; i < work->reply.n;) {
        size_t cr = bytes_index(work->reply, '\r', i);
        size_t end = cr == BYTES_NONE ? work->reply.n : cr + 1;
        wire_plan_octets(work->plan, bytes_slice(work->reply, i, end));
        wire_plan_pause(work->plan, (int64_t)work->number);
        i = end;
    }
}

static void apply_delay(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    wire_plan_pause(work->plan, (int64_t)work->number);
    wire_plan_octets(work->plan, work->reply);
}

/* ---- the end of the connection, behind N octets ---- */

static void plan_cut(struct wire_work *work, enum reply_action action)
{
    size_t octets = work->number < work->reply.n ? (size_t)work->number : work->reply.n;
    wire_plan_octets(work->plan, bytes_slice(work->reply, 0, octets));
    wire_plan_end(work->plan, action);
}

static void apply_close(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_cut(work, REPLY_CLOSE);
}

static void apply_reset(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_cut(work, REPLY_RESET);
}

static void apply_half_close(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_cut(work, REPLY_HALF_CLOSE);
}

static void apply_silence(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_cut(work, REPLY_SILENCE);
}

/* ---- bodies of POP3 ---- */

/* A line more at the beginning of the body: not stuffed, odd, or long. */
static void apply_body_line(const struct wire_fault_row *row, struct wire_work *work)
{
    struct parts parts = parts_of(work);
    struct buf line = {0};
    append_line(&line, parts.line);
    plan_buf(work, &line);
    wire_plan_octets(work->plan, row->octets);
    wire_plan_fill(work->plan, BYTES_LIT("x"), work->number);
    plan_text(work, "\r\n");
    wire_plan_octets(work->plan, parts.behind);
}

static void apply_endless_body(const struct wire_fault_row *row, struct wire_work *work)
{
    struct parts parts = parts_of(work);
    (void)row;
    wire_plan_octets(work->plan, parts.line);
    plan_text(work, "\r\n");
    wire_plan_fill(work->plan, BYTES_LIT("more\r\n"), WIRE_ENDLESS);
}

static void apply_no_end(const struct wire_fault_row *row, struct wire_work *work)
{
    bool has_end = bytes_ends(work->reply, "\r\n.\r\n");
    (void)row;
    wire_plan_octets(work->plan,
                     bytes_slice(work->reply, 0, work->reply.n - (has_end ? strlen(".\r\n") : 0)));
}

static void apply_error_with_body(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    (void)work;
    plan_text(work, "-ERR no\r\nand a line\r\n.\r\n");
}

/* ---- listings of POP3: "+OK 2 320", "1 120", "1 unique-id" ---- */

enum { OF_FIRST_WORD = 1, OF_SECOND_WORD = 2 };

/* "%" in the row's octets is the number of the occasion. */
static void append_value(const struct wire_fault_row *row, const struct wire_work *work,
                         struct buf *out)
{
    for (size_t i = 0; i < row->octets.n; i++) {
        if (row->octets.p[i] == '%') {
            buf_printf(out, "%" PRIu64, work->nth);
        } else {
            buf_append_octet(out, row->octets.p[i]);
        }
    }
}

static void append_listing(const struct wire_fault_row *row, const struct wire_work *work,
                           struct bytes line, unsigned which, struct buf *out)
{
    struct bytes rest = line;
    struct bytes word;
    unsigned number = 0;
    while (bytes_next(&rest, ' ', &word)) {
        buf_append_text(out, number > 0 ? " " : "");
        if (++number == which) {
            append_value(row, work, out);
        } else {
            buf_append(out, word);
        }
    }
    buf_append_text(out, "\r\n");
}

/* Of a response of one line the words behind +OK, of one of many those of each line of its body. */
static void change_listing(const struct wire_fault_row *row, struct wire_work *work, unsigned which)
{
    struct buf out = {0};
    struct parts parts = parts_of(work);
    struct bytes line;
    if (parts.behind.n == 0) {
        append_listing(row, work, parts.line, which + 1, &out);
    } else {
        append_line(&out, parts.line);
    }
    while (next_line(&parts.behind, &line)) {
        if (bytes_is(line, ".")) {
            append_line(&out, line);
        } else {
            append_listing(row, work, line, which, &out);
        }
    }
    plan_buf(work, &out);
}

static void apply_first_word(const struct wire_fault_row *row, struct wire_work *work)
{
    change_listing(row, work, OF_FIRST_WORD);
}

static void apply_second_word(const struct wire_fault_row *row, struct wire_work *work)
{
    change_listing(row, work, OF_SECOND_WORD);
}

/* ---- the table ---- */

#define SECOND_MS       UINT64_C(1000)
#define KIB             UINT64_C(1024)
#define MIB             (UINT64_C(1024) * 1024)
#define OCTETS(literal) BYTES_INIT(literal)
#define NO_OCTETS       BYTES_INIT("")
#define X10             "xxxxxxxxxx"
#define X70             X10 X10 X10 X10 X10 X10 X10

// clang-format off
static const struct wire_fault_row rows[] = {
    /* name, class, protocols, number, octets, apply, what */
    {"tab",               WIRE_LEGAL,  STAGE_BOTH, 0, NO_OCTETS, apply_tab, "has tabs instead of blanks in the text"},
    {"bare-code",         WIRE_LEGAL,  STAGE_BOTH, 0, NO_OCTETS, apply_bare_code, "sends the code, or +OK, alone: no blank, no text"},
    {"lower-case-keywords", WIRE_LEGAL, STAGE_SMTP, 0, NO_OCTETS, apply_small_keywords, "writes what it offers in small letters; for EHLO"},
    {"many-keywords",     WIRE_LEGAL,  STAGE_SMTP, 500, NO_OCTETS, apply_many_keywords, "offers N more keywords that nobody knows; for EHLO"},
    {"more-lines",        WIRE_LEGAL,  STAGE_SMTP, 1, NO_OCTETS, apply_more_lines, "has N more lines before the reply, with its code"},
    {"line-512",          WIRE_LEGAL,  STAGE_BOTH, 512, NO_OCTETS, apply_long, "has a line of 512 octets with CRLF, the most there may be"},
    {"octet-by-octet",    WIRE_LEGAL,  STAGE_BOTH, SEGMENT_MS, NO_OCTETS, apply_octets, "sends each octet in a segment, and waits N ms"},
    {"split-line-end",    WIRE_LEGAL,  STAGE_BOTH, 20, NO_OCTETS, apply_split_line_end, "waits N ms between CR and LF"},
    {"slow",              WIRE_LEGAL,  STAGE_BOTH, SECOND_MS, NO_OCTETS, apply_octets, "sends an octet each N ms"},
    {"delay",             WIRE_LEGAL,  STAGE_BOTH, 3 * SECOND_MS, NO_OCTETS, apply_delay, "waits N ms before the reply"},
    {"html",              WIRE_LEGAL,  STAGE_BOTH, 0, OCTETS("<script>alert(1)</script><img src=x onerror=alert(1)> "), apply_insert, "has HTML in the text, which is printable as any other"},
    {"hyphen-alone",      WIRE_LEGAL,  STAGE_SMTP, 0, NO_OCTETS, apply_hyphen_alone, "has a line of the code and a hyphen alone before the reply"},
    {"keyword-twice",     WIRE_LAX,    STAGE_SMTP, 0, OCTETS("PIPELINING\nPIPELINING\nHELP"), apply_keywords, "offers keywords twice; for EHLO"},
    {"keyword-odd",       WIRE_LAX,    STAGE_SMTP, 0, OCTETS("X_ODD\n-X\n8BITMIME=yes\nX X=1 *"), apply_keywords, "offers keywords that are none; for EHLO"},
    {"auth-equals",       WIRE_LAX,    STAGE_SMTP, 0, OCTETS("AUTH PLAIN LOGIN\nAUTH=PLAIN LOGIN"), apply_keywords, "offers AUTH= beside AUTH; for EHLO"},
    {"size-contradicts",  WIRE_LAX,    STAGE_SMTP, 0, OCTETS("SIZE 10\nSIZE 99999999999999999999\nSIZE x\nSIZE"), apply_keywords, "says four different things of SIZE; for EHLO"},
    {"bare-lf",           WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\n"), apply_ends, "ends lines in LF"},
    {"bare-cr",           WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\r"), apply_ends, "ends lines in CR"},
    {"cr-cr-lf",          WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\r\r\n"), apply_ends, "ends lines in CR CR LF"},
    {"no-line-end",       WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, apply_no_line_end, "closes before the end of the last line"},
    {"no-blank",          WIRE_BROKEN, STAGE_SMTP, 0, NO_OCTETS, apply_separator, "has nothing between code and text"},
    {"hyphen-last",       WIRE_BROKEN, STAGE_SMTP, 0, OCTETS("-"), apply_separator, "has a hyphen behind the code in the last line"},
    {"no-last-line",      WIRE_BROKEN, STAGE_SMTP, 0, NO_OCTETS, apply_no_last_line, "leaves the last line out, or has one with a hyphen in its place"},
    {"codes-differ",      WIRE_BROKEN, STAGE_SMTP, 0, NO_OCTETS, apply_codes_differ, "begins with a line of the other class: 550 before 2yz and 3yz, 250 before others"},
    {"blank-line-before", WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\r\n"), apply_before, "has a line without anything before the reply"},
    {"blank-line-within", WIRE_BROKEN, STAGE_SMTP, 0, NO_OCTETS, apply_blank_within, "has a line without anything within the reply"},
    {"text-before",       WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("hello there\r\n"), apply_before, "has a line of text before the reply"},
    {"text-before-code",  WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("mx: "), apply_before, "has text before the code"},
    {"line-513",          WIRE_BROKEN, STAGE_BOTH, 513, NO_OCTETS, apply_long, "has a line of 513 octets, or of N, with CRLF"},
    {"line-64k",          WIRE_BROKEN, STAGE_BOTH, 64 * KIB, NO_OCTETS, apply_long, "has a line of 64 KiB, or of N octets"},
    {"line-10m",          WIRE_BROKEN, STAGE_BOTH, 10 * MIB, NO_OCTETS, apply_long, "has a line of 10 MiB, or of N octets"},
    {"endless-line",      WIRE_BROKEN, STAGE_BOTH, WIRE_ENDLESS, NO_OCTETS, apply_long, "has a line without end"},
    {"endless-reply",     WIRE_BROKEN, STAGE_SMTP, WIRE_ENDLESS, NO_OCTETS, apply_more_lines, "sends lines of a reply without end"},
    {"endless-body",      WIRE_BROKEN, STAGE_POP3, 0, NO_OCTETS, apply_endless_body, "sends lines of a body without end"},
    {"nul",               WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("a\0b "), apply_insert, "has NUL in the text"},
    {"eight-bit",         WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("gr\xFC\xDF "), apply_insert, "has ISO-8859-1 in the text"},
    {"bad-utf8",          WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\xC3( \xED\xA0\x80 \xF8\x88\x80\x80\x80 "), apply_insert, "has octets that are no UTF-8 in the text"},
    {"terminal-codes",    WIRE_BROKEN, STAGE_BOTH, 0, OCTETS("\x1B[2J\x1B]0;title\x07\x1B[31m\x08\x08 "), apply_insert, "has control codes of terminals in the text"},
    {"twice",             WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, apply_twice, "says it twice"},
    {"missing",           WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, apply_nothing, "does not answer, and goes on"},
    {"early",             WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, apply_early, "sends a positive reply to the next command with this one"},
    {"swapped",           WIRE_BROKEN, STAGE_BOTH, 0, NO_OCTETS, apply_swapped, "sends the reply behind the next one"},
    {"close",             WIRE_BROKEN, STAGE_BOTH, UINT64_MAX - 1, NO_OCTETS, apply_close, "closes behind N octets of the reply, or behind it"},
    {"reset",             WIRE_BROKEN, STAGE_BOTH, UINT64_MAX - 1, NO_OCTETS, apply_reset, "resets behind N octets of the reply, or behind it"},
    {"half-close",        WIRE_BROKEN, STAGE_BOTH, UINT64_MAX - 1, NO_OCTETS, apply_half_close, "sends nothing behind N octets of the reply, or behind it, closes its direction and reads on"},
    {"silence",           WIRE_BROKEN, STAGE_BOTH, UINT64_MAX - 1, NO_OCTETS, apply_silence, "sends nothing behind N octets of the reply, or behind it, and reads on"},
    {"lower-case-indicator", WIRE_BROKEN, STAGE_POP3, 0, NO_OCTETS, apply_indicator, "says +ok or -err"},
    {"no-indicator",      WIRE_BROKEN, STAGE_POP3, 0, OCTETS("OK "), apply_indicator, "says OK instead of +OK or -ERR"},
    {"error-with-body",   WIRE_BROKEN, STAGE_POP3, 0, NO_OCTETS, apply_error_with_body, "says -ERR, and has a body behind it"},
    {"unstuffed",         WIRE_BROKEN, STAGE_POP3, 0, OCTETS(".unstuffed"), apply_body_line, "has a line that begins with a dot and is not stuffed; for bodies"},
    {"dot-within",        WIRE_BROKEN, STAGE_POP3, 0, OCTETS("."), apply_body_line, "has a line of one dot before the end; for bodies"},
    {"no-end",            WIRE_BROKEN, STAGE_POP3, 0, NO_OCTETS, apply_no_end, "leaves the end of a body out"},
    {"body-nul",          WIRE_BROKEN, STAGE_POP3, 0, OCTETS("X-Nul: a\0b"), apply_body_line, "has NUL in a line of the body"},
    {"body-bare-cr",      WIRE_BROKEN, STAGE_POP3, 0, OCTETS("X-Cr: a\rb\r\rc"), apply_body_line, "has CR in a line of the body"},
    {"body-line-10m",     WIRE_BROKEN, STAGE_POP3, 10 * MIB, OCTETS("X-Long: "), apply_body_line, "has a line of 10 MiB, or of N octets, in the body"},
    {"count-wrong",       WIRE_BROKEN, STAGE_POP3, 0, OCTETS("7"), apply_first_word, "has 7 as the number of messages, or of a message; for STAT, LIST, UIDL"},
    {"count-negative",    WIRE_BROKEN, STAGE_POP3, 0, OCTETS("-1"), apply_first_word, "has -1 there; for STAT, LIST, UIDL"},
    {"count-huge",        WIRE_BROKEN, STAGE_POP3, 0, OCTETS("99999999999999999999"), apply_first_word, "has a number of more than 64 bits there; for STAT, LIST, UIDL"},
    {"count-zero",        WIRE_BROKEN, STAGE_POP3, 0, OCTETS("0"), apply_first_word, "has 0 there; for STAT, LIST, UIDL"},
    {"count-no-number",   WIRE_BROKEN, STAGE_POP3, 0, OCTETS("x"), apply_first_word, "has a letter there; for STAT, LIST, UIDL"},
    {"size-wrong",        WIRE_BROKEN, STAGE_POP3, 0, OCTETS("1"), apply_second_word, "has 1 as each size; for STAT and LIST"},
    {"size-negative",     WIRE_BROKEN, STAGE_POP3, 0, OCTETS("-1"), apply_second_word, "has -1 as each size; for STAT and LIST"},
    {"size-huge",         WIRE_BROKEN, STAGE_POP3, 0, OCTETS("99999999999999999999"), apply_second_word, "has a number of more than 64 bits as each size; for STAT and LIST"},
    {"uid-same",          WIRE_BROKEN, STAGE_POP3, 0, OCTETS("same"), apply_second_word, "gives all messages one unique-id; for UIDL"},
    {"uid-changes",       WIRE_BROKEN, STAGE_POP3, 0, OCTETS("changed-%"), apply_second_word, "gives other unique-ids each time; for UIDL"},
    {"uid-long",          WIRE_BROKEN, STAGE_POP3, 0, OCTETS(X70 X70 X70), apply_second_word, "gives unique-ids of 210 octets; for UIDL"},
    {"uid-odd",           WIRE_BROKEN, STAGE_POP3, 0, OCTETS("\x01\xE4"), apply_second_word, "gives unique-ids of octets that may not be in them; for UIDL"},
};
// clang-format on

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

const struct wire_fault_row *wire_fault_at(size_t i)
{
    return i < ROW_COUNT ? &rows[i] : NULL;
}

const struct wire_fault_row *wire_fault_find(struct bytes name)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (bytes_is_nocase(name, rows[i].name)) {
            return &rows[i];
        }
    }
    return NULL;
}

const char *wire_class_name(enum wire_class class)
{
    return class == WIRE_LEGAL ? "legal" : class == WIRE_LAX ? "lax" : "broken";
}

/* ---- reading ---- */

bool wire_fault_is_meant(struct bytes text)
{
    return bytes_index(text, '@', 0) != BYTES_NONE;
}

static int unknown_name(struct bytes name, struct error *error)
{
    const char *names[ROW_COUNT];
    enum fault fault;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        names[i] = rows[i].name;
    }
    const char *nearest = glob_nearest(name, names, ROW_COUNT);
    if (fault_find(name, &fault)) {
        return error_set(error, "%s is a fault that has no stage; leave @STAGE out",
                         fault_at(fault)->name);
    }
    return error_set(error, "no fault \"%.*s\" at a stage; %s%s%s\"--fault list\" shows all",
                     (int)(name.n < 40 ? name.n : 40), (const char *)name.p,
                     nearest != NULL ? "did you mean \"" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "\"? " : "");
}

static int read_number(const struct wire_fault_row *row, struct bytes text, uint64_t *number,
                       struct error *error)
{
    enum { MOST = 1000 * 1000 * 1000 };
    if (row->number == 0) {
        return error_set(error, "%s takes no number", row->name);
    }
    return bytes_to_u64(text, number) && *number <= MOST
               ? 0
               : error_set(error, "%s=N: expected a number up to %d, found \"%.*s\"", row->name,
                           MOST, (int)(text.n < 40 ? text.n : 40), (const char *)text.p);
}

int wire_fault_read(struct bytes text, struct arena *arena, struct wire_fault *fault_r,
                    struct reply_rule *rule_r, struct error *error)
{
    size_t at = bytes_index(text, '@', 0);
    struct bytes name = bytes_slice(text, 0, at);
    size_t equals = bytes_index(name, '=', 0);
    const struct wire_fault_row *row = wire_fault_find(bytes_slice(name, 0, equals));
    if (row == NULL) {
        return unknown_name(bytes_slice(name, 0, equals), error);
    }
    if (at == BYTES_NONE) {
        return error_set(error, "%s: at which stage? %s@STAGE; \"--reply list\" shows them",
                         row->name, row->name);
    }
    *fault_r = (struct wire_fault){row, row->number};
    if (equals != BYTES_NONE &&
        read_number(row, bytes_skip(name, equals + 1), &fault_r->number, error) != 0) {
        return -1;
    }
    if (reply_selector_read(bytes_skip(text, at + 1), arena, rule_r, error) != 0) {
        return -1;
    }
    rule_r->protocols &= row->protocols;
    rule_r->written = arena_text(arena, text);
    return rule_r->protocols != 0
               ? 0
               : error_set(error, "%s: %s has no such stage", arena_text(arena, text),
                           row->protocols == STAGE_POP3 ? "POP3" : "SMTP");
}

/* ---- choosing and doing ---- */

const struct wire_fault *wire_fault_choose(const struct wire_faults *faults,
                                           struct reply_tally *tally, enum stage stage,
                                           unsigned protocol)
{
    struct reply_moment moment = {stage, protocol, {0}, {0}};
    const struct reply_rule *rule = reply_book_find(faults->book, tally, &moment);
    return rule != NULL ? &faults->rows[rule - faults->book->rules] : NULL;
}

void wire_fault_apply(const struct wire_fault *fault, struct wire_work *work)
{
    work->number = fault->number;
    fault->row->apply(fault->row, work);
}
