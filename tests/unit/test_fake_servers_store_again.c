/* A store in files that is opened again, or that other programs work in meanwhile. */
#include "store_bench.h"

/* ---- served again ---- */

static void test_again(void)
{
    struct bench *bench = bench_new();
    struct buf before = {0};
    struct buf after = {0};
    for (size_t i = 0; i < 12; i++) {
        struct buf content = {0};
        buf_printf(&content, "Subject: %zu\r\n\r\n%*s\r\n", i, (int)i + 1, "x");
        CU_ASSERT(answers(bench, "alice bob", buf_text(&content), "250 2.0.0 "));
        buf_deinit(&content);
    }
    ask(bench, "STAT\r\nLIST\r\nUIDL\r\nTOP 12 0\r\n", &before);
    bench_again(bench);
    ask(bench, "STAT\r\nLIST\r\nUIDL\r\nTOP 12 0\r\n", &after);
    CU_ASSERT(strstr(buf_text(&before), "+OK Maildrop has 12 messages") != NULL);
    CU_ASSERT(dialogue_is("again", &after, buf_bytes(&before)));
    CU_ASSERT(store_delivered(bench->store) == 0);
    buf_deinit(&before);
    buf_deinit(&after);
    bench_end(bench);
}

struct id_row {
    const char *place;
    const char *id; /* NULL: a hash of 32 digits */
};

#define SIXTY "123456789012345678901234567890123456789012345678901234567890"

static const struct id_row id_rows[] = {
    {"new/1.a.b",                "1.a.b"           },
    {"cur/1.a.b:2,S",            "1.a.b"           },
    {"cur/1.a,S=3,W=4:2,FRS",    "1.a,S=3,W=4"     },
    {"new/" SIXTY "1234567890",  SIXTY "1234567890"},
    {"new/" SIXTY "12345678901", NULL              },
    {"new/1 a",                  NULL              },
    {"new/\xC3\xA9",             NULL              },
};

static void test_unique_ids(void)
{
    for (size_t i = 0; i < sizeof id_rows / sizeof id_rows[0]; i++) {
        const struct id_row *row = &id_rows[i];
        struct bench *bench = bench_new();
        struct buf out = {0};
        char *path = folder_path("alice", row->place);
        folder_put(bench->root, path, BYTES_LIT("\n"));
        free(path);
        ask(bench, "UIDL 1\r\n", &out);
        struct bytes id = bytes_slice(buf_bytes(&out), strlen(OPEN("1", "2") "+OK 1 "), out.n - 2);
        if (row->id != NULL) {
            UNIT_ROW(row->place, bytes_is(id, row->id));
        } else {
            UNIT_ROW(row->place,
                     id.n == 32 && strspn((const char *)id.p, "0123456789abcdef") == 32);
        }
        buf_deinit(&out);
        bench_end(bench);
    }
}

/* ---- other programs ---- */

static void test_others_add(void)
{
    struct bench *bench = bench_new();
    CU_ASSERT(says(bench, "", OPEN("0", "0")));
    folder_put(bench->root, "alice/new/2.x", BYTES_LIT("a: b\n\n.c\n"));
    folder_put(bench->root, "alice/cur/1.x:2,S", BYTES_LIT("no end"));
    folder_put(bench->root, "alice/new/.hidden", BYTES_LIT("x\n"));
    folder_put(bench->root, "alice/new/folder/x", BYTES_LIT("x\n"));
    folder_put(bench->root, "alice/tmp/3.x", BYTES_LIT("x\n"));
    folder_put(bench->root, "alice/new/4.x", (struct bytes){0});
    CU_ASSERT(
        says(bench, "UIDL\r\nRETR 1\r\nRETR 2\r\nRETR 3\r\n",
             OPEN("3", "20") "+OK Unique-id listing follows\r\n1 1.x\r\n2 2.x\r\n3 4.x\r\n.\r\n"
                             "+OK 8 octets\r\nno end\r\n.\r\n"
                             "+OK 12 octets\r\na: b\r\n\r\n..c\r\n.\r\n"
                             "+OK 0 octets\r\n.\r\n"));
    bench_end(bench);
}

static void rename_in(const char *root, const char *from, const char *to)
{
    char *old = folder_path(root, from);
    char *new = folder_path(root, to);
    CU_ASSERT(rename(old, new) == 0);
    free(old);
    free(new);
}

static void unlink_in(const char *root, const char *where)
{
    char *path = folder_path(root, where);
    CU_ASSERT(unlink(path) == 0);
    free(path);
}

/* Between sessions: what is gone is not counted, what was moved has its unique-id still, and one base is one message. */
static void test_others_meanwhile(void)
{
    struct bench *bench = bench_new();
    folder_put(bench->root, "alice/new/1.x", BYTES_LIT("a\r\n"));
    folder_put(bench->root, "alice/new/2.x", BYTES_LIT("ab\r\n"));
    folder_put(bench->root, "alice/new/3.x", BYTES_LIT("abc\r\n"));
    folder_put(bench->root, "alice/cur/3.x:2,S", BYTES_LIT("abc\r\n"));
    CU_ASSERT(says(bench, "", OPEN("3", "12")));
    unlink_in(bench->root, "alice/new/1.x");
    rename_in(bench->root, "alice/new/2.x", "alice/cur/2.x:2,RS");
    folder_put(bench->root, "alice/new/0.x", BYTES_LIT("abcd\r\n"));
    CU_ASSERT(
        says(bench, "UIDL\r\nRETR 1\r\n",
             OPEN("3", "15") "+OK Unique-id listing follows\r\n1 2.x\r\n2 3.x\r\n3 0.x\r\n.\r\n"
                             "+OK 4 octets\r\nab\r\n.\r\n"));
    CU_ASSERT(says(bench, "DELE 1\r\nDELE 3\r\nQUIT\r\n",
                   OPEN("3", "15") "+OK Message 1 deleted\r\n+OK Message 3 deleted\r\n" BYE));
    CU_ASSERT(folder_count(bench->root, "alice/new") == 1);
    CU_ASSERT(folder_count(bench->root, "alice/cur") == 1);
    bench_end(bench);
}

