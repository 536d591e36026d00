/* TURN: the roles change, and the outbox is sent. Each row whole, cut at every octet, and octet by octet. */
#include "unit.h"

#include "base/temp_folder.h"
#include "proto/smtp_data.h"
#include "proto/smtp_reply.h"
#include "setting_text.h"

#define OLD     "220 mx.example.test Simple Mail Transfer Service Ready\r\n"
#define NEW     "220 mx.example.test ESMTP mailspec " MAILSPEC_VERSION " ready\r\n"
#define HELLO   "250 mx.example.test\r\n"
#define OK      "250 OK\r\n"
#define SENDER  "250 Sender OK\r\n"
#define TAKEN   "250 Recipient OK\r\n"
#define NOT     "502 Command not implemented\r\n"
#define NO_HELO "503 Bad sequence of commands: send EHLO or HELO first\r\n"
#define IN_MAIL "HELO c\r\nMAIL FROM:<>\r\n"

struct outbox_message {
    const char *content;
    const char *reverse_path;
    const char *forward_paths[3];
};

#define STAMP "Return-Path: <a@b>\r\nReceived: from c by mx;\r\n\tnow\r\n"

static const struct outbox_message outbox_rows[] = {
    {STAMP "Subject: 1\r\n\r\n.one\r\n..\r\n.\r\n",
     "a@b",                                             {"x@one.example", "y@two.example", NULL}  },
    {STAMP "Return-Path: mine\r\n\r\nbare\n.two\n", "", {"@r.example:z@three.example", NULL, NULL}},
};

enum { OUTBOX_ROWS = sizeof outbox_rows / sizeof outbox_rows[0] };

static void fill_outbox(struct store *store, const struct outbox_message *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct outbox_message *row = &rows[i];
        struct buf content = {0};
        size_t paths = 0;
        while (paths < 3 && row->forward_paths[paths] != NULL) {
            paths++;
        }
        buf_append_text(&content, row->content);
        struct store_message *message = store_message_new(&content);
        store_message_set_envelope(message, row->reverse_path, row->forward_paths, paths);
        maildrop_add(store_outbox(store), message);
        store_message_unref(&message);
    }
}

struct turn_row {
    const char *name;
    const char *settings;
    struct bytes input;
    struct bytes output;
    const char *left; /* of the outbox: forward-paths, ";" behind each message */
    bool is_empty;    /* the outbox at first */
};

#define TURNED "250 OK, the roles change\r\n"
#define TURN(name, input, output, left)                                                            \
    {                                                                                              \
        name, "turn 250\nprofile rfc821", BYTES_INIT("HELO c\r\nTURN\r\n" input),                  \
            BYTES_INIT(OLD HELLO TURNED output), left, false                                       \
    }
#define ALL     "x@one.example y@two.example;@r.example:z@three.example;"
#define I_HELO  "HELO mx.example.test\r\n"
#define I_QUIT  "QUIT\r\n"
#define I_RSET  "RSET\r\n"
#define I_DATA  "DATA\r\n"
#define MAIL_1  "MAIL FROM:<@mx.example.test:a@b>\r\n"
#define RCPT_1A "RCPT TO:<x@one.example>\r\n"
#define RCPT_1B "RCPT TO:<y@two.example>\r\n"
#define SENT_1  "Received: from c by mx;\r\n\tnow\r\nSubject: 1\r\n\r\n..one\r\n...\r\n..\r\n.\r\n"
#define MAIL_2  "MAIL FROM:<>\r\n"
#define RCPT_2  "RCPT TO:<@r.example:z@three.example>\r\n"
#define SENT_2  "Received: from c by mx;\r\n\tnow\r\nReturn-Path: mine\r\n\r\nbare\n.two\n\r\n.\r\n"
#define YES     "250 ok\r\n"
#define SEND_IT "354 go\r\n"

