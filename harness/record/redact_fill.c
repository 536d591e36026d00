#include "record/redact_fill.h"

#include <string.h>

/* A line that grows beyond is cleaned in parts: what redact_line() remembers of them finds a secret that begins in one and ends in the next. */
enum { LINE_MOST = 256 * 1024 };

/* `octets` are a line or the next part of one. */
static void clean(struct redact_fill *fill, const struct redact *redact, enum side side,
                  enum protocol protocol, size_t octets)
{
    struct redact_fill_side *one = &fill->sides[side];
    struct redact_ranges ranges = {0};
    unsigned char *begin = one->octets.p + one->clean;
    redact_line(redact, &fill->session, side, protocol, bytes_make(begin, octets), &ranges);
    for (size_t i = 0; i < ranges.count; i++) {
        memset(begin + ranges.items[i].from, REDACT_FILLER,
               ranges.items[i].to - ranges.items[i].from);
    }
    redact_ranges_deinit(&ranges);
    one->clean += octets;
    one->searched = one->clean;
}

void redact_fill_add(struct redact_fill *fill, const struct redact *redact, enum side side,
                     enum protocol protocol, struct bytes octets)
{
    struct redact_fill_side *one = &fill->sides[side];
    buf_append(&one->octets, octets);
    for (;;) {
        size_t end = bytes_index(buf_bytes(&one->octets), '\n', one->searched);
        if (end == BYTES_NONE) {
            break;
        }
        clean(fill, redact, side, protocol, end + 1 - one->clean);
    }
    one->searched = one->octets.n;
    if (one->octets.n - one->clean > LINE_MOST) {
        clean(fill, redact, side, protocol, one->octets.n - one->clean);
    }
}

void redact_fill_end(struct redact_fill *fill, const struct redact *redact, enum protocol protocol)
{
    for (int side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
        const struct redact_fill_side *one = &fill->sides[side];
        if (one->octets.n > one->clean) {
            clean(fill, redact, (enum side)side, protocol, one->octets.n - one->clean);
        }
    }
}

struct bytes redact_fill_clean(const struct redact_fill *fill, enum side side)
{
    const struct redact_fill_side *one = &fill->sides[side];
    return bytes_slice(buf_bytes(&one->octets), 0, one->clean);
}

void redact_fill_take(struct redact_fill *fill, enum side side, size_t octets)
{
    struct redact_fill_side *one = &fill->sides[side];
    memmove(one->octets.p, one->octets.p + octets, one->octets.n - octets);
    one->octets.n -= octets;
    one->clean -= octets;
    one->searched -= octets;
}

void redact_fill_deinit(struct redact_fill *fill)
{
    redact_session_deinit(&fill->session);
    buf_deinit(&fill->sides[SIDE_CLIENT].octets);
    buf_deinit(&fill->sides[SIDE_SERVER].octets);
}
