/*
 * event - what happened in a run
 *
 * The engine emits events and knows no judge, recorder or report; those are sinks, joined in cli/. A stored
 * transcript and, later, a pcap file give the same events. Octets carry the side that sent them, not
 * "sent" or "received", so that sinks need not know which side we played. Views in an event are valid
 * during the call only.
 */
#ifndef MAILSPEC_MODEL_EVENT_H
#define MAILSPEC_MODEL_EVENT_H

#include "model/loss.h"
#include "model/program.h"
#include "model/tls.h"
#include "model/verdict.h"

enum event_kind {
    EVENT_CASE_BEGIN,
    EVENT_CONNECTING, /* text: the URL */
    EVENT_CONNECTED,  /* text: "127.0.0.1:40000 -> 127.0.0.1:25" */
    EVENT_OCTETS,     /* side and octets: one write of ours or one read */
    EVENT_SECURED, /* tls, text (tls_facts_print()): a TLS session began, or failed to; side and octets: what `side` had sent in clear text behind
                      what was read when it began, or the first line of what it sent instead of TLS, and nobody will read; empty: nothing */
    EVENT_CLOSED,  /* side and close: who ended it and how */
    EVENT_STEP,    /* a step begins */
    EVENT_TIMEOUT, /* a wait for `side` ended without what it waited for; text */
    EVENT_NOTE, /* text: what the harness did or decided ("421 at the greeting: again in 100 ms") */
    EVENT_CASE_END, /* outcome */
    EVENT_KIND_COUNT
};

enum close_kind { CLOSE_END, CLOSE_RESET, CLOSE_ERROR, CLOSE_KIND_COUNT };

/* What the script itself says about a case; findings of judges come on top. */
struct outcome {
    enum verdict verdict;
    const char *reason;      /* one sentence; NULL for PASS */
    const struct step *step; /* where it ended, or NULL */
    struct place place;      /* the line that did not match; line 0: none */
    struct bytes expected;   /* in scenario notation, lines separated by LF; empty: none */
    struct bytes
        said; /* what the step answers, as it was sent (program_said_before()); empty: nothing, or it holds a secret. For judges alone */
    struct bytes actual;  /* the octets that came instead, as they came */
    size_t actual_offset; /* first octet of `actual` that differs, or BYTES_NONE */
    bool in_start;        /* it happened before line one */
    bool absolute; /* no question of a rule's level: the client crashed, hung, or was killed */
    bool
        misreported; /* a client reports success where nothing was accepted, and no line asked what it reports */
    bool waited;    /* a wait that ended shows it, and nothing that came */
    bool closed;    /* the server closed instead of the answer to a command other than QUIT */
    enum loss loss; /* of the server, before or behind the mismatch */
    unsigned
        suspect; /* it was there when the server went away or hung for good: its place, the likeliest is 1; 0: no */
    unsigned lost_connection; /* that showed it, or was spoken on last; 0: none was */
    bool not_reached;         /* steps are left that never ran */
    size_t
        lines_not_reached; /* of the dialogue, behind the step that ended it; 0: not known, or none */
};

/* Is QUIT what was wanted, or nothing more? */
bool outcome_wants_end(const struct outcome *outcome);

struct event {
    enum event_kind kind;
    int64_t time_us;               /* since the run began */
    const struct program *program; /* NULL: belongs to no case (probe) */
    size_t case_number;            /* index in the run: unique also under --repeat */
    unsigned connection;           /* from 1; 0: the whole case */
    enum protocol protocol;
    enum side side;
    enum close_kind close;
    struct bytes octets;
    const char *text;
    const struct step *step;
    const struct outcome *outcome;
    const struct tls_facts *tls;
    bool short_wait; /* EVENT_TIMEOUT: shorter than a wait of this run by default: proves nothing */
    bool sending;    /* EVENT_TIMEOUT: the server was still sending when it ended */
    /* EVENT_CASE_BEGIN: whose duties are put to the test, a set of 1 << enum side; 0: nobody's, or not known. */
    unsigned tested;
    int64_t began_us; /* of a stored transcript: since its run began; times count from there */
    /* EVENT_OCTETS of a stored transcript: something stands in place of a secret; neither words nor the number of octets can be relied on. */
    bool altered;
};

struct event_sink {
    void (*on_event)(void *self, const struct event *event);
    void *self;
};

void event_emit(const struct event_sink *sink, const struct event *event); /* NULL sink: nothing */
const char *event_kind_name(enum event_kind kind); /* "case-begin", "octets", ... */
const char *close_kind_name(enum close_kind kind); /* "end", "reset", "error" */
bool close_kind_from_name(struct bytes name, enum close_kind *kind_r);

#endif
