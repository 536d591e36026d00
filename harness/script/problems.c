#include "script/problems.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"

#define LONGEST_QUOTE 40

void problems_deinit(struct problems *problems)
{
    free(problems->items);
    *problems = (struct problems){0};
}

static bool is_known(const struct problems *problems, struct place place, const char *text)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct scenario_problem *other = &problems->items[i];
        if (other->place.line == place.line && other->place.column == place.column &&
            strcmp(other->text, text) == 0) {
            return true;
        }
    }
    return false;
}

static void add(struct problems *problems, struct scenario_problem problem)
{
    problems->items =
        mem_grow(problems->items, problems->count, &problems->capacity, sizeof *problems->items);
    problems->items[problems->count++] = problem;
}

static void report(struct problems *problems, struct scenario_problem problem, const char *format,
                   va_list args) __attribute__((format(printf, 3, 0)));

static void report(struct problems *problems, struct scenario_problem problem, const char *format,
                   va_list args)
{
    struct buf text = {0};
    buf_vprintf(&text, format, args);
    bool is_full = problem.warning ? problems->count >= 2 * (size_t)SCENARIO_MAX_ERRORS
                                   : problems->error_count >= SCENARIO_MAX_ERRORS;
    if (is_known(problems, problem.place, buf_text(&text))) {
        buf_deinit(&text);
        return;
    }
    if (is_full) {
        problems->full = true;
    } else {
        problem.text = arena_strdup(problems->arena, buf_text(&text));
        add(problems, problem);
        problems->error_count += problem.warning ? 0 : 1;
    }
    buf_deinit(&text);
}

void problems_error(struct problems *problems, struct place place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(problems, (struct scenario_problem){.place = place}, format, args);
    va_end(args);
}

void problems_warning(struct problems *problems, struct place place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(problems, (struct scenario_problem){.place = place, .warning = true}, format, args);
    va_end(args);
}

static int compare_places(const void *a, const void *b)
{
    const struct scenario_problem *x = a;
    const struct scenario_problem *y = b;
    int order = x->place.path != NULL && y->place.path != NULL
                    ? strcmp(x->place.path, y->place.path)
                    : (x->place.path != NULL) - (y->place.path != NULL);
    if (order != 0) {
        return order;
    }
    if (x->place.line != y->place.line) {
        return x->place.line < y->place.line ? -1 : 1;
    }
    if (x->place.column != y->place.column) {
        return x->place.column < y->place.column ? -1 : 1;
    }
    return strcmp(x->text, y->text);
}

/* What follows from an error is often a warning: first things first. */
static void drop_warnings(struct problems *problems)
{
    size_t count = 0;
    for (size_t i = 0; i < problems->count; i++) {
        if (!problems->items[i].warning) {
            problems->items[count++] = problems->items[i];
        }
    }
    problems->count = count;
}

void problems_finish(struct problems *problems, const char *path)
{
    if (problems->error_count > 0) {
        drop_warnings(problems);
    }
    if (problems->count > 1) {
        qsort(problems->items, problems->count, sizeof *problems->items, compare_places);
    }
    if (problems->full) {
        add(problems, (struct scenario_problem){.place = {.path = path},
                                                .text = "too many problems: the rest is left out",
                                                .warning = problems->error_count == 0});
    }
}

const char *problems_escape(struct problems *problems, struct bytes octets)
{
    struct buf text = {0};
    escape_append(&text, bytes_slice(octets, 0, LONGEST_QUOTE), ESCAPE_UTF8);
    buf_append_text(&text, octets.n > LONGEST_QUOTE ? "..." : "");
    const char *escaped = arena_strdup(problems->arena, buf_text(&text));
    buf_deinit(&text);
    return escaped;
}

const char *problems_quote(struct problems *problems, struct bytes octets)
{
    return arena_printf(problems->arena, "\"%s\"", problems_escape(problems, octets));
}
