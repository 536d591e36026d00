#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/glob.h"
#include "base/mem.h"
#include "base/shell_word.h"
#include "cli/suite_inside.h"
#include "cli/variables.h"

struct suite *suite_new(const char *root, const struct rule_set *rules)
{
    struct suite *suite = mem_alloc(sizeof *suite);
    suite->arena = arena_new();
    suite->root = arena_strdup(suite->arena, root);
    suite->rules = rules;
    suite->real_root = realpath(root, NULL);
    return suite;
}

void suite_free(struct suite **suite_p)
{
    struct suite *suite = *suite_p;
    if (suite == NULL) {
        return;
    }
    for (size_t i = 0; i < suite->file_count; i++) {
        scenario_free(&suite->files[i]);
    }
    word_set_deinit(&suite->paths);
    word_set_deinit(&suite->ids);
    free(suite->real_root);
    free(suite->files);
    free(suite->cases);
    arena_free(&suite->arena);
    free(suite);
    *suite_p = NULL;
}

/* ---- loading ---- */

static bool stands_in(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && path[n] == '/';
}

/* Fragments are there to be used by others, not to be run. */
static bool is_fragment(const struct suite *suite, const char *path)
{
    return stands_in(path, arena_printf(suite->arena, "%s/lib", suite->root));
}

static const char *shell_word(struct suite *suite, const char *path)
{
    struct buf word = {0};
    shell_word_append(&word, path);
    const char *text = arena_text(suite->arena, buf_bytes(&word));
    buf_deinit(&word);
    return text;
}

static const char *parent_of(struct suite *suite, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "." : arena_text(suite->arena, bytes_make(path, (size_t)(slash - path)));
}

static bool ids_are_new(const struct suite *suite, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario_program_count(scenario); i++) {
        if (word_set_has(&suite->ids, scenario_program(scenario, i)->id)) {
            return false;
        }
    }
    return true;
}

/*
 * Two files of one name in two folders are two cases: the second one's id has as much of the path in front as makes it
 * another. NULL and an error when the whole path is not enough.
 */
static struct scenario *read_scenario(struct suite *suite, const char *path, const char *id_root)
{
    struct scenario_options options = {
        .rules = suite->rules,
        .library = suite->root,
        .root = id_root,
    };
    struct scenario *scenario = scenario_read_file(path, &options);
    while (!ids_are_new(suite, scenario)) {
        const char *above = parent_of(suite, options.root);
        bool more = strcmp(above, options.root) != 0;
        scenario_free(&scenario);
        if (!more) {
            error_set(suite->error, "%s: another file has a case of the same id; rename one", path);
            return NULL;
        }
        options.root = above;
        scenario = scenario_read_file(path, &options);
    }
    return scenario;
}

/* Without links; the path itself when nothing is there. */
static const char *real_path(struct suite *suite, const char *path)
{
    char *real = realpath(path, NULL);
    const char *kept = arena_strdup(suite->arena, real != NULL ? real : path);
    free(real);
    return kept;
}

static void add_case(struct suite *suite, const struct program *program, const char *selector,
                     const char *real_path)
{
    suite->cases =
        mem_grow(suite->cases, suite->case_count, &suite->case_capacity, sizeof *suite->cases);
    suite->cases[suite->case_count++] = (struct selected_case){
        .program = program,
        .selector = selector != NULL ? selector : program->id,
        .real_path = real_path,
    };
    word_set_add(&suite->ids, program->id);
}

static void add_scenario(struct suite *suite, struct scenario *scenario, const char *selector,
                         const char *real_path)
{
    suite->files =
        mem_grow(suite->files, suite->file_count, &suite->file_capacity, sizeof(struct scenario *));
    suite->files[suite->file_count++] = scenario;
    for (size_t i = 0; i < scenario_program_count(scenario); i++) {
        add_case(suite, scenario_program(scenario, i), selector, real_path);
    }
}

void suite_add_program(struct suite *suite, const struct program *program)
{
    add_case(suite, program, NULL, real_path(suite, program->path));
}

