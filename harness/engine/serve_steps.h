/*
 * serve_steps - the steps that steer a dialogue in which we play the server, and the replies
 *
 * Opening, closing, waiting, silence, <if>: as docs/language.md says; step_table.h has the same for the other role.
 */
#ifndef MAILSPEC_ENGINE_SERVE_STEPS_H
#define MAILSPEC_ENGINE_SERVE_STEPS_H

#include "engine/case_run.h"

enum step_result serve_open_begin(struct case_run *run, const struct step *step);
enum step_result serve_open_changed(struct case_run *run, const struct step *step);
/* The client closes or resets. */
enum step_result serve_leave_begin(struct case_run *run, const struct step *step);
enum step_result serve_leave_changed(struct case_run *run, const struct step *step);
/* We do. */
enum step_result serve_close_begin(struct case_run *run, const struct step *step);
enum step_result serve_wait_begin(struct case_run *run, const struct step *step);
enum step_result serve_wait_changed(struct case_run *run, const struct step *step);
enum step_result serve_silence_begin(struct case_run *run, const struct step *step);
enum step_result serve_silence_changed(struct case_run *run, const struct step *step);
/* Of a wait, a silence: it is over, or nobody came for whom it counts. */
enum step_result serve_time_up(struct case_run *run, const struct step *step);
enum step_result serve_pace_begin(struct case_run *run, const struct step *step);
enum step_result serve_if(struct case_run *run, const struct step *step);
enum step_result serve_reply_timed_out(struct case_run *run, const struct step *step);
enum step_result serve_body_begin(struct case_run *run, const struct step *step);
enum step_result serve_body_timed_out(struct case_run *run, const struct step *step);

#endif
