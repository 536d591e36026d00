/* What becomes of a session's output where its replies have faults: order, bounds, pieces. Octets of each fault: tests/cli. */
#include "unit.h"

#include <string.h>

#include "fake_servers/wire_say.h"

enum { MAX_FAULTS = 2 };

static struct wire_faults read_faults(const char *const *texts, struct arena *arena)
{
    struct wire_fault *rows = arena_array(arena, MAX_FAULTS, sizeof *rows);
    struct reply_rule *rules = arena_array(arena, MAX_FAULTS, sizeof *rules);
    size_t count = 0;
    for (; count < MAX_FAULTS && texts[count] != NULL; count++) {
        struct error error = {""};
        int failed =
            wire_fault_read(bytes_of(texts[count]), arena, &rows[count], &rules[count], &error);
        UNIT_ROW(error.text, failed == 0);
    }
    return (struct wire_faults){reply_book_new(rules, count, 1, arena), rows};
}

/* What goes out, steps written as they come: "<close>" is an end, "|" a pause, "*" a fill without end. */
static void print_plan(struct wire_plan *plan, struct buf *out)
{
    static const char *const ends[] = {[REPLY_SAY] = "",
                                       [REPLY_CLOSE] = "<close>",
                                       [REPLY_RESET] = "<reset>",
                                       [REPLY_HALF_CLOSE] = "<half-close>",
                                       [REPLY_SILENCE] = "<silence>"};
    while (!wire_plan_is_done(plan)) {
        struct wire_step *step = wire_plan_step(plan);
        bool is_endless = step->kind == WIRE_STEP_FILL && step->times == WIRE_ENDLESS;
        buf_append_text(out, step->kind == WIRE_STEP_PAUSE ? "|" : is_endless ? "*" : "");
        if (step->kind == WIRE_STEP_FILL && !is_endless) {
            buf_printf(out, "{%u}", (unsigned)step->times);
        }
        buf_append(out, buf_bytes(&step->octets));
        buf_append_text(out, ends[step->action]);
        wire_plan_done(plan);
    }
}

struct row {
    const char *faults[MAX_FAULTS + 1];
    const char *replies; /* each ended by LF, in turn at MAIL, RCPT and DATA */
    const char *said;    /* of CRLF the CR is left out */
};

static const struct row rows[] = {
    {{NULL},                           "1\n2\n3\n",        "1\n2\n3\n"                 },
    {{"twice@RCPT"},                   "1\n2\n3\n",        "1\n2\n2\n3\n"              },
    {{"swapped@MAIL"},                 "1\n2\n3\n",        "2\n1\n3\n"                 },
    {{"swapped@MAIL", "swapped@RCPT"}, "1\n2\n3\n",        "1\n3\n2\n"                 },
    {{"swapped@MAIL", "missing@RCPT"}, "1\n2\n3\n",        "1\n3\n"                    },
    {{"early@RCPT"},                   "1\n2\n3\n4\n",     "1\n2\n250 2.0.0 early\n4\n"},
    {{"close=1@RCPT"},                 "1\n22\n",          "1\n2<close>"               },
    {{"close=9@RCPT"},                 "1\n22\n",          "1\n22\n<close>"            },
    {{"silence=0@DATA"},               "1\n2\n3\n",        "1\n2\n<silence>"           },
    {{"half-close=0@MAIL"},            "1\n",              "<half-close>"              },
    {{"reset=2@MAIL"},                 "123\n",            "12<reset>"                 },
    {{"delay@MAIL"},                   "1\n",              "|1\n"                      },
    {{"split-line-end@MAIL"},          "1\n",              "1\r|\n|"                   },
    {{"octet-by-octet@MAIL"},          "12\n",             "1|2|\r|\n|"                },
    {{"line-10m@MAIL"},                "250 x\n",          "250 x{10485753}x\n"        },
    {{"endless-line@MAIL"},            "250 x\n",          "250 x*x\n"                 },
    {{"endless-reply@MAIL"},           "250 x\n",          "*250-more\n250 x\n"        },
    {{"hyphen-last@MAIL"},             "250-a\r\n250 b\n", "250-a\n250-b\n"            },
    {{"bare-code@MAIL"},               "250-a\r\n250 b\n", "250-a\n250\n"              },
    {{"no-last-line@MAIL"},            "250-a\r\n250 b\n", "250-a\n"                   },
    {{"codes-differ@MAIL"},            "451 x\n",          "250-another code\n451 x\n" },
};

static void drop_cr(struct buf *text, const char *unless)
{
    struct buf kept = {0};
    for (size_t i = 0; i < text->n; i++) {
        if (text->p[i] != '\r' || strchr(unless, '\r') != NULL) {
            buf_append_octet(&kept, text->p[i]);
        }
    }
    buf_deinit(text);
    *text = kept;
}

