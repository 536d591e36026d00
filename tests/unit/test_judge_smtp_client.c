/*
 * Sessions of clients of SMTP and LMTP: each rule broken once and alone, doubtful ones that accuse nobody, and
 * honest ones.
 */
#include "judge_play.h"

#define GREETING    "S 220 mx.example ESMTP\r\n"
#define PLAIN_HELLO GREETING, "C EHLO c.example\r\n", "S 250 mx.example\r\n"
#define OLD_HELLO   GREETING, "C HELO c.example\r\n", "S 250 mx.example\r\n"
#define HELLO                                                                                      \
    GREETING, "C EHLO c.example\r\n",                                                              \
        "S 250-mx.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-DSN\r\n250 SIZE 1000\r\n"
#define UNKNOWN_HELLO GREETING, "C EHLO c.example\r\n", "S 250-mx.example\r\n250 X-ODD\r\n"
#define MAIL          "C MAIL FROM:<a@c.example>\r\n", "S 250 ok\r\n"
#define RCPT          "C RCPT TO:<b@mx.example>\r\n", "S 250 ok\r\n"
#define DATA          MAIL, RCPT, "C DATA\r\n", "S 354 go on\r\n"
#define SENT          DATA, "C Subject: x\r\n\r\nx\r\n.\r\n", "S 250 ok\r\n"
#define BYE           "C QUIT\r\n", "S 221 bye\r\n"
#define X10           "xxxxxxxxxx"
#define X100          X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X500          X100 X100 X100 X100 X100

