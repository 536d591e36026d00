#include "judge/catalogue_record.h"

#include <string.h>

#include "base/escape.h"
#include "base/glob.h"

/* One record while it is read. */
struct reading {
    const struct catalogue_source *source;
    struct rule *rule;
    bool defective;
};

static void complain(struct reading *reading, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void complain(struct reading *reading, unsigned line, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    reading->source->defect(reading->source->self, line, buf_text(&text));
    reading->defective = true;
    buf_deinit(&text);
}

/* The octets as printable text that lives as long as the catalogue. */
static const char *shown(struct reading *reading, struct bytes octets)
{
    struct buf text = {0};
    escape_append(&text, bytes_slice(octets, 0, 80), 0);
    const char *kept = arena_text(reading->source->arena, buf_bytes(&text));
    buf_deinit(&text);
    return kept;
}

/* ---- Values ---- */

static bool is_slug_octet(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || octet_is_digit(c) || c == '-';
}

/* slug = 1*( lower-case letter / DIGIT / "-" ), no hyphen at its ends */
static bool is_slug(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!is_slug_octet(text.p[i])) {
            return false;
        }
    }
    return text.n > 0 && text.p[0] != '-' && text.p[text.n - 1] != '-';
}

/* id = protocol "/" slug */
static void read_id(struct reading *reading, const struct deb822_field *field)
{
    size_t slash = bytes_index(field->value, '/', 0);
    enum protocol protocol = PROTOCOL_SMTP;
    if (slash == BYTES_NONE ||
        !protocol_from_name(bytes_slice(field->value, 0, slash), &protocol) ||
        !is_slug(bytes_skip(field->value, slash + 1))) {
        complain(reading, field->line,
                 "Id is \"%s\"; wanted is protocol/slug, as in smtp/reply-crlf",
                 shown(reading, field->value));
        return;
    }
    reading->rule->id = arena_text(reading->source->arena, field->value);
}

static void read_level(struct reading *reading, const struct deb822_field *field)
{
    if (!level_from_name(field->value, &reading->rule->level)) {
        complain(reading, field->line, "Level is \"%s\"; wanted is MUST, SHOULD, MAY or PRACTICE",
                 shown(reading, field->value));
    }
}

static void read_side(struct reading *reading, const struct deb822_field *field)
{
    if (!side_from_name(field->value, &reading->rule->side)) {
        complain(reading, field->line, "Side is \"%s\"; wanted is server or client",
                 shown(reading, field->value));
    }
}

static void read_judged_by(struct reading *reading, const struct deb822_field *field)
{
    if (!bytes_is(field->value, "judge") && !bytes_is(field->value, "scenario")) {
        complain(reading, field->line, "Judged-by is \"%s\"; wanted is judge or scenario",
                 shown(reading, field->value));
        return;
    }
    reading->rule->judged_by = arena_text(reading->source->arena, field->value);
}

/* Folded lines become one, separated by blanks. */
static const char *one_line(struct reading *reading, const struct deb822_field *field)
{
    char *text = arena_text(reading->source->arena, field->value);
    for (char *p = text; *p != '\0'; p++) {
        if (*p == '\n') {
            *p = ' ';
        }
    }
    return text;
}

static void read_title(struct reading *reading, const struct deb822_field *field)
{
    reading->rule->title = one_line(reading, field);
}

static void read_text(struct reading *reading, const struct deb822_field *field)
{
    reading->rule->text = one_line(reading, field);
}

static void read_harm(struct reading *reading, const struct deb822_field *field)
{
    const char *harm = one_line(reading, field);
    size_t n = bytes_of(harm).n;
    if (harm[n - 1] == '.' ||
        (harm[0] >= 'A' && harm[0] <= 'Z' && harm[1] >= 'a' && harm[1] <= 'z')) {
        complain(reading, field->line,
                 "Harm is \"%s\"; wanted is the end of a sentence that begins with \"otherwise\"",
                 shown(reading, field->value));
    }
    reading->rule->harm = harm;
}

