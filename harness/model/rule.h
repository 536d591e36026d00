/*
 * rule - one requirement that can be judged on the wire
 *
 * Rules live in the catalogue files (scenarios/catalogue); judge/catalogue.c reads them. The id
 * (protocol/slug) never changes; sections stand in `sources`, because documents get revised.
 */
#ifndef MAILSPEC_MODEL_RULE_H
#define MAILSPEC_MODEL_RULE_H

#include "model/side.h"
#include "model/verdict.h"

enum { RULE_BESIDE_MAX = 2 }; /* so many other rules may one fault break */

/* With one fault of a rule another rule breaks, too: one cause, seen from two duties. */
struct rule_beside {
    const char *fault;
    const char *rule;
    const char *reason; /* a sentence */
    unsigned line;      /* of the field */
};

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY, LEVEL_PRACTICE, LEVEL_COUNT };

/* What breaking it does, the worst first. */
enum impact {
    IMPACT_SECURITY, /* somebody gets in, gets something said or sees something who must not */
    IMPACT_MAIL,     /* mail is lost, doubled or altered, or goes to somebody else */
    IMPACT_INTEROP,  /* somebody who keeps to the standards is refused, stuck or misled */
    IMPACT_FORM,     /* a text, a code or a trace field is not what it should be */
    IMPACT_COUNT
};

struct rule {
    const char *id;
    const char *const *sources; /* "RFC 5321 4.2", the first is the main one */
    size_t source_count;
    enum level level;
    enum side side;    /* whose duty it is */
    const char *title; /* the stimulus */
    const char *text;  /* what must happen, in our own words, and why it matters */
    const char *
        harm; /* who suffers: the end of a sentence that begins with "otherwise"; NULL where nobody has said */
    enum impact impact;
    const char *conflict;     /* which texts disagree, and which counts; NULL: none do */
    const char *const *needs; /* of the target: "ehlo SIZE", "delivery" */
    size_t need_count;
    const char *judged_by;     /* "judge" (every session is watched) or "scenario" */
    const char *const *faults; /* names of the built-in server's faults that break just this rule */
    size_t fault_count;
    const struct rule_beside *besides;
    size_t beside_count;
    const char *by_silence; /* why a wait that ends may be all that shows it; NULL: it may not */
    const char *one_fault;  /* why a MUST has no second, differently built fault; NULL: not said */
    const char *path;       /* where the record stands */
    unsigned line;
};

/* Rules sorted by id. */
struct rule_set {
    const struct rule *const *rules;
    size_t count;
};

const struct rule *rule_find(const struct rule_set *set, struct bytes id); /* NULL when unknown */
const char *level_name(enum level level);
bool level_from_name(struct bytes name, enum level *level_r);
const char *impact_name(enum impact impact); /* "security", "mail", "interop", "form" */
bool impact_from_name(struct bytes name, enum impact *impact_r);
/* What breaking a rule of that level amounts to: MUST FAIL, SHOULD NON-STRICT, else INFO. */
enum verdict level_verdict(enum level level);

#endif
