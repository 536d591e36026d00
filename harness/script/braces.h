/*
 * braces - one {{...}}: a variable or a function with its arguments (inside of pieces.c)
 */
#ifndef MAILSPEC_SCRIPT_BRACES_H
#define MAILSPEC_SCRIPT_BRACES_H

#include "script/pieces.h"

struct piece_list {
    const struct pieces_context *context;
    struct piece *items;
    size_t count;
    size_t capacity;
};

/* False: the budget is used up. */
bool piece_list_add(struct piece_list *list, struct piece piece);
void piece_list_add_column(struct piece_list *list, enum pieces_mode mode,
                           const struct name_value *column);
/* The text, in the arena; the list is empty then. */
struct text piece_list_finish(struct piece_list *list);

struct braces {
    const struct pieces_context *context;
    enum pieces_mode mode;
    struct span span;
    size_t at; /* at "{{"; behind "}}" when it was read */
};

/* Read it and add it to the list; false: a problem was reported, `at` is where to go on. */
bool braces_read(struct braces *braces, struct piece_list *list);
/* Is it nothing but the name of a column of Each:? */
bool braces_name_column(const struct braces *braces);

#endif
