/*
 * shrink_tell - says what became of a case that was shrunk, and writes its scenario
 *
 * Behind the console report; on standard error where another report has standard output.
 */
#ifndef MAILSPEC_CLI_SHRINK_TELL_H
#define MAILSPEC_CLI_SHRINK_TELL_H

#include "cli/run_command.h"
#include "cli/shrink_case.h"

/* Does the file begin as one that was written here? */
bool shrink_tell_is_one(struct bytes text);
/*
 * The dialogue is shown unless that of an earlier case, `same_as`, is the same one; NULL: none is. False: the file could not be written, which was said.
 */
bool shrink_tell(struct run_command *run, const struct shrink_case *shrunk, const char *path,
                 const char *same_as);
/* How many failures were not tried, for their number, and because they are a client's. */
void shrink_tell_rest(const struct run_command *run, size_t left_out, size_t of_clients);

#endif
