/*
 * functions - what {{NAME ARGUMENT ...}} computes (docs/language.md)
 */
#ifndef MAILSPEC_ENGINE_FUNCTIONS_H
#define MAILSPEC_ENGINE_FUNCTIONS_H

#include "base/buf.h"
#include "base/error.h"
#include "engine/vars.h"

enum { FUNCTION_MAX_ARGUMENTS = 16 };

struct function_call {
    const struct bytes *arguments;
    size_t count;
    const struct scope *scope; /* apop needs timestamp and secret */
    size_t room;               /* octets that may still be appended */
};

/* Append the value; -1: no such function, a bad argument, or too long a value. */
int function_call(struct buf *out, const char *name, const struct function_call *call,
                  struct error *error);

#endif
