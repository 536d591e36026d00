/* Does a line that came match a line that was written? */
#include "engine/line_match.h"

#include "base/escape.h"
#include "engine_written.h"
#include "unit.h"

struct row {
    enum compare compare;
    const char *written;
    struct bytes raw;
    enum line_match wanted;
    const char *bound;    /* "NAME=VALUE NAME=VALUE" when it matches */
    size_t offset;        /* of the difference */
    const char *expected; /* as the difference shows it; NULL: as written */
};

#define V COMPARE_VALUES
#define G COMPARE_GLOB
#define R COMPARE_REGEX
#define E COMPARE_EXACT

#define L(literal) BYTES_INIT(literal)

/* "who" is bound to "jones", "star" to "*.". */
// clang-format off
static const struct row rows[] = {
    {COMPARE_FRAME, "250", L("999 anything"), LINE_MATCH, "", 0, NULL},

    /* Values: octet by octet, the line end left out. */
    {V, "250 Ok",           L("250 Ok\r\n"),         LINE_MATCH,   "", 0, NULL},
    {V, "250 Ok",           L("250 Ok\n"),           LINE_MATCH,   "", 0, NULL},
    {V, "250 Ok",           L("250 Ok"),             LINE_MATCH,   "", 0, NULL},
    {V, "250 Ok",           L("250 Ok\r"),           LINE_DIFFERS, "", 6, NULL},
    {V, "250 Ok",           L("250 OK\r\n"),         LINE_DIFFERS, "", 5, NULL},
    {V, "250 Ok",           L("250 Ok \r\n"),        LINE_DIFFERS, "", 6, NULL},
    {V, "250 Ok",           L("\r\n"),               LINE_DIFFERS, "", 0, NULL},
    {V, "",                 L("\r\n"),               LINE_MATCH,   "", 0, NULL},
    {V, "a\\b{c}",          L("a"),                  LINE_DIFFERS, "", 1, "a\\\\b\\{c}"},
    {V, "550 {{who}}?",     L("550 jones?\r\n"),     LINE_MATCH,   "", 0, NULL},
    {V, "550 {{who}}?",     L("550 james?\r\n"),     LINE_DIFFERS, "", 5, "550 jones?"},
    {V, "550 {{who:int}}",  L("550 jones\r\n"),      LINE_MATCH,   "", 0, NULL},
    {V, "550 {{star}}",     L("550 *.\r\n"),         LINE_MATCH,   "", 0, NULL},
    {V, "550 {{star}}",     L("550 ab\r\n"),         LINE_DIFFERS, "", 4, "550 *."},
    {V, "+OK {{upper who}}", L("+OK JONES\r\n"),     LINE_MATCH,   "", 0, NULL},

    /* Captures. */
    {V, "+OK {{n:int}} {{size:int}}", L("+OK 2 320\r\n"),  LINE_MATCH,   "n=2 size=320", 0, NULL},
    {V, "+OK {{n:int}} {{size:int}}", L("+OK 2 x\r\n"),    LINE_DIFFERS, "", BYTES_NONE, NULL},
    {V, "+OK {{n:int}} {{size:int}}", L("+OK 2\r\n"),      LINE_DIFFERS, "", 5, NULL},
    {V, "+OK {{n:int}} {{size:int}}", L("-ERR no\r\n"),    LINE_DIFFERS, "", 0, NULL},
    {V, "+OK {{n:int}}",              L("+OK 2 320\r\n"),  LINE_DIFFERS, "", 5, NULL},
    {V, "+OK {{n:int}}",              L("+OK \r\n"),       LINE_DIFFERS, "", BYTES_NONE, NULL},
    {V, "{{a}} {{b}}",                L("x y z\r\n"),      LINE_MATCH,   "a=x b=y z", 0, NULL},
    {V, "{{a}}",                      L("\r\n"),           LINE_DIFFERS, "", BYTES_NONE, NULL},
    {V, "{{a}}",                      L("\0\xff\r\n"),     LINE_MATCH,   "a=\\0\\xff", 0, NULL},
    {V, "{{a}}.",                     L("x\ry.\r\n"),      LINE_DIFFERS, "", BYTES_NONE, NULL},
    {V, "{{a:word}} {{b:word}}",      L("x\ty z\r\n"),     LINE_DIFFERS, "", 1, NULL},
    {V, "{{a:hex}}-",                 L("0aF-\r\n"),       LINE_MATCH,   "a=0aF", 0, NULL},
    {V, "{{a:hex}}-",                 L("0ag-\r\n"),       LINE_DIFFERS, "", 2, NULL},
    {V, "334 {{a:base64}}",           L("334 \r\n"),       LINE_MATCH,   "a=", 0, NULL},
    {V, "334 {{a:base64}}",           L("334 PDE+/w==\r\n"), LINE_MATCH, "a=PDE+/w==", 0, NULL},
    {V, "{{n:int}} {{n:int}}",        L("7 7\r\n"),        LINE_MATCH,   "n=7", 0, NULL},
    {V, "{{n:int}} {{n:int}}",        L("7 8\r\n"),        LINE_DIFFERS, "", BYTES_NONE, NULL},
    {V, "{{n:int=5}}",                L("8\r\n"),          LINE_MATCH,   "n=8", 0, NULL},
    {V, "({{a}}) [{{who}}]",          L("(.*) [jones]\r\n"), LINE_MATCH, "a=.*", 0, NULL},
    {V, "({{a}}) [{{who}}]",          L("(.*) [james]\r\n"), LINE_DIFFERS, "", 7, "({{a}}) [jones]"},

    /* Globs: the whole line. */
    {G, "250 2.1.? *",      L("250 2.1.5 Ok\r\n"),   LINE_MATCH,   "", 0, NULL},
    {G, "250 2.1.? *",      L("250 2.1. Ok\r\n"),    LINE_DIFFERS, "", BYTES_NONE, NULL},
    {G, "250 2.1.?",        L("250 2.1.5 Ok\r\n"),   LINE_DIFFERS, "", BYTES_NONE, NULL},
    {G, "*\\**",            L("a*b\r\n"),            LINE_MATCH,   "", 0, NULL},
    {G, "*\\**",            L("ab\r\n"),             LINE_DIFFERS, "", BYTES_NONE, NULL},
    {G, "{{star}}",         L("x.\r\n"),             LINE_DIFFERS, "", BYTES_NONE, "*."},
    {G, "{{star}}*",        L("*.x\r\n"),            LINE_MATCH,   "", 0, NULL},
    {G, "* <{{id}}>*",      L("250 queued <1@2> ok\r\n"), LINE_MATCH, "id=1@2", 0, NULL},
    {G, "?{{star}}{{id}}",  L("x*.y\r\n"),           LINE_MATCH,   "id=y", 0, NULL},
    {G, "?{{star}}{{id}}",  L("xy.y\r\n"),           LINE_DIFFERS, "", BYTES_NONE, "?*.{{id}}"},
    {G, "\\*.{{id}}",       L("*.y\r\n"),            LINE_MATCH,   "id=y", 0, NULL},
    {G, "\\*.{{id}}",       L("a.y\r\n"),            LINE_DIFFERS, "", BYTES_NONE, NULL},
    {G, "a*{{id:int}}",     L("a\rb7\r\n"),          LINE_MATCH,   "id=7", 0, NULL},

    /* Patterns: anchored at the start only. */
    {R, "250 2\\.1\\.[05] ", L("250 2.1.5 Ok\r\n"),  LINE_MATCH,   "", 0, NULL},
    {R, "250 2\\.1\\.[05] ", L("250 2.1.7 Ok\r\n"),  LINE_DIFFERS, "", BYTES_NONE, NULL},
    {R, "2\\.1",             L("250 2.1\r\n"),       LINE_DIFFERS, "", BYTES_NONE, NULL},
    {R, ".*2\\.1$",          L("250 2.1\r\n"),       LINE_MATCH,   "", 0, NULL},
    {R, "(a)(b) {{id}} \\2$", L("ab x b\r\n"),       LINE_MATCH,   "id=x", 0, NULL},
    {R, "{{star}}",          L("*.\r\n"),            LINE_MATCH,   "", 0, NULL},
    {R, "{{star}}",          L("*x\r\n"),            LINE_DIFFERS, "", BYTES_NONE, "*."},
    {R, "x{{id:int}}|y",     L("y\r\n"),             LINE_MATCH,   "", 0, NULL},
    {R, "(",                 L("x\r\n"),             LINE_MATCH_ERROR, "", 0, NULL},
    {R, "(a+)+$",            L("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\r\n"), LINE_MATCH_ERROR, "", 0, NULL},

    /* Exact: line end and all. */
    {E, "250 Ok",           L("250 Ok\r\n"),         LINE_MATCH,   "", 0, NULL},
    {E, "250 Ok",           L("250 Ok\n"),           LINE_DIFFERS, "", 6, "250 Ok\\r\\n"},
    {E, "250 Ok",           L("250-Ok\r\n"),         LINE_DIFFERS, "", 3, "250 Ok\\r\\n"},
    {E, "{{n:int}}",        L("250\r\n"),            LINE_MATCH,   "n=250", 0, NULL},
    {E, "{{n:int}}",        L("250\n"),              LINE_DIFFERS, "", 3, "{{n:int}}\\r\\n"},

    {V, "{{add who 1}}",    L("1\r\n"),              LINE_MATCH_ERROR, "", 0, NULL},

    /* Where the first octet is a digit, "-" or " " behind the code is framing. */
    {V, "250-SIZE",         L("250 SIZE\r\n"),       LINE_MATCH,   "", 0, NULL},
    {V, "250 SIZE",         L("250-SIZE\r\n"),       LINE_MATCH,   "", 0, NULL},
    {V, "250 SIZE",         L("250-SIZF\r\n"),       LINE_DIFFERS, "", 7, NULL},
    {V, "250 SIZE",         L("250\tSIZE\r\n"),      LINE_DIFFERS, "", 3, NULL},
    {V, "250 SIZE",         L("251-SIZE\r\n"),       LINE_DIFFERS, "", 2, NULL},
    {V, "250 SIZE {{n:int}}", L("250-SIZE 9\r\n"),   LINE_MATCH,   "n=9", 0, NULL},
    {G, "250-S*",           L("250 SIZE\r\n"),       LINE_MATCH,   "", 0, NULL},
    {R, "250 S[I]Z",        L("250-SIZE\r\n"),       LINE_MATCH,   "", 0, NULL},
    {V, "+OK a",            L("+OK-a\r\n"),          LINE_DIFFERS, "", 3, NULL},
    {V, "25",               L("25\r\n"),             LINE_MATCH,   "", 0, NULL},
    {V, "250",              L("250\r\n"),            LINE_MATCH,   "", 0, NULL},
};
// clang-format on

