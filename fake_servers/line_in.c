#include "fake_servers/line_in.h"

/* What an idle connection may keep for its next line. */
enum { LINE_IN_IDLE_OCTETS = 512 };

static void keep(struct line_in *line, struct bytes octets, size_t max_octets)
{
    size_t room = max_octets > line->kept.n ? max_octets - line->kept.n : 0;
    buf_append(&line->kept, bytes_slice(octets, 0, room));
    line->octets += octets.n;
}

size_t line_in_take(struct line_in *line, struct bytes octets, size_t max_octets, bool *complete_r)
{
    *complete_r = false;
    size_t taken = 0;
    while (taken < octets.n && !*complete_r) {
        size_t lf = bytes_index(octets, '\n', taken);
        size_t end = lf == BYTES_NONE ? octets.n : lf + 1;
        unsigned char before = end - taken > 1 ? octets.p[end - 2] : line->last;
        *complete_r = lf != BYTES_NONE && before == '\r';
        keep(line, bytes_slice(octets, taken, end), max_octets);
        line->last = octets.p[end - 1];
        taken = end;
    }
    return taken;
}

struct bytes line_in_text(const struct line_in *line)
{
    struct bytes text = buf_bytes(&line->kept);
    return line->octets == text.n && text.n >= 2 ? bytes_slice(text, 0, text.n - 2) : text;
}

bool line_in_is_odd(const struct line_in *line)
{
    struct bytes text = line_in_text(line);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = text.p[i];
        if (c == '\0' || c == '\r' || c == '\n' || c > 127) {
            return true;
        }
    }
    return false;
}

void line_in_reset(struct line_in *line)
{
    if (line->kept.capacity > LINE_IN_IDLE_OCTETS) {
        buf_deinit(&line->kept);
    }
    buf_clear(&line->kept);
    line->octets = 0;
    line->last = 0;
}

void line_in_deinit(struct line_in *line)
{
    buf_deinit(&line->kept);
}
