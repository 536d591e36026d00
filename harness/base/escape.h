/*
 * escape - octets as printable text, and back
 *
 * What a peer sent is shown only through these functions. The text form is that of the scenario
 * language: \r \n \t \0 \xHH \\, everything else outside printable US-ASCII as \xHH. UTF-8 is kept
 * only with ESCAPE_UTF8, and then without control, bidirectional and invisible characters.
 */
#ifndef MAILSPEC_BASE_ESCAPE_H
#define MAILSPEC_BASE_ESCAPE_H

#include "base/buf.h"

enum escape_flag {
    ESCAPE_BRACE = 1, /* write { as \{, so that the result can stand in a scenario */
    ESCAPE_UTF8 = 2,  /* keep well-formed, visible UTF-8 */
    ESCAPE_CI = 4     /* also break "::" and "##[" so that no CI log takes them for a command */
};

void escape_append(struct buf *out, struct bytes octets, unsigned flags);
/* Well-formed UTF-8 without overlong forms, surrogates and values above U+10FFFF? */
bool escape_is_utf8(struct bytes octets);

/* What escape_read() found at a backslash. */
enum escape_read_result {
    ESCAPE_READ_OCTET,
    ESCAPE_READ_NO_END,
    ESCAPE_READ_UNKNOWN,
    ESCAPE_READ_BAD
};
/*
 * Read one escape; `text` begins at the backslash. *used_r is the number of octets it takes up.
 * ESCAPE_READ_OCTET: *octet_r is its value. ESCAPE_READ_NO_END: it was \c. ESCAPE_READ_UNKNOWN: no
 * such escape. ESCAPE_READ_BAD: \x without two hexadecimal digits.
 */
enum escape_read_result escape_read(struct bytes text, unsigned char *octet_r, size_t *used_r);

#endif
