/* Files that somebody else's mail is written to. */
#include "unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/temp_folder.h"
#include "cli/new_file.h"

static char *folder;

/* The name that the file got; "": it could not be written. */
static bool written(const char *name, const char *octets, const char *wanted)
{
    struct buf path = {0};
    struct error error = {""};
    const int failed = new_file_write(folder, name, bytes_of(octets), &path, &error);
    const char *slash = failed == 0 ? strrchr(buf_text(&path), '/') + 1 : "";
    const bool ok = strcmp(slash, wanted) == 0 && (failed == 0) == (error.text[0] == '\0');
    buf_deinit(&path);
    return ok;
}

static void check_content(const char *name, const char *wanted)
{
    struct buf path = {0};
    struct buf content = {0};
    struct error error = {""};
    buf_printf(&path, "%s/%s", folder, name);
    CU_ASSERT(file_read(buf_text(&path), 100, &content, &error) == 0);
    CU_ASSERT_STRING_EQUAL(buf_text(&content), wanted);
    buf_deinit(&path);
    buf_deinit(&content);
}

static void test_names(void)
{
    CU_ASSERT(written("a.txt", "1", "a.txt"));
    CU_ASSERT(written("a.txt", "2", "a (2).txt"));
    CU_ASSERT(written("a.txt", "3", "a (3).txt"));
    CU_ASSERT(written("b", "", "b"));
    CU_ASSERT(written("b", "", "b (2)"));
    check_content("a.txt", "1");
    check_content("a (2).txt", "2");
}

/* Neither followed nor replaced, wherever it leads. */
static void test_links(void)
{
    struct buf link = {0};
    buf_printf(&link, "%s/c", folder);
    CU_ASSERT_FATAL(symlink("a.txt", buf_text(&link)) == 0);
    buf_clear(&link);
    buf_printf(&link, "%s/d", folder);
    CU_ASSERT_FATAL(symlink("nowhere", buf_text(&link)) == 0);
    CU_ASSERT(written("c", "x", "c (2)"));
    CU_ASSERT(written("d", "x", "d (2)"));
    check_content("a.txt", "1");
    buf_deinit(&link);
}

static void test_no_folder(void)
{
    struct buf path = {0};
    struct error error = {""};
    CU_ASSERT(new_file_write("/proc/nothing", "a", BYTES_LIT("x"), &path, &error) == -1);
    CU_ASSERT(error.text[0] != '\0' && path.n == 0);
    buf_deinit(&path);
}

static const struct unit_test tests[] = {
    {"names",     test_names    },
    {"links",     test_links    },
    {"no folder", test_no_folder},
};

int main(void)
{
    struct error error = {""};
    folder = temp_folder_new(&error);
    const int status =
        folder != NULL ? unit_run("cli_new_file", tests, sizeof tests / sizeof tests[0]) : 1;
    temp_folder_remove(&folder);
    return status;
}
