#include "base/deb822.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

/* What has been read of the file so far. */
struct reader {
    struct arena *arena;
    deb822_defect_fn defect;
    void *self;
    unsigned line;

    struct deb822_field *fields; /* of the record being read */
    size_t field_count, field_capacity;
    struct deb822_record *records;
    size_t record_count, record_capacity;

    bool in_field; /* `field` and `value` are being read */
    bool dropping; /* the line above was a defect: what continues it goes with it */
    struct deb822_field field;
    struct buf value;
};

static void report(struct reader *r, const char *text)
{
    if (r->defect != NULL) {
        r->defect(r->self, r->line, text);
    }
}

static void end_field(struct reader *r)
{
    if (!r->in_field) {
        return;
    }
    r->field.value = arena_copy(r->arena, buf_bytes(&r->value));
    r->fields = mem_grow(r->fields, r->field_count, &r->field_capacity, sizeof *r->fields);
    r->fields[r->field_count++] = r->field;
    r->in_field = false;
}

static void end_record(struct reader *r)
{
    end_field(r);
    r->dropping = false;
    if (r->field_count == 0) {
        return;
    }
    struct deb822_field *fields = arena_array(r->arena, r->field_count, sizeof *fields);
    for (size_t i = 0; i < r->field_count; i++) {
        fields[i] = r->fields[i];
    }
    r->records = mem_grow(r->records, r->record_count, &r->record_capacity, sizeof *r->records);
    r->records[r->record_count++] = (struct deb822_record){fields, r->field_count, fields[0].line};
    r->field_count = 0;
}

/* Append one line's part of the value; `line` is the whole line, so that the column is known. */
static void add_value(struct reader *r, struct bytes line, struct bytes part)
{
    struct bytes trimmed = bytes_trim(part);
    if (trimmed.n == 0) {
        return;
    }
    if (r->value.n > 0) {
        buf_append_octet(&r->value, '\n');
    } else {
        r->field.value_line = r->line;
        r->field.column = (unsigned)(trimmed.p - line.p) + 1;
    }
    buf_append(&r->value, trimmed);
}

/* ftext = %d33-57 / %d59-126     RFC 5322 section 3.6.8 */
static bool is_field_name(struct bytes name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] <= ' ' || name.p[i] > '~') {
            return false;
        }
    }
    return name.n > 0;
}

static void begin_field(struct reader *r, struct bytes line)
{
    end_field(r);
    size_t colon = bytes_index(line, ':', 0);
    if (colon == BYTES_NONE) {
        report(r, "a field was expected: a name, a colon, a value");
        r->dropping = true;
        return;
    }
    struct bytes name = bytes_slice(line, 0, colon);
    if (!is_field_name(name)) {
        report(r, "a field name was expected before the colon: printable US-ASCII without blanks");
        r->dropping = true;
        return;
    }
    r->dropping = false;
    r->in_field = true;
    r->field = (struct deb822_field){.name = arena_text(r->arena, name), .line = r->line};
    r->field.value_line = r->line;
    r->field.column = (unsigned)colon + 2;
    buf_clear(&r->value);
    add_value(r, line, bytes_skip(line, colon + 1));
}

static void read_line(struct reader *r, struct bytes line)
{
    if (bytes_starts(line, "#")) {
        return;
    }
    if (bytes_trim(line).n == 0) {
        end_record(r);
    } else if (line.p[0] != ' ' && line.p[0] != '\t') {
        begin_field(r, line);
    } else if (r->in_field) {
        add_value(r, line, line);
    } else if (!r->dropping) {
        report(r, "a field was expected: this line continues one, but none stands above it");
        r->dropping = true;
    }
}

struct deb822_file deb822_read(struct bytes text, struct arena *arena, deb822_defect_fn defect,
                               void *self)
{
    struct reader r = {.arena = arena, .defect = defect, .self = self};
    struct bytes rest = bytes_skip(text, bytes_starts(text, "\xef\xbb\xbf") ? 3 : 0);
    struct bytes line;
    while (bytes_next(&rest, '\n', &line)) {
        r.line++;
        read_line(&r, line);
    }
    end_record(&r);
    struct deb822_record *records = arena_array(arena, r.record_count, sizeof *records);
    for (size_t i = 0; i < r.record_count; i++) {
        records[i] = r.records[i];
    }
    free(r.fields);
    free(r.records);
    buf_deinit(&r.value);
    return (struct deb822_file){records, r.record_count};
}

const struct deb822_field *deb822_find(const struct deb822_record *record, const char *name)
{
    for (size_t i = 0; i < record->count; i++) {
        if (bytes_is_nocase(bytes_of(record->fields[i].name), name)) {
            return &record->fields[i];
        }
    }
    return NULL;
}
