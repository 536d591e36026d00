#include "cli/shrink_words.h"

#include <string.h>

#define REPEAT "{{repeat "

/* ---- Atoms ---- */

/* "{{base64 "\0" user "{{secret}}"}}": braces stand within each other. */
static size_t braces_length(struct bytes text)
{
    size_t depth = 0;
    for (size_t i = 0; i + 1 < text.n; i++) {
        bool opens = text.p[i] == '{' && text.p[i + 1] == '{';
        bool closes = text.p[i] == '}' && text.p[i + 1] == '}';
        if (!opens && !closes) {
            i += text.p[i] == '\\' ? 1 : 0;
            continue;
        }
        depth = opens ? depth + 1 : depth - 1;
        if (depth == 0) {
            return i + 2;
        }
        i++;
    }
    return text.n; /* no text of a case that parses */
}

static size_t atom_length(struct bytes text)
{
    size_t n = 1;
    if (bytes_starts(text, "{{")) {
        n = braces_length(text);
    } else if (bytes_starts(text, "\\x")) {
        n = 4;
    } else if (text.p[0] == '\\') {
        n = 2;
    } else {
        while (n < text.n && (text.p[n] & 0xc0U) == 0x80) {
            n++; /* UTF-8 */
        }
    }
    return n < text.n ? n : text.n;
}

static bool is_blank(struct bytes atom)
{
    return atom.p[0] == ' ' || atom.p[0] == '\t';
}

struct shrink_parts shrink_atoms(struct bytes text, struct arena *arena)
{
    struct bytes *atoms = arena_array(arena, text.n + 1, sizeof *atoms);
    size_t count = 0;
    for (struct bytes rest = text; rest.n > 0; count++) {
        atoms[count] = bytes_slice(rest, 0, atom_length(rest));
        rest = bytes_skip(rest, atoms[count].n);
    }
    return (struct shrink_parts){atoms, count};
}

struct shrink_parts shrink_words(struct bytes text, struct arena *arena)
{
    struct shrink_parts atoms = shrink_atoms(text, arena);
    struct bytes *words = arena_array(arena, atoms.count + 1, sizeof *words);
    size_t count = 0;
    for (size_t i = 0; i < atoms.count; i++) {
        bool begins = i == 0 || (is_blank(atoms.parts[i]) && !is_blank(atoms.parts[i - 1]));
        if (begins) {
            words[count++] = atoms.parts[i];
        } else {
            words[count - 1].n += atoms.parts[i].n;
        }
    }
    return (struct shrink_parts){words, count};
}

void shrink_join(const struct shrink_parts *parts, const bool *kept, struct buf *out)
{
    for (size_t i = 0; i < parts->count; i++) {
        if (kept[i]) {
            buf_append(out, parts->parts[i]);
        }
    }
}

/* ---- {{repeat}} and lengths ---- */

struct bytes shrink_repeat(struct bytes text, size_t from)
{
    size_t at = bytes_find(text, BYTES_LIT(REPEAT), from);
    while (at != BYTES_NONE) {
        size_t begin = at + strlen(REPEAT);
        size_t end = begin;
        while (end < text.n && octet_is_digit(text.p[end])) {
            end++;
        }
        if (end > begin) {
            return bytes_slice(text, begin, end);
        }
        at = bytes_find(text, BYTES_LIT(REPEAT), begin);
    }
    return (struct bytes){0};
}

static bool literal_octets(struct bytes text, uint64_t *octets_r);

/* {{repeat 600 "x"}} */
static bool repeated_octets(struct bytes atom, uint64_t *octets_r)
{
    struct bytes digits = shrink_repeat(atom, 0);
    uint64_t times = 0;
    uint64_t each = 0;
    if (digits.p != atom.p + strlen(REPEAT) || !bytes_to_u64(digits, &times)) {
        return false;
    }
    size_t behind = strlen(REPEAT) + digits.n;
    struct bytes argument = bytes_trim(bytes_slice(atom, behind, atom.n - 2));
    bool quoted = argument.n >= 2 && argument.p[0] == '"' && argument.p[argument.n - 1] == '"';
    if (!quoted || !literal_octets(bytes_slice(argument, 1, argument.n - 1), &each) ||
        (each > 0 && times > UINT32_MAX / each)) {
        return false;
    }
    *octets_r = times * each;
    return true;
}

/* \c at the end is no octet. */
static bool literal_octets(struct bytes text, uint64_t *octets_r)
{
    *octets_r = 0;
    while (text.n > 0) {
        struct bytes atom = bytes_slice(text, 0, atom_length(text));
        uint64_t more = atom.p[0] == '\\' ? 1 : atom.n;
        if (bytes_starts(atom, "{{") && !repeated_octets(atom, &more)) {
            return false;
        }
        *octets_r += bytes_is(atom, "\\c") ? 0 : more;
        text = bytes_skip(text, atom.n);
    }
    return true;
}

bool shrink_octets(struct bytes text, uint64_t *octets_r)
{
    bool known = literal_octets(text, octets_r);
    *octets_r += bytes_ends(text, "\\c") && !bytes_ends(text, "\\\\c") ? 0 : 2;
    return known;
}
