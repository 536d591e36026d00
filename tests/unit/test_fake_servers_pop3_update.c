/* What a POP3 session says when the files of its maildrop cannot be read or removed (RFC 1939 sections 4 and 6, RFC 3206). */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/temp_folder.h"
#include "fake_dialogue.h"
#include "unit.h"

#define LOGIN "USER alice\r\nPASS secret-a\r\n"
#define PASS  "+OK Now send PASS\r\n"
#define IN(n) PASS "+OK Maildrop has " n " octets)\r\n"
#define BYE   "+OK mx.example.test POP3 server signing off\r\n"

static const struct server_message messages[] = {
    {"alice", BYTES_INIT("Subject: one\r\n\r\na\r\n")},
    {"alice", BYTES_INIT("Subject: two\r\n\r\nb\r\n")},
};

struct world {
    char *root;
    struct server_settings settings;
    struct store *store;
    struct pop3_session *session;
    struct buf out;
};

static void world_init(struct world *world)
{
    struct error error = {0};
    *world = (struct world){.root = temp_folder_new(&error), .settings = dialogue_settings()};
    CU_ASSERT_PTR_NOT_NULL_FATAL(world->root);
    world->settings.store_folder = world->root;
    world->settings.messages = messages;
    world->settings.message_count = sizeof messages / sizeof messages[0];
    world->store = store_open(&world->settings, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(world->store);
    world->session = pop3_session_new(&world->settings, world->store, &world->out);
}

static void world_deinit(struct world *world)
{
    pop3_session_free(&world->session);
    store_free(&world->store);
    buf_deinit(&world->out);
    temp_folder_remove(&world->root);
}

static bool answers(struct world *world, const char *input, const char *expected)
{
    buf_clear(&world->out);
    dialogue_feed_pop3(world->session, bytes_of(input), &world->out);
    return dialogue_is(input, &world->out, bytes_of(expected));
}

/* The next session; the one before must be over, or not. Where it is, the lock is free at once. */
static void begin_again(struct world *world, bool over)
{
    struct maildrop *maildrop = store_by_user(world->store, BYTES_LIT("alice"));
    CU_ASSERT(pop3_session_is_over(world->session) == over);
    CU_ASSERT_FATAL(maildrop_lock(maildrop) == over);
    if (over) {
        maildrop_unlock(maildrop);
    }
    pop3_session_free(&world->session);
    world->session = pop3_session_new(&world->settings, world->store, &world->out);
}

/* The path of a folder of alice's, or with `first` of the first file in it: the oldest message. */
static void find_path(const struct world *world, const char *folder, bool first, struct buf *path)
{
    char smallest[256] = "";
    buf_printf(path, "%s/alice/%s", world->root, folder);
    DIR *dir = opendir(buf_text(path));
    CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        bool is_file = entry->d_name[0] != '.';
        if (is_file && (smallest[0] == '\0' || strcmp(entry->d_name, smallest) < 0)) {
            snprintf(smallest, sizeof smallest, "%s", entry->d_name);
        }
    }
    closedir(dir);
    if (first) {
        buf_printf(path, "/%s", smallest);
    }
}

/* A folder in the place of the first message's file cannot be unlinked, whoever tries. */
static void put_folder_for_file(const struct world *world)
{
    struct buf path = {0};
    find_path(world, "new", true, &path);
    CU_ASSERT_FATAL(unlink(buf_text(&path)) == 0 && mkdir(buf_text(&path), 0700) == 0);
    buf_deinit(&path);
}

/* The rest is removed, the lock released, the session over: RFC 1939 section 6. */
static void test_not_removed(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT(answers(&world, LOGIN, IN("2 messages (38")));
    CU_ASSERT(answers(&world, "DELE 1\r\nDELE 2\r\n",
                      "+OK Message 1 deleted\r\n+OK Message 2 deleted\r\n"));
    put_folder_for_file(&world);
    CU_ASSERT(answers(&world, "QUIT\r\nNOOP\r\n",
                      "-ERR [SYS/TEMP] Some deleted messages are not removed\r\n"));
    begin_again(&world, true);
    CU_ASSERT(answers(&world, LOGIN, IN("1 messages (19")));
    world_deinit(&world);
}

