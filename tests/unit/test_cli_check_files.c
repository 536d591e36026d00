/* check_files: what has changed between the look through a transcript and its judging is told, and never lost in silence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/check_files.h"
#include "unit.h"

#define SESSION "S: 220 x\nC: QUIT\nS: 221 x\n"

struct change_row {
    const char *name;
    const char *after; /* NULL: the file is gone */
    const char *problem;
};

static const struct change_row rows[] = {
    {"as it was",              SESSION,         ""                              },
    {"gone",                   NULL,            "cannot"                        },
    {"one more session",       SESSION SESSION, ": it changed while it was read"},
    {"no transcript any more", "hello\n",       "nobody says this"              },
};

static void on_event(void *self, const struct event *shown, const struct event *judged)
{
    size_t *ends = self;
    (void)judged;
    *ends += shown->kind == EVENT_CASE_END ? 1 : 0;
}

static void check_row(const struct change_row *row, const char *path)
{
    struct arena *arena = arena_new();
    struct check_files files = {0};
    struct error error = {""};
    size_t ends = 0;
    const struct stored_sink sink = {on_event, &ends};
    CU_ASSERT_FATAL(file_write(path, BYTES_LIT(SESSION), &error) == 0);
    UNIT_ROW(row->name, check_files_open(&files, &path, 1, arena, &error) == 0);
    UNIT_ROW(row->name, files.sessions == 1 && files.problem_count == 0);
    (void)unlink(path);
    CU_ASSERT_FATAL(row->after == NULL || file_write(path, bytes_of(row->after), &error) == 0);
    check_files_tell(&files, arena, &sink);
    UNIT_ROW(row->name, files.problem_count == (row->problem[0] != '\0' ? 1 : 0));
    UNIT_ROW(row->name, strstr(buf_text(&files.problems), row->problem) != NULL);
    UNIT_ROW(row->name, row->problem[0] != '\0' || ends == 1);
    check_files_deinit(&files);
    arena_free(&arena);
}

static void test_changes(void)
{
    char folder[] = "/tmp/mailspec-check-XXXXXX";
    char path[64];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/a.txt", folder);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i], path);
    }
    (void)unlink(path);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static const struct unit_test tests[] = {
    {"changes", test_changes},
};

UNIT_MAIN("cli: check_files", tests)
