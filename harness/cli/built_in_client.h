/*
 * built_in_client - the client of this program, as a target and as something the engine can start
 */
#ifndef MAILSPEC_CLI_BUILT_IN_CLIENT_H
#define MAILSPEC_CLI_BUILT_IN_CLIENT_H

#include "engine/client.h"
#include "fake_clients/fault.h"

/* The target that stands for it: two users, statuses as sysexits.h has them. */
struct target built_in_client_target(void);
/* `faults` may be NULL and outlives the starter. */
struct client_starter built_in_client_starter(const struct client_fault_set *faults);

#endif
