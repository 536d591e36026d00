/*
 * Sessions of clients of POP3: each rule broken once and alone, doubtful ones that accuse nobody, and
 * honest ones.
 */
#include "judge_play.h"

#define GREETING   "S +OK ready\r\n"
#define USER       "C USER a\r\n", "S +OK\r\n"
#define LOGIN      GREETING, USER, "C PASS b\r\n", "S +OK 2 messages\r\n"
#define CAPA       "C CAPA\r\n", "S +OK\r\nTOP\r\nUIDL\r\n.\r\n"
#define PIPELINING "C CAPA\r\n", "S +OK\r\nTOP\r\nPIPELINING\r\n.\r\n"
#define BYE        "C QUIT\r\n", "S +OK bye\r\n"
#define X10        "xxxxxxxxxx"
#define X100       X10 X10 X10 X10 X10 X10 X10 X10 X10 X10

static const struct play_row broken[] = {
    {"USER without a name",
     PROTOCOL_POP3,                                                          "pop3/login-syntax",
     {GREETING, "C USER\r\n", "S -ERR no\r\n"}                                                                                                          },
    {"APOP without a digest",
     PROTOCOL_POP3,                                                          "pop3/login-syntax",
     {GREETING, "C APOP a\r\n", "S -ERR no\r\n"}                                                                                                        },
    {"a digest in capitals",
     PROTOCOL_POP3,                                                          "pop3/login-syntax",
     {GREETING, "C APOP a C4C9334BAC560ECC979E58001B3E22FB\r\n", "S -ERR no\r\n"}                                                                       },
    {"a digest of 31 digits",
     PROTOCOL_POP3,                                                          "pop3/login-syntax",
     {GREETING, "C APOP a c4c9334bac560ecc979e58001b3e22f\r\n", "S -ERR no\r\n"}                                                                        },
    {"STLS behind UTF8",
     PROTOCOL_POP3,                                                          "pop3/stls-before-utf8",
     {GREETING, "C UTF8\r\n", "S -ERR no\r\n", "C STLS\r\n", "S +OK\r\n"}                                                                               },
    {"AUTH of over 255 octets",
     PROTOCOL_POP3,                                                          "pop3/auth-line-length",
     {GREETING, "C AUTH PLAIN " X100 X100 X100 "\r\n", "S -ERR\r\n"}                                                                                    },
    {"CAPA behind STLS",
     PROTOCOL_POP3,                                                          "pop3/stls-last",
     {GREETING, "C STLS\r\nCAPA\r\n", "S +OK\r\n"}                                                                                                      },
    {"the same, told when TLS begins",
     PROTOCOL_POP3,                                                          "pop3/stls-last",
     {GREETING, "C STLS\r\n", "S +OK\r\n", "XC CAPA\r\n"}                                                                                               },
    {"a command where TLS should begin",
     PROTOCOL_POP3,                                                          "pop3/stls-last",
     {GREETING, "C STLS\r\n", "S +OK\r\n", "XF CAPA\r\n"}                                                                                               },
    {"a login inside TLS without CAPA",
     PROTOCOL_POP3,                                                          "pop3/capa-after-tls",
     {GREETING, "C CAPA\r\n", "S +OK\r\nSTLS\r\n.\r\n", "C STLS\r\n", "S +OK\r\n", "X",
      "C USER a\r\n", "S +OK\r\n"}                                                                                                                      },
    {"initial response not base64",
     PROTOCOL_POP3,                                                          "pop3/auth-base64",
     {GREETING, "C AUTH PLAIN a:b\r\n", "S -ERR no\r\n"}                                                                                                },
    {"response not base64",
     PROTOCOL_POP3,                                                          "pop3/auth-base64",
     {GREETING, "C AUTH PLAIN\r\n", "S + \r\n", "C AGEA=Yg=\r\n", "S -ERR no\r\n"}                                                                      },
    {"AUTH where SASL is no capability",
     PROTOCOL_POP3,                                                          "pop3/auth-offered",
     {GREETING, "C CAPA\r\n", "S +OK\r\nUSER\r\n.\r\n", "C AUTH PLAIN\r\n", "S -ERR no\r\n"}                                                            },
    {"AUTH where CAPA is refused",
     PROTOCOL_POP3,                                                          "pop3/auth-offered",
     {GREETING, "C CAPA\r\n", "S -ERR\r\n", "C AUTH PLAIN\r\n", "S -ERR no\r\n"}                                                                        },
    {"the same with an initial response",
     PROTOCOL_POP3,                                                          "pop3/auth-initial-response",
     {GREETING, "C CAPA\r\n", "S -ERR\r\n", "C AUTH PLAIN AGEAYg==\r\n", "S -ERR no\r\n"}                                                               },
    {"a bare LF",                                             PROTOCOL_POP3, "pop3/client-line-end",          {LOGIN, "C STAT\n", "S +OK\r\n"}          },
    {"a bare CR",                                             PROTOCOL_POP3, "pop3/client-line-end",          {LOGIN, "C LIST\r1\r\n", "S +OK\r\n"}     },
    {"two blanks",                                            PROTOCOL_POP3, "pop3/command-syntax",           {LOGIN, "C RETR  1\r\n", "S -ERR no\r\n"} },
    {"a blank at the end",
     PROTOCOL_POP3,                                                          "pop3/command-syntax",
     {LOGIN, "C STAT \r\n", "S -ERR no\r\n"}                                                                                                            },
    {"a tab",                                                 PROTOCOL_POP3, "pop3/command-syntax",           {LOGIN, "C RETR 1\t\r\n", "S -ERR no\r\n"}},
    {"an octet above 127",
     PROTOCOL_POP3,                                                          "pop3/command-syntax",
     {LOGIN, "C NOOP \xe4\r\n", "S -ERR no\r\n"}                                                                                                        },
    {"PASS without USER",
     PROTOCOL_POP3,                                                          "pop3/user-before-pass",
     {GREETING, "C PASS b\r\n", "S -ERR no\r\n"}                                                                                                        },
    {"PASS behind a refused USER",
     PROTOCOL_POP3,                                                          "pop3/user-before-pass",
     {GREETING, "C USER a\r\n", "S -ERR no\r\n", "C PASS b\r\n", "S -ERR no\r\n"}                                                                       },
    {"PASS again",
     PROTOCOL_POP3,                                                          "pop3/user-before-pass",
     {GREETING, USER, "C PASS b\r\n", "S -ERR no\r\n", "C PASS c\r\n", "S -ERR no\r\n"}                                                                 },
    {"STAT before login",
     PROTOCOL_POP3,                                                          "pop3/login-before-transaction",
     {GREETING, "C STAT\r\n", "S -ERR no\r\n"}                                                                                                          },
    {"STAT behind USER",
     PROTOCOL_POP3,                                                          "pop3/login-before-transaction",
     {GREETING, USER, "C STAT\r\n", "S -ERR no\r\n"}                                                                                                    },
    {"UIDL behind a refused login",
     PROTOCOL_POP3,                                                          "pop3/login-before-transaction",
     {GREETING, USER, "C PASS b\r\n", "S -ERR no\r\n", "C UIDL\r\n", "S -ERR no\r\n"}                                                                   },
    {"LIST behind a refused AUTH",
     PROTOCOL_POP3,                                                          "pop3/login-before-transaction",
     {GREETING, "C AUTH PLAIN AA==\r\n", "S -ERR no\r\n", "C LIST\r\n", "S -ERR no\r\n"}                                                                },
    {"a group that is not offered",
     PROTOCOL_POP3,                                                          "pop3/waits-for-response",
     {GREETING, CAPA, "C USER a\r\nPASS b\r\n", "S +OK\r\n", "S +OK\r\n"}                                                                               },
    {"a group without CAPA",
     PROTOCOL_POP3,                                                          "pop3/waits-for-response",
     {LOGIN, "C RETR 1\r\nRETR 2\r\n", "S -ERR no\r\n", "S -ERR no\r\n"}                                                                                },
    {"speaks first",                                          PROTOCOL_POP3, "pop3/waits-for-greeting",       {"C CAPA\r\n", GREETING}                  },
    {"256 octets",
     PROTOCOL_POP3,                                                          "pop3/command-length",
     {LOGIN, "C NOOP " X100 X100 X10 X10 X10 X10 "123456789\r\n", "S -ERR no\r\n"}                                                                      },
    {"RETR of a deleted message",
     PROTOCOL_POP3,                                                          "pop3/deleted-message-named",
     {LOGIN, "C DELE 1\r\n", "S +OK\r\n", "C RETR 1\r\n", "S -ERR no\r\n"}                                                                              },
    {"DELE twice",
     PROTOCOL_POP3,                                                          "pop3/deleted-message-named",
     {LOGIN, "C DELE 2\r\n", "S +OK\r\n", "C DELE 2\r\n", "S -ERR no\r\n"}                                                                              },
    {"LIST of a deleted message",
     PROTOCOL_POP3,                                                          "pop3/deleted-message-named",
     {LOGIN, "C DELE 2\r\n", "S +OK\r\n", "C LIST 2\r\n", "S -ERR no\r\n"}                                                                              },
    {"RETR without a number",
     PROTOCOL_POP3,                                                          "pop3/message-number",
     {LOGIN, "C RETR\r\n", "S -ERR no\r\n"}                                                                                                             },
    {"RETR 0",                                                PROTOCOL_POP3, "pop3/message-number",           {LOGIN, "C RETR 0\r\n", "S -ERR no\r\n"}  },
    {"DELE of a word",
     PROTOCOL_POP3,                                                          "pop3/message-number",
     {LOGIN, "C DELE all\r\n", "S -ERR no\r\n"}                                                                                                         },
    {"LIST of a word",
     PROTOCOL_POP3,                                                          "pop3/message-number",
     {LOGIN, "C LIST -a\r\n", "S -ERR no\r\n"}                                                                                                          },
    {"TOP without lines",
     PROTOCOL_POP3,                                                          "pop3/message-number",
     {LOGIN, "C TOP 1\r\n", "S -ERR no\r\n"}                                                                                                            },
    {"TOP with negative lines",
     PROTOCOL_POP3,                                                          "pop3/message-number",
     {LOGIN, "C TOP 1 -1\r\n", "S -ERR no\r\n"}                                                                                                         },
    {"what was left in clear text is taken for the response",
     PROTOCOL_POP3,                                                          "pop3/tls-response-injection",
     {GREETING, "C STLS\r\n", "S +OK go\r\n-ERR no\r\n", "X", "C CAPA\r\n", "C QUIT\r\n",
      "S +OK\r\n"}                                                                                                                                      },
};

