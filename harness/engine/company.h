/*
 * company - which other cases a case can bear in its user's maildrop, and which it troubles there
 *
 * Told by the compiled dialogue alone, and with care: what is not written out counts as the worst that it may be.
 */
#ifndef MAILSPEC_ENGINE_COMPANY_H
#define MAILSPEC_ENGINE_COMPANY_H

#include "model/program.h"

enum company {
    COMPANY_ANY,
    COMPANY_NO_MAIL, /* it may delete mail that is not its own: nobody's is to wait there to be looked for */
    COMPANY_NOBODY /* it finds a message by its neighbours: no other mail is to come between them */
};

enum company company_of(const struct program *program);
/* Does it send mail that a server may take, and so have it come into somebody's maildrop? */
bool company_sends(const struct program *program);

#endif
