/*
 * base64: what is decoded without a defect encodes to the same text; what is encoded decodes
 * without a defect to the same octets.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = bytes_make(data, size);
    struct buf octets = {0};
    struct buf text = {0};
    bool strict = base64_decode(&octets, input) == 0;
    base64_encode(&text, buf_bytes(&octets));
    must(strict == bytes_equal(buf_bytes(&text), input));

    buf_clear(&text);
    buf_clear(&octets);
    base64_encode(&text, input);
    must(base64_decode(&octets, buf_bytes(&text)) == 0);
    must(bytes_equal(buf_bytes(&octets), input));
    buf_deinit(&octets);
    buf_deinit(&text);
    return 0;
}
