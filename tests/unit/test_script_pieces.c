/*
 * Escapes, {{variables}} and {{functions ...}}: from octets of a file to text.
 */
#include <string.h>

#include "script/pieces.h"
#include "unit.h"

struct world {
    struct arena *arena;
    struct problems problems;
    struct name_value row[1];
    struct pieces_context context;
};

static struct span span_from(struct world *world, const char *text)
{
    struct bytes octets = bytes_of(text);
    struct place place = {.path = "t", .line = 1, .column = 1, .source = octets};
    return span_of(world->arena, octets, place);
}

/* A column "cell" with the text "a*b {{rcpt}}". */
static void world_init(struct world *world)
{
    memset(world, 0, sizeof *world);
    world->arena = arena_new();
    world->problems.arena = world->arena;
    world->context = (struct pieces_context){.arena = world->arena, .problems = &world->problems};
    world->row[0].name = "cell";
    world->row[0].value =
        pieces_read(&world->context, PIECES_CELL, span_from(world, "a*b {{rcpt}}")).text;
    world->context.row = world->row;
    world->context.row_count = 1;
}

static void world_deinit(struct world *world)
{
    problems_deinit(&world->problems);
    arena_free(&world->arena);
}

/* [octets] (variable:type=sample) {function args} */
static void print(struct buf *out, const struct text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->pieces[i];
        switch (piece->kind) {
        case PIECE_OCTETS:
            buf_append_octet(out, '[');
            buf_append(out, piece->octets);
            buf_append_octet(out, ']');
            break;
        case PIECE_VARIABLE:
            buf_printf(out, "(%s%s%s%s", piece->name, piece->typed ? ":" : "",
                       piece->typed ? value_type_name(piece->type) : "",
                       piece->has_sample ? "=" : "");
            buf_append(out, piece->sample);
            buf_append_octet(out, ')');
            break;
        case PIECE_FUNCTION:
            buf_printf(out, "{%s", piece->name);
            for (size_t j = 0; j < piece->argument_count; j++) {
                buf_append_octet(out, ' ');
                print(out, &piece->arguments[j]);
            }
            buf_append_octet(out, '}');
            break;
        }
    }
}

static const struct row {
    enum pieces_mode mode;
    const char *text;
    const char *expected;
} rows[] = {
    {PIECES_LINE,   "",                                           ""                       },
    {PIECES_LINE,   "NOOP",                                       "[NOOP]"                 },
    {PIECES_LINE,   "\\r\\n\\t\\\\\\{{x}}\\x41",                  "[\r\n\t\\{{x}}A]"       },
    {PIECES_LINE,   "a\\c",                                       "[a]c"                   },
    {PIECES_LINE,   "a{b}}c",                                     "[a{b}}c]"               },
    {PIECES_LINE,   "<{{rcpt}}>",                                 "[<](rcpt)[>]"           },
    {PIECES_LINE,   "{{ rcpt }}",                                 "(rcpt)"                 },
    {PIECES_LINE,   "{{n:int}}",                                  "(n:int)"                },
    {PIECES_LINE,   "{{n:int=5}}x",                               "(n:int=5)[x]"           },
    {PIECES_LINE,   "{{n=}}",                                     "(n=)"                   },
    {PIECES_LINE,   "{{n=a \\x41 b}}",                            "(n=a A b)"              },
    {PIECES_LINE,   "{{secret:alice}}",                           "(secret:alice)"         },
    {PIECES_LINE,   "{{ehlo:SIZE}}",                              "(ehlo:SIZE)"            },
    {PIECES_LINE,   "{{repeat 3 \"x\"}}",                         "{repeat [3] [x]}"       },
    {PIECES_LINE,   "{{repeat n \"a\\\"b}}\"}}",                  "{repeat (n) [a\"b}}]}"  },
    {PIECES_LINE,   "{{base64 \"\\x00\" user}}.",                 "{base64 [\1] (user)}[.]"},
    {PIECES_LINE,   "{{upper \"a{{lower \"B\"}}\"}}",             "{upper [a]{lower [B]}}" },
    {PIECES_LINE,   "{{base64 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6}}",
     "{base64 [1] [2] [3] [4] [5] [6] [7] [8] [9] [0] [1] [2] [3] [4] [5] [6]}"            },
    {PIECES_LINE,   "{{apop}}",                                   "{apop}"                 },
    {PIECES_LINE,   "<{{cell}}>",                                 "[<][a*b ](rcpt)[>]"     },
    {PIECES_LINE,   "{{length cell}}",                            "{length [a*b ](rcpt)}"  },
    {PIECES_LINE,   "{{cell:int}}",                               "(cell:int)"             },
    {PIECES_CELL,   "a \\| b",                                    "[a | b]"                },
    {PIECES_GLOB,   "\\*\\?\\\\*?\\x2a\\x41",                     "[\\*\\?\\\\*?\\*A]"     },
    {PIECES_GLOB,   "{{cell}}",                                   "[a\\*b ](rcpt)"         },
    {PIECES_REGEX,  "\\d+\\x41\\{{2}",                            "[\\d+\\x41\\{{2}]"      },
    {PIECES_REGEX,  "^{{n:int}}\\.$",                             "[^](n:int)[\\.$]"       },
    {PIECES_VALUES, "C:\\dir {{rcpt}}",                           "[C:\\dir ](rcpt)"       },
};

