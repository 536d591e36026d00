/*
 * line_match - does a line that came match a line that was written?
 *
 * Unbound variables capture (model/program.h value types), bound ones must match again. Bindings are made only when the
 * whole line matches. Patterns are bounded (match/regex.h).
 */
#ifndef MAILSPEC_ENGINE_LINE_MATCH_H
#define MAILSPEC_ENGINE_LINE_MATCH_H

#include "base/buf.h"
#include "base/error.h"
#include "engine/vars.h"
#include "model/program.h"

enum line_match { LINE_MATCH, LINE_DIFFERS, LINE_MATCH_ERROR };

struct line_difference {
    size_t offset; /* of the first octet of the received line that differs; BYTES_NONE: not known */
    struct buf expected; /* what was wanted, in scenario notation; bound variables filled in */
};

/*
 * `raw` is the received line with its line end. COMPARE_EXACT compares line end and all; the other ways leave CRLF (or LF) out.
 * COMPARE_FRAME always matches here: codes and verbs are the caller's. For SMTP replies a written "-" or " " behind a literal
 * code matches either (which of the two came is framing), except under COMPARE_EXACT: `reply` says so. difference_r may be NULL; else
 * zeroed before, its buffer is the caller's to deinit.
 */
enum line_match line_match(const struct line *line, struct bytes raw, bool reply,
                           const struct scope *scope, struct line_difference *difference_r,
                           struct error *error);

#endif
