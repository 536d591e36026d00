#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define LIMIT 1000

/* A folder of its own for each test; its name has a blank in it. */
static const char *make_folder(char *path, size_t size)
{
    snprintf(path, size, "/tmp/mailspec test.XXXXXX");
    CU_ASSERT_FATAL(mkdtemp(path) != NULL);
    return path;
}

static void remove_folder(const char *path)
{
    struct buf command = {0};
    buf_printf(&command, "rm -rf -- '%s'", path);
    CU_ASSERT(system(buf_text(&command)) == 0); /* NOLINT(cert-env33-c): a path we made */
    buf_deinit(&command);
}

static void path_in(struct buf *path, const char *folder, const char *name)
{
    buf_clear(path);
    buf_printf(path, "%s/%s", folder, name);
}

static void test_write_read(void)
{
    char folder[64];
    struct buf path = {0};
    struct buf got = {0};
    struct error error = {""};
    path_in(&path, make_folder(folder, sizeof folder), "a/b/c.txt");
    CU_ASSERT(file_write(buf_text(&path), BYTES_LIT("one\0\n"), &error) == 0);
    CU_ASSERT(file_read(buf_text(&path), LIMIT, &got, &error) == 0);
    CU_ASSERT(bytes_equal(buf_bytes(&got), BYTES_LIT("one\0\n")));
    CU_ASSERT(file_write(buf_text(&path), BYTES_LIT("two"), &error) == 0);
    CU_ASSERT(file_read(buf_text(&path), LIMIT, &got, &error) == 0);
    CU_ASSERT(bytes_equal(buf_bytes(&got), BYTES_LIT("one\0\ntwo"))); /* appended */
    struct stat about;
    mode_t mask = umask(0);
    umask(mask);
    CU_ASSERT(stat(buf_text(&path), &about) == 0 && (about.st_mode & 0777) == (0666 & ~mask));
    CU_ASSERT(file_exists(buf_text(&path)) && !file_is_folder(buf_text(&path)));
    remove_folder(folder);
    CU_ASSERT(!file_exists(buf_text(&path)));
    buf_deinit(&path);
    buf_deinit(&got);
}

static void test_limit(void)
{
    char folder[64];
    struct buf path = {0};
    struct buf got = {0};
    struct error error = {""};
    path_in(&path, make_folder(folder, sizeof folder), "ten");
    CU_ASSERT(file_write(buf_text(&path), BYTES_LIT("0123456789"), NULL) == 0);
    CU_ASSERT(file_read(buf_text(&path), 10, &got, &error) == 0);
    CU_ASSERT(got.n == 10);
    CU_ASSERT(file_read(buf_text(&path), 9, &got, &error) == -1);
    CU_ASSERT(strstr(error.text, "too large: at most 9 octets") != NULL);
    CU_ASSERT(file_read("/dev/zero", 100000, &got, &error) == -1);
    CU_ASSERT(got.n <= 100010);
    remove_folder(folder);
    buf_deinit(&path);
    buf_deinit(&got);
}

/* Nobody is at the other end of the pipe. */
static void test_pipes(void)
{
    char folder[64];
    struct buf path = {0};
    struct buf got = {0};
    struct error error = {""};
    path_in(&path, make_folder(folder, sizeof folder), "pipe");
    CU_ASSERT(mkfifo(buf_text(&path), 0600) == 0);
    CU_ASSERT(file_read(buf_text(&path), LIMIT, &got, &error) == -1);
    CU_ASSERT(strstr(error.text, "not a file") != NULL);
    CU_ASSERT(file_read("/dev/null", LIMIT, &got, &error) == 0 && got.n == 0);
    remove_folder(folder);
    buf_deinit(&path);
    buf_deinit(&got);
}

static void test_find(void)
{
    char folder[64];
    struct buf path = {0};
    struct error error = {""};
    path_in(&path, make_folder(folder, sizeof folder), "link");
    CU_ASSERT(file_find(folder, &error) == 1);
    CU_ASSERT(file_find(buf_text(&path), &error) == 0);
    CU_ASSERT(symlink("link", buf_text(&path)) == 0);
    CU_ASSERT(file_find(buf_text(&path), &error) == -1 && strstr(error.text, "link") != NULL);
    CU_ASSERT(unlink(buf_text(&path)) == 0 && symlink("nowhere", buf_text(&path)) == 0);
    CU_ASSERT(file_find(buf_text(&path), NULL) == -1);
    remove_folder(folder);
    buf_deinit(&path);
}

static void test_errors(void)
{
    char folder[64];
    struct buf path = {0};
    struct buf got = {0};
    struct error error = {""};
    path_in(&path, make_folder(folder, sizeof folder), "missing");
    CU_ASSERT(file_read(buf_text(&path), LIMIT, &got, &error) == -1);
    CU_ASSERT(strstr(error.text, "cannot be opened: No such file") != NULL);
    CU_ASSERT(strstr(error.text, folder) != NULL);
    CU_ASSERT(file_read(folder, LIMIT, &got, &error) == -1);
    CU_ASSERT(strstr(error.text, "is a folder") != NULL);
    CU_ASSERT(file_write(folder, BYTES_LIT("x"), &error) == -1);
    CU_ASSERT(strstr(error.text, "cannot be written") != NULL);
    CU_ASSERT(file_write(buf_text(&path), BYTES_LIT("x"), &error) == 0);
    buf_append_text(&path, "/below");
    CU_ASSERT(file_write(buf_text(&path), BYTES_LIT("x"), &error) == -1);
    CU_ASSERT(strstr(error.text, "the folder") != NULL);
    CU_ASSERT(file_make_folder(buf_text(&path), &error) == -1);
    CU_ASSERT(file_read("/proc/self/mem", LIMIT, &got, NULL) == -1);
    remove_folder(folder);
    buf_deinit(&path);
    buf_deinit(&got);
}

