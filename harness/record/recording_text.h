/*
 * recording_text - the parts of a recorded scenario that come from the case and not from the wire
 */
#ifndef MAILSPEC_RECORD_RECORDING_TEXT_H
#define MAILSPEC_RECORD_RECORDING_TEXT_H

#include "base/buf.h"
#include "model/program.h"

/* Header fields of the case's file that a replay needs, Compare: text, and the empty line. */
void recording_text_head(struct buf *out, const struct program *program, const char *note,
                         bool shows_secrets);
/* That field of the case's file, and nothing where it has none. */
void recording_text_field(struct buf *out, const struct program *program, const char *name);
/* A line of the client, or a direction. */
void recording_text_step(struct buf *out, const struct program *program, const struct step *step);
/* Any step as it is written in the case; nothing for what is no line of a dialogue with a server (<if>, <exit ok>). */
void recording_text_written(struct buf *out, const struct program *program,
                            const struct step *step);
/* A reply as it is written in the case, to be read under Compare: text. */
void recording_text_reply(struct buf *out, const struct program *program, const struct step *step);
/* A name that records put in: {{v1}}. */
bool recording_text_is_record_name(const char *name);
/* A name that has a value without a capture: of every case, or a column of this one. */
bool recording_text_is_given(const struct program *program, const char *name);

#endif
