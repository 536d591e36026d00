/*
 * expand - the text of a line as octets: variables filled in, functions computed
 *
 * Functions: repeat, base64, md5, hmac-md5, apop, add, length, upper, lower (docs/language.md).
 */
#ifndef MAILSPEC_ENGINE_EXPAND_H
#define MAILSPEC_ENGINE_EXPAND_H

#include "base/buf.h"
#include "base/error.h"
#include "engine/vars.h"
#include "model/program.h"

enum { EXPAND_MAX_OCTETS = 64 * 1024 * 1024 };

/* An unbound variable with a sample gives the sample; without one, or a function's bad argument: -1. */
int expand_text(struct buf *out, const struct text *text, const struct scope *scope,
                struct error *error);
/* The same for what is sent: a sample that was said becomes the variable's value. */
int expand_sent_text(struct buf *out, const struct text *text, const struct scope *scope,
                     struct error *error);
/* The text as it is sent, then CRLF unless LINE_NO_END. */
int expand_sent_line(struct buf *out, const struct line *line, const struct scope *scope,
                     struct error *error);

#endif
