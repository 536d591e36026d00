#include "cli/settings_text.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/glob.h"
#include "base/mem.h"
#include "fake_servers/setting_values.h"

struct text_values {
    char **values;
    size_t count;
    size_t capacity;
    enum settings_origin origin; /* SETTINGS_STANDARD: there are none */
};

struct settings_text {
    struct text_values rows[SETTING_COUNT];
};

/* ---- values ---- */

static void clear(struct text_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        free(values->values[i]);
    }
    values->count = 0;
    values->origin = SETTINGS_STANDARD;
}

static void append(struct text_values *values, enum settings_origin origin, struct bytes value)
{
    struct buf copy = {0};
    buf_append(&copy, value);
    values->values = mem_grow((void *)values->values, values->count, &values->capacity,
                              sizeof values->values[0]);
    values->values[values->count++] = buf_steal(&copy);
    values->origin = origin;
}

/* The value at `i` of the standard ones; false: there are not so many. */
static bool standard_value(enum server_setting setting, size_t i, struct bytes *value_r)
{
    struct bytes rest = bytes_of(server_setting_row(setting)->standard);
    while (rest.n > 0 && bytes_next(&rest, '\n', value_r)) {
        if (i-- == 0) {
            return true;
        }
    }
    return false;
}

static size_t standard_count(enum server_setting setting)
{
    struct bytes rest = bytes_of(server_setting_row(setting)->standard);
    struct bytes value;
    size_t count = 0;
    while (rest.n > 0 && bytes_next(&rest, '\n', &value)) {
        count++;
    }
    return count;
}

/* Lists that a server cannot do without have a standard. */
static bool may_be_empty(enum server_setting setting)
{
    return server_setting_row(setting)->standard == NULL;
}

/* ---- life ---- */

struct settings_text *settings_text_new(void)
{
    return mem_alloc(sizeof(struct settings_text));
}

struct settings_text *settings_text_copy(const struct settings_text *text)
{
    struct settings_text *copy = settings_text_new();
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        const struct text_values *values = &text->rows[i];
        for (size_t k = 0; k < values->count; k++) {
            append(&copy->rows[i], values->origin, bytes_of(values->values[k]));
        }
    }
    return copy;
}

void settings_text_free(struct settings_text **text_p)
{
    struct settings_text *text = *text_p;
    *text_p = NULL;
    if (text == NULL) {
        return;
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        clear(&text->rows[i]);
        free((void *)text->rows[i].values);
    }
    free(text);
}

/* ---- changes ---- */

int settings_text_find(struct bytes name, enum server_setting *setting_r, struct error *error)
{
    const char *names[SETTING_COUNT];
    if (server_setting_find(name, setting_r)) {
        return 0;
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        names[i] = server_setting_row((enum server_setting)i)->name;
    }
    const char *nearest = glob_nearest(name, names, SETTING_COUNT);
    return error_set(error,
                     "unknown setting \"%.*s\"; %s%s%s\"mailspec serve --set list\" shows all",
                     (int)name.n, (const char *)name.p, nearest != NULL ? "did you mean \"" : "",
                     nearest != NULL ? nearest : "", nearest != NULL ? "\"? " : "");
}

/*
 * Read alone, on a server of no consequence: whether a value is one does not depend on the other settings. Control characters would
 * end lines on the wire.
 */
static int check(enum server_setting setting, struct bytes value, struct error *error)
{
    struct arena *arena = arena_new();
    struct server_settings settings = settings_default();
    int failed = bytes_has_control(value)
                     ? error_set(error, "%s: a value holds no control characters",
                                 server_setting_row(setting)->name)
                     : setting_values_read(&settings, setting, &value, 1, arena, error);
    arena_free(&arena);
    return failed;
}

int settings_text_give(struct settings_text *text, enum server_setting setting,
                       enum settings_origin origin, struct bytes value, struct error *error)
{
    struct text_values *values = &text->rows[setting];
    value = bytes_trim(value);
    if (check(setting, value, error) != 0) {
        return -1;
    }
    if (origin < values->origin) {
        return 0;
    }
    if (origin > values->origin || !server_setting_row(setting)->is_list) {
        clear(values);
    }
    append(values, origin, value);
    return 0;
}

int settings_text_set(struct settings_text *text, enum server_setting setting, struct bytes value,
                      struct error *error)
{
    value = bytes_trim(value);
    if (check(setting, value, error) != 0) {
        return -1;
    }
    clear(&text->rows[setting]);
    append(&text->rows[setting], SETTINGS_CONTROL, value);
    return 0;
}

