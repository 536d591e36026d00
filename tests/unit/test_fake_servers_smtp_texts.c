/* Replies in the words of other servers: other texts, the same codes. */
#include "smtp_rows.h"

#define DIALOGUE                                                                                   \
    "MAIL FROM:<>\r\nHELO c.example\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n" SAY_EHLO          \
    "MAIL FROM:<> SIZE=3001\r\n" SAY_MAIL SAY_MAIL "DATA\r\n" SAY_ALICE                            \
    "RCPT TO:<who@example.test>\r\nRCPT TO:<who@else.example>\r\n" SAY_BOB                         \
    "DATA\r\nx\r\n.\r\nRSET\r\nNOOP\r\nWHAT\r\nQUIT\r\n"
#define LIMIT     "\nmax-recipients 1"
#define LOGIN_SET "\nauth PLAIN\nstarttls yes\noffer ENHANCEDSTATUSCODES"
#define LOGIN                                                                                      \
    SAY_EHLO "AUTH PLAIN AGFsaWNlAHdyb25n\r\nAUTH PLAIN AGFsaWNlAHNlY3JldC1h\r\nSTARTTLS\r\n"
#define SAID_LOGIN                                                                                 \
    "250-mx.example.test\r\n250-ENHANCEDSTATUSCODES\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"
#define SAID_OKAY "250 2.0.0 Ok\r\n"
#define SAID_EHLO_PLAIN                                                                            \
    "250-mx.example.test\r\n250-PIPELINING\r\n250-SIZE 3000\r\n250-8BITMIME\r\n250-CHUNKING\r\n"   \
    "250-BINARYMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"

// clang-format off
static const struct smtp_row rows[] = {
    SMTP_ROW("ours", "texts mailspec" LIMIT, DIALOGUE,
             "503 5.5.1 Bad sequence of commands: send EHLO or HELO first\r\n250 mx.example.test\r\n"
             "503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n503 5.5.1 Bad sequence of commands: no mail transaction is open\r\n"
             SAID_EHLO "552 5.3.4 Message too large: at most 3000 octets\r\n" SAID_SENDER
             "503 5.5.1 Bad sequence of commands: RCPT comes next\r\n503 5.5.1 Bad sequence of commands: RCPT comes next\r\n" SAID_RCPT
             "550 5.1.1 No such user\r\n550 5.7.1 Relaying denied\r\n452 4.5.3 Too many recipients: at most 1\r\n"
             SAID_GO SAID_TAKEN SAID_OK SAID_OK "500 5.5.1 Command not recognised\r\n" SAID_BYE, "alice 1"),
    SMTP_ROW("Postfix", "texts postfix" LIMIT, DIALOGUE,
             "503 5.5.1 Error: send HELO/EHLO first\r\n250 mx.example.test\r\n503 5.5.1 Error: need MAIL command\r\n503 5.5.1 Error: need RCPT command\r\n"
             SAID_EHLO "552 5.3.4 Message size exceeds fixed limit\r\n250 2.1.0 Ok\r\n503 5.5.1 Error: nested MAIL command\r\n"
             "503 5.5.1 Error: need RCPT command\r\n250 2.1.5 Ok\r\n"
             "550 5.1.1 Recipient address rejected: User unknown in local recipient table\r\n550 5.7.1 Relay access denied\r\n"
             "452 4.5.3 Error: too many recipients\r\n354 End data with <CR><LF>.<CR><LF>\r\n250 2.0.0 Ok: queued as 1\r\n"
             SAID_OKAY SAID_OKAY "500 5.5.1 Error: command not recognized\r\n221 2.0.0 Bye\r\n", "alice 1"),
    SMTP_ROW("Exim", "texts exim\nhide ENHANCEDSTATUSCODES" LIMIT, DIALOGUE,
             "503 HELO or EHLO required\r\n250 mx.example.test Hello [127.0.0.1]\r\n503 sender not yet given\r\n503 valid RCPT command must precede DATA\r\n"
             SAID_EHLO_PLAIN "552 Message size exceeds maximum permitted\r\n250 OK\r\n503 sender already given\r\n"
             "503 valid RCPT command must precede DATA\r\n250 Accepted\r\n550 Unrouteable address\r\n550 relay not permitted\r\n"
             "452 too many recipients\r\n354 Enter message, ending with \".\" on a line by itself\r\n250 OK id=1\r\n"
             "250 Reset OK\r\n250 OK\r\n500 unrecognized command\r\n221 mx.example.test closing connection\r\n", "alice 1"),
    SMTP_ROW("Sendmail", "texts sendmail" LIMIT, DIALOGUE,
             "503 5.5.1 Polite people say HELO first\r\n250 mx.example.test Hello [127.0.0.1], pleased to meet you\r\n"
             "503 5.5.1 Need MAIL before RCPT\r\n503 5.5.1 Need MAIL command\r\n"
             SAID_EHLO "552 5.3.4 Message size exceeds fixed maximum message size (3000)\r\n250 2.1.0 Sender ok\r\n503 5.5.1 Sender already specified\r\n"
             "503 5.5.1 Need RCPT (recipient)\r\n250 2.1.5 Recipient ok\r\n550 5.1.1 User unknown\r\n550 5.7.1 Relaying denied\r\n"
             "452 4.5.3 Too many recipients\r\n354 Enter mail, end with \".\" on a line by itself\r\n250 2.0.0 1 Message accepted for delivery\r\n"
             "250 2.0.0 Reset state\r\n250 2.0.0 OK\r\n500 5.5.1 Command unrecognized\r\n221 2.0.0 mx.example.test closing connection\r\n", "alice 1"),
    SMTP_ROW("Postfix, login", "texts postfix" LOGIN_SET, LOGIN, SAID_LOGIN "535 5.7.8 Error: authentication failed\r\n235 2.7.0 Authentication successful\r\n"
             "220 2.0.0 Ready to start TLS\r\n", NULL),
    SMTP_ROW("Exim, login", "texts exim" LOGIN_SET, LOGIN, SAID_LOGIN "535 5.7.8 Incorrect authentication data\r\n235 2.7.0 Authentication succeeded\r\n"
             "220 2.0.0 TLS go ahead\r\n", NULL),
    SMTP_ROW("Sendmail, login", "texts sendmail" LOGIN_SET, LOGIN, SAID_LOGIN "535 5.7.8 authentication failed\r\n235 2.7.0 OK Authenticated\r\n"
             "220 2.0.0 Ready to start TLS\r\n", NULL),
    LMTP_ROW("LMTP", "texts postfix", "LHLO c\r\n" SAY_MAIL SAY_ALICE SAY_BOB "DATA\r\n.\r\n",
             SAID_EHLO "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n"
             "250 2.0.0 Ok: queued as 1\r\n250 2.0.0 Ok: queued as 1\r\n", "alice 1 bob 1"),
};
// clang-format on