static void test_removed(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT(answers(&world, LOGIN "DELE 1\r\nQUIT\r\n",
                      IN("2 messages (38") "+OK Message 1 deleted\r\n" BYE));
    begin_again(&world, true);
    CU_ASSERT(
        answers(&world, LOGIN "DELE 1\r\n", IN("1 messages (19") "+OK Message 1 deleted\r\n"));
    begin_again(&world, false);
    CU_ASSERT(answers(&world, LOGIN, IN("1 messages (19")));
    world_deinit(&world);
}

static void test_message_not_read(void)
{
    struct world world;
    world_init(&world);
    CU_ASSERT(answers(&world, LOGIN, IN("2 messages (38")));
    put_folder_for_file(&world);
    CU_ASSERT(answers(
        &world, "RETR 1\r\nTOP 1 0\r\nTOP 2 0\r\n",
        "-ERR [SYS/TEMP] Message 1 cannot be read\r\n-ERR [SYS/TEMP] Message 1 cannot be read\r\n"
        "+OK Top of the message follows\r\nSubject: two\r\n\r\n.\r\n"));
    /* Where fetching deletes, what was not fetched stays; to remove that folder would be told of. */
    world.settings.expire_days = 0;
    CU_ASSERT(answers(&world, "QUIT\r\n", BYE));
    world_deinit(&world);
}

/* Somebody has written another message into the file: it cannot be had in this session, but in the next. */
static void test_message_changed(void)
{
    struct world world;
    struct buf path = {0};
    world_init(&world);
    CU_ASSERT(answers(&world, LOGIN, IN("2 messages (38")));
    find_path(&world, "new", true, &path);
    FILE *file = fopen(buf_text(&path), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("\r\nanother\r\n", file);
    CU_ASSERT_FATAL(fclose(file) == 0);
    CU_ASSERT(answers(&world, "RETR 1\r\nSTAT\r\nQUIT\r\n",
                      "-ERR [SYS/TEMP] Message 1 cannot be read\r\n+OK 2 38\r\n" BYE));
    begin_again(&world, true);
    CU_ASSERT(answers(&world, LOGIN "LIST 2\r\nRETR 2\r\nDELE 2\r\nQUIT\r\n",
                      IN("2 messages (30") "+OK 2 11\r\n+OK 11 octets\r\n\r\nanother\r\n.\r\n"
                                           "+OK Message 2 deleted\r\n" BYE));
    begin_again(&world, true);
    CU_ASSERT(answers(&world, LOGIN, IN("1 messages (19")));
    buf_deinit(&path);
    world_deinit(&world);
}

static void test_maildrop_not_read(void)
{
    struct world world;
    struct buf path = {0};
    struct buf away = {0};
    world_init(&world);
    find_path(&world, "new", false, &path);
    buf_printf(&away, "%s.away", buf_text(&path));
    CU_ASSERT_FATAL(rename(buf_text(&path), buf_text(&away)) == 0);
    CU_ASSERT(answers(&world, LOGIN "STAT\r\n",
                      PASS "-ERR [SYS/TEMP] The maildrop cannot be read\r\n-ERR STAT is not "
                           "allowed in this state\r\n"));
    CU_ASSERT_FATAL(rename(buf_text(&away), buf_text(&path)) == 0);
    CU_ASSERT(answers(&world, LOGIN, IN("2 messages (38"))); /* the lock was released */
    buf_deinit(&path);
    buf_deinit(&away);
    world_deinit(&world);
}

static const struct unit_test tests[] = {
    {"not removed",       test_not_removed      },
    {"removed",           test_removed          },
    {"message not read",  test_message_not_read },
    {"message changed",   test_message_changed  },
    {"maildrop not read", test_maildrop_not_read},
};

UNIT_MAIN("fake_servers_pop3_update", tests)
