/* Which files below a folder are messages, and which folders are to be watched for more. */
#include "unit.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/maildir_walk.h"
#include "base/temp_folder.h"

#define MAKE "m() { mkdir -p $1/tmp $1/new $1/cur; }; "

/* `make` is run by the shell within the folder; what is seen is sorted, paths without the folder's own. */
// clang-format off
static const struct walk_row {
    const char *make;
    const char *messages;
    const char *folders;
} walk_rows[] = {
    {"true", "", "/"},
    {"m .; touch new/1 cur/2:2,S tmp/3 new/.4 5", "/cur/2:2,S /new/1", "/ /cur /new"},
    {"m bob; m alice; touch bob/new/1 alice/cur/2", "/alice/cur/2 /bob/new/1",
     "/ /alice /alice/cur /alice/new /bob /bob/cur /bob/new"},
    {"m d/bob; touch d/bob/new/1", "/d/bob/new/1", "/ /d /d/bob /d/bob/cur /d/bob/new"},
    {"m h/bob/Maildir; touch h/bob/Maildir/new/1", "/h/bob/Maildir/new/1",
     "/ /h /h/bob /h/bob/Maildir /h/bob/Maildir/cur /h/bob/Maildir/new"},
    {"m a/b/c/d; touch a/b/c/d/new/1", "", "/ /a /a/b /a/b/c"},
    {"m bob; m bob/.Junk; touch bob/.Junk/new/1 bob/new/2", "/bob/new/2", "/ /bob /bob/cur /bob/new"},
    {"m .hidden; touch .hidden/new/1", "", "/"},
    {"mkdir -p bob/new; touch bob/new/1", "", "/ /bob /bob/new"},
    {"m bob; mkdir bob/new/folder; mkfifo bob/new/pipe; ln -s /no/such bob/new/link", "/bob/new/link",
     "/ /bob /bob/cur /bob/new"},
    {"m bob; ln -s bob alice; ln -s . circle; touch bob/new/1", "/bob/new/1", "/ /bob /bob/cur /bob/new"},
};
// clang-format on

enum { MOST_SEEN = 50 };

struct seen {
    size_t skip; /* octets of the folder's own path */
    struct buf names[MOST_SEEN];
    size_t count;
};

static void see(struct seen *seen, const char *path)
{
    struct bytes below = bytes_skip(bytes_of(path), seen->skip);
    if (seen->count < MOST_SEEN) {
        buf_append(&seen->names[seen->count++], below.n > 0 ? below : BYTES_LIT("/"));
    }
}

struct both {
    struct seen messages;
    struct seen folders;
};

static void on_folder(void *self, const char *path)
{
    see(&((struct both *)self)->folders, path);
}

static void on_message(void *self, const char *maildir, const char *folder, const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s/%s", maildir, folder, name);
    see(&((struct both *)self)->messages, buf_text(&path));
    buf_deinit(&path);
}

static int compare(const void *a, const void *b)
{
    return bytes_compare(buf_bytes(a), buf_bytes(b));
}

static bool seen_is(struct seen *seen, const char *expected)
{
    struct buf all = {0};
    qsort(seen->names, seen->count, sizeof seen->names[0], compare);
    for (size_t i = 0; i < seen->count; i++) {
        buf_append_text(&all, i > 0 ? " " : "");
        buf_append(&all, buf_bytes(&seen->names[i]));
        buf_deinit(&seen->names[i]);
    }
    bool same = bytes_is(buf_bytes(&all), expected);
    if (!same) {
        fprintf(stderr, "saw %s\n", buf_text(&all));
    }
    buf_deinit(&all);
    return same;
}

static void test_walk(void)
{
    for (size_t i = 0; i < sizeof walk_rows / sizeof walk_rows[0]; i++) {
        const struct walk_row *row = &walk_rows[i];
        char *folder = temp_folder_new(NULL);
        struct buf command = {0};
        CU_ASSERT_FATAL(folder != NULL);
        struct both both = {{.skip = strlen(folder)}, {.skip = strlen(folder)}};
        struct maildir_visitor visitor = {on_folder, on_message, &both};
        buf_printf(&command, MAKE "cd '%s' && { %s; }", folder, row->make);
        UNIT_ROW(row->make, system(buf_text(&command)) == 0); /* NOLINT(cert-env33-c) */
        UNIT_ROW(row->make, maildir_walk(folder, &visitor, NULL) == 0);
        UNIT_ROW(row->make, seen_is(&both.messages, row->messages));
        UNIT_ROW(row->make, seen_is(&both.folders, row->folders));
        buf_deinit(&command);
        temp_folder_remove(&folder);
    }
}

static void test_no_folder(void)
{
    struct both both = {{0}, {0}};
    struct maildir_visitor visitor = {on_folder, on_message, &both};
    struct error error = {""};
    CU_ASSERT(maildir_walk("/dev/null", &visitor, &error) == -1);
    CU_ASSERT(strstr(error.text, "/dev/null") != NULL);
    CU_ASSERT(maildir_walk("/no/such/folder", &visitor, &error) == 0);
    CU_ASSERT(both.messages.count == 0);
    CU_ASSERT(seen_is(&both.folders, "/dev/null /no/such/folder"));
}

static void test_unique_name(void)
{
    CU_ASSERT(bytes_is(maildir_unique_name("1.M2P3.host:2,S"), "1.M2P3.host"));
    CU_ASSERT(bytes_is(maildir_unique_name("1.M2P3.host"), "1.M2P3.host"));
}

static const struct unit_test tests[] = {
    {"folders and messages", test_walk       },
    {"no folder",            test_no_folder  },
    {"unique name",          test_unique_name},
};

UNIT_MAIN("base/maildir_walk", tests)
