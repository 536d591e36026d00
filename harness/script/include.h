/*
 * include - the other files that a scenario names: fragments and messages
 */
#ifndef MAILSPEC_SCRIPT_INCLUDE_H
#define MAILSPEC_SCRIPT_INCLUDE_H

#include "script/document.h"

/*
 * Both are looked for beside the file that names them; for a fragment also in the folder that its own name was found in, so that
 * fragments of one library find each other; then in the library.
 *
 * <use lib/NAME>: the fragment, or NULL after a problem.
 */
const struct document *include_fragment(struct span name, const struct document *user,
                                        const struct document_context *context);
/*
 * <send message NAME>, <send file NAME>: the text with its lines ended by CRLF, with the places of its lines; false after a
 * problem. `user` is the file that names it.
 */
bool include_message(struct span name, const struct document *user,
                     const struct document_context *context, struct span *text_r);

#endif