/* Fed in one piece with all its marks, as a group of commands is answered. */
static void check_row(const struct row *row)
{
    static const enum stage stages[] = {STAGE_MAIL, STAGE_RCPT, STAGE_DATA, STAGE_QUIT};
    struct arena *arena = arena_new();
    struct wire_faults faults = read_faults(row->faults, arena);
    struct wire_say say = {.nth = 0};
    struct reply_marks marks = {0};
    struct buf octets = {0};
    struct buf said = {0};
    bool inner = false; /* behind the CR of a line that is not the last */
    for (const char *p = row->replies; *p != '\0'; p++) {
        bool is_end = *p == '\n' && !inner;
        buf_append_text(&octets, is_end ? "\r" : "");
        buf_append_octet(&octets, (unsigned char)*p);
        inner = *p == '\r';
        if (is_end) {
            reply_marks_add(&marks, stages[marks.count % 4], octets.n);
        }
    }
    wire_say_octets(&say, &faults, STAGE_SMTP, buf_bytes(&octets), &marks, STAGE_OTHER);
    print_plan(&say.plan, &said);
    drop_cr(&said, row->said);
    UNIT_ROW(buf_text(&said), strcmp(buf_text(&said), row->said) == 0);
    UNIT_ROW(row->said, !wire_say_waits(&say));
    wire_say_deinit(&say);
    reply_marks_deinit(&marks);
    buf_deinit(&said);
    buf_deinit(&octets);
    arena_free(&arena);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i]);
    }
}

/* A response that comes in parts waits for its end; one that is too long does not, and its rest goes out as it is. */
static void test_parts(void)
{
    static const char *const texts[] = {"bare-lf@RETR", NULL};
    struct arena *arena = arena_new();
    struct wire_faults faults = read_faults(texts, arena);
    struct wire_say say = {.nth = 0};
    struct reply_marks none = {0};
    struct reply_marks end = {0};
    struct buf said = {0};
    struct buf long_part = {0};
    buf_append_fill(&long_part, 'x', WIRE_REPLY_OCTETS);
    wire_say_octets(&say, &faults, STAGE_POP3, BYTES_LIT("+OK\r\na\r"), &none, STAGE_RETR);
    CU_ASSERT_TRUE(wire_say_waits(&say) && wire_plan_is_done(&say.plan));
    reply_marks_add(&end, STAGE_RETR, 4);
    wire_say_octets(&say, &faults, STAGE_POP3, BYTES_LIT("\n.\r\n"), &end, STAGE_RETR);
    print_plan(&say.plan, &said);
    CU_ASSERT_STRING_EQUAL(buf_text(&said), "+OK\na\n.\n");
    wire_say_octets(&say, &faults, STAGE_POP3, buf_bytes(&long_part), &none, STAGE_RETR);
    CU_ASSERT_FALSE(wire_plan_is_done(&say.plan));
    buf_clear(&said);
    print_plan(&say.plan, &said);
    wire_say_octets(&say, &faults, STAGE_POP3, BYTES_LIT("a\r\n"), &none, STAGE_RETR);
    buf_clear(&said);
    print_plan(&say.plan, &said);
    CU_ASSERT_STRING_EQUAL(buf_text(&said), "a\r\n");
    wire_say_octets(&say, &faults, STAGE_POP3, BYTES_LIT(".\r\n"), &end, STAGE_RETR);
    CU_ASSERT_FALSE(say.passes);
    wire_say_deinit(&say);
    reply_marks_deinit(&none);
    reply_marks_deinit(&end);
    buf_deinit(&long_part);
    buf_deinit(&said);
    arena_free(&arena);
}

/* Ten MiB are made in pieces. */
static void test_pieces(void)
{
    struct wire_plan plan = {0};
    uint64_t octets = 0;
    wire_plan_fill(&plan, BYTES_LIT("0123456789"), UINT64_C(1024) * 1024);
    while (wire_plan_step(&plan)->times > 0) {
        struct buf piece = {0};
        wire_step_piece(wire_plan_step(&plan), &piece);
        CU_ASSERT_TRUE(piece.n > 0 && piece.n <= WIRE_PIECE_OCTETS && piece.n % 10 == 0);
        octets += piece.n;
        buf_deinit(&piece);
    }
    CU_ASSERT_EQUAL(octets, UINT64_C(10) * 1024 * 1024);
    wire_plan_deinit(&plan);
}

static void test_classes(void)
{
    size_t count[3] = {0};
    for (size_t i = 0; wire_fault_at(i) != NULL; i++) {
        const struct wire_fault_row *row = wire_fault_at(i);
        count[row->class]++;
        UNIT_ROW(row->name, wire_fault_find(bytes_of(row->name)) == row && row->what[0] != '\0');
    }
    CU_ASSERT_TRUE(count[WIRE_LEGAL] > 8 && count[WIRE_LAX] > 3 && count[WIRE_BROKEN] > 40);
    CU_ASSERT_STRING_EQUAL(wire_class_name(WIRE_LAX), "lax");
}

static const struct unit_test tests[] = {
    {"order and ends",        test_rows   },
    {"responses in parts",    test_parts  },
    {"fills come in pieces",  test_pieces },
    {"every row has a class", test_classes},
};

UNIT_MAIN("fake_servers/wire", tests)
