/*
 * built_in - the reference server inside this process, and the target that describes it
 */
#ifndef MAILSPEC_CLI_BUILT_IN_H
#define MAILSPEC_CLI_BUILT_IN_H

#include "base/error.h"
#include "fake_servers/fault.h"
#include "model/program.h"
#include "model/target.h"
#include "net/loop.h"

struct built_in;

/*
 * Listens for SMTP and POP3 on free loopback ports of `loop`. With a program that has Given: the server is set up as
 * it says; otherwise it is the default one. NULL on an error.
 */
struct built_in *built_in_new(struct loop *loop, const struct fault_set *faults,
                              const struct program *given, struct error *error);
const struct target *built_in_target(const struct built_in *built_in);
void built_in_free(struct built_in **built_in_p);

#endif
