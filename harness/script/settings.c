#include "script/settings.h"

#include <assert.h>

#include "base/duration.h"
#include "base/glob.h"
#include "script/field_values.h"

#define MOST_POINTS 1000

static void read_title(const struct field *field, struct settings *settings)
{
    if (field->count > 0) {
        settings->title = field_unfolded(field);
    }
}

static void propose_rule(const struct field *field, struct span id)
{
    const struct rule_set *rules = field->context->rules;
    const char **ids = arena_array(field->context->arena, rules->count, sizeof *ids);
    for (size_t i = 0; i < rules->count; i++) {
        ids[i] = rules->rules[i]->id;
    }
    const char *nearest = glob_nearest(id.text, ids, rules->count);
    problems_error(field->context->problems, span_whole_place(id), "unknown rule %s%s%s%s",
                   problems_quote(field->context->problems, id.text),
                   nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "?" : "");
}

static void read_rule(const struct field *field, struct settings *settings)
{
    settings->rules = field_words(field, &settings->rule_count);
    for (size_t i = 0; i < field->count; i++) {
        struct span rest = field->lines[i];
        struct span id;
        while (field_next_word(&rest, ",", &id)) {
            if (bytes_starts(id.text, "{{")) {
                problems_error(field->context->problems, span_whole_place(id),
                               "nothing is filled in here: the rules are those of all rows");
            } else if (bytes_index(id.text, '/', 0) == BYTES_NONE) {
                problems_error(field->context->problems, span_whole_place(id),
                               "expected the id of a rule, such as smtp/rcpt-without-mail");
            } else if (field->context->rules != NULL &&
                       rule_find(field->context->rules, id.text) == NULL) {
                propose_rule(field, id);
            }
        }
    }
}

static void read_tags(const struct field *field, struct settings *settings)
{
    settings->tags = field_words(field, &settings->tag_count);
}

static void read_variables(const struct field *field, struct settings *settings)
{
    settings->variables = field_words(field, &settings->variable_count);
}

/* Which state it is is told row by row: it may be a column of Each:. */
static void read_start(const struct field *field, struct settings *settings)
{
    settings->start = field_one_word(field, "a state such as ehlo");
}

static void read_compare(const struct field *field, struct settings *settings)
{
    static const char *const names[] = {"codes", "text"};
    struct span word = field_one_word(field, "codes or text");
    settings->compare_text = word.text.n > 0 && field_choice(field, word, names, 2) == 1;
}

static void read_off_script(const struct field *field, struct settings *settings)
{
    static const char *const names[] = {"answer", "fail"};
    struct span word = field_one_word(field, "answer or fail");
    settings->off_script_fails = word.text.n > 0 && field_choice(field, word, names, 2) == 1;
}

static void read_uses(const struct field *field, struct settings *settings)
{
    static const char *const names[] = {"maildrop"};
    struct span word = field_one_word(field, "maildrop");
    settings->uses_maildrop |= word.text.n > 0 && field_choice(field, word, names, 1) == 0;
}

static void read_timeout(const struct field *field, struct settings *settings)
{
    struct span word = field_one_word(field, "a time such as 500ms, 10s or 5m");
    if (word.text.n > 0 &&
        (!duration_read(word.text, &settings->timeout_ms) || settings->timeout_ms == 0)) {
        problems_error(field->context->problems, span_whole_place(word),
                       "expected a time such as 500ms, 10s or 5m");
    }
}

static void read_points(const struct field *field, struct settings *settings)
{
    struct span word = field_one_word(field, "a number");
    uint64_t points = 0;
    if (word.text.n > 0 && (!bytes_to_u64(word.text, &points) || points > MOST_POINTS)) {
        problems_error(field->context->problems, span_whole_place(word),
                       "expected a number, at most %d", MOST_POINTS);
    }
    settings->points = (unsigned)points;
}

bool settings_start(struct bytes word, struct place place, struct problems *problems,
                    enum start *start_r)
{
    const char *names[START_COUNT];
    for (int i = 0; i < START_COUNT; i++) {
        names[i] = start_name((enum start)i);
    }
    size_t i = field_choose(word, place, names, START_COUNT, problems);
    *start_r = i != BYTES_NONE ? (enum start)i : START_CONNECT;
    return i != BYTES_NONE;
}

