/*
 * secret_prompt - asks a person for a secret at the terminal, without showing it
 */
#ifndef MAILSPEC_CLI_SECRET_PROMPT_H
#define MAILSPEC_CLI_SECRET_PROMPT_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Append the line that was typed at /dev/tty, `most` octets at most. A signal that ends or stops the program takes effect once the
 * terminal shows again what is typed. -1: there is no terminal, or nothing was typed.
 */
int secret_prompt(const char *user, size_t most, struct buf *out, struct error *error);

#endif