// clang-format off
static const struct turn_row turn_rows[] = {
    TURN("all is sent", "220 c ready\r\n" YES YES YES YES SEND_IT YES YES YES SEND_IT YES "221 bye\r\n",
        I_HELO MAIL_1 RCPT_1A RCPT_1B I_DATA SENT_1 MAIL_2 RCPT_2 I_DATA SENT_2 I_QUIT, ""),
    TURN("replies of many lines", "220-c\r\n220 ready\r\n250-a\r\n250-b\r\n250\r\n551-no\r\n551 try\r\n551 no\r\n",
        I_HELO MAIL_1 MAIL_2 I_QUIT, ALL),
    TURN("no service", "554 no\r\n250 ?\r\n", I_QUIT, ALL),
    TURN("shutting down at once", "421 no\r\n", "", ALL),
    TURN("no HELO", "220 c\r\n504 no\r\n221 bye\r\n", I_HELO I_QUIT, ALL),
    TURN("MAIL is refused once", "220 c\r\n" YES "451 later\r\n" YES YES SEND_IT YES "221 bye\r\n",
        I_HELO MAIL_1 MAIL_2 RCPT_2 I_DATA SENT_2 I_QUIT, "x@one.example y@two.example;"),
    TURN("a recipient is refused", "220 c\r\n" YES YES "550 no\r\n" "251 will do\r\n" SEND_IT YES "452 full\r\n221 bye\r\n",
        I_HELO MAIL_1 RCPT_1A RCPT_1B I_DATA SENT_1 MAIL_2 I_QUIT, "x@one.example;@r.example:z@three.example;"),
    TURN("all recipients are refused", "220 c\r\n" YES YES "550 no\r\n450 no\r\n" YES YES "550 no\r\n500 no RSET\r\n221 bye\r\n",
        I_HELO MAIL_1 RCPT_1A RCPT_1B I_RSET MAIL_2 RCPT_2 I_RSET I_QUIT, ALL),
    TURN("RSET is refused", "220 c\r\n" YES YES "550 no\r\n550 no\r\n502 no RSET\r\n221 bye\r\n",
        I_HELO MAIL_1 RCPT_1A RCPT_1B I_RSET I_QUIT, ALL),
    TURN("QUIT is refused", "220 c\r\n504 no\r\n500 no QUIT\r\n500 really\r\n", I_HELO I_QUIT, ALL),
    TURN("DATA is refused", "220 c\r\n" YES YES YES YES "451 no\r\n" YES YES YES "250 no data?\r\n" YES "221 bye\r\n",
        I_HELO MAIL_1 RCPT_1A RCPT_1B I_DATA I_RSET MAIL_2 RCPT_2 I_DATA I_RSET I_QUIT, ALL),
    TURN("the message is refused", "220 c\r\n" YES YES YES YES SEND_IT "554 no\r\n" YES YES SEND_IT "452 no\r\n",
        I_HELO MAIL_1 RCPT_1A RCPT_1B I_DATA SENT_1 MAIL_2 RCPT_2 I_DATA SENT_2 I_QUIT, ALL),
    TURN("421 behind the message", "220 c\r\n" YES YES YES YES SEND_IT "421 bye\r\n",
        I_HELO MAIL_1 RCPT_1A RCPT_1B I_DATA SENT_1, ALL),
    TURN("no reply", "HELO you\r\n", "", ALL),
    TURN("odd code", "220 c\r\n650 ok\r\n", I_HELO, ALL),
    TURN("no blank behind the code", "220 c\r\n250.ok\r\n", I_HELO, ALL),
    TURN("other code behind the hyphen", "220-c\r\n250 ok\r\n", "", ALL),
    {"what RCPT has taken", "turn 250\nprofile rfc821\nrelay store\nforward fred@example.test Jones@USC-ISI.ARPA\nenvelope-to yes",
     BYTES_INIT("HELO c\r\nMAIL FROM:<@d,@e:a@b>\r\nRCPT TO:<@mx.example.test,@EXAMPLE.test,@f:alice@example.test>\r\nRCPT TO:<fred@example.test>\r\n"
                "RCPT TO:<bob@example.test>\r\nRCPT TO:<who@elsewhere>\r\nDATA\r\n..x\r\n.\r\nTURN\r\n220 c\r\n" YES YES YES YES "551 no\r\n" SEND_IT YES),
     BYTES_INIT(OLD HELLO SENDER TAKEN "251 User not local; will forward to <Jones@USC-ISI.ARPA>\r\n" TAKEN TAKEN
                "354 Start mail input; end with <CRLF>.<CRLF>\r\n250 Message 1 accepted for delivery\r\n" TURNED I_HELO
                "MAIL FROM:<@mx.example.test,@d,@e:a@b>\r\nRCPT TO:<@f:alice@example.test>\r\nRCPT TO:<Jones@USC-ISI.ARPA>\r\nRCPT TO:<who@elsewhere>\r\n"
                "DATA\r\nReceived: from c ([127.0.0.1])\r\n\tby mx.example.test (mailspec)\r\n\twith SMTP id 1;\r\n"
                "\tTue, 14 Nov 2023 22:13:20 +0000\r\n..x\r\n.\r\n" I_QUIT),
     "who@elsewhere;", true},
    {"each recipient once", "turn 250\nprofile rfc821\nrelay store\nlist one z@far x@far\nlist two x@far y@far alice@example.test",
     BYTES_INIT("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<one@example.test>\r\nRCPT TO:<two@example.test>\r\nRCPT TO:<x@far>\r\n"
                "RCPT TO:<@f:x@far>\r\nRCPT TO:<X@far>\r\nDATA\r\n.\r\n"),
     BYTES_INIT(OLD HELLO SENDER TAKEN TAKEN TAKEN TAKEN TAKEN
                "354 Start mail input; end with <CRLF>.<CRLF>\r\n250 Message 1 accepted for delivery\r\n"),
     "x@far @f:x@far X@far;z@far y@far;", true},
    {"TURN before HELO", "turn 250\nprofile rfc821", BYTES_INIT("TURN\r\n"), BYTES_INIT(OLD NO_HELO), ALL, false},
    {"TURN in a transaction", "turn 250\nprofile rfc821", BYTES_INIT(IN_MAIL "TURN\r\nRSET\r\n"),
     BYTES_INIT(OLD HELLO SENDER "503 Bad sequence of commands: RCPT comes next\r\n" OK), ALL, false},
    {"TURN is refused", "turn 502\nprofile rfc821", BYTES_INIT("TURN\r\nHELO c\r\nTURN\r\nNOOP\r\n"),
     BYTES_INIT(OLD NOT HELLO NOT OK), ALL, false},
    {"TURN comes at a bad time", "turn 503\nprofile rfc821", BYTES_INIT("HELO c\r\nTURN\r\nNOOP\r\n"),
     BYTES_INIT(OLD HELLO "503 Bad sequence of commands: no change of roles now\r\n" OK), ALL, false},
    {"no route in the reverse-path today", "turn 250", BYTES_INIT("HELO c\r\nTURN\r\n220 c\r\n" YES "550 no\r\n"),
     BYTES_INIT(NEW HELLO "250 2.0.0 OK, the roles change\r\n" I_HELO "MAIL FROM:<a@b>\r\n" MAIL_2), ALL, false},
};
// clang-format on

