/*
 * deb822_read() on any octets: no field without a name, every place within the file, and a file
 * written from the fields reads as the same fields.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/deb822.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void on_defect(void *self, unsigned line, const char *text)
{
    unsigned *last = self;
    must(line > *last && text != NULL);
    *last = line;
}

static void no_defect(void *self, unsigned line, const char *text)
{
    (void)self;
    (void)line;
    (void)text;
    abort();
}

/* A "#" at the start of a continuation line is no comment, because a blank stands before it. */
static void print(struct buf *out, const struct deb822_file *file)
{
    for (size_t i = 0; i < file->count; i++) {
        for (size_t j = 0; j < file->records[i].count; j++) {
            struct bytes rest = file->records[i].fields[j].value;
            struct bytes line;
            buf_printf(out, "%s:", file->records[i].fields[j].name);
            while (bytes_next(&rest, '\n', &line)) {
                buf_append_octet(out, ' ');
                buf_append(out, line);
                buf_append_octet(out, '\n');
            }
        }
        buf_append_octet(out, '\n');
    }
}

static void must_be_same(const struct deb822_file *a, const struct deb822_file *b)
{
    must(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        must(a->records[i].count == b->records[i].count && a->records[i].count > 0);
        for (size_t j = 0; j < a->records[i].count; j++) {
            const struct deb822_field *fa = &a->records[i].fields[j];
            const struct deb822_field *fb = &b->records[i].fields[j];
            must(bytes_equal(bytes_of(fa->name), bytes_of(fb->name)));
            must(bytes_equal(fa->value, fb->value));
            must(fa->line > 0 && fa->column > 0 && fa->value_line >= fa->line);
            must(deb822_find(&a->records[i], fa->name) != NULL);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct buf text = {0};
    unsigned last = 0;
    struct deb822_file file = deb822_read(bytes_make(data, size), arena, on_defect, &last);
    print(&text, &file);
    struct deb822_file again = deb822_read(buf_bytes(&text), arena, no_defect, NULL);
    must_be_same(&file, &again);
    buf_deinit(&text);
    arena_free(&arena);
    return 0;
}
