/*
 * recording - a case that was played twice, as a scenario that pins what the server said
 *
 * The client's lines stand as in the case, with their names and functions: so no secret, digest or address of
 * the run gets into the file. The server's lines are those that came (reply_words.h), under Compare: text. Steps that were not reached are left out.
 */
#ifndef MAILSPEC_RECORD_RECORDING_H
#define MAILSPEC_RECORD_RECORDING_H

#include "record/redact_case.h"
#include "record/reply_words.h"

enum { RECORDING_PLAYS = 2 };

struct recording;

struct recording *recording_new(const struct program *program);
void recording_free(struct recording **recording_p);
const struct program *recording_program(const struct recording *recording);

/* What play `play` did: a step began; a reply to it came; the dialogue begins anew. Steps of another place are ignored. */
void recording_begin(struct recording *recording, unsigned play);
void recording_step(struct recording *recording, unsigned play, const struct step *step);
void recording_reply(struct recording *recording, unsigned play, const struct reply_forms *forms,
                     const struct step *step, struct bytes octets, bool pop3,
                     const struct reply_name *names, size_t name_count);

/* The case ended at `step`: silence that was broken, a close that did not come. It stays out. NULL: at none. */
void recording_end(struct recording *recording, unsigned play, const struct step *step);

struct recording_style {
    const struct redact_case *secrets; /* of both plays: none gets into the file */
    bool shows_secrets;                /* none is known; a comment says so */
    bool loose;       /* pin less: every capture is new, no body of a POP3 response */
    const char *note; /* a comment on top, or NULL */
};
/* Append the scenario. False: no reply came that could be pinned. */
bool recording_print(const struct recording *recording, const struct recording_style *style,
                     struct buf *out);

/* Does the file begin as recording_print() begins one? */
bool recording_is_one(struct bytes text);

/*
 * The same scenario with the texts that a record pinned taken out: codes, and what the client's lines need, stay. `text` is a
 * file that recording_print() wrote; false when it is none.
 */
bool recording_loosen(struct bytes text, struct buf *out);

#endif