static void print_outbox(struct store *store, struct buf *out)
{
    const struct maildrop *outbox = store_outbox(store);
    for (size_t i = 0; i < maildrop_count(outbox); i++) {
        const struct store_envelope *envelope = maildrop_entry(outbox, i)->message->envelope;
        for (size_t k = 0; k < envelope->count; k++) {
            buf_printf(out, "%s%s", k > 0 ? " " : "", envelope->forward_paths[k]);
        }
        buf_append_text(out, ";");
    }
}

static void check_turn(const struct turn_row *row, size_t cut)
{
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text(row->name, row->settings, arena);
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct buf left = {0};
    fill_outbox(store, outbox_rows, row->is_empty ? 0 : OUTBOX_ROWS);
    dialogue_smtp_on(store, &settings, row->input, cut, &out);
    print_outbox(store, &left);
    UNIT_ROW(row->name, dialogue_is(row->name, &out, row->output));
    UNIT_ROW(row->name, dialogue_is(row->name, &left, bytes_of(row->left)));
    UNIT_ROW(row->name, maildrop_lock(store_outbox(store))); /* free again */
    buf_deinit(&left);
    buf_deinit(&out);
    store_free(&store);
    arena_free(&arena);
}

static void test_turn(void)
{
    for (size_t i = 0; i < sizeof turn_rows / sizeof turn_rows[0]; i++) {
        check_turn(&turn_rows[i], SIZE_MAX);
        for (size_t cut = 0; cut < turn_rows[i].input.n; cut++) {
            check_turn(&turn_rows[i], cut);
        }
    }
}

