#include "base/utf8.h"

/*
 * One row per form of RFC 3629 section 4: first octets, range of the second one, length. The range
 * keeps out overlong forms (E0, F0), surrogates (ED) and what lies above U+10FFFF (F4).
 */
static const struct form {
    unsigned char first_from, first_to;
    unsigned char second_from, second_to;
    unsigned char length;
} forms[] = {
    {0x00, 0x7f, 0x00, 0x00, 1},
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/* What shows nothing, moves other text about or breaks lines; sorted. */
static const struct range {
    uint32_t from, to;
} invisible[] = {
    {0x0000,  0x001f }, /* C0 */
    {0x007f,  0x009f }, /* DEL, C1 */
    {0x00ad,  0x00ad }, /* soft hyphen */
    {0x034f,  0x034f }, /* combining grapheme joiner */
    {0x061c,  0x061c }, /* Arabic letter mark */
    {0x115f,  0x1160 }, /* Hangul fillers */
    {0x17b4,  0x17b5 }, /* Khmer inherent vowels */
    {0x180b,  0x180f }, /* Mongolian selectors and separator */
    {0x200b,  0x200f }, /* zero-width space and joiners, direction marks */
    {0x2028,  0x202e }, /* line and paragraph separator, direction embeddings and overrides */
    {0x2060,  0x206f }, /* word joiner, direction isolates, deprecated format characters */
    {0x3164,  0x3164 }, /* Hangul filler */
    {0xfdd0,  0xfdef }, /* no characters */
    {0xfe00,  0xfe0f }, /* variation selectors */
    {0xfeff,  0xfeff }, /* byte order mark */
    {0xffa0,  0xffa0 }, /* halfwidth Hangul filler */
    {0xfff0,  0xfffb }, /* interlinear annotation */
    {0x1bca0, 0x1bca3}, /* shorthand format controls */
    {0x1d173, 0x1d17a}, /* musical format controls */
    {0xe0000, 0xe0fff}, /* tags, more variation selectors */
};

size_t utf8_read(struct bytes text, uint32_t *code_point_r)
{
    if (text.n == 0) {
        return 0;
    }
    unsigned char first = text.p[0];
    const struct form *form = NULL;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (first >= forms[i].first_from && first <= forms[i].first_to) {
            form = &forms[i];
        }
    }
    if (form == NULL || text.n < form->length) {
        return 0;
    }
    if (form->length == 1) {
        *code_point_r = first;
        return 1;
    }
    if (text.p[1] < form->second_from || text.p[1] > form->second_to) {
        return 0;
    }
    uint32_t code_point = first & (0x7fU >> form->length);
    for (size_t i = 1; i < form->length; i++) {
        if ((text.p[i] & 0xc0U) != 0x80U) {
            return 0;
        }
        code_point = code_point << 6 | (text.p[i] & 0x3fU);
    }
    *code_point_r = code_point;
    return form->length;
}

bool utf8_is_visible(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof invisible / sizeof invisible[0]; i++) {
        if (code_point >= invisible[i].from && code_point <= invisible[i].to) {
            return false;
        }
    }
    return (code_point & 0xfffeU) != 0xfffeU; /* U+nFFFE and U+nFFFF are no characters */
}
