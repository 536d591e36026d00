/* Playing the server: each reply comes behind its command, and nothing is lost or doubled. */
#include "unit.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "engine/serve_order.h"

/*
 * Steps as words: C command, A response, D data, M message, B chunk; S reply, S? one that may come, Y body; W we wait, L we are silent,
 * P we pace, I within; w the client waits, l it is silent; O open, X the client closes, x we close, T together, ( if, ) end,
 * # commentary, E exit, N never. A digit behind is the connection. What comes out is numbers from 0.
 */
struct kind_word {
    char word;
    enum step_kind kind;
    enum side side;
};

static const struct kind_word kind_words[] = {
    {'C', STEP_COMMAND,    SIDE_CLIENT},
    {'A', STEP_RESPONSE,   SIDE_CLIENT},
    {'D', STEP_DATA,       SIDE_CLIENT},
    {'M', STEP_MESSAGE,    SIDE_CLIENT},
    {'B', STEP_CHUNK,      SIDE_CLIENT},
    {'S', STEP_REPLY,      SIDE_SERVER},
    {'Y', STEP_BODY,       SIDE_SERVER},
    {'W', STEP_WAIT,       SIDE_SERVER},
    {'L', STEP_SILENCE,    SIDE_SERVER},
    {'P', STEP_PACE,       SIDE_SERVER},
    {'I', STEP_WITHIN,     SIDE_SERVER},
    {'w', STEP_WAIT,       SIDE_CLIENT},
    {'l', STEP_SILENCE,    SIDE_CLIENT},
    {'O', STEP_OPEN,       SIDE_CLIENT},
    {'X', STEP_CLOSE,      SIDE_CLIENT},
    {'x', STEP_CLOSE,      SIDE_SERVER},
    {'T', STEP_TOGETHER,   SIDE_CLIENT},
    {'(', STEP_IF,         SIDE_CLIENT},
    {')', STEP_END,        SIDE_CLIENT},
    {'#', STEP_COMMENTARY, SIDE_CLIENT},
    {'E', STEP_EXIT,       SIDE_CLIENT},
    {'N', STEP_NEVER,      SIDE_CLIENT},
};

enum { KINDS = sizeof kind_words / sizeof kind_words[0], MOST_STEPS = 64 };

static size_t make_steps(struct step *steps, const char *text)
{
    struct bytes rest = bytes_of(text);
    struct bytes word = {0};
    size_t count = 0;
    while (bytes_next_word(&rest, &word) && count < MOST_STEPS) {
        struct step *step = &steps[count++];
        *step = (struct step){.connection = 1};
        for (size_t i = 0; i < KINDS; i++) {
            if (kind_words[i].word == (char)word.p[0]) {
                step->kind = kind_words[i].kind;
                step->side = kind_words[i].side;
            }
        }
        for (size_t i = 1; i < word.n; i++) {
            step->reply.optional |= word.p[i] == '?';
            step->connection =
                octet_is_digit(word.p[i]) ? (unsigned)(word.p[i] - '0') : step->connection;
        }
    }
    return count;
}

// clang-format off
static const struct {
    const char *steps;
    const char *order;
} rows[] = {
    {"", ""},
    {"C S", "0 1"},
    {"C S C S", "0 1 2 3"},
    {"S C S", "0 1 2"},
    {"C C S S", "0 2 1 3"},
    {"C C C S S S", "0 3 1 4 2 5"},
    {"T C C S S", "0 1 2 3 4"},
    {"T # C C S S", "0 1 2 3 4 5"},
    {"T C C S S C C S S", "0 1 2 3 4 5 7 6 8"},
    {"C C C S S S D S", "0 3 1 4 2 5 6 7"},
    {"C S D S S", "0 1 2 3 4"},
    {"C C S S S", "0 2 1 3 4"},
    {"C C S", "0 2 1"},
    {"C S? S", "0 1 2"},
    {"C C S? S", "0 2 1 3"},
    {"C C S S?", "0 2 1 3"},
    {"C C S? S S", "0 2 3 1 4"},
    {"C C S S? S", "0 2 1 3 4"},
    {"C B S C S", "0 1 2 3 4"},
    {"C B C B S S", "0 1 4 2 3 5"},
    {"C C W S L S", "0 2 3 1 4 5"},
    {"C C S W S", "0 2 1 3 4"},
    {"C C P S I S", "0 2 3 1 4 5"},
    {"C C S Y S Y", "0 2 3 1 4 5"},
    {"C w C S S", "0 1 2 3 4"},
    {"C l C S S", "0 1 2 3 4"},
    {"C C ( S S ) C S", "0 1 2 3 4 5 6 7"},
    {"( C C S S ) C C S S", "0 1 3 2 4 5 6 8 7 9"},
    {"C C2 S S2", "0 1 2 3"},
    {"C C C2 C2 S S S2 S2", "0 1 2 3 4 5 6 7"},
    {"C2 C2 S2 S2 C C S S", "0 2 1 3 4 6 5 7"},
    {"C # C # S # S", "0 4 1 2 3 5 6"},
    {"C C S S X O C C S S E", "0 2 1 3 4 5 6 8 7 9 10"},
    {"C C S x", "0 2 1 3"},
    {"C S A S A S", "0 1 2 3 4 5"},
    {"C C W", "0 2 1"},
    {"W S C", "0 1 2"},
    {"C S E N", "0 1 3 2"},
    {"C S N E", "0 1 2 3"},
    {"C S E # N E N2 C S", "0 1 4 6 2 3 5 7 8"},
    {"E ( N ) C S", "0 1 2 3 4 5"},
};
// clang-format on

