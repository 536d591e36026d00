/*
 * control_order - what the commands of the control socket share: the one that is carried out, and its answer; private to control_*.c
 */
#ifndef MAILSPEC_CLI_CONTROL_ORDER_H
#define MAILSPEC_CLI_CONTROL_ORDER_H

#include "cli/control_command.h"

struct order {
    struct control_state *state;
    struct bytes rest; /* behind the name of the command, trimmed */
    struct buf *answer;
    enum control_next next;
};

/* ---- answers: "-ERR TEXT", "+OK TEXT", or "+OK 3 values" with lines and an end behind it ---- */

void order_error(struct order *order, const char *text);
void order_ok(struct order *order, const char *text);
void order_count(struct order *order, size_t count, const char *one, const char *many);
void order_line(struct order *order, const struct buf *line);
void order_end(struct order *order);
/* The error's text, or `text` when nothing has failed. */
void order_result(struct order *order, int failed, const struct error *error, const char *text);

/* ---- control_settings.c ---- */

void order_run_set(struct order *order);
void order_run_add(struct order *order);
void order_run_remove(struct order *order);
void order_run_reset(struct order *order);
void order_run_get(struct order *order);

/* ---- control_look.c ---- */

void order_run_sessions(struct order *order);
void order_run_messages(struct order *order);
void order_run_clear(struct order *order);

#endif