static void test_rows(void)
{
    smtp_rows_check(rows, ROW_COUNT(rows));
}

struct greeting_row {
    const char *settings;
    const char *begin;
    const char *end;
};

static const struct greeting_row greeting_rows[] = {
    {"texts postfix",             "220 mx.example.test ESMTP Postfix\r\n",              "\r\n"      },
    {"texts exim",                "220 mx.example.test ESMTP Exim 4.96 ",               " +0000\r\n"},
    {"texts sendmail",            "220 mx.example.test ESMTP Sendmail 8.17.1/8.17.1; ", " +0000\r\n"},
    {"texts exim\ngreeting mine", "220 mine\r\n",                                       "mine\r\n"  },
};

static void test_greetings(void)
{
    for (size_t i = 0; i < sizeof greeting_rows / sizeof greeting_rows[0]; i++) {
        const struct greeting_row *row = &greeting_rows[i];
        struct arena *arena = arena_new();
        struct server_settings settings = setting_text(row->settings, row->settings, arena);
        struct buf out = {0};
        struct store *store = store_new(&settings);
        struct smtp_session *session = smtp_session_new(&settings, store, "[127.0.0.1]", &out);
        UNIT_ROW(row->settings, bytes_starts(buf_bytes(&out), row->begin));
        UNIT_ROW(row->settings, bytes_ends(buf_bytes(&out), row->end));
        buf_clear(&out);
        smtp_session_idle(session, &out);
        UNIT_ROW(row->settings, bytes_starts(buf_bytes(&out), "421 4.4.2 mx.example.test"));
        smtp_session_free(&session);
        store_free(&store);
        buf_deinit(&out);
        arena_free(&arena);
    }
}

static const struct unit_test tests[] = {
    {"dialogues", test_rows     },
    {"greetings", test_greetings},
};

UNIT_MAIN("fake_servers_smtp_texts", tests)
