/*
 * mail_pattern - what a word of the command line says about a text: /PATTERN/, /PATTERN/i, or plain text
 */
#ifndef MAILSPEC_CLI_MAIL_PATTERN_H
#define MAILSPEC_CLI_MAIL_PATTERN_H

#include "base/arena.h"
#include "base/error.h"
#include "match/regex.h"

/* Zeroed: found everywhere. */
struct mail_pattern {
    struct bytes plain;
    struct regex *regex; /* PCRE2 over octets, may be found anywhere; NULL: plain text */
    bool
        gave_up; /* the pattern reached its limits on some text: that was no match, but maybe no "no" either */
};

/* `text` outlives the pattern. -1: it is no pattern; mail_pattern_deinit() is needed only after 0. */
int mail_pattern_read(struct mail_pattern *pattern, const char *text, struct error *error);
void mail_pattern_deinit(struct mail_pattern *pattern);
/* Plain text: within the subject. */
bool mail_pattern_finds(struct mail_pattern *pattern, struct bytes subject);
/*
 * Plain text: that address, its local-part when no "@" is in it; "<>" is the null reverse-path. Letter case is ignored: RFC 5321 2.4 lets the local-part's
 * count, but no mailbox of a test depends on it.
 */
bool mail_pattern_is_address(struct mail_pattern *pattern, struct bytes address);

#endif
