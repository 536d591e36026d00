/* Variables and functions become octets. */
#include "engine/expand.h"

#include "engine_written.h"
#include "unit.h"

struct fixture {
    struct arena *arena;
    struct vars *vars;
    struct scope scope;
};

static bool outer(void *self, const char *name, struct bytes *value_r)
{
    (void)self;
    static const struct {
        const char *name;
        const char *value;
    } rows[] = {
        {"timestamp",    "<1896.697170952@dbc.mtview.ca.us>"},
        {"secret",       "tanstaaf"                         },
        {"secret:alice", "sesame"                           },
        {"rcpt",         "outer@example.org"                },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *value_r = bytes_of(rows[i].value);
            return true;
        }
    }
    return false;
}

static void fixture_init(struct fixture *fixture)
{
    fixture->arena = arena_new();
    fixture->vars = vars_new();
    vars_set(fixture->vars, "rcpt", bytes_of("jones@example.org"));
    vars_set(fixture->vars, "n", bytes_of("41"));
    vars_set(fixture->vars, "nul", BYTES_LIT("a\0b"));
    fixture->scope = (struct scope){fixture->vars, outer, NULL};
}

static void fixture_deinit(struct fixture *fixture)
{
    vars_free(&fixture->vars);
    arena_free(&fixture->arena);
}

#define RFC_5802_CHALLENGE                                                                         \
    "cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5" \
    "Ng=="
#define RFC_5802_FINAL                                                                             \
    "Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBDSkdi" \
    "SlF5RjBYK0hJNFRzPQ=="
#define RFC_7677_CHALLENGE                                                                         \
    "cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodllEcFdVYTJSYVRDQWZ1eEZJbGopaE5sRiRrMCxzPVcyMlphSjBTTlk3c29F" \
    "c1VFamI2Z1E9PSxpPTQwOTY="
#define RFC_7677_FINAL                                                                             \
    "Yz1iaXdzLHI9ck9wck5HZndFYmVSV2diTkVrcU8laHZZRHBXVWEyUmFUQ0FmdXhGSWxqKWhObEYkazAscD1kSHpiWmFw" \
    "V0lrNGpVaE4rVXRlOXl0YWc5empmTUhnc3FtbWl6N0FuZFZRPQ=="

struct row {
    const char *source;
    struct bytes wanted;
};

