/* Sessions in which replies are asked for: what is said, and where that leaves the session. */
#include "unit.h"

#include "fake_dialogue.h"
#include "fake_servers/setting_values.h"

enum { MAX_RULES = 4 };

struct row {
    const char *name;
    const char *rules[MAX_RULES + 1];
    const char *input;
    const char *output;
    bool over;
    enum reply_action action;
    size_t delivered;
};

#define HELO          "HELO c.example\r\n"
#define HELLO         "250 mx.example.test\r\n"
#define OFFERS        "250-mx.example.test\r\n250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n"
#define MAIL          "MAIL FROM:<a@b.example>\r\n"
#define SENDER        "250 2.1.0 Sender OK\r\n"
#define RCPT          "RCPT TO:<bob@example.test>\r\n"
#define TAKEN         "250 2.1.5 Recipient OK\r\n"
#define START         "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define OK            "250 2.0.0 OK\r\n"
#define NO_MAIL       "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n"
#define FROM(address) "MAIL FROM:<" address ">\r\n"
#define TO(address)   "RCPT TO:<" address ">\r\n"
#define USUAL         "250 2.1.5 Requested mail action okay, completed\r\n"

// clang-format off
static const struct row smtp_rows[] = {
    {"a code alone has its usual text", {"NOOP=452"}, "NOOP\r\n", "452 4.3.1 Requested action not taken: insufficient system storage\r\n", false, REPLY_SAY, 0},
    {"a text is said as it is written", {"NOOP=452 full"}, "NOOP\r\n", "452 full\r\n", false, REPLY_SAY, 0},
    {"status and lines", {"NOOP=452 4.2.2 a\\nb\\nc"}, "NOOP\r\n", "452-4.2.2 a\r\n452-4.2.2 b\r\n452 4.2.2 c\r\n", false, REPLY_SAY, 0},
    {"a code that nobody knows", {"NOOP=258"}, "NOOP\r\n", "258 No document lists this code\r\n", false, REPLY_SAY, 0},
    {"no code at all", {"NOOP=2500"}, "NOOP\r\nRSET\r\n", "2500 No document lists this code\r\n" OK, false, REPLY_SAY, 0},
    {"RCPT is refused", {"RCPT=550"}, HELO MAIL RCPT "DATA\r\n", HELLO SENDER "550 5.1.1 Requested action not taken: mailbox unavailable\r\n" "503 5.5.1 Bad sequence of commands: RCPT comes next\r\n", false, REPLY_SAY, 0},
    {"RCPT that would be refused is taken", {"RCPT=250"}, HELO MAIL TO("nobody@else.example") "DATA\r\n.\r\n", HELLO SENDER USUAL START "250 2.0.0 Message 1 accepted for delivery\r\n", false, REPLY_SAY, 1},
    {"MAIL without HELO is taken", {"MAIL=250"}, MAIL RCPT, "250 2.1.0 Requested mail action okay, completed\r\n" TAKEN, false, REPLY_SAY, 0},
    {"MAIL is refused", {"MAIL=450"}, HELO MAIL RCPT, HELLO "450 4.1.8 Requested mail action not taken: mailbox unavailable\r\n" NO_MAIL, false, REPLY_SAY, 0},
    {"EHLO with other lines", {"EHLO=250 mx\\nSIZE 10"}, "EHLO c.example\r\n" MAIL, "250-mx\r\n250 SIZE 10\r\n" SENDER, false, REPLY_SAY, 0},
    {"EHLO by its code alone", {"EHLO=250"}, "EHLO c.example\r\n", HELLO, false, REPLY_SAY, 0},
    {"DATA is refused", {"DATA=451"}, HELO MAIL RCPT "DATA\r\nRSET\r\n", HELLO SENDER TAKEN "451 4.3.0 Requested action aborted: local error in processing\r\n" OK, false, REPLY_SAY, 0},
    {"DATA in words of its own", {"DATA=354 go"}, HELO MAIL RCPT "DATA\r\nx\r\n.\r\n", HELLO SENDER TAKEN "354 go\r\n" "250 2.0.0 Message 1 accepted for delivery\r\n", false, REPLY_SAY, 1},
    {"354 where no data comes", {"RSET=354"}, "RSET\r\nNOOP\r\n", START OK, false, REPLY_SAY, 0},
    {"the message is refused", {"dot=554"}, HELO MAIL RCPT "DATA\r\nx\r\n.\r\n" RCPT, HELLO SENDER TAKEN START "554 5.6.0 Transaction failed\r\n" NO_MAIL, false, REPLY_SAY, 0},
    {"the message is taken in other words", {"dot=250 2.6.0 mine"}, HELO MAIL RCPT "DATA\r\nx\r\n.\r\n", HELLO SENDER TAKEN START "250 2.6.0 mine\r\n", false, REPLY_SAY, 1},
    {"the message of one recipient is refused", {"dot bob@*=554 no"}, HELO MAIL RCPT "DATA\r\nx\r\n.\r\n" MAIL TO("alice@example.test") "DATA\r\nx\r\n.\r\n", HELLO SENDER TAKEN START "554 no\r\n" SENDER TAKEN START "250 2.0.0 Message 2 accepted for delivery\r\n", false, REPLY_SAY, 1},
    {"421 closes", {"MAIL=421"}, HELO MAIL RCPT, HELLO "421 4.3.2 mx.example.test Service not available, closing transmission channel\r\n", true, REPLY_SAY, 0},
    {"QUIT is not taken", {"QUIT=500"}, "QUIT\r\nNOOP\r\n", "500 5.5.2 Syntax error, command unrecognized\r\n" OK, false, REPLY_SAY, 0},
    {"QUIT is taken with another code", {"QUIT=250"}, "QUIT\r\nNOOP\r\n", "250 2.0.0 Requested mail action okay, completed\r\n", true, REPLY_SAY, 0},
    {"a command that nobody knows", {"other=299 fine"}, "XYZZY\r\nNOOP\r\n", "299 fine\r\n" OK, false, REPLY_SAY, 0},
    {"a chunk is refused", {"BDAT:2=452"}, "EHLO c.example\r\n" MAIL RCPT "BDAT 2\r\nabBDAT 2\r\ncdRSET\r\n", OFFERS SENDER TAKEN "250 2.0.0 2 octets received\r\n" "452 4.3.1 Requested action not taken: insufficient system storage\r\n" OK, false, REPLY_SAY, 0},
    {"the last chunk ends the message", {"dot=250 mine"}, "EHLO c.example\r\n" MAIL RCPT "BDAT 2 LAST\r\nabRCPT TO:<x>\r\n", OFFERS SENDER TAKEN "250 mine\r\n" NO_MAIL, false, REPLY_SAY, 1},
    {"a chunk with a size that is none", {"BDAT=555 x"}, "BDAT x\r\nNOOP\r\n", "555 x\r\n" OK, false, REPLY_SAY, 0},
    {"AUTH is done at once", {"AUTH=235"}, "EHLO c.example\r\nAUTH PLAIN xx\r\n", OFFERS "235 2.7.0 Authentication succeeded\r\n", false, REPLY_SAY, 0},
    {"AUTH asks, and the response is refused", {"AUTH=334 abc"}, "AUTH X\r\nNOOP\r\nNOOP\r\n", "334 abc\r\n535 5.7.8 Authentication credentials invalid\r\n" OK, false, REPLY_SAY, 0},
    {"AUTH asks twice", {"AUTH=334", "AUTH-response:1=334 b", "AUTH-response=454"}, "AUTH X\r\nx\r\ny\r\nNOOP\r\n", "334 \r\n334 b\r\n454 4.7.0 Temporary authentication failure\r\n" OK, false, REPLY_SAY, 0},
    {"close", {"MAIL=close"}, HELO MAIL RCPT, HELLO, true, REPLY_CLOSE, 0},
    {"reset at the end of data", {"dot=reset"}, HELO MAIL RCPT "DATA\r\nx\r\n.\r\nNOOP\r\n", HELLO SENDER TAKEN START, true, REPLY_RESET, 0},
    {"half-close", {"MAIL=half-close"}, HELO MAIL "NOOP\r\n", HELLO, false, REPLY_HALF_CLOSE, 0},
    {"silence", {"NOOP:2=silence"}, "NOOP\r\nNOOP\r\nNOOP\r\n", OK, false, REPLY_SILENCE, 0},
    /* key words */
    {"key word of RCPT", {NULL}, HELO MAIL TO("rcpt+452@x.example") RCPT, HELLO SENDER "452 4.2.2 Requested action not taken: insufficient system storage\r\n" TAKEN, false, REPLY_SAY, 0},
    {"key word of MAIL", {NULL}, HELO FROM("mail+451+4.4.1@x.example") RCPT, HELLO "451 4.4.1 Requested action aborted: local error in processing\r\n" NO_MAIL, false, REPLY_SAY, 0},
    {"key word of DATA", {NULL}, HELO MAIL TO("data+554@x.example") "DATA\r\nRSET\r\n" MAIL RCPT "DATA\r\n.\r\n", HELLO SENDER USUAL "554 5.0.0 Transaction failed\r\n" OK SENDER TAKEN START "250 2.0.0 Message 1 accepted for delivery\r\n", false, REPLY_SAY, 1},
    {"key word of the end of data", {NULL}, HELO MAIL TO("dot+452@example.test") "DATA\r\n.\r\n", HELLO SENDER USUAL START "452 4.3.1 Requested action not taken: insufficient system storage\r\n", false, REPLY_SAY, 0},
    {"key word of the sender for RCPT", {NULL}, HELO FROM("rcpt+550@x.example") RCPT RCPT, HELLO SENDER "550 5.1.1 Requested action not taken: mailbox unavailable\r\n" "550 5.1.1 Requested action not taken: mailbox unavailable\r\n", false, REPLY_SAY, 0},
    {"key word of QUIT", {NULL}, HELO MAIL TO("quit+close@x.example") "QUIT\r\n", HELLO SENDER USUAL, true, REPLY_CLOSE, 0},
    {"key word of VRFY", {NULL}, "VRFY vrfy+551@x.example\r\nVRFY bob\r\n", "551 5.1.6 User not local; please try another address\r\n551 5.1.6 User not local; please try another address\r\n", false, REPLY_SAY, 0},
    {"a rule is nearer than a key word", {"RCPT=450 rule"}, HELO MAIL TO("rcpt+452@x.example"), HELLO SENDER "450 rule\r\n", false, REPLY_SAY, 0},
};