static void read_impact(struct reading *reading, const struct deb822_field *field)
{
    if (!impact_from_name(field->value, &reading->rule->impact)) {
        complain(reading, field->line,
                 "Impact is \"%s\"; wanted is security, mail, interop or form",
                 shown(reading, field->value));
    }
}

/* The texts that disagree, and which of them counts. */
static void read_conflict(struct reading *reading, const struct deb822_field *field)
{
    const char *conflict = one_line(reading, field);
    if (!bytes_ends(bytes_of(conflict), ".")) {
        complain(reading, field->line,
                 "Conflict is \"%s\"; wanted are sentences that tell which texts disagree",
                 shown(reading, field->value));
    }
    reading->rule->conflict = conflict;
}

/* source = "RFC " number [ " " section ], or any words where there is no RFC to name */
static bool is_source(struct bytes text)
{
    if (!bytes_starts(text, "RFC")) {
        return text.n > 0;
    }
    struct bytes rest = bytes_skip(text, 3);
    struct bytes number = {0};
    uint64_t value = 0;
    return rest.n > 0 && rest.p[0] == ' ' && bytes_next_word(&rest, &number) &&
           bytes_to_u64(number, &value);
}

/* fault = [ "pop3-" ] slug [ "." number ] */
static bool is_fault(struct bytes text)
{
    size_t dot = bytes_index(text, '.', 0);
    uint64_t number = 0;
    if (dot == BYTES_NONE) {
        return is_slug(text);
    }
    return is_slug(bytes_slice(text, 0, dot)) && bytes_to_u64(bytes_skip(text, dot + 1), &number);
}

struct list {
    unsigned char separator;
    bool (*is_member)(struct bytes text);
    const char *wanted;
};

/* The members of a separated list as an arena array; those with a defect are told and left out. */
static const char *const *read_list(struct reading *reading, const struct deb822_field *field,
                                    const struct list *list, size_t *count_r)
{
    struct arena *arena = reading->source->arena;
    size_t room = 1;
    for (size_t i = 0; i < field->value.n; i++) {
        room += field->value.p[i] == list->separator;
    }
    const char **members = arena_array(arena, room, sizeof *members);
    struct bytes rest = field->value;
    struct bytes member = {0};
    *count_r = 0;
    while (bytes_next(&rest, list->separator, &member)) {
        member = bytes_trim(member);
        if (list->is_member(member)) {
            members[(*count_r)++] = arena_text(arena, member);
        } else {
            complain(reading, field->line, "%s has \"%s\"; wanted is %s", field->name,
                     shown(reading, member), list->wanted);
        }
    }
    return members;
}

static void read_sources(struct reading *reading, const struct deb822_field *field)
{
    static const struct list list = {
        ';', is_source, "RFC, a number and a section, several separated by semicolons"};
    reading->rule->sources = read_list(reading, field, &list, &reading->rule->source_count);
}

/* need = what Requires: of a scenario can say but the protocol: a word, or a word and its argument */
static bool is_need(struct bytes text)
{
    struct bytes rest = text;
    struct bytes word = {0};
    return bytes_next_word(&rest, &word) && is_slug(word) &&
           (!bytes_next_word(&rest, &word) || bytes_trim(rest).n == 0);
}

static void read_needs(struct reading *reading, const struct deb822_field *field)
{
    static const struct list list = {
        ',', is_need, "what a scenario requires, such as ehlo SIZE, several separated by commas"};
    reading->rule->needs = read_list(reading, field, &list, &reading->rule->need_count);
}

static void read_faults(struct reading *reading, const struct deb822_field *field)
{
    static const struct list list = {',', is_fault, "a fault's name, several separated by commas"};
    reading->rule->faults = read_list(reading, field, &list, &reading->rule->fault_count);
}

