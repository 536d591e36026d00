/* The store in files: what SMTP has accepted is there, POP3 reads it, and nothing is lost or half done. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "store_bench.h"

/* ---- delivery ---- */

/* Whole, octet by octet and cut in two: the same files, one in each maildrop, and the octets as they came. */
static void test_delivered(void)
{
    const size_t cuts[] = {0, SIZE_MAX, 120};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        struct bench *bench = bench_new();
        struct buf out = {0};
        struct buf expected = {0};
        send_to(bench, "alice bob postmaster alice", STUFFED, cuts[i], &out);
        CU_ASSERT(strstr(buf_text(&out), "250 2.0.0 Message 1 accepted") != NULL);
        CU_ASSERT(folder_count(bench->root, "alice/new") == 1);
        CU_ASSERT(folder_count(bench->root, "bob/new") == 1);
        CU_ASSERT(folder_count(bench->root, "postmaster/new") == 1);
        CU_ASSERT(folder_count(bench->root, "outbox/new") == 0);
        CU_ASSERT(folder_count(bench->root, "odd/new") == 0);
        CU_ASSERT(folder_count(bench->root, "alice/tmp") == 0);
        buf_clear(&out);
        ask(bench, "RETR 1\r\n", &out);
        const char *begin = strstr(buf_text(&out), "Return-Path:");
        CU_ASSERT_FATAL(begin != NULL);
        buf_append(&expected, bytes_make(begin, (size_t)(strstr(begin, "Subject:") - begin)));
        buf_append_text(&expected, CONTENT);
        CU_ASSERT(folder_first_is(bench->root, "alice/new", buf_bytes(&expected)));
        CU_ASSERT(folder_first_is(bench->root, "bob/new", buf_bytes(&expected)));
        CU_ASSERT(strstr(begin, "\r\n\r\n...dots\r\nbare\r\nlf\r\n.\r\n") != NULL);
        CU_ASSERT(store_delivered(bench->store) == 1);
        buf_deinit(&expected);
        buf_deinit(&out);
        bench_end(bench);
    }
}

/*
 * RFC 3030 section 3: what comes with BDAT need not end a line. It is stored as it came; POP3 alone ends its last line, in
 * memory and in files, when it was delivered and when the folder is opened again.
 */
#define UNENDED      "a: b\r\n\r\n\n.x\r"
#define UNENDED_SENT "a: b\r\n\r\n\r\n..x\r\r\n"
#define TOP          "+OK Top of the message follows\r\n"

static void check_no_line_end(struct bench *bench, size_t octets)
{
    struct buf out = {0};
    struct buf said = {0};
    struct buf stored = {0};
    ask(bench, "LIST 1\r\nRETR 1\r\nTOP 1 2\r\nTOP 1 0\r\nQUIT\r\n", &out);
    const char *trace = strstr(buf_text(&out), "Return-Path:");
    const char *end = trace != NULL ? strstr(trace, UNENDED_SENT) : NULL;
    CU_ASSERT_FATAL(end != NULL);
    buf_append(&stored, bytes_make(trace, (size_t)(end - trace)));
    size_t sent = stored.n + strlen(UNENDED_SENT) - 1;
    buf_printf(&said, "+OK Maildrop has 1 messages (%zu octets)\r\n+OK 1 %zu\r\n+OK %zu octets\r\n",
               sent, sent, sent);
    buf_printf(&said, "%s" UNENDED_SENT ".\r\n", buf_text(&stored));
    buf_printf(&said, TOP "%s" UNENDED_SENT ".\r\n", buf_text(&stored));
    buf_printf(&said, TOP "%sa: b\r\n\r\n.\r\n" BYE, buf_text(&stored));
    CU_ASSERT(dialogue_is("no line end", &out, buf_bytes(&said)));
    buf_append_text(&stored, UNENDED);
    CU_ASSERT(octets == stored.n);
    CU_ASSERT(bench->settings.store_folder == NULL ||
              folder_first_is(bench->root, "alice/new", buf_bytes(&stored)));
    buf_deinit(&stored);
    buf_deinit(&said);
    buf_deinit(&out);
}

