/* Maildir: names, whole files or none, what is read and what is refused. */
#include "unit.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "store_folder.h"

/* ---- names ---- */

static void test_names_ascend(void)
{
    const int64_t times[] = {1700000000999998, 1700000000999998, 1700000000999998,
                             1700000000000000, 1700000001000001, 1700000001000001};
    struct maildir_namer namer;
    char *last = NULL;
    maildir_namer_init(&namer);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char *name = maildir_next_name(&namer, times[i]);
        UNIT_ROW(name, last == NULL || strcmp(last, name) < 0);
        UNIT_ROW(name, strchr(name, '/') == NULL && strchr(name, ':') == NULL && name[0] != '.');
        free(last);
        last = name;
    }
    char expected[64];
    snprintf(expected, sizeof expected, "1700000001.M000003P%ldQ6.", (long)getpid());
    UNIT_ROW(last, strncmp(last, expected, strlen(expected)) == 0);
    UNIT_ROW(last, strcmp(last + strlen(expected), namer.host) == 0);
    free(last);
    maildir_namer_deinit(&namer);
}

struct text_row {
    const char *from;
    const char *to;
};

static const struct text_row user_rows[] = {
    {"alice",             "alice"                        },
    {"alice@example.org", "alice@example.org"            },
    {"a+b_c-d.e9",        "a+b_c-d.e9"                   },
    {"..",                "%2E."                         },
    {".",                 "%2E"                          },
    {".hidden",           "%2Ehidden"                    },
    {"../../etc",         "%2E.%2F..%2Fetc"              },
    {"a b",               "a%20b"                        },
    {"%41",               "%2541"                        },
    {"\xC3\xA9",          "%C3%A9"                       },
    {"Alice:*?\"<>|\\",   "Alice%3A%2A%3F%22%3C%3E%7C%5C"},
};

static void test_users(void)
{
    for (size_t i = 0; i < sizeof user_rows / sizeof user_rows[0]; i++) {
        struct buf name = {0};
        maildir_print_user(&name, bytes_of(user_rows[i].from));
        UNIT_ROW(user_rows[i].from, strcmp(buf_text(&name), user_rows[i].to) == 0);
        buf_deinit(&name);
    }
    struct buf name = {0};
    maildir_print_user(&name, BYTES_LIT("a\0b"));
    CU_ASSERT(strcmp(buf_text(&name), "a%00b") == 0);
    buf_deinit(&name);
}

static const struct text_row base_rows[] = {
    {"new/1.a.b",         "1.a.b"},
    {"cur/1.a.b:2,",      "1.a.b"},
    {"cur/1.a.b:2,RS",    "1.a.b"},
    {"cur/1.a.b:1,x:2,S", "1.a.b"},
    {"1.a.b",             "1.a.b"},
    {"new/:2,S",          ""     },
};

static void test_bases(void)
{
    for (size_t i = 0; i < sizeof base_rows / sizeof base_rows[0]; i++) {
        UNIT_ROW(base_rows[i].from, bytes_is(maildir_base(base_rows[i].from), base_rows[i].to));
    }
}

/* ---- writing ---- */

enum { FOLDERS = 3 };

struct bench {
    char *root;
    char *folders[FOLDERS];
};

static struct bench bench_new(void)
{
    struct bench bench = {.root = folder_new()};
    for (size_t i = 0; i < FOLDERS; i++) {
        char name[] = {(char)('a' + i), '\0'};
        struct error error = {0};
        bench.folders[i] = folder_path(bench.root, name);
        UNIT_ROW(error.text, maildir_make(bench.folders[i], &error) == 0);
    }
    return bench;
}

static void bench_end(struct bench *bench)
{
    for (size_t i = 0; i < FOLDERS; i++) {
        free(bench->folders[i]);
    }
    temp_folder_remove(&bench->root);
}

static enum maildir_result write_to(const struct bench *bench, const char *name,
                                    struct bytes octets, struct error *error)
{
    const char *const folders[] = {bench->folders[0], bench->folders[1], bench->folders[2]};
    return maildir_write(folders, FOLDERS, name, octets, error);
}

static size_t count_all(const struct bench *bench, const char *part)
{
    size_t count = 0;
    for (size_t i = 0; i < FOLDERS; i++) {
        size_t here = folder_count(bench->folders[i], part);
        count += here == SIZE_MAX ? 0 : here;
    }
    return count;
}

