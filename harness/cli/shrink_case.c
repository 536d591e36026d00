#include "cli/shrink_case.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/shrink_passes.h"

/* Lines of the case as it was written, rows filled in and fragments written out. */
static size_t count_lines(const struct program *program, struct arena *arena)
{
    struct shrink_form all;
    shrink_form_init(&all, program, NULL, arena);
    size_t lines = shrink_form_lines(&all);
    shrink_form_deinit(&all);
    return lines;
}

/* Only of a reply one must know whether it is still wrong: a reset answers nothing, whatever came before it. */
static bool may_shrink(const struct shrink_try *try)
{
    return try->has_reference || try->failure.how != SHRINK_ANSWERED;
}

static void reduce(struct shrinking *shrinking, struct shrink_case *shrunk)
{
    struct shrink_try *try = &shrinking->try;
    if (may_shrink(try)) {
        shrink_everything(shrinking);
    } else {
        shrink_finally(shrinking);
    }
    shrunk->shows_each_time = try->end == SHRINK_END_INTERRUPTED || try->end == SHRINK_END_AWAY ||
                              shrink_try_again(try, &shrinking->form);
    shrunk->result = SHRINK_SHRUNK;
    shrunk->lines_after = shrink_form_lines(&shrinking->form);
    shrink_form_print(&shrinking->form, &shrunk->text, NULL);
    buf_append(&shrunk->why, buf_bytes(&try->last.why));
    buf_append(&shrunk->wire, buf_bytes(&try->last.wire));
}

static void tell_instead(struct shrink_case *shrunk, const struct shrink_shown *shown)
{
    buf_append_text(&shrunk->why, verdict_name(shown->verdict));
    buf_append_text(&shrunk->why, shown->why.n > 0 ? ": " : "");
    buf_append(&shrunk->why, buf_bytes(&shown->why));
}

/* Finally: may need a name that a reply behind the failure would have given. */
static void drop_unreadable_finally(const struct shrink_try *try, struct shrink_form *form)
{
    struct buf text = {0};
    shrink_form_print(form, &text, NULL);
    form->field_kept[SHRINK_FINALLY] =
        form->field_kept[SHRINK_FINALLY] &&
        shrink_try_parses(try->run, try->program->path, try->id, buf_bytes(&text), true);
    buf_deinit(&text);
}

static void shrink(struct shrinking *shrinking, struct shrink_case *shrunk, bool *begun)
{
    struct shrink_try *try = &shrinking->try;
    struct shrink_shown shown = {0};
    if (!shrink_try_case(try, &shrunk->failure, begun, &shown)) {
        if (try->end == SHRINK_GOES_ON) {
            tell_instead(shrunk, &shown);
        }
        shrink_shown_deinit(&shown);
        return;
    }
    shrink_form_init(&shrinking->form, shrunk->program, begun, try->arena);
    drop_unreadable_finally(try, &shrinking->form);
    if (shrink_try_first(try, &shrinking->form)) {
        reduce(shrinking, shrunk);
    } else {
        shrunk->result = SHRINK_NOT_AS_TEXT;
    }
    shrink_form_deinit(&shrinking->form);
    shrink_shown_deinit(&shown);
}

void shrink_case_run(struct shrink_case *shrunk_r, struct run_command *run,
                     struct interrupted *interrupted, const struct program *program,
                     const struct shrink_failure *failure)
{
    struct clock clock = clock_system();
    int64_t begin_us = clock_monotonic_us(&clock);
    struct arena *arena = arena_new();
    struct shrinking shrinking = {0};
    bool *begun = mem_array(program->step_count + 1, sizeof *begun);
    *shrunk_r = (struct shrink_case){.result = SHRINK_NOT_AGAIN,
                                     .program = program,
                                     .failure = *failure,
                                     .lines_before = count_lines(program, arena)};
    shrink_try_init(&shrinking.try, run, interrupted, program, arena);
    shrink(&shrinking, shrunk_r, begun);
    shrunk_r->tries = shrinking.try.tries;
    shrunk_r->end = shrinking.try.end;
    shrunk_r->has_reference = may_shrink(&shrinking.try);
    buf_append(&shrunk_r->away, buf_bytes(&shrinking.try.away));
    shrunk_r->took_us = clock_monotonic_us(&clock) - begin_us;
    shrink_try_deinit(&shrinking.try);
    free(begun);
    arena_free(&arena);
}

struct bytes shrink_case_dialogue(const struct shrink_case *shrunk)
{
    struct bytes text = buf_bytes(&shrunk->text);
    size_t start = bytes_find(text, BYTES_LIT("\nStart: "), 0);
    size_t empty = bytes_find(text, BYTES_LIT("\n\n"), 0);
    size_t before = start != BYTES_NONE && start < empty ? start : empty;
    return before == BYTES_NONE ? (struct bytes){0} : bytes_skip(text, before + 1);
}

void shrink_case_deinit(struct shrink_case *shrunk)
{
    buf_deinit(&shrunk->text);
    buf_deinit(&shrunk->why);
    buf_deinit(&shrunk->wire);
    buf_deinit(&shrunk->away);
}