/* A capital letter, several words, a full stop. */
static bool is_sentence(struct bytes text)
{
    return text.n > 0 && text.p[0] >= 'A' && text.p[0] <= 'Z' && text.p[text.n - 1] == '.' &&
           bytes_index(text, ' ', 0) != BYTES_NONE;
}

static const char *read_reason(struct reading *reading, const struct deb822_field *field)
{
    const char *reason = one_line(reading, field);
    if (!is_sentence(bytes_of(reason))) {
        complain(reading, field->line, "%s is \"%s\"; wanted is a sentence that says why",
                 field->name, shown(reading, field->value));
    }
    return reason;
}

static void read_one_fault(struct reading *reading, const struct deb822_field *field)
{
    reading->rule->one_fault = read_reason(reading, field);
}

static void read_by_silence(struct reading *reading, const struct deb822_field *field)
{
    reading->rule->by_silence = read_reason(reading, field);
}

/* pair = fault 1*blank rule ":" sentence */
static bool read_pair(struct reading *reading, struct bytes line, struct rule_beside *pair_r)
{
    size_t colon = bytes_index(line, ':', 0);
    struct bytes head = bytes_slice(line, 0, colon == BYTES_NONE ? 0 : colon);
    struct bytes fault = {0};
    struct bytes rule = {0};
    if (!bytes_next_word(&head, &fault) || !bytes_next_word(&head, &rule) ||
        bytes_trim(head).n > 0) {
        return false;
    }
    struct bytes reason = bytes_trim(bytes_skip(line, colon + 1));
    pair_r->fault = arena_text(reading->source->arena, fault);
    pair_r->rule = arena_text(reading->source->arena, rule);
    pair_r->reason = arena_text(reading->source->arena, reason);
    return is_sentence(reason);
}

static void read_beside(struct reading *reading, const struct deb822_field *field)
{
    size_t room = 1;
    for (size_t i = 0; i < field->value.n; i++) {
        room += field->value.p[i] == '\n';
    }
    struct rule_beside *pairs = arena_array(reading->source->arena, room, sizeof *pairs);
    struct bytes rest = field->value;
    struct bytes line = {0};
    while (bytes_next(&rest, '\n', &line)) {
        struct rule_beside *pair = &pairs[reading->rule->beside_count];
        pair->line = field->line;
        if (read_pair(reading, line, pair)) {
            reading->rule->beside_count++;
        } else {
            complain(reading, field->line,
                     "Beside has \"%s\"; wanted is a fault, a rule, a colon and a sentence",
                     shown(reading, line));
        }
    }
    reading->rule->besides = pairs;
}

/* ---- What fields say about one another ---- */