static void test_no_line_end(void)
{
    static const char input[] = "EHLO c.example\r\nMAIL FROM:<> BODY=BINARYMIME\r\n"
                                "RCPT TO:<alice@example.test>\r\n"
                                "BDAT 8\r\na: b\r\n\r\nBDAT 4 LAST\r\n\n.x\rQUIT\r\n";
    enum { IN_MEMORY, IN_FILES, OPENED_AGAIN, WAYS };
    for (unsigned way = 0; way < WAYS; way++) {
        struct bench *bench = bench_closed();
        struct buf out = {0};
        bench->settings.store_folder = way == IN_MEMORY ? NULL : bench->root;
        bench_open(bench);
        CU_ASSERT(dialogue_smtp_on(bench->store, &bench->settings, bytes_of(input), 0, &out));
        struct maildrop *alice = store_by_user(bench->store, BYTES_LIT("alice"));
        CU_ASSERT_FATAL(maildrop_count(alice) == 1);
        size_t octets = maildrop_entry(alice, 0)->message->n;
        if (way == OPENED_AGAIN) {
            bench_again(bench);
        }
        check_no_line_end(bench, octets);
        buf_deinit(&out);
        bench_end(bench);
    }
}

/* ---- what cannot be written ---- */

/* 452, no maildrop has it, nothing in tmp/; and once it can be written again all is well. */
static void test_cannot_be_written(void)
{
    const char *const spoilt[] = {"alice/new", "bob/new", "alice/tmp", "alice", "bob"};
    for (size_t i = 0; i < sizeof spoilt / sizeof spoilt[0]; i++) {
        struct bench *bench = bench_new();
        deliver(bench, "alice bob");
        folder_spoil(bench->root, spoilt[i]);
        UNIT_ROW(spoilt[i],
                 answers(bench, "alice bob", STUFFED, "452 4.3.1 Insufficient system storage\r\n"));
        UNIT_ROW(spoilt[i], answers(bench, "postmaster", STUFFED, "250 2.0.0 "));
        folder_mend(bench->root, spoilt[i]);
        UNIT_ROW(spoilt[i], folder_count(bench->root, "alice/new") == 1);
        UNIT_ROW(spoilt[i], folder_count(bench->root, "bob/new") == 1);
        UNIT_ROW(spoilt[i], folder_count(bench->root, "alice/tmp") == 0);
        UNIT_ROW(spoilt[i], folder_count(bench->root, "bob/tmp") == 0);
        deliver(bench, "alice bob");
        UNIT_ROW(spoilt[i], folder_count(bench->root, "bob/new") == 2);
        UNIT_ROW(spoilt[i], store_delivered(bench->store) == 3);
        bench_end(bench);
    }
}