static void texts(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world world;
        world_init(&world);
        struct pieces pieces =
            pieces_read(&world.context, rows[i].mode, span_from(&world, rows[i].text));
        struct buf out = {0};
        print(&out, &pieces.text);
        buf_append_text(&out, pieces.no_end ? "c" : "");
        for (size_t j = 0; j < out.n; j++) {
            out.p[j] = out.p[j] == 0 ? 1 : out.p[j]; /* NUL cannot stand in the rows */
        }
        if (!bytes_is(buf_bytes(&out), rows[i].expected)) {
            fprintf(stderr, "got %s\n", buf_text(&out));
        }
        UNIT_ROW(rows[i].text, !pieces.failed && world.problems.count == 0);
        UNIT_ROW(rows[i].text, bytes_is(buf_bytes(&out), rows[i].expected));
        buf_deinit(&out);
        world_deinit(&world);
    }
}

static const struct bad_row {
    enum pieces_mode mode;
    const char *text;
    unsigned column;
    unsigned width;
} bad_rows[] = {
    {PIECES_LINE,   "a\\qb",                  2,  2 },
    {PIECES_LINE,   "a\\",                    2,  1 },
    {PIECES_LINE,   "\\xg0",                  1,  2 },
    {PIECES_LINE,   "\\x4",                   1,  3 },
    {PIECES_LINE,   "a\\cb",                  2,  2 },
    {PIECES_LINE,   "a \\| b",                3,  2 },
    {PIECES_CELL,   "a\\c",                   2,  2 },
    {PIECES_LINE,   "x{{",                    2,  2 },
    {PIECES_LINE,   "x{{rcpt",                2,  2 },
    {PIECES_LINE,   "x{{rcpt}",               2,  2 },
    {PIECES_LINE,   "{{}}",                   1,  3 },
    {PIECES_LINE,   "{{:int}}",               3,  4 },
    {PIECES_LINE,   "{{n:foo}}",              5,  3 },
    {PIECES_LINE,   "{{n!}}",                 4,  1 },
    {PIECES_LINE,   "{{n=5",                  1,  2 },
    {PIECES_LINE,   "{{foo 1}}",              3,  3 },
    {PIECES_LINE,   "{{repeat}}",             1,  10},
    {PIECES_LINE,   "{{repeat 1 2 3}}",       1,  16},
    {PIECES_LINE,   "{{repeat \"a\" \"b\"}}", 1,  18},
    {PIECES_LINE,   "{{upper \"a}}",          9,  1 },
    {PIECES_LINE,   "{{upper \"{{\"}}",       9,  1 },
    {PIECES_LINE,   "{{upper \"\\q\"}}",      10, 2 },
    {PIECES_VALUES, "{{",                     1,  2 },
};

static void mistakes(void)
{
    for (size_t i = 0; i < sizeof bad_rows / sizeof bad_rows[0]; i++) {
        const struct bad_row *row = &bad_rows[i];
        struct world world;
        world_init(&world);
        struct pieces pieces = pieces_read(&world.context, row->mode, span_from(&world, row->text));
        UNIT_ROW(row->text, pieces.failed && world.problems.count == 1);
        if (world.problems.count > 0) {
            struct place place = world.problems.items[0].place;
            if (place.column != row->column || place.width != row->width) {
                fprintf(stderr, "got %u, %u: %s\n", place.column, place.width,
                        world.problems.items[0].text);
            }
            UNIT_ROW(row->text, place.column == row->column && place.width == row->width);
        }
        world_deinit(&world);
    }
}

static const struct length_row {
    const char *text;
    bool known;
    size_t length;
} length_rows[] = {
    {"",                                                                       true,  0   },
    {"abc\\r\\n",                                                              true,  5   },
    {"{{repeat 600 \"xy\"}}z",                                                 true,  1201},
    {"{{base64 \"a\"}}{{base64 \"abcd\"}}",                                    true,  12  },
    {"{{upper \"abc\"}}{{md5 \"x\"}}",                                         true,  35  },
    {"{{rcpt}}",                                                               false, 0   },
    {"{{repeat n \"x\"}}",                                                     false, 0   },
    {"{{add 1 2}}",                                                            false, 0   },
    {"{{repeat 4294967295 \"{{repeat 4294967295 \"{{repeat 4 \"x\"}}\"}}\"}}", true,
     (size_t)1 << 40                                                                      },
};

static void lengths(void)
{
    for (size_t i = 0; i < sizeof length_rows / sizeof length_rows[0]; i++) {
        const struct length_row *row = &length_rows[i];
        struct world world;
        world_init(&world);
        struct pieces pieces =
            pieces_read(&world.context, PIECES_LINE, span_from(&world, row->text));
        size_t length = 0;
        bool known = text_length(&pieces.text, &length);
        UNIT_ROW(row->text, known == row->known && (!known || length == row->length));
        world_deinit(&world);
    }
}

/* A budget that is used up stops the work, whatever the text. */
static void budget(void)
{
    struct world world;
    world_init(&world);
    size_t left = 3;
    world.context.budget = &left;
    struct pieces pieces =
        pieces_read(&world.context, PIECES_LINE, span_from(&world, "a{{rcpt}}b{{rcpt}}c"));
    CU_ASSERT_EQUAL(pieces.text.count, 3);
    CU_ASSERT_EQUAL(left, 0);
    world_deinit(&world);
}

static const struct unit_test tests[] = {
    {"texts",    texts   },
    {"mistakes", mistakes},
    {"lengths",  lengths },
    {"budget",   budget  },
};

UNIT_MAIN("script pieces", tests)
