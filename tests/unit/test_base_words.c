#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/glob.h"
#include "base/octet_count.h"

static const struct glob_row {
    const char *pattern, *text;
    bool matches;
} glob_rows[] = {
    {"",            "",                true },
    {"",            "a",               false},
    {"*",           "",                true },
    {"*",           "anything/at all", true },
    {"a*",          "abc",             true },
    {"a*",          "bc",              false},
    {"*c",          "abc",             true },
    {"*c",          "abcd",            false},
    {"a*c*e",       "abcde",           true },
    {"a*c*e",       "abcdx",           false},
    {"*ab",         "aab",             true },
    {"**",          "x",               true },
    {"?",           "x",               true },
    {"?",           "",                false},
    {"?",           "xy",              false},
    {"250 2.1.? *", "250 2.1.0 Ok",    true },
    {"250 2.1.? *", "250 2.1.10 Ok",   false},
    {"\\*",         "*",               true },
    {"\\*",         "x",               false},
    {"\\?",         "x",               false},
    {"\\a",         "a",               true },
    {"\\\\",        "\\",              true },
    {"a\\",         "a\\",             true },
    {"[a]",         "[a]",             true },
    {"a",           "A",               false},
};

static void test_glob(void)
{
    for (size_t i = 0; i < sizeof glob_rows / sizeof glob_rows[0]; i++) {
        const struct glob_row *row = &glob_rows[i];
        UNIT_ROW(row->pattern,
                 glob_match(bytes_of(row->pattern), bytes_of(row->text)) == row->matches);
    }
    CU_ASSERT(glob_match(BYTES_LIT("a*c"), BYTES_LIT("a\0b\nc")));
}

/* 200 stars over 20,000 octets: hopeless for a matcher that tries every star again. */
static void test_glob_hostile(void)
{
    struct buf pattern = {0};
    struct buf text = {0};
    for (unsigned i = 0; i < 200; i++) {
        buf_append_text(&pattern, "*a");
    }
    buf_append_text(&pattern, "*b");
    buf_append_fill(&text, 'a', 20000);
    CU_ASSERT(!glob_match(buf_bytes(&pattern), buf_bytes(&text)));
    buf_append_octet(&text, 'b');
    CU_ASSERT(glob_match(buf_bytes(&pattern), buf_bytes(&text)));
    buf_deinit(&pattern);
    buf_deinit(&text);
}

static const struct glob_row id_rows[] = {
    {"smtp",          "smtp/helo",              true },
    {"smtp/",         "smtp/helo",              true },
    {"smtp/",         "smtp/helo/row",          true },
    {"smtp/",         "smtp",                   false},
    {"smtp",          "smtp",                   true },
    {"smtp",          "smtps/helo",             false},
    {"smtp",          "lib/smtp/helo",          false},
    {"smtp/helo",     "smtp/helo",              true },
    {"smtp/helo",     "smtp/helo/row",          true },
    {"smtp/helo",     "smtp/helo-again",        false},
    {"smtp/hel",      "smtp/helo",              false},
    {"smtp/helo/row", "smtp/helo",              false},
    {"*",             "smtp/helo",              true }, /* names the folder */
    {"smtp/rcpt-*",   "smtp/rcpt-without-mail", true },
    {"smtp/rcpt-*",   "smtp/rcpt-forms/quoted", true },
    {"smtp/rcpt-*",   "smtp/helo",              false},
    {"*/helo",        "smtp/helo",              true },
    {"*/helo",        "smtp/examples/helo",     false},
    {"**/helo",       "smtp/examples/helo",     true },
    {"**/helo",       "smtp/helo",              true },
    {"**/helo",       "helo",                   true },
    {"**/helo",       "smtp/ahelo",             false},
    {"**helo",        "smtp/ahelo",             true },
    {"smtp/**/row",   "smtp/row",               true },
    {"smtp/**/row",   "smtp/a/b/row",           true },
    {"smtp/**/row",   "smtp/a/b/arow",          false},
    {"smtp/**",       "smtp/a/b",               true },
    {"smtp/**",       "smtp",                   false},
    {"**",            "smtp/a/b",               true },
    {"**a*/c",        "x/ab/c",                 true },
    {"**a*/c",        "a/x/ab/d/ac/c",          true },
    {"s*p/h*o",       "smtp/helo",              true },
    {"s*p/h*o",       "smtp/x/helo",            false},
    {"smt?/helo",     "smtp/helo",              true },
    {"smtp?helo",     "smtp/helo",              false},
    {"smtp*helo",     "smtp/helo",              false},
    {"\\*",           "a",                      false},
    {"\\*",           "*",                      true },
    {"",              "",                       false},
    {"",              "smtp",                   false},
    {"/",             "smtp",                   false},
};

static void test_id(void)
{
    for (size_t i = 0; i < sizeof id_rows / sizeof id_rows[0]; i++) {
        UNIT_ROW(id_rows[i].pattern,
                 glob_match_id(id_rows[i].pattern, id_rows[i].text) == id_rows[i].matches);
    }
}

