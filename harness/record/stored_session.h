/*
 * stored_session - one session of a stored transcript, told as events; for stored_*.c
 *
 * Lines of one write or read become one event again. Behind a place where octets are left out nothing is told to judges any more.
 */
#ifndef MAILSPEC_RECORD_STORED_SESSION_H
#define MAILSPEC_RECORD_STORED_SESSION_H

#include "base/buf.h"
#include "record/stored.h"

/* A line, or what is there of it. */
struct stored_line {
    unsigned connection;
    enum side side;
    int64_t time_us;
    int64_t end_us;      /* of its last octet */
    uint64_t block;      /* 0: it is a write of its own */
    struct bytes shown;  /* with marks */
    struct bytes judged; /* with fillers */
    bool altered;        /* there are fillers in it */
};

struct stored_session {
    const struct stored_source *source;
    const struct stored_sink *sink; /* NULL: nothing is told */
    struct arena *arena;
    struct program *program; /* NULL: no session is open */
    size_t count;            /* sessions so far */
    int64_t time_us;         /* of the last event */
    bool said;               /* octets went over it */
    bool cut;                /* octets are left out behind here */
    enum protocol protocols[STORED_MAX_CONNECTIONS + 1];
    bool lost[STORED_MAX_CONNECTIONS + 1]; /* nothing is judged on it until it connects again */
    struct stored_line gathered;           /* of the last block; its octets are below */
    struct buf shown;
    struct buf judged;
};

void stored_session_init(struct stored_session *session, const struct stored_source *source,
                         const struct stored_sink *sink, struct arena *arena);
void stored_session_deinit(struct stored_session *session);
/* Ends the one before. */
void stored_session_begin(struct stored_session *session, const char *id, const char *title,
                          unsigned tested, int64_t began_us);
void stored_session_line(struct stored_session *session, const struct stored_line *line);
/* Any other event: kind, time, connection and what belongs to the kind. */
void stored_session_event(struct stored_session *session, const struct event *event);
/* Nothing more of it can be judged. */
void stored_session_cut(struct stored_session *session);
/* Of one connection nothing more can be judged, until it connects again: `why` is told. */
void stored_session_lose(struct stored_session *session, unsigned connection, int64_t time_us,
                         const char *why);
/* What the scenario says, for judges. Does nothing when none is open. */
void stored_session_end_as(struct stored_session *session, const struct outcome *told);
/* No scenario says anything. */
void stored_session_end(struct stored_session *session);

/* "PATH:LINE: ..."; -1. */
int stored_problem(const struct stored_source *source, size_t line, struct error *error,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- The readers ---- */

int stored_json_read(struct stored_session *session, struct error *error);
int stored_dialogue_read(struct stored_session *session, struct error *error);
bool stored_json_is(struct bytes text);
bool stored_dialogue_is(struct bytes text);

#endif
