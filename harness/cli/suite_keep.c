/* Which of the loaded cases are left out. */
#include "cli/suite_inside.h"
#include "cli/tags.h"

void suite_keep_if(struct suite *suite, bool (*keep)(const struct selected_case *, const void *),
                   const void *what)
{
    size_t kept = 0;
    for (size_t i = 0; i < suite->case_count; i++) {
        if (keep(&suite->cases[i], what)) {
            suite->cases[kept++] = suite->cases[i];
        }
    }
    suite->case_count = kept;
}

bool suite_fits_tags(const struct selected_case *selected, const void *what)
{
    const struct patterns *patterns = what;
    return tags_fit(selected->program, patterns->words, patterns->count, selected->named);
}

void suite_keep_tags(struct suite *suite, const char *const *words, size_t count)
{
    struct patterns patterns = {.words = words, .count = count};
    suite_keep_if(suite, suite_fits_tags, &patterns);
}

/* Does the client say something there that only a client under test can? */
static bool is_clients_own(const struct step *step)
{
    if (step->kind == STEP_MESSAGE || step->kind == STEP_EXIT || step->kind == STEP_STORE ||
        step->kind == STEP_NEVER) {
        return true;
    }
    if (step->kind != STEP_COMMAND) {
        return false;
    }
    enum compare compare = step->lines[0].compare;
    bool capture = false;
    for (size_t i = 0; i < step->lines[0].text.count; i++) {
        const struct piece *piece = &step->lines[0].text.pieces[i];
        capture |= piece->kind == PIECE_VARIABLE && piece->typed && !piece->has_sample;
    }
    return capture || compare == COMPARE_GLOB || compare == COMPARE_REGEX;
}

static bool is_for_clients(const struct program *program)
{
    bool own = false;
    for (size_t i = 0; i < program->step_count; i++) {
        own |= is_clients_own(&program->steps[i]);
    }
    return own && program->playable_server && !program->playable_client;
}

bool suite_tests_client(const struct rule_set *rules, const struct program *program)
{
    const struct rule *rule =
        program->rule_count > 0 ? rule_find(rules, bytes_of(program->rules[0])) : NULL;
    if (rule != NULL) {
        return rule->side == SIDE_CLIENT;
    }
    return is_for_clients(program);
}

static bool is_unended(const struct step *step)
{
    return step != NULL && step->side == SIDE_CLIENT && step->line_count > 0 &&
           (step->lines[step->line_count - 1].flags & LINE_NO_END) != 0;
}

/* On the same connection, or NULL. */
static const struct step *step_before(const struct program *program, size_t i)
{
    const unsigned connection = program->steps[i].connection;
    while (i > 0) {
        if (program->steps[--i].connection == connection) {
            return &program->steps[i];
        }
    }
    return NULL;
}

static bool breaks_off(const struct program *program)
{
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        bool leaves = step->kind == STEP_CLOSE && is_unended(step_before(program, i));
        if (step->side == SIDE_CLIENT && (leaves || step->kind == STEP_RESET)) {
            return true;
        }
    }
    return false;
}

bool suite_plays_itself(const struct program *program)
{
    return program->playable_client && program->playable_server && !breaks_off(program);
}

struct kept_tests {
    const struct suite *suite;
    enum suite_tests tests;
};

static bool kept_by_tests(const struct selected_case *selected, const void *what)
{
    const struct kept_tests *kept = what;
    const struct program *program = selected->program;
    if (selected->selector != program->id) {
        return true; /* no shipped one */
    }
    if (kept->tests == SUITE_TESTS_ITSELF) {
        return suite_plays_itself(program);
    }
    return suite_tests_client(kept->suite->rules, program) == (kept->tests == SUITE_TESTS_CLIENT);
}

void suite_keep_tests(struct suite *suite, enum suite_tests tests)
{
    struct kept_tests kept = {suite, tests};
    suite_keep_if(suite, kept_by_tests, &kept);
}

static bool kept_by_rules(const struct selected_case *selected, const void *what)
{
    (void)what;
    return selected->program->rule_count > 0;
}

void suite_keep_judging(struct suite *suite)
{
    suite_keep_if(suite, kept_by_rules, NULL);
}

void suite_keep_chosen(struct suite *suite, const bool *chosen)
{
    size_t kept = 0;
    for (size_t i = 0; i < suite->case_count; i++) {
        if (chosen[i]) {
            suite->cases[kept++] = suite->cases[i];
        }
    }
    suite->case_count = kept;
}

static bool kept_by_protocol(const struct selected_case *selected, const void *what)
{
    const struct program *program = selected->program;
    bool pop3 = program->connection_count > 0 && program->connections[0].protocol == PROTOCOL_POP3;
    return selected->selector != program->id || pop3 == *(const bool *)what;
}

void suite_keep_protocol(struct suite *suite, bool pop3)
{
    suite_keep_if(suite, kept_by_protocol, &pop3);
}

static bool kept_by_shard(const struct selected_case *selected, const void *what)
{
    const struct shard *shard = what;
    return shard_of(selected->program->id, shard->count) == shard->index;
}

void suite_keep_shard(struct suite *suite, const struct shard *shard)
{
    for (size_t i = 0; i < suite->case_count; i++) {
        suite->cases[i].position = i;
    }
    suite->whole = suite->case_count;
    suite_keep_if(suite, kept_by_shard, shard);
}

static bool kept_by_ids(const struct selected_case *selected, const void *what)
{
    struct bytes rest = *(const struct bytes *)what;
    struct bytes id;
    while (bytes_next(&rest, '\n', &id)) {
        if (bytes_is(id, selected->program->id)) {
            return true;
        }
    }
    return false;
}

void suite_keep_ids(struct suite *suite, struct bytes ids)
{
    suite_keep_if(suite, kept_by_ids, &ids);
}
