/*
 * service_listen - where a service listens, and how others learn of it: --port-file, --ready-fd
 *
 * Both get the same text once everything listens: one line for each URL, in the order in which they were given, with the real
 * port. A URL is what curl, and `mailspec run --server`, take as it is; the port is what stands behind its last colon.
 */
#ifndef MAILSPEC_CLI_SERVICE_LISTEN_H
#define MAILSPEC_CLI_SERVICE_LISTEN_H

#include "cli/service.h"

/*
 * Before anything is opened: is --ready-fd a descriptor that can be written to? Takes the --port-file of an earlier run away, so
 * that nobody takes it for ours. Complains.
 */
enum exit_status service_listen_check(const struct service *service);
/* Listen at all operands; complains. Warns where other machines can come. */
enum exit_status service_listen(struct service *service);
/* Tell those who wait for it; complains. */
enum exit_status service_announce(const struct service *service);
/* Take the port file away. */
void service_renounce(const struct service *service);

#endif
