/*
 * secret_source - where a secret comes from: a file, the environment, a prompt, or what is written
 *
 * "file:PATH" the first line of a file (a relative path counts from `folder`), "env:NAME" a variable of the environment,
 * "prompt:" a person at the terminal, "text:SECRET" what stands behind it, whatever it looks like. Anything else is the secret.
 */
#ifndef MAILSPEC_CLI_SECRET_SOURCE_H
#define MAILSPEC_CLI_SECRET_SOURCE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"

enum secret_source {
    SECRET_AS_WRITTEN,
    SECRET_FROM_TEXT,
    SECRET_FROM_FILE,
    SECRET_FROM_ENVIRONMENT,
    SECRET_FROM_PROMPT
};

/* What it is, and what stands behind the colon (all of it, where there is no source). Reads nothing. */
enum secret_source secret_source_of(const char *written, const char **rest_r);
/* Does the text hold no secret, only where one is? It may be shown then. */
bool secret_source_is_elsewhere(const char *written);

/*
 * The secret itself, in `arena`. `user` is for the prompt and for errors, which show no secret. It holds no line end and no NUL, and is
 * not empty. A file that others can read is warned of.
 */
int secret_source_read(const char *written, const char *folder, const char *user,
                       struct arena *arena, const char **secret_r, struct error *error);

/* The folder part of `path` with its slash, or "": what relative paths in that file count from. */
const char *secret_source_folder(const char *path, struct arena *arena);

#endif