void suite_add_text(struct suite *suite, const char *path, const char *id, struct bytes text)
{
    struct scenario_options options = {
        .rules = suite->rules,
        .library = suite->root,
        .id = arena_strdup(suite->arena, id),
    };
    const char *kept = arena_strdup(suite->arena, path);
    add_scenario(suite, scenario_read(kept, text, &options), shell_word(suite, kept), kept);
}

/*
 * Shipped files go by their place in the shipped folder, so that ids are the same from everywhere. A file that was loaded
 * before, whatever it was called then, is not loaded again.
 */
static void load_file(void *self, const char *given)
{
    struct suite *suite = self;
    const char *path = given;
    const char *real = real_path(suite, given);
    bool shipped = suite->real_root != NULL && stands_in(real, suite->real_root);
    if (shipped) {
        path = arena_printf(suite->arena, "%s%s", suite->root, real + strlen(suite->real_root));
    }
    if (!word_set_add(&suite->paths, real) || (shipped && is_fragment(suite, path))) {
        return;
    }
    struct scenario *scenario = read_scenario(suite, path, shipped ? suite->root : suite->id_root);
    if (scenario != NULL) {
        add_scenario(suite, scenario, shipped ? NULL : shell_word(suite, path), real);
    }
}

/* "./" and "/" at the ends say nothing, but would stand in ids. */
static const char *plain_path(struct suite *suite, const char *path)
{
    while (path[0] == '.' && path[1] == '/') {
        path += 2;
    }
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/') {
        n--;
    }
    return n == 0 ? "." : arena_text(suite->arena, bytes_make(path, n));
}

static int load_path(struct suite *suite, const char *operand, struct error *error)
{
    const char *path = plain_path(suite, operand);
    suite->id_root = file_is_folder(path) ? path : parent_of(suite, path);
    suite->error = error;
    if (!file_is_folder(path)) {
        load_file(suite, path);
    } else if (file_walk(path, ".scn", load_file, suite, error) != 0) {
        return -1;
    }
    return error->text[0] == '\0' ? 0 : -1;
}

/* ---- what the operands mean ---- */

static bool selected_by(const struct program *program, const char *pattern)
{
    if (glob_match_id(pattern, program->id)) {
        return true;
    }
    for (size_t i = 0; i < program->rule_count; i++) {
        if (glob_match_id(pattern, program->rules[i])) {
            return true;
        }
    }
    return false;
}

static bool selected_by_path(const struct selected_case *selected, const struct patterns *patterns)
{
    for (size_t i = 0; i < patterns->path_count; i++) {
        if (strcmp(selected->real_path, patterns->paths[i]) == 0 ||
            stands_in(selected->real_path, patterns->paths[i])) {
            return true;
        }
    }
    return false;
}

/* Is it the id of this case, or of its file? Not that of a folder, which names all that is in it. */
static bool is_id_of(struct bytes word, const struct selected_case *selected)
{
    return bytes_is(word, selected->program->id) || bytes_is(word, selected->program->file_id);
}

