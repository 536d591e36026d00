#include "cli/given.h"

#include "base/buf.h"
#include "fake_servers/setting_values.h"

/* The scenario's reader found the message: its octets are the field's value. */
static int read_message(const struct name_value *field, struct server_message *message_r,
                        struct arena *arena, struct error *error)
{
    struct bytes value = bytes_trim(field->raw);
    struct bytes user;
    bool whole = field->value.count == 1 && field->value.pieces[0].kind == PIECE_OCTETS;
    if (!bytes_next_word(&value, &user) || !whole) {
        return error_set(error, "Given: message needs a user and the name of a message");
    }
    message_r->user = arena_text(arena, user);
    message_r->content = arena_copy(arena, field->value.pieces[0].octets);
    return 0;
}

static int read_messages(const struct program *program, struct server_settings *settings,
                         struct arena *arena, struct error *error)
{
    struct server_message *messages =
        arena_array(arena, program->given_count + 1, sizeof *messages);
    size_t count = 0;
    for (size_t i = 0; i < program->given_count; i++) {
        const struct name_value *field = &program->given[i];
        if (!bytes_is_nocase(bytes_of(field->name), "message")) {
            continue;
        }
        if (read_message(field, &messages[count++], arena, error) != 0) {
            return -1;
        }
    }
    settings->messages = messages;
    settings->message_count = count;
    return 0;
}

bool given_has(const struct program *program, const char *name)
{
    for (size_t i = 0; i < program->given_count; i++) {
        if (bytes_is_nocase(bytes_of(program->given[i].name), name)) {
            return true;
        }
    }
    return false;
}

/* What stands there, {{column}} of Each: filled in; a setting knows no other variable. */
static struct bytes text_of(const struct name_value *field, struct arena *arena)
{
    struct buf text = {0};
    if (bytes_find(field->raw, BYTES_LIT("{{"), 0) == BYTES_NONE) {
        return bytes_trim(field->raw);
    }
    for (size_t i = 0; i < field->value.count; i++) {
        const struct piece *piece = &field->value.pieces[i];
        buf_append(&text, piece->kind == PIECE_OCTETS ? piece->octets : BYTES_LIT("{{}}"));
    }
    struct bytes copy = arena_copy(arena, bytes_trim(buf_bytes(&text)));
    buf_deinit(&text);
    return copy;
}

static int read_setting(const struct program *program, enum server_setting setting,
                        struct server_settings *settings, struct arena *arena, struct error *error)
{
    const char *name = server_setting_row(setting)->name;
    struct bytes *values = arena_array(arena, program->given_count + 1, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < program->given_count; i++) {
        if (bytes_is_nocase(bytes_of(program->given[i].name), name)) {
            values[count++] = text_of(&program->given[i], arena);
        }
    }
    return count > 0 ? setting_values_read(settings, setting, values, count, arena, error) : 0;
}

int given_apply(const struct program *program, struct server_settings *settings,
                struct arena *arena, struct error *error)
{
    struct server_settings before = *settings;
    if (program->given_count == 0) {
        return 0;
    }
    int failed = read_messages(program, settings, arena, error);
    for (unsigned i = 0; i < SETTING_COUNT && failed == 0; i++) {
        failed = read_setting(program, (enum server_setting)i, settings, arena, error);
    }
    if (failed != 0) {
        *settings = before;
    }
    return failed;
}