/*
 * A link and a pipe stay what they are. Not tried on a device: run by root, a broken file_write()
 * would replace the machine's.
 */
static void test_write_in_place(void)
{
    char folder[64];
    struct buf path = {0};
    struct buf link_path = {0};
    struct buf got = {0};
    make_folder(folder, sizeof folder);
    path_in(&path, folder, "real");
    path_in(&link_path, folder, "link");
    CU_ASSERT(file_write(buf_text(&path), BYTES_LIT("long before"), NULL) == 0);
    CU_ASSERT(symlink("real", buf_text(&link_path)) == 0);
    CU_ASSERT(file_write(buf_text(&link_path), BYTES_LIT("after"), NULL) == 0);
    struct stat about;
    CU_ASSERT(lstat(buf_text(&link_path), &about) == 0 && S_ISLNK(about.st_mode));
    CU_ASSERT(file_read(buf_text(&path), LIMIT, &got, NULL) == 0);
    CU_ASSERT(bytes_is(buf_bytes(&got), "after"));
    path_in(&path, folder, "pipe");
    CU_ASSERT_FATAL(mkfifo(buf_text(&path), 0600) == 0);
    int fd = open(buf_text(&path), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    CU_ASSERT(file_write(buf_text(&path), BYTES_LIT("x"), NULL) == 0);
    char octet = 0;
    CU_ASSERT(read(fd, &octet, 1) == 1 && octet == 'x');
    CU_ASSERT(lstat(buf_text(&path), &about) == 0 && S_ISFIFO(about.st_mode));
    close(fd);
    remove_folder(folder);
    buf_deinit(&path);
    buf_deinit(&link_path);
    buf_deinit(&got);
}

static void test_make_folder(void)
{
    char folder[64];
    struct buf path = {0};
    path_in(&path, make_folder(folder, sizeof folder), "a//b/c/");
    CU_ASSERT(file_make_folder(buf_text(&path), NULL) == 0);
    CU_ASSERT(file_is_folder(buf_text(&path)));
    CU_ASSERT(file_make_folder(buf_text(&path), NULL) == 0);
    CU_ASSERT(file_make_folder("/", NULL) == 0);
    remove_folder(folder);
    buf_deinit(&path);
}

struct visit {
    size_t skip; /* length of the folder's path */
    struct buf seen;
};

static void visit_path(void *self, const char *path)
{
    struct visit *visit = self;
    buf_printf(&visit->seen, "%s ", path + visit->skip);
}

static void test_walk(void)
{
    static const char *const names[] = {
        "b.scn",    "a/z.scn",    "a-b.scn", "a.scn",    "B.scn",      "a/c/y.scn",
        "note.txt", ".git/x.scn", ".scn",    "a/.x.scn", "real/x.scn", "empty.scn/x.txt",
    };
    char folder[64];
    struct buf path = {0};
    struct error error = {""};
    make_folder(folder, sizeof folder);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        path_in(&path, folder, names[i]);
        CU_ASSERT(file_write(buf_text(&path), BYTES_LIT("x"), NULL) == 0);
    }
    path_in(&path, folder, "linked");
    CU_ASSERT(symlink("real", buf_text(&path)) == 0); /* to a folder: left out */
    path_in(&path, folder, "linked.scn");
    CU_ASSERT(symlink("a/z.scn", buf_text(&path)) == 0); /* to a file: taken */
    path_in(&path, folder, "dangling.scn");
    CU_ASSERT(symlink("nowhere", buf_text(&path)) == 0);
    struct visit visit = {.skip = strlen(folder) + 1};
    CU_ASSERT(file_walk(folder, ".scn", visit_path, &visit, &error) == 0);
    CU_ASSERT_STRING_EQUAL(buf_text(&visit.seen),
                           "B.scn a-b.scn a.scn a/c/y.scn a/z.scn b.scn linked.scn real/x.scn ");
    buf_clear(&visit.seen);
    path_in(&path, folder, "");
    CU_ASSERT(file_walk(buf_text(&path), ".txt", visit_path, &visit, &error) == 0);
    CU_ASSERT_STRING_EQUAL(buf_text(&visit.seen), "empty.scn/x.txt note.txt ");
    path_in(&path, folder, "missing");
    CU_ASSERT(file_walk(buf_text(&path), "", visit_path, &visit, &error) == -1);
    CU_ASSERT(strstr(error.text, "missing cannot be read") != NULL);
    remove_folder(folder);
    buf_deinit(&path);
    buf_deinit(&visit.seen);
}

static const struct unit_test tests[] = {
    {"write and read", test_write_read    },
    {"limit",          test_limit         },
    {"errors",         test_errors        },
    {"pipes",          test_pipes         },
    {"find",           test_find          },
    {"write in place", test_write_in_place},
    {"make folder",    test_make_folder   },
    {"walk",           test_walk          },
};

UNIT_MAIN("base/file", tests)
