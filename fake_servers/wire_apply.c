/* Faults of lines: their ends, what stands in them, lines too many and too few. */
#include <inttypes.h>
#include <string.h>

#include "fake_servers/wire_apply.h"
#include "fake_servers/wire_parts.h"

/* ---- ends of lines ---- */

void wire_apply_ends(const struct wire_fault_row *row, struct wire_work *work)
{
    struct buf out = {0};
    struct bytes rest = work->reply;
    struct bytes line;
    while (wire_next_line(&rest, &line)) {
        buf_append(&out, line);
        buf_append(&out, row->octets);
    }
    wire_plan_buf(work, &out);
}

/* And nothing comes behind it. */
void wire_apply_no_line_end(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    wire_plan_octets(work->plan, bytes_trim_right(work->reply));
    wire_plan_end(work->plan, REPLY_CLOSE);
}

/* ---- one line changed ---- */

static void plan_changed(struct wire_work *work, const struct wire_parts *parts, struct buf *line)
{
    wire_plan_octets(work->plan, parts->before);
    wire_append_line(line, (struct bytes){0});
    wire_plan_buf(work, line);
    wire_plan_octets(work->plan, parts->behind);
}

void wire_apply_insert(const struct wire_fault_row *row, struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    struct buf line = {0};
    size_t at = wire_text_at(work, parts.line);
    buf_append(&line, bytes_slice(parts.line, 0, at));
    buf_append(&line, row->octets);
    buf_append(&line, bytes_skip(parts.line, at));
    plan_changed(work, &parts, &line);
}

/* The separator behind the code is that, or nothing. */
void wire_apply_separator(const struct wire_fault_row *row, struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    struct buf line = {0};
    size_t at = wire_text_at(work, parts.line);
    buf_append(&line, bytes_slice(parts.line, 0, at > 0 ? at - 1 : 0));
    buf_append(&line, row->octets);
    buf_append(&line, bytes_skip(parts.line, at));
    plan_changed(work, &parts, &line);
}

void wire_apply_bare_code(const struct wire_fault_row *row, struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    struct buf line = {0};
    size_t at = wire_text_at(work, parts.line);
    (void)row;
    buf_append(&line, bytes_slice(parts.line, 0, at > 0 ? at - 1 : 0));
    plan_changed(work, &parts, &line);
}

/* RFC 5321 4.2: textstring = 1*(%d09 / %d32-126) */
void wire_apply_tab(const struct wire_fault_row *row, struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    struct buf line = {0};
    size_t at = wire_text_at(work, parts.line);
    (void)row;
    for (size_t i = 0; i < parts.line.n; i++) {
        bool is_blank = i >= at && parts.line.p[i] == ' ';
        buf_append_octet(&line, is_blank ? '\t' : parts.line.p[i]);
    }
    buf_append_text(&line, "\ttab");
    plan_changed(work, &parts, &line);
}

