/* command_import - other people's dialogues as scenario files */
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "cli/commands.h"
#include "reports/show.h"
#include "script/import/import.h"

struct importing {
    const char *folder;
    const struct import_notation *forced; /* NULL: told by what stands in the file */
    struct arena *arena;
};

/* "x/session.log" -> "session"; what a shell or a case id would not like becomes "-". */
static const char *stem_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    struct buf stem = {0};
    buf_append_text(&stem, strcmp(path, "-") == 0 ? "stdin" : slash != NULL ? slash + 1 : path);
    for (size_t i = stem.n; i > 1; i--) {
        if (stem.p[i - 1] == '.') {
            stem.n = i - 1;
            break;
        }
    }
    for (size_t i = 0; i < stem.n; i++) {
        unsigned char c = stem.p[i];
        bool kept = octet_is_alpha(c) || octet_is_digit(c) || (i > 0 && (c == '.' || c == '_'));
        stem.p[i] = kept ? c : '-';
    }
    char *text = arena_text(arena, buf_bytes(&stem));
    buf_deinit(&stem);
    return text;
}

static void print_notes(const struct import *import, const char *path)
{
    for (size_t i = 0; i < import_note_count(import); i++) {
        struct buf text = {0};
        unsigned line = 0;
        const char *note = import_note(import, i, &line);
        escape_append(&text, bytes_of(path), ESCAPE_UTF8);
        buf_printf(&text, line > 0 ? ":%u: " : ": ", line);
        escape_append(&text, bytes_of(note), ESCAPE_UTF8);
        buf_append_octet(&text, '\n');
        print_problems(&text);
        buf_deinit(&text);
    }
}

/* Nobody's file is replaced: it may have been corrected by hand. */
static enum exit_status write_file(const char *path, struct bytes text)
{
    struct error error = {""};
    if (file_exists(path)) {
        return complain(EXIT_REPORT, "%s is there already; remove it, or name another folder",
                        path);
    }
    if (file_write(path, text, &error) != 0) {
        return complain(EXIT_REPORT, "%s", error.text);
    }
    return EXIT_ACCEPTABLE;
}

static enum exit_status write_all(const struct importing *importing, const struct import *import,
                                  const struct import_notation *notation, const char *path)
{
    const char *stem = stem_of(path, importing->arena);
    enum exit_status status = EXIT_ACCEPTABLE;
    for (size_t i = 0; i < import_count(import) && status == EXIT_ACCEPTABLE; i++) {
        const char *name =
            import_count(import) == 1
                ? arena_printf(importing->arena, "%s/%s.scn", importing->folder, stem)
                : arena_printf(importing->arena, "%s/%s-%zu.scn", importing->folder, stem, i + 1);
        status = write_file(name, import_text(import, i));
        if (status == EXIT_ACCEPTABLE) {
            struct buf shown = {0};
            show_text(&shown, name);
            printf("%s: from a %s\n", buf_text(&shown), import_notation_title(notation));
            buf_deinit(&shown);
        }
    }
    return status;
}

static enum exit_status import_file(const struct importing *importing, const char *path)
{
    struct buf text = {0};
    struct error error = {""};
    enum exit_status status = EXIT_ACCEPTABLE;
    if (file_read(path, IMPORT_MAX_OCTETS, &text, &error) != 0) {
        buf_deinit(&text);
        return complain(EXIT_SCENARIO, "%s", error.text);
    }
    if (bytes_starts(buf_bytes(&text), "\xFF\xFE") || bytes_starts(buf_bytes(&text), "\xFE\xFF")) {
        buf_deinit(&text);
        return complain(EXIT_SCENARIO, "%s: is UTF-16; save it as UTF-8", path);
    }
    const struct import_notation *notation =
        importing->forced != NULL ? importing->forced : import_recognise(buf_bytes(&text));
    if (notation == NULL) {
        buf_deinit(&text);
        return complain(EXIT_SCENARIO, "%s: no notation that is known; --from says which it is",
                        path);
    }
    struct import *import = import_read(path, buf_bytes(&text), notation);
    print_notes(import, path);
    if (import_count(import) == 0) {
        status = complain(EXIT_SCENARIO, "%s: no dialogue is found in this %s", path,
                          import_notation_title(notation));
    } else {
        status = write_all(importing, import, notation, path);
    }
    import_free(&import);
    buf_deinit(&text);
    return status;
}

/* --from NAME; the names are those of the table. */
static enum exit_status forced_notation(const struct options *options,
                                        const struct import_notation **notation_r)
{
    const char *name = options_get(options, OPTION_FROM);
    struct buf names = {0};
    enum exit_status status = EXIT_ACCEPTABLE;
    *notation_r = name != NULL ? import_find(name) : NULL;
    if (name != NULL && *notation_r == NULL) {
        for (size_t i = 0; import_notation_at(i) != NULL; i++) {
            buf_printf(&names, "%s%s", i > 0 ? ", " : "",
                       import_notation_name(import_notation_at(i)));
        }
        status = complain(EXIT_USAGE, "--from: unknown notation \"%s\"; there are %s", name,
                          buf_text(&names));
    }
    buf_deinit(&names);
    return status;
}

enum exit_status command_import(const struct options *options, struct arena *arena)
{
    struct importing importing = {.folder = options_get(options, OPTION_OUT), .arena = arena};
    enum exit_status status = forced_notation(options, &importing.forced);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    if (options->operand_count == 0) {
        return complain(EXIT_USAGE, "no file is named");
    }
    if (importing.folder == NULL) {
        return complain(EXIT_USAGE, "no folder for the scenarios is named: -o DIR");
    }
    for (size_t i = 0; i < options->operand_count; i++) {
        enum exit_status one = import_file(&importing, options->operands[i]);
        status = one != EXIT_ACCEPTABLE ? one : status;
    }
    return status;
}
