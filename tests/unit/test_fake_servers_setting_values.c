/* Settings from text: what each kind of value does, what is refused, and that a refusal changes nothing. */
#include "unit.h"

#include <stddef.h>
#include <string.h>

#include "fake_servers/setting_values.h"

enum { MAX_VALUES = 8 };

/* "a\nb" is two values. */
static int read_lines(struct server_settings *settings, const char *name, const char *lines,
                      struct arena *arena, struct error *error)
{
    struct bytes values[MAX_VALUES];
    struct bytes rest = bytes_of(lines);
    size_t count = 0;
    enum server_setting setting = SETTING_COUNT;
    while (count < MAX_VALUES && bytes_next(&rest, '\n', &values[count])) {
        count++;
    }
    CU_ASSERT_TRUE_FATAL(server_setting_find(bytes_of(name), &setting));
    return setting_values_read(settings, setting, values, count, arena, error);
}

/* ---- numbers ---- */

enum width { OF_SIZE, OF_INT64, OF_BOOL, OF_ENUM };

struct number_row {
    const char *name;
    const char *value;
    size_t offset;
    enum width width;
    int64_t number;
};

#define AT(member) offsetof(struct server_settings, member)

static const struct number_row number_rows[] = {
    {"max-message",            "1000",            AT(max_message_octets),   OF_SIZE,  1000                       },
    {"MAX-MESSAGE",            "10k",             AT(max_message_octets),   OF_SIZE,  10240                      },
    {"max-message",            "10K",             AT(max_message_octets),   OF_SIZE,  10240                      },
    {"max-maildrop",           "2M",              AT(max_maildrop_octets),  OF_SIZE,  2097152                    },
    {"max-store",              "3G",              AT(max_store_octets),     OF_SIZE,  INT64_C(3221225472)        },
    {"max-recipients",         "7",               AT(max_recipients),       OF_SIZE,  7                          },
    {"max-line",               "512",             AT(max_line_octets),      OF_SIZE,  512                        },
    {"max-text-line",          "1000",            AT(max_text_line_octets), OF_SIZE,  1000                       },
    {"max-errors",             "20",              AT(max_errors),           OF_SIZE,  20                         },
    {"max-connections",        "1",               AT(max_connections),      OF_SIZE,  1                          },
    {"login-delay",            "60",              AT(login_delay_s),        OF_SIZE,  60                         },
    {"idle",                   "10s",             AT(idle_ms),              OF_INT64, 10000                      },
    {"idle",                   "500ms",           AT(idle_ms),              OF_INT64, 500                        },
    {"expire",                 "30",              AT(expire_days),          OF_INT64, 30                         },
    {"expire",                 "0",               AT(expire_days),          OF_INT64, 0                          },
    {"expire",                 "never",           AT(expire_days),          OF_INT64, SERVER_EXPIRE_NEVER        },
    {"relay",                  "store",           AT(relay_stored),         OF_BOOL,  true                       },
    {"relay",                  "refuse",          AT(relay_stored),         OF_BOOL,  false                      },
    {"unknown",                "take",            AT(any_recipient),        OF_BOOL,  true                       },
    {"login",                  "any",             AT(any_login),            OF_BOOL,  true                       },
    {"bare-line-ends",         "take",            AT(takes_bare_line_ends), OF_BOOL,  true                       },
    {"envelope-to",            "yes",             AT(envelope_to),          OF_BOOL,  true                       },
    {"key-words",              "no",              AT(takes_key_words),      OF_BOOL,  false                      },
    {"seed",                   "7",               AT(seed),                 OF_INT64, 7                          },
    {"vrfy",                   "252",             AT(vrfy),                 OF_ENUM,  QUERY_252                  },
    {"expn",                   "502",             AT(expn),                 OF_ENUM,  QUERY_502                  },
    {"send",                   "mail",            AT(send),                 OF_ENUM,  SEND_MAIL                  },
    {"send",                   "450",             AT(send),                 OF_ENUM,  SEND_450                   },
    {"send",                   "502",             AT(send),                 OF_ENUM,  SEND_502                   },
    {"turn",                   "250",             AT(turn),                 OF_ENUM,  TURN_250                   },
    {"turn",                   "503",             AT(turn),                 OF_ENUM,  TURN_503                   },
    {"no-recipients",          "354",             AT(no_recipients),        OF_ENUM,  NO_RECIPIENTS_354          },
    {"no-recipients",          "554",             AT(no_recipients),        OF_ENUM,  NO_RECIPIENTS_554          },
    {"texts",                  "sendmail",        AT(texts),                OF_ENUM,  TEXTS_SENDMAIL             },
    {"keep",                   "newest",          AT(keep),                 OF_ENUM,  KEEP_NEWEST                },
    {"keep",                   "none",            AT(keep),                 OF_ENUM,  KEEP_NONE                  },
    {"profile",                "RFC821",          AT(profile),              OF_ENUM,  PROFILE_RFC821             },
    {"profile",                "minimal",         AT(profile),              OF_ENUM,  PROFILE_MINIMAL            },
    {"mail-needs-auth",        "yes",             AT(mail_needs_auth),      OF_BOOL,  true                       },
    {"mail-needs-tls",         "yes",             AT(mail_needs_tls),       OF_BOOL,  true                       },
    {"auth-needs-tls",         "plain",           AT(auth_needs_tls),       OF_ENUM,  AUTH_NEEDS_TLS_PLAIN       },
    {"auth",                   "none",            AT(auth.count),           OF_SIZE,  0                          },
    {"pop3-auth",              "cram-md5 PLAIN",  AT(pop3_auth.count),      OF_SIZE,  2                          },
    {"pop3-auth",              "cram-md5 PLAIN",  AT(pop3_auth.list[0]),    OF_ENUM,  SASL_CRAM_MD5              },
    {"lmtp-auth",              "PLAIN login",     AT(lmtp_auth.count),      OF_SIZE,  2                          },
    {"starttls",               "yes",             AT(starttls),             OF_BOOL,  true                       },
    {"certificate-kind",       "expired",         AT(tls.certificate),      OF_ENUM,  TLS_CERTIFICATE_EXPIRED    },
    {"tls-min",                "1.2",             AT(tls.least),            OF_ENUM,  TLS_1_2                    },
    {"tls-max",                "1.3",             AT(tls.most),             OF_ENUM,  TLS_1_3                    },
    {"tls-max",                "Any",             AT(tls.most),             OF_ENUM,  TLS_ANY                    },
    {"tls-client-certificate", "yes",             AT(tls.asks_certificate), OF_BOOL,  true                       },
    {"tls-disturb",            "garbage",         AT(tls.disturbance),      OF_ENUM,  TLS_DISTURB_GARBAGE        },
    {"tls-disturb",            "cut 1k",          AT(tls.disturbance),      OF_ENUM,  TLS_DISTURB_CUT            },
    {"tls-disturb",            "cut  1k",         AT(tls.cut_at),           OF_SIZE,  1024                       },
    {"tls-disturb",            "no-close-notify", AT(tls.disturbance),      OF_ENUM,  TLS_DISTURB_NO_CLOSE_NOTIFY},
};

