/*
 * fault_effects - rows that show what a fault of the server does, in the few words that show it
 */
#ifndef MAILSPEC_TESTS_FAULT_EFFECTS_H
#define MAILSPEC_TESTS_FAULT_EFFECTS_H

#include "fake_dialogue.h"

enum protocol { SMTP, POP3 };

struct effect_row {
    enum fault fault;
    enum protocol protocol;
    struct bytes input;
    struct bytes end; /* of the output */
};

#define EFFECT(fault, protocol, input, end)                                                        \
    {                                                                                              \
        fault, protocol, BYTES_INIT(input), BYTES_INIT(end)                                        \
    }
static inline void try_effect(const struct effect_row *row, struct server_settings settings)
{
    settings.faults.on[row->fault] = true;
    struct store *store = store_new(&settings);
    struct buf out = {0};
    if (row->protocol == SMTP) {
        dialogue_smtp_on(store, &settings, row->input, 0, &out);
    } else {
        dialogue_pop3_on(store, &settings, row->input, 0, &out);
    }
    struct bytes end = bytes_skip(buf_bytes(&out), out.n > row->end.n ? out.n - row->end.n : 0);
    UNIT_ROW(fault_at(row->fault)->name, bytes_equal(end, row->end));
    buf_deinit(&out);
    store_free(&store);
}

#endif
