/*
 * mail_header - a field of somebody's message, as a person may see it
 */
#ifndef MAILSPEC_CLI_MAIL_HEADER_H
#define MAILSPEC_CLI_MAIL_HEADER_H

#include "base/bytes.h"

/* The value of the first such field in one line: encoded words read, escaped, cut at 1000 octets. Empty: there is none. The caller frees it. */
char *mail_header_show(struct bytes message, const char *name);

#endif