static bool is_named(const struct selected_case *selected, const struct patterns *patterns)
{
    for (size_t i = 0; i < patterns->path_count; i++) {
        if (strcmp(selected->real_path, patterns->paths[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < patterns->count; i++) {
        if (is_id_of(bytes_of(patterns->words[i]), selected)) {
            return true;
        }
    }
    return false;
}

static bool selected_by_any(const struct selected_case *selected, const void *what)
{
    const struct patterns *patterns = what;
    bool found = selected_by_path(selected, patterns);
    for (size_t i = 0; i < patterns->count; i++) {
        if (selected_by(selected->program, patterns->words[i])) {
            patterns->used[i] = true;
            found = true;
        }
    }
    return found;
}

static const char *nearest_id(const struct suite *suite, const char *word)
{
    const char **ids = arena_array(suite->arena, suite->case_count + 1, sizeof *ids);
    for (size_t i = 0; i < suite->case_count; i++) {
        ids[i] = suite->cases[i].program->id;
    }
    return glob_nearest(bytes_of(word), ids, suite->case_count);
}

static int select_patterns(struct suite *suite, const struct patterns *patterns,
                           struct error *error)
{
    const char *nearest = patterns->count > 0 ? nearest_id(suite, patterns->words[0]) : NULL;
    suite_keep_if(suite, selected_by_any, patterns);
    for (size_t i = 0; i < patterns->count; i++) {
        if (!patterns->used[i]) {
            return error_set(error,
                             "\"%s\" is no file, and no case or rule has that id; %s%s%s"
                             "\"mailspec list\" shows all",
                             patterns->words[i], nearest != NULL ? "did you mean \"" : "",
                             nearest != NULL ? nearest : "", nearest != NULL ? "\"? " : "");
        }
    }
    return 0;
}

int suite_load(struct suite *suite, const char *const *operands, size_t count, struct error *error)
{
    const char **words = arena_array(suite->arena, count + 1, sizeof *words);
    const char **paths = arena_array(suite->arena, count + 1, sizeof *paths);
    const char **reals = arena_array(suite->arena, count + 1, sizeof *reals);
    struct patterns patterns = {words, 0, arena_array(suite->arena, count + 1, sizeof(bool)), reals,
                                0};
    for (size_t i = 0; i < count; i++) {
        int found = file_find(operands[i], error);
        if (found < 0) {
            return -1;
        }
        if (found > 0) {
            reals[patterns.path_count] = real_path(suite, operands[i]);
            paths[patterns.path_count++] = operands[i];
        } else {
            words[patterns.count++] = operands[i];
        }
    }
    if (patterns.count > 0 || count == 0) {
        if (load_path(suite, suite->root, error) != 0 ||
            (count > 0 && select_patterns(suite, &patterns, error) != 0)) {
            return -1;
        }
    }
    for (size_t i = 0; i < patterns.path_count; i++) {
        if (load_path(suite, paths[i], error) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < suite->case_count; i++) {
        suite->cases[i].named = is_named(&suite->cases[i], &patterns);
    }
    return 0;
}

size_t suite_whole(const struct suite *suite)
{
    return suite->whole > 0 ? suite->whole : suite->case_count;
}

size_t suite_position(const struct suite *suite, size_t i)
{
    return suite->whole > 0 ? suite->cases[i].position : i;
}

size_t suite_count(const struct suite *suite)
{
    return suite->case_count;
}

const struct program *suite_program(const struct suite *suite, size_t i)
{
    return suite->cases[i].program;
}

const char *suite_selector(const struct suite *suite, size_t i)
{
    return suite->cases[i].selector;
}

size_t suite_file_count(const struct suite *suite)
{
    return suite->file_count;
}

void suite_variables(const struct suite *suite, struct word_set *names)
{
    for (size_t i = 0; i < suite->file_count; i++) {
        for (size_t k = 0; k < scenario_program_count(suite->files[i]); k++) {
            variables_add(names, scenario_program(suite->files[i], k));
        }
    }
}

static bool is_selected(const struct suite *suite, const struct scenario *file,
                        const struct patterns *patterns)
{
    for (size_t i = 0; i < suite->case_count; i++) {
        for (size_t k = 0; k < scenario_program_count(file); k++) {
            if (suite->cases[i].program == scenario_program(file, k) &&
                suite_fits_tags(&suite->cases[i], patterns)) {
                return true;
            }
        }
    }
    return false;
}

size_t suite_print_problems(const struct suite *suite, const char *const *words, size_t count,
                            struct buf *out)
{
    struct patterns patterns = {.words = words, .count = count};
    size_t errors = 0;
    for (size_t i = 0; i < suite->file_count; i++) {
        const struct scenario *scenario = suite->files[i];
        for (size_t p = 0; p < scenario_problem_count(scenario); p++) {
            const struct scenario_problem *problem = scenario_problem(scenario, p);
            if (!problem->warning || is_selected(suite, scenario, &patterns)) {
                scenario_print_problem(out, problem);
            }
            errors += problem->warning ? 0 : 1;
        }
    }
    return errors;
}

const char *suite_root(const char *given)
{
    if (given != NULL) {
        return given;
    }
    return file_is_folder(MAILSPEC_SOURCE_SCENARIOS) ? MAILSPEC_SOURCE_SCENARIOS
                                                     : MAILSPEC_INSTALLED_SCENARIOS;
}
