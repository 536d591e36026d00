/*
 * compile - from a document to programs
 *
 * A dialogue is compiled once for each row of Each: and for each alternative of Either/Or. Replies are paired with commands
 * by count, because what a C: line is (command, message data, SASL response) depends on the reply before it.
 */
#ifndef MAILSPEC_SCRIPT_COMPILE_H
#define MAILSPEC_SCRIPT_COMPILE_H

#include "script/document.h"
#include "script/settings.h"

struct compile_input {
    struct document *document;
    const struct settings *settings;
    const struct document_context *context;
    const char *id; /* of the scenario */
};

struct programs {
    const struct program *const *items;
    size_t count;
};

/* In the arena of the context. With problems of the document the programs are of no use. */
struct programs compile_document(const struct compile_input *input);

#endif