static const struct row greeting_rows[] = {
    {"greeting", {"greeting=220 hi"}, "NOOP\r\n", "220 hi\r\n" OK, false, REPLY_SAY, 0},
    {"greeting refuses", {"greeting=554"}, "NOOP\r\n", "554 Transaction failed\r\n503 5.5.1 Bad sequence of commands: there is no service here, QUIT is all that is left\r\n", false, REPLY_SAY, 0},
    {"greeting closes", {"greeting=421"}, "NOOP\r\n", "421 mx.example.test Service not available, closing transmission channel\r\n", true, REPLY_SAY, 0},
    {"no greeting", {"greeting=silence"}, "NOOP\r\n", "", false, REPLY_SILENCE, 0},
};

static const struct row lmtp_rows[] = {
    {"each recipient has its own", {"dot m*=450 later"}, "LHLO c.example\r\n" MAIL RCPT TO("dot+552@x.example") TO("odd@example.test") "DATA\r\n.\r\n" "NOOP\r\n",
     OFFERS SENDER TAKEN USUAL "550 5.1.1 No such user\r\n" START "250 2.0.0 Message 1 accepted for delivery\r\n552 5.3.4 Requested mail action aborted: exceeded storage allocation\r\n" OK, false, REPLY_SAY, 1},
    {"key word of the sender", {NULL}, "LHLO c.example\r\n" FROM("dot+452@x.example") RCPT RCPT "DATA\r\n.\r\nNOOP\r\n",
     OFFERS SENDER TAKEN TAKEN START "452 4.3.1 Requested action not taken: insufficient system storage\r\n452 4.3.1 Requested action not taken: insufficient system storage\r\n" OK, false, REPLY_SAY, 0},
    {"421 ends it", {"dot=421 bye"}, "LHLO c.example\r\n" MAIL RCPT RCPT "DATA\r\n.\r\nNOOP\r\n", OFFERS SENDER TAKEN TAKEN START "421 bye\r\n", true, REPLY_SAY, 0},
};

