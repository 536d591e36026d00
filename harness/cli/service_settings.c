#include "cli/service_settings.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/deb822.h"
#include "base/file.h"
#include "cli/secret_source.h"
#include "cli/target_options.h"

enum { FILE_MAX_OCTETS = 1024 * 1024 };
enum { NAME_WIDTH = 16, SHAPE_WIDTH = 28, STANDARD_WIDTH = 18 };

/* ---- the list ---- */

bool service_settings_wants_list(const struct options *options)
{
    const struct option_value *value = &options->value[OPTION_SET];
    for (size_t i = 0; i < value->count; i++) {
        if (strcmp(value->values[i], "list") == 0) {
            return true;
        }
    }
    return false;
}

/* Of many values the first words: "alice, bob ... m24". */
static void print_standard(const struct server_setting_row *row, struct buf *out)
{
    struct bytes rest = bytes_of(row->standard);
    struct bytes value;
    struct bytes word = {0};
    size_t count = 0;
    if (rest.n == 0) {
        buf_append_text(out, "-");
        return;
    }
    if (bytes_index(rest, '\n', 0) == BYTES_NONE) {
        buf_append(out, rest);
        return;
    }
    while (bytes_next(&rest, '\n', &value)) {
        bytes_next_word(&value, &word);
        if (count++ < 2) {
            buf_printf(out, "%s%.*s", count > 1 ? ", " : "", (int)word.n, (const char *)word.p);
        }
    }
    buf_printf(out, " ... %.*s", (int)word.n, (const char *)word.p);
}

void service_settings_print_list(void)
{
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        const struct server_setting_row *row = server_setting_row((enum server_setting)i);
        struct buf standard = {0};
        print_standard(row, &standard);
        printf("%-*s  %-*s  %-*s  %s%s\n", NAME_WIDTH, row->name, SHAPE_WIDTH, row->shape,
               STANDARD_WIDTH, buf_text(&standard), row->help,
               row->is_list ? "; may be repeated" : "");
        buf_deinit(&standard);
    }
}

/* ---- secrets that come from somewhere else ---- */

static bool has_blank(const char *text)
{
    return strpbrk(text, " \t") != NULL;
}

/*
 * The value of a setting: of a user "NAME SECRET [ADDRESS]", with the secret read from where SECRET says (secret_source.h). Every other
 * value, and one that is no user, stays as it is.
 */
static int value_read(enum server_setting setting, const char *folder, struct arena *arena,
                      struct bytes *value, struct error *error)
{
    struct bytes rest = *value;
    struct bytes name;
    struct bytes written;
    const char *secret = NULL;
    const char *behind;
    if (setting != SETTING_USER || !bytes_next_word(&rest, &name) ||
        !bytes_next_word(&rest, &written) ||
        secret_source_of(arena_text(arena, written), &behind) == SECRET_AS_WRITTEN) {
        return 0;
    }
    const char *user = arena_text(arena, name);
    if (secret_source_read(arena_text(arena, written), folder, user, arena, &secret, error) != 0) {
        return -1;
    }
    if (has_blank(secret)) {
        return error_set(error, "the secret of %s: a server's secret holds no blanks", user);
    }
    *value = bytes_of(arena_printf(arena, "%s %s %s", user, secret, arena_text(arena, rest)));
    return 0;
}

/* ---- a file ---- */

struct defect {
    const char *path;
    struct error *error;
    bool found;
};

static void on_defect(void *self, unsigned line, const char *text)
{
    struct defect *defect = self;
    if (!defect->found) {
        error_set(defect->error, "%s:%u: %s", defect->path, line, text);
    }
    defect->found = true;
}

struct settings_file {
    const char *path;
    const char *folder; /* that relative paths in it count from */
    struct arena *arena;
    struct settings_text *text;
    unsigned lines[SETTING_COUNT]; /* where a setting stood first; 0: nowhere */
};

static int give_value(struct settings_file *file, enum server_setting setting, unsigned line,
                      struct bytes value, struct error *error)
{
    const struct server_setting_row *row = server_setting_row(setting);
    struct error why = {""};
    if (!row->is_list && file->lines[setting] != 0) {
        return error_set(error, "%s:%u: %s has one value, and line %u gives it already", file->path,
                         line, row->name, file->lines[setting]);
    }
    if (value_read(setting, file->folder, file->arena, &value, &why) != 0 ||
        settings_text_give(file->text, setting, SETTINGS_FILE, value, &why) != 0) {
        return error_set(error, "%s:%u: %s", file->path, line, why.text);
    }
    if (file->lines[setting] == 0) {
        file->lines[setting] = line;
    }
    return 0;
}

static int give_field(struct settings_file *file, const struct deb822_field *field,
                      struct error *error)
{
    enum server_setting setting = SETTING_COUNT;
    struct error why = {""};
    struct bytes rest = field->value;
    struct bytes line;
    unsigned number = field->value_line;
    if (settings_text_find(bytes_of(field->name), &setting, &why) != 0) {
        return error_set(error, "%s:%u: %s", file->path, field->line, why.text);
    }
    if (rest.n == 0) {
        return error_set(error, "%s:%u: %s: expected %s, found nothing", file->path, field->line,
                         server_setting_row(setting)->name, server_setting_row(setting)->shape);
    }
    while (bytes_next(&rest, '\n', &line)) {
        if (line.n > 0 && give_value(file, setting, number, line, error) != 0) {
            return -1;
        }
        number++;
    }
    return 0;
}