static int64_t number_at(const struct server_settings *settings, const struct number_row *row)
{
    const char *field = (const char *)settings + row->offset;
    size_t size = 0;
    int64_t number = 0;
    bool truth = false;
    unsigned choice = 0;
    switch (row->width) {
    case OF_SIZE:
        memcpy(&size, field, sizeof size);
        return (int64_t)size;
    case OF_INT64:
        memcpy(&number, field, sizeof number);
        return number;
    case OF_BOOL:
        memcpy(&truth, field, sizeof truth);
        return truth;
    case OF_ENUM:
        memcpy(&choice, field, sizeof choice);
        return choice;
    }
    return -2;
}

static void test_numbers(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof number_rows / sizeof number_rows[0]; i++) {
        const struct number_row *row = &number_rows[i];
        struct server_settings settings = settings_default();
        struct error error = {""};
        int failed = read_lines(&settings, row->name, row->value, arena, &error);
        UNIT_ROW(row->value, failed == 0 && number_at(&settings, row) == row->number);
    }
    arena_free(&arena);
}

/* ---- refusals ---- */

struct refusal_row {
    const char *name;
    const char *value;
    const char *error; /* a part of it */
};

static const struct refusal_row refusal_rows[] = {
    {"max-message",      "",                  "max-message: expected OCTETS, found \"\""                    },
    {"max-message",      "10x",               "max-message: expected OCTETS, found \"10x\""                 },
    {"max-message",      "-1",                "expected OCTETS"                                             },
    {"max-message",      "99999999999999G",   "expected OCTETS"                                             },
    {"max-message",      "1 2",               "expected OCTETS"                                             },
    {"max-recipients",   "many",              "max-recipients: expected NUMBER"                             },
    {"max-recipients",   "1000000001",        "expected NUMBER"                                             },
    {"idle",             "0s",                "idle: expected TIME"                                         },
    {"idle",             "5",                 "idle: expected TIME"                                         },
    {"expire",           "-1",                "expire: expected DAYS or NEVER"                              },
    {"refuse",           "RCPT",              "refuse: expected VERB CODE [TEXT], found \"RCPT\""           },
    {"refuse",           "RCPT 399",          "expected VERB CODE [TEXT]"                                   },
    {"refuse",           "RCPT 560 no",       "expected VERB CODE [TEXT]"                                   },
    {"refuse",           "RCPT 460",          "expected VERB CODE [TEXT]"                                   },
    {"refuse",           "RCPT 499",          "expected VERB CODE [TEXT]"                                   },
    {"refuse",           "STLS",              "refuse: expected VERB CODE [TEXT], found \"STLS\""           },
    {"refuse",           "STLS -OK",          "refuse: expected VERB CODE [TEXT]"                           },
    {"refuse",           "STSL -ERR",         "refuse: no command of POP3: \"STSL\""                        },
    {"refuse",           "STARTTLS -ERR",     "\"STARTTLS\"; SMTP refuses with a code"                      },
    {"refuse",           "STLS 454",          "refuse: no command of SMTP: \"STLS\"; POP3 refuses with -ERR"},
    {"refuse",           ". -ERR",            "refuse: no command of POP3: \".\""                           },
    {"refuse",           "RCTP 450",          "refuse: no command of SMTP: \"RCTP\""                        },
    {"refuse",           "RCPT 450\n.. 554",  "refuse: no command of SMTP: \"..\""                          },
    {"refuse",           "DATA 451\nRCPT x",  "refuse: expected VERB CODE [TEXT], found \"RCPT x\""         },
    {"relay",            "open",              "relay: expected refuse or store, found \"open\""             },
    {"vrfy",             "250",               "vrfy: expected check, 252 or 502"                            },
    {"profile",          "rfc822",            "profile: expected rfc5321, rfc821 or minimal"                },
    {"user",             "alice",             "user: expected NAME SECRET [ADDRESS]"                        },
    {"user",             "a b c d",           "user: expected NAME SECRET [ADDRESS]"                        },
    {"user",             "alice secret\nbob", "user: expected NAME SECRET [ADDRESS]"                        },
    {"alias",            "a",                 "alias: expected NAME ADDRESS"                                },
    {"list",             "staff",             "list: expected NAME ADDRESS ..."                             },
    {"offer",            "SIZE TLS",          "offer: no keyword of this server: \"TLS\""                   },
    {"hide-capa",        "SIZE",              "hide-capa: no keyword of this server: \"SIZE\""              },
    {"nonce",            "x",                 "nonce: expected <TIMESTAMP>, found \"x\""                    },
    {"nonce",            "<@x>",              "nonce: expected <TIMESTAMP>"                                 },
    {"nonce",            "<a@b><c@d>",        "nonce: expected <TIMESTAMP>"                                 },
    {"nonce",            "<a@b<c>",           "nonce: expected <TIMESTAMP>"                                 },
    {"nonce",            "<a\xE4@b>",         "nonce: expected <TIMESTAMP>"                                 },
    {"nonce",            "x<a@b>",            "nonce: expected <TIMESTAMP>"                                 },
    {"nonce",            "<x@>",              "nonce: expected <TIMESTAMP>"                                 },
    {"hostname",         "two words",         "hostname: expected NAME"                                     },
    {"auth",             "PLAIN X",           "auth: unknown mechanism \"X\": expected PLAIN, LOGIN, "      },
    {"pop3-auth",        "PLAIN plain",       "pop3-auth: PLAIN stands there twice"                         },
    {"auth-needs-tls",   "maybe",             "auth-needs-tls: expected no, yes or plain"                   },
    {"starttls",         "maybe",             "starttls: expected yes or no, found \"maybe\""               },
    {"certificate-kind", "bad",               "certificate-kind: expected good, expired, not-yet-valid"     },
    {"tls-min",          "1.4",               "tls-min: expected 1.0, 1.1, 1.2, 1.3 or any, found \"1.4\""  },
    {"tls-disturb",      "cut",
     "tls-disturb: expected nothing, garbage, cut OCTETS or no-close-notify, found \"cut\""                 },
    {"tls-disturb",      "cut x",             "tls-disturb: expected"                                       },
    {"tls-disturb",      "garbage 5",         "found \"garbage 5\""                                         },
    {"tls-disturb",      "cut 5 6",           "found \"cut 5 6\""                                           },
    {"certificate",      "",                  "certificate: expected FILE, found \"\""                      },
};

