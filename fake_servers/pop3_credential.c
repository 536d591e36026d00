#include "fake_servers/pop3_credential.h"

#include "base/utf8.h"

enum { NON_CHARACTER_MASK = 0xFFFE }; /* U+FFFE, U+1FFFE, ...: the last two of each plane */

struct range {
    uint32_t first;
    uint32_t last;
};

// clang-format off
/* RFC 3454 C.1.2: spaces; they become SPACE. */
static const struct range spaces[] = {
    {0xA0, 0xA0}, {0x1680, 0x1680}, {0x2000, 0x200B}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

/* RFC 3454 B.1: what nobody sees; it is left out. */
static const struct range nothing[] = {
    {0xAD, 0xAD}, {0x34F, 0x34F}, {0x1806, 0x1806}, {0x180B, 0x180D}, {0x200C, 0x200D}, {0x2060, 0x2060},
    {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},
};

/* RFC 4013 2.3: tables C.2.2 to C.9 of RFC 3454; surrogates are no UTF-8, and the last two of a plane are looked for by value. */
static const struct range prohibited[] = {
    {0x80, 0x9F}, {0x340, 0x341}, {0x6DD, 0x6DD}, {0x70F, 0x70F}, {0x180E, 0x180E}, {0x200E, 0x200F}, {0x2028, 0x202E},
    {0x2061, 0x2063}, {0x206A, 0x206F}, {0x2FF0, 0x2FFB}, {0xE000, 0xF8FF}, {0xFDD0, 0xFDEF}, {0xFFF9, 0xFFFD},
    {0x1D173, 0x1D17A}, {0xE0001, 0xE0001}, {0xE0020, 0xE007F}, {0xF0000, 0x10FFFF},
};
// clang-format on

#define IS_IN(code_point, ranges) is_in(code_point, ranges, sizeof(ranges) / sizeof((ranges)[0]))

static bool is_in(uint32_t code_point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (code_point >= ranges[i].first && code_point <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static bool is_prohibited(uint32_t code_point)
{
    return (code_point & NON_CHARACTER_MASK) == NON_CHARACTER_MASK || IS_IN(code_point, prohibited);
}

bool pop3_credential_prepare(struct bytes text, struct buf *out)
{
    while (text.n > 0) {
        uint32_t code_point = 0;
        size_t length = utf8_read(text, &code_point);
        if (length == 0 || (length > 1 && is_prohibited(code_point))) {
            return false;
        }
        if (IS_IN(code_point, spaces)) {
            buf_append_octet(out, ' ');
        } else if (!IS_IN(code_point, nothing)) {
            buf_append(out, bytes_slice(text, 0, length));
        }
        text = bytes_skip(text, length);
    }
    return true;
}
