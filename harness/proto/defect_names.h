/*
 * defect_names - a set of defects as a list for people
 *
 * Every parser here names what it sees as one bit of an unsigned set, and keeps a table with the words for bit 0, 1, 2...
 */
#ifndef MAILSPEC_PROTO_DEFECT_NAMES_H
#define MAILSPEC_PROTO_DEFECT_NAMES_H

#include "base/buf.h"

/* Append the names of the bits that are set, in table order, separated by ", ". */
void defect_names_print(struct buf *out, unsigned defects, const char *const *names, size_t count);

#endif