#define LOGIN "USER alice\r\nPASS secret-a\r\n"
#define IN    "+OK Now send PASS\r\n+OK Maildrop has 0 messages (0 octets)\r\n"

static const struct row pop3_rows[] = {
    {"-ERR", {"USER=-ERR [SYS/TEMP] no"}, "USER alice\r\nPASS secret-a\r\n", "-ERR [SYS/TEMP] no\r\n-ERR USER must come just before PASS\r\n", false, REPLY_SAY, 0},
    {"PASS lets in", {"PASS=+OK in"}, "USER alice\r\nPASS wrong\r\nSTAT\r\n", "+OK Now send PASS\r\n+OK in\r\n+OK 0 0\r\n", false, REPLY_SAY, 0},
    {"PASS is refused", {"PASS=-ERR [IN-USE] x"}, LOGIN "STAT\r\n", "+OK Now send PASS\r\n-ERR [IN-USE] x\r\n-ERR STAT is not allowed in this state\r\n", false, REPLY_SAY, 0},
    {"lines are stuffed", {"RETR=+OK a\\n.b\\n"}, LOGIN "RETR 1\r\n", IN "+OK a\r\n..b\r\n\r\n.\r\n", false, REPLY_SAY, 0},
    {"an empty list", {"LIST=+OK"}, LOGIN "LIST\r\nLIST 1\r\n", IN "+OK Done, as a rule says\r\n.\r\n+OK Done, as a rule says\r\n", false, REPLY_SAY, 0},
    {"a drop listing", {"STAT=+OK"}, LOGIN "STAT\r\n", IN "+OK 0 0\r\n", false, REPLY_SAY, 0},
    {"a code is of SMTP", {"NOOP=452"}, LOGIN "NOOP\r\n", IN "+OK Nothing done\r\n", false, REPLY_SAY, 0},
    {"QUIT", {"QUIT=-ERR not yet"}, "QUIT\r\nQUIT\r\n", "-ERR not yet\r\n-ERR not yet\r\n", false, REPLY_SAY, 0},
    {"QUIT behind login ends it", {"QUIT=-ERR not all"}, LOGIN "QUIT\r\nNOOP\r\n", IN "-ERR not all\r\n", true, REPLY_SAY, 0},
    {"AUTH asks", {"AUTH=+ abc", "AUTH-response=+OK in"}, "AUTH X\r\nx\r\nSTAT\r\n", "+ abc\r\n+OK in\r\n+OK 0 0\r\n", false, REPLY_SAY, 0},
    {"AUTH asks, and the response is refused", {"AUTH=+"}, "AUTH X\r\nx\r\n", "+ \r\n-ERR [AUTH] Name or secret is wrong\r\n", false, REPLY_SAY, 0},
    {"close", {"pop3/NOOP=close"}, LOGIN "NOOP\r\nNOOP\r\n", IN, true, REPLY_CLOSE, 0},
    {"silence", {"RETR=silence"}, LOGIN "RETR 1\r\nNOOP\r\n", IN, false, REPLY_SILENCE, 0},
};
// clang-format on