static const struct play_row doubtful[] = {
    {"a login inside TLS, and CAPA was refused before",
     PROTOCOL_POP3,                                                    "",
     {GREETING, "C CAPA\r\n", "S -ERR\r\n", "C STLS\r\n", "S +OK\r\n", "X", "C USER a\r\n",
      "S +OK\r\n"}                                                                                                           },
    {"AUTH where SASL is a capability inside TLS only",
     PROTOCOL_POP3,                                                    "",
     {GREETING, "C CAPA\r\n", "S +OK\r\nSTLS\r\n.\r\n", "C STLS\r\n", "S +OK\r\n", "X",
      "C CAPA\r\n", "S +OK\r\nSASL PLAIN\r\n.\r\n", "C AUTH PLAIN AGEAYg==\r\n", "S +OK\r\n"}                                },
    {"a client that never asks for capabilities",
     PROTOCOL_POP3,                                                    "",
     {GREETING, "C STLS\r\n", "S +OK\r\n", "X", "C AUTH PLAIN AGEAYg==\r\n", "S +OK\r\n"}                                    },
    {"bare AUTH asks for the mechanisms",
     PROTOCOL_POP3,                                                    "",
     {GREETING, "C CAPA\r\n", "S -ERR\r\n", "C AUTH\r\n", "S -ERR no\r\n"}                                                   },
    {"nothing at all",                                  PROTOCOL_POP3, "", {"N", "Q"}                                        },
    {"no QUIT",                                         PROTOCOL_POP3, "", {LOGIN, "Q"}                                      },
    {"refused at the greeting",
     PROTOCOL_POP3,                                                    "",
     {"S -ERR busy\r\n", "C STAT\r\n", "S -ERR no\r\n", "Q"}                                                                 },
    {"TLS from the start",                              PROTOCOL_POP3, "", {"C \x16\x03\x01\nUSER\n", "S \x16\x03", "Q"}     },
    {"TLS",
     PROTOCOL_POP3,                                                    "",
     {GREETING, "C STLS\r\n", "S +OK\r\n", "C \x16\x03\x01\nSTAT\n\r\n", "S \x16\x03", "Q"}                                  },
    {"half a greeting",                                 PROTOCOL_POP3, "", {"S +OK re", "C CAPA\r\n", "S ady\r\n"}           },
    {"gives up waiting",
     PROTOCOL_POP3,                                                    "",
     {LOGIN, "C STAT\r\n", "W", "C QUIT\r\n", "S +OK 0 0\r\n"}                                                               },
    {"more within a message",
     PROTOCOL_POP3,                                                    "",
     {LOGIN, "C RETR 1\r\n", "S +OK\r\nx\r\n", "C RETR 2\r\n", "S y\r\n.\r\n"}                                               },
    {"half a response, then more",
     PROTOCOL_POP3,                                                    "",
     {LOGIN, "C NOOP\r\n", "S +O", "C STAT\r\n", "S K\r\n"}                                                                  },
    {"a login in one go",                               PROTOCOL_POP3, "", {GREETING, "C AUTH LOGIN\r\nYQ==\r\n", "S + \r\n"}},
    {"a lower case response",
     PROTOCOL_POP3,                                                    "",
     {GREETING, "C USER a\r\n", "S +ok\r\n", "C STAT\r\n", "S -ERR\r\n"}                                                     },
    {"no indicator",
     PROTOCOL_POP3,                                                    "",
     {GREETING, "C USER a\r\n", "S fine\r\n", "C STAT\r\n", "S -ERR\r\n"}                                                    },
    {"a group whose USER is refused",
     PROTOCOL_POP3,                                                    "",
     {GREETING, PIPELINING, "C USER a\r\nPASS b\r\nSTAT\r\n", "S -ERR\r\n-ERR\r\n-ERR\r\n", BYE}                             },
    {"a group that comes in pieces",
     PROTOCOL_POP3,                                                    "",
     {GREETING, PIPELINING, "C USER a\r\n", "S -ERR\r\n", "C PASS b\r\n", "S -ERR\r\n",
      "C STAT\r\n", "S -ERR\r\n", BYE}                                                                                       },
    {"blanks in a password",
     PROTOCOL_POP3,                                                    "",
     {GREETING, "C USER  a \r\n", "S +OK\r\n", "C PASS  b  \xe4\r\n", "S +OK\r\n", BYE}                                      },
    {"a command that nobody knows",
     PROTOCOL_POP3,                                                    "",
     {GREETING, "C XTND  x \r\n", "S -ERR\r\n", BYE}                                                                         },
    {"DELE refused",
     PROTOCOL_POP3,                                                    "",
     {LOGIN, "C DELE 1\r\n", "S -ERR\r\n", "C RETR 1\r\n", "S -ERR\r\n", BYE}                                                },
    {"RSET behind DELE",
     PROTOCOL_POP3,                                                    "",
     {LOGIN, "C DELE 1\r\n", "S +OK\r\n", "C RSET\r\n", "S +OK\r\n", "C DELE 1\r\n", "S +OK\r\n",
      BYE}                                                                                                                   },
    {"RSET sent before DELE is answered",
     PROTOCOL_POP3,                                                    "",
     {GREETING, PIPELINING, USER, "C PASS b\r\n", "S +OK\r\n", "C DELE 1\r\nRSET\r\n", "S +OK\r\n",
      "C RETR 1\r\n", "S +OK\r\n+OK\r\nx\r\n.\r\n", BYE}                                                                     },
    {"more behind the number",                          PROTOCOL_POP3, "", {LOGIN, "C RETR 1 x\r\n", "S -ERR\r\n", BYE}      },
    {"two responses for one",
     PROTOCOL_POP3,                                                    "",
     {LOGIN, "C NOOP\r\n", "S +OK\r\n+OK\r\n", "C RETR\r\n", "S -ERR\r\n"}                                                   },
    {"a NUL in a command",                              PROTOCOL_POP3, "", {LOGIN, "Z", "S -ERR\r\n"}                        },
};

