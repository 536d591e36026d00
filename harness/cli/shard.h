/*
 * shard - one part of many of the cases selected, for machines that share the work
 *
 * The part goes by the case id alone, so that the same case is in the same part on every machine, whatever else is
 * selected and in whatever order. docs/ci.md promises the function; it never changes.
 */
#ifndef MAILSPEC_CLI_SHARD_H
#define MAILSPEC_CLI_SHARD_H

#include "base/bytes.h"

enum { SHARDS_MAX = 10000 };

struct shard {
    unsigned index; /* from 1 */
    unsigned count; /* 0: not split */
};

/* "I/N", I from 1 to N; 1/1 is not split. */
bool shard_read(struct bytes text, struct shard *shard_r);
/* The part of `count` that the case is in, from 1. */
unsigned shard_of(const char *case_id, unsigned count);

#endif