static void print_order(struct buf *out, const size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "%s%zu", i == 0 ? "" : " ", order[i]);
    }
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct step steps[MOST_STEPS];
        size_t count = make_steps(steps, rows[i].steps);
        struct buf order = {0};
        print_order(&order, serve_order(arena, steps, count), count);
        UNIT_ROW(rows[i].steps, strcmp(buf_text(&order), rows[i].order) == 0);
        if (strcmp(buf_text(&order), rows[i].order) != 0) {
            fprintf(stderr, "  %s\n", buf_text(&order));
        }
        buf_deinit(&order);
        arena_free(&arena);
    }
}

/* ---- Whatever the steps are ---- */

static bool stands(const struct step *step)
{
    static const bool standing[STEP_KIND_COUNT] = {
        [STEP_OPEN] = true, [STEP_CLOSE] = true, [STEP_TOGETHER] = true,
        [STEP_IF] = true,   [STEP_END] = true,   [STEP_EXIT] = true};
    bool waits = step->kind == STEP_WAIT || step->kind == STEP_SILENCE;
    return standing[step->kind] || (waits && step->side == SIDE_CLIENT);
}

static bool same_line(const struct step *a, const struct step *b)
{
    return a->side == b->side && a->connection == b->connection;
}

/* What the client must not say holds while its end is waited for. */
static bool goes_before(const struct step *never, const struct step *step)
{
    return never->kind == STEP_NEVER && (step->kind == STEP_EXIT || step->kind == STEP_COMMENTARY);
}

/* How many steps behind the client's end go before it. */
static size_t moved_by(const struct step *steps, size_t count, size_t at)
{
    size_t moved = 0;
    for (size_t i = at + 1; i < count && steps[at].kind == STEP_EXIT; i++) {
        bool never = steps[i].kind == STEP_NEVER;
        if (!never && steps[i].kind != STEP_EXIT && steps[i].kind != STEP_COMMENTARY) {
            break;
        }
        moved += never ? 1 : 0;
    }
    return moved;
}

/* Every step once; what one side says on a connection keeps its order; what stands keeps its place. */
static bool holds(const struct step *steps, const size_t *order, size_t count)
{
    size_t place[MOST_STEPS];
    bool seen[MOST_STEPS] = {false};
    for (size_t i = 0; i < count; i++) {
        if (order[i] >= count || seen[order[i]]) {
            return false;
        }
        seen[order[i]] = true;
        place[order[i]] = i;
    }
    for (size_t i = 0; i < count; i++) {
        if (stands(&steps[i]) && place[i] != i + moved_by(steps, count, i)) {
            return false;
        }
        for (size_t k = i + 1; k < count; k++) {
            bool kept = place[i] < place[k] || goes_before(&steps[k], &steps[i]);
            if (same_line(&steps[i], &steps[k]) && !kept) {
                return false;
            }
        }
    }
    return true;
}

static void test_random(void)
{
    uint32_t random = 1;
    for (unsigned round = 0; round < 20000; round++) {
        struct arena *arena = arena_new();
        struct buf text = {0};
        struct step steps[MOST_STEPS];
        random = random * 1664525U + 1013904223U;
        size_t length = (random >> 16) % 24;
        for (size_t i = 0; i < length; i++) {
            random = random * 1664525U + 1013904223U;
            /* Commands and replies are as frequent as all else together. */
            unsigned kind = (random >> 8) % (2 * KINDS);
            char word = kind < KINDS ? kind_words[kind].word : kind % 2 == 0 ? 'C' : 'S';
            buf_printf(&text, "%c%s%s ", word, (random >> 20) % 8 == 0 ? "2" : "",
                       word == 'S' && (random >> 24) % 4 == 0 ? "?" : "");
        }
        size_t count = make_steps(steps, buf_text(&text));
        const size_t *order = serve_order(arena, steps, count);
        bool good = holds(steps, order, count);
        if (!good) {
            struct buf shown = {0};
            print_order(&shown, order, count);
            fprintf(stderr, "  %s\n", buf_text(&shown));
            buf_deinit(&shown);
        }
        UNIT_ROW(buf_text(&text), good);
        buf_deinit(&text);
        arena_free(&arena);
        if (!good) {
            return;
        }
    }
}

static const struct unit_test tests[] = {
    {"rows",   test_rows  },
    {"random", test_random},
};

UNIT_MAIN("engine_serve_order", tests)
