/*
 * requirements - what the standards say that the wire can show, and what becomes of it
 *
 * The file is scenarios/catalogue/requirements.tsv: lines of eight fields parted by tabs, comments with "#" in front, and one line that
 * names the fields. See docs/rules.md.
 */
#ifndef MAILSPEC_JUDGE_REQUIREMENTS_H
#define MAILSPEC_JUDGE_REQUIREMENTS_H

#include "base/arena.h"
#include "base/error.h"
#include "model/rule.h"

enum becomes {
    BECOMES_RULE, /* the rules judge it */
    BECOMES_OUT,  /* it is not judged, for a reason */
    BECOMES_COUNT
};

struct requirement {
    unsigned document; /* number of the RFC */
    const char *section;
    const char *level;     /* the word of the text, or PROSE */
    const char *subject;   /* server, client, both, other */
    unsigned text_line;    /* line of the RFC's text */
    const char *statement; /* in our own words */
    enum becomes becomes;
    const char *const *rules; /* ids; none where it is left out */
    size_t rule_count;
    const char *reason; /* why it is left out, else NULL */
    unsigned line;      /* where it stands in the file */
};

struct requirement_set {
    const struct requirement *requirements; /* in the order of the file */
    size_t count;
};

/*
 * Read the file; it lives in `arena`. A statement that names a rule which is not there, and a line of another form are defects, and so is a file that cannot be read. -1: the first of them, as "path:line: text"; `defect` (may be NULL) gets them all.
 */
int requirements_read(const char *path, const struct rule_set *rules, struct arena *arena,
                      struct requirement_set *requirements_r,
                      void (*defect)(void *self, const char *text), void *self,
                      struct error *error);

const char *becomes_name(enum becomes becomes); /* "rule", "out" */

#endif
