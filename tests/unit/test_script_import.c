/*
 * Other people's dialogues as scenarios: what is made of a line, and what is said of one that is left out.
 */
#include <string.h>

#include "base/buf.h"
#include "script/import/import.h"
#include "script/scenario.h"
#include "unit.h"

#define SWAKS   "=== Trying x...\n<-  220 x\n"
#define SMTP    "220 x\n"
#define DATA    "220 x\nDATA\n354\n"
#define LOGIN   SWAKS " -> AUTH "
#define LOGIN2  "<-  334 VXNlcm5hbWU6\n -> "
#define NOTHING ""
#define CURL(commands, protocol)                                                                   \
    "<testcase>\n<servercmd>\n" commands                                                           \
    "</servercmd>\n<server>\nsmtp\n</server>\n<protocol>\n" protocol "</protocol>\n"

#define CURL_POP3(protocol)                                                                        \
    "<testcase>\n<servercmd>\n</servercmd>\n<server>\npop3\n</server>\n<protocol>\n" protocol      \
    "</protocol>\n"

#define TICKET                                                                                     \
    "CONNECTED(00000003)\ndepth=0 CN = x\n---\n    Protocol  : TLSv1.3\n---\nread R BLOCK\n"
#define CURL_LOG "* Connected to a\n< 220 x\n"

