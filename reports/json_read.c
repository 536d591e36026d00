#include "reports/json_read.h"

#include "base/base64.h"

/* A hundred days: the sum of all times of a report stays far below what 64 bits hold. */
#define MS_MAX 8.64e9

void json_read_fail(struct json_reader *reader, struct json_part part, const char *member,
                    const char *wanted)
{
    if (!reader->failed) {
        error_set(reader->error, "%s%s%s: expected %s", part.name,
                  part.name[0] != '\0' && member[0] != '\0' ? "." : "", member, wanted);
    }
    reader->failed = true;
}

static const json_t *member_of(struct json_part part, const char *member)
{
    return json_object_get(part.object, member);
}

static bool is_none(const json_t *value)
{
    return value == NULL || json_is_null(value);
}

static struct json_part part_of(struct json_reader *reader, struct json_part part,
                                const char *member, const json_t *object)
{
    const char *dot = part.name[0] != '\0' ? "." : "";
    return (struct json_part){object,
                              arena_printf(reader->arena, "%s%s%s", part.name, dot, member)};
}

struct json_part json_read_part_or_null(struct json_reader *reader, struct json_part part,
                                        const char *member)
{
    const json_t *value = member_of(part, member);
    if (!is_none(value) && !json_is_object(value)) {
        json_read_fail(reader, part, member, "an object");
    }
    return part_of(reader, part, member, json_is_object(value) ? value : NULL);
}

struct json_part json_read_part(struct json_reader *reader, struct json_part part,
                                const char *member)
{
    struct json_part found = json_read_part_or_null(reader, part, member);
    if (found.object == NULL) {
        json_read_fail(reader, part, member, "an object");
    }
    return found;
}

const json_t *json_read_array(struct json_reader *reader, struct json_part part, const char *member)
{
    const json_t *value = member_of(part, member);
    if (!json_is_array(value)) {
        json_read_fail(reader, part, member, "an array");
        return NULL;
    }
    return value;
}

struct json_part json_read_item(struct json_reader *reader, struct json_part part,
                                const char *member, size_t i)
{
    const json_t *item = json_array_get(member_of(part, member), i);
    const char *name = arena_printf(reader->arena, "%s[%zu]", member, i);
    if (!json_is_object(item)) {
        json_read_fail(reader, part, name, "an object");
    }
    return part_of(reader, part, name, json_is_object(item) ? item : NULL);
}

const char *json_read_text_or_null(struct json_reader *reader, struct json_part part,
                                   const char *member)
{
    const json_t *value = member_of(part, member);
    if (!is_none(value) && !json_is_string(value)) {
        json_read_fail(reader, part, member, "a string or null");
    }
    return json_is_string(value) ? arena_strdup(reader->arena, json_string_value(value)) : NULL;
}

const char *json_read_text(struct json_reader *reader, struct json_part part, const char *member)
{
    const char *text = json_read_text_or_null(reader, part, member);
    if (text == NULL) {
        json_read_fail(reader, part, member, "a string");
    }
    return text != NULL ? text : "";
}

const char *const *json_read_texts(struct json_reader *reader, struct json_part part,
                                   const char *member, size_t *count_r)
{
    const json_t *array = json_read_array(reader, part, member);
    size_t count = json_array_size(array);
    const char **texts = arena_array(reader->arena, count + 1, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        const json_t *text = json_array_get(array, i);
        if (!json_is_string(text)) {
            json_read_fail(reader, part, member, "an array of strings");
            count = 0;
            break;
        }
        texts[i] = arena_strdup(reader->arena, json_string_value(text));
    }
    *count_r = count;
    return texts;
}

size_t json_read_count_or(struct json_reader *reader, struct json_part part, const char *member,
                          size_t max, size_t otherwise)
{
    const json_t *value = member_of(part, member);
    if (is_none(value)) {
        return otherwise;
    }
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || (uint64_t)number > max) {
        json_read_fail(reader, part, member,
                       arena_printf(reader->arena, "a number from 0 to %zu", max));
        return otherwise;
    }
    return (size_t)number;
}

size_t json_read_count(struct json_reader *reader, struct json_part part, const char *member,
                       size_t max)
{
    if (is_none(member_of(part, member))) {
        json_read_fail(reader, part, member, "a number");
    }
    return json_read_count_or(reader, part, member, max, 0);
}

bool json_read_bool(struct json_reader *reader, struct json_part part, const char *member)
{
    const json_t *value = member_of(part, member);
    if (!json_is_boolean(value)) {
        json_read_fail(reader, part, member, "true or false");
    }
    return json_is_true(value);
}

bool json_read_mark(struct json_reader *reader, struct json_part part, const char *member)
{
    return !is_none(member_of(part, member)) && json_read_bool(reader, part, member);
}

int64_t json_read_ms(struct json_reader *reader, struct json_part part, const char *member)
{
    const json_t *value = member_of(part, member);
    double ms = json_number_value(value);
    if (!json_is_number(value) || ms < -MS_MAX || ms > MS_MAX) {
        json_read_fail(reader, part, member, "milliseconds");
        return 0;
    }
    return (int64_t)(ms * 1000 + (ms < 0 ? -0.5 : 0.5)); /* to the nearest */
}

struct bytes json_read_base64(struct json_reader *reader, struct json_part part)
{
    struct buf octets = {0};
    const char *text = json_read_text(reader, part, "base64");
    if (base64_decode(&octets, bytes_of(text)) != 0) {
        json_read_fail(reader, part, "base64", "octets as base64");
    }
    struct bytes copy = arena_copy(reader->arena, buf_bytes(&octets));
    buf_deinit(&octets);
    return copy;
}