static void give_rules(struct server_settings *settings, const char *const *rules,
                       struct arena *arena)
{
    struct bytes values[MAX_RULES];
    struct error error = {""};
    size_t count = 0;
    for (; count < MAX_RULES && rules[count] != NULL; count++) {
        values[count] = bytes_of(rules[count]);
    }
    int failed = setting_values_read(settings, SETTING_REPLY, values, count, arena, &error);
    CU_ASSERT_EQUAL(failed, 0);
}

typedef void (*play_fn)(const struct row *row, const struct server_settings *settings,
                        struct store *store, size_t cut);

static void feed(const struct row *row, struct smtp_session *session, size_t cut, struct buf *out)
{
    struct bytes input = bytes_of(row->input);
    for (size_t done = 0; done < input.n;) {
        struct bytes piece = dialogue_piece(bytes_skip(input, done), done, cut);
        dialogue_feed_smtp(session, piece, out);
        done += piece.n;
    }
}

static void check_smtp(const struct row *row, struct smtp_session **session_p, size_t cut,
                       struct buf *out)
{
    feed(row, *session_p, cut, out);
    UNIT_ROW(row->name, dialogue_is(row->name, out, bytes_of(row->output)));
    UNIT_ROW(row->name, smtp_session_is_over(*session_p) == row->over);
    UNIT_ROW(row->name, smtp_session_action(*session_p) == row->action);
    smtp_session_free(session_p);
    buf_deinit(out);
}

