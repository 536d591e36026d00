#include "fake_clients/line_reader.h"

static bool is_whole(const struct line_reader *reader)
{
    return bytes_ends(buf_bytes(&reader->octets), "\r\n");
}

size_t line_reader_take(struct line_reader *reader, struct bytes octets,
                        enum line_reader_state *state_r)
{
    size_t used = 0;
    *state_r = LINE_READER_PART;
    while (used < octets.n && *state_r == LINE_READER_PART) {
        size_t lf = bytes_index(octets, '\n', used);
        size_t end = lf == BYTES_NONE ? octets.n : lf + 1;
        size_t room = LINE_READER_MAX_OCTETS - reader->octets.n;
        struct bytes piece = bytes_slice(octets, used, end);
        buf_append(&reader->octets, bytes_slice(piece, 0, room));
        used = end;
        if (piece.n > room) {
            *state_r = LINE_READER_TOO_LONG;
        } else if (is_whole(reader)) {
            *state_r = LINE_READER_WHOLE;
        }
    }
    return used;
}

struct wire_line line_reader_line(const struct line_reader *reader)
{
    struct wire_line line = wire_line_of(buf_bytes(&reader->octets));
    /* A bare LF before the CRLF does not make the CR a part of the text. */
    line.text = bytes_slice(line.raw, 0, line.raw.n - 2);
    return line;
}

void line_reader_reset(struct line_reader *reader)
{
    buf_clear(&reader->octets);
}

void line_reader_deinit(struct line_reader *reader)
{
    buf_deinit(&reader->octets);
}
