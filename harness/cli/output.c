#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/glob.h"
#include "base/mem.h"
#include "reports/show.h"

struct sink {
    const struct reporter_kind *kind;
    struct reporter *reporter;
    struct buf out;
    const char *path; /* NULL: standard output */
    bool written;
};

struct output {
    struct sink *sinks;
    size_t count;
    size_t capacity;
};

/* The file need not exist, but it must be possible to write it: better now than after an hour. */
static int try_writing(const char *path, struct arena *arena, struct error *error)
{
    const char *slash = strrchr(path, '/');
    if (slash != NULL && slash != path) {
        const char *folder = arena_text(arena, bytes_make(path, (size_t)(slash - path)));
        if (file_make_folder(folder, error) != 0) {
            return -1;
        }
    }
    if (file_is_folder(path)) {
        return error_set(error, "cannot write %s: it is a folder", path);
    }
    bool existed = file_exists(path);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return error_set(error, "cannot write %s: %s", path, strerror(errno));
    }
    close(descriptor);
    if (!existed) {
        unlink(path);
    }
    return 0;
}

static void add_sink(struct output *output, const struct reporter_kind *kind, const char *path)
{
    output->sinks =
        mem_grow(output->sinks, output->count, &output->capacity, sizeof *output->sinks);
    output->sinks[output->count++] = (struct sink){.kind = kind, .path = path};
}

static int unknown_kind(const char *name, struct error *error)
{
    struct buf list = {0};
    for (size_t i = 0; reporter_at(i) != NULL; i++) {
        buf_printf(&list, "%s%s", i > 0 ? ", " : "", reporter_at(i)->name);
    }
    error_set(error, "--report: there is no report \"%s\"; there are %s", name, buf_text(&list));
    buf_deinit(&list);
    return -1;
}

static int add_wanted(struct output *output, const char *word, struct arena *arena,
                      struct error *error)
{
    struct bytes rest = bytes_of(word);
    struct bytes name;
    bytes_next(&rest, '=', &name);
    const char *kind_name = arena_text(arena, name);
    const struct reporter_kind *kind = reporter_find(kind_name);
    if (kind == NULL) {
        return unknown_kind(kind_name, error);
    }
    const char *path = strchr(word, '=') != NULL ? arena_text(arena, rest) : "-";
    if (path[0] == '\0') {
        return error_set(error, "--report %s: no file behind the \"=\"", word);
    }
    add_sink(output, kind, strcmp(path, "-") == 0 ? NULL : path);
    return 0;
}

static void add_folder(struct output *output, const char *folder, struct arena *arena)
{
    static const char *const names[][2] = {
        {"json",  "json"},
        {"junit", "xml" },
        {"tap",   "tap" }
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        add_sink(output, reporter_find(names[i][0]),
                 arena_printf(arena, "%s/report.%s", folder, names[i][1]));
    }
}

/* The same for every way to write the path of a regular file, there or not; NULL for others, as /dev/null. */
static const char *place_of(const char *path, struct arena *arena)
{
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        return NULL;
    }
    char *real = realpath(path, NULL);
    const char *slash = strrchr(path, '/');
    const char *place = NULL;
    if (real != NULL) {
        place = arena_strdup(arena, real);
    } else {
        size_t n = slash != NULL ? (size_t)(slash - path) : 0;
        const char *folder = slash == NULL ? "." : arena_text(arena, bytes_make(path, n));
        real = realpath(folder[0] != '\0' ? folder : "/", NULL);
        place = arena_printf(arena, "%s/%s", real != NULL ? real : folder,
                             slash != NULL ? slash + 1 : path);
    }
    free(real);
    return place;
}

/* The second one would be all that is left. */
static int check_places(const struct output *output, struct arena *arena, struct error *error)
{
    const char **places = arena_array(arena, output->count + 1, sizeof *places);
    for (size_t i = 0; i < output->count; i++) {
        const char *path = output->sinks[i].path;
        places[i] = path != NULL ? place_of(path, arena) : NULL;
        for (size_t k = 0; k < i && places[i] != NULL; k++) {
            if (places[k] != NULL && strcmp(places[k], places[i]) == 0) {
                return error_set(error, "two reports would be written to %s", path);
            }
        }
    }
    return 0;
}

static size_t on_standard_output(const struct output *output)
{
    size_t count = 0;
    for (size_t i = 0; i < output->count; i++) {
        count += output->sinks[i].path == NULL ? 1 : 0;
    }
    return count;
}

