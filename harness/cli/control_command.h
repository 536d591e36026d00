/*
 * control_command - one line of the control socket to its answer
 */
#ifndef MAILSPEC_CLI_CONTROL_COMMAND_H
#define MAILSPEC_CLI_CONTROL_COMMAND_H

#include "cli/service.h"

/* What the commands work on; `reset` goes back to what the server was started with. */
struct control_state {
    struct service *service;
    struct settings_text *first_settings;
    struct fault_set first_faults;
};

enum control_next { CONTROL_GO_ON, CONTROL_CLOSE };

void control_state_init(struct control_state *state, struct service *service);
void control_state_deinit(struct control_state *state);
/* Do what `line` says, without its line end, and append the whole answer. CONTROL_CLOSE: the client is done. */
enum control_next control_command(struct control_state *state, struct bytes line,
                                  struct buf *answer);

#endif
