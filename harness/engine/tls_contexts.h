/*
 * tls_contexts - the client's TLS contexts of a run, one for each set of settings
 *
 * To make one reads files; a run has thousands of sessions with the same few settings. They live as long as the run.
 */
#ifndef MAILSPEC_ENGINE_TLS_CONTEXTS_H
#define MAILSPEC_ENGINE_TLS_CONTEXTS_H

#include "net/tls.h"

/* A zeroed struct is empty and ready for use. */
struct tls_contexts {
    struct tls_contexts_item *items; /* private, as are those below */
    size_t count;
    size_t capacity;
};

/* NULL and a sentence: what the settings name cannot be used. The context stays the list's. */
struct tls_context *tls_contexts_get(struct tls_contexts *contexts,
                                     const struct tls_settings *settings, struct error *error);
void tls_contexts_deinit(struct tls_contexts *contexts);

#endif
