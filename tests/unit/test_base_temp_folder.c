/* A folder of one's own goes away whatever whoever it was lent to has made of it. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/temp_folder.h"

/* Run by the shell within the folder; $OUT is a folder beside it. */
// clang-format off
static const char *const rows[] = {
    "true",
    "echo a > a; echo b > .b; echo c > 'c d\n'",
    "mkdir -p a/b/c; echo x > a/b/c/x; echo y > a/y",
    "mkfifo a; ln -s /no/such b; ln -s . c",
    "mkdir a; echo x > a/x; chmod 0 a",
    "mkdir a a/b; echo x > a/b/x; chmod 500 a/b a .",
    "chmod 0 .",
    "ln -s \"$OUT\" a; mkdir b; ln -s \"$OUT/kept\" b/c; ln \"$OUT/kept\" d",
    "i=0; while [ $i -lt 100 ]; do mkdir d; echo x > x; cd d; i=$((i + 1)); done",
    "n=$(printf '%0200d' 0); i=0; while [ $i -lt 40 ]; do mkdir $n && cd -P -- $n || exit; i=$((i + 1)); done",
    "mkdir .deep-0; echo x > .deep-0/x; i=0; while [ $i -lt 40 ]; do mkdir d; cd d; i=$((i + 1)); done",
    "i=0; while [ $i -lt 500 ]; do echo > f$i; i=$((i + 1)); done",
};
// clang-format on

static void test_remove(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char outside[] = "/tmp/mailspec-test-XXXXXX";
        struct buf command = {0};
        struct buf kept = {0};
        struct stat about;
        CU_ASSERT_FATAL(mkdtemp(outside) != NULL);
        buf_printf(&kept, "%s/kept", outside);
        CU_ASSERT(file_write(buf_text(&kept), BYTES_LIT("x"), NULL) == 0);
        char *folder = temp_folder_new(NULL);
        UNIT_ROW(rows[i],
                 folder != NULL && stat(folder, &about) == 0 && (about.st_mode & 077) == 0);
        buf_printf(&command, "OUT='%s'; cd '%s' && { %s; }", outside, folder, rows[i]);
        UNIT_ROW(rows[i], system(buf_text(&command)) == 0); /* NOLINT(cert-env33-c) */
        char *path = strdup(folder);
        temp_folder_remove(&folder);
        UNIT_ROW(rows[i], folder == NULL && lstat(path, &about) != 0);
        UNIT_ROW(rows[i], stat(buf_text(&kept), &about) == 0 && about.st_size == 1);
        free(path);
        unlink(buf_text(&kept));
        UNIT_ROW(rows[i], rmdir(outside) == 0);
        buf_deinit(&command);
        buf_deinit(&kept);
    }
    temp_folder_remove(&(char *){NULL});
}

/* With one who still writes to it: it goes when he has gone. */
static void test_remove_left(void)
{
    struct stat about;
    char *folder = temp_folder_new(NULL);
    char *path = strdup(folder);
    struct buf file = {0};
    buf_printf(&file, "%s/file", folder);
    pid_t writer = fork();
    if (writer == 0) {
        for (;;) {
            close(open(buf_text(&file), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        }
    }
    usleep(20000);
    temp_folder_remove(&folder);
    CU_ASSERT(folder == NULL);
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    temp_folder_remove_left();
    CU_ASSERT(lstat(path, &about) != 0);
    temp_folder_remove_left();
    buf_deinit(&file);
    free(path);
}

static const struct unit_test tests[] = {
    {"remove",      test_remove     },
    {"remove left", test_remove_left},
};

UNIT_MAIN("base/temp_folder", tests)
