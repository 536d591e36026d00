/* Answers longer than what is kept: their beginning is, their end is found, and room is given back. */
#include "engine/answer.h"

#include <string.h>

#include "unit.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { PLACE = sizeof(size_t), BIG_LINE = 64 * 1024 };

static bool add_line(struct answer *answer, const char *text)
{
    struct wire_line line = wire_line_of(bytes_of(text));
    return answer_add(answer, &line);
}

struct room_row {
    const char *name;
    size_t room;
    const char *lines[5];
    const char *kept; /* with the end of the body */
    size_t left;
};

/* A line takes its octets and its place in the list of lines; the line with the dot takes nothing. */
static const struct room_row room_rows[] = {
    {"room for all",                           100,           {"+OK\r\n", "a\r\n", ".\r\n"}, "+OK\r\na\r\n.\r\n", 92 - 2 * PLACE},
    {"just enough",                            8 + 2 * PLACE, {"+OK\r\n", "a\r\n", ".\r\n"}, "+OK\r\na\r\n.\r\n", 0             },
    {"one too few",                            7 + 2 * PLACE, {"+OK\r\n", "a\r\n", ".\r\n"}, "+OK\r\n.\r\n",      2 + PLACE     },
    {"no shorter line behind one that is cut",
     9 + 2 * PLACE,
     {"+OK\r\n", "abcdef\r\n", "a\r\n", ".\r\n"},
     "+OK\r\n.\r\n",                                                                                              4 + PLACE     },
    {"none",                                   0,             {"+OK\r\n", ".\r\n"},          ".\r\n",             0             },
};

static void check_room(const struct room_row *row)
{
    size_t room = row->room;
    struct answer answer = {.room = &room};
    bool complete = false;
    size_t count = 0;
    answer_begin(&answer, true, true);
    for (size_t i = 0; row->lines[i] != NULL; i++) {
        UNIT_ROW(row->name, !complete);
        complete = add_line(&answer, row->lines[i]);
        count += bytes_is(bytes_of(row->lines[i]), ".\r\n") ? 0 : 1;
    }
    UNIT_ROW(row->name, complete && answer.complete);
    UNIT_ROW(row->name, bytes_is(answer_octets(&answer), row->kept));
    UNIT_ROW(row->name, room == row->left);
    UNIT_ROW(row->name, answer.cut == (answer_line_count(&answer) < count));
    answer_begin(&answer, true, false);
    UNIT_ROW(row->name, room == row->room && !answer.cut && answer_octets(&answer).n == 0);
    UNIT_ROW(row->name, add_line(&answer, "-ERR\r\n"));
    answer_deinit(&answer);
}

static void test_room(void)
{
    for (size_t i = 0; i < COUNT(room_rows); i++) {
        check_room(&room_rows[i]);
    }
}

/* What one answer takes is missing to another until it is forgotten. */
static void test_room_is_shared(void)
{
    size_t room = 5 + PLACE;
    struct answer first = {.room = &room};
    struct answer second = {.room = &room};
    answer_begin(&first, true, false);
    answer_begin(&second, true, false);
    CU_ASSERT(add_line(&first, "+OK\r\n") && !first.cut);
    CU_ASSERT(add_line(&second, "+OK\r\n") && second.cut);
    answer_deinit(&first);
    answer_begin(&second, true, false);
    CU_ASSERT(add_line(&second, "+OK\r\n") && !second.cut);
    answer_deinit(&second);
    CU_ASSERT_EQUAL(room, 5 + PLACE);
}

/* Without others, too, an answer is bounded. */
static void test_most_octets(void)
{
    struct answer answer = {0};
    struct buf text = {0};
    size_t lines = ANSWER_MAX_OCTETS / (BIG_LINE + PLACE);
    buf_append_fill(&text, 'x', BIG_LINE - 2);
    buf_append_text(&text, "\r\n");
    struct wire_line line = wire_line_of(buf_bytes(&text));
    answer_begin(&answer, true, true);
    CU_ASSERT(!add_line(&answer, "+OK\r\n"));
    for (size_t i = 0; i < lines; i++) {
        CU_ASSERT(!answer_add(&answer, &line));
    }
    CU_ASSERT(!answer.cut && answer_line_count(&answer) == lines + 1);
    CU_ASSERT(!answer_add(&answer, &line));
    CU_ASSERT(answer.cut && answer_line_count(&answer) == lines + 1);
    CU_ASSERT(add_line(&answer, ".\r\n"));
    CU_ASSERT(bytes_ends(answer_octets(&answer), "\r\n.\r\n"));
    answer_deinit(&answer);
    buf_deinit(&text);
}

static const struct unit_test tests[] = {
    {"room",           test_room          },
    {"room is shared", test_room_is_shared},
    {"most octets",    test_most_octets   },
};

UNIT_MAIN("engine_answer", tests)