static const struct row rows[] = {
    {"",                                                                            BYTES_INIT("")                                                    },
    {"NOOP",                                                                        BYTES_INIT("NOOP")                                                },
    {"RCPT TO:<{{rcpt}}>",                                                          BYTES_INIT("RCPT TO:<jones@example.org>")                         },
    {"{{nul}}{{nul}}",                                                              BYTES_INIT("a\0ba\0b")                                            },
    {"{{secret:alice}}",                                                            BYTES_INIT("sesame")                                              },
    {"DELE {{m:int=5}}",                                                            BYTES_INIT("DELE 5")                                              },
    {"DELE {{n:int=5}}",                                                            BYTES_INIT("DELE 41")                                             },
    {"{{m=}}.",                                                                     BYTES_INIT(".")                                                   },
    {"{{repeat 3 \"ab\"}}",                                                         BYTES_INIT("ababab")                                              },
    {"{{repeat 0 \"ab\"}}",                                                         BYTES_INIT("")                                                    },
    {"{{repeat 99999999999 \"\"}}",                                                 BYTES_INIT("")                                                    },
    {"{{repeat 2 \"<{{n}}>\"}}",                                                    BYTES_INIT("<41><41>")                                            },
    {"{{base64 \"f\"}}",                                                            BYTES_INIT("Zg==")                                                },
    {"{{base64 nul}}",                                                              BYTES_INIT("YQBi")                                                },
    {"{{base64 \"fo\" \"ob\" \"ar\"}}",                                             BYTES_INIT("Zm9vYmFy")                                            },
    {"{{md5 \"abc\"}}",                                                             BYTES_INIT("900150983cd24fb0d6963f7d28e17f72")                    },
 /* RFC 1939 section 7 */
    {"APOP mrose {{apop}}",                                                         BYTES_INIT("APOP mrose c4c9334bac560ecc979e58001b3e22fb")         },
 /* RFC 2195 section 2, RFC 2104 */
    {"{{hmac-md5 \"Jefe\" \"what do ya want for nothing?\"}}",
     BYTES_INIT("750c783e6ab0b503eaa86e310a5db738")                                                                                                   },
    {"{{unbase64 \"AGEA\"}}",                                                       BYTES_INIT("\0a\0")                                               },
    {"{{unbase64 \"\"}}",                                                           BYTES_INIT("")                                                    },
 /* RFC 4616 section 4, RFC 4954 section 4.1 */
    {"{{plain \"tim\" \"tanstaaftanstaaf\"}}",                                      BYTES_INIT("AHRpbQB0YW5zdGFhZnRhbnN0YWFm")                        },
    {"{{plain \"Ursel\" \"Kurt\" \"xipj3plmq\"}}",                                  BYTES_INIT("VXJzZWwAS3VydAB4aXBqM3BsbXE=")                        },
    {"{{plain \"\" \"\"}}",                                                         BYTES_INIT("AAA=")                                                },
    {"{{cram-md5 \"rjs3\" \"1234\" "
     "\"PDQxOTI5NDIzNDEuMTI4Mjg0NzJAc291cmNlZm91ci5hbmRyZXcuY211LmVkdT4=\"}}", BYTES_INIT("cmpzMyBlYzNhNTlmZWQzOTVhYmExZWM2MzY3YzRmNGI0MWFjMA==")},
    {"{{xoauth2 \"u\" \"t\"}}",                                                     BYTES_INIT("dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==")                    },
    {"{{oauthbearer \"u\" \"t\"}}",                                                 BYTES_INIT("bixhPXUsAWF1dGg9QmVhcmVyIHQBAQ==")                    },
 /* RFC 7628 section 4.1 */
    {"{{oauthbearer \"user@example.com\" \"vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\" "
     "\"server.example.com\" 143}}",                                           BYTES_INIT(
         "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVy"
         "IHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB")                                     },
 /* RFC 5802 section 5, RFC 7677 section 3 */
    {"{{scram-first \"user\" \"fyko+d2lbbFgONRv9qkxdawL\"}}",
     BYTES_INIT("biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM")                                                                                   },
    {"{{scram-first \"a,b=c\" \"d\"}}",                                             BYTES_INIT("biwsbj1hPTJDYj0zRGMscj1k")                            },
    {"{{scram-challenge \"biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM\" "
     "\"3rfcNHYJY1ZVvWVs7j\" "
     "\"QSXCR+Q6sek8bf92\" 4096}}",                                            BYTES_INIT(RFC_5802_CHALLENGE)                                    },
    {"{{scram-final \"SCRAM-SHA-1\" \"pencil\" "
     "\"biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM\" "
     "\"" RFC_5802_CHALLENGE "\"}}",
     BYTES_INIT(RFC_5802_FINAL)                                                                                                                       },
    {"{{scram-signature \"scram-sha-1\" \"pencil\" "
     "\"biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM\" "
     "\"" RFC_5802_CHALLENGE "\" \"" RFC_5802_FINAL "\"}}",
     BYTES_INIT("dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9")                                                                                           },
    {"{{scram-final \"SCRAM-SHA-256\" \"pencil\" \"biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8=\" "
     "\"" RFC_7677_CHALLENGE "\"}}",
     BYTES_INIT(RFC_7677_FINAL)                                                                                                                       },
    {"{{scram-signature \"SCRAM-SHA-256\" \"pencil\" "
     "\"biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8=\" "
     "\"" RFC_7677_CHALLENGE "\" \"" RFC_7677_FINAL "\"}}",
     BYTES_INIT("dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==")                                                                   },
    {"{{add n 1}}",                                                                 BYTES_INIT("42")                                                  },
    {"{{add 18446744073709551615 0}}",                                              BYTES_INIT("18446744073709551615")                                },
    {"{{length nul}}",                                                              BYTES_INIT("3")                                                   },
    {"{{length \"\"}}",                                                             BYTES_INIT("0")                                                   },
    {"{{upper \"MiXed 1\xe9\"}}",                                                   BYTES_INIT("MIXED 1\xe9")                                         },
    {"{{lower \"MiXed 1\xc9\"}}",                                                   BYTES_INIT("mixed 1\xc9")                                         },
};

static void test_rows(void)
{
    struct fixture fixture;
    fixture_init(&fixture);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out = {0};
        struct error error = {""};
        struct text text = written(fixture.arena, bytes_of(rows[i].source));
        UNIT_ROW(rows[i].source, expand_text(&out, &text, &fixture.scope, &error) == 0);
        UNIT_ROW(rows[i].source, bytes_equal(buf_bytes(&out), rows[i].wanted));
        /* Behind what stands there already. */
        buf_clear(&out);
        buf_append_text(&out, "x");
        UNIT_ROW(rows[i].source, expand_text(&out, &text, &fixture.scope, &error) == 0);
        UNIT_ROW(rows[i].source, bytes_equal(bytes_skip(buf_bytes(&out), 1), rows[i].wanted));
        buf_deinit(&out);
    }
    fixture_deinit(&fixture);
}