static const struct row {
    const char *notation;
    const char *text;
    const char *made;  /* stands in the scenario; NULL: there is none */
    const char *noted; /* "LINE: text" of the first note begins with it */
} rows[] = {
  /* Octets that mean something in a scenario stand for themselves. */
    {"telnet",                                                  SMTP "NOOP {{x}} \\ // y\n250\n",                                                   "C: NOOP \\{\\{x}} \\\\ \\x2f/ y\nS: 250\n",
     NOTHING                                                                                                                                                                                                                                                                                                                                },
    {"telnet",                                                  SMTP "<open connection>\n500\n",                                                    "C: \\x3copen connection>\nS: 500\n",                        NOTHING                                                                                                                    },
    {"telnet",                                                  SMTP " NOOP\n500\n",                                                                "C: \\x20NOOP\n",                                            NOTHING                                                                                                                    },
    {"telnet",                                                  SMTP "NOOP<CRLF>\n250\n",                                                           "C: NOOP<CRLF\\x3e\n",                                       NOTHING                                                                                                                    },
    {"telnet",                                                  SMTP "NOOP \xff\x1b\n250\n",                                                        "C: NOOP \\xff\\x1b\n",                                      NOTHING                                                                                                                    },
 /* Whose turn it is. */
    {"telnet",                                                  DATA "220 y\nQUIT\n.\n250\n",                                                       "C: 220 y\nC: QUIT\nC: .\nS: 250\n",                         NOTHING                                                                                                                    },
    {"telnet",                                                  DATA "  folded\n\n.\n250\n",                                                        "C:   folded\nC:\nC: .\n",                                   NOTHING                                                                                                                    },
    {"telnet",                                                  "220 x\nDATA\n503\nQUIT\n221\n",                                                    "S: 503\nC: QUIT\nS: 221\n",                                 NOTHING                                                                                                                    },
    {"telnet",                                                  SMTP "BDAT 9 LAST\n250 y\n\n250\n",                                                 "C: 250 y\nC:\nS: 250\n",                                    NULL                                                                                                                       },
    {"telnet",                                                  "+OK\nLIST\n+OK\n+OK\n.\nNOOP\n+OK\n",                                              "S: +OK\nS: .\nC: NOOP\n",                                   NOTHING                                                                                                                    },
    {"telnet",                                                  "+OK\nLIST 1\n+OK 1\nNOOP\n+OK\n",                                                  "C: LIST 1\nS: +OK 1\nC: NOOP\n",                            NOTHING                                                                                                                    },
 /* The tools that users have. */
    {"telnet",                                                  "220 x\rDATA\r354\rone\r\r.\r250\r",                                                "C: DATA\nS: 354\nC: one\nC:\nC: .\nS: 250\n",
     NOTHING                                                                                                                                                                                                                                                                                                                                },
    {"telnet",                                                  "220 x\r\r\nNOOP\r\n250 y\r\r\n",                                                   "S: 220 x\nC: NOOP\nS: 250 y\n",                             NOTHING                                                                                                                    },
    {"telnet",                                                  TICKET "220 x\n" TICKET "NOOP\n250\n" TICKET "QUIT\nDONE\n",
     "S: 220 x\nC: NOOP\nS: 250\nC: QUIT\n",                                                                                                                                                                     "7: the session was in"                                                                                                    },
    {"telnet",
     TICKET "250 HELP\n" TICKET "EHLO y\n250\nDATA\n354\n---\nDONE\n.\n250\nQUIT\n221\nclosed\n",
     "Start: tls\n\n# From a telnet log, b\nC: EHLO y\nS: 250\nC: DATA\nS: 354\nC: ---\nC: "
     "DONE\nC: .\nS: 250\nC: QUIT\nS: 221\nS: <close connection>\n",                                                                                                                                             NOTHING                                                                                                                    },
    {"telnet",                                                  "220 x\nNOOP\n250\n---\n500\n",                                                     "C: NOOP\nS: 250\nC: ---\nS: 500\n",                         NOTHING                                                                                                                    },
    {"curl-v",                                                  CURL_LOG "> QUIT\n< 221 y\n* Closing\n",                                            "S: 220 x\nC: QUIT\nS: 221 y\n",                             NOTHING                                                                                                                    },
    {"curl-v",
     CURL_LOG "> DATA\n< 354\n} [9 bytes data]\n100 9 --:--:-- 0:00:01 --:--:-- 28k< 250\n",
     "C: DATA\nS: 354\n# line 6: the message",                                                                                                                                                                   "6: the message that"                                                                                                      },
    {"curl-v",
     CURL_LOG "> STARTTLS\n< 220\n} [5 bytes data]\n* SSL connection using T\n> EHLO x\n< 250\n",
     "S: 220\nC & S: <negotiate a TLS session>\n# SSL connection using T\nC: EHLO x\n",                                                                                                                          NOTHING                                                                                                                    },
    {"curl-v",                                                  "* Connected to a\n< +OK\n> RETR 1\n< +OK\nany\n> quoted\n* told\n> QUIT\n< +OK\n",
     "C: RETR 1\nS: +OK\nC: QUIT\nS: +OK\n",                                                                                                                                                                     NOTHING                                                                                                                    },
    {"curl-v",                                                  CURL_LOG "any\n> NOOP\n< 250\n",                                                    "C: NOOP\nS: 250\n",                                         "3: no line of a log"                                                                                                      },
    {"curl-v",                                                  "* Connected to a\n< +OK\n> USER a\n< +OK\n> PASS b\n< +OK\n",
     "C: PASS {{secret:a}}\n",                                                                                                                                                                                   "5: the secr"                                                                                                              },
    {"curl",                                                    CURL_POP3("USER %repeat[3 x ab%20]%%hex[%2e]hex%\n"),                               "C: USER ab ab ab .\n",                                      NOTHING                                                                                                                    },
    {"curl",                                                    CURL_POP3("USER %repeat[99999999 x ab]%\n"),                                        "C: USER %repeat[99999999 x ab]%\n",
     "8: what curl"                                                                                                                                                                                                                                                                                                                         },
    {"curl",                                                    CURL_POP3("USER %TESTNUMBER\n"),                                                    "C: USER %TESTNUMBER\n",                                     "8: what curl"                                                                                                             },
    {"exim",
     "server 25 2\n220 a\nQUIT\n221\n*eof\n*starttls\n220 b\nXLOGIN a b\n235\n*data 7\n****\n",                                                     "C: <close connection>\nC & S2: <negotiate a TLS session>\nS2: 220 b\nC2: XLOGIN a "
     "{{secret:a}}\nS2: 235\n",                                                                                   "8: the secret"                                                                                                            },
    {"mpt",                                                     "S: 220 .*\nLOG INFO PASS b\nC: XLOGIN a b\nS: 235 .*\n",
     "> INFO PASS\nC: XLOGIN a {{secret:a}}\nS: 235\n",                                                                                                                                                          "2: what is logged may"                                                                                                    },
 /* Secrets. */
    {"telnet",                                                  "+OK\nPASS x y\n+OK\n",                                                             "C: PASS {{secret:imported}}\n",                             "2: the secr"                                                                                                              },
    {"telnet",                                                  "+OK\nUSER a@b\n+OK\npass x\n+OK\n",                                                "C: PASS {{secret:a}}\n",                                    "4: the secr"                                                                                                              },
    {"telnet",                                                  "+OK\nAPOP a 0123\n+OK\n",                                                          "C: APOP {{user}} {{apop}}\n",                               "2: the dige"                                                                                                              },
    {"swaks",                                                   LOGIN "PLAIN AGEAYg==\n<-  235\n",
     "C: AUTH PLAIN {{base64 \"\\0a\\0{{secret:a}}\"}}\nS: 235\n",                                                                                                                                               "3: the secr"                                                                                                              },
    {"swaks",                                                   LOGIN "PLAIN ?\n<-  501\n",
     "C: AUTH PLAIN {{base64 \"\\0imported\\0{{secret:imported}}\"}}\nS: 501\n",                                                                                                                                 "3: the secr"                                                                                                              },
    {"swaks",                                                   LOGIN "LOGIN\n" LOGIN2 "YQ==\n" LOGIN2 "Yg==\n<-  235\n",
     "C: YQ==\nS: 334 VXNlcm5hbWU6\nC: {{base64 \"{{secret:a}}\"}}\nS: 235\n",                                                                                                                                   "7: the secr"                                                                                                              },
    {"swaks",                                                   LOGIN "LOGIN YQ==\n" LOGIN2 "Yg==\n<-  235\n",
     "S: 334 VXNlcm5hbWU6\nC: {{base64 \"{{secret:a}}\"}}\nS: 235\n",                                                                                                                                            "5: the secr"                                                                                                              },
    {"swaks",                                                   LOGIN "PLAIN\n<-  334\n -> *\n<-  501\n",                                           "S: 334\nC: *\nS: 501\n",                                    NOTHING                                                                                                                    },
    {"swaks",                                                   LOGIN "CRAM-MD5\n<-  334 YQ==\n -> YSBi\n<-  235\n -> NOOP\n<-  250\n",
     "C: <authenticate CRAM-MD5>\nC: NOOP\n",                                                                                                                                                                    "3: the resp"                                                                                                              },
    {"swaks",                                                   LOGIN "GSSAPI\n<-  334 YQ==\n -> YSBi\n<-  235\n -> NOOP\n<-  250\n",               "C: NOOP\n",
     "3: the resp"                                                                                                                                                                                                                                                                                                                          },
    {"exim",                                                    "server 25\n220 x\nEHLO\n250\nAUTH PLAIN AGEAYg==\n235\nQUIT\n221\n****\n",
     "C: AUTH PLAIN {{base64 \"\\0a\\0{{secret:a}}\"}}\nS: 235\n",                                                                                                                                               "5: the secr"                                                                                                              },
    {"exim",
     "server 25\n220 x\nEHLO\n250\nAUTH LOGIN\n334\nYQ==\n334\nYg==\n235\nQUIT\n221\n****\n",                                                       "C: YQ==\nS: 334\nC: {{base64 \"{{secret:a}}\"}}\nS: 235\n", "9: the secr"                                                                                                              },
    {"curl",                                                    CURL("",                                                                            "EHLO x\nAUTH LOGIN\nYQ==\nYg==\nQUIT\n"),
     "C: YQ==\nS: 334\nC: {{base64 \"{{secret:a}}\"}}\nS: 235\n",                                                                                                                                                                                                                                                                             "11: the sec"},
    {"curl",                                                         CURL_POP3("AUTH LOGIN\nYQ==\nYg==\nQUIT\n"),
     "C: YQ==\nS: +\nC: {{base64 \"{{secret:a}}\"}}\nS: +OK\n",                                                                                              "10: the sec"                                                                                                                                                                                                                                                                              },
 /* The terminal goes on where a session is over. */
    {"telnet",                                                         "+OK\nQUIT\n+OK\n$ ls\n$ telnet x\n220 x\nNOOP\n250\n",                                                                                                                                    "C: QUIT\nS: +OK\n",
     "4: stands o"},
    {"telnet",                                                         SMTP "QUIT\n221-x\n221 y\n\nConnection closed.\n",
     "S: 221-x\nS: 221 y\nS: <close connection>\n",                                                                                      NOTHING                                                                                                                                                                                                                                                                                          },
    {"telnet",                                                         SMTP "QUIT\n500\nQUIT\n221\n",                                                                                                                                    "S: 500\nC: QUIT\nS: 221\n",                                                                                                          NOTHING},
 /* The mark that editors put in front of UTF-8. */
    {"telnet",                                                         "\xef\xbb\xbf" SMTP "NOOP\n250\n",                                                                                                                                    "S: 220 x\nC: NOOP\nS: 250\n",                                                                                                      NOTHING                                                                                                                                                                                                                                                                                    },
 /* What the reader refuses, and what is no line of the notation. */
    {"telnet",                                                         SMTP "NOOP\n250 x\n250-y\nNOOP\n250\n",                                                                                                                                    "# line 5: stands within",                                                                                                 "5: stands w"},
    {"swaks",                                                         SWAKS " -> NOOP\n<-  999 x\n",                                                                                                                                     "# line 4 is not carried over (",                                                                                                           "4: not carr"                                                                                                                                                                                                                                                                                      },
    {"swaks",                                                         SWAKS "PASS x\n -> NOOP\n<-  250\n",                                                                                                                                     "a transcript of swaks: PASS\n",                                                                                                     "3: no line "},
    {"swaks",                                                         SWAKS "oops\n -> NOOP\n<-  250\n",                                                                                                                                     "# line 3: no line of",                                                                                                       "3: no line "                                                                                                                                                                                                                                                                                                 },
    {"swaks",                                                         SWAKS " ~> NOOP\n<~* 500\n",                                                                                                                                     "C: NOOP\nS: 500\n",                                                                                                             NOTHING},
    {"telnet",                                                         "NOOP\n250\n",                                                                                                                                    NULL,                                                                                                                          "1: stands o"                                                                                                                                                                                                                                                                                                                              },
 /* Exim: prefixes, escapes, what follows a code alone. */
    {"exim",                                                         "??? 220\nNOOP\n??? 250 a*b?c\n",                                                                                                                                      "S: 220\nC: NOOP\nS*: 250 a\\*b\\?c*\n",                                                                                                         NOTHING},
    {"exim",                                                         "??? 220\nEHLO x\n??? 250-\n????250-A\n??? 250\n",                                                                                                                                      "S: 250-\nS?*: 250-A*\nS: 250\n",
     NOTHING                                                                                                                                                                                                                                                                                                                    },
    {"exim",                                                         "??? 220\nEHLO x\n??? 250\n??? 250\nQUIT\n??? 221\n???*\n",
     "S: 250-\nS: 250\nC: QUIT\nS: 221\nS: <close connection>\n",                                                                               NOTHING                                                                                                                                                                                                                                                                            },
    {"exim",                                                         "??? 220\nA\nB\n??? 500\n??? 500\n",                                                                                                                                      "C: A\nC: B\nS: 500\nS: 500\n",                                                                                                      NOTHING},
    {"exim",                                                         "??? 220\nNO\\x4fP\\z\\\\\n??? 500\n",                                                                                                                                      "C: NOOPz\\\\\nS: 500\n",                                                                                                    NOTHING                                                                                                                                                                                                                                                                                },
    {"exim",                                                         "??? 220\n>>> NO\n>>> OP\\r\\n\n??? 250\n+++ 2\n",
     "C: NO\\c\nC: OP\\r\\n\\c\nS: 250\nC: <wait 2s>\n",                                                                                        NOTHING                                                                                                                                                                                                                                                                                     },
    {"exim",                                                         "??? 220\nstarttls\n??? 220\n",
     "C: starttls\nS: 220\nC & S: <negotiate a TLS session>\n",                                                                                                           NOTHING                                                                                                                                                                                                                                                                              },
    {"exim",                                                         "??? 220\n<<< x\nRCPT TO:<CALLER@y>\n??? 550 CALLER\n",                                                                                                                                      "C: RCPT TO:<CALLER@y>\n",
     "2: another "},
    {"exim",                                                         "sudo exim -bs\nclient 1\n****\nsleep 1\nclient 127.0.0.1 25\n??? 220\n****\n",
     "Title: b, client at line 5\n",                                                           "1: is for t"                                                                                                                                                                                                                                                                                                         },
    {"exim",                                                         "exim -bd\n****\nclient 127.0.0.1 25\n??? 220\n****\n",                                                                                                                                      "S: 220\n",                                                                                   "1: is for t"},
    {"exim",                                                         "server 25\n220 x\nEHLO\n>250-y\n>LF>250 z\nMAIL FROM:<a\n250\n*eof\n****\n",
     "C: EHLO\nS: 250-y\nS: 250 z\\n\\c\nC*: MAIL FROM:<a*\nS: 250\nC: <close connection>\n",                                                             NOTHING                                                                                                                                                                                                                                                },
    {"exim",                                                         "server 25 2\n220 x\nDATA\n354\n.\n*sleep 1\n250\nQUIT\n221\n220 y\n>*eof\n****\n",
     "S: 354\nC: .\nS: <wait 1s>\nS: 250\nC: QUIT\nS: 221\nS2: 220 y\nS2: <close connection>\n",                                                       NOTHING                                                                                                                                                                                                                                             },
 /* MPT: regular expressions for whole lines. */
    {"mpt",                                                         "S: 220 .*\nC: NOOP\nS: 250 a\\.b.*\n",                                                                                                                                       "S: 220\nC: NOOP\nS/: 250 a\\.b.*$\n",                                                                                                    NOTHING},
    {"mpt",                                                         "S: 220\nC: EHLO x\nSUB {\nS: 250\\-A\nS: 250\\-B|250\\-C\n}\nS: 250 .*\n",
     "S~/: 250-A$\n",                                                                NULL                                                                                                                                                                                                                                                                                                                        },
    {"mpt",                                                         "SESSION: 7\nS: 220.*\nSESSION: 9\nS: 220.*\nSESSION: 7\nC: NOOP\n",
     "S/: 220.*$\nS2/: 220.*$\nC: NOOP\n",                                                                       NOTHING                                                                                                                                                                                                                                                                                                   },
    {"mpt",                                                         "S: \\* OK IMAP.*\n",                                                                                                                                       NULL,                                                                                                                      "1: looks li"},
    {"mpt",                                                         "S: 220\nWAIT 10\nAWAIT\nC: ${x}\nS: 500\n",                                                                                                                                       "C: <wait 10ms>\n# line 3: is nothing",
     "3: is nothi"                                                                                                                                                                                                                                          },
 /* curl: the replies are those of its test server. */
    {"curl",                                                         CURL("",                                                                                                                                      "EHLO x\nQUIT\n"),                                                                                                                                  "S: 250-localhost\nS: 250 HELP\nC: QUIT\nS: 221\n",
     NOTHING},
    {"curl",                                                   CURL("CAPA SIZE\nREPLY QUIT 500-a\\r\\n500 b\n",                                                                                                                                     "EHLO x\nQUIT\n"),
     "S: 250-SIZE\nS: 250 HELP\nC: QUIT\nS: 500-a\nS: 500 b\n",                                                                                                                                                                                                                     NOTHING},
    {"curl", CURL("REPLY \"RCPT TO:<b>\" 550\n",                                                                            "RCPT TO:<a>\nRCPT TO:<b>\n"),
     "C: RCPT TO:<a>\nS: 250\nC: RCPT TO:<b>\nS: 550\n",                                         NOTHING},
    {"curl",                            CURL("SLOWDOWN\n",                                                                                            "NOOP\n"),                                                                                                                                                "# line 3: an order",                                                                                                                                                                                                                                   "3: an order"},
    {"curl",             CURL("","%if x\nNOOP\n%else\nRSET\n%endif\nQUIT%SP\n"),
     "\nC: NOOP\nS: 250\n# line 10","8: the firs"},
    {"curl",                                                    CURL("REPLY AUTH 334\nREPLY %b64[%00a]b64% 535\n",                                                                                                                   "AUTH PLAIN\nAGE=\n"),
     "{{secret:imported}}\"}}\nS: 535\n",                                                                                                                                                                                                                                                                                                          "11: the sec"},
 /* Text around dialogues. */
    {"rfc",                                                         "S: 220\nR: 250\n",                                                                                                                                      "C: 220\nS: 250\n",                                                                                             NULL                                                                                },
    {"rfc",                                            " C: NOOP //x\n S : 250   //\n",                                                                                                                              "# x\nC: NOOP\n#\nS: 250\n",                                                                                                                                                                                     NULL},
    {"rfc",                                                     " C: A\n   B\n S: 250\n",                                                                                                                                       "C: A B\nS: 250\n",                                                                                                  NOTHING                                                                  },
    {"rfc",                                                     " C: DATA\n S: 354\n   ...\n C: .\n S: 250\n",                                                                                                                                       "C: ...\nC: .\n",          NOTHING                                                                                                                            },
    {"rfc",                                                  " C: NOOP\n S: 250\n  (note: one\n   two)\n C: RSET\n S: 250\n",
     "S: 250\n> (note: one\n> two)\nC: RSET\n",                                                                                          NOTHING                                                 },
    {"rfc",
     " C: STARTTLS\n S: 220\n  ... TLS negotiation ...\n  (TLS negotiation goes on)\n C: NOOP\n S: "
     "250\n",                                                                                                                                    "S: 220\nC & S: <negotiate a TLS session>\nC & S: <negotiate a TLS session>\nC: NOOP\n",
     NOTHING                                                                },
    {"rfc",                                                  " C: NOOP\n S: 250\n (TLSx)\n ... [TLS] ...\n C: QUIT\n",
     "> (TLSx)\n# line 4: stands for",                                                                                                  "4: stands f"                                                                                                                                                                                                                                                                                                                                },
    {"rfc",                                                   "R:220 a\nS:DATA\nR:354 Start\nText\n\nmore\nR:250 OK\nS:QUIT\nR:221\n",
     "C: Text\nC:\nC: more\n# line 7: the end of the message is not written: \"C: .\" is added\nC: "
     ".\nS: 250 OK\nC: QUIT\n",                                                                                                                                                                                            "7: the end "                                                                                                                                             },
    {"rfc",                                            "R:220 a\nS:DATA\nR:354\nS:Text\nS:.\nR:250 OK\nThe end.\n",
     "C: Text\nC: .\nS: 250 OK\n",                                                                                    NOTHING},
    {"rfc",
     "S:220 a\nC:HELO YE //who\nS : 250 YE HELLO smtp.163 , pleased //yes\nC:MAIL "
     "FROM:YE163.COM\nS : 250 <From : YE163.COM> , Sender //\n",                                                                                                                              "# who\nC: HELO YE\n# yes\nS: 250 YE HELLO smtp.163 , pleased\nC: MAIL FROM:YE163.COM\n#\nS: "
     "250 <From : YE163.COM> , Sender\n",NOTHING},
    {"rfc",
     " C: AUTH PLAIN\n S: 334 PDE4OTYuNjk3MTcwOTUyQHBv\n   c3RvZmZpY2UucmVzdG9uLm1j\n C: *\n S: "
     "501\n",                                                                                                                                    "S: 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1j\n",                                                                                                        NOTHING                                                                                                                                                                                                                                                                             },
    {"mpt",                                                  "S: 220\nC: NOOP\nS: 250 a|251 b\n",                                                                                                                                    "S/: (?:250 a|251 b)$\n",                                                                                                                                                                                                  NOTHING                                                                                                                                                                                                                                                                                                                                },
    {"rfc",                                                  " C: <open conn\n S: 220\n",                                                                                                                                    "C: <open conn>",                                                                                    "1: not carr"},
    {"rfc",                                                  "S2: 220\nC2: NOOP\nS2: 250\n",                                                                                                                                    "S2: 220\nC2: NOOP\nS2: 250\n",NOTHING},
    {"rfc",                                            "text\n",                                                                                                                              NULL,                                                                                                  NOTHING                                                                                                                                                                                                                                                                                                },
};

