/*
 * mail_seen - what a store holds instead of the message that was waited for, for a person, on standard error
 */
#ifndef MAILSPEC_CLI_MAIL_SEEN_H
#define MAILSPEC_CLI_MAIL_SEEN_H

#include "cli/mail_scan.h"

/*
 * One line that begins with `what` ("no message came within 10s") and counts the messages of the last look; then a line for each of
 * the nearest ones with the conditions that it does not meet; then which pattern was given up, where one was.
 */
void mail_seen_print(const struct mail_scan *scan, struct mail_criteria *criteria,
                     struct bytes what);

#endif
