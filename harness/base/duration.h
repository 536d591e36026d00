/*
 * duration - "500ms", "10s", "5m" as milliseconds
 */
#ifndef MAILSPEC_BASE_DURATION_H
#define MAILSPEC_BASE_DURATION_H

#include "base/bytes.h"

/* A decimal number and a unit (ms, s, m, h), no blank between; false for anything else or > 24h. */
bool duration_read(struct bytes text, int64_t *ms_r);

#endif
