/*
 * Sessions of SMTP and LMTP: each rule broken once and alone, doubtful ones that accuse nobody, and
 * honest ones.
 */
#include "judge_play.h"

#define HELLO                                                                                      \
    "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n",                                          \
        "S 250-mx.example\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 1000\r\n"
#define PLAIN_HELLO "S 220 mx.example ESMTP\r\n", "C EHLO c.example\r\n", "S 250 mx.example\r\n"
#define TO_DATA                                                                                    \
    "C MAIL FROM:<a@c.example>\r\n", "S 250 2.1.0 ok\r\n", "C RCPT TO:<b@mx.example>\r\n",         \
        "S 250 2.1.5 ok\r\n", "C DATA\r\n", "S 354 go on\r\n"
#define EXIM_EHLO                                                                                  \
    "S 250-host.example Hello c.example [127.0.0.1]\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n"      \
    "250-PIPELINING\r\n250-PIPECONNECT\r\n250-CHUNKING\r\n250-PRDR\r\n250 HELP\r\n"
#define DOVECOT_EHLO                                                                               \
    "S 250-store.example\r\n250-8BITMIME\r\n250-CHUNKING\r\n250-ENHANCEDSTATUSCODES\r\n"           \
    "250-PIPELINING\r\n250-STARTTLS\r\n250-VRFY\r\n250 XCLIENT ADDR PORT PROTO\r\n"
#define X10  "xxxxxxxxxx"
#define X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X500 X100 X100 X100 X100 X100

