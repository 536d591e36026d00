#include "fake_clients/challenge.h"

#include <string.h>

#include "auth/digest.h"
#include "base/base64.h"

enum {
    QUANTUM = 4,      /* octets of base64 that are decoded together */
    CUT_OCTETS = 508, /* behind "334 " in a line of 512 */
    LONG_OCTETS = 1000
};

bool challenge_answer(struct buf *response, struct bytes challenge,
                      const struct client_settings *settings)
{
    struct buf text = {0};
    struct buf answer = {0};
    const unsigned defects = base64_decode(&text, challenge) & ~(unsigned)BASE64_LOOSE_BITS;
    if (defects == 0) {
        buf_printf(&answer, "%s ", settings->user);
        digest_hmac_md5(&answer, bytes_of(settings->secret), buf_bytes(&text));
        base64_encode(response, buf_bytes(&answer));
    }
    buf_deinit(&answer);
    buf_deinit(&text);
    return defects == 0;
}

struct bytes challenge_cut(struct bytes challenge)
{
    return bytes_slice(challenge, 0, CUT_OCTETS);
}

bool challenge_is_long(struct bytes challenge)
{
    return challenge.n > LONG_OCTETS;
}

void challenge_pass_over(struct buf *out, struct bytes challenge)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t before = out->n;
    for (size_t i = 0; i < challenge.n; i++) {
        if (memchr(alphabet, challenge.p[i], sizeof alphabet - 1) != NULL) {
            buf_append_octet(out, challenge.p[i]);
        }
    }
    out->n -= (out->n - before) % QUANTUM;
}