static bool bindings_are(const struct vars *vars, const char *wanted)
{
    static const char *const names[] = {"n", "size", "a", "b", "id"};
    struct buf all = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct bytes value;
        if (vars_get(vars, names[i], &value)) {
            buf_printf(&all, "%s%s=", all.n > 0 ? " " : "", names[i]);
            escape_append(&all, value, 0);
        }
    }
    bool same = bytes_is(buf_bytes(&all), wanted);
    if (!same) {
        fprintf(stderr, "bound: %s\n", buf_text(&all));
    }
    buf_deinit(&all);
    return same;
}

static struct vars *bound_vars(void)
{
    struct vars *vars = vars_new();
    vars_set(vars, "who", bytes_of("jones"));
    vars_set(vars, "star", bytes_of("*."));
    return vars;
}

static void check_difference(const struct row *row, const struct line_difference *difference)
{
    const char *expected = row->expected != NULL ? row->expected : row->written;
    UNIT_ROW(row->written, difference->offset == row->offset);
    if (difference->offset != row->offset) {
        fprintf(stderr, "offset: %zu\n", difference->offset);
    }
    UNIT_ROW(row->written, bytes_is(buf_bytes(&difference->expected), expected));
}

static void test_rows(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct vars *vars = bound_vars();
        struct scope scope = {vars, NULL, NULL};
        struct line line = {.text = written(arena, bytes_of(row->written)),
                            .compare = row->compare};
        struct line_difference difference;
        struct error error = {""};
        enum line_match result = line_match(&line, row->raw, true, &scope, &difference, &error);
        UNIT_ROW(row->written, result == row->wanted);
        UNIT_ROW(row->written, bindings_are(vars, row->bound));
        UNIT_ROW(row->written, (result == LINE_MATCH_ERROR) == (error.text[0] != '\0'));
        if (result == LINE_DIFFERS) {
            check_difference(row, &difference);
        }
        UNIT_ROW(row->written, line_match(&line, row->raw, true, &scope, NULL, NULL) == result);
        buf_deinit(&difference.expected);
        vars_free(&vars);
    }
    arena_free(&arena);
}

