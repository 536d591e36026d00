#include "engine/cast.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Pieces of the text that is being made. */
struct growing {
    struct piece *pieces;
    size_t count;
    size_t capacity;
};

static void add(struct growing *out, struct piece piece)
{
    out->pieces = mem_grow(out->pieces, out->count, &out->capacity, sizeof(out->pieces[0]));
    out->pieces[out->count++] = piece;
}

static bool is_name_octet(struct bytes text, size_t i)
{
    return i < text.n &&
           (octet_is_alpha(text.p[i]) || octet_is_digit(text.p[i]) || text.p[i] == '-');
}

static bool name_at(struct bytes text, size_t at, const char *name)
{
    size_t n = strlen(name);

    return n > 0 && bytes_starts_nocase(bytes_skip(text, at), name) &&
           (at == 0 || !is_name_octet(text, at - 1)) && !is_name_octet(text, at + n);
}

/* The longest name that stands at `at`, or NULL. */
static const struct name_value *find_at(const struct program *program, struct bytes text, size_t at)
{
    const struct name_value *best = NULL;

    for (size_t i = 0; i < program->cast_count; i++) {
        const struct name_value *cast = &program->cast[i];
        if (name_at(text, at, cast->name) &&
            (best == NULL || strlen(cast->name) > strlen(best->name))) {
            best = cast;
        }
    }
    return best;
}

static void add_octets(struct growing *out, const struct piece *like, struct bytes octets)
{
    struct piece piece = *like;

    if (octets.n > 0) {
        piece.octets = octets;
        add(out, piece);
    }
}

static void cast_piece(struct growing *out, const struct program *program,
                       const struct piece *piece)
{
    struct bytes octets = piece->octets;
    size_t begin = 0;
    size_t at = 0;

    while (at < octets.n) {
        const struct name_value *cast = find_at(program, octets, at);
        if (cast == NULL) {
            at++;
            continue;
        }
        add_octets(out, piece, bytes_slice(octets, begin, at));
        for (size_t i = 0; i < cast->value.count; i++) {
            add(out, cast->value.pieces[i]);
        }
        at += strlen(cast->name);
        begin = at;
    }
    add_octets(out, piece, bytes_slice(octets, begin, octets.n));
}

struct text cast_text(struct arena *arena, const struct program *program, const struct text *text)
{
    struct growing out = {0};
    struct text made = {0};

    for (size_t i = 0; i < text->count; i++) {
        if (text->pieces[i].kind == PIECE_OCTETS) {
            cast_piece(&out, program, &text->pieces[i]);
        } else {
            add(&out, text->pieces[i]);
        }
    }
    if (out.count > 0) {
        struct piece *pieces = arena_array(arena, out.count, sizeof(pieces[0]));
        memcpy(pieces, out.pieces, out.count * sizeof(pieces[0]));
        made = (struct text){pieces, out.count};
    }
    free(out.pieces);
    return made;
}

static const struct line *cast_lines(struct arena *arena, const struct program *program,
                                     const struct line *lines, size_t count)
{
    struct line *made = count == 0 ? NULL : arena_array(arena, count, sizeof(made[0]));

    for (size_t i = 0; i < count; i++) {
        made[i] = lines[i];
        made[i].text = cast_text(arena, program, &lines[i].text);
    }
    return made;
}

const struct step *cast_steps(struct arena *arena, const struct program *program,
                              const struct step *steps, size_t count)
{
    if (program->cast_count == 0 || count == 0) {
        return steps;
    }
    struct step *made = arena_array(arena, count, sizeof(made[0]));
    for (size_t i = 0; i < count; i++) {
        made[i] = steps[i];
        made[i].lines = cast_lines(arena, program, steps[i].lines, steps[i].line_count);
        made[i].reply.lines =
            cast_lines(arena, program, steps[i].reply.lines, steps[i].reply.line_count);
        made[i].text = cast_text(arena, program, &steps[i].text);
        made[i].secret = cast_text(arena, program, &steps[i].secret);
    }
    return made;
}
