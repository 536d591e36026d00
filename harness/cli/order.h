/*
 * order - in which order the cases of a run begin
 *
 * At a server of somebody else the gravest come first, so that much is known early; and last those whose logins are to be refused: servers
 * let all that log in wait behind that. At our own, and with clients, it is the order of the scenarios. Reports keep that in any case.
 */
#ifndef MAILSPEC_CLI_ORDER_H
#define MAILSPEC_CLI_ORDER_H

#include "cli/run.h"

struct order;

/* Is it another one than that of the scenarios? */
bool order_is_ours(const struct run_request *request);
struct order *order_new(const struct run_request *request);
void order_free(struct order **order_p);
/* The number of the case that is the i-th to begin. */
size_t order_at(const struct order *order, size_t i);

#endif
