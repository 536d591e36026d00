#include "script/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "script/compile.h"
#include "script/format.h"

#define SUFFIX ".scn"

struct scenario {
    struct arena *arena;
    struct problems problems;
    struct document *document; /* NULL: not even lines could be read */
    struct programs programs;
};

/* The path below `root`, without "./" and suffix. */
static const char *id_of(struct arena *arena, const char *path, const char *root)
{
    struct bytes id = bytes_of(path);
    struct bytes folder = bytes_of(root);
    while (folder.n > 0 && folder.p[folder.n - 1] == '/') {
        folder.n--;
    }
    bool below = folder.n > 0 && id.n > folder.n && id.p[folder.n] == '/' &&
                 bytes_equal(bytes_slice(id, 0, folder.n), folder);
    id = below ? bytes_skip(id, folder.n + 1) : id;
    while (bytes_starts(id, "./") || bytes_starts(id, "/")) {
        id = bytes_skip(id, bytes_starts(id, "/") ? 1 : 2);
    }
    if (bytes_ends(id, SUFFIX) && id.n > sizeof SUFFIX - 1) {
        id.n -= sizeof SUFFIX - 1;
    }
    return id.n > 0 ? arena_text(arena, id) : "-";
}

static struct scenario *scenario_new(void)
{
    struct scenario *scenario = mem_alloc(sizeof *scenario);
    scenario->arena = arena_new();
    scenario->problems.arena = scenario->arena;
    return scenario;
}

/* Fields of the fragments are checked, and what they declare is known. */
static void read_fragments(const struct item_list *items, const struct settings_context *context,
                           struct settings *settings)
{
    for (size_t i = 0; i < items->count; i++) {
        const struct document *used = items->items[i].used;
        if (used == NULL) {
            continue;
        }
        struct settings of_fragment = settings_read(used, context);
        size_t count = settings->variable_count + of_fragment.variable_count;
        const char **variables = arena_array(context->arena, count, sizeof *variables);
        for (size_t j = 0; j < count; j++) {
            variables[j] = j < settings->variable_count
                               ? settings->variables[j]
                               : of_fragment.variables[j - settings->variable_count];
        }
        settings->variables = variables;
        settings->variable_count = count;
        read_fragments(&used->dialogue, context, settings);
    }
}

static void compile(struct scenario *scenario, const struct scenario_options *options,
                    const struct document_context *context)
{
    struct settings_context settings_context = {scenario->arena, &scenario->problems,
                                                options->rules};
    struct settings settings = settings_read(scenario->document, &settings_context);
    read_fragments(&scenario->document->dialogue, &settings_context, &settings);
    read_fragments(&scenario->document->finally, &settings_context, &settings);
    struct compile_input input = {.document = scenario->document,
                                  .settings = &settings,
                                  .context = context,
                                  .id = options->id};
    if (input.id == NULL) {
        input.id = id_of(scenario->arena, scenario->document->source.path, options->root);
    }
    scenario->programs = compile_document(&input);
}

static void read_text(struct scenario *scenario, const char *path, struct bytes text,
                      const struct scenario_options *options)
{
    static const struct scenario_options none = {0};
    size_t octets_left = SCENARIO_MAX_INCLUDED_OCTETS;
    options = options != NULL ? options : &none;
    struct document_context context = {scenario->arena, &scenario->problems, options->library,
                                       &octets_left};
    scenario->document = document_read(path, text, NULL, NULL, &context);
    if (scenario->document != NULL) {
        compile(scenario, options, &context);
    }
    problems_finish(&scenario->problems, path);
}

struct scenario *scenario_read(const char *path, struct bytes text,
                               const struct scenario_options *options)
{
    struct scenario *scenario = scenario_new();
    struct bytes copy = text.n <= SCENARIO_MAX_OCTETS ? arena_copy(scenario->arena, text) : text;
    read_text(scenario, arena_strdup(scenario->arena, path != NULL ? path : "-"), copy, options);
    return scenario;
}

struct scenario *scenario_read_file(const char *path, const struct scenario_options *options)
{
    struct buf text = {0};
    struct error error = {{0}};
    if (file_read(path, SCENARIO_MAX_OCTETS, &text, &error) == 0) {
        struct scenario *scenario = scenario_read(path, buf_bytes(&text), options);
        buf_deinit(&text);
        return scenario;
    }
    buf_deinit(&text);
    struct scenario *scenario = scenario_new();
    struct place nowhere = {.path = arena_strdup(scenario->arena, path)};
    problems_error(&scenario->problems, nowhere, "%s", error.text);
    return scenario;
}

void scenario_free(struct scenario **scenario_p)
{
    struct scenario *scenario = *scenario_p;
    if (scenario != NULL) {
        problems_deinit(&scenario->problems);
        arena_free(&scenario->arena);
        free(scenario);
    }
    *scenario_p = NULL;
}

size_t scenario_problem_count(const struct scenario *scenario)
{
    return scenario->problems.count;
}

const struct scenario_problem *scenario_problem(const struct scenario *scenario, size_t i)
{
    return i < scenario->problems.count ? &scenario->problems.items[i] : NULL;
}

bool scenario_failed(const struct scenario *scenario)
{
    return scenario->problems.error_count > 0;
}

size_t scenario_program_count(const struct scenario *scenario)
{
    return scenario_failed(scenario) ? 0 : scenario->programs.count;
}

const struct program *scenario_program(const struct scenario *scenario, size_t i)
{
    return i < scenario_program_count(scenario) ? scenario->programs.items[i] : NULL;
}

int scenario_format(const struct scenario *scenario, struct buf *out, struct error *error)
{
    if (scenario_failed(scenario) || scenario->document == NULL) {
        return error_set(error,
                         "the scenario has errors: it cannot be brought into canonical form");
    }
    format_document(scenario->document, out);
    return 0;
}
