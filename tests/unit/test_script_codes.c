/*
 * The codes that an expected reply begins with.
 */
#include "base/buf.h"
#include "script/reply_codes.h"
#include "unit.h"

struct row {
    const char *text;
    bool whole;
    const char *expected; /* "alone 250 ?5yz", "text 250 -", "none 4 3" (where, how wide) */
};

static const struct row rows[] = {
    {"250",                                                                 true,  "alone 250"        },
    {"250  ",                                                               true,  "alone 250"        },
    {"250 ",                                                                false, "text 250 \" \""   },
    {"250",                                                                 false, "text 250 \"\""    },
    {"250-",                                                                true,  "text 250 \"-\""   },
    {"250 OK",                                                              true,  "text 250 \" \""   },
    {"250-OK",                                                              true,  "text 250 \"-\""   },
    {"2yz",                                                                 true,  "alone 2yz"        },
    {"25z",                                                                 true,  "alone 25z"        },
    {"2yz ok",                                                              true,  "text 2yz \" \""   },
    {"503 | ?5yz",                                                          true,  "alone 503 ?5yz"   },
    {"?5yz|503",                                                            true,  "alone ?5yz 503"   },
    {"500|501|502",                                                         true,  "alone 500 501 502"},
    {"+OK",                                                                 true,  "alone +OK"        },
    {"+OK | -ERR",                                                          true,  "alone +OK -ERR"   },
    {"-ERR no",                                                             true,  "text -ERR \" \""  },
    {"+",                                                                   true,  "alone +"          },
    {"+ Zm9v",                                                              true,  "text + \" \""     },
    {"",                                                                    true,  "none 0 1"         },
    {"Ok",                                                                  true,  "none 0 2"         },
    {"25",                                                                  true,  "none 0 2"         },
    {"2500",                                                                true,  "none 3 1"         },
    {"150",                                                                 true,  "none 0 3"         },
    {"600 x",                                                               true,  "none 0 3"         },
    {"260",                                                                 true,  "none 0 3"         },
    {"2y5",                                                                 true,  "none 0 3"         },
    {"2xx",                                                                 true,  "none 0 3"         },
    {"250OK",                                                               true,  "none 3 1"         },
    {"250 |",                                                               true,  "none 5 1"         },
    {"250 | 251 x",                                                         true,  "none 10 1"        },
    {"250 | 251",                                                           false, "none 9 1"         },
    {"?250",                                                                true,  "none 0 4"         },
    {"?250 ok",                                                             true,  "none 0 4"         },
    {"250 | -ERR",                                                          true,  "none 6 4"         },
    {"+OKAY",                                                               true,  "none 3 1"         },
    {"+ok",                                                                 true,  "none 0 3"         },
    {"-",                                                                   true,  "none 0 1"         },
    {"-ERR-x",                                                              true,  "none 4 1"         },
    {"2|2|2",                                                               true,  "none 0 5"         },
    {"220|220|220|220|220|220|220|220|220|220|220|220|220|220|220|220|220", true,  "none 64 1"        },
};

static void print(struct buf *out, const struct codes *codes)
{
    static const char *const kinds[] = {"none", "alone", "text"};
    buf_append_text(out, kinds[codes->kind]);
    if (codes->kind == CODES_NONE) {
        buf_printf(out, " %zu %zu", codes->bad_at, codes->bad_width);
    }
    for (size_t i = 0; i < codes->count; i++) {
        buf_printf(out, " %s%s", codes->choices[i].second_choice ? "?" : "",
                   codes->choices[i].code);
    }
    if (codes->kind == CODES_TEXT) {
        buf_printf(out, " \"%.1s\"", (const char[]){(char)codes->separator, '\0'});
    }
}

static void plain(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct codes codes = codes_read(bytes_of(rows[i].text), rows[i].whole, arena);
        struct buf out = {0};
        print(&out, &codes);
        if (!bytes_is(buf_bytes(&out), rows[i].expected)) {
            fprintf(stderr, "got %s\n", buf_text(&out));
        }
        UNIT_ROW(rows[i].text, bytes_is(buf_bytes(&out), rows[i].expected));
        UNIT_ROW(rows[i].text, (codes.kind == CODES_NONE) == (codes.expected != NULL));
        buf_deinit(&out);
        arena_free(&arena);
    }
}

static const struct marked_row {
    const char *text;
    enum compare compare;
    const char *expected;
} marked_rows[] = {
    {"250 *",     COMPARE_GLOB,  "text 250 \" \""},
    {"250-SIZE*", COMPARE_GLOB,  "text 250 \"-\""},
    {"250?SIZE*", COMPARE_GLOB,  "text 250 \"\"" },
    {"25? *",     COMPARE_GLOB,  "none 0 0"      },
    {"* 250",     COMPARE_GLOB,  "none 0 0"      },
    {"+OK *",     COMPARE_GLOB,  "text +OK \" \""},
    {"250 2\\.1", COMPARE_REGEX, "text 250 \" \""},
    {"250? x",    COMPARE_REGEX, "none 0 0"      },
    {"250|251",   COMPARE_REGEX, "none 0 0"      },
    {"250+",      COMPARE_REGEX, "none 0 0"      },
    {"\\+OK .*",  COMPARE_REGEX, "text +OK \" \""},
    {"+OK",       COMPARE_REGEX, "none 0 0"      },
    {"-ERR",      COMPARE_REGEX, "text -ERR \"\""},
    {"999 what",  COMPARE_EXACT, "text 999 \" \""},
    {"250 | 251", COMPARE_EXACT, "text 250 \" \""},
};

static void marked(void)
{
    for (size_t i = 0; i < sizeof marked_rows / sizeof marked_rows[0]; i++) {
        const struct marked_row *row = &marked_rows[i];
        struct arena *arena = arena_new();
        struct codes codes = codes_read_marked(bytes_of(row->text), row->compare, arena);
        struct buf out = {0};
        print(&out, &codes);
        UNIT_ROW(row->text, bytes_is(buf_bytes(&out), row->expected));
        buf_deinit(&out);
        arena_free(&arena);
    }
}

static const struct unit_test tests[] = {
    {"plain",  plain },
    {"marked", marked},
};

UNIT_MAIN("script codes", tests)
