/* shard: which part a case id is in. These numbers are promised: a changed row here is a broken promise. */
#include "cli/shard.h"
#include "unit.h"

struct shard_row {
    const char *id;
    unsigned count;
    unsigned shard;
};

/* clang-format off */
/* Reckoned with another program: python3, FNV-1a as in docs/ci.md. */
static const struct shard_row rows[] = {
    {"", 2, 2},
    {"", 3, 3},
    {"", 7, 3},
    {"", 10000, 6038},
    {"smtp/noop", 2, 1},
    {"smtp/noop", 3, 1},
    {"smtp/noop", 7, 7},
    {"smtp/noop", 10000, 823},
    {"smtp/rcpt-without-mail/after-rset", 2, 1},
    {"smtp/rcpt-without-mail/after-rset", 3, 3},
    {"smtp/rcpt-without-mail/after-rset", 7, 5},
    {"smtp/rcpt-without-mail/after-rset", 10000, 839},
    {"pop3/dele-marks", 2, 2},
    {"pop3/dele-marks", 3, 2},
    {"pop3/dele-marks", 7, 5},
    {"pop3/dele-marks", 10000, 7162},
    {"client/smtp/quit", 2, 2},
    {"client/smtp/quit", 3, 2},
    {"client/smtp/quit", 7, 5},
    {"client/smtp/quit", 10000, 5212},
    {"a", 2, 1},
    {"a", 3, 2},
    {"a", 7, 6},
    {"a", 10000, 1997},
    {"gr\xc3\xbc" "\xc3\x9f" "e", 2, 1},
    {"gr\xc3\xbc" "\xc3\x9f" "e", 3, 3},
    {"gr\xc3\xbc" "\xc3\x9f" "e", 7, 7},
    {"gr\xc3\xbc" "\xc3\x9f" "e", 10000, 3017},
};
/* clang-format on */

static void test_the_promise(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        UNIT_ROW(rows[i].id, shard_of(rows[i].id, rows[i].count) == rows[i].shard);
    }
}

struct word_row {
    const char *text;
    bool good;
    unsigned index;
    unsigned count;
};

static const struct word_row words[] = {
    {"1/2",                    true,  1, 2    },
    {"2/2",                    true,  2, 2    },
    {"7/10000",                true,  7, 10000},
    {"1/1",                    true,  0, 0    },
    {"",                       false, 0, 0    },
    {"1",                      false, 0, 0    },
    {"/",                      false, 0, 0    },
    {"1/",                     false, 0, 0    },
    {"/2",                     false, 0, 0    },
    {"0/2",                    false, 0, 0    },
    {"3/2",                    false, 0, 0    },
    {"0/0",                    false, 0, 0    },
    {"1/10001",                false, 0, 0    },
    {"-1/2",                   false, 0, 0    },
    {"1/2/3",                  false, 0, 0    },
    {"1 /2",                   false, 0, 0    },
    {"1/18446744073709551617", false, 0, 0    },
};

static void test_words(void)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct shard shard = {9, 9};
        const char *name = words[i].text;
        UNIT_ROW(name, shard_read(bytes_of(name), &shard) == words[i].good);
        UNIT_ROW(name, shard.index == words[i].index && shard.count == words[i].count);
    }
}

static const struct unit_test tests[] = {
    {"the promise", test_the_promise},
    {"words",       test_words      },
};

UNIT_MAIN("cli: shard", tests)