static const struct play_row broken[] = {
    {"greeting 250",                   PROTOCOL_SMTP, "smtp/greeting-code",                              {"S 250 mx.example\r\n"}            },
    {"greeting 354",                   PROTOCOL_SMTP, "smtp/greeting-code",                              {"S 354 mx.example\r\n"}            },
    {"no greeting",                    PROTOCOL_SMTP, "smtp/greeting-code",                              {"T"}                               },
    {"bare LF",                        PROTOCOL_SMTP, "smtp/reply-crlf",                                 {HELLO, "C NOOP\r\n", "S 250 ok\n"} },
    {"bare LF in a greeting",          PROTOCOL_SMTP, "smtp/reply-crlf",                                 {"S 220 mx.example\n"}              },
    {"bare LF inside a reply",
     PROTOCOL_SMTP,                                   "smtp/reply-crlf",
     {HELLO, "C HELP\r\n", "S 214-a\n214 b\r\n"}                                                                                             },
    {"bare LF twice, told once",
     PROTOCOL_SMTP,                                   "smtp/reply-crlf",
     {HELLO, "C NOOP\r\n", "S 250 ok\n", "C NOOP\r\n", "S 250 ok\n"}                                                                         },
    {"CR alone, then nothing",
     PROTOCOL_SMTP,                                   "smtp/reply-crlf",
     {HELLO, "C NOOP\r\n", "S 250 ok\r", "T"}                                                                                                },
    {"no line end, then closed",
     PROTOCOL_SMTP,                                   "smtp/reply-crlf",
     {HELLO, "C NOOP\r\n", "S 250 ok", "F"}                                                                                                  },
    {"no code",
     PROTOCOL_SMTP,                                   "smtp/reply-code-grammar",
     {HELLO, "C NOOP\r\n", "S fine\r\n", "C NOOP\r\n", "S 250 ok\r\n"}                                                                       },
    {"two digits",                     PROTOCOL_SMTP, "smtp/reply-code-grammar",                         {HELLO, "C NOOP\r\n", "S 25 ok\r\n"}},
    {"four digits",
     PROTOCOL_SMTP,                                   "smtp/reply-code-grammar",
     {HELLO, "C NOOP\r\n", "S 2500 ok\r\n"}                                                                                                  },
    {"first digit 6",
     PROTOCOL_SMTP,                                   "smtp/reply-code-grammar",
     {HELLO, "C NOOP\r\n", "S 650 ok\r\n"}                                                                                                   },
    {"first digit 1",
     PROTOCOL_SMTP,                                   "smtp/reply-code-grammar",
     {HELLO, "C NOOP\r\n", "S 150 ok\r\n"}                                                                                                   },
    {"second digit 9",
     PROTOCOL_SMTP,                                   "smtp/reply-code-grammar",
     {HELLO, "C NOOP\r\n", "S 290 ok\r\n"}                                                                                                   },
    {"greeting without code",          PROTOCOL_SMTP, "smtp/reply-code-grammar",                         {"S hello\r\n"}                     },
    {"empty line inside a reply",
     PROTOCOL_SMTP,                                   "smtp/reply-code-grammar",
     {HELLO, "C HELP\r\n", "S 214-a\r\n\r\n214 b\r\n"}                                                                                       },
    {"empty line behind a reply",
     PROTOCOL_SMTP,                                   "smtp/reply-code-grammar",
     {HELLO, "C HELP\r\n", "S 214 a\r\n\r\n"}                                                                                                },
    {"tab behind the code",
     PROTOCOL_SMTP,                                   "smtp/reply-separator",
     {HELLO, "C NOOP\r\n", "S 250\tok\r\n"}                                                                                                  },
    {"letter behind the code",
     PROTOCOL_SMTP,                                   "smtp/reply-separator",
     {HELLO, "C NOOP\r\n", "S 250ok\r\n"}                                                                                                    },
    {"codes differ",
     PROTOCOL_SMTP,                                   "smtp/multiline-same-code",
     {HELLO, "C HELP\r\n", "S 214-a\r\n250 b\r\n", "C NOOP\r\n", "S 250 ok\r\n"}                                                             },
    {"last line missing",
     PROTOCOL_SMTP,                                   "smtp/multiline-last-line",
     {HELLO, "C HELP\r\n", "S 214-a\r\n214-b\r\n", "T", "F"}                                                                                 },
    {"last line missing, then closed",
     PROTOCOL_SMTP,                                   "smtp/multiline-last-line",
     {HELLO, "C HELP\r\n", "S 214-a\r\n", "F"}                                                                                               },
    {"last line of EHLO missing",
     PROTOCOL_SMTP,                                   "smtp/multiline-last-line",
     {"S 220 mx.example\r\n", "C EHLO c\r\n", "S 250-mx.example\r\n", "T"}                                                                   },
    {"513 octets",
     PROTOCOL_SMTP,                                   "smtp/reply-line-length",
     {HELLO, "C NOOP\r\n", "S 250 " X500 "1234567\r\n"}                                                                                      },
    {"control octet",
     PROTOCOL_SMTP,                                   "smtp/reply-text-grammar",
     {HELLO, "C NOOP\r\n", "S 250 o\x01k\r\n"}                                                                                               },
    {"bare CR in a reply",
     PROTOCOL_SMTP,                                   "smtp/reply-text-grammar",
     {HELLO, "C NOOP\r\n", "S 250 o\rk\r\n"}                                                                                                 },
    {"octet above 127",
     PROTOCOL_SMTP,                                   "smtp/reply-text-grammar",
     {HELLO, "C NOOP\r\n", "S 250 \xc3\xa4\r\n"}                                                                                             },
    {"octet above 127 in EHLO",
     PROTOCOL_SMTP,                                   "smtp/reply-text-grammar",
     {"S 220 mx.example\r\n", "C EHLO c\r\n", "S 250 mx.example gr\xfc\xdf\r\n"}                                                             },
    {"no reply",                       PROTOCOL_SMTP, "smtp/command-gets-reply",                         {HELLO, "C NOOP\r\n", "T"}          },
    {"no reply, twice, told once",
     PROTOCOL_SMTP,                                   "smtp/command-gets-reply",
     {HELLO, "C NOOP\r\n", "T", "C NOOP\r\n", "T"}                                                                                           },
    {"no reply to the end of data",
     PROTOCOL_SMTP,                                   "smtp/command-gets-reply",
     {HELLO, TO_DATA, "C x\r\n.\r\n", "T"}                                                                                                   },
    {"no reply within a group",
     PROTOCOL_SMTP,                                   "smtp/command-gets-reply",
     {HELLO, "C MAIL FROM:<>\r\nRCPT TO:<b@mx.example>\r\n", "S 250 ok\r\n", "T"}                                                            },
    {"closed instead of a reply",
     PROTOCOL_SMTP,                                   "smtp/command-gets-reply",
     {HELLO, "C FOO\r\n", "F"}                                                                                                               },
    {"LMTP: one reply too few",
     PROTOCOL_LMTP,                                   "smtp/command-gets-reply",
     {"S 220 mx.example\r\n", "C LHLO c\r\n", "S 250-mx.example\r\n250 PIPELINING\r\n",
      "C MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@b>\r\nDATA\r\n",
      "S 250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", "C x\r\n.\r\n", "S 250 ok\r\n", "T"}                                                     },
    {"two replies",
     PROTOCOL_SMTP,                                   "smtp/one-reply-per-command",
     {HELLO, "C NOOP\r\n", "S 250 ok\r\n250 ok\r\n"}                                                                                         },
    {"two greetings",
     PROTOCOL_SMTP,                                   "smtp/one-reply-per-command",
     {"S 220 mx.example\r\n220 mx.example\r\n"}                                                                                              },
    {"a late second greeting",
     PROTOCOL_SMTP,                                   "smtp/one-reply-per-command",
     {"S 220 mx.example\r\n", "C QUIT\r\n", "S 220 mx.example\r\n"}                                                                          },
    {"unasked reply",
     PROTOCOL_SMTP,                                   "smtp/one-reply-per-command",
     {HELLO, "S 250 ok\r\n", "C NOOP\r\n", "S 250 ok\r\n"}                                                                                   },
    {"accepted before the end",
     PROTOCOL_SMTP,                                   "smtp/one-reply-per-command",
     {HELLO, TO_DATA, "C x\r\n", "S 250 ok\r\n", "C .\r\n", "S 250 ok\r\n"}                                                                  },
    {"LMTP: a reply too many",
     PROTOCOL_LMTP,                                   "smtp/one-reply-per-command",
     {"S 220 mx.example\r\n", "C LHLO c\r\n", "S 250 mx.example\r\n", TO_DATA, "C x\r\n.\r\n",
      "S 250 ok\r\n250 ok\r\n"}                                                                                                              },
    {"EHLO without domain",
     PROTOCOL_SMTP,                                   "smtp/ehlo-domain",
     {"S 220 mx.example\r\n", "C EHLO c\r\n", "S 250-<hello>\r\n250 SIZE\r\n"}                                                               },
    {"EHLO with an empty first line",
     PROTOCOL_SMTP,                                   "smtp/ehlo-domain",
     {"S 220 mx.example\r\n", "C EHLO c\r\n", "S 250-\r\n250 SIZE\r\n"}                                                                      },
    {"keyword with an odd octet",
     PROTOCOL_SMTP,                                   "smtp/ehlo-keyword-grammar",
     {"S 220 mx.example\r\n", "C EHLO c\r\n", "S 250-mx.example\r\n250 AUTH=PLAIN LOGIN\r\n"}                                                },
    {"keyword line without keyword",
     PROTOCOL_SMTP,                                   "smtp/ehlo-keyword-grammar",
     {"S 220 mx.example\r\n", "C EHLO c\r\n", "S 250-mx.example\r\n250-\r\n250 SIZE\r\n"}                                                    },
    {"two blanks between parameters",
     PROTOCOL_SMTP,                                   "smtp/ehlo-keyword-grammar",
     {"S 220 mx.example\r\n", "C EHLO c\r\n", "S 250-mx.example\r\n250 AUTH  PLAIN\r\n"}                                                     },
    {"250 with class 5",
     PROTOCOL_SMTP,                                   "smtp/enhanced-code-class",
     {HELLO, "C NOOP\r\n", "S 250 5.0.0 ok\r\n"}                                                                                             },
    {"class differs in line two",
     PROTOCOL_SMTP,                                   "smtp/enhanced-code-class",
     {HELLO, "C NOOP\r\n", "S 550-5.1.1 a\r\n550 4.1.1 b\r\n"}                                                                               },
    {"two causes",
     PROTOCOL_SMTP,                                   "smtp/reply-crlf smtp/enhanced-code-class",
     {HELLO, "C NOOP\r\n", "S 250 4.0.0 ok\n"}                                                                                               },
    {"told again on a new connection",
     PROTOCOL_SMTP,                                   "smtp/reply-crlf smtp/reply-crlf smtp/reply-crlf",
     {"S 220 a\n", "N", "S 220 a\n", "N", "S 220 a\n", "N", "S 220 a\n"}                                                                     },
    {"first digit 6, odd separator",
     PROTOCOL_SMTP,                                   "smtp/reply-code-grammar",
     {HELLO, "C NOOP\r\n", "S 650.ok\r\n"}                                                                                                   },
};

