/*
 * pop3_rows - POP3 dialogues under given settings, for the tests of the reference server
 *
 * A row's settings are lines of model/server_setting.h, "NAME VALUE"; its dialogue is fed whole, cut at every octet, and octet
 * by octet, each time to a new server.
 */
#ifndef MAILSPEC_TESTS_POP3_ROWS_H
#define MAILSPEC_TESTS_POP3_ROWS_H

#include "unit.h"

#include "fake_dialogue.h"
#include "fake_servers/setting_values.h"

struct pop3_row {
    const char *name;
    const char *settings; /* lines; NULL: none */
    struct bytes input;
    struct bytes output; /* with the greeting */
};

/* The values of one name stand in consecutive lines. */
static inline bool pop3_rows_set(struct server_settings *settings, const char *lines,
                                 struct arena *arena)
{
    struct bytes rest = bytes_of(lines);
    struct bytes line;
    struct bytes values[8];
    size_t count = 0;
    bool read = true;
    enum server_setting last = SETTING_COUNT;
    struct error error = {0};
    while (rest.n > 0 && bytes_next(&rest, '\n', &line)) {
        struct bytes name;
        enum server_setting setting = SETTING_COUNT;
        read = read && bytes_next_word(&line, &name) && server_setting_find(name, &setting);
        count = setting == last ? count : 0;
        values[count++] = bytes_trim(line);
        last = setting;
        read = read && setting_values_read(settings, setting, values, count, arena, &error) == 0;
    }
    return read;
}

static inline void pop3_rows_check(const struct pop3_row *row,
                                   const struct server_message *messages, size_t message_count,
                                   size_t cut)
{
    struct server_settings settings = dialogue_settings();
    struct arena *arena = arena_new();
    struct buf out = {0};
    settings.messages = messages;
    settings.message_count = message_count;
    UNIT_ROW(row->name, pop3_rows_set(&settings, row->settings, arena));
    struct store *store = store_new(&settings);
    dialogue_pop3_on(store, &settings, row->input, cut, &out);
    UNIT_ROW(row->name, dialogue_is(row->name, &out, row->output));
    store_free(&store);
    buf_deinit(&out);
    arena_free(&arena);
}

static inline void pop3_rows_run(const struct pop3_row *rows, size_t count,
                                 const struct server_message *messages, size_t message_count)
{
    for (size_t i = 0; i < count; i++) {
        pop3_rows_check(&rows[i], messages, message_count, SIZE_MAX);
        for (size_t cut = 0; cut < rows[i].input.n; cut++) {
            pop3_rows_check(&rows[i], messages, message_count, cut);
        }
    }
}

#endif