static const struct play_row broken[] = {
    {"a command ends in LF",
     PROTOCOL_SMTP,                                           "smtp/client-crlf",
     {GREETING, "C EHLO c.example\n", "S 250 mx.example\r\n"}                                                                   },
    {"message lines end in LF",
     PROTOCOL_SMTP,                                           "smtp/client-crlf",
     {HELLO, DATA, "C Subject: x\n\nx\r\n.\r\n", "S 250 ok\r\n"}                                                                },
    {"a bare CR in a message",
     PROTOCOL_SMTP,                                           "smtp/client-crlf",
     {HELLO, DATA, "C Subject: x\ry\r\n\r\n.\r\n", "S 250 ok\r\n"}                                                              },
    {"a bare CR in a command",
     PROTOCOL_SMTP,                                           "smtp/client-crlf",
     {HELLO, "C NOOP\rx\r\n", "S 250 ok\r\n"}                                                                                   },
    {"closes without QUIT",                    PROTOCOL_SMTP, "smtp/quit-before-close",    {PLAIN_HELLO, SENT, "Q"}             },
    {"resets without QUIT",                    PROTOCOL_SMTP, "smtp/quit-before-close",    {PLAIN_HELLO, SENT, "q"}             },
    {"closes at the first reply of a group",
     PROTOCOL_SMTP,                                           "smtp/quit-before-close",
     {GREETING, "C EHLO c.example\r\n", "S 250-mx.example\r\n250 PIPELINING\r\n",
      "C MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\n", "S 450 no\r\n", "Q"}                                                       },
    {"refused, closes without QUIT",
     PROTOCOL_SMTP,                                           "smtp/quit-before-close",
     {PLAIN_HELLO, MAIL, "C RCPT TO:<b@mx.example>\r\n", "S 550 no\r\n", "Q"}                                                   },
    {"closes behind QUIT",
     PROTOCOL_SMTP,                                           "smtp/waits-for-quit-reply",
     {PLAIN_HELLO, SENT, "C QUIT\r\n", "Q"}                                                                                     },
    {"resets behind QUIT",
     PROTOCOL_SMTP,                                           "smtp/waits-for-quit-reply",
     {PLAIN_HELLO, "C QUIT\r\n", "q"}                                                                                           },
    {"QUIT with the end of data, then closes",
     PROTOCOL_SMTP,                                           "smtp/waits-for-quit-reply",
     {HELLO, DATA, "C x\r\n.\r\nQUIT\r\n", "S 250 ok\r\n", "Q"}                                                                 },
    {"speaks first",                           PROTOCOL_SMTP, "smtp/waits-for-greeting",   {"C EHLO c.example\r\n", GREETING}   },
    {"speaks first, after a while",
     PROTOCOL_SMTP,                                           "smtp/waits-for-greeting",
     {"N", "W", "C EHLO c.example\r\n", GREETING}                                                                               },
    {"a group that is not offered",
     PROTOCOL_SMTP,                                           "smtp/waits-for-reply",
     {PLAIN_HELLO, "C MAIL FROM:<a@c.example>\r\nRCPT TO:<b@mx.example>\r\n", "S 250 ok\r\n"}                                   },
    {"a group behind HELO",
     PROTOCOL_SMTP,                                           "smtp/waits-for-reply",
     {OLD_HELLO, "C MAIL FROM:<a@c.example>\r\nRCPT TO:<b@mx.example>\r\n", "S 250 ok\r\n"}                                     },
    {"a group before EHLO is answered",
     PROTOCOL_SMTP,                                           "smtp/waits-for-reply",
     {GREETING, "C EHLO c.example\r\nMAIL FROM:<>\r\n", "S 250 mx.example\r\n"}                                                 },
    {"QUIT with the end of data, not offered",
     PROTOCOL_SMTP,                                           "smtp/waits-for-reply",
     {PLAIN_HELLO, DATA, "C x\r\n.\r\nQUIT\r\n", "S 250 ok\r\n", "S 221 bye\r\n", "Q"}                                          },
    {"data before 354, nothing offered",
     PROTOCOL_SMTP,                                           "smtp/waits-for-reply",
     {PLAIN_HELLO, MAIL, RCPT, "C DATA\r\nSubject: x\r\n.\r\n", "S 354 go\r\n"}                                                 },
    {"data before 354",
     PROTOCOL_SMTP,                                           "smtp/pipelining-group",
     {HELLO, MAIL, RCPT, "C DATA\r\nSubject: x\r\n.\r\n", "S 354 go\r\n"}                                                       },
    {"RSET behind NOOP",
     PROTOCOL_SMTP,                                           "smtp/pipelining-group",
     {HELLO, "C NOOP\r\nRSET\r\n", "S 250 ok\r\n", "S 250 ok\r\n"}                                                              },
    {"more behind QUIT",
     PROTOCOL_SMTP,                                           "smtp/pipelining-group",
     {HELLO, "C QUIT\r\nNOOP\r\n", "S 221 bye\r\n"}                                                                             },
    {"MAIL behind a second EHLO",
     PROTOCOL_SMTP,                                           "smtp/pipelining-group",
     {HELLO, "C EHLO c\r\nMAIL FROM:<>\r\n", "S 250 mx.example\r\n"}                                                            },
    {"no EHLO",
     PROTOCOL_SMTP,                                           "smtp/hello-before-mail",
     {GREETING, "C MAIL FROM:<a@c.example>\r\n", "S 250 ok\r\n"}                                                                },
    {"EHLO alone",
     PROTOCOL_SMTP,                                           "smtp/ehlo-argument",
     {GREETING, "C EHLO\r\n", "S 250 mx.example\r\n"}                                                                           },
    {"HELO with an underscore",
     PROTOCOL_SMTP,                                           "smtp/ehlo-argument",
     {GREETING, "C HELO my_host\r\n", "S 250 mx.example\r\n"}                                                                   },
    {"EHLO with two names",
     PROTOCOL_SMTP,                                           "smtp/ehlo-argument",
     {GREETING, "C EHLO c.example d.example\r\n", "S 250 mx.example\r\n"}                                                       },
    {"EHLO with an open literal",
     PROTOCOL_SMTP,                                           "smtp/ehlo-argument",
     {GREETING, "C EHLO [127.0.0.1\r\n", "S 250 mx.example\r\n"}                                                                },
    {"EHLO with a bad literal",
     PROTOCOL_SMTP,                                           "smtp/ehlo-argument",
     {GREETING, "C EHLO [127.0.0]\r\n", "S 250 mx.example\r\n"}                                                                 },
    {"LHLO with a blank more",
     PROTOCOL_LMTP,                                           "smtp/ehlo-argument",
     {GREETING, "C LHLO  c.example\r\n", "S 250 mx.example\r\n"}                                                                },
    {"MAIL with a blank",
     PROTOCOL_SMTP,                                           "smtp/mail-syntax",
     {PLAIN_HELLO, "C MAIL FROM: <a@c.example>\r\n", "S 250 ok\r\n"}                                                            },
    {"MAIL with a blank before the colon",
     PROTOCOL_SMTP,                                           "smtp/mail-syntax",
     {PLAIN_HELLO, "C MAIL FROM :<a@c.example>\r\n", "S 250 ok\r\n"}                                                            },
    {"MAIL without brackets",
     PROTOCOL_SMTP,                                           "smtp/mail-syntax",
     {PLAIN_HELLO, "C MAIL FROM:a@c.example\r\n", "S 250 ok\r\n"}                                                               },
    {"MAIL without a domain",
     PROTOCOL_SMTP,                                           "smtp/mail-syntax",
     {PLAIN_HELLO, "C MAIL FROM:<a>\r\n", "S 250 ok\r\n"}                                                                       },
    {"MAIL without argument",
     PROTOCOL_SMTP,                                           "smtp/mail-syntax",
     {PLAIN_HELLO, "C MAIL\r\n", "S 501 what\r\n"}                                                                              },
    {"MAIL with a bad parameter",
     PROTOCOL_SMTP,                                           "smtp/mail-syntax",
     {HELLO, "C MAIL FROM:<a@c.example> SIZE=1=2\r\n", "S 250 ok\r\n"}                                                          },
    {"RCPT with a blank",
     PROTOCOL_SMTP,                                           "smtp/rcpt-syntax",
     {PLAIN_HELLO, MAIL, "C RCPT TO: <a@c.example>\r\n", "S 250 ok\r\n"}                                                        },
    {"RCPT without brackets",
     PROTOCOL_SMTP,                                           "smtp/rcpt-syntax",
     {PLAIN_HELLO, MAIL, "C RCPT TO:a@c.example\r\n", "S 250 ok\r\n"}                                                           },
    {"RCPT of nobody",
     PROTOCOL_SMTP,                                           "smtp/rcpt-syntax",
     {PLAIN_HELLO, MAIL, "C RCPT TO:<>\r\n", "S 501 what\r\n"}                                                                  },
    {"SIZE not offered",
     PROTOCOL_SMTP,                                           "smtp/parameter-offered",
     {PLAIN_HELLO, "C MAIL FROM:<a@c.example> SIZE=100\r\n", "S 250 ok\r\n"}                                                    },
    {"SIZE behind HELO",
     PROTOCOL_SMTP,                                           "smtp/parameter-offered",
     {OLD_HELLO, "C MAIL FROM:<a@c.example> size=100\r\n", "S 250 ok\r\n"}                                                      },
    {"BODY without 8BITMIME",
     PROTOCOL_SMTP,                                           "smtp/parameter-offered",
     {PLAIN_HELLO, "C MAIL FROM:<a@c.example> BODY=8BITMIME\r\n", "S 250 ok\r\n"}                                               },
    {"NOTIFY without DSN",
     PROTOCOL_SMTP,                                           "smtp/parameter-offered",
     {PLAIN_HELLO, MAIL, "C RCPT TO:<b@mx.example> NOTIFY=NEVER\r\n", "S 250 ok\r\n"}                                           },
    {"a parameter that nobody knows",
     PROTOCOL_SMTP,                                           "smtp/parameter-offered",
     {HELLO, "C MAIL FROM:<a@c.example> FOO\r\n", "S 250 ok\r\n"}                                                               },
    {"no longer offered",
     PROTOCOL_SMTP,                                           "smtp/parameter-offered",
     {HELLO, "C EHLO c.example\r\n", "S 250 mx.example\r\n", "C MAIL FROM:<a@c.example> SIZE=1\r\n",
      "S 250 ok\r\n"}                                                                                                           },
    {"DATA with an argument",
     PROTOCOL_SMTP,                                           "smtp/no-argument",
     {HELLO, MAIL, RCPT, "C DATA now\r\n", "S 501 no\r\n"}                                                                      },
    {"QUIT with an argument",
     PROTOCOL_SMTP,                                           "smtp/no-argument",
     {HELLO, "C QUIT bye\r\n", "S 221 bye\r\n"}                                                                                 },
    {"MAIL twice",
     PROTOCOL_SMTP,                                           "smtp/command-order",
     {PLAIN_HELLO, MAIL, "C MAIL FROM:<a@c.example>\r\n", "S 503 no\r\n"}                                                       },
    {"MAIL again behind a refused RCPT",
     PROTOCOL_SMTP,                                           "smtp/command-order",
     {HELLO, MAIL, "C RCPT TO:<b@mx.example>\r\n", "S 550 no\r\n", "C MAIL FROM:<>\r\n",
      "S 503 no\r\n"}                                                                                                           },
    {"RCPT first",
     PROTOCOL_SMTP,                                           "smtp/command-order",
     {HELLO, "C RCPT TO:<b@mx.example>\r\n", "S 503 no\r\n"}                                                                    },
    {"RCPT behind RSET",
     PROTOCOL_SMTP,                                           "smtp/command-order",
     {HELLO, MAIL, "C RSET\r\n", "S 250 ok\r\n", "C RCPT TO:<b@mx.example>\r\n", "S 503 no\r\n"}                                },
    {"RCPT behind a message",
     PROTOCOL_SMTP,                                           "smtp/command-order",
     {HELLO, SENT, "C RCPT TO:<b@mx.example>\r\n", "S 503 no\r\n"}                                                              },
    {"RCPT behind a refused MAIL",
     PROTOCOL_SMTP,                                           "smtp/command-order",
     {PLAIN_HELLO, "C MAIL FROM:<a@c.example>\r\n", "S 550 no\r\n", "C RCPT TO:<b@mx.example>\r\n",
      "S 503 no\r\n"}                                                                                                           },
    {"DATA without RCPT",
     PROTOCOL_SMTP,                                           "smtp/command-order",
     {HELLO, MAIL, "C DATA\r\n", "S 503 no\r\n"}                                                                                },
    {"DATA first",                             PROTOCOL_SMTP, "smtp/command-order",        {HELLO, "C DATA\r\n", "S 503 no\r\n"}},
    {"an octet above 127 in MAIL",
     PROTOCOL_SMTP,                                           "smtp/command-ascii",
     {HELLO, "C MAIL FROM:<\xc3\xa4@c.example>\r\n", "S 250 ok\r\n"}                                                            },
    {"a control octet in RCPT",
     PROTOCOL_SMTP,                                           "smtp/command-ascii",
     {HELLO, MAIL, "C RCPT TO:<b\x01@mx.example>\r\n", "S 250 ok\r\n"}                                                          },
    {"a tab in MAIL",
     PROTOCOL_SMTP,                                           "smtp/command-ascii",
     {HELLO, "C MAIL FROM:<a@c.example>\tSIZE=1\r\n", "S 250 ok\r\n"}                                                           },
    {"an octet above 127 in EHLO",
     PROTOCOL_SMTP,                                           "smtp/command-ascii",
     {GREETING, "C EHLO gr\xfc\xdf.example\r\n", "S 250 mx.example\r\n"}                                                        },
    {"NOOP of 513 octets",
     PROTOCOL_SMTP,                                           "smtp/command-length",
     {HELLO, "C NOOP " X500 "123456\r\n", "S 250 ok\r\n"}                                                                       },
    {"RCPT of 520 octets",
     PROTOCOL_SMTP,                                           "smtp/command-length",
     {HELLO, MAIL, "C RCPT TO:<" X500 "@mx.example>\r\n", "S 550 no\r\n"}                                                       },
    {"8-bit data, not offered",
     PROTOCOL_SMTP,                                           "smtp/data-8bit",
     {PLAIN_HELLO, DATA, "C Subject: x\r\n\r\n\xc3\xa4\r\n.\r\n", "S 250 ok\r\n"}                                               },
    {"8-bit data behind HELO",
     PROTOCOL_SMTP,                                           "smtp/data-8bit",
     {OLD_HELLO, DATA, "C Subject: x\r\n\r\n\xe4\r\n.\r\n", "S 250 ok\r\n"}                                                     },
    {"text behind a refused DATA",
     PROTOCOL_SMTP,                                           "smtp/data-without-354",
     {PLAIN_HELLO, MAIL, RCPT, "C DATA\r\n", "S 554 no\r\n", "C Subject: x\r\n\r\nx\r\n.\r\n",
      "S 500 what\r\n", "Q"}                                                                                                    },
    {"a dot behind a refused DATA",
     PROTOCOL_SMTP,                                           "smtp/data-without-354",
     {PLAIN_HELLO, MAIL, RCPT, "C DATA\r\n", "S 451 no\r\n", "C .\r\n", "S 500 what\r\n", BYE,
      "Q"}                                                                                                                      },
};

