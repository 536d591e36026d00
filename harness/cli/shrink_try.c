#include "cli/shrink_try.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/case_file.h"
#include "cli/target_commands.h"

enum {
    TRIES_MOST = 200,
    FIRST_MOST =
        2, /* with the case itself: what is delivered may come in another order this time */
    SECOND_US = 1000 * 1000,
    CASE_SECONDS = 60,
    /* Each candidate that hangs costs the whole wait of a reply, and one that crashes a new start. */
    SLOW_SECONDS = 300,
    PATIENCE = 3, /* so many times as long as the case itself may a candidate take, and a moment */
    MOMENT_US = 500 * 1000,
    /* A server that has crashed may need a while before it serves again. */
    AWAY_MOST = 4,
    AWAY_PAUSE_MS = 2000,
    REFERENCE_MOMENT_US =
        200 * 1000 /* many wait for what never comes; it answers in milliseconds */
};

static int64_t now_us(void)
{
    struct clock clock = clock_system();
    return clock_monotonic_us(&clock);
}

void shrink_try_init(struct shrink_try *try, struct run_command *run,
                     struct interrupted *interrupted, const struct program *program,
                     struct arena *arena)
{
    *try = (struct shrink_try){.run = run,
                               .interrupted = interrupted,
                               .program = program,
                               .id = case_file_id(arena, program->id),
                               .arena = arena};
}

void shrink_try_deinit(struct shrink_try *try)
{
    shrink_shown_deinit(&try->last);
    buf_deinit(&try->away);
    free(try->tried);
}

/* ---- Suites of one case ---- */

/* NULL: it is not one case; or something is to be said of it, and `may_warn` is not set. */
static struct suite *suite_of_text(const struct run_command *run, const char *path, const char *id,
                                   struct bytes text, bool may_warn)
{
    struct suite *suite = suite_new(scenarios_folder(run->options), &run->rules);
    struct buf problems = {0};
    suite_add_text(suite, path, id, text);
    (void)suite_print_problems(suite, NULL, 0, &problems);
    if (suite_count(suite) != 1 || (problems.n > 0 && !may_warn)) {
        suite_free(&suite);
    }
    buf_deinit(&problems);
    return suite;
}

bool shrink_try_parses(const struct run_command *run, const char *path, const char *id,
                       struct bytes text, bool may_warn)
{
    struct suite *suite = suite_of_text(run, path, id, text, may_warn);
    bool parses = suite != NULL;
    suite_free(&suite);
    return parses;
}

/* A text that the case itself does not warn of must not, either: most of all of a reply that nothing asks for. */
static struct suite *suite_of(const struct shrink_try *try, struct bytes text)
{
    return suite_of_text(try->run, try->program->path, try->id, text, try->warns);
}

static enum step_kind kind_of(const struct step *step)
{
    return step->kind == STEP_SEND_MESSAGE ? STEP_DATA : step->kind;
}

/* Without AUTH before it a response would be a command, and its failure another one. */
static bool keeps_kinds(const struct shrink_try *try, const struct program *program,
                        const struct shrink_lines *lines)
{
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        size_t line = step->place.line;
        size_t original = line < lines->count ? lines->steps[line] : BYTES_NONE;
        if (original != BYTES_NONE && kind_of(step) != kind_of(&try->program->steps[original])) {
            return false;
        }
    }
    return true;
}

static bool makes_sense(const struct shrink_try *try, struct bytes text,
                        const struct shrink_lines *lines)
{
    struct suite *suite = suite_of(try, text);
    bool sense = suite != NULL && keeps_kinds(try, suite_program(suite, 0), lines);
    suite_free(&suite);
    return sense;
}

/* ---- Plays ---- */

static int64_t patience_us(const struct shrink_shown *shown, int64_t moment_us)
{
    return PATIENCE * shown->took_us + moment_us;
}

/* The target was away. True: it may be back. */
static bool comes_back(struct shrink_try *try)
{
    struct run_command *run = try->run;
    struct error error = {""};
    bool stopped = false;
    if (run->target.start == NULL) {
        int64_t pause_ms = (int64_t)(AWAY_PAUSE_MS * run->request.time_scale);
        return !interrupted_wait(try->interrupted, pause_ms);
    }
    return target_start_again(&run->target, run->redact, run->request.time_scale, &stopped,
                              &error) == 0 &&
           !stopped;
}

