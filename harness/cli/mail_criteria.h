/*
 * mail_criteria - which message `wait` waits for, and how near another one comes to it
 *
 * Looks at the header of a message as it lies in a Maildir; docs/ci-sink.md says which fields count for whom.
 */
#ifndef MAILSPEC_CLI_MAIL_CRITERIA_H
#define MAILSPEC_CLI_MAIL_CRITERIA_H

#include "base/buf.h"
#include "cli/options.h"

struct mail_criteria;

/* What a person tells messages apart by; not escaped. The memory is the holder's: mail_summary_deinit(). */
struct mail_summary {
    struct buf to; /* addresses, ", " between */
    struct buf from;
    struct buf subject;
};

/* From --to, --from, --subject and --header. NULL: one of them is wrong. */
struct mail_criteria *mail_criteria_new(const struct options *options, struct error *error);
void mail_criteria_free(struct mail_criteria **criteria_p);
/*
 * The set of criteria, one bit each, that do not hold for the message that begins with `header`; 0: it is the one. Where it went to
 * several recipients, and `maildrop`, the name of the folder, is one of them, it is that one's. `summary` may be NULL; else it is
 * zeroed, and filled.
 */
uint32_t mail_criteria_missed(struct mail_criteria *criteria, struct bytes header,
                              const char *maildrop, struct mail_summary *summary);
/* "to bob@example.test, with subject /invoice/"; nothing when every message will do. */
void mail_criteria_describe(const struct mail_criteria *criteria, struct buf *out);
/* "subject": the names of those in the set. */
void mail_criteria_names(const struct mail_criteria *criteria, uint32_t set, struct buf *out);
/* A pattern that took too long for some message, as it was written; NULL: none did. */
const char *mail_criteria_gave_up(const struct mail_criteria *criteria);

void mail_summary_deinit(struct mail_summary *summary);

#endif