static int give_records(struct settings_file *file, const struct deb822_file *records,
                        struct error *error)
{
    for (size_t r = 0; r < records->count; r++) {
        for (size_t f = 0; f < records->records[r].count; f++) {
            if (give_field(file, &records->records[r].fields[f], error) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

int service_settings_parse(const char *path, struct bytes octets, struct settings_text *text,
                           struct error *error)
{
    struct arena *arena = arena_new();
    struct defect defect = {path, error, false};
    struct settings_file file = {
        .path = path, .folder = secret_source_folder(path, arena), .arena = arena, .text = text};
    struct deb822_file records = deb822_read(octets, arena, on_defect, &defect);
    int failed = defect.found ? -1 : give_records(&file, &records, error);
    arena_free(&arena);
    return failed;
}

static int read_file(const char *path, struct settings_text *text, struct error *error)
{
    struct buf octets = {0};
    int failed = file_read(path, FILE_MAX_OCTETS, &octets, error);
    if (failed == 0) {
        failed = service_settings_parse(path, buf_bytes(&octets), text, error);
    }
    buf_deinit(&octets);
    return failed;
}

/* ---- options ---- */

static int give_option(const struct options *options, enum option_id id,
                       enum server_setting setting, struct bytes value, struct settings_text *text,
                       struct error *error)
{
    struct error why = {""};
    if (settings_text_give(text, setting, SETTINGS_OPTION, value, &why) != 0) {
        return error_set(error, "%s: %s", options->value[id].where, why.text);
    }
    return 0;
}

static int give_single(const struct options *options, enum option_id id,
                       enum server_setting setting, struct settings_text *text, struct error *error)
{
    const char *value = options_get(options, id);
    return value != NULL ? give_option(options, id, setting, bytes_of(value), text, error) : 0;
}

static int give_all(const struct options *options, enum option_id id, enum server_setting setting,
                    struct settings_text *text, struct error *error)
{
    const struct option_value *value = &options->value[id];
    for (size_t i = 0; i < value->count; i++) {
        if (give_option(options, id, setting, bytes_of(value->values[i]), text, error) != 0) {
            return -1;
        }
    }
    return 0;
}

/* --fault NAME@STAGE; the others are read by faults_read(). */
static int give_wire_faults(const struct options *options, struct settings_text *text,
                            struct error *error)
{
    const struct option_value *value = &options->value[OPTION_FAULT];
    for (size_t i = 0; i < value->count; i++) {
        struct bytes given = bytes_of(value->values[i]);
        if (wire_fault_is_meant(given) &&
            give_option(options, OPTION_FAULT, SETTING_WIRE_FAULT, given, text, error) != 0) {
            return -1;
        }
    }
    return 0;
}

/* "NAME:SECRET[:ADDRESS]" as the setting is written, its secret read; the error shows none. */
static int give_user(const struct options *options, const char *given, struct arena *arena,
                     struct settings_text *text, struct error *error)
{
    struct target_user user;
    if (user_from_text(given, NULL, arena, &user, error) != 0 ||
        secret_source_read(user.secret, "", user.name, arena, &user.secret, error) != 0) {
        return -1;
    }
    const char *address = user.address != NULL ? user.address : "";
    if (has_blank(user.name) || has_blank(user.secret) || has_blank(address)) {
        return error_set(error, "%s: name, secret and address hold no blanks here",
                         options->value[OPTION_USER].where);
    }
    const char *value = arena_printf(arena, "%s %s %s", user.name, user.secret, address);
    return give_option(options, OPTION_USER, SETTING_USER, bytes_of(value), text, error);
}

static int give_users(const struct options *options, struct settings_text *text,
                      struct error *error)
{
    const struct option_value *value = &options->value[OPTION_USER];
    struct arena *arena = arena_new();
    int failed = 0;
    for (size_t i = 0; i < value->count && failed == 0; i++) {
        failed = give_user(options, value->values[i], arena, text, error);
    }
    arena_free(&arena);
    return failed;
}

static int give_set(const struct options *options, const char *given, struct settings_text *text,
                    struct error *error)
{
    const char *where = options->value[OPTION_SET].where;
    enum server_setting setting = SETTING_COUNT;
    struct error why = {""};
    struct bytes value = bytes_of(given);
    struct bytes name;
    if (strchr(given, '=') == NULL || !bytes_next(&value, '=', &name)) {
        return error_set(error, "%s: expected NAME=VALUE, or list", where);
    }
    if (settings_text_find(bytes_trim(name), &setting, &why) != 0) {
        return error_set(error, "%s: %s", where, why.text);
    }
    struct arena *arena = arena_new();
    int failed = value_read(setting, "", arena, &value, &why) != 0
                     ? error_set(error, "%s: %s", where, why.text)
                     : give_option(options, OPTION_SET, setting, value, text, error);
    arena_free(&arena);
    return failed;
}

int service_settings_read(const struct options *options, struct settings_text *text,
                          struct error *error)
{
    const char *path = options_get(options, OPTION_SETTINGS);
    const struct option_value *sets = &options->value[OPTION_SET];
    if (path != NULL && read_file(path, text, error) != 0) {
        return -1;
    }
    if (give_single(options, OPTION_PROFILE, SETTING_PROFILE, text, error) != 0 ||
        give_single(options, OPTION_DOMAIN, SETTING_DOMAIN, text, error) != 0 ||
        give_single(options, OPTION_SWEEP, SETTING_SWEEP, text, error) != 0 ||
        give_single(options, OPTION_SEED, SETTING_SEED, text, error) != 0 ||
        give_users(options, text, error) != 0) {
        return -1;
    }
    for (size_t i = 0; i < sets->count; i++) {
        if (give_set(options, sets->values[i], text, error) != 0) {
            return -1;
        }
    }
    return give_all(options, OPTION_REPLY, SETTING_REPLY, text, error) != 0
               ? -1
               : give_wire_faults(options, text, error);
}