static const struct play_row doubtful[] = {
    {"nothing at all",                        PROTOCOL_SMTP, "", {"N", "Q"}                                              },
    {"closed before the greeting",            PROTOCOL_SMTP, "", {"N", "F"}                                              },
    {"a look, and away",                      PROTOCOL_SMTP, "", {GREETING, "Q"}                                         },
    {"closed by the server",                  PROTOCOL_SMTP, "", {PLAIN_HELLO, SENT, "F", "Q"}                           },
    {"EHLO and HELO refused, no QUIT",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C EHLO c.example\r\n", "S 550 no\r\n", "C HELO c.example\r\n", "S 550 no\r\n",
      "Q"}                                                                                                               },
    {"421, then closed",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C MAIL FROM:<>\r\n", "S 421 bye\r\n", "Q"}                                                           },
    {"421 unasked",                           PROTOCOL_SMTP, "", {PLAIN_HELLO, "S 421 bye\r\n", "Q"}                     },
    {"refused at the greeting",               PROTOCOL_SMTP, "", {"S 554 no\r\n", "Q"}                                   },
    {"gives up waiting",                      PROTOCOL_SMTP, "", {PLAIN_HELLO, "C MAIL FROM:<>\r\n", "W", "Q"}           },
    {"gives up waiting, QUIT",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C MAIL FROM:<>\r\n", "W", "C QUIT\r\n", "S 250 ok\r\n221 bye\r\n", "Q"}                              },
    {"gives up waiting for the end",          PROTOCOL_SMTP, "", {PLAIN_HELLO, "C QUIT\r\n", "W", "Q"}                   },
    {"stopped while it waits",                PROTOCOL_SMTP, "", {PLAIN_HELLO, "C MAIL FROM:<>\r\n", "Q"}                },
    {"stopped within a line",                 PROTOCOL_SMTP, "", {PLAIN_HELLO, "C MAIL FR", "Q"}                         },
    {"stopped within data",                   PROTOCOL_SMTP, "", {PLAIN_HELLO, DATA, "C x\r\n", "Q"}                     },
    {"stopped within a chunk",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C EHLO c.example\r\n", "S 250-mx.example\r\n250 CHUNKING\r\n", MAIL, RCPT,
      "C BDAT 10 LAST\r\nabc", "Q"}                                                                                      },
    {"half a reply, then more",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C MAIL FROM:<>\r\n", "S 250-ok\r\n", "C RCPT TO:<b@mx.example>\r\n",
      "S 250 ok\r\n", "Q"}                                                                                               },
    {"half a line of a reply, then more",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C MAIL FROM:<>\r\n", "S 25", "C RCPT TO:<b@mx.example>\r\n", "S 0 ok\r\n"}                           },
    {"half a greeting, then more",
     PROTOCOL_SMTP,                                          "",
     {"S 220-mx.example\r\n", "C EHLO c.example\r\n", "S 220 hello\r\n"}                                                 },
    {"TLS from the start",                    PROTOCOL_SMTP, "", {"C \x16\x03\x01\nEHLO\n", "S \x16\x03", "Q"}           },
    {"TLS, then closed",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C STARTTLS\r\n", "S 220 go\r\n", "C \x16\x03\x01\n\n", "S \x16\x03", "Q"}                                  },
    {"STARTTLS, then closed",                 PROTOCOL_SMTP, "", {HELLO, "C STARTTLS\r\n", "S 220 go\r\n", "Q"}          },
    {"more behind STARTTLS",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C STARTTLS\r\nEHLO c\r\n", "S 220 go\r\n"}                                                                 },
    {"a login in one go",                     PROTOCOL_SMTP, "", {HELLO, "C AUTH LOGIN\r\nYQ==\r\n", "S 334 x\r\n"}      },
    {"closes within a login",                 PROTOCOL_SMTP, "", {HELLO, "C AUTH LOGIN\r\n", "S 334 x\r\n", "Q"}         },
    {"a login with bare LF",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C AUTH LOGIN\r\n", "S 334 x\r\n", "C YQ==\n"}                                                              },
    {"a reply with a bare LF",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C NOOP\r\n", "S 250 ok\n", "C MAIL FROM: <a>\r\n", "S 250 ok\r\n", "Q"}                              },
    {"a reply without a code",                PROTOCOL_SMTP, "", {PLAIN_HELLO, "C NOOP\r\n", "S ok\r\n", "Q"}            },
    {"a reply with a code out of range",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C NOOP\r\n", "S 650 ok\r\n", "Q"}                                                                    },
    {"354 to MAIL",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C MAIL FROM:<>\r\n", "S 354 go\r\n", "C x\r\n.\r\n", "S 250 ok\r\n", "Q"}                            },
    {"another 3yz to DATA",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, MAIL, RCPT, "C DATA\r\n", "S 359 go\r\n", "C x: y\r\n\xe4\n.\r\n",
      "S 250 ok\r\n", "Q"}                                                                                               },
    {"250 to DATA",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, MAIL, RCPT, "C DATA\r\n", "S 250 go\r\n", "C x: y\r\n.\r\n", "S 250 ok\r\n",
      "Q"}                                                                                                               },
    {"two replies for one",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C NOOP\r\n", "S 250 ok\r\n250 ok\r\n", "C MAIL FROM:<a@b>SIZE\r\n", "Q"}                             },
    {"an EHLO reply that is not to be read",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C EHLO c.example\r\n", "S 250-mx.example\r\n250 AUTH=LOGIN\r\n",
      "C MAIL FROM:<a@b> SIZE=1\r\n", "S 250 ok\r\n", RCPT, "C DATA\r\n", "S 354 go\r\n",
      "C \xe4\r\n.\r\n", "S 250 ok\r\n", BYE}                                                                            },
    {"an extension that is not known",
     PROTOCOL_SMTP,                                          "",
     {UNKNOWN_HELLO, "C MAIL FROM:<a@b> ODD=1\r\n", "S 250 ok\r\n", RCPT, "C DATA x\r\n",
      "S 354 go\r\n", "C \xe4\r\n.\r\n", "S 250 ok\r\n", BYE}                                                            },
    {"a group whose MAIL is refused",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C MAIL FROM:<a@b>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\n",
      "S 550 no\r\n503 no\r\n503 no\r\n", BYE}                                                                           },
    {"a group that comes in pieces",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C MAIL FROM:<a@b>\r\n", "S 550 no\r\n", "C RCPT TO:<b@mx.example>\r\n",
      "S 503 no\r\n", "C DATA\r\n", "S 503 no\r\n", BYE}                                                                 },
    {"DATA though every RCPT is refused",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, MAIL, "C RCPT TO:<b@mx.example>\r\n", "S 550 no\r\n", "C DATA\r\n",
      "S 503 no\r\n", BYE}                                                                                               },
    {"MAIL behind a refused DATA",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, MAIL, RCPT, "C DATA\r\n", "S 451 no\r\n", MAIL}                                                       },
    {"MAIL behind a refused message",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, DATA, "C x\r\n.\r\n", "S 550 no\r\n", MAIL}                                                           },
    {"two MAIL in a group",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C MAIL FROM:<a@b>\r\nRSET\r\nMAIL FROM:<c@b>\r\n", "S 250 ok\r\n250 ok\r\n",
      "C RCPT TO:<b@mx.example>\r\n", "S 250 ok\r\n250 ok\r\n", BYE}                                                     },
    {"XCLIENT begins anew",
     PROTOCOL_SMTP,                                          "",
     {UNKNOWN_HELLO, MAIL, "C XCLIENT NAME=x\r\n", "S 220 mx\r\n", "C EHLO c.example\r\n",
      "S 250 mx.example\r\n", MAIL, RCPT}                                                                                },
    {"EHLO with text behind a literal",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C EHLO [127.0.0.1] c.example\r\n", "S 250 mx.example\r\n", BYE}                                         },
    {"a trailing blank",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C EHLO c.example \r\n", "S 250 mx.example\r\n", "C MAIL FROM:<a@b> \r\n",
      "S 250 ok\r\n", BYE}                                                                                               },
    {"a source route",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C MAIL FROM:<@x.example:a@b>\r\n", "S 250 ok\r\n", BYE}                                              },
    {"a long local part",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C MAIL FROM:<" X100 "@b>\r\n", "S 250 ok\r\n", BYE}                                                  },
    {"512 octets",                            PROTOCOL_SMTP, "", {HELLO, "C NOOP " X500 "12345\r\n", "S 250 ok\r\n", BYE}},
    {"AUTH of over 512 octets",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C AUTH PLAIN " X500 "\r\n", "S 535 no\r\n", BYE}                                                           },
    {"long parameters",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C MAIL FROM:<a@b> ENVID=" X500 "\r\n", "S 250 ok\r\n"}                                                     },
    {"a command of over 1024 octets",
     PROTOCOL_SMTP,                                          "",
     {HELLO, MAIL, "C RCPT TO:<b@mx.example> ORCPT=rfc822;" X500 X500 X100 "\r\n", "S 250 ok\r\n"}                       },
    {"SMTPUTF8",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C EHLO c.example\r\n", "S 250-mx.example\r\n250 SMTPUTF8\r\n",
      "C MAIL FROM:<\xc3\xa4@b> SMTPUTF8\r\n", "S 250 ok\r\n", RCPT, "C DATA\r\n", "S 354 go\r\n",
      "C \xc3\xa4\r\n.\r\n", "S 250 ok\r\n", BYE}                                                                        },
    {"a second refused command with a colon",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, MAIL, RCPT, "C DATA\r\n", "S 554 no\r\n", "C RSET\r\n", "S 250 ok\r\n",
      "C Subject: x\r\n", "S 500 what\r\n", BYE}                                                                         },
    {"an odd command behind a refused DATA",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, MAIL, RCPT, "C DATA\r\n", "S 554 no\r\n", "C XFORWARD x\r\n", "S 500 what\r\n",
      BYE}                                                                                                               },
    {"a NUL in a command",                    PROTOCOL_SMTP, "", {HELLO, "Z", "S 500 what\r\n", "Q"}                     },
    {"commands behind the reply to QUIT",     PROTOCOL_SMTP, "", {HELLO, BYE, "C NOOP\r\n", "Q"}                         },
    {"waited in vain",                        PROTOCOL_SMTP, "", {PLAIN_HELLO, "C NOOP\r\n", "T", "Q"}                   },
};