static void play_target(struct shrink_try *try, const struct shrink_setting *setting,
                        struct shrink_shown *shown_r)
{
    shrink_play(try->run, setting, shown_r);
    for (int i = 1; i < AWAY_MOST && shown_r->played == SHRINK_AWAY && comes_back(try); i++) {
        shrink_shown_deinit(shown_r);
        shrink_play(try->run, setting, shown_r);
    }
}

/* True: it was played to its end. */
static bool play(struct shrink_try *try, const struct shrink_setting *setting,
                 struct shrink_shown *shown_r)
{
    if (setting->reference) {
        shrink_play(try->run, setting, shown_r);
    } else {
        try->tries++;
        play_target(try, setting, shown_r);
    }
    if (shown_r->played == SHRINK_INTERRUPTED || interrupted_heard(try->interrupted)) {
        try->end = SHRINK_END_INTERRUPTED;
    } else if (shown_r->played == SHRINK_AWAY && !setting->reference) {
        try->end = SHRINK_END_AWAY;
        buf_clear(&try->away);
        buf_append(&try->away, buf_bytes(&shown_r->why));
    }
    return shown_r->played == SHRINK_PLAYED;
}

static bool is_passed(enum verdict verdict)
{
    return verdict == VERDICT_PASS || verdict == VERDICT_INFO || verdict == VERDICT_NON_STRICT;
}

static bool speaks_lmtp(const struct program *program)
{
    for (size_t i = 0; i < program->connection_count; i++) {
        if (program->connections[i].protocol == PROTOCOL_LMTP) {
            return true;
        }
    }
    return false;
}

/* The built-in server speaks LMTP where it is set up for a case: what it is set up with then is what it has anyway. */
static void reference_text(const struct shrink_try *try, struct bytes text, struct buf *out)
{
    if (speaks_lmtp(try->program) && try->program->given_count == 0) {
        buf_append_text(out, "Given:\n  hostname mx.example.test\n");
    }
    buf_append(out, text);
}

/* Does the built-in server pass it? `patience_r` may be NULL: how long that may take from now on. */
static bool passes_reference(struct shrink_try *try, struct bytes text, bool rehearse,
                             int64_t *patience_r)
{
    struct buf own = {0};
    struct shrink_shown shown = {0};
    reference_text(try, text, &own);
    struct suite *suite = suite_of(try, buf_bytes(&own));
    struct shrink_setting setting = {
        .suite = suite, .reference = true, .rehearse = rehearse, .most_us = try->reference_most_us};
    bool passed = suite != NULL && play(try, &setting, &shown) && is_passed(shown.verdict);
    if (patience_r != NULL) {
        *patience_r = patience_us(&shown, REFERENCE_MOMENT_US);
    }
    shrink_shown_deinit(&shown);
    suite_free(&suite);
    buf_deinit(&own);
    return passed;
}

/* A dialogue that cannot be played to itself is an ERROR where it is run without a target; what waits in vain there takes longer to tell. */
static bool is_reference_fine(struct shrink_try *try, struct bytes text)
{
    return !try->has_reference || (passes_reference(try, text, false, NULL) &&
                                   (!try->rehearses || passes_reference(try, text, true, NULL)));
}

/* Does the target fail it as before? Then what it showed is kept. */
static bool shows(struct shrink_try *try, struct bytes text, const struct shrink_lines *lines)
{
    struct shrink_shown shown = {0};
    struct suite *suite = suite_of(try, text);
    struct shrink_setting setting = {.suite = suite,
                                     .expects_loss = shrink_failure_is_crash(&try->failure),
                                     .most_us = try->most_us,
                                     .lines = lines};
    bool same = suite != NULL && play(try, &setting, &shown) && shown.failed &&
                shrink_failure_same(&try->failure, &shown.failure);
    if (same) {
        struct shrink_shown before = try->last;
        try->last = shown;
        shown = before;
    }
    shrink_shown_deinit(&shown);
    suite_free(&suite);
    return same;
}

/* ---- Tries ---- */

