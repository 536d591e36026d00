#include "script/field_values.h"

#include "base/glob.h"

bool field_next_word(struct span *rest_p, const char *separators, struct span *word_r)
{
    struct bytes set = bytes_of(separators);
    struct span rest = *rest_p;
    size_t from = 0;
    while (from < rest.text.n && (rest.text.p[from] == ' ' || rest.text.p[from] == '\t' ||
                                  bytes_index(set, rest.text.p[from], 0) != BYTES_NONE)) {
        from++;
    }
    size_t to = from;
    while (to < rest.text.n && rest.text.p[to] != ' ' && rest.text.p[to] != '\t' &&
           bytes_index(set, rest.text.p[to], 0) == BYTES_NONE) {
        to++;
    }
    *word_r = span_slice(rest, from, to);
    *rest_p = span_skip(rest, to);
    return to > from;
}

bool field_next_part(struct span *rest_p, unsigned char separator, struct span *part_r)
{
    struct span rest = *rest_p;
    if (rest.text.n == 0) {
        return false;
    }
    size_t end = bytes_index(rest.text, separator, 0);
    *part_r = span_trim(span_slice(rest, 0, end == BYTES_NONE ? rest.text.n : end));
    *rest_p = span_skip(rest, end == BYTES_NONE ? rest.text.n : end + 1);
    return true;
}

const char *const *field_words(const struct field *field, size_t *count_r)
{
    size_t octets = 0;
    for (size_t i = 0; i < field->count; i++) {
        octets += field->lines[i].text.n;
    }
    const char **words =
        arena_array(field->context->arena, octets / 2 + field->count, sizeof *words);
    *count_r = 0;
    for (size_t i = 0; i < field->count; i++) {
        struct span rest = field->lines[i];
        struct span word;
        while (field_next_word(&rest, ",", &word)) {
            words[(*count_r)++] = arena_text(field->context->arena, word.text);
        }
    }
    return words;
}

struct span field_unfolded(const struct field *field)
{
    struct arena *arena = field->context->arena;
    struct span_part *parts = arena_array(arena, field->count, sizeof *parts);
    struct buf text = {0};
    for (size_t i = 0; i < field->count; i++) {
        buf_append_text(&text, i > 0 ? " " : "");
        parts[i] = (struct span_part){text.n, span_place(field->lines[i], 0, 1)};
        buf_append(&text, field->lines[i].text);
    }
    struct span unfolded = {
        .text = arena_copy(arena, buf_bytes(&text)), .parts = parts, .part_count = field->count};
    buf_deinit(&text);
    return unfolded;
}

struct span field_one_word(const struct field *field, const char *expected)
{
    struct span empty = span_slice(field->name, 0, 0);
    if (field->count == 0) {
        problems_error(field->context->problems, span_whole_place(field->name), "expected %s",
                       expected);
        return empty;
    }
    struct span rest = field->lines[0];
    struct span word;
    field_next_word(&rest, "", &word);
    rest = span_trim(rest);
    if (rest.text.n > 0 || field->count > 1) {
        struct span extra = rest.text.n > 0 ? rest : field->lines[1];
        problems_error(field->context->problems, span_whole_place(extra),
                       "one word is enough here: expected %s", expected);
        return empty;
    }
    return word;
}

size_t field_choose(struct bytes word, struct place place, const char *const *names, size_t count,
                    struct problems *problems)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes_is_nocase(word, names[i])) {
            return i;
        }
    }
    const char *nearest = glob_nearest(word, names, count);
    if (nearest != NULL) {
        problems_error(problems, place, "unknown word %s; did you mean %s?",
                       problems_quote(problems, word), nearest);
        return BYTES_NONE;
    }
    struct buf text = {0};
    for (size_t i = 0; i < count; i++) {
        buf_printf(&text, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", names[i]);
    }
    problems_error(problems, place, "unknown word %s: expected %s", problems_quote(problems, word),
                   buf_text(&text));
    buf_deinit(&text);
    return BYTES_NONE;
}

size_t field_choice(const struct field *field, struct span word, const char *const *names,
                    size_t count)
{
    return field_choose(word.text, span_whole_place(word), names, count, field->context->problems);
}
