/*
 * smtp_mail_said - what the parameters of a MAIL say of the message (RFC 1870, RFC 6152, RFC 3030, RFC 6531)
 */
#ifndef MAILSPEC_JUDGE_SMTP_MAIL_SAID_H
#define MAILSPEC_JUDGE_SMTP_MAIL_SAID_H

#include "base/bytes.h"

enum smtp_body { SMTP_BODY_NONE, SMTP_BODY_7BIT, SMTP_BODY_8BITMIME, SMTP_BODY_BINARYMIME };

struct smtp_mail_said {
    bool has_size; /* SIZE= with a number */
    uint64_t size;
    enum smtp_body body; /* SMTP_BODY_NONE also for a value that nobody knows */
    bool utf8;
};

/* The argument of MAIL. Of a parameter that stands there twice the last one counts. */
struct smtp_mail_said smtp_mail_said_read(struct bytes argument);

#endif
