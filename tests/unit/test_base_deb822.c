#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "base/deb822.h"

/* A file written out: "[line:column name=value|...]" for each record, "!line" for each defect. */
static void add_defect(void *self, unsigned line, const char *text)
{
    CU_ASSERT(strlen(text) > 0);
    buf_printf(self, "!%u", line);
}

static void write_out(struct bytes text, struct buf *out)
{
    struct arena *arena = arena_new();
    struct deb822_file file = deb822_read(text, arena, add_defect, out);
    for (size_t i = 0; i < file.count; i++) {
        const struct deb822_record *record = &file.records[i];
        CU_ASSERT(record->count > 0 && record->line == record->fields[0].line);
        for (size_t j = 0; j < record->count; j++) {
            const struct deb822_field *field = &record->fields[j];
            buf_printf(out, "%c%u:%u %s=", j == 0 ? '[' : '|', field->line, field->column,
                       field->name);
            buf_append(out, field->value);
        }
        buf_append_octet(out, ']');
    }
    arena_free(&arena);
}

static const struct row {
    const char *text;
    const char *read;
} rows[] = {
    {"",                                            ""                          },
    {"\n\n\n",                                      ""                          },
    {"Title: x",                                    "[1:8 Title=x]"             },
    {"Title: x\n",                                  "[1:8 Title=x]"             },
    {"Title: x\r\nTags: a b\r\n",                   "[1:8 Title=x|2:7 Tags=a b]"},
    {"Title:x",                                     "[1:7 Title=x]"             },
    {"Title:   x  \t\n",                            "[1:10 Title=x]"            },
    {"Title:\n",                                    "[1:7 Title=]"              },
    {"Title: a: b",                                 "[1:8 Title=a: b]"          },
    {"A: 1\n\nB: 2\n",                              "[1:4 A=1][3:4 B=2]"        },
    {"A: 1\n \t\nB: 2\n",                           "[1:4 A=1][3:4 B=2]"        },
    {"\n\nA: 1\n\n\n\nB: 2",                        "[3:4 A=1][7:4 B=2]"        },
    {"A: 1\n 2\n\t3\nB: 4",                         "[1:4 A=1\n2\n3|4:4 B=4]"   },
    {"A:\n  x | y\n  1 | 2\n",                      "[1:3 A=x | y\n1 | 2]"      },
    {"# no field\nA: 1\n# in between\n 2\n#\nB: 3", "[2:4 A=1\n2|6:4 B=3]"      },
    {"A: 1 # no comment",                           "[1:4 A=1 # no comment]"    },
    {"A: 1\n # no comment",                         "[1:4 A=1\n# no comment]"   },
    {"A: 1\nA: 2",                                  "[1:4 A=1|2:4 A=2]"         },
    {"\xef\xbb\xbf"
     "A: 1",                                   "[1:4 A=1]"                 },
    {"A: \xc3\xa9",                                 "[1:4 A=\xc3\xa9]"          },
    {"no colon",                                    "!1"                        },
    {"A: 1\nno colon\n gone too\nB: 2",             "!2[1:4 A=1|4:4 B=2]"       },
    {" continues nothing\n nor this\nA: 1",         "!1[3:4 A=1]"               },
    {"A: 1\n\n continues nothing",                  "!3[1:4 A=1]"               },
    {"no colon\n\n continues nothing",              "!1!3"                      },
    {": no name",                                   "!1"                        },
    {"A B: 1",                                      "!1"                        },
    {"A : 1",                                       "!1"                        },
    {"\xc3\xa9: 1",                                 "!1"                        },
    {"bad\n\nA: 1",                                 "!1[3:4 A=1]"               },
};

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out = {0};
        write_out(bytes_of(rows[i].text), &out);
        bool same = bytes_is(buf_bytes(&out), rows[i].read);
        UNIT_ROW(rows[i].text, same);
        if (!same) {
            fprintf(stderr, "read as: %s\n", buf_text(&out));
        }
        buf_deinit(&out);
    }
}

static void test_find(void)
{
    struct arena *arena = arena_new();
    char text[] = "Title: one\nTITLE: two\nEach:\n\n\nOther: x\n";
    struct deb822_file file = deb822_read(bytes_of(text), arena, NULL, NULL);
    memset(text, '!', sizeof text - 1); /* nothing may point into it */
    CU_ASSERT_FATAL(file.count == 2);
    const struct deb822_field *field = deb822_find(&file.records[0], "title");
    CU_ASSERT_FATAL(field != NULL);
    CU_ASSERT(bytes_is(field->value, "one"));
    CU_ASSERT_STRING_EQUAL(field->name, "Title");
    CU_ASSERT_PTR_NULL(deb822_find(&file.records[0], "Other"));
    CU_ASSERT_PTR_NULL(deb822_find(&file.records[0], "Titl"));
    arena_free(&arena);
}

static void test_value_line(void)
{
    struct arena *arena = arena_new();
    struct deb822_file file =
        deb822_read(BYTES_LIT("Each:\n# a table\n  a | b\nTitle: x"), arena, NULL, NULL);
    CU_ASSERT_FATAL(file.count == 1 && file.records[0].count == 2);
    CU_ASSERT(file.records[0].fields[0].line == 1);
    CU_ASSERT(file.records[0].fields[0].value_line == 3);
    CU_ASSERT(file.records[0].fields[0].column == 3);
    CU_ASSERT(file.records[0].fields[1].value_line == 4);
    arena_free(&arena);
}

/* NUL is an octet like any other, in a value; in a name it is a defect. */
static void test_nul(void)
{
    struct buf out = {0};
    write_out(BYTES_LIT("A: x\0y\n\0: z\n"), &out);
    CU_ASSERT(bytes_equal(buf_bytes(&out), BYTES_LIT("!2[1:4 A=x\0y]")));
    buf_deinit(&out);
}

static const struct unit_test tests[] = {
    {"rows",       test_rows      },
    {"find",       test_find      },
    {"value line", test_value_line},
    {"NUL",        test_nul       },
};

UNIT_MAIN("base/deb822", tests)
