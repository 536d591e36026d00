/*
 * place - where in a file something stands
 *
 * Lines and columns count from 1, columns in octets; line 0 means "nowhere". The strings belong to
 * the scenario's arena.
 */
#ifndef MAILSPEC_MODEL_PLACE_H
#define MAILSPEC_MODEL_PLACE_H

#include "base/bytes.h"

struct place {
    const char *path;
    unsigned line;
    unsigned column;
    unsigned width;      /* octets that the caret marks; 0 reads as 1 */
    struct bytes source; /* the whole source line, without its line end */
};

#endif
