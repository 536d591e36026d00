/* The sender against written servers: what it says to each reply, and its exit status. */
#include "unit.h"

#include "client_dialogue.h"

#define EHLO      "S: 220 y.example ESMTP\nC: EHLO c.example\n"
#define PLAIN     EHLO "S: 250 y.example\n"
#define PIPELINES EHLO "S: 250-y.example\nS: 250 PIPELINING\n"
#define MAIL      "C: MAIL FROM:<a@x.example>\n"
#define RCPT      "C: RCPT TO:<r@y.example>\n"
#define GROUP     MAIL RCPT "C: DATA\n"
#define TO_RCPT   PLAIN MAIL "S: 250 OK\n" RCPT
#define TO_DATA   TO_RCPT "S: 250 OK\nC: DATA\n"
#define CONTENT   "C: Subject: x\nC: \nC: ..dot\nC: .\n"
#define TO_DOT    TO_DATA "S: 354 go on\n" CONTENT
#define QUIT      "C: QUIT\nS: 221 bye\n"
#define THREE     "C: RCPT TO:<r@y.example>\nC: RCPT TO:<s@y.example>\nC: RCPT TO:<t@y.example>\n"

struct row {
    const char *name;
    size_t recipients;
    const char *script;
    enum client_result result;
};

// clang-format off
static const struct row smtp_rows[] = {
    {"plain", 1, TO_DOT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {"pipelined", 1, PIPELINES GROUP "S: 250 OK\nS: 250 OK\nS: 354 go on\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {"keyword in lower case", 1, EHLO "S: 250-y.example\nS: 250 pipelining\n" GROUP "S: 250 OK\nS: 250 OK\nS: 354 go on\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {"size", 1, EHLO "S: 250-y.example\nS: 250 size 1000\nC: MAIL FROM:<a@x.example> SIZE=20\nS: 550 no\n" QUIT, CLIENT_REFUSED},
    {"no keyword in the first line", 1, EHLO "S: 250 PIPELINING\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"codes alone", 1, "S: 220\nC: EHLO c.example\nS: 250\n" MAIL "S: 250\n" RCPT "S: 250 \nC: DATA\nS: 354\n" CONTENT "S: 250\nC: QUIT\nS: 221\n", CLIENT_DONE},
    {"unknown codes", 1, "S: 229 x\nC: EHLO c.example\nS: 299 x\n" MAIL "S: 259 x\n" RCPT "S: 298 x\nC: DATA\nS: 354 x\n" CONTENT "S: 259 x\n" QUIT, CLIENT_DONE},
    {"DATA 399", 1, TO_DATA "S: 399 x\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"multi-line everywhere", 1, "S: 220-a\nS: 220 b\nC: EHLO c.example\nS: 250-y.example\nS: 250-HELP\nS: 250 X\n" MAIL "S: 250-a\nS: 250\n" RCPT
        "S: 250-\nS: 250 b\nC: DATA\nS: 354-a\nS: 354 b\n" CONTENT "S: 250-550\nS: 250 b\nC: QUIT\nS: 221-a\nS: 221 b\n", CLIENT_DONE},
    {"text that lies", 1, PLAIN MAIL "S: 250 550 error\n" RCPT "S: 550 250 OK\n" QUIT, CLIENT_REFUSED},
    {"251", 1, TO_RCPT "S: 251 will forward\nC: DATA\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {"early replies", 1, "S: 220 y\nS: 250 y\nC: EHLO c.example\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    /* greeting and EHLO */
    {"greeting 554", 1, "S: 554 no\n" QUIT, CLIENT_REFUSED},
    {"greeting 450", 1, "S: 450 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"greeting 421", 1, "S: 421 no\n", CLIENT_REFUSED_FOR_NOW},
    {"greeting 250", 1, "S: 250 y\nC: EHLO c.example\nE\n", CLIENT_REFUSED_FOR_NOW},
    {"greeting 354", 1, "S: 354 y\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"EHLO 500", 1, EHLO "S: 500 what\nC: HELO c.example\nS: 250-y\nS: 250 PIPELINING\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"EHLO 502", 1, EHLO "S: 502 what\nC: HELO c.example\nS: 250 y\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"EHLO 504, HELO 550", 1, EHLO "S: 504 what\nC: HELO c.example\nS: 550 y\n" QUIT, CLIENT_REFUSED},
    {"EHLO 550", 1, EHLO "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"EHLO 451", 1, EHLO "S: 451 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    /* MAIL, RCPT, DATA */
    {"MAIL 451", 1, PLAIN MAIL "S: 451 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"MAIL 354", 1, PLAIN MAIL "S: 354 no\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"MAIL 650", 1, PLAIN MAIL "S: 650 no\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"RCPT 550", 1, TO_RCPT "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"RCPT 450", 1, TO_RCPT "S: 450 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"RCPT 552, the only one", 1, TO_RCPT "S: 552 full\n" QUIT, CLIENT_REFUSED},
    {"RCPT 552, too many", 2, TO_RCPT "S: 250 OK\nC: RCPT TO:<s@y.example>\nS: 552 too many\nC: DATA\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"one of two refused", 2, TO_RCPT "S: 550 no\nC: RCPT TO:<s@y.example>\nS: 250 OK\nC: DATA\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_REFUSED},
    {"DATA 550", 1, TO_DATA "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"DATA 451", 1, TO_DATA "S: 451 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"DATA 250", 1, TO_DATA "S: 250 no\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"dot 554", 1, TO_DOT "S: 554 no\n" QUIT, CLIENT_REFUSED},
    {"dot 452", 1, TO_DOT "S: 452 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"QUIT 500", 1, TO_DOT "S: 250 OK\nC: QUIT\nS: 500 what\n", CLIENT_DONE},
    {"QUIT nonsense", 1, TO_DOT "S: 250 OK\nC: QUIT\nS: bye\n", CLIENT_DONE},
    /* groups */
    {"group, MAIL refused", 1, PIPELINES GROUP "S: 450 no\nS: 503 no\nS: 503 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"group, none accepted", 3, PIPELINES MAIL THREE "C: DATA\nS: 250 OK\nS: 450 no\nS: 450 no\nS: 450 no\nS: 554 none\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"group, none accepted, 354", 1, PIPELINES GROUP "S: 250 OK\nS: 550 no\nS: 354 x\nC: .\nS: 554 none\n" QUIT, CLIENT_REFUSED},
    {"group, MAIL refused, 354", 1, PIPELINES GROUP "S: 450 no\nS: 550 no\nS: 354 x\nC: .\nS: 250 OK\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"group, two refused", 3, PIPELINES MAIL THREE "C: DATA\nS: 250 OK\nS: 450 no\nS: 250 OK\nS: 550 no\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_REFUSED},
    {"group, multi-line", 1, PIPELINES GROUP "S: 250-a\nS: 250 b\nS: 250-a\nS: 250 b\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_DONE},
    {"group, DATA refused", 1, PIPELINES GROUP "S: 250 OK\nS: 250 OK\nS: 451 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"group, 421", 1, PIPELINES GROUP "S: 250 OK\nS: 421 bye\n", CLIENT_REFUSED_FOR_NOW},
    /* 421 and losses */
    {"421 to EHLO", 1, EHLO "S: 421 bye\n", CLIENT_REFUSED_FOR_NOW},
    {"421 to MAIL", 1, PLAIN MAIL "S: 421 bye\n", CLIENT_REFUSED_FOR_NOW},
    {"421 to the dot", 1, TO_DOT "S: 421-bye\nS: 421 bye\n", CLIENT_REFUSED_FOR_NOW},
    {"421 to QUIT", 1, TO_DOT "S: 250 OK\nC: QUIT\nS: 421 bye\n", CLIENT_DONE},
    {"lost before the greeting", 1, "E\n", CLIENT_REFUSED_FOR_NOW},
    {"lost at the dot", 1, TO_DOT "E\n", CLIENT_REFUSED_FOR_NOW},
    {"lost at QUIT", 1, TO_DOT "S: 250 OK\nC: QUIT\nE\n", CLIENT_DONE},
    {"lost at QUIT, refused before", 1, TO_DOT "S: 550 no\nC: QUIT\nE\n", CLIENT_REFUSED},
    /* what cannot be read */
    {"no code", 1, "S: hello\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"four digits", 1, PLAIN MAIL "S: 2500 OK\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"no code within a reply", 1, PLAIN MAIL "S: 250-a\nS: b\nS: 250 c\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"bare LF ends no line", 1, PLAIN MAIL "S| 550 a\nS: 250 b\n" QUIT, CLIENT_REFUSED},
    {"bare LF within a line", 1, PLAIN MAIL "S| 250 a\nS: 550 b\n" RCPT "E\n", CLIENT_REFUSED_FOR_NOW},
};

#define LHLO "S: 220 y\nC: LHLO c.example\nS: 250-y\nS: 250 PIPELINING\n"
#define LMTP_TWO LHLO MAIL "C: RCPT TO:<r@y.example>\nC: RCPT TO:<s@y.example>\nC: DATA\nS: 250 OK\n"

static const struct row lmtp_rows[] = {
    {"both", 2, LMTP_TWO "S: 250 OK\nS: 250 OK\nS: 354 x\n" CONTENT "S: 250 OK\nS: 250 OK\n" QUIT, CLIENT_DONE},
    {"second refused at the dot", 2, LMTP_TWO "S: 250 OK\nS: 250 OK\nS: 354 x\n" CONTENT "S: 250 OK\nS: 452 full\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"one reply for one accepted", 2, LMTP_TWO "S: 250 OK\nS: 550 no\nS: 354 x\n" CONTENT "S: 250 OK\n" QUIT, CLIENT_REFUSED},
    {"no reply to the dot for none", 2, LMTP_TWO "S: 550 no\nS: 550 no\nS: 354 x\nC: .\n" QUIT, CLIENT_REFUSED},
    {"lost between the two", 2, LMTP_TWO "S: 250 OK\nS: 250 OK\nS: 354 x\n" CONTENT "S: 250 OK\nE\n", CLIENT_REFUSED_FOR_NOW},
    {"no HELO", 1, "S: 220 y\nC: LHLO c.example\nS: 500 what\n" QUIT, CLIENT_REFUSED},
};

#define TLS EHLO "S: 250-y\nS: 250 StartTLS\nC: STARTTLS\nS: 220 go\nT\nC: EHLO c.example\n"
#define BAD_TLS EHLO "S: 250-y\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nt\nC: EHLO c.example\n"
#define AUTH_ROW TLS "S: 250-y\nS: 250 auth LOGIN plain\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n"
#define CRAM_ROW TLS "S: 250-y\nS: 250 AUTH CRAM-MD5\nC: AUTH CRAM-MD5\n"
#define CHALLENGE "S: 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UuZXhhbXBsZS5uZXQ+\n"
#define RESPONSE "C: YWxpY2UgYWJiN2RlNDljNThkYTE0MTY4NjZiYmM1NjZiN2U1ODU=\n"

static const struct row auth_rows[] = {
    {"accepted", 1, AUTH_ROW "S: 235 OK\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"refused", 1, AUTH_ROW "S: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {"refused for now", 1, AUTH_ROW "S: 454 no\n" QUIT, CLIENT_REFUSED_FOR_NOW},
    {"asked again", 1, AUTH_ROW "S: 334 \nC: *\nS: 334 \n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"not offered", 1, PLAIN MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"offered in clear text", 1, EHLO "S: 250-y\nS: 250 AUTH PLAIN\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"offered under a bad certificate", 1, BAD_TLS "S: 250-y\nS: 250 AUTH PLAIN\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"TLS refused for now", 1, EHLO "S: 250-y\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 no\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"a reply in clear text behind the 220", 1, EHLO "S: 250-y\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nS: 554 no\nT\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"what was offered before TLS", 1, EHLO "S: 250-y\nS: 250-PIPELINING\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nT\nC: EHLO c.example\nS: 250 y\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"STARTTLS offered inside TLS", 1, TLS "S: 250-y\nS: 250 STARTTLS\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"lost where TLS should begin", 1, EHLO "S: 250-y\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nE\n", CLIENT_REFUSED_FOR_NOW},
    {"CRAM-MD5", 1, CRAM_ROW CHALLENGE RESPONSE "S: 235 OK\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
    {"a second challenge", 1, CRAM_ROW CHALLENGE RESPONSE CHALLENGE "C: *\nS: 501 no\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"a challenge that is not base64", 1, CRAM_ROW "S: 334 who?\nC: *\nS: 501 no\n" QUIT, CLIENT_PROTOCOL_ERROR},
    {"too weak, and nothing else is offered", 1, AUTH_ROW "S: 534 weak\n" QUIT, CLIENT_LOGIN_REFUSED},
    {"too weak, and another is offered", 1, TLS "S: 250-y\nS: 250 AUTH CRAM-MD5 PLAIN\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 534 weak\nC: AUTH CRAM-MD5\n"
        CHALLENGE RESPONSE "S: 535 no\n" QUIT, CLIENT_LOGIN_REFUSED},
    {"both are too weak", 1, TLS "S: 250-y\nS: 250 AUTH CRAM-MD5 PLAIN\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 534 weak\nC: AUTH CRAM-MD5\nS: 534 weak\n" QUIT,
        CLIENT_LOGIN_REFUSED},
    {"other mechanisms", 1, TLS "S: 250-y\nS: 250 AUTH LOGIN\n" MAIL "S: 550 no\n" QUIT, CLIENT_REFUSED},
};
// clang-format on

static void check_rows(const struct client_settings *base, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct client_settings settings = *base;
        settings.recipient_count = rows[i].recipients;
        UNIT_ROW(rows[i].name,
                 client_dialogue_check(rows[i].name, &settings, rows[i].script, rows[i].result));
    }
}

#define CHECK_ROWS(settings, rows) check_rows(settings, rows, sizeof(rows) / sizeof((rows)[0]))

static void test_smtp(void)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_SMTP);
    CHECK_ROWS(&settings, smtp_rows);
}

static void test_lmtp(void)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_LMTP);
    CHECK_ROWS(&settings, lmtp_rows);
}

static void test_auth(void)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_SMTP);
    settings.user = "alice";
    settings.secret = "secret";
    CHECK_ROWS(&settings, auth_rows);
}

/* ---- messages ---- */

struct message_row {
    const char *name;
    struct bytes message;
    const char *mail;    /* what stands behind the path in MAIL */
    const char *content; /* lines of the script, without the final dot */
};

#define MESSAGE(name, message, mail, content)                                                      \
    {                                                                                              \
        name, BYTES_INIT(message), mail, content                                                   \
    }

// clang-format off
static const struct message_row message_rows[] = {
    MESSAGE("empty", "", " SIZE=0", ""),
    MESSAGE("no last line end", "a\nb", " SIZE=6", "C: a\nC: b\n"),
    MESSAGE("CRLF", "a\r\nb\r\n", " SIZE=6", "C: a\nC: b\n"),
    MESSAGE("bare CR", "a\rb\r\r\n\n", " SIZE=8", "C: a\nC: b\nC: \n"),
    MESSAGE("dots", ".\n..\na.\n", " SIZE=11", "C: ..\nC: ...\nC: a.\n"),
    MESSAGE("8 bits", "\xE4\n", " SIZE=3 BODY=8BITMIME", "C: \xE4\n"),
    MESSAGE("MIME", "MIME-Version: 1\ncontent-transfer-encoding: 8BIT\n\n\xE4\n", " SIZE=55 BODY=8BITMIME", "C: MIME-Version: 1\nC: content-transfer-encoding: 8BIT\nC: \nC: \xE4\n"),
};
// clang-format on

static void test_messages(void)
{
    for (size_t i = 0; i < sizeof message_rows / sizeof message_rows[0]; i++) {
        const struct message_row *row = &message_rows[i];
        struct client_settings settings = client_dialogue_settings(CLIENT_SMTP);
        struct buf script = {0};
        settings.message = row->message;
        buf_printf(&script,
                   EHLO "S: 250-y\nS: 250-8bitmime\nS: 250 SIZE\nC: MAIL FROM:<a@x.example>%s\n"
                        "S: 250 OK\n" RCPT "S: 250 OK\nC: DATA\nS: 354 x\n%sC: .\nS: 250 OK\n" QUIT,
                   row->mail, row->content);
        UNIT_ROW(row->name,
                 client_dialogue_check(row->name, &settings, buf_text(&script), CLIENT_DONE));
        buf_deinit(&script);
    }
}

/* RFC 6152 section 3: 8-bit content does not go to a server without 8BITMIME. */
static void test_8bit_not_offered(void)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_SMTP);
    settings.message = BYTES_LIT("\xE4\n");
    CU_ASSERT(client_dialogue_check("8 bits", &settings, PLAIN QUIT, CLIENT_REFUSED));
}

static void test_null_reverse_path(void)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_SMTP);
    settings.sender = NULL;
    CU_ASSERT(client_dialogue_check("null", &settings, PLAIN "C: MAIL FROM:<>\nS: 550 no\n" QUIT,
                                    CLIENT_REFUSED));
}

/* ---- bounds: QUIT is sent, nothing waited for ---- */

static void check_flood(const char *name, const char *line, size_t copies)
{
    struct client_settings settings = client_dialogue_settings(CLIENT_SMTP);
    struct buf out = {0};
    struct sender *sender = sender_new(&settings, &out);
    for (size_t i = 0; i < copies; i++) {
        sender_feed(sender, bytes_of(line), &out);
    }
    UNIT_ROW(name, sender_is_over(sender) && sender_result(sender) == CLIENT_PROTOCOL_ERROR);
    UNIT_ROW(name, bytes_is(buf_bytes(&out), "QUIT\r\n"));
    sender_free(&sender);
    buf_deinit(&out);
}

static void test_floods(void)
{
    check_flood("line without end", "220 xxxxxxxxxxxxxxxxxxxxxxxxx", 1000);
    check_flood("reply without end", "220-x\r\n", 2000);
}

static const struct unit_test tests[] = {
    {"smtp",              test_smtp             },
    {"lmtp",              test_lmtp             },
    {"auth",              test_auth             },
    {"messages",          test_messages         },
    {"8 bits",            test_8bit_not_offered },
    {"null reverse-path", test_null_reverse_path},
    {"floods",            test_floods           },
};

UNIT_MAIN("fake_clients_sender", tests)
