#include "cli/shrink_wording.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/reduce.h"
#include "cli/shrink_words.h"

/* Shorter words are taken out as they are, or not at all: they are read more easily whole. */
enum { LONG_WORD = 65 };

/* The form with another text in that line. */
static bool take_text(struct shrinking *shrinking, size_t line, struct bytes text)
{
    struct shrink_form candidate;
    shrink_form_copy(&candidate, &shrinking->form);
    candidate.lines[line].text =
        text.n == 0 ? "" : arena_printf(candidate.arena, " %s", arena_text(candidate.arena, text));
    return shrink_take(shrinking, &candidate);
}

/* Without the blank before it. */
static struct bytes text_of(const struct shrinking *shrinking, size_t line)
{
    return bytes_trim_left(bytes_of(shrinking->form.lines[line].text));
}

/* ---- Parts ---- */

struct part_pass {
    struct shrinking *shrinking;
    size_t line;
    struct shrink_parts parts;
    const size_t *element; /* by index of the part; BYTES_NONE: it stays */
};

static bool shows_parts(void *self, const bool *kept)
{
    const struct part_pass *pass = self;
    bool *parts_kept = mem_array(pass->parts.count + 1, sizeof *parts_kept);
    struct buf text = {0};
    for (size_t i = 0; i < pass->parts.count; i++) {
        parts_kept[i] = pass->element[i] == BYTES_NONE || kept[pass->element[i]];
    }
    shrink_join(&pass->parts, parts_kept, &text);
    bool shows = take_text(pass->shrinking, pass->line, bytes_trim_left(buf_bytes(&text)));
    buf_deinit(&text);
    free(parts_kept);
    return shows;
}

static void reduce_parts(struct part_pass *pass)
{
    bool *kept = mem_array(pass->parts.count + 1, sizeof *kept);
    for (size_t i = 0; i < pass->parts.count; i++) {
        if (pass->element[i] != BYTES_NONE) {
            kept[pass->element[i]] = true;
        }
    }
    struct reduce_set set = {pass->parts.count, kept, 1, shows_parts, pass};
    (void)reduce_set(&set);
    free(kept);
}

/* Escapes, {{...}} and octets above 127: what a case is about more often than not, and another failure without it. */
static bool is_plain(struct bytes part)
{
    return bytes_is_ascii(part) && bytes_index(part, '\\', 0) == BYTES_NONE &&
           bytes_find(part, BYTES_LIT("{{"), 0) == BYTES_NONE;
}

static void reduce_words(struct shrinking *shrinking, size_t line)
{
    struct arena *arena = shrinking->form.arena;
    struct shrink_parts words = shrink_words(text_of(shrinking, line), arena);
    size_t *element = arena_array(arena, words.count + 1, sizeof *element);
    for (size_t i = 0; i < words.count; i++) {
        element[i] = is_plain(words.parts[i]) ? i : BYTES_NONE;
    }
    struct part_pass pass = {shrinking, line, words, element};
    if (words.count > 1) {
        reduce_parts(&pass);
    }
}

static void reduce_long_words(struct shrinking *shrinking, size_t line)
{
    struct arena *arena = shrinking->form.arena;
    struct bytes text = text_of(shrinking, line);
    struct shrink_parts words = shrink_words(text, arena);
    struct shrink_parts atoms = shrink_atoms(text, arena);
    size_t *element = arena_array(arena, atoms.count + 1, sizeof *element);
    size_t at = 0;
    bool any = false;
    for (size_t w = 0; w < words.count; w++) {
        size_t n = shrink_atoms(words.parts[w], arena).count;
        for (size_t i = at; i < at + n; i++) {
            element[i] = n >= LONG_WORD && is_plain(atoms.parts[i]) ? i : BYTES_NONE;
        }
        any = any || n >= LONG_WORD;
        at += n;
    }
    struct part_pass pass = {shrinking, line, atoms, element};
    if (any) {
        reduce_parts(&pass);
    }
}

/* ---- Numbers ---- */

struct number_pass {
    struct shrinking *shrinking;
    size_t line;
    struct bytes text;
    struct bytes digits; /* within it */
};

static bool shows_number(void *self, uint64_t number)
{
    const struct number_pass *pass = self;
    struct buf text = {0};
    size_t begin = (size_t)(pass->digits.p - pass->text.p);
    buf_append(&text, bytes_slice(pass->text, 0, begin));
    buf_printf(&text, "%llu", (unsigned long long)number);
    buf_append(&text, bytes_skip(pass->text, begin + pass->digits.n));
    bool shows = take_text(pass->shrinking, pass->line, buf_bytes(&text));
    buf_deinit(&text);
    return shows;
}

/* A failure beyond N octets gives N. */
static void reduce_numbers(struct shrinking *shrinking, size_t line)
{
    size_t from = 0;
    for (;;) {
        struct bytes text = text_of(shrinking, line);
        struct bytes digits = shrink_repeat(text, from);
        uint64_t number = 0;
        if (digits.n == 0) {
            return;
        }
        struct number_pass pass = {shrinking, line, text, digits};
        if (bytes_to_u64(digits, &number) && number > 1) {
            (void)reduce_number(1, number, shows_number, &pass);
        }
        from = (size_t)(digits.p - text.p);
    }
}

/* ---- All ---- */

static bool is_said(const struct shrink_line *line)
{
    bool dot = line->kind == SHRINK_DATA && strcmp(line->text, " .") == 0;
    return line->kept && !dot && (line->kind == SHRINK_COMMAND || line->kind == SHRINK_DATA);
}

/* What is answered wrongly would be another question with a word less, and the answer perhaps a right one. */
static bool is_decisive(const struct shrinking *shrinking, size_t line)
{
    return shrink_is_decisive(shrinking, &shrinking->form.lines[line]);
}

/* Each step may put another form in place of the one before. */
void shrink_texts(struct shrinking *shrinking)
{
    for (size_t i = 0; i < shrinking->form.line_count; i++) {
        if (!is_said(&shrinking->form.lines[i])) {
            continue;
        }
        reduce_numbers(shrinking, i);
        if (!is_decisive(shrinking, i)) {
            reduce_words(shrinking, i);
        }
        reduce_long_words(shrinking, i);
    }
}

void shrink_messages(struct shrinking *shrinking)
{
    for (size_t i = 0; i < shrinking->form.line_count; i++) {
        const struct shrink_line *line = &shrinking->form.lines[i];
        struct bytes text = text_of(shrinking, i);
        if (line->kept && line->kind == SHRINK_DIRECTION &&
            (bytes_starts(text, "<send message ") || bytes_starts(text, "<send file "))) {
            (void)take_text(shrinking, i, BYTES_LIT("."));
        }
    }
}
