#include "unit.h"

#include "auth/digest.h"

/* RFC 1321 appendix A.5 */
static const struct md5_row {
    const char *text, *digest;
} md5_rows[] = {
    {"",                                                                                 "d41d8cd98f00b204e9800998ecf8427e"},
    {"a",                                                                                "0cc175b9c0f1b6a831c399e269772661"},
    {"abc",                                                                              "900150983cd24fb0d6963f7d28e17f72"},
    {"message digest",                                                                   "f96b697d7cb7938d525a2f31aaf161d0"},
    {"abcdefghijklmnopqrstuvwxyz",                                                       "c3fcd3d76192e4007dfb496cca67e13b"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
     "d174ab98d277d9f5a5611c2c9f419d9f"                                                                                    },
    {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
     "57edf4a22be3c955ac49da2e2107b67a"                                                                                    },
};

static void test_md5(void)
{
    for (size_t i = 0; i < sizeof md5_rows / sizeof md5_rows[0]; i++) {
        struct buf out = {0};
        digest_md5(&out, bytes_of(md5_rows[i].text));
        UNIT_ROW(md5_rows[i].text, bytes_is(buf_bytes(&out), md5_rows[i].digest));
        buf_deinit(&out);
    }
    struct buf out = {0};
    digest_md5(&out, bytes_of(NULL));
    CU_ASSERT(bytes_is(buf_bytes(&out), md5_rows[0].digest));
    buf_deinit(&out);
}

/*
 * RFC 2104 appendix, RFC 2202 section 2 (test case 6: a key longer than a block), the example of
 * RFC 2195 section 2, and keys of just a block, one octet more, and none.
 */
static const struct hmac_row {
    const char *name, *key, *data;
    size_t key_fill, data_fill; /* repeat the first octet that often; 0: as it stands */
    const char *digest;
} hmac_rows[] = {
    {"RFC 2104: 1",   "\x0b",             "Hi There",                                               16, 0,  "9294727a3638bb1c13f48ef8158bfc9d"},
    {"RFC 2104: 2",   "Jefe",             "what do ya want for nothing?",                           0,  0,
     "750c783e6ab0b503eaa86e310a5db738"                                                                                                       },
    {"RFC 2104: 3",   "\xaa",             "\xdd",                                                   16, 50, "56be34521d144c88dbb8c733f0e8b3f6"},
    {"RFC 2202: 6",   "\xaa",             "Test Using Larger Than Block-Size Key - Hash Key First", 80, 0,
     "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"                                                                                                       },
    {"RFC 2195",      "tanstaaftanstaaf", "<1896.697170952@postoffice.reston.mci.net>",             0,  0,
     "b913a602c7eda7a495b4e6e7334d3890"                                                                                                       },
    {"block",         "a",                "x",                                                      64, 0,  "56c50885b4328294604759a34989112c"},
    {"block and one", "a",                "x",                                                      65, 0,  "9337811180023c3b72f9865987849a5e"},
    {"nothing",       "",                 "",                                                       0,  0,  "74e6f7298a9c2d168935f58c001bad88"},
};

static void fill(struct buf *out, const char *text, size_t count)
{
    if (count == 0) {
        buf_append_text(out, text);
    } else {
        buf_append_fill(out, (unsigned char)text[0], count);
    }
}

static void test_hmac(void)
{
    for (size_t i = 0; i < sizeof hmac_rows / sizeof hmac_rows[0]; i++) {
        const struct hmac_row *row = &hmac_rows[i];
        struct buf key = {0};
        struct buf data = {0};
        struct buf out = {0};
        fill(&key, row->key, row->key_fill);
        fill(&data, row->data, row->data_fill);
        digest_hmac_md5(&out, buf_bytes(&key), buf_bytes(&data));
        UNIT_ROW(row->name, bytes_is(buf_bytes(&out), row->digest));
        buf_deinit(&key);
        buf_deinit(&data);
        buf_deinit(&out);
    }
}

/* RFC 1939 section 7 */
static void test_apop(void)
{
    struct buf out = {0};
    buf_append_text(&out, "APOP mrose ");
    digest_apop(&out, BYTES_LIT("<1896.697170952@dbc.mtview.ca.us>"), BYTES_LIT("tanstaaf"));
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "APOP mrose c4c9334bac560ecc979e58001b3e22fb");
    buf_deinit(&out);
}

static const struct unit_test tests[] = {
    {"MD5",      test_md5 },
    {"HMAC-MD5", test_hmac},
    {"APOP",     test_apop},
};

UNIT_MAIN("auth/digest", tests)