static bool has_fault(const struct rule *rule, const char *name)
{
    for (size_t i = 0; i < rule->fault_count; i++) {
        if (strcmp(rule->faults[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void check_pair(struct reading *reading, size_t i)
{
    const struct rule *rule = reading->rule;
    const struct rule_beside *pair = &rule->besides[i];
    size_t before = 0;
    bool twice = false;
    for (size_t k = 0; k < i; k++) {
        bool same_fault = strcmp(rule->besides[k].fault, pair->fault) == 0;
        before += same_fault;
        twice = twice || (same_fault && strcmp(rule->besides[k].rule, pair->rule) == 0);
    }
    if (!has_fault(rule, pair->fault)) {
        complain(reading, pair->line, "Beside has %s, which is no fault of this rule", pair->fault);
    } else if (strcmp(pair->rule, rule->id) == 0) {
        complain(reading, pair->line, "Beside has %s, which is this rule itself", pair->rule);
    } else if (twice) {
        complain(reading, pair->line, "Beside has %s %s twice", pair->fault, pair->rule);
    } else if (before == RULE_BESIDE_MAX) {
        complain(reading, pair->line, "Beside has more than %d rules for %s", RULE_BESIDE_MAX,
                 pair->fault);
    }
}

static void check_together(struct reading *reading, unsigned line)
{
    const struct rule *rule = reading->rule;
    if (rule->one_fault != NULL && rule->level != LEVEL_MUST) {
        complain(reading, line, "One-fault is for the level MUST, others need one fault only");
    } else if (rule->one_fault != NULL && rule->fault_count > 1) {
        complain(reading, line, "One-fault stands where there are %zu faults", rule->fault_count);
    }
    for (size_t i = 0; i < rule->beside_count; i++) {
        check_pair(reading, i);
    }
}

/* ---- Fields ---- */

/* A field stands once, and must be there but for those that may be left out. */
static const struct field_row {
    const char *name;
    void (*read)(struct reading *reading, const struct deb822_field *field);
    bool optional;
} field_rows[] = {
    {"Id",         read_id,         false},
    {"Source",     read_sources,    false},
    {"Level",      read_level,      false},
    {"Side",       read_side,       false},
    {"Title",      read_title,      false},
    {"Text",       read_text,       false},
    {"Harm",       read_harm,       false},
    {"Impact",     read_impact,     false},
    {"Conflict",   read_conflict,   true },
    {"Needs",      read_needs,      true },
    {"Judged-by",  read_judged_by,  false},
    {"Faults",     read_faults,     false},
    {"By-silence", read_by_silence, true },
    {"One-fault",  read_one_fault,  true },
    {"Beside",     read_beside,     true },
};

enum { FIELD_COUNT = sizeof field_rows / sizeof field_rows[0] };

static size_t field_row_of(const char *name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (bytes_is_nocase(bytes_of(name), field_rows[i].name)) {
            return i;
        }
    }
    return FIELD_COUNT;
}

static void complain_unknown(struct reading *reading, const struct deb822_field *field)
{
    const char *names[FIELD_COUNT];
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        names[i] = field_rows[i].name;
    }
    const char *name = shown(reading, bytes_of(field->name));
    const char *near = glob_nearest(bytes_of(field->name), names, FIELD_COUNT);
    if (near != NULL) {
        complain(reading, field->line, "unknown field %s; did you mean %s?", name, near);
    } else {
        complain(reading, field->line, "unknown field %s", name);
    }
}

/* What people and JSON can read: UTF-8 without control octets, but for the LF of folded lines. */
static bool is_readable(struct bytes value)
{
    for (size_t i = 0; i < value.n; i++) {
        if ((value.p[i] < ' ' && value.p[i] != '\n') || value.p[i] == 0x7F) {
            return false;
        }
    }
    return escape_is_utf8(value);
}

static void read_field(struct reading *reading, const struct deb822_field *field, bool *seen)
{
    size_t row = field_row_of(field->name);
    if (row == FIELD_COUNT) {
        complain_unknown(reading, field);
    } else if (seen[row]) {
        complain(reading, field->line, "field %s stands twice in this record",
                 field_rows[row].name);
    } else if (bytes_trim(field->value).n == 0) {
        seen[row] = true;
        complain(reading, field->line, "field %s is empty", field_rows[row].name);
    } else if (!is_readable(field->value)) {
        seen[row] = true;
        complain(reading, field->line, "field %s holds octets that are no UTF-8 text",
                 field_rows[row].name);
    } else {
        seen[row] = true;
        field_rows[row].read(reading, field);
    }
}

bool catalogue_record_read(const struct catalogue_source *source,
                           const struct deb822_record *record, struct rule *rule_r)
{
    struct reading reading = {source, rule_r, false};
    bool seen[FIELD_COUNT] = {false};
    *rule_r = (struct rule){.path = source->path, .line = record->line};
    for (size_t i = 0; i < record->count; i++) {
        read_field(&reading, &record->fields[i], seen);
    }
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!seen[i] && !field_rows[i].optional) {
            complain(&reading, record->line, "this record has no field %s", field_rows[i].name);
        }
    }
    if (!reading.defective) {
        check_together(&reading, record->line);
    }
    return !reading.defective;
}