static const struct play_row honest[] = {
    {"APOP with a name of two words",
     PROTOCOL_POP3,                                  "",
     {GREETING, "C APOP a b c4c9334bac560ecc979e58001b3e22fb\r\n", "S +OK\r\n", BYE}},
    {"UTF8 behind STLS",
     PROTOCOL_POP3,                                  "",
     {GREETING, "C STLS\r\n", "S +OK\r\n", "X", "C UTF8\r\n", "S +OK\r\n", BYE}     },
    {"fetch and delete",
     PROTOCOL_POP3,                                  "",
     {GREETING, CAPA, USER, "C PASS b c\r\n", "S +OK\r\n", "C STAT\r\n", "S +OK 1 8\r\n",
      "C UIDL\r\n", "S +OK\r\n1 a\r\n.\r\n", "C LIST 1\r\n", "S +OK 1 8\r\n", "C TOP 1 0\r\n",
      "S +OK\r\nx\r\n\r\n.\r\n", "C retr 1\r\n", "S +OK\r\nx\r\n\r\n..\r\n.\r\n", "C DELE 1\r\n",
      "S +OK\r\n", BYE, "F"}                                                        },
    {"in groups",
     PROTOCOL_POP3,                                  "",
     {GREETING, PIPELINING, "C USER a\r\nPASS b\r\nSTAT\r\n", "S +OK\r\n+OK\r\n+OK 2 10\r\n",
      "C RETR 1\r\nDELE 1\r\nRETR 2\r\nDELE 2\r\nQUIT\r\n",
      "S +OK\r\nx\r\n.\r\n+OK\r\n+OK\r\ny\r\n.\r\n+OK\r\n+OK\r\n", "F"}             },
    {"a second try",
     PROTOCOL_POP3,                                  "",
     {GREETING, USER, "C PASS b\r\n", "S -ERR\r\n", USER, "C PASS c\r\n", "S +OK\r\n", "C NOOP\r\n",
      "S +OK\r\n", BYE}                                                             },
    {"APOP",
     PROTOCOL_POP3,                                  "",
     {"S +OK <1.2@mx.example>\r\n", "C APOP a c4c9334bac560ecc979e58001b3e22fb\r\n", "S +OK\r\n",
      "C LIST\r\n", "S +OK\r\n.\r\n", BYE}                                          },
    {"AUTH",
     PROTOCOL_POP3,                                  "",
     {GREETING, "C AUTH PLAIN\r\n", "S + \r\n", "C AGEAYg==\r\n", "S +OK\r\n", "C STAT\r\n",
      "S +OK 0 0\r\n", BYE}                                                         },
    {"nothing but QUIT",              PROTOCOL_POP3, "", {GREETING, BYE}            },
};

