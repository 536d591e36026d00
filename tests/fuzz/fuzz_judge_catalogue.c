/*
 * Records of a catalogue on any octets: a rule without defect has every field, one with a defect has told it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "judge/catalogue_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void on_defect(void *self, unsigned line, const char *text)
{
    size_t *count = self;
    must(line > 0 && text[0] != '\0');
    for (const char *p = text; *p != '\0'; p++) {
        must(*p >= ' ' && *p <= '~');
    }
    ++*count;
}

static void must_be_whole(const struct rule *rule)
{
    must(rule->id != NULL && strchr(rule->id, '/') != NULL);
    must(rule->source_count > 0 && rule->fault_count > 0);
    must(rule->level < LEVEL_COUNT && rule->title[0] != '\0' && rule->text[0] != '\0');
    must(strcmp(rule->judged_by, "judge") == 0 || strcmp(rule->judged_by, "scenario") == 0);
    must(rule->path != NULL && rule->line > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct deb822_file file = deb822_read(bytes_make(data, size), arena, NULL, NULL);
    size_t defects = 0;
    const struct catalogue_source source = {"fuzz.rules", arena, on_defect, &defects};
    for (size_t i = 0; i < file.count; i++) {
        struct rule rule;
        size_t before = defects;
        bool whole = catalogue_record_read(&source, &file.records[i], &rule);
        must(whole == (defects == before));
        if (whole) {
            must_be_whole(&rule);
        }
    }
    arena_free(&arena);
    return 0;
}
