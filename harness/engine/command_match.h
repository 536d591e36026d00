/*
 * command_match - is a line that a client said the one that was written?
 *
 * A line that is not compared whole is told by its verb; for MAIL and RCPT the keywords of the parameters that are written must be
 * there too, for POP3 the message numbers must be the same. In one that is compared whole verbs, parameter keywords and
 * domains know no case, and parameters that are not written are allowed on MAIL and RCPT. An exact line is compared as it is.
 */
#ifndef MAILSPEC_ENGINE_COMMAND_MATCH_H
#define MAILSPEC_ENGINE_COMMAND_MATCH_H

#include "engine/line_match.h"
#include "model/side.h"

struct command_matching {
    const struct line *line; /* as written */
    struct bytes raw;        /* as it came, with its line end */
    enum protocol protocol;
    bool is_response; /* a SASL response: no verb in it */
    const struct scope *scope;
};

/* difference_r may be NULL; else zeroed before, its buffer is the caller's to deinit. */
enum line_match command_match(const struct command_matching *matching,
                              struct line_difference *difference_r, struct error *error);
/* Do both begin with the same verb? What is written may have it in a variable: then not known, false. */
bool command_same_verb(const struct command_matching *matching);

#endif
