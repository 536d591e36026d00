/*
 * result - what a run found out, as reports read it
 *
 * cli/collect.c builds one case_result per case from the events and the judges' findings;
 * reports/ only reads. Owned by the collector, gone when the reports have had it.
 */
#ifndef MAILSPEC_MODEL_RESULT_H
#define MAILSPEC_MODEL_RESULT_H

#include "model/event.h"
#include "model/rule.h"

/* A rule broken (or, for INFO, worth a word) in some session, with the proof. */
struct finding {
    const struct rule *rule;
    enum verdict verdict; /* level_verdict() of the rule, or INCONCLUSIVE */
    bool by_script;       /* the scenario's outcome says so; else what was said in a session */
    const char *text;     /* one sentence: what was sent, what came, what was wanted */
    size_t case_number;
    unsigned connection;
    int64_t time_us;
    struct bytes evidence; /* the octets that show it */
    bool waited;           /* a wait that ended shows it, and nothing that came */
    bool says_no_wish;     /* the text says what came, and not what is wanted */
};

struct finding_sink {
    void (*on_finding)(void *self, const struct finding *finding);
    void *self;
};

enum wire_kind { WIRE_OCTETS, WIRE_NOTE };

/* One thing of the dialogue, for traces: octets of one side, or a note. */
struct wire_item {
    enum wire_kind kind;
    int64_t time_us; /* since the case began */
    unsigned connection;
    enum side side;
    struct bytes octets;
    size_t octets_left_out; /* behind `octets`, where the item was cut */
    const char *note;
};

struct case_result {
    const struct program *program;
    size_t case_number;        /* in the whole, also where that is split */
    unsigned repeat;           /* 0, or which repetition */
    enum verdict verdict;      /* the worst of all below, after known-failing */
    const char *reason;        /* one sentence; NULL for PASS */
    const char *known_failing; /* the reason in the known-failing file, or NULL */
    struct outcome outcome;    /* of the script (strings owned here) */
    const struct finding *findings;
    size_t finding_count;
    const struct wire_item *wire; /* bounded: the first and the last ones */
    size_t wire_count;
    size_t wire_left_out; /* items dropped in the middle */
    /* outcome.loss: the end of what was said last on that connection, without secrets; so many octets stood before it. */
    struct bytes last_sent;
    size_t last_sent_left_out;
    int64_t start_us; /* since the run began */
    int64_t duration_us;
    const char *transcript; /* path of its transcript, or NULL */
    const char *again;      /* the command that repeats just this case */
    /* Of a result that was read from a report (reports/result_read.h); else NULL. */
    const char *text;   /* what failure_print() said then */
    const char *target; /* whose result it is, where those of several are in one report */
};

struct run_info {
    const char *version;
    const char *target_name;
    const char *target_url; /* both endpoints, separated by a blank */
    int64_t wall_us;        /* when it began */
    size_t case_count;
    enum fail_on fail_on;
    const char *command; /* that repeats it, without what selects */
    bool shows_secrets;  /* nothing was taken out of what is told of it */
    /* One part of a run that is split: part `shard` of `shard_count`, counted from 1; 0: the whole. */
    unsigned shard;
    unsigned shard_count;
    size_t whole_count; /* cases of all parts */
};

/* The server was away, or hung, and no case brings that about alone. */
struct absence {
    const char *text; /* one sentence */
    bool cut;         /* sessions were cut off by it: no mere restart */
};

struct run_summary {
    size_t counts[VERDICT_COUNT];
    int64_t duration_us;
    bool interrupted;       /* SIGINT */
    const char *broken_off; /* why the run could not go on, or NULL */
    size_t not_run;         /* selected, but never begun */
    const struct absence *absences;
    size_t absence_count;
    const char *const *remarks; /* what the server's ways made of the run, a sentence each */
    size_t remark_count;
    size_t out_of_time; /* not judged because the time was up (--for): SKIP, or cut off */
};

#endif
