#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIRST_CAPACITY 64

/* Room for `more` octets and the NUL that buf_text() puts behind them. */
static void buf_reserve(struct buf *b, size_t more)
{
    if (more >= SIZE_MAX / 2 - b->n) {
        mem_array(SIZE_MAX, 2); /* ends the process */
    }
    size_t wanted = b->n + more + 1;
    if (wanted <= b->capacity) {
        return;
    }
    size_t capacity = b->capacity > 0 ? b->capacity : FIRST_CAPACITY;
    while (capacity < wanted) {
        capacity *= 2;
    }
    b->p = mem_resize(b->p, capacity, 1);
    b->capacity = capacity;
}

void buf_append(struct buf *b, struct bytes octets)
{
    if (octets.n == 0) {
        return;
    }
    buf_reserve(b, octets.n);
    memcpy(b->p + b->n, octets.p, octets.n);
    b->n += octets.n;
}

void buf_append_text(struct buf *b, const char *text)
{
    buf_append(b, bytes_of(text));
}

void buf_append_octet(struct buf *b, unsigned char octet)
{
    buf_reserve(b, 1);
    b->p[b->n++] = octet;
}

void buf_append_fill(struct buf *b, unsigned char octet, size_t count)
{
    buf_reserve(b, count);
    memset(b->p + b->n, octet, count);
    b->n += count;
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length > 0) {
        buf_reserve(b, (size_t)length);
        vsnprintf((char *)b->p + b->n, (size_t)length + 1, format, again);
        b->n += (size_t)length;
    }
    va_end(again);
}

void buf_consume(struct buf *b, size_t n)
{
    if (n >= b->n) {
        b->n = 0;
        return;
    }
    memmove(b->p, b->p + n, b->n - n);
    b->n -= n;
}

void buf_clear(struct buf *b)
{
    b->n = 0;
}

struct bytes buf_bytes(const struct buf *b)
{
    return bytes_make(b->p, b->n);
}

const char *buf_text(struct buf *b)
{
    buf_reserve(b, 0);
    b->p[b->n] = '\0';
    return (const char *)b->p;
}

char *buf_steal(struct buf *b)
{
    buf_text(b);
    char *text = (char *)b->p;
    *b = (struct buf){0};
    return text;
}

void buf_deinit(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}
