/*
 * built_in - the reference server inside this process, and the target that describes it
 */
#ifndef MAILSPEC_CLI_BUILT_IN_H
#define MAILSPEC_CLI_BUILT_IN_H

#include "base/error.h"
#include "cli/built_in_trust.h"
#include "fake_servers/fault.h"
#include "model/program.h"
#include "model/target.h"
#include "net/loop.h"

struct built_in;

/* What the built-in servers of a run have in common; outlives them. */
struct built_in_world {
    struct loop *loop;
    const struct fault_set *faults; /* may be NULL */
    const struct built_in_trust *trust;
    const struct tls_settings
        *tls; /* of our sessions with them, as the command line has it; NULL: nothing */
};

/*
 * Listens for SMTP and POP3 on free loopback ports. The server offers all that it knows, TLS and logins too; with a program that
 * has Given: it is set up as that says. NULL on an error.
 */
struct built_in *built_in_new(const struct built_in_world *world, const struct program *given,
                              struct error *error);
const struct target *built_in_target(const struct built_in *built_in);
void built_in_free(struct built_in **built_in_p);

#endif
