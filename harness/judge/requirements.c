#include "judge/requirements.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "model/names.h"

enum { REQUIREMENTS_MAX_OCTETS = 1024 * 1024, MOST_RULES = 32 };

enum field {
    FIELD_DOCUMENT,
    FIELD_SECTION,
    FIELD_LEVEL,
    FIELD_SUBJECT,
    FIELD_LINE,
    FIELD_STATEMENT,
    FIELD_BECOMES,
    FIELD_REST,
    FIELD_COUNT
};

struct reading {
    const char *path;
    const struct rule_set *rules;
    struct arena *arena;
    struct requirement *found; /* owned until it is copied to the arena */
    size_t count;
    size_t capacity;
    unsigned line;
    size_t defects;
    void (*defect)(void *self, const char *text);
    void *self;
    struct error *error;
};

static void tell(struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(struct reading *reading, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    buf_printf(&text, "%s:%u: ", reading->path, reading->line);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    if (reading->defects++ == 0) {
        error_set(reading->error, "%s", buf_text(&text));
    }
    if (reading->defect != NULL) {
        reading->defect(reading->self, buf_text(&text));
    }
    buf_deinit(&text);
}

static const char *const becomes_names[BECOMES_COUNT] = {"rule", "out"};

const char *becomes_name(enum becomes becomes)
{
    return names_get(becomes_names, BECOMES_COUNT, becomes);
}

static bool becomes_from_name(struct bytes name, enum becomes *becomes_r)
{
    const size_t i = names_find(becomes_names, BECOMES_COUNT, name);
    *becomes_r = i != BYTES_NONE ? (enum becomes)i : *becomes_r;
    return i != BYTES_NONE;
}

/* The ids behind "rule"; false and a defect when one of them is not there. */
static bool read_rules(struct reading *reading, struct bytes ids, struct requirement *found)
{
    const char **rules = arena_array(reading->arena, MOST_RULES, sizeof *rules);
    struct bytes id;
    while (found->rule_count < MOST_RULES && bytes_next_word(&ids, &id)) {
        rules[found->rule_count] = arena_text(reading->arena, id);
        if (rule_find(reading->rules, id) == NULL) {
            tell(reading, "the rule %s is not there", rules[found->rule_count]);
            return false;
        }
        found->rule_count++;
    }
    found->rules = rules;
    if (found->rule_count == 0) {
        tell(reading, "no rule is named");
    }
    return found->rule_count > 0;
}

static bool read_number(struct bytes text, unsigned *number_r)
{
    uint64_t value = 0;
    bool good = bytes_to_u64(text, &value) && value > 0 && value < 1000000;
    *number_r = good ? (unsigned)value : 0;
    return good;
}

static bool read_fields(struct reading *reading, const struct bytes *fields,
                        struct requirement *found)
{
    struct arena *arena = reading->arena;
    *found = (struct requirement){
        .section = arena_text(arena, fields[FIELD_SECTION]),
        .level = arena_text(arena, fields[FIELD_LEVEL]),
        .subject = arena_text(arena, fields[FIELD_SUBJECT]),
        .statement = arena_text(arena, fields[FIELD_STATEMENT]),
        .line = reading->line,
    };
    if (!read_number(fields[FIELD_DOCUMENT], &found->document) ||
        !read_number(fields[FIELD_LINE], &found->text_line)) {
        tell(reading, "the document and the line of its text are numbers");
        return false;
    }
    if (!becomes_from_name(fields[FIELD_BECOMES], &found->becomes)) {
        tell(reading, "it becomes \"%s\"; wanted is rule or out",
             arena_text(arena, fields[FIELD_BECOMES]));
        return false;
    }
    if (found->becomes != BECOMES_OUT) {
        return read_rules(reading, fields[FIELD_REST], found);
    }
    found->reason = arena_text(arena, fields[FIELD_REST]);
    return true;
}

/* Every field must hold something. */
static bool split(struct bytes line, struct bytes *fields)
{
    size_t count = 0;
    while (count < FIELD_COUNT && bytes_next(&line, '\t', &fields[count])) {
        if (bytes_trim(fields[count]).n == 0) {
            return false;
        }
        count++;
    }
    return count == FIELD_COUNT && line.p == NULL;
}

static void read_line(struct reading *reading, struct bytes line, bool *headed)
{
    struct bytes fields[FIELD_COUNT];
    struct requirement found;
    if (line.n == 0 || line.p[0] == '#') {
        return;
    }
    if (!split(line, fields)) {
        tell(reading, "expected eight fields, parted by tabs");
    } else if (!*headed) {
        *headed = true; /* the names of the fields */
    } else if (read_fields(reading, fields, &found)) {
        reading->found =
            mem_grow(reading->found, reading->count, &reading->capacity, sizeof *reading->found);
        reading->found[reading->count++] = found;
    }
}

int requirements_read(const char *path, const struct rule_set *rules, struct arena *arena,
                      struct requirement_set *requirements_r,
                      void (*defect)(void *self, const char *text), void *self, struct error *error)
{
    struct reading reading = {.path = path,
                              .rules = rules,
                              .arena = arena,
                              .defect = defect,
                              .self = self,
                              .error = error};
    struct buf text = {0};
    bool headed = false;
    *requirements_r = (struct requirement_set){0};
    struct error unreadable = {""};
    if (file_read(path, REQUIREMENTS_MAX_OCTETS, &text, &unreadable) != 0) {
        if (defect != NULL) {
            defect(self, unreadable.text);
        }
        buf_deinit(&text);
        return error_set(error, "%s", unreadable.text);
    }
    struct bytes rest = buf_bytes(&text);
    struct bytes line;
    while (bytes_next(&rest, '\n', &line)) {
        reading.line++;
        read_line(&reading, line, &headed);
    }
    struct requirement *kept = arena_array(arena, reading.count + 1, sizeof *kept);
    for (size_t i = 0; i < reading.count; i++) {
        kept[i] = reading.found[i];
    }
    *requirements_r = (struct requirement_set){kept, reading.count};
    free(reading.found);
    buf_deinit(&text);
    return reading.defects == 0 ? 0 : -1;
}
