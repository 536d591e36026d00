/*
 * scenario - from the text of a scenario file to compiled cases, and back to text
 *
 * Read, check and compile in one call; every error of the file is reported, each with a place and what was
 * expected. docs/language.md has the grammar.
 */
#ifndef MAILSPEC_SCRIPT_SCENARIO_H
#define MAILSPEC_SCRIPT_SCENARIO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "model/program.h"
#include "model/rule.h"

enum scenario_limits {
    SCENARIO_MAX_OCTETS = 4 * 1024 * 1024,
    SCENARIO_MAX_LINES = 100000,
    SCENARIO_MAX_LINE_OCTETS = 64 * 1024,
    SCENARIO_MAX_INCLUDED_OCTETS =
        16 * 1024 * 1024, /* fragments and messages, each time they are read */
    SCENARIO_MAX_STEPS = 20000,
    SCENARIO_MAX_PARTS = 500000, /* lines and pieces of all cases together */
    SCENARIO_MAX_CASES = 10000,
    SCENARIO_MAX_USE_DEPTH = 8,
    SCENARIO_MAX_ERRORS = 50,
    SCENARIO_MAX_TEXT = 16 * 1024 * 1024 /* octets of one line after {{repeat}} */
};

struct scenario_problem {
    struct place place;
    const char *text; /* "expected a reply code, found \"Ok\"" */
    bool warning;
};

struct scenario_options {
    const struct rule_set *rules; /* known rule ids; NULL: not checked */
    /* <use>, <send message>, <send file>: looked for in the scenario's own folder, then here. */
    const char *library; /* folder with lib/ and messages/, or NULL */
    const char *id;      /* case id; NULL: made from the path below `root` */
    const char *root;    /* folder that ids are relative to, or NULL */
};

struct scenario;

/*
 * Never NULL. With an error among the problems there are no programs. `path` names the file in places;
 * `text` is copied.
 */
struct scenario *scenario_read(const char *path, struct bytes text,
                               const struct scenario_options *options);
/* The same from a file; an unreadable or too large file is a problem with line 0. */
struct scenario *scenario_read_file(const char *path, const struct scenario_options *options);
void scenario_free(struct scenario **scenario_p);

size_t scenario_problem_count(const struct scenario *scenario);
const struct scenario_problem *scenario_problem(const struct scenario *scenario, size_t i);
bool scenario_failed(const struct scenario *scenario); /* an error, not only warnings */
size_t scenario_program_count(const struct scenario *scenario);
const struct program *scenario_program(const struct scenario *scenario, size_t i);

/* Append the canonical form of the file's text (fmt). Fails when it does not parse. */
int scenario_format(const struct scenario *scenario, struct buf *out, struct error *error);

/*
 * Append "path:line:column: error: text", the source line and a caret line (escaped for a terminal).
 */
void scenario_print_problem(struct buf *out, const struct scenario_problem *problem);
/* Append a line of a compiled scenario in its own notation, without "C: "; for failure messages. */
void scenario_print_text(struct buf *out, const struct text *text);
/* The same for a line: backslashes of a pattern stay, \c behind a line without end. */
void scenario_print_line(struct buf *out, const struct line *line);

#endif