struct bad_row {
    const char *source;
    const char *error;
};

static const struct bad_row bad_rows[] = {
    {"C {{m}}",                                                                         "{{m}} has no value here"                                                       },
    {"PASS {{secret:*}}",                                                               "{{secret:*}} stands for a secret that the transcript leaves out; write "
                          "{{secret:NAME}} for the secret of --user NAME"                                                                      },
    {"C {{m:int}}",                                                                     "{{m}} has no value here"                                                       },
    {"{{length m}}",                                                                    "{{m}} has no value here"                                                       },
    {"{{repeat \"x\" \"ab\"}}",                                                         "{{repeat}}: expected a decimal number, found \"x\""                            },
    {"{{repeat -1 \"ab\"}}",                                                            "{{repeat}}: expected a decimal number, found \"-1\""                           },
    {"{{repeat nul \"ab\"}}",                                                           "{{repeat}}: expected a decimal number, found \"a\\0b\""                        },
    {"{{repeat 67108865 \"a\"}}",                                                       "{{repeat}}: the line would be longer than 64 MiB"                              },
    {"{{repeat 9999999999999 rcpt}}",                                                   "{{repeat}}: the line would be longer than 64 MiB"                              },
    {"{{add 1 rcpt}}",                                                                  "{{add}}: expected a decimal number, found \"jones@example.org\""               },
    {"{{add 18446744073709551615 1}}",                                                  "{{add}}: the sum is too large"                                                 },
    {"{{md5 \"a\" \"b\"}}",                                                             "{{md5}}: wrong number of arguments"                                            },
    {"{{unbase64 \"YQ\"}}",                                                             "{{unbase64}}: not base64 (RFC 4648 section 4): \"YQ\""                         },
    {"{{unbase64 nul}}",                                                                "{{unbase64}}: not base64 (RFC 4648 section 4): \"a\\0b\""                      },
    {"{{cram-md5 \"u\" \"s\" \"?\"}}",                                                  "{{cram-md5}}: the challenge is not base64: \"?\""                              },
    {"{{oauthbearer \"u\" \"t\" \"h\" 65536}}",
     "{{oauthbearer}}: expected a port, at most 65535: \"65536\""                                                                                                       },
    {"{{scram-challenge \"?\" \"s\" \"c2FsdA==\" 1}}",
     "{{scram-challenge}}: not a client's first message of SCRAM in base64: \"?\""                                                                                      },
    {"{{scram-challenge \"biws\" \"s\" \"c2FsdA==\" 1}}",
     "{{scram-challenge}}: not a client's first message of SCRAM in base64: \"biws\""                                                                                   },
    {"{{scram-final \"PLAIN\" \"w\" \"biwsbj11LHI9Yw==\" \"biws\"}}",
     "{{scram-final}}: expected SCRAM-SHA-1 or SCRAM-SHA-256, found: \"PLAIN\""                                                                                         },
    {"{{scram-final \"SCRAM-SHA-1\" \"w\" \"biwsbj11LHI9Yw==\" \"biws\"}}",
     "{{scram-final}}: not a server's first message of SCRAM in base64: \"biws\""                                                                                       },
    {"{{scram-final \"SCRAM-SHA-1\" \"w\" \"biwsbj11LHI9Yw==\" \"cj1jcyxzPT8saT0x\"}}",
     "{{scram-final}}: the salt is not base64: \"?\""                                                                                                                   },
    {"{{scram-final \"SCRAM-SHA-1\" \"w\" \"biwsbj11LHI9Yw==\" "
     "\"cj1jcyxzPWMyRnNkQT09LGk9MTAwMDAwMQ==\"}}",                                 "{{scram-final}}: more than 1000000 iterations are asked for"                   },
    {"{{scram-signature \"SCRAM-SHA-1\" \"w\" \"biwsbj11LHI9Yw==\" "
     "\"cj1jcyxzPWMyRnNkQT09LGk9MQ==\" \"biws\"}}",                                "{{scram-signature}}: not a client's final message of SCRAM in base64: \"biws\""},
    {"{{scram-signature \"SCRAM-SHA-1\" \"w\"}}",                                       "{{scram-signature}}: wrong number of arguments"                                },
    {"{{nonsense 1}}",                                                                  "there is no function {{nonsense ...}}"                                         },
};