struct output *output_new(const struct options *options, const struct reporter_options *reporter,
                          struct arena *arena, bool *unwritable_r, struct error *error)
{
    struct output *output = mem_alloc(sizeof *output);
    const struct option_value *wanted = &options->value[OPTION_REPORT];
    int failed = 0;
    *unwritable_r = false;
    for (size_t i = 0; i < wanted->count && failed == 0; i++) {
        failed = add_wanted(output, wanted->values[i], arena, error);
    }
    if (failed == 0 && on_standard_output(output) > 1) {
        failed = error_set(error, "--report: only one report can go to standard output");
    }
    if (failed == 0 && on_standard_output(output) == 0) {
        add_sink(output, reporter_find("console"), NULL);
    }
    if (failed == 0 && options_get(options, OPTION_OUT) != NULL) {
        add_folder(output, options_get(options, OPTION_OUT), arena);
    }
    for (size_t i = 0; i < output->count && failed == 0; i++) {
        if (output->sinks[i].path != NULL) {
            failed = try_writing(output->sinks[i].path, arena, error);
            *unwritable_r = failed != 0;
        }
    }
    if (failed == 0) {
        failed = check_places(output, arena, error);
    }
    if (failed != 0) {
        output_free(&output);
        return NULL;
    }
    for (size_t i = 0; i < output->count; i++) {
        struct sink *sink = &output->sinks[i];
        struct reporter_options own = *reporter;
        own.colour = own.colour && sink->path == NULL;
        sink->reporter = sink->kind->create(&own, &sink->out);
    }
    return output;
}

static void print_grown(struct sink *sink)
{
    if (sink->path == NULL && sink->out.n > 0) {
        fwrite(sink->out.p, 1, sink->out.n, stdout);
        fflush(stdout);
        buf_clear(&sink->out);
    }
}

void output_begin(struct output *output, const struct run_info *info)
{
    for (size_t i = 0; i < output->count; i++) {
        struct sink *sink = &output->sinks[i];
        sink->kind->begin(sink->reporter, info);
        print_grown(sink);
    }
}

void output_case(struct output *output, const struct case_result *result, enum output_which which)
{
    for (size_t i = 0; i < output->count; i++) {
        struct sink *sink = &output->sinks[i];
        if (which != OUTPUT_ALL && sink->kind->any_order != (which == OUTPUT_IN_ANY_ORDER)) {
            continue;
        }
        sink->kind->case_done(sink->reporter, result);
        print_grown(sink);
    }
}

int output_end(struct output *output, const struct run_summary *summary, struct error *error)
{
    int failed = 0;
    for (size_t i = 0; i < output->count; i++) {
        struct sink *sink = &output->sinks[i];
        sink->kind->end(sink->reporter, summary);
        print_grown(sink);
        struct error reason = {""};
        sink->written =
            sink->path != NULL && file_write(sink->path, buf_bytes(&sink->out), &reason) == 0;
        if (sink->path != NULL && !sink->written && failed == 0) {
            failed = error_set(error, "%s", reason.text);
        }
    }
    if (ferror(stdout) != 0 && failed == 0) {
        failed = error_set(error, "cannot write to standard output");
    }
    return failed;
}

/* The one whose place it is, or NULL. */
static const struct sink *sink_at(const struct output *output, const char *const *places,
                                  const char *place)
{
    for (size_t i = 0; i < output->count && place != NULL; i++) {
        if (places[i] != NULL && strcmp(places[i], place) == 0) {
            return &output->sinks[i];
        }
    }
    return NULL;
}

int output_spares(const struct output *output, const char *const *paths, size_t count,
                  const char *may, const char *what, struct error *error)
{
    struct arena *arena = arena_new();
    const char **places = arena_array(arena, output->count + 1, sizeof *places);
    const struct sink *taker = NULL;
    size_t at = 0;
    for (size_t i = 0; i < output->count; i++) {
        const char *path = output->sinks[i].path;
        places[i] = path != NULL ? place_of(path, arena) : NULL;
    }
    for (; at < count && taker == NULL; at++) {
        taker = sink_at(output, places, place_of(paths[at], arena));
        taker = taker != NULL && may != NULL && strcmp(taker->kind->name, may) == 0 ? NULL : taker;
    }
    arena_free(&arena);
    return taker == NULL
               ? 0
               : error_set(error,
                           "the %s report would take the place of the %s %s: name another file",
                           taker->kind->name, what, paths[at - 1]);
}

bool output_has_console(const struct output *output)
{
    for (size_t i = 0; i < output->count; i++) {
        if (output->sinks[i].path == NULL) {
            return strcmp(output->sinks[i].kind->name, "console") == 0;
        }
    }
    return false;
}

void output_say_where(const struct output *output, const char *transcripts)
{
    struct buf list = {0};
    for (size_t i = 0; i < output->count; i++) {
        if (output->sinks[i].written) {
            buf_printf(&list, "  %-12s ", output->sinks[i].kind->name);
            show_text(&list, output->sinks[i].path);
            buf_append_octet(&list, '\n');
        }
    }
    if (transcripts != NULL) {
        buf_printf(&list, "  %-12s ", "transcripts");
        show_text(&list, transcripts);
        buf_append_text(&list, "/\n");
    }
    if (list.n > 0 && output_has_console(output)) {
        printf("Reports:\n%s", buf_text(&list));
    }
    buf_deinit(&list);
}

void output_free(struct output **output_p)
{
    struct output *output = *output_p;
    if (output == NULL) {
        return;
    }
    for (size_t i = 0; i < output->count; i++) {
        if (output->sinks[i].reporter != NULL) {
            output->sinks[i].kind->destroy(output->sinks[i].reporter);
        }
        buf_deinit(&output->sinks[i].out);
    }
    free(output->sinks);
    free(output);
    *output_p = NULL;
}