/* While a session is open: moved, removed, cut short, made longer, replaced by as many octets. */
static void test_others_change(void)
{
    struct bench *bench = bench_new();
    struct buf out = {0};
    const char *const names[] = {"1", "2", "3", "4", "5", "6"};
    for (size_t i = 0; i < 6; i++) {
        char *path = folder_path("alice/new", names[i]);
        folder_put(bench->root, path, BYTES_LIT("abc\r\n"));
        free(path);
    }
    struct pop3_session *session = pop3_session_new(&bench->settings, bench->store, &out);
    dialogue_feed_pop3(session, BYTES_LIT("USER alice\r\nPASS secret-a\r\n"), &out);
    rename_in(bench->root, "alice/new/1", "alice/cur/1:2,S");
    unlink_in(bench->root, "alice/new/2");
    folder_put(bench->root, "alice/new/3", BYTES_LIT("abc"));
    folder_put(bench->root, "alice/new/4", BYTES_LIT("abc\r\nabc\r\n"));
    folder_put(bench->root, "alice/new/5", BYTES_LIT("\n\n\n\n\n"));
    rename_in(bench->root, "alice/new/6", "alice/cur/6:2,");
    buf_clear(&out);
    dialogue_feed_pop3(session,
                       BYTES_LIT("RETR 1\r\nRETR 2\r\nTOP 3 1\r\nRETR 4\r\nRETR 5\r\nNOOP\r\n"
                                 "DELE 1\r\nDELE 2\r\nDELE 6\r\nQUIT\r\n"),
                       &out);
    CU_ASSERT(dialogue_is("changed", &out,
                          BYTES_LIT("+OK 5 octets\r\nabc\r\n.\r\n"
                                    "-ERR [SYS/TEMP] Message 2 cannot be read\r\n"
                                    "-ERR [SYS/TEMP] Message 3 cannot be read\r\n"
                                    "-ERR [SYS/TEMP] Message 4 cannot be read\r\n"
                                    "-ERR [SYS/TEMP] Message 5 cannot be read\r\n"
                                    "+OK Nothing done\r\n"
                                    "+OK Message 1 deleted\r\n+OK Message 2 deleted\r\n"
                                    "+OK Message 6 deleted\r\n" BYE)));
    pop3_session_free(&session);
    CU_ASSERT(folder_count(bench->root, "alice/new") == 3);
    CU_ASSERT(folder_count(bench->root, "alice/cur") == 0);
    buf_deinit(&out);
    bench_end(bench);
}

static void test_folder_is_gone(void)
{
    struct bench *bench = bench_new();
    deliver(bench, "alice");
    folder_spoil(bench->root, "alice/new");
    CU_ASSERT(says(bench, "STAT\r\n",
                   "-ERR [SYS/TEMP] The maildrop cannot be read\r\n"
                   "-ERR STAT is not allowed in this state\r\n"));
    folder_mend(bench->root, "alice/new");
    CU_ASSERT(says(bench, "DELE 1\r\nQUIT\r\n", OPEN("1", "214") "+OK Message 1 deleted\r\n" BYE));
    CU_ASSERT(folder_count(bench->root, "alice/new") == 0);
    bench_end(bench);
}

/* RFC 1939 section 6: what cannot be removed is told, the others go, and the lock is given back. */
static void test_cannot_be_removed(void)
{
    struct bench *bench = bench_new();
    struct buf out = {0};
    folder_put(bench->root, "alice/new/1", BYTES_LIT("abc\r\n"));
    folder_put(bench->root, "alice/new/2", BYTES_LIT("abc\r\n"));
    folder_put(bench->root, "alice/new/3", BYTES_LIT("abc\r\n"));
    struct pop3_session *session = pop3_session_new(&bench->settings, bench->store, &out);
    dialogue_feed_pop3(session, BYTES_LIT("USER alice\r\nPASS secret-a\r\n"), &out);
    unlink_in(bench->root, "alice/new/2");
    folder_put(bench->root, "alice/new/2/x", BYTES_LIT("a folder cannot be unlinked"));
    buf_clear(&out);
    dialogue_feed_pop3(session, BYTES_LIT("DELE 1\r\nDELE 2\r\nDELE 3\r\nQUIT\r\n"), &out);
    CU_ASSERT(dialogue_is("quit", &out,
                          BYTES_LIT("+OK Message 1 deleted\r\n+OK Message 2 deleted\r\n"
                                    "+OK Message 3 deleted\r\n"
                                    "-ERR [SYS/TEMP] Some deleted messages are not removed\r\n")));
    CU_ASSERT(pop3_session_is_over(session));
    pop3_session_free(&session);
    struct maildrop *maildrop = store_by_user(bench->store, BYTES_LIT("alice"));
    CU_ASSERT(maildrop_count(maildrop) == 1 && maildrop_lock(maildrop));
    CU_ASSERT(folder_count(bench->root, "alice/new") == 1);
    buf_deinit(&out);
    bench_end(bench);
}

static const struct unit_test tests[] = {
    {"again",             test_again            },
    {"unique-ids",        test_unique_ids       },
    {"others add",        test_others_add       },
    {"others meanwhile",  test_others_meanwhile },
    {"others change",     test_others_change    },
    {"folder is gone",    test_folder_is_gone   },
    {"cannot be removed", test_cannot_be_removed},
};

UNIT_MAIN("fake_servers_store_again", tests)