/* The client's octets, the line or the wait leave doubt: grammar is judged, the count is not. */
static const struct play_row doubtful[] = {
    {"bare LF in a command",
     PROTOCOL_SMTP,                                      "",
     {PLAIN_HELLO, "C NOOP\nNOOP\r\n", "S 250 ok\r\n250 ok\r\n"}                                                               },
    {"bare CR in a command",
     PROTOCOL_SMTP,                                      "",
     {PLAIN_HELLO, "C NOOP\rNOOP\r\n", "S 250 ok\r\n250 ok\r\n"}                                                               },
    {"NUL in a command",                  PROTOCOL_SMTP, "",                {PLAIN_HELLO, "Z", "T"}                            },
    {"grammar is judged all the same",
     PROTOCOL_SMTP,                                      "smtp/reply-crlf",
     {PLAIN_HELLO, "C NOOP\nNOOP\r\n", "S 250 ok\n250 ok\r\n"}                                                                 },
    {"command line over 512 octets",
     PROTOCOL_SMTP,                                      "",
     {PLAIN_HELLO, "C NOOP " X500 "123456\r\n", "S 500 long\r\n500 what\r\n"}                                                  },
    {"long line refused in its middle",
     PROTOCOL_SMTP,                                      "",
     {PLAIN_HELLO, "C NOOP " X500 X500, "S 500 long\r\n", "C " X500 "\r\n", "S 500 what\r\n"}                                  },
    {"LF.LF in data",
     PROTOCOL_SMTP,                                      "",
     {HELLO, TO_DATA, "C x\n.\nMAIL FROM:<a@b>\r\n.\r\n", "S 250 ok\r\n250 ok\r\n500 what\r\n"}                                },
    {"bare CR in data",
     PROTOCOL_SMTP,                                      "",
     {HELLO, TO_DATA, "C x\r.\r\ny\r\n.\r\n", "S 250 ok\r\n500 what\r\n"}                                                      },
    {"client speaks before the greeting",
     PROTOCOL_SMTP,                                      "",
     {"C EHLO c\r\n", "S 220 mx.example\r\n", "T"}                                                                             },
    {"client speaks, no greeting",        PROTOCOL_SMTP, "",                {"C EHLO c\r\n", "T"}                              },
    {"pipelining that was not offered",
     PROTOCOL_SMTP,                                      "",
     {PLAIN_HELLO, "C NOOP\r\nNOOP\r\n", "S 250 ok\r\n", "T"}                                                                  },
    {"more behind QUIT",                  PROTOCOL_SMTP, "",                {HELLO, "C QUIT\r\nNOOP\r\n", "S 221 bye\r\n", "F"}},
    {"data behind DATA",
     PROTOCOL_SMTP,                                      "",
     {HELLO, "C DATA\r\nx\r\n.\r\n", "S 503 no\r\n500 what\r\n500 what\r\n"}                                                   },
    {"client leaves",                     PROTOCOL_SMTP, "",                {HELLO, "C NOOP\r\n", "Q", "S 250 ok\r\n", "F"}    },
    {"half a command, then a wait",       PROTOCOL_SMTP, "",                {HELLO, "C NOO", "T"}                              },
    {"a wait for nothing",                PROTOCOL_SMTP, "",                {HELLO, "T"}                                       },
    {"reset instead of a reply",          PROTOCOL_SMTP, "",                {HELLO, "C NOOP\r\n", "R"}                         },
    {"closed behind QUIT",                PROTOCOL_SMTP, "",                {HELLO, "C QUIT\r\n", "F"}                         },
    {"closed within a group",
     PROTOCOL_SMTP,                                      "",
     {HELLO, "C MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n", "S 550 no\r\n", "F"}                                                       },
    {"closed before the greeting",        PROTOCOL_SMTP, "",                {"N", "F"}                                         },
    {"421 unasked",                       PROTOCOL_SMTP, "",                {HELLO, "S 421 bye\r\n", "F"}                      },
    {"421 to a group",
     PROTOCOL_SMTP,                                      "",
     {HELLO, "C MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n", "S 421 bye\r\n", "F"}                                                      },
    {"421 as a greeting",                 PROTOCOL_SMTP, "",                {"S 421 busy\r\n", "T"}                            },
    {"refused, closed after EHLO",        PROTOCOL_SMTP, "",                {"S 450 busy\r\n", "C EHLO c\r\n", "F"}            },
    {"refused before the end of data",
     PROTOCOL_SMTP,                                      "",
     {HELLO, TO_DATA, "C x\r\n", "S 552 big\r\n", "C .\r\n", "S 500 what\r\n"}                                                 },
    {"TLS is not read",
     PROTOCOL_SMTP,                                      "",
     {HELLO, "C STARTTLS\r\n", "S 220 go\r\n", "C \x16\x03\x01\x02", "S \x16\x03\x03\nxx\n", "T"}                              },
    {"TLS after the count was lost",
     PROTOCOL_SMTP,                                      "",
     {PLAIN_HELLO, "C NOOP\nSTARTTLS\r\n", "S 220 go\r\n", "C \x16\x03", "S \x16\x03\nx\n"}                                    },
    {"UTF-8 that was asked for",
     PROTOCOL_SMTP,                                      "",
     {HELLO, "C VRFY b SMTPUTF8\r\n", "S 250 b\xc3\xa4@mx.example\r\n"}                                                        },
    {"control octet in ehlo-greet",
     PROTOCOL_SMTP,                                      "",
     {"S 220 a\r\n", "C EHLO c\r\n", "S 250 mx.example \x01\r\n"}                                                              },
    {"enhanced codes not offered",
     PROTOCOL_SMTP,                                      "",
     {PLAIN_HELLO, "C NOOP\r\n", "S 250 5.0.0 ok\r\n"}                                                                         },
    {"a version is no enhanced code",
     PROTOCOL_SMTP,                                      "",
     {HELLO, "C HELP\r\n", "S 214 5.0\r\n", "C EHLO c\r\n", "S 250 mx.example 4.2.1\r\n"}                                      },
    {"bare code",                         PROTOCOL_SMTP, "",                {HELLO, "C NOOP\r\n", "S 250\r\n"}                 },
    {"512 octets",                        PROTOCOL_SMTP, "",                {HELLO, "C NOOP\r\n", "S 250 " X500 "123456\r\n"}  },
    {"address literal for a domain",
     PROTOCOL_SMTP,                                      "",
     {"S 220 [192.0.2.1]\r\n", "C EHLO c\r\n", "S 250 [192.0.2.1] hello\r\n"}                                                  },
    {"BDAT refused early",
     PROTOCOL_SMTP,                                      "",
     {HELLO, "C BDAT 10 LAST\r\nabcd", "S 503 no\r\n", "C efghij", "C NOOP\r\n", "S 250 ok\r\n"}                               },
    {"LMTP without recipients",
     PROTOCOL_LMTP,                                      "",
     {"S 220 a\r\n", "C LHLO c\r\n", "S 250 a\r\n", "C DATA\r\n", "S 354 go\r\n", "C .\r\n",
      "S 503 no\r\n"}                                                                                                          },
    {"BDAT refused early, twice",
     PROTOCOL_SMTP,                                      "",
     {HELLO, "C BDAT 10 LAST\r\nabcd", "S 503 no\r\n503 no\r\n", "C efghij"}                                                   },
    {"a wait within a chunk",             PROTOCOL_SMTP, "",                {HELLO, "C BDAT 10 LAST\r\nabcd", "T"}             },
    {"a wait behind QUIT and more",
     PROTOCOL_SMTP,                                      "",
     {HELLO, "C QUIT\r\nNOOP\r\n", "S 221 bye\r\n", "T"}                                                                       },
    {"a group that was not offered",
     PROTOCOL_SMTP,                                      "",
     {PLAIN_HELLO, "C MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n", "S 250 ok\r\n", "T"}                                                 },
    {"LMTP: BDAT has one reply or many",
     PROTOCOL_LMTP,                                      "",
     {"S 220 a\r\n", "C LHLO c\r\n", "S 250 a\r\n", "C MAIL FROM:<>\r\n", "S 250 ok\r\n",
      "C RCPT TO:<a@b>\r\n", "S 250 ok\r\n", "C RCPT TO:<c@b>\r\n", "S 250 ok\r\n",
      "C BDAT 3 LAST\r\nabc", "S 250 ok\r\n250 ok\r\n"}                                                                        },
    {"LMTP: data again, without RCPT",
     PROTOCOL_LMTP,                                      "",
     {"S 220 a\r\n", "C LHLO c\r\n", "S 250 a\r\n", TO_DATA, "C x\r\n.\r\n", "S 250 ok\r\n",
      "C DATA\r\n", "S 354 go\r\n", "C x\r\n.\r\n", "S 503 no\r\n503 no\r\n"}                                                  },
};

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): replies of several lines are several literals */
static const struct play_row honest[] = {
    {"a relay in the style of Postfix",
     PROTOCOL_SMTP,                                     "",
     {"S 220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n", "C EHLO c.example\r\n",
      "S 250-mail.example.org\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-VRFY\r\n250-ETRN\r\n"
      "250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n"
      "250 CHUNKING\r\n",
      "C MAIL FROM:<a@c.example> SIZE=100\r\nRCPT TO:<b@example.org>\r\nRCPT "
      "TO:<no@example.org>\r\n"
      "DATA\r\n",
      "S 250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n550 5.1.1 <no@example.org>: Recipient address rejected: "
      "User unknown in local recipient table\r\n354 End data with <CR><LF>.<CR><LF>\r\n",
      "C Subject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n",
      "S 250 2.0.0 Ok: queued as 4F1C82A01\r\n221 2.0.0 Bye\r\n", "F"}                       },
    {"a host in the style of Exim",
     PROTOCOL_SMTP,                                     "",
     {"S 220 host.example ESMTP Exim 4.96 Tue, 02 Jan 2024 10:00:00 +0000\r\n",
      "C HELO c\r\n",
      "S 250 host.example Hello c [127.0.0.1]\r\n",
      "C FOO\r\n",
      "S 500 unrecognized command\r\n",
      "C VRFY b\r\n",
      "S 252 Administrative prohibition\r\n",
      "C EHLO c.example\r\n",
      EXIM_EHLO,
      "C RSET\r\n",
      "S 250 Reset OK\r\n",
      "C MAIL FROM:<>\r\n",
      "S 250 OK\r\n",
      "C RCPT TO:<b@host.example>\r\n",
      "S 250 Accepted\r\n",
      "C BDAT 9\r\nSubject: ",
      "S 250 9 byte chunk received\r\n",
      "C BDAT 5 LAST\r\nx\r\n\r\n",
      "S 250- 14 byte chunk, total 14\r\n250 OK id=1rKa2B-0001\r\n",
      "C QUIT\r\n",
      "S 221 host.example closing connection\r\n",
      "F"}                                                                                   },
    {"delivery in the style of Dovecot",
     PROTOCOL_LMTP,                                     "",
     {"S 220 store.example Dovecot (Debian) ready.\r\n", "C LHLO c\r\n", DOVECOT_EHLO,
      "C MAIL FROM:<a@c>\r\nRCPT TO:<x@d>\r\nRCPT TO:<no@d>\r\nRCPT TO:<y@d>\r\nDATA\r\n",
      "S 250 2.1.0 OK\r\n250 2.1.5 OK\r\n550 5.1.1 <no@d> User doesn't exist: no@d\r\n"
      "250 2.1.5 OK\r\n354 OK\r\n",
      "C x\r\n.\r\n", "S 250 2.0.0 <x@d> aBcD1 Saved\r\n452 4.2.2 <y@d> Mailbox is full\r\n",
      "C QUIT\r\n", "S 221 2.0.0 Bye\r\n", "F"}                                              },
    {"a login",
     PROTOCOL_SMTP,                                     "",
     {HELLO, "C AUTH LOGIN\r\n", "S 334 VXNlcm5hbWU6\r\n", "C YQ==\r\n", "S 334 UGFzc3dvcmQ6\r\n",
      "C Yg==\r\n", "S 535 5.7.8 no\r\n", "C AUTH PLAIN AGEAYg==\r\n", "S 235 2.7.0 yes\r\n"}},
    {"a login that is given up",
     PROTOCOL_SMTP,                                     "",
     {HELLO, "C AUTH PLAIN\r\n", "S 334 \r\n", "C *\r\n", "S 501 5.7.0 given up\r\n"}        },
    {"a host that takes no mail",
     PROTOCOL_SMTP,                                     "",
     {"S 554 no mail here\r\n", "C EHLO c\r\n", "S 503 bad sequence\r\n", "C QUIT\r\n",
      "S 221 bye\r\n", "F"}                                                                  },
    {"a host that takes no mail, 521",
     PROTOCOL_SMTP,                                     "",
     {"S 521 a.example does not accept mail\r\n", "F"}                                       },
    {"a greeting of many lines",
     PROTOCOL_SMTP,                                     "",
     {"S 220-mx.example be\r\n220-\r\n220 welcome\r\n", "C QUIT\r\n", "S 221 2.0.0 bye\r\n"} },
    {"TLS that we see into",
     PROTOCOL_SMTP,                                     "",
     {HELLO, "C STARTTLS\r\n", "S 220 2.0.0 go\r\n", "C EHLO c\r\n",
      "S 250-mx.example\r\n250 AUTH PLAIN\r\n", "C QUIT\r\n", "S 221 bye\r\n", "F"}          },
    {"DATA refused, then more",
     PROTOCOL_SMTP,                                     "",
     {HELLO, "C DATA\r\n", "S 503 5.5.1 no\r\n", "C NOOP\r\n", "S 250 2.0.0 ok\r\n"}         },
    {"LMTP: a second transaction",
     PROTOCOL_LMTP,                                     "",
     {"S 220 a\r\n", "C LHLO c\r\n", "S 250 a\r\n", TO_DATA, "C x\r\n.\r\n", "S 250 ok\r\n",
      TO_DATA, "C y\r\n.\r\n", "S 250 ok\r\n", "C QUIT\r\n", "S 221 bye\r\n"}                },
    {"nothing at all",                   PROTOCOL_SMTP, "", {"N", "Q"}                       },
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void check_rows(const struct play_row *rows, size_t count)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < count; i++) {
        play_check(&rules, &rows[i]);
    }
    arena_free(&arena);
}

static void test_broken(void)
{
    check_rows(broken, COUNT(broken));
}

static void test_doubtful(void)
{
    check_rows(doubtful, COUNT(doubtful));
}

static void test_honest(void)
{
    check_rows(honest, COUNT(honest));
}

static void test_every_rule_is_broken_alone(void)
{
    play_check_coverage(broken, COUNT(broken), "smtp/");
}

static const struct unit_test tests[] = {
    {"sessions that break a rule",       test_broken                    },
    {"doubtful sessions",                test_doubtful                  },
    {"honest sessions",                  test_honest                    },
    {"every rule is broken by some row", test_every_rule_is_broken_alone},
};

UNIT_MAIN("judge: SMTP sessions", tests)
