/*
 * settings - the header fields of a scenario, read and checked
 */
#ifndef MAILSPEC_SCRIPT_SETTINGS_H
#define MAILSPEC_SCRIPT_SETTINGS_H

#include "script/document.h"
#include "script/name_set.h"

/* A name and a text that is not read yet: its columns differ from row to row. */
struct setting {
    const char *name;
    struct span value;
};

struct each_row {
    const struct span *cells; /* as many as there are columns */
    struct span line;
};

struct each {
    const char *const *columns;
    struct place *column_places;
    size_t column_count;
    const struct each_row *rows;
    size_t row_count;
};

struct settings {
    struct span title; /* empty: none */
    const char *const *rules;
    size_t rule_count;
    const char *const *tags;
    size_t tag_count;
    const struct need *needs;
    size_t need_count;
    struct span start; /* the word; empty: none */
    const struct setting *given;
    size_t given_count;
    const struct setting *cast;
    size_t cast_count;
    struct each each;
    bool compare_text;
    bool uses_maildrop;
    bool off_script_fails;
    int64_t timeout_ms;
    unsigned points;
    const char *const *variables; /* Variables: given with --var */
    size_t variable_count;
};

struct settings_context {
    struct arena *arena;
    struct problems *problems;
    const struct rule_set *rules; /* or NULL */
};

/* Reads the header of `document`; of a fragment only the fields that make sense there are allowed. */
struct settings settings_read(const struct document *document,
                              const struct settings_context *context);
/* The state that the word names; false after a problem at `place`, which proposes the nearest one. */
bool settings_start(struct bytes word, struct place place, struct problems *problems,
                    enum start *start_r);
/* The field's name as it is written in canonical form, or NULL when there is none of that name. */
const char *settings_field_name(struct bytes name);
/* Is the field written with one line for each member (Each, Finally, Given, Cast)? */
bool settings_field_has_lines(struct bytes name);

#endif
