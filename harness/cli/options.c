#include "cli/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/deb822.h"
#include "base/file.h"
#include "base/glob.h"
#include "cli/commands.h"

enum { CONFIG_MAX_OCTETS = 1024 * 1024, LETTER_BASE = 1000 };

static void value_add(struct option_value *value, const char *text, struct arena *arena)
{
    const char **grown = arena_array(arena, value->count + 1, sizeof *grown);
    for (size_t i = 0; i < value->count; i++) {
        grown[i] = value->values[i];
    }
    grown[value->count++] = text;
    value->values = grown;
}

/* A nearer place replaces what a farther one said; within one place values add up. */
static void value_give(struct options *options, enum option_id id, enum option_origin origin,
                       const char *where, const char *text, struct arena *arena)
{
    struct option_value *value = &options->value[id];
    if (value->origin > origin) {
        return;
    }
    if (value->origin < origin || !option_row(id)->repeatable) {
        value->count = 0;
    }
    value->origin = origin;
    value->where = where;
    value_add(value, text, arena);
}

static bool option_find(struct bytes name, enum option_id *id_r)
{
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        if (bytes_is_nocase(name, option_row(i)->name)) {
            *id_r = i;
            return true;
        }
    }
    return false;
}

static const char *option_nearest(struct bytes word, unsigned verbs)
{
    const char *names[OPTION_COUNT];
    size_t count = 0;
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        if ((option_row(i)->verbs & verbs) != 0) {
            names[count++] = option_row(i)->name;
        }
    }
    return glob_nearest(word, names, count);
}

/* ---- what is wrong with an option ---- */

static void append_name(struct buf *list, const char *before, const char *name)
{
    buf_printf(list, "%s%s%s", list->n > 0 ? ", " : "", before, name);
}

static int not_for_this(enum option_id id, struct error *error)
{
    struct buf list = {0};
    for (size_t i = 0; command_at(i) != NULL; i++) {
        if ((command_at(i)->verb & option_row(id)->verbs) != 0) {
            append_name(&list, "", command_at(i)->name);
        }
    }
    error_set(error, "--%s is an option of other commands: %s", option_row(id)->name,
              buf_text(&list));
    buf_deinit(&list);
    return -1;
}

/* A beginning that several options share: which ones? */
static size_t options_beginning(struct bytes name, unsigned verb, struct buf *list)
{
    size_t count = 0;
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        if ((row->verbs & verb) != 0 && name.n > 0 &&
            bytes_equal(bytes_slice(bytes_of(row->name), 0, name.n), name)) {
            append_name(list, "--", row->name);
            count++;
        }
    }
    return count;
}

static int unknown_option(const char *word, unsigned verb, struct error *error)
{
    struct bytes rest = bytes_of(word + strspn(word, "-"));
    struct bytes name = {0};
    enum option_id id = OPTION_HELP;
    struct buf list = {0};
    bytes_next(&rest, '=', &name);
    const char *nearest = option_nearest(name, verb);
    if (option_find(name, &id) && (option_row(id)->verbs & verb) == 0) {
        not_for_this(id, error);
    } else if (options_beginning(name, verb, &list) > 1) {
        error_set(error, "%s can mean %s; write more of it", word, buf_text(&list));
    } else if (nearest != NULL) {
        error_set(error, "unknown option %s; did you mean --%s?", word, nearest);
    } else {
        error_set(error, "unknown option %s; --help lists the options", word);
    }
    buf_deinit(&list);
    return -1;
}

static int unknown_letter(int letter, struct error *error)
{
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        if (option_row(i)->letter == letter) {
            return not_for_this(i, error);
        }
    }
    return error_set(error, "unknown option -%c; --help lists the options", letter);
}

/* getopt leaves in `code` a letter, a long option that got a value it does not take, or 0. */
static int bad_option(const char *word, int code, unsigned verb, struct error *error)
{
    if (code >= LETTER_BASE) {
        return error_set(error, "--%s takes no value",
                         option_row((enum option_id)(code - LETTER_BASE))->name);
    }
    return code != 0 ? unknown_letter(code, error) : unknown_option(word, verb, error);
}

