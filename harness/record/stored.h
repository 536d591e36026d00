/*
 * stored - stored transcripts, and dialogues that somebody pasted, as events
 *
 * What a run or a server wrote (transcript.h), read back: the same events in the same order, so that judges find in them what they found when it
 * happened. JSON lines keep times, pieces and waits; a dialogue of C: and S: lines, ours or anybody's, keeps the order only, and the
 * times that its comments tell. In place of a secret each event comes in two forms: as it is shown, with the mark, and for
 * judges, with a filler of the same form (hidden.h). The text is hostile: bounded, and what is wrong with it has a line.
 */
#ifndef MAILSPEC_RECORD_STORED_H
#define MAILSPEC_RECORD_STORED_H

#include "base/arena.h"
#include "base/error.h"
#include "model/event.h"

enum stored_limits {
    STORED_MAX_OCTETS = 256 * 1024 * 1024, /* of a file */
    STORED_MAX_CONNECTIONS = 1000,         /* of a session */
    STORED_MAX_SESSIONS = 1000000          /* of a file */
};

enum stored_form {
    STORED_JSON,     /* JSON lines of this program */
    STORED_DIALOGUE, /* C: and S: lines */
    STORED_OTHER     /* neither */
};

struct stored_source {
    const char *path; /* for the places of problems, and the program that stands for a session */
    const char *id;   /* of a dialogue; JSON lines have their own */
    struct bytes text;
    size_t first_number; /* of its first session */
};

/* EVENT_CASE_BEGIN has `tested`; EVENT_CASE_END says PASS, or SKIP where nothing was said. */
struct stored_sink {
    void (*on_event)(void *self, const struct event *shown, const struct event *judged);
    void *self;
};

enum stored_form stored_form_of(struct bytes octets);
/*
 * Tell all sessions; programs live in `arena`. `sink` may be NULL: the text is only looked at. *count_r: how many sessions there are. -1:
 * the text is none of that form; the error has path and line, and says what to do.
 */
int stored_read(const struct stored_source *source, enum stored_form form, struct arena *arena,
                const struct stored_sink *sink, size_t *count_r, struct error *error);

#endif
