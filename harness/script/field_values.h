/*
 * field_values - the value of a header field, cut into words and lines (inside of settings.c)
 */
#ifndef MAILSPEC_SCRIPT_FIELD_VALUES_H
#define MAILSPEC_SCRIPT_FIELD_VALUES_H

#include "script/settings.h"

struct field {
    struct span name;
    const struct span *lines; /* of the value, trimmed, none empty */
    size_t count;
    const struct settings_context *context;
};

/* Cut the next word from *rest_p: `separators` and blanks end it. False: there is none. */
bool field_next_word(struct span *rest_p, const char *separators, struct span *word_r);
/* Cut the next part from *rest_p, ended by `separator`; trimmed, may be empty. */
bool field_next_part(struct span *rest_p, unsigned char separator, struct span *part_r);
/* All words of the value, as strings; the place of the i-th one stays in the problem of the caller. */
const char *const *field_words(const struct field *field, size_t *count_r);
/* The lines of the value as one, a blank between them; there is at least one. */
struct span field_unfolded(const struct field *field);
/* The value as one word; an empty span after a problem. `expected` names what it should be. */
struct span field_one_word(const struct field *field, const char *expected);
/* One of `names`; BYTES_NONE after a problem that proposes the nearest. */
size_t field_choose(struct bytes word, struct place place, const char *const *names, size_t count,
                    struct problems *problems);
size_t field_choice(const struct field *field, struct span word, const char *const *names,
                    size_t count);

/* Requires: */
void requires_read(const struct field *field, struct settings *settings);
/* Given: */
void given_read(const struct field *field, struct settings *settings);
/* Each: */
void each_read(const struct field *field, struct settings *settings);
/* The cells of a row, at most `most` of them; returns how many there are. */
size_t each_cut_cells(struct span line, struct span *cells, size_t most);

#endif
