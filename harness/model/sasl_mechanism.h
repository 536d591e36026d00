/*
 * sasl_mechanism - the SASL mechanisms whose exchanges are done whole, and their names
 *
 * auth/sasl.h does them. A dialogue may name one, and the settings of a server: so their names are plain data.
 */
#ifndef MAILSPEC_MODEL_SASL_MECHANISM_H
#define MAILSPEC_MODEL_SASL_MECHANISM_H

#include "base/buf.h"

enum sasl_mechanism {
    SASL_PLAIN,         /* RFC 4616 */
    SASL_LOGIN,         /* draft-murchison-sasl-login: two challenges */
    SASL_CRAM_MD5,      /* RFC 2195 */
    SASL_SCRAM_SHA_1,   /* RFC 5802 */
    SASL_SCRAM_SHA_256, /* RFC 7677 */
    SASL_EXTERNAL,      /* RFC 4422 appendix A */
    SASL_XOAUTH2,       /* Google's and Microsoft's */
    SASL_OAUTHBEARER,   /* RFC 7628 */
    SASL_MECHANISM_COUNT
};

const char *sasl_mechanism_name(enum sasl_mechanism mechanism); /* "SCRAM-SHA-256" */
bool sasl_mechanism_from_name(struct bytes name,
                              enum sasl_mechanism *mechanism_r); /* in any case */
/* For a name that is none of them: "expected PLAIN, LOGIN, ... or OAUTHBEARER (did you mean PLAIN?)" */
void sasl_mechanism_print_expected(struct bytes name, struct buf *out);

#endif
