/*
 * One line of a dialogue: who speaks, with which marks, and what kind of line it is otherwise.
 */
#include "script/line_lexer.h"
#include "unit.h"

static const struct row {
    const char *line;
    const char *expected; /* "speech C1 ?* [ text]", else the kind and its text */
} rows[] = {
    {"C: NOOP",               "speech C1 [ NOOP]"    },
    {"S:250",                 "speech S1 [250]"      },
    {"R: 250",                "speech R1 [ 250]"     },
    {"C2: x",                 "speech C2 [ x]"       },
    {"  S16 : x",             "speech S16 [ x]"      },
    {"C & S: <x>",            "speech C&1 [ <x>]"    },
    {"S&C2: <x>",             "speech S&2 [ <x>]"    },
    {"S*: x",                 "speech S1 * [ x]"     },
    {"S/: x",                 "speech S1 / [ x]"     },
    {"S=: x",                 "speech S1 = [ x]"     },
    {"S?: x",                 "speech S1 ? [ x]"     },
    {"S!: x",                 "speech S1 ! [ x]"     },
    {"S~: x",                 "speech S1 ~ [ x]"     },
    {"S2?*: x",               "speech S2 *? [ x]"    },
    {"S*?: x",                "speech S1 *? [ x]"    },
    {"S~=: x",                "speech S1 =~ [ x]"    },
    {"S+/: x",                "speech S1 /+ [ x]"    },
    {"S?+: x",                "speech S1 ?+ [ x]"    },
    {"S*/: x",                "speech S1 / [ x] bad" },
    {"S!?: x",                "speech S1 ?! [ x] bad"},
    {"S??: x",                "speech S1 ? [ x] bad" },
    {"C0: x",                 "speech C1 [ x] bad"   },
    {"C17: x",                "speech C1 [ x] bad"   },
    {"C99999999999999999: x", "speech C1 [ x] bad"   },
    {"C & S*: x",             "speech C&1 * [ x] bad"},
    {"C & S?: <x>",           "speech C&1 ? [ <x>]"  },
    {"C: C: x",               "speech C1 [ C: x]"    },
    {"C:",                    "speech C1 []"         },
    {"C",                     "unknown [C]"          },
    {"C2",                    "unknown [C2]"         },
    {"C &",                   "unknown [C &]"        },
    {"Cc: x",                 "unknown [Cc: x]"      },
    {"c: x",                  "unknown [c: x]"       },
    {"S * : x",               "unknown [S * : x]"    },
    {"",                      "blank []"             },
    {" \t ",                  "blank []"             },
    {"# a",                   "comment [a]"          },
    {"  #a",                  "comment [a]"          },
    {"//  a",                 "comment [ a]"         },
    {"> a",                   "commentary [a]"       },
    {">",                     "commentary []"        },
    {"  <flush> ",            "direction [<flush>]"  },
    {"Either",                "either [Either]"      },
    {"   either:",            "either [either:]"     },
    {"Or",                    "or [Or]"              },
    {"Orange",                "unknown [Orange]"     },
    {"(note",                 "note [(note]"         },
    {"   ...",                "ellipsis [...]"       },
    {"  word",                "continuation [word]"  },
    {"\tword",                "continuation [word]"  },
    {"word",                  "unknown [word]"       },
};

static void print(struct buf *out, const struct lexed *lexed)
{
    static const char *const kinds[] = {
        [LEXED_BLANK] = "blank",
        [LEXED_COMMENT] = "comment",
        [LEXED_COMMENTARY] = "commentary",
        [LEXED_SPEECH] = "speech",
        [LEXED_DIRECTION] = "direction",
        [LEXED_EITHER] = "either",
        [LEXED_OR] = "or",
        [LEXED_NOTE] = "note",
        [LEXED_ELLIPSIS] = "ellipsis",
        [LEXED_CONTINUATION] = "continuation",
        [LEXED_UNKNOWN] = "unknown",
    };
    static const char signs[] = {'-', '-', '*', '/', '='};
    buf_printf(out, "%s ", kinds[lexed->kind]);
    if (lexed->kind == LEXED_SPEECH) {
        buf_printf(out, "%c%s%u ", lexed->speaker, lexed->both ? "&" : "", lexed->connection);
        size_t before = out->n;
        if (lexed->marked) {
            buf_append_octet(out, (unsigned char)signs[lexed->compare]);
        }
        buf_append_text(out, (lexed->flags & LINE_OPTIONAL) != 0 ? "?" : "");
        buf_append_text(out, (lexed->flags & LINE_FORBIDDEN) != 0 ? "!" : "");
        buf_append_text(out, (lexed->flags & LINE_ANY_ORDER) != 0 ? "~" : "");
        buf_append_text(out, (lexed->flags & LINE_FOLDED) != 0 ? "+" : "");
        buf_append_text(out, out->n > before ? " " : "");
    }
    buf_append_octet(out, '[');
    buf_append(out, lexed->text.text);
    buf_append_octet(out, ']');
}

static void kinds(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct problems problems = {.arena = arena_new()};
        struct bytes text = bytes_of(rows[i].line);
        struct place place = {.path = "t", .line = 1, .column = 1, .source = text};
        struct lexed lexed = line_lex(span_of(problems.arena, text, place), &problems);
        struct buf out = {0};
        print(&out, &lexed);
        buf_append_text(&out, problems.error_count > 0 ? " bad" : "");
        if (!bytes_is(buf_bytes(&out), rows[i].expected)) {
            fprintf(stderr, "got %s\n", buf_text(&out));
        }
        UNIT_ROW(rows[i].line, bytes_is(buf_bytes(&out), rows[i].expected));
        buf_deinit(&out);
        struct arena *arena = problems.arena;
        problems_deinit(&problems);
        arena_free(&arena);
    }
}

/* Columns count from the beginning of the line, for the speaker as for the text. */
static void places(void)
{
    struct arena *arena = arena_new();
    struct bytes text = BYTES_LIT("  S2*: 250");
    struct place place = {.path = "t", .line = 7, .column = 1, .source = text};
    struct lexed lexed = line_lex(span_of(arena, text, place), NULL);
    CU_ASSERT_EQUAL(lexed.place.line, 7);
    CU_ASSERT_EQUAL(lexed.place.column, 3);
    CU_ASSERT_EQUAL(lexed.place.width, 3);
    CU_ASSERT_EQUAL(span_place(lexed.text, 1, 3).column, 8);
    CU_ASSERT_EQUAL(span_place(lexed.text, 1, 3).width, 3);
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"kinds",  kinds },
    {"places", places},
};

UNIT_MAIN("script lexer", tests)