/* ---- command line ---- */

static void getopt_tables(unsigned verb, struct option *longs, char *shorts)
{
    size_t n = 0;
    size_t s = 0;
    if (verb == VERB_TELL) {
        shorts[s++] = '+'; /* what stands behind PATH is said as it is, "-NAME" too */
    }
    shorts[s++] = ':';
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        if ((row->verbs & verb) == 0) {
            continue;
        }
        longs[n++] = (struct option){row->name, row->argument != NULL, NULL, LETTER_BASE + (int)i};
        if (row->letter != 0) {
            shorts[s++] = row->letter;
            if (row->argument != NULL) {
                shorts[s++] = ':';
            }
        }
    }
    longs[n] = (struct option){NULL, 0, NULL, 0};
    shorts[s] = '\0';
}

static int option_of_code(int code, enum option_id *id_r)
{
    if (code >= LETTER_BASE) {
        *id_r = (enum option_id)(code - LETTER_BASE);
        return 0;
    }
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        if (option_row(i)->letter == code) {
            *id_r = i;
            return 0;
        }
    }
    return -1;
}

static int read_command_line(struct options *options, unsigned verb, int argc, char **argv,
                             struct arena *arena, struct error *error)
{
    struct option longs[OPTION_COUNT + 1];
    char shorts[2 * OPTION_COUNT + 3];
    getopt_tables(verb, longs, shorts);
    optind = 0;
    opterr = 0;
    for (int code; (code = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        enum option_id id = OPTION_HELP;
        if (code == ':') {
            return error_set(error, "%s needs a value", argv[optind - 1]);
        }
        if (code == '?' || option_of_code(code, &id) != 0) {
            return bad_option(argv[optind - 1], optopt, verb, error);
        }
        if (optarg != NULL && optarg[0] == '\0') {
            return error_set(error, "--%s needs a value that is not empty", option_row(id)->name);
        }
        const char *where = arena_printf(arena, "--%s", option_row(id)->name);
        value_give(options, id, ORIGIN_COMMAND_LINE, where,
                   arena_strdup(arena, optarg != NULL ? optarg : "yes"), arena);
    }
    options->operand_count = (size_t)(argc - optind);
    options->operands = arena_array(arena, options->operand_count + 1, sizeof(char *));
    for (int i = optind; i < argc; i++) {
        options->operands[i - optind] = arena_strdup(arena, argv[i]);
    }
    return 0;
}

/* ---- environment ---- */

/* These say how the command line is read; elsewhere they could only surprise. */
/* What shows secrets must not stand in a file that others write. */
static bool is_for_command_line(enum option_id id)
{
    return id == OPTION_HELP || id == OPTION_NO_CONFIG || id == OPTION_SHOW_SECRETS;
}

/* A switch outside the command line has a value. */
static const char *switch_value(struct bytes text)
{
    static const char *const words[][2] = {
        {"yes",   "yes"},
        {"no",    "no" },
        {"1",     "yes"},
        {"0",     "no" },
        {"true",  "yes"},
        {"false", "no" }
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_is_nocase(text, words[i][0])) {
            return words[i][1];
        }
    }
    return NULL;
}

struct setting {
    enum option_id id;
    enum option_origin origin;
    const char *where;
};

static int give_setting_line(struct options *options, const struct setting *setting,
                             struct bytes line, struct arena *arena, struct error *error)
{
    bool is_switch = option_row(setting->id)->argument == NULL;
    const char *value = is_switch ? switch_value(bytes_trim(line)) : arena_text(arena, line);
    if (value == NULL) {
        return error_set(error, "%s: expected yes or no, found \"%s\"", setting->where,
                         arena_text(arena, line));
    }
    value_give(options, setting->id, setting->origin, setting->where, value, arena);
    return 0;
}

