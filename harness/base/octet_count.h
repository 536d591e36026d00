/*
 * octet_count - "10", "64k", "32M", "1G" as a number of octets
 *
 * How settings write a limit; the units are 1024, its square and its cube, in any case.
 */
#ifndef MAILSPEC_BASE_OCTET_COUNT_H
#define MAILSPEC_BASE_OCTET_COUNT_H

#include "base/bytes.h"

/* A decimal number below 4G and at most one unit, no blank between; false for anything else, and *count_r is as it was. */
bool octet_count_read(struct bytes text, uint64_t *count_r);

#endif
