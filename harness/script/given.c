/*
 * given - how the built-in server is to be set up: "user mrose tanstaaf" (declared in field_values.h)
 */
#include "model/server_setting.h"
#include "script/field_values.h"

/* The settings of the built-in server, and one that is the scenario's own. */
enum { GIVEN_MESSAGE = SETTING_COUNT, GIVEN_COUNT };

static const struct server_setting_row message_row = {
    "message", "USER MESSAGE-NAME", 2, 2, false, true, NULL, NULL};

static const struct server_setting_row *given_row(size_t kind)
{
    return kind == GIVEN_MESSAGE ? &message_row : server_setting_row((enum server_setting)kind);
}

static void check_given(const struct field *field, const struct server_setting_row *row,
                        struct span name, struct span value)
{
    if (!server_setting_has_shape(row, value.text)) {
        problems_error(field->context->problems, span_whole_place(name), "expected %s %s",
                       row->name, row->shape);
    }
}

/* timestamp = "<" local-part "@" domain ">"     ; RFC 1939 7 */
static bool is_timestamp(struct bytes text)
{
    size_t at = bytes_index(text, '@', 0);
    bool framed = text.n > 4 && bytes_starts(text, "<") && bytes_ends(text, ">");
    bool inner = bytes_index(text, '<', 1) != BYTES_NONE || bytes_index(text, '>', 0) + 1 != text.n;
    return framed && !inner && at != BYTES_NONE && at > 1 && at + 2 < text.n;
}

static void check_nonce(const struct field *field, struct span value)
{
    for (size_t i = 0; i < value.text.n; i++) {
        if (value.text.p[i] <= 0x20 || value.text.p[i] >= 0x7f) {
            return; /* told already: it is not one word */
        }
    }
    if (!is_timestamp(value.text)) {
        problems_error(field->context->problems, span_whole_place(value),
                       "expected a timestamp such as <1896.697170952@dbc.mtview.ca.us>");
    }
}

/* The message of a user that is not there could never be read. */
static void check_owner(const struct field *field, const struct setting *given, size_t count,
                        const struct setting *message)
{
    struct span rest = message->value;
    struct span owner;
    if (!field_next_word(&rest, "", &owner)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct span value = given[i].value;
        struct span name;
        if (bytes_is(bytes_of(given[i].name), "user") && field_next_word(&value, "", &name) &&
            bytes_equal(name.text, owner.text)) {
            return;
        }
    }
    problems_error(field->context->problems, span_whole_place(owner),
                   "no user %s: expected one of those that Given: has",
                   problems_escape(field->context->problems, owner.text));
}

void given_read(const struct field *field, struct settings *settings)
{
    const char *names[GIVEN_COUNT];
    for (size_t i = 0; i < GIVEN_COUNT; i++) {
        names[i] = given_row(i)->name;
    }
    struct setting *given = arena_array(field->context->arena, field->count, sizeof *given);
    size_t count = 0;
    for (size_t i = 0; i < field->count; i++) {
        struct span rest = field->lines[i];
        struct span word;
        field_next_word(&rest, "", &word);
        size_t kind = field_choice(field, word, names, GIVEN_COUNT);
        if (kind != BYTES_NONE) {
            struct span value = span_trim(rest);
            check_given(field, given_row(kind), word, value);
            given[count++] = (struct setting){given_row(kind)->name, value};
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (bytes_is(bytes_of(given[i].name), "nonce")) {
            check_nonce(field, given[i].value);
        } else if (bytes_is(bytes_of(given[i].name), "message")) {
            check_owner(field, given, count, &given[i]);
        }
    }
    settings->given = given;
    settings->given_count = count;
}
