#include "model/sasl_mechanism.h"

#include "base/glob.h"

static const char *const names[SASL_MECHANISM_COUNT] = {
    [SASL_PLAIN] = "PLAIN",
    [SASL_LOGIN] = "LOGIN",
    [SASL_CRAM_MD5] = "CRAM-MD5",
    [SASL_SCRAM_SHA_1] = "SCRAM-SHA-1",
    [SASL_SCRAM_SHA_256] = "SCRAM-SHA-256",
    [SASL_EXTERNAL] = "EXTERNAL",
    [SASL_XOAUTH2] = "XOAUTH2",
    [SASL_OAUTHBEARER] = "OAUTHBEARER",
};

const char *sasl_mechanism_name(enum sasl_mechanism mechanism)
{
    return names[mechanism];
}

bool sasl_mechanism_from_name(struct bytes name, enum sasl_mechanism *mechanism_r)
{
    for (int i = 0; i < SASL_MECHANISM_COUNT; i++) {
        if (bytes_is_nocase(name, names[i])) {
            *mechanism_r = (enum sasl_mechanism)i;
            return true;
        }
    }
    return false;
}

void sasl_mechanism_print_expected(struct bytes name, struct buf *out)
{
    const char *nearest = glob_nearest(name, names, SASL_MECHANISM_COUNT);

    buf_append_text(out, "expected ");
    for (int i = 0; i < SASL_MECHANISM_COUNT; i++) {
        buf_printf(out, "%s%s",
                   i == 0                         ? ""
                   : i + 1 < SASL_MECHANISM_COUNT ? ", "
                                                  : " or ",
                   names[i]);
    }
    if (nearest != NULL) {
        buf_printf(out, " (did you mean %s?)", nearest);
    }
}