static bool has_made(const struct import *import, const char *made)
{
    if (made == NULL || import_count(import) == 0) {
        return made == NULL && import_count(import) == 0;
    }
    return bytes_find(import_text(import, 0), bytes_of(made), 0) != BYTES_NONE;
}

static bool has_noted(const struct import *import, const char *noted)
{
    struct buf first = {0};
    unsigned line = 0;
    if (import_note_count(import) > 0) {
        const char *text = import_note(import, 0, &line);
        buf_printf(&first, "%u: %s", line, text);
    }
    bool ok =
        noted == NULL || (noted[0] == '\0' ? first.n == 0 : bytes_starts(buf_bytes(&first), noted));
    if (!ok) {
        fprintf(stderr, "noted: %s\n", buf_text(&first));
    }
    buf_deinit(&first);
    return ok;
}

static void lines(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct import_notation *notation = import_find(rows[i].notation);
        struct import *import = import_read("a/b", bytes_of(rows[i].text), notation);
        bool made = has_made(import, rows[i].made);
        if (!made && import_count(import) > 0) {
            fwrite(import_text(import, 0).p, 1, import_text(import, 0).n, stderr);
        }
        UNIT_ROW(rows[i].text, made);
        UNIT_ROW(rows[i].text, has_noted(import, rows[i].noted));
        for (size_t k = 0; k < import_count(import); k++) {
            const struct scenario_options options = {.id = "a"};
            struct scenario *read = scenario_read("a.scn", import_text(import, k), &options);
            UNIT_ROW(rows[i].text, !scenario_failed(read));
            scenario_free(&read);
        }
        import_free(&import);
    }
}

