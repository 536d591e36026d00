/*
 * shrink_units - which steps of a dialogue are taken out together
 *
 * A unit is a line of the client with the replies that belong to it: they pair by count (RFC 2920 section 3.1), and LMTP answers the end of data
 * more than once. BDAT has its chunk with it, and a line that ends in \c the one that goes on with it. Everything else is a unit by itself.
 */
#ifndef MAILSPEC_CLI_SHRINK_UNITS_H
#define MAILSPEC_CLI_SHRINK_UNITS_H

#include "model/program.h"

/* Writes the unit of each step, from 0, numbered in the order in which they begin; returns how many there are. */
size_t shrink_units(const struct program *program, size_t *unit_of_step);

#endif