static const struct nearest_row {
    const char *word, *nearest;
} nearest_rows[] = {
    {"RCPT",        "RCPT"    },
    {"rcpt",        "RCPT"    },
    {"RPCT",        "RCPT"    },
    {"RCTP",        "RCPT"    },
    {"STARTLS",     "STARTTLS"},
    {"STRATLTS",    "STARTTLS"},
    {"STARTLT",     "STARTTLS"},
    {"QIT",         "QUIT"    },
    {"QI",          NULL      },
    {"QXIX",        NULL      },
    {"XYZZY",       NULL      },
    {"",            NULL      },
    {"STARTTLSABC", NULL      },
};

static void test_nearest(void)
{
    static const char *const words[] = {"MAIL", "RCPT", "QUIT", "STARTTLS"};
    for (size_t i = 0; i < sizeof nearest_rows / sizeof nearest_rows[0]; i++) {
        const char *nearest = glob_nearest(bytes_of(nearest_rows[i].word), words, 4);
        bool same = nearest == NULL || nearest_rows[i].nearest == NULL
                        ? nearest == nearest_rows[i].nearest
                        : strcmp(nearest, nearest_rows[i].nearest) == 0;
        UNIT_ROW(nearest_rows[i].word, same);
    }
    char longer[200];
    memset(longer, 'a', sizeof longer);
    CU_ASSERT_PTR_NULL(glob_nearest(bytes_make(longer, sizeof longer), words, 4));
    CU_ASSERT_PTR_NULL(glob_nearest(BYTES_LIT("RCPT"), NULL, 0));
}

/* 18446744073709552 s wrap to 384 ms in 64 bits. */
static const struct duration_row {
    const char *text;
    bool ok;
    int64_t ms;
} duration_rows[] = {
    {"500ms",                 true,  500     },
    {"10s",                   true,  10000   },
    {"5m",                    true,  300000  },
    {"24h",                   true,  86400000},
    {"0s",                    true,  0       },
    {"86400000ms",            true,  86400000},
    {"86400001ms",            false, 0       },
    {"25h",                   false, 0       },
    {"1441m",                 false, 0       },
    {"18446744073709552s",    false, 0       },
    {"18446744073709551615s", false, 0       },
    {"99999999999999999999s", false, 0       },
    {"",                      false, 0       },
    {"s",                     false, 0       },
    {"10",                    false, 0       },
    {"10 s",                  false, 0       },
    {"10S",                   false, 0       },
    {"-1s",                   false, 0       },
    {"10sec",                 false, 0       },
    {"1.5s",                  false, 0       },
    {" 1s",                   false, 0       },
};

static void test_duration(void)
{
    for (size_t i = 0; i < sizeof duration_rows / sizeof duration_rows[0]; i++) {
        int64_t ms = -1;
        bool ok = duration_read(bytes_of(duration_rows[i].text), &ms);
        UNIT_ROW(duration_rows[i].text, ok == duration_rows[i].ok);
        UNIT_ROW(duration_rows[i].text, !ok || ms == duration_rows[i].ms);
    }
}

struct octet_count_row {
    const char *text;
    bool ok;
    uint64_t count;
};

static const struct octet_count_row octet_count_rows[] = {
    {"0",                    true,  0                         },
    {"10",                   true,  10                        },
    {"1k",                   true,  1024                      },
    {"64K",                  true,  UINT64_C(64) << 10        },
    {"32M",                  true,  UINT64_C(32) << 20        },
    {"1m",                   true,  UINT64_C(1) << 20         },
    {"3G",                   true,  UINT64_C(3) << 30         },
    {"4294967295G",          true,  UINT64_C(4294967295) << 30},
    {"4294967296",           false, 0                         },
    {"99999999999999999999", false, 0                         },
    {"",                     false, 0                         },
    {"k",                    false, 0                         },
    {"1kk",                  false, 0                         },
    {"1 k",                  false, 0                         },
    {"1T",                   false, 0                         },
    {"-1",                   false, 0                         },
    {"k1",                   false, 0                         },
};

static void test_octet_count(void)
{
    for (size_t i = 0; i < sizeof octet_count_rows / sizeof octet_count_rows[0]; i++) {
        uint64_t count = 4711;
        bool ok = octet_count_read(bytes_of(octet_count_rows[i].text), &count);
        UNIT_ROW(octet_count_rows[i].text, ok == octet_count_rows[i].ok);
        UNIT_ROW(octet_count_rows[i].text, count == (ok ? octet_count_rows[i].count : 4711));
    }
}

static const struct unit_test tests[] = {
    {"glob",         test_glob        },
    {"hostile glob", test_glob_hostile},
    {"ids",          test_id          },
    {"nearest",      test_nearest     },
    {"duration",     test_duration    },
    {"octet count",  test_octet_count },
};

UNIT_MAIN("base/words", tests)
