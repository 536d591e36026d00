/*
 * names - one table of names for each enumeration
 *
 * names[i] is the name of the constant with value i; a hole is NULL.
 */
#ifndef MAILSPEC_MODEL_NAMES_H
#define MAILSPEC_MODEL_NAMES_H

#include "base/bytes.h"

#define NAMES_COUNT(names) (sizeof(names) / sizeof((names)[0]))

/* "?" for a value that the table does not have: only our own mistake can make one. */
const char *names_get(const char *const *names, size_t count, size_t value);
/* Index of `name`, case ignored, or BYTES_NONE. */
size_t names_find(const char *const *names, size_t count, struct bytes name);

#endif
