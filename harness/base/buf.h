/*
 * buf - a growing, owned run of octets
 *
 * A zeroed struct buf is empty and ready for use. `p` may move with every append, so keep offsets,
 * not pointers. Growth never fails (see mem.h); bounding the size is the caller's duty.
 */
#ifndef MAILSPEC_BASE_BUF_H
#define MAILSPEC_BASE_BUF_H

#include <stdarg.h>

#include "base/bytes.h"

struct buf {
    unsigned char *p;
    size_t n;
    size_t capacity;
};

void buf_append(struct buf *b, struct bytes octets);
void buf_append_text(struct buf *b, const char *text);
void buf_append_octet(struct buf *b, unsigned char octet);
void buf_append_fill(struct buf *b, unsigned char octet, size_t count);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Drop `n` octets from the front (all of them when there are fewer). */
void buf_consume(struct buf *b, size_t n);
/* Forget the octets, keep the memory. */
void buf_clear(struct buf *b);
/* A view of the octets, valid until the next change. */
struct bytes buf_bytes(const struct buf *b);
/* The octets with a NUL behind them, valid until the next change; never NULL. */
const char *buf_text(struct buf *b);
/* Give the octets, NUL-ended, to the caller, who frees them; the buffer is empty then. */
char *buf_steal(struct buf *b);
/* Release the memory; the buffer is empty and usable then. */
void buf_deinit(struct buf *b);

#endif
