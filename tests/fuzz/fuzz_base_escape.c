/*
 * escape_append() and escape_read(): under every set of flags the text is printable and reads back
 * as the octets that it was made of.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/escape.h"

#define FLAG_SETS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void must_be_safe(struct bytes text, unsigned flags)
{
    must((flags & ESCAPE_UTF8) == 0 || escape_is_utf8(text));
    for (size_t i = 0; i < text.n; i++) {
        must(text.p[i] >= ' ' && text.p[i] != 0x7f);
        must(text.p[i] < 0x80 || (flags & ESCAPE_UTF8) != 0);
    }
    if ((flags & ESCAPE_CI) != 0) {
        must(bytes_find(text, BYTES_LIT("::"), 0) == BYTES_NONE);
        must(bytes_find(text, BYTES_LIT("##["), 0) == BYTES_NONE);
    }
}

static void read_back(struct bytes text, unsigned flags, struct buf *out)
{
    size_t i = 0;
    while (i < text.n) {
        unsigned char octet = text.p[i];
        size_t used = 1;
        if (octet == '\\') {
            must(escape_read(bytes_skip(text, i), &octet, &used) == ESCAPE_READ_OCTET);
        } else {
            must((flags & ESCAPE_BRACE) == 0 || octet != '{');
        }
        buf_append_octet(out, octet);
        i += used;
    }
}

/* Any octets given to escape_read(): it stays within them and never uses nothing. */
static void read_raw(struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        unsigned char octet = 0;
        size_t used = 0;
        escape_read(bytes_skip(octets, i), &octet, &used);
        must(used > 0 && used <= octets.n - i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes octets = bytes_make(data, size);
    struct buf text = {0};
    struct buf back = {0};
    for (unsigned flags = 0; flags < FLAG_SETS; flags++) {
        buf_clear(&text);
        buf_clear(&back);
        escape_append(&text, octets, flags);
        must_be_safe(buf_bytes(&text), flags);
        read_back(buf_bytes(&text), flags, &back);
        must(bytes_equal(octets, buf_bytes(&back)));
    }
    read_raw(octets);
    buf_deinit(&text);
    buf_deinit(&back);
    return 0;
}
