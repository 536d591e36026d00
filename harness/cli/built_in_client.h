/*
 * built_in_client - the client of this program, as a target and as something the engine can start
 */
#ifndef MAILSPEC_CLI_BUILT_IN_CLIENT_H
#define MAILSPEC_CLI_BUILT_IN_CLIENT_H

#include "engine/client.h"
#include "fake_clients/fault.h"
#include "fake_clients/memory.h"

/* The target that stands for it: two users, statuses as sysexits.h has them. */
struct target built_in_client_target(void);
/* What its clients have; outlives the starter. */
struct built_in_clients {
    const struct client_fault_set *faults; /* may be NULL */
    bool *
        asked; /* NULL, or room for CLIENT_FAULT_COUNT of each case, `asked_step` apart: what its client asked for */
    size_t asked_step;
    struct client_memory *memory; /* of all cases; their clients come again */
};

struct client_starter built_in_client_starter(const struct built_in_clients *clients);

#endif
