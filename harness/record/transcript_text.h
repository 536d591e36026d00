/*
 * transcript_text - the dialogue in scenario notation, so that a transcript can be read and replayed
 */
#ifndef MAILSPEC_RECORD_TRANSCRIPT_TEXT_H
#define MAILSPEC_RECORD_TRANSCRIPT_TEXT_H

#include "model/event.h"
#include "record/redact.h"

/* A sentence or name: one line, without control characters; backslashes as they are. */
void transcript_text_sentence(struct buf *out, struct bytes text);
/* A comment where lines begin to be left out. */
#define TRANSCRIPT_CUT "# octets are left out from here on"
/* `tested`: as in EVENT_CASE_BEGIN; a comment says it. */
#define TRANSCRIPT_TESTED "# tested: "
#define TRANSCRIPT_NOBODY "nobody"
void transcript_text_head(struct buf *out, const struct program *program, unsigned tested);
/*
 * "# 12.345 ms" when that much time has passed since *told_us that it is worth a line (always the first
 * time, when *told_us is negative); false when not.
 */
bool transcript_text_time(struct buf *out, int64_t time_us, int64_t *told_us);
/*
 * A line as it is written, with " //" and a <CRLF> at its end escaped: the reader of scenarios would take
 * them for a comment, and for the end of the line.
 */
void transcript_text_guard(struct buf *out, struct bytes line);
/*
 * "C: EHLO x", "S2: 250 OK\n\c": CRLF at the end is not shown, anything else is, with \c behind it. What the reader
 * of scenarios would take for something else is escaped.
 */
void transcript_text_line(struct buf *out, unsigned connection, enum side side, struct bytes octets,
                          const struct redact_ranges *ranges);
/* A comment, where something is left: "# 12.345 ms  tls: the client had sent in clear text before: NOOP\r\n". Before TLS is told to begin. */
#define TRANSCRIPT_LEFT " had sent in clear text before: "
void transcript_text_left(struct buf *out, const struct event *event, int64_t time_us);
/* "C & S: <negotiate a TLS session>", or that it fails. */
void transcript_text_negotiation(struct buf *out, const struct event *event);
/* A stage direction where there is one for what happened, else a comment. */
void transcript_text_event(struct buf *out, const struct event *event, struct bytes text,
                           int64_t time_us);

#endif
