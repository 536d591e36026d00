/* Faults of what only POP3 has: bodies and listings. */
#include <inttypes.h>
#include <string.h>

#include "fake_servers/wire_apply.h"
#include "fake_servers/wire_parts.h"

/* ---- bodies of POP3 ---- */

/* A line more at the beginning of the body: not stuffed, odd, or long. */
void wire_apply_body_line(const struct wire_fault_row *row, struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    struct buf line = {0};
    wire_append_line(&line, parts.line);
    wire_plan_buf(work, &line);
    wire_plan_octets(work->plan, row->octets);
    wire_plan_fill(work->plan, BYTES_LIT("x"), work->number);
    wire_plan_text(work, "\r\n");
    wire_plan_octets(work->plan, parts.behind);
}

void wire_apply_endless_body(const struct wire_fault_row *row, struct wire_work *work)
{
    struct wire_parts parts = wire_parts_of(work);
    (void)row;
    wire_plan_octets(work->plan, parts.line);
    wire_plan_text(work, "\r\n");
    wire_plan_fill(work->plan, BYTES_LIT("more\r\n"), WIRE_ENDLESS);
}

void wire_apply_no_end(const struct wire_fault_row *row, struct wire_work *work)
{
    bool has_end = bytes_ends(work->reply, "\r\n.\r\n");
    (void)row;
    wire_plan_octets(work->plan,
                     bytes_slice(work->reply, 0, work->reply.n - (has_end ? strlen(".\r\n") : 0)));
}

void wire_apply_error_with_body(const struct wire_fault_row *row, struct wire_work *work)
{
    (void)row;
    (void)work;
    wire_plan_text(work, "-ERR no\r\nand a line\r\n.\r\n");
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
    struct wire_parts parts = wire_parts_of(work);
    struct bytes line;
    if (parts.behind.n == 0) {
        append_listing(row, work, parts.line, which + 1, &out);
    } else {
        wire_append_line(&out, parts.line);
    }
    while (wire_next_line(&parts.behind, &line)) {
        if (bytes_is(line, ".")) {
            wire_append_line(&out, line);
        } else {
            append_listing(row, work, line, which, &out);
        }
    }
    wire_plan_buf(work, &out);
}

void wire_apply_first_word(const struct wire_fault_row *row, struct wire_work *work)
{
    change_listing(row, work, OF_FIRST_WORD);
}

void wire_apply_second_word(const struct wire_fault_row *row, struct wire_work *work)
{
    change_listing(row, work, OF_SECOND_WORD);
}