static const struct play_row honest[] = {
    {"one message, step by step",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C MAIL FROM:<a@c.example> SIZE=100 BODY=8BITMIME\r\n", "S 250 ok\r\n", RCPT,
      "C DATA\r\n", "S 354 go\r\n", "C Subject: x\r\n\r\n\xe4\r\n..\r\n.\r\n", "S 250 ok\r\n", BYE,
      "F", "Q"}                                                                                   },
    {"client closes first",                   PROTOCOL_SMTP, "", {PLAIN_HELLO, SENT, BYE, "Q"}    },
    {"in groups",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C MAIL FROM:<a@c.example> SIZE=100\r\nRCPT TO:<b@mx.example>\r\nDATA\r\n",
      "S 250 ok\r\n250 ok\r\n354 go\r\n", "C Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n",
      "S 250 ok\r\n221 bye\r\n", "F"}                                                             },
    {"the next message with the end of data",
     PROTOCOL_SMTP,                                          "",
     {HELLO, DATA, "C x\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\nDATA\r\n",
      "S 250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", "C x\r\n.\r\n", "S 250 ok\r\n", BYE}          },
    {"HELO behind a refused EHLO",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C EHLO c.example\r\n", "S 502 what\r\n", "C HELO c.example\r\n",
      "S 250 mx.example\r\n", SENT, BYE}                                                          },
    {"lower case",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C ehlo [127.0.0.1]\r\n", "S 250-mx.example\r\n250-SIZE\r\n250 DSN\r\n",
      "C mail from:<a@c.example> size=12 ret=hdrs\r\n", "S 250 ok\r\n",
      "C rcpt to:<postmaster> notify=never\r\n", "S 250 ok\r\n", "C rset\r\n", "S 250 ok\r\n",
      "C quit\r\n", "S 221 bye\r\n"}                                                              },
    {"a refusal at each place",
     PROTOCOL_SMTP,                                          "",
     {PLAIN_HELLO, "C MAIL FROM:<a@c.example>\r\n", "S 451 no\r\n", MAIL,
      "C RCPT TO:<b@mx.example>\r\n", "S 550 no\r\n", "C RSET\r\n", "S 250 ok\r\n", MAIL, RCPT,
      "C DATA\r\n", "S 554 no\r\n", "C RSET\r\n", "S 250 ok\r\n", BYE}                            },
    {"a login",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C EHLO [IPv6:::1]\r\n", "S 250-mx.example\r\n250 AUTH PLAIN LOGIN\r\n",
      "C AUTH LOGIN\r\n", "S 334 VXNlcm5hbWU6\r\n", "C YQ==\r\n", "S 334 UGFzc3dvcmQ6\r\n",
      "C Yg==\r\n", "S 235 yes\r\n", "C MAIL FROM:<a@c.example> AUTH=<>\r\n", "S 250 ok\r\n", BYE}},
    {"chunks",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C EHLO c.example\r\n", "S 250-mx.example\r\n250-PIPELINING\r\n250 CHUNKING\r\n",
      MAIL, RCPT, "C BDAT 5\r\na\nb\rcBDAT 2 LAST\r\n\r\n", "S 250 ok\r\n250 ok\r\n", BYE}        },
    {"a message of no recipient",
     PROTOCOL_SMTP,                                          "",
     {HELLO, "C MAIL FROM:<a@c.example>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\n",
      "S 250 ok\r\n550 no\r\n354 go\r\n", "C .\r\n", "S 554 no\r\n", BYE}                         },
    {"LMTP",
     PROTOCOL_LMTP,                                          "",
     {GREETING, "C LHLO c.example\r\n", "S 250-mx.example\r\n250 PIPELINING\r\n",
      "C MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@b>\r\nDATA\r\n",
      "S 250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", "C x\r\n.\r\n", "S 250 ok\r\n250 ok\r\n", BYE}},
    {"asks and leaves",
     PROTOCOL_SMTP,                                          "",
     {GREETING, "C NOOP\r\n", "S 250 ok\r\n", "C VRFY b\r\n", "S 252 maybe\r\n", "C HELP\r\n",
      "S 214 help\r\n", BYE}                                                                      },
};