/* What stands in the environment or a file: a value of several lines is several values. */
static int give_setting(struct options *options, const struct setting *setting, struct bytes text,
                        struct arena *arena, struct error *error)
{
    const struct option_row *row = option_row(setting->id);
    struct bytes rest = text;
    struct bytes line;
    size_t count = 0;
    if (is_for_command_line(setting->id)) {
        return error_set(error, "%s: --%s is for the command line alone", setting->where,
                         row->name);
    }
    while (bytes_next(&rest, '\n', &line)) {
        line = bytes_trim(line);
        if (line.n > 0 && give_setting_line(options, setting, line, arena, error) != 0) {
            return -1;
        }
        count += line.n > 0 ? 1 : 0;
    }
    return count > 0 ? 0 : error_set(error, "%s: --%s needs a value", setting->where, row->name);
}

static const char environment_prefix[] = "MAILSPEC_";

static const char *environment_name(struct arena *arena, enum option_id id)
{
    char *name = arena_printf(arena, "%s%s", environment_prefix, option_row(id)->name);
    for (char *p = name; *p != '\0'; p++) {
        *p = *p == '-' ? '_' : (char)octet_upper((unsigned char)*p);
    }
    return name;
}

static int unknown_variable(struct bytes name, const char *const *names, struct arena *arena,
                            struct error *error)
{
    const char *nearest = glob_nearest(name, names, OPTION_COUNT);
    return error_set(error, "the environment has %s, which is no option of mailspec%s%s%s",
                     arena_text(arena, name), nearest != NULL ? "; did you mean " : "",
                     nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
}

static int read_environment(struct options *options, unsigned verb, struct arena *arena,
                            struct error *error)
{
    const char *names[OPTION_COUNT];
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        names[i] = environment_name(arena, i);
    }
    for (char *const *variable = environ; *variable != NULL; variable++) {
        struct bytes text = bytes_of(*variable);
        struct bytes name;
        if (!bytes_starts(text, environment_prefix) || !bytes_next(&text, '=', &name)) {
            continue;
        }
        unsigned id = 0;
        while (id < OPTION_COUNT && !bytes_is(name, names[id])) {
            id++;
        }
        if (id == OPTION_COUNT) {
            return unknown_variable(name, names, arena, error);
        }
        struct setting setting = {id, ORIGIN_ENVIRONMENT, names[id]};
        bool wanted = text.n > 0 && (option_row(id)->verbs & verb) != 0;
        if (wanted && give_setting(options, &setting, text, arena, error) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- files ---- */

struct file_defect {
    const char *path;
    struct error *error;
    bool found;
};

static void on_defect(void *self, unsigned line, const char *text)
{
    struct file_defect *defect = self;
    if (!defect->found) {
        error_set(defect->error, "%s:%u: %s", defect->path, line, text);
    }
    defect->found = true;
}

static int give_field(struct options *options, enum option_origin origin, const char *path,
                      const struct deb822_field *field, struct arena *arena, struct error *error)
{
    enum option_id id = OPTION_HELP;
    if (!option_find(bytes_of(field->name), &id)) {
        const char *nearest = option_nearest(bytes_of(field->name), VERB_ALL);
        return error_set(error, "%s:%u: unknown setting %s%s%s%s", path, field->line, field->name,
                         nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                         nearest != NULL ? "?" : "");
    }
    struct setting setting = {id, origin, arena_printf(arena, "%s:%u", path, field->line)};
    return give_setting(options, &setting, field->value, arena, error);
}

static int read_settings_file(struct options *options, enum option_origin origin, const char *path,
                              struct arena *arena, struct error *error)
{
    struct buf text = {0};
    if (file_read(path, CONFIG_MAX_OCTETS, &text, error) != 0) {
        buf_deinit(&text);
        return -1;
    }
    struct file_defect defect = {path, error, false};
    struct deb822_file file = deb822_read(buf_bytes(&text), arena, on_defect, &defect);
    int failed = defect.found ? -1 : 0;
    for (size_t r = 0; r < file.count; r++) {
        for (size_t f = 0; f < file.records[r].count && failed == 0; f++) {
            failed = give_field(options, origin, path, &file.records[r].fields[f], arena, error);
        }
    }
    buf_deinit(&text);
    return failed;
}

static const char *user_file(struct arena *arena)
{
    const char *home = getenv("XDG_CONFIG_HOME");
    if (home != NULL && home[0] == '/') {
        return arena_printf(arena, "%s/mailspec/config", home);
    }
    home = getenv("HOME");
    return home != NULL ? arena_printf(arena, "%s/.config/mailspec/config", home) : NULL;
}

static const char *project_file(struct arena *arena)
{
    char *folder = getcwd(NULL, 0);
    const char *found = NULL;
    while (folder != NULL && found == NULL) {
        const char *path = arena_printf(arena, "%s/mailspec.conf", folder);
        found = file_exists(path) ? path : NULL;
        char *slash = strrchr(folder, '/');
        if (slash == NULL || slash == folder) {
            break;
        }
        *slash = '\0';
    }
    free(folder);
    return found;
}

int options_read(struct options *options, unsigned verb, int argc, char **argv, struct arena *arena,
                 struct error *error)
{
    *options = (struct options){0};
    if (read_command_line(options, verb, argc, argv, arena, error) != 0) {
        return -1;
    }
    if (options_given(options, OPTION_NO_CONFIG) || options_given(options, OPTION_HELP)) {
        return 0;
    }
    if (read_environment(options, verb, arena, error) != 0) {
        return -1;
    }
    const char *path = project_file(arena);
    if (path != NULL && read_settings_file(options, ORIGIN_PROJECT_FILE, path, arena, error) != 0) {
        return -1;
    }
    path = user_file(arena);
    if (path != NULL && file_exists(path)) {
        return read_settings_file(options, ORIGIN_USER_FILE, path, arena, error);
    }
    return 0;
}

/* ---- values ---- */

const char *options_get(const struct options *options, enum option_id id)
{
    const struct option_value *value = &options->value[id];
    return value->count > 0 ? value->values[value->count - 1] : NULL;
}

bool options_given(const struct options *options, enum option_id id)
{
    const char *text = options_get(options, id);
    return text != NULL && (option_row(id)->argument != NULL || strcmp(text, "no") != 0);
}

int options_number(const struct options *options, enum option_id id, unsigned max,
                   unsigned otherwise, unsigned *value_r, struct error *error)
{
    const char *text = options_get(options, id);
    uint64_t number = otherwise;
    if (text != NULL && (!bytes_to_u64(bytes_of(text), &number) || number < 1 || number > max)) {
        return error_set(error, "%s: expected a number from 1 to %u, found \"%s\"",
                         options->value[id].where, max, text);
    }
    *value_r = (unsigned)number;
    return 0;
}

int options_factor(const struct options *options, enum option_id id, double *value_r,
                   struct error *error)
{
    const char *text = options_get(options, id);
    *value_r = 1;
    if (text == NULL) {
        return 0;
    }
    char *end = NULL;
    *value_r = strtod(text, &end);
    if (end == text || *end != '\0' || !(*value_r >= 0.001 && *value_r <= 1000)) {
        return error_set(error, "%s: expected a factor from 0.001 to 1000, found \"%s\"",
                         options->value[id].where, text);
    }
    return 0;
}

int options_choice(const struct options *options, enum option_id id, const char *const *words,
                   size_t count, unsigned otherwise, unsigned *value_r, struct error *error)
{
    const char *text = options_get(options, id);
    *value_r = otherwise;
    struct buf list = {0};
    for (unsigned i = 0; text != NULL && i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            *value_r = i;
            buf_deinit(&list);
            return 0;
        }
        buf_printf(&list, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i]);
    }
    int failed = text == NULL ? 0
                              : error_set(error, "%s: expected %s, found \"%s\"",
                                          options->value[id].where, buf_text(&list), text);
    buf_deinit(&list);
    return failed;
}
