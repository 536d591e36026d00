#include "script/include.h"

#include <string.h>

#include "base/file.h"

#define FRAGMENT_SUFFIX ".scn"
#define MESSAGE_SUFFIX  ".eml"

/* Names stay below the folders that are looked in. */
static bool check_name(struct span name, struct problems *problems)
{
    struct bytes text = name.text;
    bool up = bytes_find(text, BYTES_LIT(".."), 0) != BYTES_NONE;
    if (text.n == 0 || up || text.p[0] == '/' ||
        bytes_find(text, BYTES_LIT("{{"), 0) != BYTES_NONE) {
        problems_error(problems, span_whole_place(name),
                       "expected a name such as lib/login, without \"..\" and {{...}}");
        return false;
    }
    return true;
}

static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return "";
    }
    return arena_text(arena, bytes_make(path, (size_t)(slash - path) + 1));
}

/* The first of the places that has such a file, or NULL. */
static const char *find_file(struct arena *arena, const char *const *folders, size_t count,
                             struct bytes name, const char *suffix, const char **folder_r)
{
    const char *ending = bytes_ends(name, suffix) ? "" : suffix;
    for (size_t i = 0; i < 2 * count; i++) {
        const char *folder = folders[i / 2];
        if (folder == NULL) {
            continue;
        }
        const char *path = arena_printf(arena, "%s%.*s%s", folder, (int)name.n,
                                        (const char *)name.p, i % 2 == 0 ? ending : "");
        if (file_exists(path) && !file_is_folder(path)) {
            *folder_r = folder;
            return path;
        }
    }
    return NULL;
}

static bool read_whole(const char *path, struct span name, const struct document_context *context,
                       struct bytes *text_r)
{
    struct buf text = {0};
    struct error error = {{0}};
    bool ok = file_read(path, SCENARIO_MAX_OCTETS, &text, &error) == 0;
    if (!ok) {
        problems_error(context->problems, span_whole_place(name), "%s", error.text);
    } else if (text.n + 1 > *context->octets_left) {
        problems_error(context->problems, span_whole_place(name),
                       "too much is included: at most %d octets in all",
                       SCENARIO_MAX_INCLUDED_OCTETS);
        ok = false;
    } else {
        *context->octets_left -= text.n + 1;
    }
    *text_r = arena_copy(context->arena, buf_bytes(&text));
    buf_deinit(&text);
    return ok;
}

static bool is_in_use(const struct document *user, const char *path)
{
    for (; user != NULL; user = user->parent) {
        if (strcmp(user->source.path, path) == 0) {
            return true;
        }
    }
    return false;
}

const struct document *include_fragment(struct span name, const struct document *user,
                                        const struct document_context *context)
{
    struct problems *problems = context->problems;
    if (!check_name(name, problems)) {
        return NULL;
    }
    struct arena *arena = context->arena;
    const char *folders[] = {folder_of(arena, user->source.path), user->base,
                             context->library != NULL ? arena_printf(arena, "%s/", context->library)
                                                      : NULL};
    const char *base = NULL;
    const char *path = find_file(arena, folders, 3, name.text, FRAGMENT_SUFFIX, &base);
    if (path == NULL) {
        problems_error(problems, span_whole_place(name),
                       "no fragment %s, neither beside this file nor in the library",
                       problems_escape(problems, name.text));
        return NULL;
    }
    if (is_in_use(user, path)) {
        problems_error(problems, span_whole_place(name), "%s uses itself", path);
        return NULL;
    }
    if (user->depth + 1 > SCENARIO_MAX_USE_DEPTH) {
        problems_error(problems, span_whole_place(name),
                       "fragments use each other too deep: at most %d", SCENARIO_MAX_USE_DEPTH);
        return NULL;
    }
    struct bytes text;
    return read_whole(path, name, context, &text) ? document_read(path, text, user, base, context)
                                                  : NULL;
}

/* Every line end, LF or CRLF, becomes CRLF; the last line gets one. */
static struct span normalise(struct bytes text, const char *path, struct arena *arena)
{
    struct buf out = {0};
    size_t lines = 1;
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n' ? 1 : 0;
    }
    struct span_part *parts = arena_array(arena, lines, sizeof *parts);
    size_t count = 0;
    for (size_t at = 0; at < text.n;) {
        size_t end = bytes_index(text, '\n', at);
        size_t next = end == BYTES_NONE ? text.n : end + 1;
        struct bytes line = bytes_slice(text, at, end == BYTES_NONE ? text.n : end);
        line.n -= bytes_ends(line, "\r") ? 1 : 0;
        parts[count] = (struct span_part){.offset = out.n};
        parts[count].place =
            (struct place){.path = path, .line = (unsigned)count + 1, .column = 1, .source = line};
        count++;
        buf_append(&out, line);
        buf_append_text(&out, "\r\n");
        at = next;
    }
    struct span span = {
        .text = arena_copy(arena, buf_bytes(&out)), .parts = parts, .part_count = count};
    buf_deinit(&out);
    return span;
}

bool include_message(struct span name, const struct document *user,
                     const struct document_context *context, struct span *text_r)
{
    if (!check_name(name, context->problems)) {
        return false;
    }
    struct arena *arena = context->arena;
    const char *own = folder_of(arena, user->source.path);
    const char *base = user->base;
    const char *folders[] = {
        own, arena_printf(arena, "%smessages/", own), base,
        base != NULL ? arena_printf(arena, "%smessages/", base) : NULL,
        context->library != NULL ? arena_printf(arena, "%s/messages/", context->library) : NULL};
    const char *path = find_file(arena, folders, 5, name.text, MESSAGE_SUFFIX, &base);
    if (path == NULL) {
        problems_error(context->problems, span_whole_place(name),
                       "no message %s, neither beside this file nor in the library",
                       problems_escape(context->problems, name.text));
        return false;
    }
    struct bytes text;
    if (!read_whole(path, name, context, &text)) {
        return false;
    }
    *text_r = normalise(text, path, arena);
    return true;
}
