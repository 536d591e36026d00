/*
 * serve_join - command lines that are written in parts, put together as they are heard
 *
 * "C: NO\\c" and "C: OP" are one command of the client. Playing the server it is heard whole, so the parts become one step.
 */
#ifndef MAILSPEC_ENGINE_SERVE_JOIN_H
#define MAILSPEC_ENGINE_SERVE_JOIN_H

#include "base/arena.h"
#include "model/program.h"

/* In place; a part that went into a later step becomes a commentary, which does nothing. */
void serve_join_lines(struct arena *arena, struct step *steps, size_t count);

#endif