/* With nothing to send the roles change all the same; what comes into the outbox later waits, and one session sends at a time. */
static void test_turn_of_two(void)
{
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text("two", "profile rfc821\nturn 250", arena);
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct smtp_session *first = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    struct smtp_session *second = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    dialogue_feed_smtp(first, BYTES_LIT("HELO c\r\nTURN\r\n220 c\r\n"), &out);
    fill_outbox(store, outbox_rows, 1);
    dialogue_feed_smtp(second, BYTES_LIT("HELO c\r\nTURN\r\n"), &out);
    buf_clear(&out);
    dialogue_feed_smtp(first, BYTES_LIT(YES), &out);
    CU_ASSERT(bytes_is(buf_bytes(&out), I_QUIT));
    buf_clear(&out);
    smtp_session_idle(first, &out);
    CU_ASSERT(out.n == 0 && smtp_session_is_over(first));
    dialogue_feed_smtp(second, BYTES_LIT("TURN\r\n"), &out);
    CU_ASSERT(bytes_is(buf_bytes(&out), TURNED));
    smtp_session_free(&first);
    smtp_session_free(&second);
    buf_deinit(&out);
    store_free(&store);
    arena_free(&arena);
}

/* RFC 6531 3.2: behind HELO no path in UTF-8 may go out; the others do. */
static void test_turn_in_ascii(void)
{
    static const struct outbox_message rows[] = {
        {"1", "\xC3\xA4@b", {"x@y", NULL, NULL}                  },
        {"2", "a@b",        {"x@y", "\xC3\xA4@far.example", NULL}},
        {"3", "a@b",        {"x@y", NULL, NULL}                  },
    };
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text("ascii", "turn 250", arena);
    struct store *store = store_new(&settings);
    struct buf out = {0};
    fill_outbox(store, rows, sizeof rows / sizeof rows[0]);
    dialogue_smtp_on(store, &settings,
                     BYTES_LIT("HELO c\r\nTURN\r\n220 c\r\n" YES YES YES SEND_IT YES "221 bye\r\n"),
                     0, &out);
    CU_ASSERT(dialogue_is("ascii", &out,
                          BYTES_LIT(NEW HELLO "250 2.0.0 OK, the roles change\r\n" I_HELO
                                              "MAIL FROM:<a@b>\r\nRCPT TO:<x@y>\r\n" I_DATA
                                              "3\r\n.\r\n" I_QUIT)));
    CU_ASSERT_EQUAL(maildrop_count(store_outbox(store)), 2);
    buf_deinit(&out);
    store_free(&store);
    arena_free(&arena);
}

