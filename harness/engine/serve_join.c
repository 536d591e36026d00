#include "engine/serve_join.h"

#include <string.h>

static bool is_part(const struct step *step)
{
    return step->kind == STEP_COMMAND && (step->lines[0].flags & LINE_NO_END) != 0;
}

/* What ends in CRLF of its own is whole. */
static bool has_own_end(const struct step *step)
{
    const struct text *text = &step->lines[0].text;
    const struct piece *last = text->count > 0 ? &text->pieces[text->count - 1] : NULL;

    return last != NULL && last->kind == PIECE_OCTETS && bytes_ends(last->octets, "\r\n");
}

static void drop_end(struct arena *arena, struct step *step)
{
    struct line *line = arena_alloc(arena, sizeof *line);
    struct piece *pieces = arena_array(arena, step->lines[0].text.count, sizeof *pieces);

    *line = step->lines[0];
    memcpy(pieces, line->text.pieces, line->text.count * sizeof *pieces);
    pieces[line->text.count - 1].octets.n -= 2;
    line->text.pieces = pieces;
    line->flags &= ~(unsigned)LINE_NO_END;
    step->lines = line;
}

/* The next command of that connection, when only what says how or when comes between. */
static struct step *next_part(struct step *steps, size_t count, size_t i)
{
    for (size_t k = i + 1; k < count; k++) {
        struct step *step = &steps[k];
        if (step->connection == steps[i].connection && step->kind == STEP_COMMAND) {
            return step;
        }
        if (step->kind != STEP_FLUSH && step->kind != STEP_PACE && step->kind != STEP_WAIT &&
            step->kind != STEP_COMMENTARY) {
            return NULL;
        }
    }
    return NULL;
}

static void join(struct arena *arena, struct step *first, struct step *second)
{
    const struct line *a = &first->lines[0];
    const struct line *b = &second->lines[0];
    size_t count = a->text.count + b->text.count;
    struct piece *pieces = arena_array(arena, count + 1, sizeof *pieces);
    struct line *line = arena_alloc(arena, sizeof *line);
    struct piece *whole = arena_alloc(arena, sizeof *whole);

    memcpy(pieces, a->text.pieces, a->text.count * sizeof *pieces);
    memcpy(pieces + a->text.count, b->text.pieces, b->text.count * sizeof *pieces);
    *line = *b;
    line->text = (struct text){pieces, count};
    line->compare = a->compare > b->compare ? a->compare : b->compare;
    /* Two pieces of plain text are one word: verbs are told by it. */
    if (count == 2 && pieces[0].kind == PIECE_OCTETS && pieces[1].kind == PIECE_OCTETS) {
        size_t n = pieces[0].octets.n + pieces[1].octets.n;
        unsigned char *octets = arena_alloc(arena, n + 1);
        memcpy(octets, pieces[0].octets.p, pieces[0].octets.n);
        memcpy(octets + pieces[0].octets.n, pieces[1].octets.p, pieces[1].octets.n);
        *whole = pieces[1];
        whole->octets = (struct bytes){octets, n};
        line->text = (struct text){whole, 1};
    }
    second->lines = line;
    first->kind = STEP_COMMENTARY;
}

void serve_join_lines(struct arena *arena, struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_part(&steps[i])) {
            continue;
        }
        if (has_own_end(&steps[i])) {
            drop_end(arena, &steps[i]);
            continue;
        }
        struct step *second = next_part(steps, count, i);
        if (second != NULL) {
            join(arena, &steps[i], second);
        }
    }
}