/* cast = name "=" text; several on a line are separated by blanks. */
static void read_cast(const struct field *field, struct settings *settings)
{
    size_t most = 0;
    for (size_t i = 0; i < field->count; i++) {
        most += field->lines[i].text.n / 2 + 1;
    }
    struct setting *cast = arena_array(field->context->arena, most, sizeof *cast);
    size_t count = 0;
    for (size_t i = 0; i < field->count; i++) {
        struct span rest = field->lines[i];
        struct span word;
        while (field_next_word(&rest, "", &word)) {
            size_t equals = bytes_index(word.text, '=', 0);
            if (equals == BYTES_NONE || equals == 0 || equals + 1 == word.text.n) {
                problems_error(field->context->problems, span_whole_place(word),
                               "expected NAME=TEXT, such as Jones@foo.com={{rcpt}}");
                continue;
            }
            const char *name = arena_text(field->context->arena, bytes_slice(word.text, 0, equals));
            cast[count++] = (struct setting){name, span_skip(word, equals + 1)};
        }
    }
    settings->cast = cast;
    settings->cast_count = count;
}

/* Its lines are items of the document already. */
static void read_finally(const struct field *field, struct settings *settings)
{
    (void)settings;
    if (field->count == 0) {
        problems_error(field->context->problems, span_whole_place(field->name),
                       "expected lines of a dialogue, indented");
    }
}

/* Rows: name; reader; one line for each member?; allowed in a fragment? */
static const struct field_kind {
    const char *name;
    void (*read)(const struct field *field, struct settings *settings);
    bool lines;
    bool fragment;
} kinds[] = {
    {"Title",      read_title,      false, true },
    {"Rule",       read_rule,       false, false},
    {"Tags",       read_tags,       false, false},
    {"Requires",   requires_read,   false, false},
    {"Start",      read_start,      false, false},
    {"Given",      given_read,      true,  false},
    {"Cast",       read_cast,       true,  false},
    {"Variables",  read_variables,  false, true },
    {"Each",       each_read,       true,  false},
    {"Compare",    read_compare,    false, false},
    {"Timeout",    read_timeout,    false, false},
    {"Uses",       read_uses,       false, false},
    {"Points",     read_points,     false, false},
    {"Off-script", read_off_script, false, false},
    {"Finally",    read_finally,    true,  false},
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static const struct field_kind *find_kind(struct bytes name)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (bytes_is_nocase(name, kinds[i].name)) {
            return &kinds[i];
        }
    }
    return NULL;
}

const char *settings_field_name(struct bytes name)
{
    const struct field_kind *kind = find_kind(name);
    return kind != NULL ? kind->name : NULL;
}

bool settings_field_has_lines(struct bytes name)
{
    const struct field_kind *kind = find_kind(name);
    return kind != NULL && kind->lines;
}

static void unknown_field(const struct field *field)
{
    const char *names[KIND_COUNT];
    for (size_t i = 0; i < KIND_COUNT; i++) {
        names[i] = kinds[i].name;
    }
    const char *nearest = glob_nearest(field->name.text, names, KIND_COUNT);
    problems_error(field->context->problems, span_whole_place(field->name),
                   "unknown header field %s%s%s%s",
                   problems_quote(field->context->problems, field->name.text),
                   nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "?" : "");
}

static void read_field(const struct field *field, bool in_fragment, bool *seen,
                       struct settings *settings)
{
    const struct field_kind *kind = find_kind(field->name.text);
    if (kind == NULL) {
        unknown_field(field);
    } else if (in_fragment && !kind->fragment) {
        problems_error(field->context->problems, span_whole_place(field->name),
                       "a fragment has no field %s: it belongs to the scenario that uses it",
                       kind->name);
    } else if (seen[kind - kinds]) {
        problems_error(field->context->problems, span_whole_place(field->name),
                       "the field %s stands here twice", kind->name);
    } else {
        seen[kind - kinds] = true;
        kind->read(field, settings);
    }
}

struct settings settings_read(const struct document *document,
                              const struct settings_context *context)
{
    struct settings settings = {0};
    bool seen[KIND_COUNT] = {false};
    struct span *values = arena_array(context->arena, document->header_count, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < document->header_count;) {
        struct field field = {.context = context, .lines = values + count};
        bool has_name = false;
        for (; i < document->header_count; i++) {
            const struct header_line *line = &document->header[i];
            if (line->kind == HEADER_FIELD && has_name) {
                break;
            }
            if (line->kind == HEADER_FIELD) {
                field.name = line->text;
                has_name = true;
            } else if (line->kind == HEADER_VALUE) {
                values[count++] = line->text;
                field.count++;
            }
        }
        if (has_name) {
            read_field(&field, document->parent != NULL, seen, &settings);
        }
    }
    return settings;
}
