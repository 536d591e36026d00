/*
 * transcript_file - the two files of one case
 *
 * Both are written line by line as the case goes on, and bounded: a peer that never stops does not fill the disk.
 */
#ifndef MAILSPEC_RECORD_TRANSCRIPT_FILE_H
#define MAILSPEC_RECORD_TRANSCRIPT_FILE_H

#include <jansson.h>
#include <stdio.h>

#include "base/error.h"
#include "model/event.h"
#include "record/redact.h"

#define TRANSCRIPT_OCTET_LIMIT ((size_t)8 << 20)
#define TRANSCRIPT_LINE_LIMIT  ((size_t)100000)

struct transcript_file {
    char *txt_path; /* NULL: not open, nothing is written */
    char *jsonl_path;
    FILE *txt;
    FILE *jsonl;
    int64_t start_us;
    int64_t told_us; /* the time that was last written as a comment, since the case began */
    size_t octets;
    size_t lines;
    size_t octets_left_out;
};

/* One line of the wire, or a part of one where it was interrupted. */
struct transcript_line {
    int64_t time_us; /* since the run began */
    int64_t end_us;  /* when the last of its octets came */
    bool complete;   /* with its end */
    unsigned connection;
    enum side side;
    struct bytes octets;
    size_t block;  /* the write or read of this case that it began in, from 1 */
    size_t blocks; /* how many writes or reads it came in */
    unsigned step; /* line of the scenario, 0: unknown */
};

#define TRANSCRIPT_OPEN_NOTE "# Secrets are shown here (--show-secrets)."

struct transcript_file_form {
    bool dialogue_only; /* no .jsonl */
    bool shows_secrets; /* the first line says so */
};

/* `base` is the path without ".txt" and ".jsonl". -1: could not be made, nothing is written then. */
int transcript_file_open(struct transcript_file *file, const char *base, const struct event *begin,
                         struct transcript_file_form form, struct error *error);
void transcript_file_flush(struct transcript_file *file);
void transcript_file_line(struct transcript_file *file, const struct transcript_line *line,
                          const struct redact_ranges *ranges);
/* What was left in clear text, in the dialogue alone: the event has it free of secrets. */
void transcript_file_left(struct transcript_file *file, const struct event *event);
/* The direction that begins TLS behind STARTTLS or STLS, in the dialogue alone. */
void transcript_file_negotiation(struct transcript_file *file, const struct event *event);
/* Any other event; its text and octets are free of secrets already. */
void transcript_file_event(struct transcript_file *file, const struct event *event,
                           struct bytes text);
/* Also without CASE_END before; -1 when something was not written. Closing twice does nothing. */
int transcript_file_close(struct transcript_file *file, struct error *error);
void transcript_file_deinit(struct transcript_file *file);

#endif