/* What holds without anybody's word is written down, so that it can be added to and taken from. */
static void give_standard(struct settings_text *text, enum server_setting setting)
{
    struct bytes value;
    if (text->rows[setting].origin != SETTINGS_STANDARD) {
        return;
    }
    for (size_t i = 0; standard_value(setting, i, &value); i++) {
        append(&text->rows[setting], SETTINGS_CONTROL, value);
    }
}

static int needs_list(enum server_setting setting, const char *what, struct error *error)
{
    const struct server_setting_row *row = server_setting_row(setting);
    return row->is_list ? 0
                        : error_set(error, "%s has one value: nothing can be %s it, only set",
                                    row->name, what);
}

int settings_text_add(struct settings_text *text, enum server_setting setting, struct bytes value,
                      struct error *error)
{
    value = bytes_trim(value);
    if (needs_list(setting, "added to", error) != 0 || check(setting, value, error) != 0) {
        return -1;
    }
    give_standard(text, setting);
    append(&text->rows[setting], SETTINGS_CONTROL, value);
    return 0;
}

/* "alice" is the user alice, whatever the secret. */
static bool is_meant(struct bytes value, struct bytes wanted)
{
    struct bytes rest = value;
    struct bytes word;
    return bytes_equal(value, wanted) ||
           (bytes_next_word(&rest, &word) && bytes_equal_nocase(word, wanted));
}

static size_t count_meant(const struct settings_text *text, enum server_setting setting,
                          struct bytes wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < settings_text_count(text, setting); i++) {
        count += is_meant(settings_text_value(text, setting, i), wanted) ? 1 : 0;
    }
    return count;
}

int settings_text_remove(struct settings_text *text, enum server_setting setting,
                         struct bytes value, struct error *error)
{
    const char *name = server_setting_row(setting)->name;
    struct bytes wanted = bytes_trim(value);
    struct text_values *values = &text->rows[setting];
    size_t found = count_meant(text, setting, wanted);
    if (needs_list(setting, "taken from", error) != 0) {
        return -1;
    }
    if (found == 0) {
        return error_set(error, "%s: \"%.*s\" is not among its values", name, (int)wanted.n,
                         (const char *)wanted.p);
    }
    if (found == settings_text_count(text, setting) && !may_be_empty(setting)) {
        return error_set(error, "%s: the last one stays; set another one instead", name);
    }
    give_standard(text, setting);
    size_t kept = 0;
    for (size_t i = 0; i < values->count; i++) {
        if (is_meant(bytes_of(values->values[i]), wanted)) {
            free(values->values[i]);
        } else {
            values->values[kept++] = values->values[i];
        }
    }
    values->count = kept;
    values->origin = kept > 0 ? SETTINGS_CONTROL : SETTINGS_STANDARD;
    return 0;
}

void settings_text_reset(struct settings_text *text, enum server_setting setting)
{
    clear(&text->rows[setting]);
}

/* ---- reading ---- */

size_t settings_text_count(const struct settings_text *text, enum server_setting setting)
{
    const struct text_values *values = &text->rows[setting];
    return values->origin != SETTINGS_STANDARD ? values->count : standard_count(setting);
}

struct bytes settings_text_value(const struct settings_text *text, enum server_setting setting,
                                 size_t i)
{
    const struct text_values *values = &text->rows[setting];
    struct bytes value = {0};
    if (values->origin == SETTINGS_STANDARD) {
        standard_value(setting, i, &value);
        return value;
    }
    return i < values->count ? bytes_of(values->values[i]) : value;
}

enum settings_origin settings_text_origin(const struct settings_text *text,
                                          enum server_setting setting)
{
    return text->rows[setting].origin;
}

/*
 * What was given; and standard lists, whose members may depend on other settings. The other standards stand in
 * settings_default() already, and must not undo what a profile says.
 */
static int compile_one(const struct settings_text *text, enum server_setting setting,
                       struct arena *arena, struct server_settings *settings, struct error *error)
{
    size_t count = settings_text_count(text, setting);
    bool given = text->rows[setting].origin != SETTINGS_STANDARD;
    if (count == 0 || (!given && !server_setting_row(setting)->is_list)) {
        return 0;
    }
    struct bytes *values = arena_array(arena, count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        values[i] = settings_text_value(text, setting, i);
    }
    return setting_values_read(settings, setting, values, count, arena, error);
}

int settings_text_compile(const struct settings_text *text, struct arena *arena,
                          struct server_settings *settings_r, struct error *error)
{
    struct server_settings settings = settings_default();
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (compile_one(text, (enum server_setting)i, arena, &settings, error) != 0) {
            return -1;
        }
    }
    *settings_r = settings;
    return 0;
}
