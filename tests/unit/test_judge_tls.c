/*
 * TLS as the judges see it: both sides begin anew, what came before does not count, and clear text that is left accuses its
 * sender. The rules themselves have their rows in the files of their protocols and sides.
 */
#include "judge_play.h"

#define SMTP_HELLO                                                                                 \
    "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n",                                          \
        "S 250-mx.example\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 STARTTLS\r\n"
#define SMTP_TLS SMTP_HELLO, "C STARTTLS\r\n", "S 220 2.0.0 go\r\n", "X"
#define SMTP_ANEW                                                                                  \
    SMTP_TLS, "C EHLO c.example\r\n", "S 250-mx.example\r\n250 ENHANCEDSTATUSCODES\r\n"
#define POP3_TLS "S +OK\r\n", "C STLS\r\n", "S +OK go\r\n", "X"
#define SMTP_BYE "C QUIT\r\n", "S 221 2.0.0 bye\r\n", "F", "Q"
#define POP3_BYE "C QUIT\r\n", "S +OK bye\r\n", "F", "Q"

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): long replies are written in pieces */
static const struct play_row inside[] = {
    {"no reply inside TLS",
     PROTOCOL_SMTP,                                                 "smtp/command-gets-reply",
     {SMTP_ANEW, "C NOOP\r\n", "T"}                                                                                                        },
    {"a surplus reply inside TLS",
     PROTOCOL_SMTP,                                                 "smtp/one-reply-per-command",
     {SMTP_ANEW, "C NOOP\r\n", "S 250 2.0.0 ok\r\n250 2.0.0 ok\r\n"}                                                                       },
    {"counted again, though it was lost before",
     PROTOCOL_SMTP,                                                 "smtp/client-crlf smtp/command-gets-reply",
     {SMTP_HELLO, "C NOOP\n", "S 250 2.0.0 ok\r\n", "C STARTTLS\r\n", "S 220 2.0.0 go\r\n", "X",
      "C EHLO c.example\r\n", "T"}                                                                                                         },
    {"PIPELINING was offered before TLS only",
     PROTOCOL_SMTP,                                                 "smtp/waits-for-reply",
     {SMTP_ANEW, "C MAIL FROM:<a@c.example>\r\nRCPT TO:<b@mx.example>\r\n"}                                                                },
    {"a parameter that was offered before TLS",
     PROTOCOL_SMTP,                                                 "smtp/parameter-offered",
     {"S 220 mx.example\r\n", "C EHLO c.example\r\n", "S 250-mx.example\r\n250 SIZE 1000\r\n",
      "C STARTTLS\r\n", "S 220 2.0.0 go\r\n", "X", "C EHLO c.example\r\n", "S 250 mx.example\r\n",
      "C MAIL FROM:<a@c.example> SIZE=10\r\n"}                                                                                             },
    {"EHLO before TLS does not count",
     PROTOCOL_SMTP,                                                 "smtp/hello-before-mail",
     {SMTP_TLS, "C MAIL FROM:<a@c.example>\r\n", "S 503 5.5.1 EHLO first\r\n"}                                                             },
    {"MAIL before TLS does not count",
     PROTOCOL_SMTP,                                                 "smtp/command-order",
     {SMTP_HELLO, "C MAIL FROM:<a@c.example>\r\n", "S 250 2.1.0 ok\r\n", "C STARTTLS\r\n",
      "S 220 2.0.0 go\r\n", "X", "C EHLO c.example\r\n", "S 250 mx.example\r\n",
      "C RCPT TO:<b@mx.example>\r\n", "S 503 no\r\n"}                                                                                      },
    {"TLS from the start, then no greeting",         PROTOCOL_SMTP, "smtp/greeting-code",                       {"X", "T"}                 },
    {"TLS from the start, bare LF",                  PROTOCOL_SMTP, "smtp/reply-crlf",                          {"X", "S 220 mx.example\n"}},
    {"POP3: no response inside TLS",
     PROTOCOL_POP3,                                                 "pop3/command-gets-response",
     {POP3_TLS, "C USER a\r\n", "T"}                                                                                                       },
    {"POP3: PIPELINING was offered before TLS only",
     PROTOCOL_POP3,                                                 "pop3/waits-for-response",
     {"S +OK\r\n", "C CAPA\r\n", "S +OK\r\nPIPELINING\r\nSTLS\r\nSASL PLAIN\r\n.\r\n", "C STLS\r\n",
      "S +OK\r\n", "X", "C CAPA\r\n", "S +OK\r\n.\r\n", "C USER a\r\nPASS b\r\n"}                                                          },
    {"POP3: TLS from the start, no greeting",        PROTOCOL_POP3, "pop3/greeting",                            {"X", "T"}                 },
};