static void test_refusals(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof refusal_rows / sizeof refusal_rows[0]; i++) {
        const struct refusal_row *row = &refusal_rows[i];
        struct server_settings before = settings_default();
        struct server_settings settings = before;
        struct error error = {""};
        UNIT_ROW(row->value, read_lines(&settings, row->name, row->value, arena, &error) == -1);
        UNIT_ROW(row->value, strstr(error.text, row->error) != NULL);
        UNIT_ROW(row->value, memcmp(&settings, &before, sizeof settings) == 0);
    }
    arena_free(&arena);
}

/* ---- lists ---- */

static void test_users_get_the_first_domain(void)
{
    struct arena *arena = arena_new();
    struct server_settings settings = settings_default();
    struct error error = {""};
    CU_ASSERT_EQUAL(read_lines(&settings, "domain", "a.example\nb.example", arena, &error), 0);
    CU_ASSERT_EQUAL(
        read_lines(&settings, "user", "carol secret\ndave secret-d dave@b.example", arena, &error),
        0);
    CU_ASSERT_EQUAL_FATAL(settings.domain_count, 2);
    CU_ASSERT_EQUAL_FATAL(settings.user_count, 2);
    CU_ASSERT_STRING_EQUAL(settings.domains[1], "b.example");
    CU_ASSERT_STRING_EQUAL(settings.users[0].address, "carol@a.example");
    CU_ASSERT_STRING_EQUAL(settings.users[1].secret, "secret-d");
    CU_ASSERT_STRING_EQUAL(settings.users[1].address, "dave@b.example");
    arena_free(&arena);
}

