/*
 * suite_inside - what the files of the suite share; private to them
 *
 * suite.c loads what the operands mean and tells what there is, suite_keep.c leaves cases out.
 */
#ifndef MAILSPEC_CLI_SUITE_INSIDE_H
#define MAILSPEC_CLI_SUITE_INSIDE_H

#include "base/arena.h"
#include "cli/suite.h"
#include "script/scenario.h"

struct selected_case {
    const struct program *program;
    const char *selector;
    const char *real_path;
    size_t position; /* before the selection was split */
    bool named;      /* by its id or its file, not by a pattern or a folder */
};

struct suite {
    struct arena *arena;
    const char *root;
    const struct rule_set *rules;
    struct scenario **files;
    size_t file_count;
    size_t file_capacity;
    struct selected_case *cases;
    size_t case_count;
    size_t case_capacity;
    size_t whole;          /* cases before the selection was split; 0: it was not */
    char *real_root;       /* of the shipped folder; NULL: it is not there */
    struct word_set paths; /* real ones of what was loaded */
    struct word_set ids;
    /* while a folder is walked */
    const char *id_root;
    struct error *error; /* empty unless two cases cannot be told apart */
};

struct patterns {
    const char *const *words;
    size_t count;
    bool *used;
    const char *const *paths; /* operands that are files or folders, without links */
    size_t path_count;
};

/* Leave out the cases that it is false for. */
void suite_keep_if(struct suite *suite, bool (*keep)(const struct selected_case *, const void *),
                   const void *what);
/* `what` is a struct patterns: the -t words. */
bool suite_fits_tags(const struct selected_case *selected, const void *what);

#endif