/* A reply may have many lines, but not without end. */
static void test_turn_of_long_reply(void)
{
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text("long", "turn 250", arena);
    struct store *store = store_new(&settings);
    struct buf out = {0};
    struct smtp_session *session = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    dialogue_feed_smtp(session, BYTES_LIT("HELO c\r\nTURN\r\n"), &out);
    for (size_t turn = 0; turn < 2; turn++) {
        for (size_t i = 1; i < SMTP_REPLY_MAX_LINES; i++) {
            dialogue_feed_smtp(session, BYTES_LIT("220-c\r\n"), &out);
        }
        CU_ASSERT(!smtp_session_is_over(session));
        dialogue_feed_smtp(session, turn == 0 ? BYTES_LIT("220 c\r\n") : BYTES_LIT("220-c\r\n"),
                           &out);
    }
    CU_ASSERT(!smtp_session_is_over(session));
    dialogue_feed_smtp(session, BYTES_LIT("220 c\r\n"), &out);
    CU_ASSERT(smtp_session_is_over(session));
    smtp_session_free(&session);
    buf_deinit(&out);
    store_free(&store);
    arena_free(&arena);
}

/* A large message, one line of it longer than what goes out at once, with a CRLF across each border. */
static void test_turn_is_bounded(void)
{
    struct arena *arena = arena_new();
    struct server_settings settings = setting_text("large", "turn 250\nmax-maildrop 2M", arena);
    struct store *store = store_new(&settings);
    struct buf content = {0};
    struct buf expected = {0};
    struct buf all = {0};
    struct buf out = {0};
    static const char *const path = "x@y";
    for (size_t i = 0; i < 200; i++) {
        buf_append_fill(&content, i % 2 == 0 ? 'x' : '.', 4000 + i);
        buf_append_text(&content, "\r\n.\r\n\r\r\n\n.\n");
    }
    smtp_data_stuff(&expected, buf_bytes(&content));
    struct store_message *message = store_message_new(&content);
    store_message_set_envelope(message, "", &path, 1);
    maildrop_add(store_outbox(store), message);
    store_message_unref(&message);
    struct smtp_session *session = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
    dialogue_feed_smtp(session, BYTES_LIT("HELO c\r\nTURN\r\n220 c\r\n" YES YES YES), &out);
    struct bytes rest = BYTES_LIT(SEND_IT);
    while (rest.n > 0) {
        buf_clear(&out);
        rest = bytes_skip(rest, smtp_session_feed(session, rest, &out));
        CU_ASSERT_FATAL(out.n > 0 && out.n < 24 * 1024);
        buf_append(&all, buf_bytes(&out));
    }
    CU_ASSERT(bytes_equal(buf_bytes(&all), buf_bytes(&expected)));
    smtp_session_free(&session);
    buf_deinit(&all);
    buf_deinit(&expected);
    buf_deinit(&out);
    store_free(&store);
    arena_free(&arena);
}

/* The outbox may stand in files: they are read when they are sent, and the one that was taken goes. */
static void test_turn_from_files(void)
{
    struct arena *arena = arena_new();
    struct error error = {0};
    char *folder = temp_folder_new(&error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    struct server_settings settings = setting_text("files", turn_rows[0].settings, arena);
    settings.store_folder = folder;
    struct store *store = store_open(&settings, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(store);
    struct buf out = {0};
    fill_outbox(store, outbox_rows, OUTBOX_ROWS);
    dialogue_smtp_on(store, &settings, turn_rows[0].input, 0, &out);
    CU_ASSERT(dialogue_is("files", &out, turn_rows[0].output));
    CU_ASSERT_EQUAL(maildrop_count(store_outbox(store)), 0);
    store_free(&store);
    store = store_open(&settings, &error);
    CU_ASSERT_EQUAL(maildrop_count(store_outbox(store)), 0);
    store_free(&store);
    buf_deinit(&out);
    temp_folder_remove(&folder);
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"dialogues",       test_turn              },
    {"two sessions",    test_turn_of_two       },
    {"from files",      test_turn_from_files   },
    {"no UTF-8",        test_turn_in_ascii     },
    {"a long reply",    test_turn_of_long_reply},
    {"a large message", test_turn_is_bounded   },
};

UNIT_MAIN("fake_servers turn", tests)