void wire_apply_indicator(const struct wire_fault_row *row, struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    struct buf line = {0};
    size_t at = wire_text_at(work, parts.line);
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
void wire_apply_long(const struct wire_fault_row *row, struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    size_t octets = parts.line.n + strlen("\r\n");
    (void)row;
    wire_plan_octets(work->plan, parts.before);
    wire_plan_octets(work->plan, parts.line);
    wire_plan_fill(work->plan, BYTES_LIT("x"),
                   work->number == WIRE_ENDLESS ? WIRE_ENDLESS
                   : work->number > octets      ? work->number - octets
                                                : 0);
    wire_plan_text(work, "\r\n");
    wire_plan_octets(work->plan, parts.behind);
}

/* ---- lines added and left out ---- */

void wire_apply_before(const struct wire_fault_row *row, struct wire_work *work)
{
    wire_plan_octets(work->plan, row->octets);
    wire_plan_octets(work->plan, work->reply);
}

/* "250-more" before the reply, with the code of the row instead, or without text. */
static void plan_first_line(struct wire_work *work, struct bytes code, const char *text)
{
    wire_plan_octets(work->plan, code);
    wire_plan_text(work, "-");
    wire_plan_text(work, text);
    wire_plan_text(work, "\r\n");
}

void wire_apply_more_lines(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    for (uint64_t i = 0; i < work->number && work->number != WIRE_ENDLESS; i++) {
        plan_first_line(work, wire_code_of(work), "more");
    }
    if (work->number == WIRE_ENDLESS) {
        struct buf line = {0};
        buf_append(&line, wire_code_of(work));
        buf_append_text(&line, "-more\r\n");
        wire_plan_fill(work->plan, buf_bytes(&line), WIRE_ENDLESS);
        buf_deinit(&line);
    }
    wire_plan_octets(work->plan, work->reply);
}

void wire_apply_hyphen_alone(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_first_line(work, wire_code_of(work), "");
    wire_plan_octets(work->plan, work->reply);
}

void wire_apply_codes_differ(const struct wire_fault_row *row, struct wire_work *work)
{
    bool is_good = work->reply.n > 0 && (work->reply.p[0] == '2' || work->reply.p[0] == '3');
    (void)row;
    plan_first_line(work, is_good ? BYTES_LIT("550") : BYTES_LIT("250"), "another code");
    wire_plan_octets(work->plan, work->reply);
}

void wire_apply_blank_within(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    plan_first_line(work, wire_code_of(work), "first");
    wire_plan_text(work, "\r\n");
    wire_plan_octets(work->plan, work->reply);
}

void wire_apply_no_last_line(const struct wire_fault_row *row, struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    (void)row;
    if (parts.before.n > 0) {
        wire_plan_octets(work->plan, parts.before);
    } else {
        plan_first_line(work, wire_code_of(work), "more comes");
    }
}

void wire_apply_twice(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    wire_plan_octets(work->plan, work->reply);
    wire_plan_octets(work->plan, work->reply);
}

void wire_apply_nothing(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    (void)work;
}

void wire_apply_early(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    wire_plan_octets(work->plan, work->reply);
    wire_plan_text(work, work->is_pop3 ? "+OK early\r\n" : "250 2.0.0 early\r\n");
    work->swallows = true;
}

void wire_apply_swapped(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    work->holds = true;
}

/* ---- keywords of EHLO: lines behind the last one ---- */

static void plan_as_inner(struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    struct buf line = {0};
    buf_append(&line, bytes_slice(parts.line, 0, WIRE_CODE_OCTETS));
    buf_append_text(&line, "-");
    buf_append(&line, bytes_skip(parts.line, WIRE_CODE_OCTETS + 1));
    plan_changed(work, &parts, &line);
}

/* The row's octets are keywords, separated by LF. */
void wire_apply_keywords(const struct wire_fault_row *row, struct wire_work *work)
{
    struct buf lines = {0};
    struct bytes rest = row->octets;
    struct bytes keyword;
    plan_as_inner(work);
    while (bytes_next(&rest, '\n', &keyword)) {
        buf_append(&lines, wire_code_of(work));
        buf_append_text(&lines, rest.p != NULL ? "-" : " ");
        wire_append_line(&lines, keyword);
    }
    wire_plan_buf(work, &lines);
}

void wire_apply_many_keywords(const struct wire_fault_row *row, struct wire_work *work)
{
    struct buf lines = {0};
    (void)row;
    plan_as_inner(work);
    for (uint64_t i = 1; i <= work->number; i++) {
        buf_append(&lines, wire_code_of(work));
        buf_printf(&lines, "%cX-KEYWORD-%" PRIu64 "\r\n", i < work->number ? '-' : ' ', i);
    }
    wire_plan_buf(work, &lines);
}

void wire_apply_small_keywords(const struct wire_fault_row *row, struct wire_work *work)
{
    struct buf out = {0};
    size_t first = bytes_find(work->reply, BYTES_LIT("\r\n"), 0);
    (void)row;
    for (size_t i = 0; i < work->reply.n; i++) {
        unsigned char c = work->reply.p[i];
        buf_append_octet(&out, i > first ? octet_lower(c) : c);
    }
    wire_plan_buf(work, &out);
}