static const struct {
    const char *text;
    const char *name; /* NULL: none */
} kinds[] = {
    {SWAKS "<-  250\n",               "swaks" },
    {"$ telnet\n220 x\nEHLO y\n",     "telnet"},
    {"220 x\rEHLO y\r250\r",          "telnet"},
    {"CONNECTED(3)\n---\nEHLO y\n",   "telnet"},
    {"* Trying\n< 220 x\n> EHLO y\n", "curl-v"},
    {"< 220 x\n> said somebody\n",    NULL    },
    {"<testcase>\n<protocol>\n",      "curl"  },
    {"??? 220\nEHLO x\n",             "exim"  },
    {"\xef\xbb\xbf??? 220\nEHLO x\n", "exim"  },
    {"S: 250\\-x\nC: QUIT\n",         "mpt"   },
    {"prose\n  C: NOOP\n  S: 250\n",  "rfc"   },
    {"R:220\nS:HELO\n",               "rfc"   },
    {"220 x\n250 y\n",                NULL    },
    {"",                              NULL    },
};

static void recognised(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct import_notation *notation = import_recognise(bytes_of(kinds[i].text));
        const char *name = notation != NULL ? import_notation_name(notation) : "";
        UNIT_ROW(kinds[i].text, strcmp(name, kinds[i].name != NULL ? kinds[i].name : "") == 0);
    }
}

/* Many dialogues and many notes: there is an end, and it is said. */
static void limits(void)
{
    struct buf text = {0};
    for (int i = 0; i < IMPORT_MAX_SCENARIOS + 10; i++) {
        buf_append_text(&text, "220 x\nQUIT\n221\nConnection closed\nodd\nodd\nodd\n");
    }
    struct import *import = import_read("a", buf_bytes(&text), import_find("telnet"));
    CU_ASSERT_EQUAL(import_count(import), IMPORT_MAX_SCENARIOS);
    CU_ASSERT_EQUAL(import_note_count(import), IMPORT_MAX_NOTES + 1);
    import_free(&import);
    buf_deinit(&text);
}

static const struct unit_test tests[] = {
    {"lines",      lines     },
    {"recognised", recognised},
    {"limits",     limits    },
};

UNIT_MAIN("script import", tests)
