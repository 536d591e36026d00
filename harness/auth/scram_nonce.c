#include "auth/scram_nonce.h"

#include <openssl/rand.h>

#include "base/base64.h"

enum { NONCE_OCTETS = 18 }; /* 24 characters of base64, no padding */

int scram_append_nonce(struct buf *out, const char *given, struct error *error)
{
    if (given != NULL) {
        if (!scram_is_nonce(bytes_of(given))) {
            return error_set(error, "SCRAM: a nonce is printable US-ASCII without blanks and "
                                    "commas, at least one character");
        }
        buf_append_text(out, given);
        return 0;
    }
    unsigned char octets[NONCE_OCTETS];
    if (RAND_bytes(octets, sizeof octets) != 1) {
        return error_set(error, "SCRAM: OpenSSL has no random numbers");
    }
    base64_encode(out, bytes_make(octets, sizeof octets));
    return 0;
}
