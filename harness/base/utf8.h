/*
 * utf8 - one UTF-8 sequence, and what a person sees of it (RFC 3629)
 */
#ifndef MAILSPEC_BASE_UTF8_H
#define MAILSPEC_BASE_UTF8_H

#include "base/bytes.h"

/*
 * The length of the well-formed sequence that `text` begins with, its code point in *code_point_r;
 * 0 when there is none (also for overlong forms, surrogates and values above U+10FFFF).
 */
size_t utf8_read(struct bytes text, uint32_t *code_point_r);
/* Neither control, nor bidirectional, invisible, line-breaking or no character at all? */
bool utf8_is_visible(uint32_t code_point);
/* Columns of a terminal that a visible character takes: 0 (a combining mark), 1 or 2 (East Asian wide). */
size_t utf8_columns(uint32_t code_point);
/* Those of a text of visible characters; an octet that is not UTF-8 counts as one. */
size_t utf8_width(struct bytes text);

#endif
