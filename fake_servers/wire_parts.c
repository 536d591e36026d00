#include "fake_servers/wire_parts.h"

bool wire_next_line(struct bytes *rest, struct bytes *line_r)
{
    size_t end = bytes_find(*rest, BYTES_LIT("\r\n"), 0);
    if (rest->n == 0) {
        return false;
    }
    *line_r = bytes_slice(*rest, 0, end);
    *rest = end == BYTES_NONE ? (struct bytes){0} : bytes_skip(*rest, end + 2);
    return true;
}

void wire_append_line(struct buf *out, struct bytes line)
{
    buf_append(out, line);
    buf_append_text(out, "\r\n");
}

size_t wire_text_at(const struct wire_work *work, struct bytes line)
{
    size_t blank = bytes_index(line, ' ', 0);
    if (!work->is_pop3) {
        return line.n > WIRE_CODE_OCTETS ? WIRE_CODE_OCTETS + 1 : line.n;
    }
    return blank == BYTES_NONE ? line.n : blank + 1;
}

struct wire_parts wire_parts_of(const struct wire_work *work)
{
    struct bytes rest = work->reply;
    struct bytes line = {0};
    struct wire_parts parts = {0};
    while (wire_next_line(&rest, &line)) {
        parts.before = bytes_slice(work->reply, 0, (size_t)(line.p - work->reply.p));
        parts.line = line;
        parts.behind = rest;
        if (work->is_pop3) {
            break;
        }
    }
    return parts;
}

void wire_plan_buf(struct wire_work *work, struct buf *out)
{
    wire_plan_octets(work->plan, buf_bytes(out));
    buf_deinit(out);
}

void wire_plan_text(struct wire_work *work, const char *text)
{
    wire_plan_octets(work->plan, bytes_of(text));
}

struct bytes wire_code_of(const struct wire_work *work)
{
    return bytes_slice(work->reply, 0, WIRE_CODE_OCTETS);
}
