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

/*
 * What takes no column of its own, and what takes two (Unicode: Mn and Me, and East Asian Width W and F), as far as it is
 * met in mail. Left out are scripts whose letters are shaped together, dead ones, and single wide signs among narrow ones.
 */
static const struct range combining[] = {
    {0x0300, 0x036f}, /* combining diacritical marks */
    {0x0483, 0x0489}, /* Cyrillic */
    {0x0591, 0x05bd}, /* Hebrew points */
    {0x05bf, 0x05bf},
    {0x05c1, 0x05c2},
    {0x05c4, 0x05c5},
    {0x05c7, 0x05c7},
    {0x0610, 0x061a}, /* Arabic marks */
    {0x064b, 0x065f},
    {0x0670, 0x0670},
    {0x06d6, 0x06dc},
    {0x06df, 0x06e4},
    {0x06e7, 0x06e8},
    {0x06ea, 0x06ed},
    {0x0900, 0x0902}, /* Devanagari */
    {0x093a, 0x093a},
    {0x093c, 0x093c},
    {0x0941, 0x0948},
    {0x094d, 0x094d},
    {0x0e31, 0x0e31}, /* Thai */
    {0x0e34, 0x0e3a},
    {0x0e47, 0x0e4e},
    {0x1ab0, 0x1ace}, /* more diacritical marks */
    {0x1dc0, 0x1dff},
    {0x20d0, 0x20f0},
    {0x302a, 0x302d}, /* marks of CJK and kana */
    {0x3099, 0x309a},
    {0xfe20, 0xfe2f}, /* half marks */
};

static const struct range wide[] = {
    {0x1100,  0x115f }, /* Hangul Jamo */
    {0x231a,  0x231b }, /* watch, hourglass */
    {0x23e9,  0x23ec }, /* signs of a player */
    {0x2e80,  0x3029 }, /* CJK radicals and punctuation */
    {0x302e,  0x303e },
    {0x3041,  0x3098 }, /* kana, Bopomofo, letters in circles */
    {0x309b,  0x3247 },
    {0x3250,  0x4dbf }, /* CJK compatibility, extension A */
    {0x4e00,  0xa4cf }, /* CJK ideographs, Yi */
    {0xa960,  0xa97f },
    {0xac00,  0xd7a3 }, /* Hangul syllables */
    {0xf900,  0xfaff }, /* compatibility ideographs */
    {0xfe30,  0xfe6f }, /* compatibility forms */
    {0xff01,  0xff60 }, /* fullwidth forms */
    {0xffe0,  0xffe6 },
    {0x1f300, 0x1f320}, /* pictographs */
    {0x1f330, 0x1f335},
    {0x1f337, 0x1f37c},
    {0x1f37e, 0x1f393},
    {0x1f3a0, 0x1f3ca},
    {0x1f3e0, 0x1f3f0},
    {0x1f400, 0x1f43e},
    {0x1f442, 0x1f4fc},
    {0x1f500, 0x1f53d},
    {0x1f5fb, 0x1f64f},
    {0x1f680, 0x1f6c5}, /* vehicles */
    {0x1f90c, 0x1f9ff},
    {0x1fa70, 0x1faff},
    {0x20000, 0x3fffd}, /* more ideographs */
};

static bool is_in(const struct range *ranges, size_t count, uint32_t code_point)
{
    for (size_t i = 0; i < count; i++) {
        if (code_point >= ranges[i].from && code_point <= ranges[i].to) {
            return true;
        }
    }
    return false;
}

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
    bool hidden = is_in(invisible, sizeof invisible / sizeof invisible[0], code_point);
    return !hidden && (code_point & 0xfffeU) != 0xfffeU; /* U+nFFFE and U+nFFFF are no characters */
}

size_t utf8_columns(uint32_t code_point)
{
    if (code_point < combining[0].from) {
        return 1;
    }
    if (is_in(combining, sizeof combining / sizeof combining[0], code_point)) {
        return 0;
    }
    return is_in(wide, sizeof wide / sizeof wide[0], code_point) ? 2 : 1;
}

size_t utf8_width(struct bytes text)
{
    size_t width = 0;
    while (text.n > 0) {
        uint32_t code_point = 0;
        size_t length = utf8_read(text, &code_point);
        width += length > 0 ? utf8_columns(code_point) : 1;
        text = bytes_skip(text, length > 0 ? length : 1);
    }
    return width;
}