static void test_write(void)
{
    struct bench bench = bench_new();
    struct bytes octets = BYTES_LIT("a\r\n.\r\n\0\n");
    CU_ASSERT(write_to(&bench, "1.a", octets, NULL) == MAILDIR_DONE);
    for (size_t i = 0; i < FOLDERS; i++) {
        UNIT_ROW(bench.folders[i], folder_first_is(bench.folders[i], "new", octets));
        UNIT_ROW(bench.folders[i], folder_mode(bench.folders[i], "new/1.a") == 0600);
        UNIT_ROW(bench.folders[i], folder_mode(bench.folders[i], "new") == 0700);
        UNIT_ROW(bench.folders[i], folder_mode(bench.folders[i], ".") == 0700);
    }
    CU_ASSERT(count_all(&bench, "tmp") == 0 && count_all(&bench, "cur") == 0);
    CU_ASSERT(maildir_make(bench.folders[0], NULL) == 0 && count_all(&bench, "new") == 3);
    CU_ASSERT(maildir_write(NULL, 0, "2.a", octets, NULL) == MAILDIR_DONE);
    bench_end(&bench);
}

/* The reason is the one that the system had for not making it, and not that it is not there now. */
static void test_cannot_be_made(void)
{
    static const char path[] = "/sys/mailspec-test";
    struct error error = {0};
    if (mkdir(path, 0700) == 0) {
        rmdir(path);
        return;
    }
    const char *cause = strerror(errno);
    CU_ASSERT(maildir_make(path, &error) == -1);
    CU_ASSERT(strstr(error.text, path) != NULL && strstr(error.text, cause) != NULL);
    error = (struct error){0};
    CU_ASSERT(maildir_make("/dev/null", &error) == -1);
    CU_ASSERT(strstr(error.text, "Not a directory") != NULL);
}

/* A name that one of the three has is used in none, and what has it stays as it is. */
static void test_taken(void)
{
    for (size_t i = 0; i < FOLDERS; i++) {
        struct bench bench = bench_new();
        folder_put(bench.folders[i], "new/1.a", BYTES_LIT("first\n"));
        UNIT_ROW(bench.folders[i],
                 write_to(&bench, "1.a", BYTES_LIT("second\n"), NULL) == MAILDIR_TAKEN);
        UNIT_ROW(bench.folders[i], count_all(&bench, "new") == 1 && count_all(&bench, "tmp") == 0);
        UNIT_ROW(bench.folders[i], folder_first_is(bench.folders[i], "new", BYTES_LIT("first\n")));
        bench_end(&bench);
    }
    struct bench bench = bench_new();
    folder_put(bench.folders[0], "tmp/1.a", BYTES_LIT("of another\n"));
    CU_ASSERT(write_to(&bench, "1.a", BYTES_LIT("second\n"), NULL) == MAILDIR_TAKEN);
    CU_ASSERT(count_all(&bench, "new") == 0 && count_all(&bench, "tmp") == 1);
    bench_end(&bench);
}

/* Where one of the three folders is no folder any more, nobody gets the message. */
static void test_all_or_none(void)
{
    const char *const spoilt[] = {"a/new", "b/new", "c/new", "a/tmp", "a", "b", "c"};
    for (size_t i = 0; i < sizeof spoilt / sizeof spoilt[0]; i++) {
        struct bench bench = bench_new();
        struct error error = {0};
        folder_spoil(bench.root, spoilt[i]);
        UNIT_ROW(spoilt[i], write_to(&bench, "1.a", BYTES_LIT("x\r\n"), &error) == MAILDIR_FAILED);
        UNIT_ROW(spoilt[i], strstr(error.text, "Not a directory") != NULL);
        UNIT_ROW(spoilt[i], count_all(&bench, "new") == 0 && count_all(&bench, "tmp") == 0);
        folder_mend(bench.root, spoilt[i]);
        UNIT_ROW(spoilt[i], write_to(&bench, "1.a", BYTES_LIT("x\r\n"), NULL) == MAILDIR_DONE);
        UNIT_ROW(spoilt[i], count_all(&bench, "new") == 3 && count_all(&bench, "tmp") == 0);
        bench_end(&bench);
    }
}

