/*
 * secrets - what of a client's line must not stand in a file
 *
 * PASS, SASL responses and APOP digests are taken over as what is bound on replay: {{secret:NAME}} with the name that logs in, {{apop}}, or
 * <authenticate MECHANISM> where the responses hold for one challenge only.
 */
#ifndef MAILSPEC_SCRIPT_IMPORT_SECRETS_H
#define MAILSPEC_SCRIPT_IMPORT_SECRETS_H

#include "base/arena.h"
#include "script/talk.h"

struct secret {
    const char *text; /* in the notation of the scenarios, without speaker */
    const char *note;
    bool whole; /* a direction that stands for the rest of the exchange, too */
};

/* Before talk_client(): is the client's next line one of those? Notes the user in `talk`. */
bool secret_find(struct talk *talk, struct bytes line, struct arena *arena,
                 struct secret *secret_r);
/* What of a text for people may be kept: nothing behind a verb that logs in, in capitals. */
struct bytes secret_cut(struct bytes text);

#endif
