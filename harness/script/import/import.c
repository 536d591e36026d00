#include "script/import/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "script/import/notation.h"
#include "script/import/write.h"

/* In the order in which they are tried: what is told most surely first. */
static const struct import_notation table[] = {
    {"curl",   "test data file of curl",     curl_recognise,     curl_convert    },
    {"swaks",  "swaks transcript",           swaks_recognise,    swaks_convert   },
    {"curl-v", "log of curl -v",             curl_log_recognise, curl_log_convert},
    {"exim",   "test script of Exim",        exim_recognise,     exim_convert    },
    {"mpt",    "script of James MPT",        mpt_recognise,      mpt_convert     },
    {"rfc",    "dialogue of an RFC or book", dialogue_recognise, dialogue_convert},
    {"telnet", "telnet log",                 telnet_recognise,   telnet_convert  },
};

struct import {
    struct draft draft;
    struct bytes *texts;
    size_t count;
};

const struct import_notation *import_notation_at(size_t i)
{
    return i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}

const char *import_notation_name(const struct import_notation *notation)
{
    return notation->name;
}

const char *import_notation_title(const struct import_notation *notation)
{
    return notation->title;
}

const struct import_notation *import_find(const char *name)
{
    for (size_t i = 0; import_notation_at(i) != NULL; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

/* Editors put it in front of UTF-8. */
static struct bytes without_mark(struct bytes text)
{
    return bytes_starts(text, "\xEF\xBB\xBF") ? bytes_skip(text, 3) : text;
}

/* Some systems and terminals end a line by CR alone; where there is an LF, that is no line end. */
static unsigned char line_end_of(struct bytes text)
{
    return bytes_index(text, '\n', 0) == BYTES_NONE ? '\r' : '\n';
}

/* In the arena, its lines ended by LF. */
static struct bytes copy_lines(struct bytes text, struct arena *arena)
{
    char *copy = arena_text(arena, text);
    bool by_cr = line_end_of(text) == '\r';
    for (size_t i = 0; i < text.n && by_cr; i++) {
        copy[i] = copy[i] == '\r' ? '\n' : copy[i];
    }
    return bytes_make(copy, text.n);
}

const struct import_notation *import_recognise(struct bytes text)
{
    text = without_mark(text);
    for (size_t i = 0; import_notation_at(i) != NULL; i++) {
        if (table[i].recognise(text)) {
            return &table[i];
        }
    }
    return NULL;
}

size_t notation_count(struct bytes text, bool (*is)(struct bytes line), size_t enough)
{
    size_t count = 0;
    struct bytes line;
    unsigned char end = line_end_of(text);
    while (count < enough && bytes_next(&text, end, &line)) {
        count += is(bytes_trim_right(line)) ? 1 : 0;
    }
    return count;
}

static const char *without_folders(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

struct import *import_read(const char *path, struct bytes text,
                           const struct import_notation *notation)
{
    struct import *import = mem_alloc(sizeof *import);
    struct draft *draft = &import->draft;
    draft->arena = arena_new();
    draft->file = arena_strdup(draft->arena, without_folders(path));
    draft->text = copy_lines(without_mark(bytes_slice(text, 0, IMPORT_MAX_OCTETS)), draft->arena);
    if (text.n > IMPORT_MAX_OCTETS) {
        draft_note(draft, 0, "what follows is not read: more than %d octets", IMPORT_MAX_OCTETS);
    }
    notation->convert(draft);
    import->texts = arena_array(draft->arena, draft->scenario_count + 1, sizeof *import->texts);
    for (struct draft_scenario *at = draft->first; at != NULL; at = at->next) {
        struct buf out = {0};
        if (at->spoken > 0 && write_scenario(draft, at, notation->title, &out)) {
            import->texts[import->count++] = arena_copy(draft->arena, buf_bytes(&out));
        }
        buf_deinit(&out);
    }
    return import;
}

void import_free(struct import **import_p)
{
    if (*import_p != NULL) {
        arena_free(&(*import_p)->draft.arena);
        free(*import_p);
        *import_p = NULL;
    }
}

size_t import_count(const struct import *import)
{
    return import->count;
}

struct bytes import_text(const struct import *import, size_t i)
{
    return import->texts[i];
}

size_t import_note_count(const struct import *import)
{
    return import->draft.note_count;
}

const char *import_note(const struct import *import, size_t i, unsigned *line_r)
{
    const struct draft_note *note = import->draft.note_first;
    while (i > 0) {
        note = note->next;
        i--;
    }
    *line_r = note->line;
    return note->text;
}