static void test_errors(void)
{
    struct fixture fixture;
    fixture_init(&fixture);
    for (size_t i = 0; i < sizeof bad_rows / sizeof bad_rows[0]; i++) {
        struct buf out = {0};
        struct error error = {""};
        struct text text = written(fixture.arena, bytes_of(bad_rows[i].source));
        UNIT_ROW(bad_rows[i].source, expand_text(&out, &text, &fixture.scope, &error) == -1);
        UNIT_ROW(bad_rows[i].source, strcmp(error.text, bad_rows[i].error) == 0);
        UNIT_ROW(bad_rows[i].source, expand_text(&out, &text, &fixture.scope, NULL) == -1);
        buf_deinit(&out);
    }
    fixture_deinit(&fixture);
}

/* A limit for the whole line, not only for one function. */
static void test_many_long_pieces(void)
{
    struct fixture fixture;
    fixture_init(&fixture);
    struct buf out = {0};
    struct error error = {""};
    struct text text =
        written(fixture.arena, bytes_of("{{repeat 40000000 \"a\"}}{{repeat 40000000 \"b\"}}"));
    CU_ASSERT_EQUAL(expand_text(&out, &text, &fixture.scope, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "{{repeat}}: the line would be longer than 64 MiB");
    buf_deinit(&out);
    fixture_deinit(&fixture);
}

static void test_apop_without_timestamp(void)
{
    struct fixture fixture;
    fixture_init(&fixture);
    struct scope bare = {fixture.vars, NULL, NULL};
    struct buf out = {0};
    struct error error = {""};
    struct text text = written(fixture.arena, bytes_of("{{apop}}"));
    CU_ASSERT_EQUAL(expand_text(&out, &text, &bare, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "{{apop}}: the server's greeting has no timestamp");
    vars_set(fixture.vars, "timestamp", bytes_of("<1@2>"));
    CU_ASSERT_EQUAL(expand_text(&out, &text, &bare, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "{{apop}}: no user's secret is known");
    buf_deinit(&out);
    fixture_deinit(&fixture);
}

static void test_line_end(void)
{
    struct fixture fixture;
    fixture_init(&fixture);
    struct line line = {.text = written(fixture.arena, bytes_of("QUIT"))};
    struct buf out = {0};
    CU_ASSERT_EQUAL(expand_sent_line(&out, &line, &fixture.scope, NULL), 0);
    line.flags = LINE_NO_END;
    CU_ASSERT_EQUAL(expand_sent_line(&out, &line, &fixture.scope, NULL), 0);
    CU_ASSERT(bytes_is(buf_bytes(&out), "QUIT\r\nQUIT"));
    buf_deinit(&out);
    fixture_deinit(&fixture);
}

/* ---- Variables ---- */

static void test_vars(void)
{
    struct fixture fixture;
    fixture_init(&fixture);
    struct bytes value = {0};
    CU_ASSERT(scope_get(&fixture.scope, "rcpt", &value)); /* the case's own come first */
    CU_ASSERT(bytes_is(value, "jones@example.org"));
    CU_ASSERT_FALSE(vars_get(fixture.vars, "secret", &value));
    CU_ASSERT(scope_get(&fixture.scope, "secret", &value));
    CU_ASSERT_FALSE(scope_get(&fixture.scope, "nobody", &value));
    CU_ASSERT(vars_get(fixture.vars, "rcpt", &value));
    vars_set(fixture.vars, "rcpt", bytes_skip(value, 6)); /* a view of what it replaces */
    CU_ASSERT(vars_get(fixture.vars, "rcpt", &value));
    CU_ASSERT(bytes_is(value, "example.org"));
    for (unsigned i = 0; i < 100; i++) {
        vars_set(fixture.vars, arena_printf(fixture.arena, "v%u", i), bytes_of("x"));
    }
    CU_ASSERT(vars_get(fixture.vars, "v99", &value));
    CU_ASSERT(vars_get(fixture.vars, "nul", &value));
    CU_ASSERT_EQUAL(value.n, 3);
    fixture_deinit(&fixture);
    vars_free(&fixture.vars); /* nothing is freed twice */
}

static const struct unit_test tests[] = {
    {"text",                     test_rows                  },
    {"errors",                   test_errors                },
    {"many long pieces",         test_many_long_pieces      },
    {"apop without a timestamp", test_apop_without_timestamp},
    {"line end",                 test_line_end              },
    {"variables",                test_vars                  },
};

UNIT_MAIN("engine/expand", tests)
