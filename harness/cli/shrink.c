#include "cli/shrink.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/case_file.h"
#include "cli/interrupted.h"
#include "cli/shrink_case.h"
#include "cli/shrink_tell.h"

enum { CASES_MOST = 20 };

int shrink_check(const struct run_command *run, struct error *error)
{
    static const enum option_id others[] = {OPTION_SELF, OPTION_RECORD, OPTION_ACCEPT};
    if (!options_given(run->options, OPTION_SHRINK)) {
        return 0;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (options_given(run->options, others[i])) {
            return error_set(error, "--shrink does not go together with --%s",
                             option_row(others[i])->name);
        }
    }
    if (run_tests_client(run)) {
        return error_set(error, "--shrink plays dialogues to a server again and again: leave out "
                                "--client and --listen");
    }
    return 0;
}

/* ---- What failed ---- */

struct failed {
    const struct program *program;
    struct shrink_failure failure;
    bool chosen;
    struct bytes dialogue; /* what is left of it; empty: not shrunk */
};

struct shrink {
    struct run_command *run;
    bool *reset; /* by number of the case; NULL: nobody wants to shrink */
    size_t reset_count;
    struct failed *failed; /* in the order of the run, each case once */
    size_t count;
    size_t capacity;
    size_t of_clients; /* failures of the built-in client, which are left alone */
};

struct shrink *shrink_new(struct run_command *run)
{
    struct shrink *shrink = mem_alloc(sizeof *shrink);
    shrink->run = run;
    if (options_given(run->options, OPTION_SHRINK)) {
        shrink->reset_count = suite_count(run->suite) * run->request.repeat;
        shrink->reset = mem_array(shrink->reset_count + 1, sizeof *shrink->reset);
    }
    return shrink;
}

void shrink_free(struct shrink **shrink_p)
{
    struct shrink *shrink = *shrink_p;
    if (shrink == NULL) {
        return;
    }
    *shrink_p = NULL;
    free(shrink->reset);
    free(shrink->failed);
    free(shrink);
}

void shrink_event(struct shrink *shrink, const struct event *event)
{
    if (shrink->reset != NULL && event->program != NULL && event->kind == EVENT_CLOSED &&
        event->side == SIDE_SERVER && event->close == CLOSE_RESET &&
        event->case_number < shrink->reset_count) {
        shrink->reset[event->case_number] = true;
    }
}

static bool is_known(const struct shrink *shrink, const struct program *program)
{
    for (size_t i = 0; i < shrink->count; i++) {
        if (shrink->failed[i].program == program) {
            return true;
        }
    }
    return false;
}

void shrink_result(struct shrink *shrink, const struct case_result *result)
{
    struct shrink_failure failure;
    if (shrink->reset == NULL || is_known(shrink, result->program) ||
        !shrink_failure_read(result, shrink->reset[result->case_number],
                             shrink_step_index(result->program, result->outcome.step), &failure)) {
        return;
    }
    if (shrink->run->request.target == NULL &&
        suite_tests_client(&shrink->run->rules, result->program)) {
        shrink->of_clients++;
        return;
    }
    shrink->failed =
        mem_grow(shrink->failed, shrink->count, &shrink->capacity, sizeof(struct failed));
    shrink->failed[shrink->count++] =
        (struct failed){.program = result->program, .failure = failure};
}

/* ---- Which of it is shrunk ---- */

static bool is_crash(const struct shrink *shrink, size_t i)
{
    return shrink_failure_is_crash(&shrink->failed[i].failure);
}

static bool is_first_of_rule(const struct shrink *shrink, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (shrink->failed[k].failure.rule == shrink->failed[i].failure.rule) {
            return false;
        }
    }
    return true;
}

static bool is_any(const struct shrink *shrink, size_t i)
{
    (void)shrink;
    (void)i;
    return true;
}

/* Crashes first, then one case of each rule, then others as they came; order[] has room for CASES_MOST. Returns how many. */
static size_t choose(struct shrink *shrink, size_t *order)
{
    static bool (*const rows[])(const struct shrink *shrink, size_t i) = {is_crash,
                                                                          is_first_of_rule, is_any};
    size_t chosen = 0;
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        for (size_t i = 0; i < shrink->count && chosen < CASES_MOST; i++) {
            if (!shrink->failed[i].chosen && rows[row](shrink, i)) {
                shrink->failed[i].chosen = true;
                order[chosen++] = i;
            }
        }
    }
    return chosen;
}

/* ---- Files ---- */

static const char *folder_of(struct run_command *run)
{
    const char *out = options_get(run->options, OPTION_OUT);
    return out != NULL ? arena_printf(run->arena, "%s/shrunk", out) : "mailspec-shrunk";
}

/* ---- All ---- */

static bool goes_on(enum shrink_end end)
{
    return end != SHRINK_END_INTERRUPTED && end != SHRINK_END_AWAY;
}

/* A case of the same rule that came to the same dialogue before, or NULL. */
static const char *same_as(const struct shrink *shrink, const struct failed *failed)
{
    for (size_t k = 0; k < shrink->count && failed->dialogue.n > 0; k++) {
        const struct failed *other = &shrink->failed[k];
        if (other != failed && other->failure.rule == failed->failure.rule &&
            bytes_equal(other->dialogue, failed->dialogue)) {
            return other->program->id;
        }
    }
    return NULL;
}

/* Returns how many were tried. *unwritable_r is set when a file could not be written. */
static size_t shrink_chosen(struct shrink *shrink, const char *folder, const size_t *order,
                            size_t chosen, bool *unwritable_r)
{
    struct run_command *run = shrink->run;
    struct interrupted *interrupted = interrupted_new();
    size_t tried = 0;
    bool more = true;
    progress_init(&run->progress, chosen, "failures shrunk");
    while (more && tried < chosen) {
        struct failed *failed = &shrink->failed[order[tried]];
        struct shrink_case shrunk;
        shrink_case_run(&shrunk, run, interrupted, failed->program, &failed->failure);
        progress_ended(&run->progress);
        progress_erase(&run->progress);
        const char *path = case_file_path(run->arena, folder, failed->program->id);
        failed->dialogue = arena_copy(run->arena, shrink_case_dialogue(&shrunk));
        *unwritable_r = !shrink_tell(run, &shrunk, path, same_as(shrink, failed)) || *unwritable_r;
        more = goes_on(shrunk.end);
        tried++;
        shrink_case_deinit(&shrunk);
    }
    interrupted_free(&interrupted);
    return tried;
}

enum exit_status shrink_execute(struct shrink *shrink)
{
    bool unwritable = false;
    if (shrink->reset == NULL) {
        return EXIT_ACCEPTABLE;
    }
    const char *folder = folder_of(shrink->run);
    case_file_clear(folder, shrink_tell_is_one); /* also where nothing fails any more */
    size_t order[CASES_MOST];
    size_t chosen = choose(shrink, order);
    size_t tried = chosen > 0 ? shrink_chosen(shrink, folder, order, chosen, &unwritable) : 0;
    shrink_tell_rest(shrink->run, shrink->count - tried, shrink->of_clients);
    return unwritable ? EXIT_REPORT : EXIT_ACCEPTABLE;
}
