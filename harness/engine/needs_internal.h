/*
 * needs_internal - what needs.c and needs_steps.c share
 *
 * Each check gives the reason why something is missing, or NULL; "" stands for one that was appended to a buffer.
 */
#ifndef MAILSPEC_ENGINE_NEEDS_INTERNAL_H
#define MAILSPEC_ENGINE_NEEDS_INTERNAL_H

#include "engine/case_run.h"
#include "engine/needs.h"

enum { NEEDS_MAX_CONNECTION = CASE_MAX_CONNECTIONS - 2 }; /* the last two are the seed's */

struct asking {
    const struct engine_config *config;
    const struct program *program;
    const struct target *target;
    const struct facts *facts;
    bool itself; /* both sides are ours: SMTP or LMTP, as the dialogue wants */
};

extern const char needs_no_starttls[];
extern const char needs_no_stls[];
extern const char needs_no_login[]; /* the mechanism comes behind it */

bool needs_has_maildrop(const struct target *target);
/* What is offered where the case is when it is said to begin, or comes to itself. */
bool needs_offer(const struct asking *asking, bool pop3, const char *keyword,
                 struct bytes *params_r);
/* In clear text or inside TLS. */
bool needs_offers_login(const struct asking *asking, bool pop3, const char *mechanism);

/* needs_steps.c */
const char *needs_check_text(const struct asking *asking, const struct text *text);
const char *needs_check_steps(const struct asking *asking, const struct step *steps, size_t count,
                              struct buf *reason_text);

#endif
