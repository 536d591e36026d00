/*
 * variables - the names that --var can give a value
 */
#ifndef MAILSPEC_CLI_VARIABLES_H
#define MAILSPEC_CLI_VARIABLES_H

#include "cli/word_set.h"
#include "model/program.h"

/* Add every name that stands in {{...}} somewhere in the file's cases. */
void variables_add(struct word_set *names, const struct program *program);

#endif
