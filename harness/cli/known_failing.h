/*
 * known_failing - cases that are known to fail on a target, with the rule and the reason
 *
 * A file of lines "CASE RULE REASON...", # for comments; CASE and RULE may hold * and **. A case whose every broken
 * rule stands in the file is XFAIL; a case that stands there and breaks nothing is XPASS, which fails the run: the
 * entry is out of date, unless "?" stands behind its RULE. What the file does not cover stays as it is.
 */
#ifndef MAILSPEC_CLI_KNOWN_FAILING_H
#define MAILSPEC_CLI_KNOWN_FAILING_H

#include "base/arena.h"
#include "base/error.h"
#include "model/result.h"

struct known_failing;

struct known_failing *known_failing_new(struct arena *arena);
/* Add the file's entries; one error names the first bad line. */
int known_failing_read(struct known_failing *known, const char *path, struct error *error);
/* Change the verdict of a finished result, as said above, and set its reason. */
void known_failing_apply(const struct known_failing *known, struct case_result *result);

#endif