static void test_file_limit(void)
{
    struct bench *bench = bench_new();
    struct rlimit before;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_FATAL(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const struct rlimit low = {100, before.rlim_max};
    CU_ASSERT_FATAL(setrlimit(RLIMIT_FSIZE, &low) == 0);
    bool is_refused = answers(bench, "alice bob", STUFFED, "452 4.3.1 ");
    CU_ASSERT_FATAL(setrlimit(RLIMIT_FSIZE, &before) == 0);
    signal(SIGXFSZ, handler);
    CU_ASSERT(is_refused);
    CU_ASSERT(folder_count(bench->root, "alice/new") == 0);
    CU_ASSERT(folder_count(bench->root, "alice/tmp") == 0);
    deliver(bench, "alice bob");
    bench_end(bench);
}

/* The clock of a test gives a name again that a message has: that message stays. */
static void test_same_time_again(void)
{
    struct bench *bench = bench_new();
    deliver(bench, "alice");
    bench_again(bench);
    deliver(bench, "alice");
    bench_again(bench);
    deliver(bench, "alice");
    CU_ASSERT(folder_count(bench->root, "alice/new") == 3);
    CU_ASSERT(maildrop_count(store_by_user(bench->store, BYTES_LIT("alice"))) == 3);
    bench_end(bench);
}

static void test_cannot_be_opened(void)
{
    struct bench *bench = bench_closed();
    struct error error = {0};
    folder_put(bench->root, "alice/new", BYTES_LIT("no folder"));
    CU_ASSERT(store_open(&bench->settings, &error) == NULL);
    CU_ASSERT(strstr(error.text, "alice/new cannot be made: Not a directory") != NULL);
    bench_end(bench);
}

/* What was given at the start was not delivered; what this process was writing is not left behind. */
static void test_begin_and_end(void)
{
    static const struct server_message given[] = {
        {"alice",  BYTES_INIT("a: b\r\n")},
        {"nobody", BYTES_INIT("a: b\r\n")},
    };
    struct bench *bench = bench_closed();
    bench->settings.messages = given;
    bench->settings.message_count = 2;
    bench_open(bench);
    CU_ASSERT(folder_count(bench->root, "alice/new") == 1 && store_delivered(bench->store) == 0);
    struct maildir_namer namer;
    struct buf place = {0};
    maildir_namer_init(&namer);
    char *name = maildir_next_name(&namer, 1);
    buf_printf(&place, "alice/tmp/%s", name);
    folder_put(bench->root, buf_text(&place), BYTES_LIT("half"));
    folder_put(bench->root, "alice/tmp/of-another", BYTES_LIT("half"));
    store_free(&bench->store);
    CU_ASSERT(folder_count(bench->root, "alice/tmp") == 1);
    free(name);
    buf_deinit(&place);
    maildir_namer_deinit(&namer);
    bench_end(bench);
}

/* ---- memory ---- */

/* Two who read one message share one copy; it goes when both have done, and others must wait for room. */
static void test_loaded(void)
{
    struct bench *bench = bench_new();
    struct error error = {0};
    folder_put(bench->root, "alice/new/1", BYTES_LIT("abc\r\n"));
    folder_put(bench->root, "alice/new/2", BYTES_LIT("abc\r\n"));
    bench->settings.max_held_octets = 9;
    bench_again(bench);
    struct maildrop *maildrop = store_by_user(bench->store, BYTES_LIT("alice"));
    CU_ASSERT_FATAL(maildrop_count(maildrop) == 2);
    struct store_message *one = maildrop_entry(maildrop, 0)->message;
    struct store_message *two = maildrop_entry(maildrop, 1)->message;
    CU_ASSERT(one->p == NULL && one->n == 5);
    struct store_message *first = store_message_load(one, NULL);
    struct store_message *second = store_message_load(one, NULL);
    CU_ASSERT_FATAL(first != NULL && first == second && memcmp(first->p, "abc\r\n", 5) == 0);
    CU_ASSERT(store_message_load(two, &error) == NULL && strstr(error.text, "held") != NULL);
    store_message_unref(&first);
    CU_ASSERT(store_message_load(two, NULL) == NULL);
    store_message_unref(&second);
    first = store_message_load(two, NULL);
    CU_ASSERT(first != NULL);
    store_message_unref(&first);
    CU_ASSERT(store_hold(bench->store, 9) && !store_hold(bench->store, 1));
    CU_ASSERT(
        says(bench, "RETR 1\r\n", OPEN("2", "10") "-ERR [SYS/TEMP] Message 1 cannot be read\r\n"));
    store_release(bench->store, 9);
    bench_end(bench);
}

/* ---- users and what is kept ---- */

static void test_odd_users(void)
{
    static const struct server_user users[] = {
        {"postmaster",   "x", "postmaster@example.test"},
        {"outbox",       "x", "outbox@example.test"    },
        {"../evil",      "x", "evil@example.test"      },
        {"%70ostmaster", "x", "other@example.test"     },
    };
    struct bench *bench = bench_closed();
    bench->settings.users = users;
    bench->settings.user_count = 4;
    bench_open(bench);
    deliver(bench, "postmaster outbox evil other");
    CU_ASSERT(folder_count(bench->root, "%70ostmaster/new") == 1);
    CU_ASSERT(folder_count(bench->root, "%6Futbox/new") == 1);
    CU_ASSERT(folder_count(bench->root, "%2E.%2Fevil/new") == 1);
    CU_ASSERT(folder_count(bench->root, "%2570ostmaster/new") == 1);
    CU_ASSERT(folder_count(bench->root, "postmaster/new") == 0);
    CU_ASSERT(folder_count(bench->root, ".") == 6);
    bench_end(bench);
}

/* The lock of a maildrop is a server's own: two servers on one store would let two clients in. */
static void test_two_servers(void)
{
    struct bench *bench = bench_new();
    struct error error = {0};
    CU_ASSERT(store_open(&bench->settings, &error) == NULL);
    CU_ASSERT(strstr(error.text, "another server has the store ") != NULL);
    CU_ASSERT(strstr(error.text, bench->root) != NULL);
    bench_again(bench);
    bench_end(bench);
}

/* The oldest file goes, but not while a session has it open. */
static void test_newest(void)
{
    struct bench *bench = bench_closed();
    bench->settings.keep = KEEP_NEWEST;
    bench->settings.max_maildrop_octets = 450; /* two messages of 213 octets */
    bench_open(bench);
    struct buf out = {0};
    deliver(bench, "alice");
    char *first = folder_first(bench->root, "alice/new");
    deliver(bench, "alice");
    struct pop3_session *session = pop3_session_new(&bench->settings, bench->store, &out);
    dialogue_feed_pop3(session, BYTES_LIT("USER alice\r\nPASS secret-a\r\n"), &out);
    deliver(bench, "alice");
    CU_ASSERT(folder_count(bench->root, "alice/new") == 3);
    /* The file of the oldest waits for the session; it is no message any more, and no change of settings makes it one. */
    CU_ASSERT(store_settings_changed(bench->store, NULL) == 0);
    CU_ASSERT(maildrop_count(store_by_user(bench->store, BYTES_LIT("alice"))) == 2);
    buf_clear(&out);
    dialogue_feed_pop3(session, BYTES_LIT("RETR 1\r\nQUIT\r\n"), &out);
    CU_ASSERT(bytes_starts(buf_bytes(&out), "+OK 214 octets\r\n"));
    pop3_session_free(&session);
    CU_ASSERT(folder_count(bench->root, "alice/new") == 2);
    char *second = folder_first(bench->root, "alice/new");
    CU_ASSERT(first != NULL && second != NULL && strcmp(first, second) < 0);
    CU_ASSERT(maildrop_count(store_by_user(bench->store, BYTES_LIT("alice"))) == 2);
    free(first);
    free(second);
    buf_deinit(&out);
    bench_end(bench);
}

static void test_none(void)
{
    struct bench *bench = bench_closed();
    bench->settings.keep = KEEP_NONE;
    bench_open(bench);
    deliver(bench, "alice");
    CU_ASSERT(folder_count(bench->root, "alice/new") == 0 && store_delivered(bench->store) == 1);
    bench_end(bench);
}

/* Also what others have put there since; but nothing of a maildrop that is open. */
static void test_clear(void)
{
    struct bench *bench = bench_new();
    deliver(bench, "alice bob postmaster");
    folder_put(bench->root, "bob/cur/1:2,S", BYTES_LIT("abc\r\n"));
    CU_ASSERT(maildrop_lock(store_by_user(bench->store, BYTES_LIT("alice"))));
    CU_ASSERT(store_clear(bench->store) == 3);
    CU_ASSERT(folder_count(bench->root, "alice/new") == 1);
    CU_ASSERT(folder_count(bench->root, "bob/new") == 0 &&
              folder_count(bench->root, "bob/cur") == 0);
    CU_ASSERT(folder_count(bench->root, "postmaster/new") == 0);
    CU_ASSERT(store_delivered(bench->store) == 1);
    maildrop_unlock(store_by_user(bench->store, BYTES_LIT("alice")));
    CU_ASSERT(store_clear(bench->store) == 1 && store_clear(bench->store) == 0);
    bench_end(bench);
}

static const struct unit_test tests[] = {
    {"delivered",         test_delivered        },
    {"no line end",       test_no_line_end      },
    {"cannot be written", test_cannot_be_written},
    {"file limit",        test_file_limit       },
    {"same time again",   test_same_time_again  },
    {"cannot be opened",  test_cannot_be_opened },
    {"begin and end",     test_begin_and_end    },
    {"loaded",            test_loaded           },
    {"odd users",         test_odd_users        },
    {"two servers",       test_two_servers      },
    {"newest",            test_newest           },
    {"none",              test_none             },
    {"clear",             test_clear            },
};

UNIT_MAIN("fake_servers_store_files", tests)
