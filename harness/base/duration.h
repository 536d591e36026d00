/*
 * duration - "500ms", "10s", "5m" as milliseconds
 *
 * How scenarios and options write a time: always with its unit, so that nobody takes 5 for minutes. The bound keeps every
 * sum and scaling of such times within 64 bits. What is no duration leaves *ms_r as it was.
 */
#ifndef MAILSPEC_BASE_DURATION_H
#define MAILSPEC_BASE_DURATION_H

#include "base/bytes.h"

/* A decimal number and a unit (ms, s, m, h), no blank between; false for anything else or > 24h. */
bool duration_read(struct bytes text, int64_t *ms_r);

#endif
