/*
 * interrupted - hears SIGINT, SIGTERM and SIGHUP also between the runs of a command that runs many
 *
 * Each run watches them by itself; in between they would end the program, before the target's Stop and what was found so far.
 */
#ifndef MAILSPEC_CLI_INTERRUPTED_H
#define MAILSPEC_CLI_INTERRUPTED_H

#include <stdbool.h>
#include <stdint.h>

struct interrupted;

struct interrupted *interrupted_new(void);
/* Has one of them come since interrupted_new()? */
bool interrupted_heard(struct interrupted *interrupted);
/* Do nothing for that long, or until one comes; then true. */
bool interrupted_wait(struct interrupted *interrupted, int64_t ms);
void interrupted_free(struct interrupted **interrupted_p);

#endif
