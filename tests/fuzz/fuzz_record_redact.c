/*
 * A dialogue: an octet of 0 ends one write and begins the next of the other side, two of them one of the same side. The
 * secret must not come through, however it is cut.
 */
#include "record/redact.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static const char *const secrets[] = {"tanstaaf", "zz"};

/* Only what is hidden may change: without marks, out is in. */
static void check(struct bytes in, struct bytes out)
{
    must(bytes_find(out, BYTES_LIT("tanstaaf"), 0) == BYTES_NONE);
    must(bytes_find(out, BYTES_LIT("dGFuc3RhYW"), 0) == BYTES_NONE);
    must(bytes_find(out, BYTES_LIT("74616e7374616166"), 0) == BYTES_NONE);
    must(out.n <= in.n * sizeof REDACT_MARK + sizeof REDACT_MARK);
    if (bytes_find(out, BYTES_LIT(REDACT_MARK), 0) == BYTES_NONE && out.n == in.n) {
        must(bytes_equal(in, out));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes rest = bytes_make(data, size);
    struct bytes octets;
    struct redact *redact = redact_new(secrets, 2);
    struct redact_session session = {0};
    struct buf in[2] = {{0}, {0}};
    struct buf out[2] = {{0}, {0}};
    enum protocol protocol = size % 2 == 0 ? PROTOCOL_SMTP : PROTOCOL_POP3;
    enum side side = SIDE_SERVER;
    while (rest.n > 0 && bytes_next(&rest, '\0', &octets)) {
        buf_append(&in[side], octets);
        redact_octets(redact, &session, side, protocol, octets, &out[side]);
        side = side == SIDE_SERVER ? SIDE_CLIENT : SIDE_SERVER;
    }
    for (side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
        redact_rest(redact, &session, side, protocol, REDACT_ENDED, &out[side]);
        check(buf_bytes(&in[side]), buf_bytes(&out[side]));
        buf_deinit(&in[side]);
        buf_deinit(&out[side]);
    }
    redact_session_deinit(&session);
    redact_free(&redact);
    return 0;
}
