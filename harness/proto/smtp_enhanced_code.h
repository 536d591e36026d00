/*
 * smtp_enhanced_code - the enhanced status code at the start of a reply's text
 *
 * RFC 2034 4, RFC 3463 2: status-code = class "." subject "." detail; class = "2" / "4" / "5"; subject, detail = 1*3digit, without leading
 * zeros. What looks like one is read, and says whether it is one.
 */
#ifndef MAILSPEC_PROTO_SMTP_ENHANCED_CODE_H
#define MAILSPEC_PROTO_SMTP_ENHANCED_CODE_H

#include "base/bytes.h"

struct smtp_enhanced_code {
    bool found;               /* digits, dot, digits, dot, digits, and no dot behind them */
    bool is_good;             /* and each of the three is as the grammar has it */
    bool ends;                /* at a space, or with the text */
    struct bytes text;        /* the code alone, within the text that was read */
    struct bytes subject_on;  /* ".subject.detail" */
    unsigned subject, detail; /* of more than three digits the first three */
};

struct smtp_enhanced_code smtp_enhanced_code_read(struct bytes text);

#endif
