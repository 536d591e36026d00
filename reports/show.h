/*
 * show - small pieces of text that all reports share
 *
 * Everything that is printed passes through here: what a peer sent as escaped US-ASCII, our own sentences and
 * names with their UTF-8 kept but without a line break or control character. So a report line is one line, whatever is in it.
 */
#ifndef MAILSPEC_REPORTS_SHOW_H
#define MAILSPEC_REPORTS_SHOW_H

#include "base/buf.h"
#include "model/result.h"
#include "reports/reporter.h"

/* What a report says first when nothing was taken out of it. */
#define SHOW_OPEN_NOTE "Secrets are shown here (--show-secrets)."

/*
 * A sentence, name or scenario line: one line, no control characters; backslashes stay as they are, because such
 * text is in the notation already. NULL is nothing.
 */
void show_text(struct buf *out, const char *text);
void show_line(struct buf *out, struct bytes line);
/* What a peer sent, at most `limit` octets of it, then " [... N more octets]". */
void show_octets(struct buf *out, struct bytes octets, size_t limit);

/*
 * Words, the first of them where `out` stands, in column `from` (from 0), and blanks up to there before each line behind: none goes beyond
 * `to` but a word that is longer. Without a line end behind the last one.
 */
void show_wrapped(struct buf *out, struct bytes text, size_t from, size_t to);

/* Whose result it is, with ": " behind, where those of several targets are in one report; else nothing. */
void show_case_target(struct buf *out, const struct case_result *result);
/* "smtp/rcpt-without-mail", with "#2" behind it under --repeat. */
void show_case_name(struct buf *out, const struct case_result *result);
/* Both. */
void show_case_id(struct buf *out, const struct case_result *result);
/* "<1 ms", "3 ms", "1.234 s" */
void show_duration(struct buf *out, int64_t duration_us);
/* Milliseconds as "3.412" and seconds as "0.003", both with three decimals; never negative. */
void show_ms(struct buf *out, int64_t time_us);
void show_seconds(struct buf *out, int64_t time_us);
/* RFC 3339, UTC, with milliseconds and "Z"; without both for JUnit. */
void show_time(struct buf *out, int64_t wall_us, bool junit);
/* "1 case", "3 cases" */
void show_count(struct buf *out, size_t count, const char *singular, const char *plural);
/* "RFC 5321 3.3, RFC 5321 4.1.4" with `before` and `after` around it; nothing when there is no source. */
void show_sources(struct buf *out, const char *before, const struct rule *rule, const char *after);

/*
 * Does this case get the whole text of a failure? What is not acceptable does, and what failed or could not be
 * judged, even where --fail-on lets it through.
 */
bool show_in_full(enum verdict verdict, enum fail_on fail_on);

/* How many octets of one expected or actual value a report repeats beside the shared text. */
#define SHOW_VALUE_LIMIT ((size_t)1024)

const char *show_outcome(enum verdict_outcome outcome); /* "ok", "not-ok", "neutral" */
const char *show_fail_on(enum fail_on fail_on);         /* "must", ... */

const char *show_trace(enum report_trace trace); /* "fail", "all", "none" */

/* Terminal colours; `on` false: nothing. */
enum show_colour { SHOW_PLAIN, SHOW_RED, SHOW_GREEN, SHOW_YELLOW, SHOW_CYAN, SHOW_DIM, SHOW_BOLD };
void show_colour(struct buf *out, enum show_colour colour, bool on);

#endif
