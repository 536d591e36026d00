/*
 * transcript - writes what happened: JSON lines for programs, a dialogue for people
 *
 * An event sink. For each case DIR/<case id>.jsonl (one object a line: {"t_us","connection","kind","side","text","base64","step"...}) and
 * DIR/<case id>.txt, in the scenario notation; "/" of the id makes folders, "#N" stands behind it under --repeat.
 * Secrets that are given to it never reach a file, nor in another form, nor what gives one away
 * (redact.h), unless it is told to show them.
 */
#ifndef MAILSPEC_RECORD_TRANSCRIPT_H
#define MAILSPEC_RECORD_TRANSCRIPT_H

#include "base/error.h"
#include "model/event.h"

struct transcript;

struct transcript_config {
    const char *folder;
    const char *const *secrets;
    size_t secret_count;
    bool show_secrets;  /* hide none; each file says so first */
    bool dialogue_only; /* no .jsonl */
};

/* Take away the transcripts of an earlier run below `folder`; files that are none are let alone. */
void transcript_clear(const char *folder);

struct transcript *transcript_new(const struct transcript_config *config);
struct event_sink transcript_sink(struct transcript *transcript);
/* What was told so far stands in the files then, but what may be the beginning of a secret. */
void transcript_flush(struct transcript *transcript);
/* Path of the case's .txt, or NULL; valid until another case begins after this one has ended. */
const char *transcript_path(struct transcript *transcript, size_t case_number);
/* -1 when a file could not be written (the first reason); the run is never stopped by that. */
int transcript_finish(struct transcript *transcript, struct error *error);
void transcript_free(struct transcript **transcript_p);

#endif
