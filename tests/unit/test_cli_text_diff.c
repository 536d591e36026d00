/* Unified diffs: each row before, after, and what is shown. */
#include "cli/text_diff.h"
#include "unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HEAD         "--- f\n+++ f\n"

struct row {
    const char *name;
    const char *before;
    const char *after;
    const char *shown;
};

static const struct row rows[] = {
    {"the same",                   "a\nb\n",                      "a\nb\n",                      ""                                      },
    {"one line",                   "a\nb\nc\n",                   "a\nx\nc\n",                   HEAD "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
    {"only three lines around",    "1\n2\n3\n4\nb\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n5\n6\n7\n8\n",
     HEAD "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-b\n+x\n 5\n 6\n 7\n"                                                                            },
    {"two hunks",                  "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "x\n1\n2\n3\n4\n5\n6\n7\ny\n",
     HEAD "@@ -1,4 +1,4 @@\n-a\n+x\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+y\n"                                                   },
    {"lines more",                 "a\nc\n",                      "a\nb\nc\n",                   HEAD "@@ -1,2 +1,3 @@\n a\n+b\n c\n"    },
    {"lines less",                 "a\nb\nc\n",                   "a\nc\n",                      HEAD "@@ -1,3 +1,2 @@\n a\n-b\n c\n"    },
    {"from nothing",               "",                            "a\n",                         HEAD "@@ -0,0 +1,1 @@\n+a\n"            },
    {"to nothing",                 "a\n",                         "",                            HEAD "@@ -1,1 +0,0 @@\n-a\n"            },
    {"what a terminal would obey", "\\x1b\n",                     "\033[2J\n",
     HEAD "@@ -1,1 +1,1 @@\n-\\x1b\n+\\x1b[2J\n"                                                                                         },
};

static void test_rows(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = {0};
        text_diff(&out, "f", bytes_of(rows[i].before), bytes_of(rows[i].after));
        UNIT_ROW(rows[i].name, strcmp(buf_text(&out), rows[i].shown) == 0);
        buf_deinit(&out);
    }
}

/* Not compared line by line then, but bounded. */
static void test_many_lines(void)
{
    struct buf before = {0};
    struct buf after = {0};
    struct buf out = {0};
    for (unsigned i = 0; i < 3000; i++) {
        buf_printf(&before, "a%u\n", i);
        buf_printf(&after, "b%u\n", i);
    }
    text_diff(&out, "f", buf_bytes(&before), buf_bytes(&after));
    CU_ASSERT_TRUE(bytes_starts(buf_bytes(&out), HEAD "@@ -1,3000 +1,3000 @@\n-a0\n-a1\n"));
    CU_ASSERT_TRUE(bytes_ends(buf_bytes(&out), "+b2999\n"));
    buf_deinit(&before);
    buf_deinit(&after);
    buf_deinit(&out);
}

static const struct unit_test tests[] = {
    {"texts",      test_rows      },
    {"many lines", test_many_lines},
};

UNIT_MAIN("cli: text diff", tests)
