/*
 * setting_text - settings of a reference server from text: "NAME VALUE", one a line
 */
#ifndef MAILSPEC_TESTS_SETTING_TEXT_H
#define MAILSPEC_TESTS_SETTING_TEXT_H

#include "base/arena.h"
#include "fake_dialogue.h"
#include "fake_servers/setting_values.h"
#include "model/server_setting.h"
#include "unit.h"

enum { SETTING_TEXT_MAX_VALUES = 32 };

static inline bool setting_text_take(struct server_settings *settings, enum server_setting setting,
                                     const char *text, struct arena *arena)
{
    struct bytes values[SETTING_TEXT_MAX_VALUES];
    size_t count = 0;
    struct bytes rest = bytes_of(text);
    struct bytes line;
    struct error error = {0};
    while (text[0] != '\0' && count < SETTING_TEXT_MAX_VALUES && bytes_next(&rest, '\n', &line)) {
        struct bytes name;
        bytes_next_word(&line, &name);
        if (bytes_is(name, server_setting_row(setting)->name)) {
            values[count++] = line;
        }
    }
    return count == 0 || setting_values_read(settings, setting, values, count, arena, &error) == 0;
}

/* Of the dialogue_settings() what the text says is changed; `name` is the row's. */
static inline struct server_settings setting_text(const char *name, const char *text,
                                                  struct arena *arena)
{
    struct server_settings settings = dialogue_settings();
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        UNIT_ROW(name, setting_text_take(&settings, (enum server_setting)i, text, arena));
    }
    return settings;
}

#endif
