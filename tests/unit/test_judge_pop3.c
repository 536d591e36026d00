/*
 * Sessions of POP3: each rule broken once and alone, doubtful ones that accuse nobody, and honest ones.
 */
#include "judge_play.h"

#define LOGIN "S +OK ready\r\n", "C USER a\r\n", "S +OK\r\n", "C PASS b\r\n", "S +OK 2 messages\r\n"
#define X10   "xxxxxxxxxx"
#define X100  X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X500  X100 X100 X100 X100 X100

static const struct play_row broken[] = {
    {"greeting without indicator",      PROTOCOL_POP3, "pop3/greeting",                 {"S hello\r\n"}                        },
    {"greeting of another protocol",    PROTOCOL_POP3, "pop3/greeting",                 {"S * OK ready\r\n"}                   },
    {"greeting of SMTP",
     PROTOCOL_POP3,                                    "pop3/greeting",
     {"S 220 a\r\n", "C CAPA\r\n", "S +OK\r\nTOP\r\n.\r\n"}                                                                    },
    {"no greeting",                     PROTOCOL_POP3, "pop3/greeting",                 {"T"}                                  },
    {"refused, but goes on",
     PROTOCOL_POP3,                                    "pop3/greeting",
     {"S -ERR hello\r\n", "C USER a\r\n", "S +OK\r\n", "C PASS b\r\n", "S +OK\r\n"}                                            },
    {"lower case",                      PROTOCOL_POP3, "pop3/status-indicator",         {LOGIN, "C NOOP\r\n", "S +ok\r\n"}     },
    {"lower case in the greeting",      PROTOCOL_POP3, "pop3/status-indicator",         {"S +Ok ready\r\n"}                    },
    {"no indicator",
     PROTOCOL_POP3,                                    "pop3/status-indicator",
     {LOGIN, "C NOOP\r\n", "S OK\r\n", "C NOOP\r\n", "T"}                                                                      },
    {"odd separator",
     PROTOCOL_POP3,                                    "pop3/status-indicator",
     {LOGIN, "C NOOP\r\n", "S +OK-fine\r\n"}                                                                                   },
    {"continuation outside AUTH",
     PROTOCOL_POP3,                                    "pop3/status-indicator",
     {LOGIN, "C NOOP\r\n", "S + go on\r\n"}                                                                                    },
    {"bare LF",
     PROTOCOL_POP3,                                    "pop3/line-end",
     {LOGIN, "C NOOP\r\n", "S +OK\n", "C NOOP\r\n", "S +OK\r\n"}                                                               },
    {"bare LF in the greeting",         PROTOCOL_POP3, "pop3/line-end",                 {"S +OK ready\n"}                      },
    {"bare LF in a listing",
     PROTOCOL_POP3,                                    "pop3/line-end",
     {LOGIN, "C LIST\r\n", "S +OK\r\n1 5\n2 6\n.\n", "C NOOP\r\n", "S +OK\r\n"}                                                },
    {"bare LF throughout a message",
     PROTOCOL_POP3,                                    "pop3/line-end",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nSubject: x\n\ny\n.\n", "C NOOP\r\n", "S +OK\r\n"}                                       },
    {"bare LF behind the last dot",
     PROTOCOL_POP3,                                    "pop3/line-end",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nSubject: x\r\n.\n", "C NOOP\r\n", "S +OK\r\n"}                                          },
    {"no line end",                     PROTOCOL_POP3, "pop3/line-end",                 {LOGIN, "C NOOP\r\n", "S +OK\r", "T"}  },
    {"no line end behind the last dot",
     PROTOCOL_POP3,                                    "pop3/line-end",
     {LOGIN, "C LIST\r\n", "S +OK\r\n.", "T"}                                                                                  },
    {"status line of 513 octets",
     PROTOCOL_POP3,                                    "pop3/status-line-length",
     {LOGIN, "C NOOP\r\n", "S +OK " X500 "1234567\r\n"}                                                                        },
    {"greeting of 513 octets",
     PROTOCOL_POP3,                                    "pop3/status-line-length",
     {"S +OK " X500 "1234567\r\n"}                                                                                             },
    {"capability of 513 octets",
     PROTOCOL_POP3,                                    "pop3/status-line-length",
     {LOGIN, "C CAPA\r\n", "S +OK\r\nTOP\r\n" X500 "12345678901\r\n.\r\n"}                                                     },
    {"no dot",
     PROTOCOL_POP3,                                    "pop3/multiline-end",
     {LOGIN, "C LIST\r\n", "S +OK\r\n1 5\r\n", "T", "F"}                                                                       },
    {"no dot behind an empty listing",
     PROTOCOL_POP3,                                    "pop3/multiline-end",
     {LOGIN, "C UIDL\r\n", "S +OK\r\n", "T"}                                                                                   },
    {"no dot, then closed",
     PROTOCOL_POP3,                                    "pop3/multiline-end",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nSubject: x\r\n\r\nhalf a li", "F"}                                                      },
    {"two dots for an end",
     PROTOCOL_POP3,                                    "pop3/multiline-end",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nx\r\n..\r\n", "T"}                                                                      },
    {"no response",                     PROTOCOL_POP3, "pop3/command-gets-response",    {LOGIN, "C NOOP\r\n", "T"}             },
    {"no response to a login",
     PROTOCOL_POP3,                                    "pop3/command-gets-response",
     {"S +OK\r\n", "C AUTH PLAIN\r\n", "S + \r\n", "C AGEAYg==\r\n", "T"}                                                      },
    {"closed instead of a response",
     PROTOCOL_POP3,                                    "pop3/command-gets-response",
     {LOGIN, "C FOO\r\n", "F"}                                                                                                 },
    {"two responses",
     PROTOCOL_POP3,                                    "pop3/one-response-per-command",
     {LOGIN, "C NOOP\r\n", "S +OK\r\n+OK\r\n"}                                                                                 },
    {"two negative responses",
     PROTOCOL_POP3,                                    "pop3/one-response-per-command",
     {LOGIN, "C FOO\r\n", "S -ERR no\r\n-ERR no\r\n", "C NOOP\r\n", "S +OK\r\n"}                                               },
    {"greeting of two lines",
     PROTOCOL_POP3,                                    "pop3/one-response-per-command",
     {"S +OK hello\r\nand welcome\r\n"}                                                                                        },
    {"one message listed with a dot",
     PROTOCOL_POP3,                                    "pop3/one-response-per-command",
     {LOGIN, "C LIST 1\r\n", "S +OK 1 5\r\n.\r\n"}                                                                             },
    {"STAT with words",
     PROTOCOL_POP3,                                    "pop3/stat-form",
     {LOGIN, "C STAT\r\n", "S +OK two 320\r\n"}                                                                                },
    {"STAT with one number",            PROTOCOL_POP3, "pop3/stat-form",                {LOGIN, "C STAT\r\n", "S +OK 2\r\n"}   },
    {"STAT with two blanks",
     PROTOCOL_POP3,                                    "pop3/stat-form",
     {LOGIN, "C STAT\r\n", "S +OK 2  320\r\n"}                                                                                 },
    {"STAT with a unit",                PROTOCOL_POP3, "pop3/stat-form",                {LOGIN, "C STAT\r\n", "S +OK 2 3K\r\n"}},
    {"STAT without numbers",            PROTOCOL_POP3, "pop3/stat-form",                {LOGIN, "C STAT\r\n", "S +OK\r\n"}     },
    {"LIST with a tab",
     PROTOCOL_POP3,                                    "pop3/list-form",
     {LOGIN, "C LIST\r\n", "S +OK\r\n1\t5\r\n.\r\n"}                                                                           },
    {"LIST without sizes",
     PROTOCOL_POP3,                                    "pop3/list-form",
     {LOGIN, "C LIST\r\n", "S +OK\r\n1\r\n2\r\n.\r\n"}                                                                         },
    {"LIST of message 0",
     PROTOCOL_POP3,                                    "pop3/list-form",
     {LOGIN, "C LIST\r\n", "S +OK\r\n0 7\r\n.\r\n"}                                                                            },
    {"LIST of another message",
     PROTOCOL_POP3,                                    "pop3/list-form",
     {LOGIN, "C LIST 1\r\n", "S +OK 2 7\r\n"}                                                                                  },
    {"LIST of one, without size",
     PROTOCOL_POP3,                                    "pop3/list-form",
     {LOGIN, "C LIST 1\r\n", "S +OK 1\r\n"}                                                                                    },
    {"UIDL with more behind",
     PROTOCOL_POP3,                                    "pop3/uidl-form",
     {LOGIN, "C UIDL\r\n", "S +OK\r\n1 abc new\r\n.\r\n"}                                                                      },
    {"UIDL without id",
     PROTOCOL_POP3,                                    "pop3/uidl-form",
     {LOGIN, "C UIDL\r\n", "S +OK\r\n1 \r\n.\r\n"}                                                                             },
    {"UIDL of 71 octets",
     PROTOCOL_POP3,                                    "pop3/uidl-form",
     {LOGIN, "C UIDL\r\n", "S +OK\r\n1 " X10 X10 X10 X10 X10 X10 X10 "x\r\n.\r\n"}                                             },
    {"UIDL of one, two blanks",
     PROTOCOL_POP3,                                    "pop3/uidl-form",
     {LOGIN, "C UIDL 1\r\n", "S +OK 1  abc\r\n"}                                                                               },
    {"POP3 where SMTP was announced",
     PROTOCOL_SMTP,                                    "pop3/status-indicator",
     {"S +OK ready\r\n", "C NOOP\r\n", "S +ok\r\n"}                                                                            },
    {"told once in a session",
     PROTOCOL_POP3,                                    "pop3/stat-form",
     {LOGIN, "C STAT\r\n", "S +OK\r\n", "C STAT\r\n", "S +OK\r\n"}                                                             },
};

/* The octets leave doubt about what answers what, or the text binds nobody. */
static const struct play_row doubtful[] = {
    {"bare LF in a command",               PROTOCOL_POP3, "", {LOGIN, "C NOOP\nNOOP\r\n", "S +OK\r\n+OK\r\n"}    },
    {"bare CR in a command",               PROTOCOL_POP3, "", {LOGIN, "C NOOP\rNOOP\r\n", "T"}                   },
    {"NUL in a command",                   PROTOCOL_POP3, "", {LOGIN, "Z", "T"}                                  },
    {"command line over 255 octets",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C NOOP " X100 X100 X100 "\r\n", "S -ERR\r\n-ERR\r\n"}                                              },
    {"long line refused in its middle",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C NOOP " X500, "S +OK\r\n", "C " X500 "\r\n", "S +OK\r\n"}                                         },
    {"client speaks before the greeting",  PROTOCOL_POP3, "", {"C CAPA\r\n", "S +OK\r\n", "T"}                   },
    {"client speaks, no greeting",         PROTOCOL_POP3, "", {"C CAPA\r\n", "T"}                                },
    {"pipelining that was not offered",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C NOOP\r\nNOOP\r\n", "S +OK\r\n", "T"}                                                             },
    {"next command within a message",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nx\r\n", "C NOOP\r\n", "S y\r\n.\r\n", "T"}                                },
    {"client leaves within a message",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nx\r\n", "Q", "F"}                                                         },
    {"reset instead of a response",        PROTOCOL_POP3, "", {LOGIN, "C NOOP\r\n", "R"}                         },
    {"closed behind QUIT",                 PROTOCOL_POP3, "", {LOGIN, "C QUIT\r\n", "F"}                         },
    {"a wait for nothing",                 PROTOCOL_POP3, "", {LOGIN, "T"}                                       },
    {"half a command, then a wait",        PROTOCOL_POP3, "", {LOGIN, "C NOO", "T"}                              },
    {"refused and closed",                 PROTOCOL_POP3, "", {"S -ERR busy\r\n", "F"}                           },
    {"a last word",                        PROTOCOL_POP3, "", {LOGIN, "S -ERR [SYS/TEMP] shutting down\r\n", "F"}},
    {"TLS is not read",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C STLS\r\n", "S +OK go\r\n", "C \x16\x03\x01", "S \x16\x03\n", "T"}                                },
    {"an unknown command that has a body",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C LANG\r\n", "S +OK\r\nen English\r\n.\r\n", "C NOOP\r\n", "S +OK\r\n"}                            },
    {"AUTH that asks for mechanisms",
     PROTOCOL_POP3,                                       "",
     {"S +OK\r\n", "C AUTH\r\n", "S +OK\r\nPLAIN\r\n.\r\n", "C NOOP\r\n", "S +OK\r\n"}                           },
    {"a bare LF of the sender",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nSubject: x\r\n\r\na\nb\r\n.\r\n", "C NOOP\r\n",
      "S +OK\r\n"}                                                                                               },
    {"LF.CRLF of the sender",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nSubject: x\r\n\r\na\n.\r\nb\r\n.\r\n"}                                    },
    {"LF.LF of the sender",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nSubject: x\r\n\r\na\n.\nb\r\n.\r\n"}                                      },
    {"a dot that was not stuffed",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\na\r\n.\r\nb\r\n.\r\n"}                                                    },
    {"the same, behind the next command",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\na\r\n.\r\n", "C NOOP\r\n", "S b\r\n.\r\n+OK\r\n"}                         },
    {"a long line in a message",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\n" X500 X500 "\r\n.\r\n"}                                                  },
    {"a long challenge",
     PROTOCOL_POP3,                                       "",
     {"S +OK\r\n", "C AUTH X\r\n", "S + " X500 X500 "\r\n", "C eA==\r\n", "S +OK\r\n"}                           },
    {"status line of 512 octets",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C NOOP\r\n", "S +OK " X500 "123456\r\n"}                                                           },
    {"further information",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C STAT\r\n", "S +OK 2 320 (octets)\r\n", "C LIST\r\n", "S +OK\r\n1 120 new\r\n.\r\n",
      "C LIST 2\r\n", "S +OK 2 200.\r\n"}                                                                        },
    {"refused listings",
     PROTOCOL_POP3,                                       "",
     {LOGIN, "C LIST 9\r\n", "S -ERR no\r\n", "C UIDL 9\r\n", "S -ERR no\r\n", "C STAT\r\n",
      "S -ERR no\r\n", "C LIST\r\n", "S -ERR no\r\n", "C UIDL x\r\n", "S -ERR no\r\n"}                           },
};

static const struct play_row honest[] = {
    {"the example of RFC 1939",
     PROTOCOL_POP3,                                     "",
     {"S +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n",
      "C APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
      "S +OK mrose's maildrop has 2 messages (320 octets)\r\n", "C STAT\r\n", "S +OK 2 320\r\n",
      "C LIST\r\n", "S +OK 2 messages (320 octets)\r\n1 120\r\n2 200\r\n.\r\n", "C RETR 1\r\n",
      "S +OK 120 octets\r\nSubject: x\r\n\r\n..dot\r\n.\r\n", "C DELE 1\r\n",
      "S +OK message 1 deleted\r\n", "C QUIT\r\n",
      "S +OK dewey POP3 server signing off (maildrop empty)\r\n", "F"}                               },
    {"a server in the style of Dovecot",
     PROTOCOL_POP3,                                     "",
     {"S +OK Dovecot (Debian) ready.\r\n", "C CAPA\r\n",
      "S +OK\r\nCAPA\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nPIPELINING\r\nAUTH-RESP-CODE\r\nUSER\r\n"
      "SASL PLAIN\r\n.\r\n",
      "C USER a\r\nPASS b\r\nSTAT\r\n", "S +OK\r\n+OK Logged in.\r\n+OK 0 0\r\n",
      "C UIDL\r\nLIST\r\nRETR 1\r\nNOOP\r\n",
      "S +OK\r\n.\r\n+OK 0 messages:\r\n.\r\n-ERR There's no message 1.\r\n+OK\r\n",
      "C TOP 1 0\r\n", "S -ERR There's no message 1.\r\n", "C QUIT\r\n", "S +OK Logging out.\r\n",
      "F"}                                                                                           },
    {"a server in the style of qpopper",
     PROTOCOL_POP3,                                     "",
     {"S +OK ready  <9384.1104@host.example>\r\n", "C USER a\r\n",
      "S +OK Password required for a.\r\n", "C PASS c\r\n",
      "S -ERR [AUTH] Password supplied for \"a\" is incorrect.\r\n", "F"}                            },
    {"a login by AUTH",
     PROTOCOL_POP3,                                     "",
     {"S +OK\r\n", "C AUTH PLAIN\r\n", "S + \r\n", "C AGEAYg==\r\n", "S -ERR no\r\n",
      "C AUTH PLAIN AGEAYg==\r\n", "S +OK\r\n", "C STAT\r\n", "S +OK 1 20\r\n"}                      },
    {"unknown and lower case",
     PROTOCOL_POP3,                                     "",
     {LOGIN, "C XFOO\r\n", "S -ERR what\r\n", "C list 1\r\n", "S +OK 1 20\r\n", "C uidl 1\r\n",
      "S +OK 1 whqtswO00WBw418f9t5JxYwZ\r\n", "C top 1 1\r\n", "S +OK\r\nx\r\n\r\ny\r\n.\r\n"}       },
    {"a message without octets",         PROTOCOL_POP3, "", {LOGIN, "C RETR 1\r\n", "S +OK\r\n.\r\n"}},
};

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
    play_check_coverage(broken, COUNT(broken), "pop3/");
}

static const struct unit_test tests[] = {
    {"sessions that break a rule",       test_broken                    },
    {"doubtful sessions",                test_doubtful                  },
    {"honest sessions",                  test_honest                    },
    {"every rule is broken by some row", test_every_rule_is_broken_alone},
};

UNIT_MAIN("judge: POP3 sessions", tests)
