/* option_table - every option: name, letter, argument, subcommands, repeatable, group, help */
#include "cli/options.h"

#include <assert.h>

#define TARGET  "Target"
#define TLS     "TLS and logins"
#define SERVICE "Server"
#define SELECT  "Selection"
#define RUN     "Run"
#define REPORT  "Reports"
#define MAIL    "Message"
#define OTHER   "Other"

#define RUN_LIST  (VERB_RUN | VERB_LIST)
#define FROM      (VERB_WAIT | VERB_IMPORT | VERB_SEND)
#define WRITTEN   (VERB_WAIT | VERB_SEND)
#define RUN_SERVE (VERB_RUN | VERB_SERVE)
#define STORERS   (VERB_SERVE | VERB_WAIT)
#define PATIENT   (VERB_WAIT | VERB_TELL | VERB_SEND | VERB_FETCH)
#define READERS                                                                                    \
    (VERB_RUN | VERB_LIST | VERB_SHOW | VERB_LINT | VERB_FMT | VERB_SELFTEST | VERB_COVERAGE |     \
     VERB_CHECK)
#define RUN_CHECK (VERB_RUN | VERB_CHECK)
#define MAILERS   (VERB_SEND | VERB_FETCH)
#define DIALLERS  (VERB_RUN | VERB_SEND | VERB_FETCH)
#define RUNNERS   (VERB_RUN | VERB_SELFTEST)
#define REPORTERS (VERB_RUN | VERB_REPORT | VERB_CHECK)
#define OUT       (REPORTERS | VERB_IMPORT | VERB_FETCH)
#define PRINTER   (RUNNERS | MAILERS | VERB_REPORT | VERB_CHECK)