static const struct play_row secret[] = {
    {"AUTH with a bare LF", PROTOCOL_SMTP, "smtp/client-crlf",     {HELLO, "C AUTH PLAIN s3cret\n"}},
    {"AUTH too early",
     PROTOCOL_SMTP,                        "smtp/waits-for-reply",
     {PLAIN_HELLO, "C NOOP\r\nAUTH PLAIN s3cret\r\n"}                                              },
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void check_rows(const struct play_row *rows, size_t count, unsigned sides)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < count; i++) {
        play_check(&rules, sides, &rows[i]);
    }
    arena_free(&arena);
}

static void test_broken(void)
{
    check_rows(broken, COUNT(broken), JUDGE_CLIENTS);
}

static void test_doubtful(void)
{
    check_rows(doubtful, COUNT(doubtful), JUDGE_CLIENTS);
}

/* Server and client are honest. */
static void test_honest(void)
{
    check_rows(honest, COUNT(honest), JUDGE_CLIENTS | JUDGE_SERVERS);
}

/* The same sessions accuse no client where only servers are judged. */
static void test_servers_only(void)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < COUNT(broken); i++) {
        struct play_row row = broken[i];
        row.expected = "";
        play_check(&rules, JUDGE_SERVERS, &row);
    }
    arena_free(&arena);
}

static void test_every_rule_is_broken_alone(void)
{
    play_check_coverage(broken, COUNT(broken), SIDE_CLIENT, "smtp/");
}

static void test_secrets_are_not_shown(void)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < COUNT(secret); i++) {
        struct play_findings findings =
            play_row(&rules, JUDGE_CLIENTS, &secret[i], play_longest(&secret[i]));
        UNIT_ROW(secret[i].name, strcmp(buf_text(&findings.ids), secret[i].expected) == 0);
        UNIT_ROW(secret[i].name, strstr(buf_text(&findings.texts), "s3cret") == NULL);
        buf_deinit(&findings.ids);
        buf_deinit(&findings.texts);
    }
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"sessions that break a rule",       test_broken                    },
    {"doubtful sessions",                test_doubtful                  },
    {"honest sessions",                  test_honest                    },
    {"servers alone are judged",         test_servers_only              },
    {"every rule is broken by some row", test_every_rule_is_broken_alone},
    {"secrets are not shown",            test_secrets_are_not_shown     },
};

UNIT_MAIN("judge: clients of SMTP", tests)
