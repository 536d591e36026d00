/*
 * The shipped statements are whole; defects of others are told exactly, with their line.
 */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "judge/catalogue.h"
#include "judge/requirements.h"
#include "unit.h"

#define HEAD "document\tsection\tlevel\tsubject\tline\tstatement\tbecomes\trules or reason\n"
#define ROW  "5321\t4.2\tMUST\tserver\t2551\tOne reply\t"

static void collect(void *self, const char *text)
{
    struct buf *all = self;
    buf_append_text(all, text);
    buf_append_octet(all, '\n');
}

static void test_shipped_is_whole(void)
{
    struct arena *arena = arena_new();
    struct rule_set rules;
    struct requirement_set found;
    struct buf defects = {0};
    struct error error = {{0}};
    CU_ASSERT_EQUAL(catalogue_read("scenarios/catalogue", arena, &rules, NULL, NULL, NULL), 0);
    CU_ASSERT_EQUAL(requirements_read("scenarios/catalogue/requirements.tsv", &rules, arena, &found,
                                      collect, &defects, &error),
                    0);
    CU_ASSERT_STRING_EQUAL(buf_text(&defects), "");
    CU_ASSERT(found.count >= 700);
    for (size_t i = 0; i < found.count; i++) {
        const struct requirement *row = &found.requirements[i];
        UNIT_ROW(row->statement, (row->reason != NULL) == (row->becomes == BECOMES_OUT));
        UNIT_ROW(row->statement, (row->rule_count > 0) == (row->becomes != BECOMES_OUT));
        UNIT_ROW(row->statement, row->document >= 1870 && row->text_line > 0 && row->line > 9);
    }
    buf_deinit(&defects);
    arena_free(&arena);
}

struct defect_row {
    const char *name;
    const char *text;
    const char *defects; /* without the path */
    size_t count;        /* of those read all the same */
};

/* smtp/a is a rule, smtp/b is none. */
static const struct defect_row defect_rows[] = {
    {"whole",                      "# comment\n\n" HEAD ROW "rule\tsmtp/a\n" ROW "out\twhy not\n", "",                                            2},
    {"no rule of that name",       HEAD ROW "rule\tsmtp/a smtp/b\n",                               ":2: the rule smtp/b is not there\n",
     0                                                                                                                                             },
    {"no rule at all",             HEAD ROW "rule\t  x\n",                                         ":2: the rule x is not there\n",               0},
    {"another word",               HEAD ROW "maybe\tsmtp/a\n",
     ":2: it becomes \"maybe\"; wanted is rule or out\n",                                                                                         0},
    {"a field too few",            HEAD "5321\t4.2\tMUST\tserver\t2551\tOne\trule\n",
     ":2: expected eight fields, parted by tabs\n",                                                                                               0},
    {"a field too many",           HEAD ROW "rule\tsmtp/a\t\n",                                    ":2: expected eight fields, parted by tabs\n",
     0                                                                                                                                             },
    {"an empty field",             HEAD ROW "rule\t \n",                                           ":2: expected eight fields, parted by tabs\n", 0},
    {"no document",                HEAD "RFC 1\t4\tMUST\tserver\t1\tOne\trule\tsmtp/a\n",
     ":2: the document and the line of its text are numbers\n",                                                                                   0},
    {"no line",                    HEAD "1\t4\tMUST\tserver\t0\tOne\trule\tsmtp/a\n",
     ":2: the document and the line of its text are numbers\n",                                                                                   0},
    {"a defect leaves the others", HEAD ROW "x\ty\n" ROW "rule\tsmtp/a\n",
     ":2: it becomes \"x\"; wanted is rule or out\n",                                                                                             1},
};

static void check_defects(const struct defect_row *row, const char *path)
{
    static const struct rule rule = {.id = "smtp/a"};
    static const struct rule *const list[] = {&rule};
    const struct rule_set rules = {list, 1};
    struct arena *arena = arena_new();
    struct requirement_set found;
    struct buf wanted = {0};
    struct buf told = {0};
    struct error error = {{0}};
    CU_ASSERT_EQUAL(file_write(path, bytes_of(row->text), NULL), 0);
    if (row->defects[0] != '\0') {
        buf_printf(&wanted, "%s%s", path, row->defects);
    }
    int result = requirements_read(path, &rules, arena, &found, collect, &told, &error);
    UNIT_ROW(row->name, result == (row->defects[0] == '\0' ? 0 : -1));
    UNIT_ROW(buf_text(&told), strcmp(buf_text(&told), buf_text(&wanted)) == 0);
    UNIT_ROW(row->name, found.count == row->count);
    UNIT_ROW(row->name, strncmp(error.text, buf_text(&told), strlen(error.text)) == 0);
    UNIT_ROW(row->name, (error.text[0] != '\0') == (result != 0));
    buf_deinit(&wanted);
    buf_deinit(&told);
    arena_free(&arena);
}

static void test_defects(void)
{
    char path[] = "/tmp/test_judge_requirements.XXXXXX";
    int descriptor = mkstemp(path);
    CU_ASSERT_FATAL(descriptor >= 0);
    close(descriptor);
    for (size_t i = 0; i < sizeof defect_rows / sizeof defect_rows[0]; i++) {
        check_defects(&defect_rows[i], path);
    }
    unlink(path);
}

static void test_missing_file(void)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = {NULL, 0};
    struct requirement_set found;
    struct error error = {{0}};
    struct buf told = {0};
    CU_ASSERT_EQUAL(
        requirements_read("tests/no-such-file", &rules, arena, &found, collect, &told, &error), -1);
    CU_ASSERT_EQUAL(found.count, 0);
    CU_ASSERT(strstr(error.text, "tests/no-such-file") != NULL);
    CU_ASSERT(strstr(buf_text(&told), "tests/no-such-file") != NULL);
    buf_deinit(&told);
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"the shipped statements are whole", test_shipped_is_whole},
    {"defects are told exactly",         test_defects         },
    {"a file that is missing",           test_missing_file    },
};

UNIT_MAIN("judge: the statements", tests)