static void set_limits(struct shrink_try *try, const struct shrink_shown *shown)
{
    bool silent = shown->failure.how == SHRINK_SILENT || shown->failure.how == SHRINK_HUNG;
    bool slow = silent || shrink_failure_is_crash(&shown->failure);
    int64_t seconds = slow ? SLOW_SECONDS : CASE_SECONDS;
    try->most_us =
        silent ? shown->took_us + shown->took_us / 2 + MOMENT_US : patience_us(shown, MOMENT_US);
    try->end_us =
        now_us() + (int64_t)((double)(seconds * SECOND_US) * try->run->request.time_scale);
}

bool shrink_try_case(struct shrink_try *try, const struct shrink_failure *expected, bool *begun,
                     struct shrink_shown *shown_r)
{
    struct suite *suite = suite_new(scenarios_folder(try->run->options), &try->run->rules);
    suite_add_program(suite, try->program);
    struct shrink_setting setting = {
        .suite = suite, .expects_loss = shrink_failure_is_crash(expected), .begun = begun};
    bool same = play(try, &setting, shown_r) && shown_r->failed &&
                shrink_failure_same(expected, &shown_r->failure);
    if (same) {
        try->failure = shown_r->failure;
        set_limits(try, shown_r);
    }
    suite_free(&suite);
    return same;
}

bool shrink_try_first(struct shrink_try *try, const struct shrink_form *form)
{
    struct buf text = {0};
    struct shrink_lines lines;
    shrink_form_print(form, &text, &lines);
    try->warns =
        !shrink_try_parses(try->run, try->program->path, try->program->id, buf_bytes(&text), false);
    try->has_reference = passes_reference(try, buf_bytes(&text), false, &try->reference_most_us);
    try->rehearses = try->has_reference && passes_reference(try, buf_bytes(&text), true, NULL);
    bool same = false;
    for (int i = 0; i < FIRST_MOST && !same && try->end == SHRINK_GOES_ON; i++) {
        same = shows(try, buf_bytes(&text), &lines);
    }
    buf_deinit(&text);
    return same;
}

/* FNV-1a */
static uint64_t hash(struct bytes text)
{
    uint64_t value = 14695981039346656037ULL;
    for (size_t i = 0; i < text.n; i++) {
        value = (value ^ text.p[i]) * 1099511628211ULL;
    }
    return value;
}

/* The same text comes about in several ways. */
static bool is_new(struct shrink_try *try, struct bytes text)
{
    uint64_t value = hash(text);
    for (size_t i = 0; i < try->tried_count; i++) {
        if (try->tried[i] == value) {
            return false;
        }
    }
    try->tried = mem_grow(try->tried, try->tried_count, &try->tried_capacity, sizeof(uint64_t));
    try->tried[try->tried_count++] = value;
    return true;
}

static bool may_go_on(struct shrink_try *try)
{
    if (try->end == SHRINK_GOES_ON && interrupted_heard(try->interrupted)) {
        try->end = SHRINK_END_INTERRUPTED;
    } else if (try->end == SHRINK_GOES_ON && try->tries >= TRIES_MOST) {
        try->end = SHRINK_END_TRIES;
    } else if (try->end == SHRINK_GOES_ON && now_us() >= try->end_us) {
        try->end = SHRINK_END_TIME;
    }
    return try->end == SHRINK_GOES_ON;
}

bool shrink_try_form(struct shrink_try *try, const struct shrink_form *form)
{
    struct buf text = {0};
    struct shrink_lines lines;
    bool same = false;
    if (may_go_on(try)) {
        shrink_form_print(form, &text, &lines);
        same = is_new(try, buf_bytes(&text)) && makes_sense(try, buf_bytes(&text), &lines) &&
               is_reference_fine(try, buf_bytes(&text)) && try->end == SHRINK_GOES_ON &&
               shows(try, buf_bytes(&text), &lines);
    }
    buf_deinit(&text);
    return same;
}

bool shrink_try_again(struct shrink_try *try, const struct shrink_form *form)
{
    struct buf text = {0};
    struct shrink_lines lines;
    shrink_form_print(form, &text, &lines);
    bool same = shows(try, buf_bytes(&text), &lines);
    buf_deinit(&text);
    return same;
}
