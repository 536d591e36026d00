/*
 * step_table - what each kind of step does when a server is tested
 *
 * `begin` acts and says whether the step is done; `changed` is called while it waits whenever octets came or the
 * connection ended; `timed_out` when the wait that it started is over.
 */
#ifndef MAILSPEC_ENGINE_STEP_TABLE_H
#define MAILSPEC_ENGINE_STEP_TABLE_H

#include "engine/case_run.h"

enum step_row_flag {
    STEP_COLLECTS = 1,       /* goes on with what is collected: nothing is sent before it */
    STEP_NEEDS_SESSION = 2,  /* the connection is opened, and brought to its Start:, before it */
    STEP_NEEDS_OPEN = 4,     /* in Finally: left out when the connection is gone */
    STEP_ON_ANY_SESSION = 8, /* collected octets of every connection stay where they are */
};

typedef enum step_result (*step_fn)(struct case_run *run, const struct step *step);

struct step_row {
    enum step_kind kind;
    unsigned flags;
    step_fn begin;
    step_fn changed;   /* NULL: nothing to do */
    step_fn timed_out; /* NULL: done */
};

const struct step_row *step_row(enum step_kind kind);
/* A step that waits goes on: its time is up, or something changed. For both roles. */
enum step_result step_go_on(struct case_run *run, const struct step *step, step_fn changed,
                            step_fn timed_out);

/* step_send.c */
enum step_result step_send_command(struct case_run *run, const struct step *step);
enum step_result step_send_response(struct case_run *run, const struct step *step);
enum step_result step_send_data(struct case_run *run, const struct step *step);
enum step_result step_send_chunk(struct case_run *run, const struct step *step);
enum step_result step_send_message(struct case_run *run, const struct step *step);
enum step_result step_pace(struct case_run *run, const struct step *step);

/* step_reply.c */
enum step_result step_reply_begin(struct case_run *run, const struct step *step);
enum step_result step_reply_changed(struct case_run *run, const struct step *step);
enum step_result step_reply_timed_out(struct case_run *run, const struct step *step);

/* step_close.c */
enum step_result step_close_begin(struct case_run *run, const struct step *step);
enum step_result step_close_changed(struct case_run *run, const struct step *step);
enum step_result step_close_timed_out(struct case_run *run, const struct step *step);
enum step_result step_reset_begin(struct case_run *run, const struct step *step);

/* step_tls.c */
enum step_result step_tls_begin(struct case_run *run, const struct step *step);
enum step_result step_tls_changed(struct case_run *run, const struct step *step);
enum step_result step_tls_timed_out(struct case_run *run, const struct step *step);
enum step_result step_tls_fact(struct case_run *run, const struct step *step);

/* step_authenticate.c */
enum step_result step_authenticate_begin(struct case_run *run, const struct step *step);
enum step_result step_authenticate_changed(struct case_run *run, const struct step *step);
enum step_result step_authenticate_timed_out(struct case_run *run, const struct step *step);

/* step_flow.c */
enum step_result step_open_begin(struct case_run *run, const struct step *step);
enum step_result step_open_changed(struct case_run *run, const struct step *step);
enum step_result step_open_timed_out(struct case_run *run, const struct step *step);
enum step_result step_wait_begin(struct case_run *run, const struct step *step);
enum step_result step_silence_begin(struct case_run *run, const struct step *step);
enum step_result step_silence_changed(struct case_run *run, const struct step *step);
enum step_result step_within(struct case_run *run, const struct step *step);
enum step_result step_if(struct case_run *run, const struct step *step);
enum step_result step_nothing(struct case_run *run, const struct step *step);
enum step_result step_judge(struct case_run *run, const struct step *step);

/* await.c */
enum step_result step_await_begin(struct case_run *run, const struct step *step);
enum step_result step_await_changed(struct case_run *run, const struct step *step);
enum step_result step_await_timed_out(struct case_run *run, const struct step *step);

#endif