/* Outside SMTP replies a "-" is a "-". */
static void test_no_reply(void)
{
    struct arena *arena = arena_new();
    struct vars *vars = bound_vars();
    struct scope scope = {vars, NULL, NULL};
    struct line line = {.text = written(arena, bytes_of("250-x")), .compare = COMPARE_VALUES};
    CU_ASSERT_EQUAL(line_match(&line, BYTES_LIT("250 x\r\n"), false, &scope, NULL, NULL),
                    LINE_DIFFERS);
    CU_ASSERT_EQUAL(line_match(&line, BYTES_LIT("250-x\r\n"), false, &scope, NULL, NULL),
                    LINE_MATCH);
    line.text = written(arena, bytes_of("{{who}}250 x")); /* not a literal code */
    CU_ASSERT_EQUAL(line_match(&line, BYTES_LIT("jones250-x\r\n"), true, &scope, NULL, NULL),
                    LINE_DIFFERS);
    vars_set(vars, "who", bytes_of("250 "));
    line.text = written(arena, bytes_of("{{who}}x")); /* a value must come again as it is */
    CU_ASSERT_EQUAL(line_match(&line, BYTES_LIT("250-x\r\n"), true, &scope, NULL, NULL),
                    LINE_DIFFERS);
    vars_free(&vars);
    arena_free(&arena);
}

static void test_exact_without_line_end(void)
{
    struct arena *arena = arena_new();
    struct scope scope = {NULL, NULL, NULL};
    struct line line = {
        .text = written(arena, bytes_of("250 x")), .compare = COMPARE_EXACT, .flags = LINE_NO_END};
    CU_ASSERT_EQUAL(line_match(&line, BYTES_LIT("250 x"), true, &scope, NULL, NULL), LINE_MATCH);
    CU_ASSERT_EQUAL(line_match(&line, BYTES_LIT("250 x\r\n"), true, &scope, NULL, NULL),
                    LINE_DIFFERS);
    line.text =
        written(arena, bytes_of("{{x:int}}")); /* nowhere to bind: it matches all the same */
    CU_ASSERT_EQUAL(line_match(&line, BYTES_LIT("250"), true, &scope, NULL, NULL), LINE_MATCH);
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"rows",                   test_rows                  },
    {"outside replies",        test_no_reply              },
    {"exact without line end", test_exact_without_line_end},
};

UNIT_MAIN("engine/line_match", tests)