static const struct play_row silent[] = {
    {"a session within TLS",
     PROTOCOL_SMTP,                                            "",
     {SMTP_ANEW, "C MAIL FROM:<a@c.example>\r\n", "S 250 2.1.0 ok\r\n",
      "C RCPT TO:<b@mx.example>\r\n", "S 250 2.1.5 ok\r\n", "C DATA\r\n", "S 354 go on\r\n",
      "C x\r\n.\r\n", "S 250 2.0.0 ok\r\n", SMTP_BYE}                                       },
    {"TLS from the start",
     PROTOCOL_SMTP,                                            "",
     {"X", "S 220 mx.example\r\n", "C EHLO c.example\r\n", "S 250 mx.example\r\n", SMTP_BYE}},
    {"LMTP within TLS",
     PROTOCOL_LMTP,                                            "",
     {"S 220 a\r\n", "C LHLO c.example\r\n", "S 250-a\r\n250-PIPELINING\r\n250 STARTTLS\r\n",
      "C STARTTLS\r\n", "S 220 2.0.0 go\r\n", "X", "C LHLO c.example\r\n", "S 250 a\r\n",
      SMTP_BYE}                                                                             },
    {"enhanced codes are forgotten",
     PROTOCOL_SMTP,                                            "",
     {SMTP_TLS, "C EHLO c.example\r\n", "S 250 mx.example\r\n", "C NOOP\r\n", "S 250 5.0.0 x\r\n",
      SMTP_BYE}                                                                             },
    {"TLS cannot begin",
     PROTOCOL_SMTP,                                            "",
     {SMTP_HELLO, "C STARTTLS\r\n", "S 220 2.0.0 go\r\n", "XF", "S \x15\x03\n", "C x\ny\n", "T",
      "Q"}                                                                                  },
    {"what came instead of TLS is no command",
     PROTOCOL_SMTP,                                            "",
     {SMTP_HELLO, "C STARTTLS\r\n", "S 220 2.0.0 go\r\n", "XF GET / HTTP/1.1\r\n", "Q"}     },
    {"TLS cannot begin from the start",         PROTOCOL_SMTP, "", {"XF", "T", "Q"}         },
    {"QUIT at once, as the certificate is bad", PROTOCOL_SMTP, "", {SMTP_TLS, SMTP_BYE}     },
    {"closes behind TLS, before EHLO",          PROTOCOL_SMTP, "", {SMTP_TLS, "Q"}          },
    {"454, and on in clear text",
     PROTOCOL_SMTP,                                            "",
     {SMTP_HELLO, "C STARTTLS\r\n", "S 454 4.3.0 not now\r\n", "C MAIL FROM:<a@c.example>\r\n",
      "S 250 2.1.0 ok\r\n", SMTP_BYE}                                                       },
    {"the handshake takes long",
     PROTOCOL_SMTP,                                            "",
     {SMTP_HELLO, "C STARTTLS\r\n", "S 220 2.0.0 go\r\n", "W", "X", "C EHLO c.example\r\n",
      "S 250 mx.example\r\n", SMTP_BYE}                                                     },
    {"POP3 within TLS",
     PROTOCOL_POP3,                                            "",
     {POP3_TLS, "C CAPA\r\n", "S +OK\r\n.\r\n", "C USER a\r\n", "S +OK\r\n", "C PASS b\r\n",
      "S +OK\r\n", "C STAT\r\n", "S +OK 1 20\r\n", POP3_BYE}                                },
    {"POP3 with TLS from the start",
     PROTOCOL_POP3,                                            "",
     {"X", "S +OK\r\n", "C USER a\r\n", "S +OK\r\n", "C PASS b\r\n", "S +OK\r\n", POP3_BYE} },
    {"POP3: TLS cannot begin",
     PROTOCOL_POP3,                                            "",
     {"S +OK\r\n", "C STLS\r\n", "S +OK\r\n", "XF", "S \x15\x03\n", "C x\ny\n", "T", "Q"}   },
    {"a new connection is not in TLS",
     PROTOCOL_SMTP,                                            "",
     {SMTP_ANEW, SMTP_BYE, "N", SMTP_HELLO, SMTP_BYE}                                       },
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

static void test_inside(void)
{
    play_check_rows(inside, PLAY_COUNT(inside), JUDGE_CLIENTS | JUDGE_SERVERS);
}

static void test_silent(void)
{
    play_check_rows(silent, PLAY_COUNT(silent), JUDGE_CLIENTS | JUDGE_SERVERS);
}

static const struct unit_test tests[] = {
    {"rules broken inside TLS", test_inside},
    {"nothing is broken",       test_silent},
};

UNIT_MAIN("judge: sessions with TLS", tests)
