/*
 * shell_word - a word as a shell would take it, for commands that are shown to be repeated
 */
#ifndef MAILSPEC_BASE_SHELL_WORD_H
#define MAILSPEC_BASE_SHELL_WORD_H

#include "base/buf.h"

/* In single quotes where it needs any. */
void shell_word_append(struct buf *out, const char *word);

#endif
