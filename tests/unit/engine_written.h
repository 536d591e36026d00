/*
 * engine_written - lines for the tests of the engine, made from text without the scenario compiler
 *
 * {{name}}, {{name:type}}, {{name:type=sample}} and {{FUNCTION ARGUMENT ...}}; an argument is "quoted", a number or a variable.
 * No escapes: octets come from C literals.
 */
#ifndef MAILSPEC_TESTS_ENGINE_WRITTEN_H
#define MAILSPEC_TESTS_ENGINE_WRITTEN_H

#include <string.h>

#include "base/arena.h"
#include "engine/vars.h"
#include "model/program.h"

enum { WRITTEN_MAX_PIECES = 32 };

static inline struct text written(struct arena *arena, struct bytes source);

static inline struct text written_argument(struct arena *arena, struct bytes word)
{
    if (bytes_starts(word, "\"")) {
        return written(arena, bytes_slice(word, 1, word.n - 1));
    }
    struct piece *piece = arena_alloc(arena, sizeof *piece);
    if (octet_is_digit(word.p[0]) || word.p[0] == '-') {
        piece->octets = arena_copy(arena, word);
    } else {
        piece->kind = PIECE_VARIABLE;
        piece->name = arena_text(arena, word);
    }
    return (struct text){piece, 1};
}

/* The next word, or the next "quoted text"; in a quoted one {{...}} may hold no quotes. */
static inline bool written_next(struct bytes *rest, struct bytes *word_r)
{
    while (rest->n > 0 && rest->p[0] == ' ') {
        *rest = bytes_skip(*rest, 1);
    }
    bool quoted = bytes_starts(*rest, "\"");
    size_t end = bytes_index(*rest, quoted ? '"' : ' ', quoted ? 1 : 0);
    end = end == BYTES_NONE ? rest->n : end + quoted;
    *word_r = bytes_slice(*rest, 0, end);
    *rest = bytes_skip(*rest, end);
    return word_r->n > 0;
}

static inline struct piece written_braces(struct arena *arena, struct bytes inner)
{
    static const char *const functions[] = {
        "repeat",      "base64",          "unbase64",
        "md5",         "hmac-md5",        "apop",
        "plain",       "cram-md5",        "xoauth2",
        "oauthbearer", "scram-first",     "scram-challenge",
        "scram-final", "scram-signature", "add",
        "length",      "upper",           "lower",
        "nonsense",
    };
    struct piece piece = {.kind = PIECE_VARIABLE};
    struct bytes rest = inner;
    struct bytes word = {0};
    written_next(&rest, &word);
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (!bytes_is(word, functions[i])) {
            continue;
        }
        struct text *arguments = arena_array(arena, WRITTEN_MAX_PIECES, sizeof *arguments);
        piece.kind = PIECE_FUNCTION;
        piece.name = functions[i];
        while (piece.argument_count < WRITTEN_MAX_PIECES && written_next(&rest, &word)) {
            arguments[piece.argument_count++] = written_argument(arena, word);
        }
        piece.arguments = arguments;
        return piece;
    }
    size_t equals = bytes_index(inner, '=', 0);
    struct bytes name = bytes_slice(inner, 0, equals);
    piece.has_sample = equals != BYTES_NONE;
    piece.sample =
        piece.has_sample ? arena_copy(arena, bytes_skip(inner, equals + 1)) : bytes_of(NULL);
    size_t colon = bytes_index(name, ':', 0);
    if (colon != BYTES_NONE && value_type_from_name(bytes_skip(name, colon + 1), &piece.type)) {
        name = bytes_slice(name, 0, colon);
    }
    piece.name = arena_text(arena, name);
    return piece;
}

/* Where the }} of the {{ at the beginning stands; pairs within are skipped. */
static inline size_t written_close(struct bytes source)
{
    unsigned depth = 0;
    for (size_t i = 0; i + 1 < source.n; i++) {
        if (source.p[i] == '{' && source.p[i + 1] == '{') {
            depth++;
            i++;
        } else if (source.p[i] == '}' && source.p[i + 1] == '}') {
            if (--depth == 0) {
                return i;
            }
            i++;
        }
    }
    return BYTES_NONE;
}

static inline struct text written(struct arena *arena, struct bytes source)
{
    struct piece *pieces = arena_array(arena, WRITTEN_MAX_PIECES, sizeof *pieces);
    size_t count = 0;
    while (source.n > 0 && count < WRITTEN_MAX_PIECES) {
        size_t open = bytes_find(source, BYTES_LIT("{{"), 0);
        size_t close = open == 0 ? written_close(source) : BYTES_NONE;
        if (close != BYTES_NONE) {
            pieces[count++] = written_braces(arena, bytes_slice(source, 2, close));
            source = bytes_skip(source, close + 2);
            continue;
        }
        if (open == 0) {
            open = BYTES_NONE; /* braces that are not closed are octets */
        }
        pieces[count++].octets = arena_copy(arena, bytes_slice(source, 0, open));
        source = bytes_skip(source, open == BYTES_NONE ? source.n : open);
    }
    return (struct text){pieces, count};
}

#endif
