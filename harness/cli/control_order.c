#include "cli/control_order.h"

#include "reports/show.h"

/* One line, whatever is in it. */
void order_error(struct order *order, const char *text)
{
    buf_append_text(order->answer, "-ERR ");
    show_text(order->answer, text);
    buf_append_octet(order->answer, '\n');
}

void order_ok(struct order *order, const char *text)
{
    buf_append_text(order->answer, "+OK ");
    show_text(order->answer, text);
    buf_append_octet(order->answer, '\n');
}

/* "+OK 3 values": what follows are lines, ended by order_end(). */
void order_count(struct order *order, size_t count, const char *one, const char *many)
{
    buf_append_text(order->answer, "+OK ");
    show_count(order->answer, count, one, many);
    buf_append_octet(order->answer, '\n');
}

/* RFC 1939 3: a line that begins with "." gets another one. */
void order_line(struct order *order, const struct buf *line)
{
    struct buf shown = {0};
    show_line(&shown, buf_bytes(line));
    buf_append_text(order->answer, bytes_starts(buf_bytes(&shown), ".") ? "." : "");
    buf_append(order->answer, buf_bytes(&shown));
    buf_append_octet(order->answer, '\n');
    buf_deinit(&shown);
}

void order_end(struct order *order)
{
    buf_append_text(order->answer, ".\n");
}

void order_result(struct order *order, int failed, const struct error *error, const char *text)
{
    if (failed != 0) {
        order_error(order, error->text);
    } else {
        order_ok(order, text);
    }
}