static void test_lists(void)
{
    struct arena *arena = arena_new();
    struct server_settings settings = settings_default();
    struct error error = {""};
    CU_ASSERT_EQUAL(
        read_lines(&settings, "alias", "sales alice@example.test\n  info   bob@x ", arena, &error),
        0);
    CU_ASSERT_EQUAL(read_lines(&settings, "list", "staff a@x b@x c@x", arena, &error), 0);
    CU_ASSERT_EQUAL(read_lines(&settings, "full", "bob", arena, &error), 0);
    CU_ASSERT_EQUAL(read_lines(&settings, "refuse", "RCPT 451\n. 554  Not today ", arena, &error),
                    0);
    CU_ASSERT_EQUAL_FATAL(settings.refusals.count, 2);
    CU_ASSERT_EQUAL(settings.refusals.rows[0].code, 451);
    CU_ASSERT_PTR_NULL(settings.refusals.rows[0].text);
    CU_ASSERT_STRING_EQUAL(settings.refusals.rows[1].command, ".");
    CU_ASSERT_STRING_EQUAL(settings.refusals.rows[1].text, "Not today");
    CU_ASSERT_EQUAL_FATAL(settings.aliases.count, 2);
    CU_ASSERT_STRING_EQUAL(settings.aliases.rows[1].name, "info");
    CU_ASSERT_STRING_EQUAL(settings.aliases.rows[1].address, "bob@x");
    CU_ASSERT_EQUAL_FATAL(settings.lists.count, 1);
    CU_ASSERT_EQUAL_FATAL(settings.lists.rows[0].members.count, 3);
    CU_ASSERT_STRING_EQUAL(settings.lists.rows[0].members.names[2], "c@x");
    CU_ASSERT_EQUAL_FATAL(settings.full.count, 1);
    CU_ASSERT_STRING_EQUAL(settings.full.names[0], "bob");
    arena_free(&arena);
}

static void test_keywords(void)
{
    struct arena *arena = arena_new();
    struct server_settings settings = settings_default();
    struct error error = {""};
    CU_ASSERT_EQUAL(read_lines(&settings, "offer", "size DSN\nHELP", arena, &error), 0);
    CU_ASSERT_EQUAL(read_lines(&settings, "hide", "DSN", arena, &error), 0);
    CU_ASSERT_EQUAL(read_lines(&settings, "hide-capa", "TOP UIDL", arena, &error), 0);
    for (size_t i = 0; i < EXTENSION_COUNT; i++) {
        CU_ASSERT_EQUAL(settings.offers[i], i == EXTENSION_SIZE || i == EXTENSION_HELP);
    }
    for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
        CU_ASSERT_EQUAL(settings.capabilities[i], i != CAPABILITY_TOP && i != CAPABILITY_UIDL);
    }
    arena_free(&arena);
}

/* Every setting is read by something, and its standard value is one that it takes. */
static void test_standards(void)
{
    struct arena *arena = arena_new();
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        const struct server_setting_row *row = server_setting_row((enum server_setting)i);
        struct server_settings settings = settings_default();
        struct error error = {""};
        struct bytes values[64];
        struct bytes rest = bytes_of(row->standard);
        size_t count = 0;
        while (count < 64 && bytes_next(&rest, '\n', &values[count])) {
            count++;
        }
        UNIT_ROW(row->name, row->help != NULL && row->shape != NULL);
        UNIT_ROW(row->name, setting_values_read(&settings, (enum server_setting)i, values, count,
                                                arena, &error) == 0);
    }
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"numbers",                    test_numbers                   },
    {"refusals",                   test_refusals                  },
    {"users get the first domain", test_users_get_the_first_domain},
    {"lists",                      test_lists                     },
    {"keywords",                   test_keywords                  },
    {"standards",                  test_standards                 },
};

UNIT_MAIN("fake_servers/setting_values", tests)
