/*
 * shrink_wording - makes the lines of the client shorter: words, long arguments, {{repeat N}}, messages
 */
#ifndef MAILSPEC_CLI_SHRINK_WORDING_H
#define MAILSPEC_CLI_SHRINK_WORDING_H

#include "cli/shrink_passes.h"

/* An empty message instead of <send message NAME>. */
void shrink_messages(struct shrinking *shrinking);
void shrink_texts(struct shrinking *shrinking);

#endif