/* In the order of enum option_id. */
static const struct option_row rows[] = {
    {"server",        0,   "URL",                   VERB_RUN,                      true,  TARGET,
     "server to test: smtp://, lmtp://, pop3://HOST[:PORT], inside TLS smtps://, lmtps://, "
     "pop3s://; lmtp+unix:PATH, pipe:COMMAND"                                                                                                         },
    {"client",        0,   "COMMAND",               VERB_RUN,                      false, TARGET,
     "client to test: [smtp:|pop3:|smtps:|pop3s:]COMMAND with {{host}} {{port}} {{sender}} "
     "{{rcpt}} {{message-file}} {{user}} {{secret}} {{ca}}"                                                                                           },
    {"listen",        0,   "URL",                   VERB_RUN,                      true,  TARGET,
     "wait for clients that run by themselves: smtp://, lmtp://, pop3://HOST:PORT or "
     "HOST:FIRST-LAST, inside TLS smtps://, lmtps://, pop3s://"                                                                                       },
    {"self",          0,   NULL,                    VERB_RUN,                      false, TARGET,  "play each dialogue against itself"                },
    {"target",        0,   "FILE",                  VERB_RUN,                      false, TARGET,  "target file: addresses, users, start and stop"    },
    {"source",        0,   "ADDRESS",               VERB_RUN,                      false, TARGET,  "local address to connect from"                    },
    {"domain",        0,   "NAME",                  RUN_SERVE,                     false, TARGET,  "a domain that the server accepts mail for"        },
    {"unknown-user",  0,   "ADDRESS",               VERB_RUN,                      false, TARGET,
     "an address at that domain that nobody has"                                                                                                      },
    {"relay-domain",  0,   "NAME",                  VERB_RUN,                      false, TARGET,
     "a domain that the server refuses mail for"                                                                                                      },
    {"user",          'u', "NAME:SECRET[:ADDRESS]", RUN_SERVE | MAILERS,           true,  TARGET,
     "a test user; run reads and deletes its mail; SECRET may be file:PATH, env:NAME, prompt:; "
     "send, "
     "fetch: who logs in"                                                                                                                             },
    {"start-with",    0,   "WHAT",                  DIALLERS,                      false, TLS,
     "what every connection does before it is used: tls, auth, or tls,auth; send, fetch: tls, or "
     "clear; default: TLS where it is offered"                                                                                                        },
    {"tls-min",       0,   "VERSION",               DIALLERS,                      false, TLS,     "oldest version of TLS: 1.0, 1.1, 1.2 or 1.3"      },
    {"tls-max",       0,   "VERSION",               DIALLERS,                      false, TLS,     "newest version of TLS"                            },
    {"tls-ciphers",   0,   "LIST",                  DIALLERS,                      false, TLS,
     "ciphers of TLS 1.2 and older, as openssl ciphers reads them"                                                                                    },
    {"tls-name",      0,   "NAME",                  DIALLERS,                      false, TLS,
     "name to ask for (SNI) and to look for in the certificate; default: the host"                                                                    },
    {"tls-cert",      0,   "FILE",                  DIALLERS,                      false, TLS,     "our certificate with its chain, as PEM"           },
    {"tls-key",       0,   "FILE",                  DIALLERS,                      false, TLS,     "its key; default: in the file of --tls-cert"      },
    {"tls-ca",        0,   "FILE",                  DIALLERS,                      false, TLS,
     "what is trusted, as PEM; default: what the system trusts"                                                                                       },
    {"tls-verify",    0,   NULL,                    DIALLERS,                      false, TLS,
     "end the handshake where the server's certificate is not good"                                                                                   },
    {"insecure",      0,   NULL,                    MAILERS,                       false, TLS,
     "take any certificate, and tell the secret whoever shows it"                                                                                     },
    {"login",         0,   "HOW",                   MAILERS,                       false, TLS,
     "the mechanism of AUTH, or by POP3 user or apop; default: the best that is offered and tells "
     "no secret in clear text"                                                                                                                        },
    {"keylog",        0,   "FILE",                  RUN_SERVE | MAILERS,           false, TLS,
     "append the keys of TLS sessions there, for Wireshark"                                                                                           },
    {"settings",      0,   "FILE",                  VERB_SERVE,                    false, SERVICE, "settings of the server, as header fields"         },
    {"set",           0,   "NAME=VALUE",            VERB_SERVE,                    true,  SERVICE,
     "one setting, nearer than the file; \"list\" lists them"                                                                                         },
    {"profile",       0,   "NAME",                  VERB_SERVE,                    false, SERVICE,
     "rfc5321 (default), rfc821 or minimal; the same as --set profile=NAME"                                                                           },
    {"reply",         0,   "STAGE=REPLY",           VERB_SERVE,                    true,  SERVICE,
     "what is answered at a stage, and when; \"list\" lists the stages"                                                                               },
    {"seed",          0,   "N",                     VERB_SERVE,                    false, SERVICE, "of what --reply leaves to chance"                 },
    {"sweep",         0,   "CODES[@STAGES]",        VERB_SERVE,                    false, SERVICE,
     "one reply at one stage for each connection, all in turn: 200-599, smtp, odd, pop3, all"                                                         },
    {"store",         0,   "DIR",                   STORERS,                       false, SERVICE,
     "serve: keep mail there, in a Maildir for each user; wait: the Maildir, or the folder with "
     "several, to look into"                                                                                                                          },
    {"transcripts",   0,   "DIR",                   VERB_SERVE,                    false, SERVICE,
     "write each session to a file there, failed ones too"                                                                                            },
    {"port-file",     0,   "FILE",                  VERB_SERVE,                    false, SERVICE,
     "write the URLs there, with the real ports, once all listen"                                                                                     },
    {"ready-fd",      0,   "N",                     VERB_SERVE,                    false, SERVICE,
     "write the URLs to descriptor N once all listen, and close it"                                                                                   },
    {"sessions",      0,   "N",                     VERB_SERVE,                    false, SERVICE, "stop when N sessions are over"                    },
    {"control",       0,   "PATH",                  VERB_SERVE,                    false, SERVICE,
     "take commands on a Unix socket there, see mailspec tell"                                                                                        },
    {"tls-folder",    0,   "DIR",                   VERB_SERVE,                    false, SERVICE,
     "keep the authority of made certificates there; clients trust ca.pem in it, and show "
     "client.pem"                                                                                                                                     },
    {"side",          0,   "SIDE",                  VERB_CHECK,                    false, SELECT,
     "whose duties to judge: client, server, both; default: tested, as each transcript says, and "
     "of other dialogues both"                                                                                                                        },
    {"tag",           't', "TAG[,!TAG]",            RUN_LIST,                      true,  SELECT,  "cases with all these tags and none with !"        },
    {"failed",        0,   NULL,                    VERB_RUN,                      false, SELECT,  "only cases that were not acceptable last time"    },
    {"shard",         0,   "I/N",                   RUN_LIST,                      false, SELECT,
     "part I of N of the cases, by a hash of their ids; see report merge"                                                                             },
    {"jobs",          'j', "N",                     RUNNERS,                       false, RUN,     "cases at a time (default 16; at a target 8)"      },
    {"repeat",        0,   "N",                     VERB_RUN,                      false, RUN,     "run each case N times, 200000 runs at most"       },
    {"time-scale",    0,   "FACTOR",                RUNNERS,                       false, RUN,     "multiply every wait (default 1)"                  },
    {"for",           0,   "TIME",                  RUN_SERVE,                     false, RUN,     "end after so long, such as 60s"                   },
    {"timeout",       0,   "TIME",                  PATIENT,                       false, RUN,
     "how long to wait (default 10s); wait: 0s looks once; send, fetch: for each reply (default "
     "10m)"                                                                                                                                           },
    {"var",           0,   "NAME=VALUE",            VERB_RUN,                      true,  RUN,     "set a variable of the scenarios"                  },
    {"keep-going",    'k', NULL,                    VERB_RUN,                      false, RUN,     "go on in a case after a mismatch"                 },
    {"record",        0,   "DIR",                   VERB_RUN,                      false, RUN,
     "write what the server says in each case as a scenario there that pins it"                                                                       },
    {"accept",        0,   NULL,                    VERB_RUN,                      false, RUN,
     "pin anew: rewrite recorded scenarios where only texts differ, and show how"                                                                     },
    {"shrink",        0,   NULL,                    VERB_RUN,                      false, RUN,
     "reduce each failure to the shortest dialogue that still shows it; written to shrunk/ in the "
     "folder of --out, or to mailspec-shrunk/"                                                                                                        },
    {"fail-on",       0,   "LEVEL",                 REPORTERS,                     false, RUN,
     "what makes the exit status 1: must (default), should, any, practice, never"                                                                     },
    {"known-failing", 0,   "FILE",                  RUN_CHECK,                     true,  RUN,
     "cases that are known to fail, with the rule and the reason"                                                                                     },
    {"out",           'o', "DIR",                   OUT,                           false, REPORT,
     "write report.json, report.xml, report.tap there; run: transcripts too; import: the "
     "scenarios; fetch: each message in a file"                                                                                                       },
    {"report",        'r', "KIND[=FILE]",           REPORTERS,                     true,  REPORT,
     "console, tap, junit or json, to FILE or standard output"                                                                                        },
    {"junit-strict",  0,   NULL,                    REPORTERS,                     false, REPORT,  "JUnit without file and line attributes"           },
    {"pcap",          0,   "FILE",                  VERB_RUN | VERB_REPORT,        false, REPORT,
     "write all connections to FILE as a capture, for Wireshark and tcpdump"                                                                          },
    {"trace",         0,   "WHEN",                  RUN_CHECK,                     false, REPORT,
     "show the dialogue beside a case: fail (default), all, none"                                                                                     },
    {"verbose",       'v', NULL,                    MAILERS,                       false, REPORT,
     "show the dialogue on standard error, in the notation of scenarios"                                                                              },
    {"show-secrets",  0,   NULL,                    RUN_SERVE | MAILERS,           false, REPORT,
     "leave secrets as they are in reports, transcripts and records"                                                                                  },
    {"quiet",         'q', NULL,                    PRINTER | VERB_SERVE,          false, REPORT,
     "failures and summary only; serve, send, fetch: nothing"                                                                                         },
    {"color",         0,   "WHEN",                  REPORTERS,                     false, REPORT,  "auto (default), always, never"                    },
    {"format",        0,   "FORMAT",                VERB_COVERAGE | VERB_SELFTEST, false, REPORT,
     "text (default), markdown, json or tsv"                                                                                                          },
    {"table",         0,   NULL,                    VERB_COVERAGE,                 false, REPORT,
     "the table of cases: commands by states and by variations"                                                                                       },
    {"fault",         0,   "NAME",                  RUN_SERVE,                     true,  OTHER,
     "switch a fault of the built-in server or client on; \"list\" lists them; serve: NAME@STAGE, "
     "too"                                                                                                                                            },
    {"scenarios",     0,   "DIR",                   READERS,                       false, OTHER,   "folder of the shipped scenarios"                  },
    {"check",         0,   NULL,                    VERB_FMT,                      false, OTHER,
     "change nothing, fail where a file is not canonical"                                                                                             },
    {"write",         'w', NULL,                    VERB_FMT,                      false, OTHER,   "write the canonical form back to the file"        },
    {"to",            0,   "ADDRESS",               WRITTEN,                       true,  MAIL,
     "who it went to: an address, its local-part, or /PATTERN/; send: an address, with a name or "
     "without"                                                                                                                                        },
    {"from",          0,   "WHO",                   FROM,                          true,  MAIL,
     "wait: who sent it, by the envelope or by From:; send: who sends it; import: curl, curl-v, "
     "swaks, "
     "exim, mpt, rfc, telnet"                                                                                                                         },
    {"subject",       0,   "TEXT",                  WRITTEN,                       true,  MAIL,
     "text within its subject, or /PATTERN/; /PATTERN/i ignores letter case; send: the subject"                                                       },
    {"header",        0,   "NAME: TEXT",            WRITTEN,                       true,  MAIL,
     "the same in another field; send: another field"                                                                                                 },
    {"cc",            0,   "ADDRESS",               VERB_SEND,                     true,  MAIL,    "who gets a copy"                                  },
    {"bcc",           0,   "ADDRESS",               VERB_SEND,                     true,  MAIL,
     "who gets a copy that the message does not tell of"                                                                                              },
    {"body",          0,   "TEXT",                  VERB_SEND,                     false, MAIL,    "the text; default: standard input"                },
    {"body-file",     0,   "FILE",                  VERB_SEND,                     false, MAIL,    "a file with the text"                             },
    {"attach",        0,   "FILE",                  VERB_SEND,                     true,  MAIL,    "a file that goes with it"                         },
    {"eml",           0,   "FILE",                  VERB_SEND,                     false, MAIL,
     "a message that is ready, sent as it stands; - is standard input"                                                                                },
    {"ehlo",          0,   "NAME",                  VERB_SEND,                     false, MAIL,
     "what to say in EHLO; default: the name of this machine, or its address"                                                                         },
    {"bdat",          0,   NULL,                    VERB_SEND,                     false, MAIL,    "send by BDAT where CHUNKING is offered"           },
    {"notify",        0,   "WHEN",                  VERB_SEND,                     false, MAIL,
     "delivery status notifications: never, or success, failure, delay with commas"                                                                   },
    {"return",        0,   "WHAT",                  VERB_SEND,                     false, MAIL,
     "what a notification has of the message: full or hdrs"                                                                                           },
    {"envid",         0,   "ID",                    VERB_SEND,                     false, MAIL,    "what a notification calls the message"            },
    {"all",           0,   NULL,                    VERB_FETCH,                    false, MAIL,
     "fetch all messages, not those with the numbers given"                                                                                           },
    {"text",          0,   NULL,                    VERB_FETCH,                    false, MAIL,    "print the plain text of messages, not all of them"},
    {"attachments",   0,   "DIR",                   VERB_FETCH,                    false, MAIL,    "write the attachments of messages there"          },
    {"delete",        0,   NULL,                    VERB_FETCH,                    false, MAIL,
     "delete from the maildrop what was fetched and written; default: keep it"                                                                        },
    {"count",         0,   "N",                     VERB_WAIT,                     false, MAIL,    "wait for N such messages"                         },
    {"not",           0,   NULL,                    VERB_WAIT,                     false, MAIL,
     "no such message may come: status 1 as soon as one does"                                                                                         },
    {"print",         0,   "WHAT",                  VERB_WAIT,                     false, MAIL,
     "message (default): the whole file; content: without the trace of the delivery; path; "
     "nothing"                                                                                                                                        },
    {"remove",        0,   NULL,                    VERB_WAIT,                     false, MAIL,    "take what was printed out of the store"           },
    {"no-config",     0,   NULL,                    VERB_ALL,                      false, OTHER,   "read no environment variable and no file"         },
    {"help",          'h', NULL,                    VERB_ALL,                      false, OTHER,   "show this help"                                   },
};

static_assert(sizeof rows / sizeof rows[0] == OPTION_COUNT, "a row for each option");

const struct option_row *option_row(enum option_id id)
{
    return &rows[id];
}