static const struct play_row secret[] = {
    {"PASS with a bare LF",
     PROTOCOL_POP3,                        "pop3/client-line-end",
     {GREETING, USER, "C PASS s3cret\n"}                                                             },
    {"PASS too early",
     PROTOCOL_POP3,                        "pop3/waits-for-response",
     {GREETING, "C USER a\r\nPASS s3cret\r\n"}                                                       },
    {"PASS without USER",   PROTOCOL_POP3, "pop3/user-before-pass",   {GREETING, "C PASS s3cret\r\n"}},
};

static void test_broken(void)
{
    play_check_rows(broken, PLAY_COUNT(broken), JUDGE_CLIENTS);
}

static void test_doubtful(void)
{
    play_check_rows(doubtful, PLAY_COUNT(doubtful), JUDGE_CLIENTS);
}

/* Server and client are honest. */
static void test_honest(void)
{
    play_check_rows(honest, PLAY_COUNT(honest), JUDGE_CLIENTS | JUDGE_SERVERS);
}

/* The same sessions accuse no client where only servers are judged; in the last one the server is to blame, too. */
static void test_servers_only(void)
{
    play_check_silent(broken, PLAY_COUNT(broken) - 1, JUDGE_SERVERS);
}

static void test_every_rule_is_broken_alone(void)
{
    play_check_coverage(broken, PLAY_COUNT(broken), SIDE_CLIENT, "pop3/");
}

static void test_secrets_are_not_shown(void)
{
    play_check_secrets(secret, PLAY_COUNT(secret), JUDGE_CLIENTS, "s3cret");
}

static const struct unit_test tests[] = {
    {"sessions that break a rule",       test_broken                    },
    {"doubtful sessions",                test_doubtful                  },
    {"honest sessions",                  test_honest                    },
    {"servers alone are judged",         test_servers_only              },
    {"every rule is broken by some row", test_every_rule_is_broken_alone},
    {"secrets are not shown",            test_secrets_are_not_shown     },
};

UNIT_MAIN("judge: clients of POP3", tests)
