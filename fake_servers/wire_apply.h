/*
 * wire_apply - what each fault of wire_fault.h makes of a reply; private to its table
 *
 * wire_apply.c: lines. wire_apply_flow.c: time, segments, the end of the connection. wire_apply_pop3.c: bodies and listings.
 */
#ifndef MAILSPEC_FAKE_SERVERS_WIRE_APPLY_H
#define MAILSPEC_FAKE_SERVERS_WIRE_APPLY_H

#include "fake_servers/wire_fault.h"

void wire_apply_ends(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_no_line_end(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_insert(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_separator(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_bare_code(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_tab(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_indicator(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_long(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_before(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_more_lines(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_hyphen_alone(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_codes_differ(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_blank_within(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_no_last_line(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_twice(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_nothing(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_early(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_swapped(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_keywords(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_many_keywords(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_small_keywords(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_octets(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_split_line_end(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_delay(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_close(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_reset(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_half_close(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_silence(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_body_line(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_endless_body(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_no_end(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_error_with_body(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_first_word(const struct wire_fault_row *row, struct wire_work *work);
void wire_apply_second_word(const struct wire_fault_row *row, struct wire_work *work);

#endif