/* The system ends the file in the middle, as a full disk does. */
static void test_file_limit(void)
{
    struct bench bench = bench_new();
    struct rlimit before;
    struct buf octets = {0};
    struct error error = {0};
    buf_append_fill(&octets, 'x', 100000);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_FATAL(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const struct rlimit low = {50000, before.rlim_max};
    CU_ASSERT_FATAL(setrlimit(RLIMIT_FSIZE, &low) == 0);
    enum maildir_result result = write_to(&bench, "1.a", buf_bytes(&octets), &error);
    CU_ASSERT_FATAL(setrlimit(RLIMIT_FSIZE, &before) == 0);
    signal(SIGXFSZ, handler);
    CU_ASSERT(result == MAILDIR_FAILED);
    CU_ASSERT(strstr(error.text, "too large") != NULL);
    CU_ASSERT(count_all(&bench, "new") == 0 && count_all(&bench, "tmp") == 0);
    buf_deinit(&octets);
    bench_end(&bench);
}

/* In a name space of this process only, so nothing is left mounted. */
static bool mount_small_disk(const char *folder)
{
    bool is_apart = unshare(CLONE_NEWNS) == 0;
    return is_apart && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", folder, "tmpfs", 0, "size=1m") == 0;
}

/* A real full disk, where this process may mount one. */
static void test_full_disk(void)
{
    struct bench bench = bench_new();
    struct buf octets = {0};
    struct error error = {0};
    if (!mount_small_disk(bench.folders[0])) {
        fprintf(stderr, "full disk: not tried, for no file system can be mounted here (%s)\n",
                strerror(errno));
        bench_end(&bench);
        return;
    }
    CU_ASSERT(maildir_make(bench.folders[0], NULL) == 0);
    buf_append_fill(&octets, 'x', 600000);
    const char *const folders[] = {bench.folders[0]};
    CU_ASSERT(maildir_write(folders, 1, "1.a", buf_bytes(&octets), NULL) == MAILDIR_DONE);
    CU_ASSERT(maildir_write(folders, 1, "2.a", buf_bytes(&octets), &error) == MAILDIR_FAILED);
    CU_ASSERT(strstr(error.text, "No space left on device") != NULL);
    CU_ASSERT(folder_count(bench.folders[0], "new") == 1);
    CU_ASSERT(folder_count(bench.folders[0], "tmp") == 0);
    /* What stands in another file system cannot be linked there, so it is written twice; or not at all. */
    error.text[0] = '\0';
    CU_ASSERT(write_to(&bench, "3.a", BYTES_LIT("small\r\n"), &error) == MAILDIR_DONE);
    CU_ASSERT(folder_first_is(bench.folders[1], "new", BYTES_LIT("small\r\n")));
    CU_ASSERT(folder_count(bench.folders[0], "new") == 2 && count_all(&bench, "new") == 4);
    const char *const others[] = {bench.folders[1], bench.folders[0], bench.folders[2]};
    CU_ASSERT(maildir_write(others, FOLDERS, "4.a", buf_bytes(&octets), NULL) == MAILDIR_FAILED);
    CU_ASSERT(count_all(&bench, "new") == 4 && count_all(&bench, "tmp") == 0);
    CU_ASSERT(umount2(bench.folders[0], MNT_DETACH) == 0);
    buf_deinit(&octets);
    bench_end(&bench);
}

static void test_sweep(void)
{
    struct bench bench = bench_new();
    struct maildir_namer namer;
    maildir_namer_init(&namer);
    char *ours = maildir_next_name(&namer, 1700000000000000);
    char *place = folder_path("tmp", ours);
    struct buf other = {0};
    buf_printf(&other, "tmp/1700000000.M000000P%ldQ1.%s", (long)getpid() + 1, namer.host);
    folder_put(bench.folders[0], place, BYTES_LIT("half"));
    folder_put(bench.folders[0], buf_text(&other), BYTES_LIT("half"));
    folder_put(bench.folders[0], "tmp/1700000000.17_1.other", BYTES_LIT("half"));
    maildir_sweep(bench.folders[0], &namer);
    CU_ASSERT(folder_count(bench.folders[0], "tmp") == 2);
    CU_ASSERT(folder_mode(bench.folders[0], place) == 0);
    free(place);
    free(ours);
    buf_deinit(&other);
    maildir_namer_deinit(&namer);
    bench_end(&bench);
}

/* ---- reading ---- */

struct measure_row {
    struct bytes content;
    size_t bare_lfs;
    bool ends_line;
};

static const struct measure_row measure_rows[] = {
    {BYTES_INIT(""),                    0, true },
    {BYTES_INIT("\n"),                  1, true },
    {BYTES_INIT("\r\n"),                0, true },
    {BYTES_INIT("a"),                   0, false},
    {BYTES_INIT("a\r"),                 0, false},
    {BYTES_INIT("a\nb\r\nc\r\r\n\n\n"), 3, true },
    {BYTES_INIT("\0\n\r\0\n"),          2, true },
};

/* Each also behind so many octets that it begins, or is cut, where a piece of the file ends. */
static void test_measure(void)
{
    const size_t before[] = {0, 65531, 65532, 65533, 65534, 65535, 65536, 131071};
    struct bench bench = bench_new();
    struct buf content = {0};
    for (size_t i = 0; i < sizeof measure_rows / sizeof measure_rows[0]; i++) {
        const struct measure_row *row = &measure_rows[i];
        for (size_t j = 0; j < sizeof before / sizeof before[0]; j++) {
            struct maildir_size size;
            buf_clear(&content);
            buf_append_fill(&content, 'x', before[j]);
            buf_append(&content, row->content);
            folder_put(bench.folders[0], "new/1", buf_bytes(&content));
            CU_ASSERT(maildir_measure(bench.folders[0], "new/1", &size, NULL) == 0);
            CU_ASSERT(size.octets == content.n && size.bare_lfs == row->bare_lfs);
            CU_ASSERT(size.ends_line ==
                      (content.n > 0 && row->content.n == 0 ? false : row->ends_line));
        }
    }
    buf_deinit(&content);
    bench_end(&bench);
}

static void test_read(void)
{
    struct bench bench = bench_new();
    const char *folder = bench.folders[0];
    struct maildir_size size;
    unsigned char octets[8] = "";
    struct error error = {0};
    folder_put(folder, "cur/1:2,S", BYTES_LIT("12345"));
    CU_ASSERT(maildir_read(folder, "cur/1:2,S", octets, 5, NULL) == 0);
    CU_ASSERT(memcmp(octets, "12345", 6) == 0);
    CU_ASSERT(maildir_read(folder, "cur/1:2,S", octets, 4, &error) != 0);
    CU_ASSERT(strstr(error.text, "another length") != NULL);
    CU_ASSERT(maildir_read(folder, "cur/1:2,S", octets, 6, NULL) != 0);
    CU_ASSERT(maildir_read(folder, "cur/2", octets, 6, NULL) != 0);

    const char *const odd[] = {"new/fifo", "new/folder", "new/link"};
    char *paths[3];
    for (size_t i = 0; i < 3; i++) {
        paths[i] = folder_path(folder, odd[i]);
    }
    CU_ASSERT(mkfifo(paths[0], 0600) == 0 && mkdir(paths[1], 0700) == 0);
    CU_ASSERT(symlink("../cur/1:2,S", paths[2]) == 0);
    for (size_t i = 0; i < 3; i++) {
        UNIT_ROW(odd[i], maildir_measure(folder, odd[i], &size, NULL) != 0);
        UNIT_ROW(odd[i], maildir_read(folder, odd[i], octets, 5, NULL) != 0);
        free(paths[i]);
    }
    bench_end(&bench);
}

static void test_find_and_remove(void)
{
    struct bench bench = bench_new();
    const char *folder = bench.folders[0];
    folder_put(folder, "new/1.a", BYTES_LIT("x"));
    folder_put(folder, "cur/2.a:2,FS", BYTES_LIT("x"));
    folder_put(folder, "new/.3.a", BYTES_LIT("x"));
    char *place = maildir_find(folder, BYTES_LIT("2.a"));
    CU_ASSERT(place != NULL && strcmp(place, "cur/2.a:2,FS") == 0);
    free(place);
    CU_ASSERT(maildir_find(folder, BYTES_LIT("2")) == NULL);
    CU_ASSERT(maildir_find(folder, BYTES_LIT(".3.a")) == NULL);
    CU_ASSERT(maildir_remove(folder, "new/1.a", NULL) == 0);
    CU_ASSERT(maildir_remove(folder, "new/1.a", NULL) == 1);
    CU_ASSERT(maildir_remove(folder, "cur/2.a:2,FS/x", NULL) == -1);
    CU_ASSERT(folder_count(folder, "new") == 0 && folder_count(folder, "cur") == 1);
    bench_end(&bench);
}

static const struct unit_test tests[] = {
    {"names ascend",    test_names_ascend   },
    {"users",           test_users          },
    {"bases",           test_bases          },
    {"write",           test_write          },
    {"cannot be made",  test_cannot_be_made },
    {"taken",           test_taken          },
    {"all or none",     test_all_or_none    },
    {"file limit",      test_file_limit     },
    {"sweep",           test_sweep          },
    {"measure",         test_measure        },
    {"read",            test_read           },
    {"find and remove", test_find_and_remove},
    {"full disk",       test_full_disk      },
};

UNIT_MAIN("fake_servers_maildir", tests)