static void play_smtp(const struct row *row, const struct server_settings *settings,
                      struct store *store, size_t cut)
{
    struct buf out = {0};
    struct smtp_session *session = smtp_session_new(settings, store, "[127.0.0.1]", &out);
    buf_clear(&out);
    check_smtp(row, &session, cut, &out);
}

static void play_greeting(const struct row *row, const struct server_settings *settings,
                          struct store *store, size_t cut)
{
    struct buf out = {0};
    struct smtp_session *session = smtp_session_new(settings, store, "[127.0.0.1]", &out);
    check_smtp(row, &session, cut, &out);
}

static void play_lmtp(const struct row *row, const struct server_settings *settings,
                      struct store *store, size_t cut)
{
    struct buf out = {0};
    struct smtp_session *session = smtp_session_new_lmtp(settings, store, "[127.0.0.1]", &out);
    buf_clear(&out);
    check_smtp(row, &session, cut, &out);
}

static void play_pop3(const struct row *row, const struct server_settings *settings,
                      struct store *store, size_t cut)
{
    struct buf out = {0};
    struct bytes input = bytes_of(row->input);
    struct pop3_session *session = pop3_session_new(settings, store, &out);
    buf_clear(&out);
    for (size_t done = 0; done < input.n;) {
        struct bytes piece = dialogue_piece(bytes_skip(input, done), done, cut);
        dialogue_feed_pop3(session, piece, &out);
        done += piece.n;
    }
    struct bytes expected = bytes_of(row->output);
    UNIT_ROW(row->name, dialogue_is(row->name, &out, expected));
    UNIT_ROW(row->name, pop3_session_is_over(session) == row->over);
    UNIT_ROW(row->name, pop3_session_action(session) == row->action);
    pop3_session_free(&session);
    buf_deinit(&out);
}

static void play(const struct row *row, play_fn play_one, size_t cut)
{
    struct arena *arena = arena_new();
    struct server_settings settings = dialogue_settings();
    for (size_t i = 0; i < EXTENSION_COUNT; i++) {
        settings.offers[i] = i == EXTENSION_ENHANCEDSTATUSCODES || i == EXTENSION_CHUNKING;
    }
    give_rules(&settings, row->rules, arena);
    struct store *store = store_open(&settings, NULL);
    play_one(row, &settings, store, cut);
    UNIT_ROW(row->name, store_delivered(store) == row->delivered);
    store_free(&store);
    arena_free(&arena);
}

/* Whole, and octet by octet. */
static void play_all(const struct row *rows, size_t count, play_fn play_one)
{
    for (size_t i = 0; i < count; i++) {
        play(&rows[i], play_one, 0);
        play(&rows[i], play_one, SIZE_MAX);
    }
}

#define PLAY_ALL(rows, play_one) play_all(rows, sizeof(rows) / sizeof((rows)[0]), play_one)

static void test_smtp(void)
{
    PLAY_ALL(smtp_rows, play_smtp);
}

static void test_greeting(void)
{
    PLAY_ALL(greeting_rows, play_greeting);
}

static void test_lmtp(void)
{
    PLAY_ALL(lmtp_rows, play_lmtp);
}

static void test_pop3(void)
{
    PLAY_ALL(pop3_rows, play_pop3);
}

static const struct unit_test tests[] = {
    {"SMTP",      test_smtp    },
    {"greetings", test_greeting},
    {"LMTP",      test_lmtp    },
    {"POP3",      test_pop3    },
};

UNIT_MAIN("fake_servers/script", tests)
