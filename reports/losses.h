/*
 * losses - the cases in which the server was lost: it went away, hangs, closed or was silent in place of a reply
 */
#ifndef MAILSPEC_REPORTS_LOSSES_H
#define MAILSPEC_REPORTS_LOSSES_H

#include "base/buf.h"
#include "model/result.h"

/* Zeroed: empty. In the order in which they came. */
struct losses {
    struct buf lines;
    size_t count;
    /* Of the first case that takes the server away, or has it hang, by itself; owned, NULL: there is none. */
    char *worst;       /* its id */
    char *worst_text;  /* what became of the server */
    char *worst_again; /* the command that repeats it; NULL: there is none */
};

/* What was said last, in quotation marks: at most 60 octets, those at the end. */
void losses_sent(struct buf *out, struct bytes sent, size_t left_out);
/* A case that is known to fail is none of them. */
void losses_add(struct losses *losses, const struct case_result *result);
/* "Crashes and hangs: 2", a line for each; and how the server was away though no case alone does it. Nothing where there are none. */
void losses_print(struct buf *out, const struct losses *losses, const struct run_summary *summary,
                  bool colour);
void losses_deinit(struct losses *losses);

#endif
