/*
 * text_facts - what can be told about a text without running it (declared in pieces.h)
 */
#include "script/pieces.h"

#define MD5_HEX_OCTETS 32

bool text_literal(const struct text *text, struct buf *out)
{
    for (size_t i = 0; i < text->count; i++) {
        if (text->pieces[i].kind != PIECE_OCTETS) {
            return false;
        }
        buf_append(out, text->pieces[i].octets);
    }
    return true;
}

struct place text_place(const struct text *text, size_t offset, size_t width)
{
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->pieces[i];
        bool is_here = piece->kind != PIECE_OCTETS || offset < piece->octets.n ||
                       (i + 1 == text->count && offset == piece->octets.n);
        if (is_here) {
            struct place place = piece->place;
            if (piece->kind == PIECE_OCTETS && piece->octets.n > 0) {
                place.column += (unsigned)offset;
                place.width = (unsigned)width;
            }
            return place;
        }
        offset -= piece->octets.n;
    }
    return (struct place){0};
}

/* Sums and products stop growing far above every limit. */
static size_t capped(size_t a, size_t b, bool product)
{
    const size_t most = (size_t)1 << 40;
    if (product) {
        return a != 0 && b > most / a ? most : a * b;
    }
    return a + b > most ? most : a + b;
}

static bool arguments_length(const struct piece *piece, size_t from, size_t *length_r)
{
    *length_r = 0;
    for (size_t i = from; i < piece->argument_count; i++) {
        size_t length = 0;
        if (!text_length(&piece->arguments[i], &length)) {
            return false;
        }
        *length_r = capped(*length_r, length, false);
    }
    return true;
}

static bool repeat_length(const struct piece *piece, size_t *length_r)
{
    struct buf digits = {0};
    uint64_t times = 0;
    bool known = text_literal(&piece->arguments[0], &digits) &&
                 bytes_to_u64(buf_bytes(&digits), &times) && arguments_length(piece, 1, length_r);
    buf_deinit(&digits);
    *length_r = known ? capped(*length_r, times > SIZE_MAX ? SIZE_MAX : (size_t)times, true) : 0;
    return known;
}

static bool function_length(const struct piece *piece, size_t *length_r)
{
    struct bytes name = bytes_of(piece->name);
    if (bytes_is(name, "repeat")) {
        return piece->argument_count == 2 && repeat_length(piece, length_r);
    }
    if (bytes_is(name, "base64")) {
        bool known = arguments_length(piece, 0, length_r);
        *length_r = (*length_r + 2) / 3 * 4;
        return known;
    }
    if (bytes_is(name, "upper") || bytes_is(name, "lower")) {
        return arguments_length(piece, 0, length_r);
    }
    *length_r = MD5_HEX_OCTETS;
    return bytes_is(name, "md5") || bytes_is(name, "hmac-md5") || bytes_is(name, "apop");
}

bool text_length(const struct text *text, size_t *length_r)
{
    *length_r = 0;
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->pieces[i];
        size_t length = piece->octets.n;
        if (piece->kind == PIECE_VARIABLE ||
            (piece->kind == PIECE_FUNCTION && !function_length(piece, &length))) {
            return false;
        }
        *length_r = capped(*length_r, length, false);
    }
    return true;
}
