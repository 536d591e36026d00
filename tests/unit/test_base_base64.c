#include "unit.h"

#include "base/base64.h"

/* RFC 4648 section 10, and octets beyond US-ASCII. */
static const struct good_row {
    struct bytes octets;
    const char *text;
} good_rows[] = {
    {BYTES_INIT(""),                         ""                            },
    {BYTES_INIT("f"),                        "Zg=="                        },
    {BYTES_INIT("fo"),                       "Zm8="                        },
    {BYTES_INIT("foo"),                      "Zm9v"                        },
    {BYTES_INIT("foob"),                     "Zm9vYg=="                    },
    {BYTES_INIT("fooba"),                    "Zm9vYmE="                    },
    {BYTES_INIT("foobar"),                   "Zm9vYmFy"                    },
    {BYTES_INIT("\xff\xff\xff\xfb\xef\xbe"), "////++++"                    },
    {BYTES_INIT("\0\0\0\0"),                 "AAAAAA=="                    },
    {BYTES_INIT("\0tim\0tanstaaftanstaaf"),  "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"},
};

static void test_good(void)
{
    for (size_t i = 0; i < sizeof good_rows / sizeof good_rows[0]; i++) {
        const struct good_row *row = &good_rows[i];
        struct buf out = {0};
        base64_encode(&out, row->octets);
        UNIT_ROW(row->text, bytes_is(buf_bytes(&out), row->text));
        buf_clear(&out);
        UNIT_ROW(row->text, base64_decode(&out, bytes_of(row->text)) == 0);
        UNIT_ROW(row->text, bytes_equal(buf_bytes(&out), row->octets));
        buf_deinit(&out);
    }
}

static const struct bad_row {
    const char *text;
    unsigned defects;
    const char *octets; /* up to the first defect */
} bad_rows[] = {
    {"Zm9v!",    BASE64_BAD_OCTET | BASE64_BAD_LENGTH,   "foo"  },
    {"Zm9vZm9!", BASE64_BAD_OCTET,                       "foofo"},
    {"Zm 9",     BASE64_BAD_OCTET,                       "f"    },
    {"Zm9v\r\n", BASE64_BAD_OCTET | BASE64_BAD_LENGTH,   "foo"  },
    {"Zm-_",     BASE64_BAD_OCTET,                       "f"    }, /* the URL alphabet is another one */
    {"Zg",       BASE64_BAD_LENGTH,                      "f"    },
    {"Zm8",      BASE64_BAD_LENGTH,                      "fo"   },
    {"Z",        BASE64_BAD_LENGTH,                      ""     },
    {"Zm9vZ",    BASE64_BAD_LENGTH,                      "foo"  },
    {"Zg=",      BASE64_BAD_LENGTH,                      "f"    },
    {"=",        BASE64_BAD_LENGTH,                      ""     },
    {"Zm9v=",    BASE64_BAD_LENGTH,                      "foo"  },
    {"Z===",     BASE64_BAD_PADDING,                     ""     },
    {"====",     BASE64_BAD_PADDING,                     ""     },
    {"Zm9v====", BASE64_BAD_PADDING,                     "foo"  },
    {"Zg==Zg==", BASE64_BAD_PADDING,                     "f"    },
    {"Zg=v",     BASE64_BAD_PADDING,                     "f"    },
    {"Zg=!",     BASE64_BAD_PADDING | BASE64_BAD_OCTET,  "f"    },
    {"Zh==",     BASE64_LOOSE_BITS,                      "f"    },
    {"Zm9=",     BASE64_LOOSE_BITS,                      "fo"   },
    {"Zh",       BASE64_LOOSE_BITS | BASE64_BAD_LENGTH,  "f"    },
    {"Zh=A",     BASE64_LOOSE_BITS | BASE64_BAD_PADDING, "f"    },
    {"\xff",     BASE64_BAD_OCTET | BASE64_BAD_LENGTH,   ""     },
};

static void test_bad(void)
{
    for (size_t i = 0; i < sizeof bad_rows / sizeof bad_rows[0]; i++) {
        const struct bad_row *row = &bad_rows[i];
        struct buf out = {0};
        UNIT_ROW(row->text, base64_decode(&out, bytes_of(row->text)) == row->defects);
        UNIT_ROW(row->text, bytes_is(buf_bytes(&out), row->octets));
        buf_deinit(&out);
    }
}

/* Only what the encoder writes is without defect: each quad of a sample of all quads. */
static void test_strict(void)
{
    struct buf octets = {0};
    struct buf text = {0};
    unsigned bad = 0;
    for (unsigned i = 0; i < 65536; i++) {
        unsigned char quad[4] = {'Q', (unsigned char)(i >> 8), (unsigned char)i,
                                 (unsigned char)(i % 3 == 0 ? '=' : 'A')};
        buf_clear(&octets);
        buf_clear(&text);
        bool strict = base64_decode(&octets, bytes_make(quad, sizeof quad)) == 0;
        base64_encode(&text, buf_bytes(&octets));
        bad += strict != bytes_equal(buf_bytes(&text), bytes_make(quad, sizeof quad));
    }
    CU_ASSERT(bad == 0);
    buf_deinit(&octets);
    buf_deinit(&text);
}

static void test_alphabet(void)
{
    static const char *const all =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    for (unsigned c = 0; c < 256; c++) {
        const unsigned char octet = (unsigned char)c;
        const bool is = bytes_index(bytes_of(all), octet, 0) != BYTES_NONE;
        CU_ASSERT_EQUAL(base64_is_octet(octet), is);
        CU_ASSERT_EQUAL(base64_is_alphabet(bytes_make(&octet, 1)), is);
    }
    CU_ASSERT(base64_is_alphabet(bytes_of(all)) && base64_is_alphabet(bytes_of("")));
    CU_ASSERT(!base64_is_alphabet(bytes_of("AAA ")) && !base64_is_alphabet(bytes_of("-AAA")));
}

static const struct unit_test tests[] = {
    {"good",     test_good    },
    {"bad",      test_bad     },
    {"strict",   test_strict  },
    {"alphabet", test_alphabet},
};

UNIT_MAIN("base/base64", tests)
