#include "cli/check_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/mem.h"

enum { PROBLEMS_SHOWN = 20 };

/* ---- Which files ---- */

struct walk {
    struct check_files *files;
    struct arena *arena;
    const char *folder;
};

/* Where in the path the id begins: behind the folder that was named; of a path from the root or from above, the name alone. */
static size_t id_begin(struct bytes path, struct bytes folder)
{
    size_t at = folder.n;
    if (folder.n == 0 && (bytes_starts(path, "/") || bytes_starts(path, ".."))) {
        at = path.n;
        while (at > 0 && path.p[at - 1] != '/') {
            at--;
        }
    } else if (folder.n == 0 && bytes_starts(path, "./")) {
        at = 2;
    }
    while (at < path.n && path.p[at] == '/') {
        at++;
    }
    return at;
}

/* Without the suffix. */
static const char *id_of(struct bytes path, struct bytes folder, struct arena *arena)
{
    const struct bytes whole = bytes_skip(path, id_begin(path, folder));
    size_t end = whole.n;
    for (size_t i = whole.n; i > 1 && whole.p[i - 1] != '/'; i--) {
        if (whole.p[i - 1] == '.' && whole.p[i - 2] != '/') {
            end = i - 1;
            break;
        }
    }
    const struct bytes id = bytes_slice(whole, 0, end);
    return id.n > 0 && !bytes_is(id, "-") ? arena_text(arena, id) : "stdin";
}

static void add_file(struct check_files *files, const char *path, const char *folder,
                     struct arena *arena)
{
    files->files = mem_grow(files->files, files->count, &files->capacity, sizeof files->files[0]);
    files->files[files->count++] = (struct check_file){
        .path = arena_strdup(arena, path), .id = id_of(bytes_of(path), bytes_of(folder), arena)};
}

static void add_json(void *self, const char *path)
{
    const struct walk *walk = self;
    add_file(walk->files, path, walk->folder, walk->arena);
}

/* Not beside JSON lines. */
static void add_dialogue(void *self, const char *path)
{
    const struct walk *walk = self;
    const struct bytes base = bytes_slice(bytes_of(path), 0, strlen(path) - strlen(".txt"));
    const char *json = arena_printf(walk->arena, "%.*s.jsonl", (int)base.n, (const char *)base.p);
    if (!file_exists(json)) {
        add_file(walk->files, path, walk->folder, walk->arena);
    }
}

static int compare_paths(const void *a, const void *b)
{
    const struct check_file *left = a;
    const struct check_file *right = b;
    return strcmp(left->path, right->path);
}

static int add_folder(struct check_files *files, const char *folder, struct arena *arena,
                      struct error *error)
{
    struct walk walk = {files, arena, folder};
    const size_t first = files->count;
    if (file_walk(folder, ".jsonl", add_json, &walk, error) != 0 ||
        file_walk(folder, ".txt", add_dialogue, &walk, error) != 0) {
        return -1;
    }
    if (files->count == first) {
        return error_set(error, "%s: no transcript is in this folder", folder);
    }
    qsort(files->files + first, files->count - first, sizeof files->files[0], compare_paths);
    return 0;
}

/* ---- What is in them ---- */

static void tell_how_many_more(struct check_files *files)
{
    if (files->problem_count > PROBLEMS_SHOWN) {
        buf_printf(&files->problems, "and %zu more files\n", files->problem_count - PROBLEMS_SHOWN);
    }
}

static void add_problem(struct check_files *files, const struct error *error)
{
    if (files->problem_count++ < PROBLEMS_SHOWN) {
        buf_printf(&files->problems, "%s\n", error->text);
    }
}

static bool can_be_read_twice(const char *path)
{
    struct stat about;
    return strcmp(path, "-") != 0 && (stat(path, &about) != 0 || S_ISREG(about.st_mode));
}

/* The text is read into `text`, unless it is kept. */
static int load(struct check_file *file, struct buf *text, struct bytes *octets_r,
                struct error *error)
{
    if (file->is_kept) {
        *octets_r = buf_bytes(&file->kept);
        return 0;
    }
    file->is_kept = !can_be_read_twice(file->path);
    struct buf *into = file->is_kept ? &file->kept : text;
    if (file_read(file->path, STORED_MAX_OCTETS, into, error) != 0) {
        return -1;
    }
    *octets_r = buf_bytes(into);
    return 0;
}

static struct stored_source source_of(const struct check_file *file, struct bytes text)
{
    return (struct stored_source){
        .path = file->path, .id = file->id, .text = text, .first_number = file->first};
}

static void look_through(struct check_files *files, struct check_file *file)
{
    struct arena *arena = arena_new(); /* of programs that nobody needs */
    struct buf text = {0};
    struct bytes octets = {0};
    struct error error = {""};
    file->first = files->sessions;
    int failed = load(file, &text, &octets, &error);
    if (failed == 0) {
        const struct stored_source source = source_of(file, octets);
        file->form = stored_form_of(octets);
        failed = stored_read(&source, file->form, arena, NULL, &file->count, &error);
    }
    if (failed != 0) {
        add_problem(files, &error);
        file->count = 0;
    }
    files->sessions += file->count;
    buf_deinit(&text);
    arena_free(&arena);
}

int check_files_open(struct check_files *files, const char *const *operands, size_t count,
                     struct arena *arena, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!file_is_folder(operands[i])) {
            add_file(files, operands[i], NULL, arena);
        } else if (add_folder(files, operands[i], arena, error) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < files->count; i++) {
        look_through(files, &files->files[i]);
    }
    tell_how_many_more(files);
    return 0;
}

const struct check_file *check_files_of(const struct check_files *files, size_t number)
{
    size_t low = 0;
    size_t high = files->count;
    while (low + 1 < high) {
        const size_t middle = low + (high - low) / 2;
        if (files->files[middle].first <= number) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &files->files[low];
}

static void tell_file(struct check_files *files, struct check_file *file, struct arena *arena,
                      const struct stored_sink *sink)
{
    struct buf text = {0};
    struct bytes octets = {0};
    struct error error = {""};
    size_t count = 0;
    int failed = load(file, &text, &octets, &error);
    if (failed == 0) {
        const struct stored_source source = source_of(file, octets);
        failed = stored_read(&source, file->form, arena, sink, &count, &error);
    }
    if (failed == 0 && count != file->count) {
        failed = error_set(&error, "%s: it changed while it was read", file->path);
    }
    if (failed != 0) {
        add_problem(files, &error);
    }
    buf_deinit(&text);
}

void check_files_tell(struct check_files *files, struct arena *arena,
                      const struct stored_sink *sink)
{
    for (size_t i = 0; i < files->count; i++) {
        tell_file(files, &files->files[i], arena, sink);
    }
    tell_how_many_more(files);
}

void check_files_deinit(struct check_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        buf_deinit(&files->files[i].kept);
    }
    free(files->files);
    buf_deinit(&files->problems);
    *files = (struct check_files){0};
}
