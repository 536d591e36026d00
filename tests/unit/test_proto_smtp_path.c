/* Paths and parameters of MAIL and RCPT (RFC 5321 4.1.1.2, 4.1.1.3, 4.1.2, 4.5.3.1). */
#include "proto/smtp_path.h"

#include "feed.h"
#include "proto/smtp_command.h"

struct row {
    const char *name;
    struct bytes octets;  /* MAIL is read as a reverse-path, everything else as a forward-path */
    const char *expected; /* [whole][local part][domain] KEYWORD=[value] defects */
};

static void print_read(const struct smtp_path *read, struct buf *seen)
{
    struct smtp_path path = *read;
    feed_print(seen, path.whole);
    feed_print(seen, path.local_part);
    feed_print(seen, path.domain);
    for (size_t i = 0; i < path.param_count; i++) {
        buf_append_octet(seen, ' ');
        escape_append(seen, path.params[i].keyword, 0);
        if (path.params[i].has_value) {
            buf_append_octet(seen, '=');
            feed_print(seen, path.params[i].value);
        }
    }
    buf_append_text(seen, path.defects != 0 ? " " : "");
    smtp_path_defects_print(seen, path.defects);
    buf_append_text(seen, ";");
}

static void print_path(const struct wire_line *line, struct buf *seen)
{
    struct smtp_command command = smtp_command_read(line->text);
    struct smtp_path path = smtp_path_read(command.argument, command.verb != SMTP_MAIL);
    print_read(&path, seen);
}

static void print_utf8_path(const struct wire_line *line, struct buf *seen)
{
    struct smtp_command command = smtp_command_read(line->text);
    struct smtp_path path = smtp_path_read_utf8(command.argument, command.verb != SMTP_MAIL);
    print_read(&path, seen);
}

static void feed_utf8_paths(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 2048, print_utf8_path, seen);
}

static void feed_paths(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 2048, print_path, seen);
}

static const struct row good_rows[] = {
    {"mailbox",                BYTES_INIT("MAIL FROM:<a@b.c>\r\n"),                      "[<a@b.c>][a][b.c];"              },
    {"forward",                BYTES_INIT("RCPT TO:<a@b.c>\r\n"),                        "[<a@b.c>][a][b.c];"              },
    {"keyword in lower case",  BYTES_INIT("MAIL from:<a@b>\r\n"),                        "[<a@b>][a][b];"                  },
    {"null reverse-path",      BYTES_INIT("MAIL FROM:<>\r\n"),                           "[<>][][];"                       },
    {"Postmaster",             BYTES_INIT("RCPT TO:<Postmaster>\r\n"),                   "[<Postmaster>][Postmaster][];"   },
    {"POSTMASTER",             BYTES_INIT("RCPT TO:<POSTMASTER>\r\n"),                   "[<POSTMASTER>][POSTMASTER][];"   },
    {"Postmaster with domain", BYTES_INIT("RCPT TO:<postmaster@b>\r\n"),
     "[<postmaster@b>][postmaster][b];"                                                                                    },
    {"dot-string",             BYTES_INIT("RCPT TO:<a.b.c@d>\r\n"),                      "[<a.b.c@d>][a.b.c][d];"          },
    {"atext",                  BYTES_INIT("RCPT TO:<!#$%&'*+-/=?^_`{|}~09azAZ@d>\r\n"),
     "[<!#$%&'*+-/=?^_`{|}~09azAZ@d>][!#$%&'*+-/=?^_`{|}~09azAZ][d];"                                                      },
    {"quoted",                 BYTES_INIT("RCPT TO:<\"a b\"@d>\r\n"),                    "[<\"a b\"@d>][\"a b\"][d];"      },
    {"quoted at sign",         BYTES_INIT("RCPT TO:<\"a@b\"@d>\r\n"),                    "[<\"a@b\"@d>][\"a@b\"][d];"      },
    {"quoted bracket",         BYTES_INIT("RCPT TO:<\">\"@d>\r\n"),                      "[<\">\"@d>][\">\"][d];"          },
    {"quoted pairs",           BYTES_INIT("RCPT TO:<\"\\\"\\\\\\ \"@d>\r\n"),
     "[<\"\\\\\"\\\\\\\\\\\\ \"@d>][\"\\\\\"\\\\\\\\\\\\ \"][d];"                                                          },
    {"labels",                 BYTES_INIT("RCPT TO:<a@a-b.0--9.X>\r\n"),                 "[<a@a-b.0--9.X>][a][a-b.0--9.X];"},
    {"IPv4 literal",           BYTES_INIT("RCPT TO:<a@[127.0.0.1]>\r\n"),
     "[<a@[127.0.0.1]>][a][[127.0.0.1]];"                                                                                  },
    {"IPv6 literal",           BYTES_INIT("RCPT TO:<a@[IPv6:::1]>\r\n"),                 "[<a@[IPv6:::1]>][a][[IPv6:::1]];"},
    {"general literal",        BYTES_INIT("RCPT TO:<a@[x:@>!]> Y\r\n"),                  "[<a@[x:@>!]>][a][[x:@>!]] Y;"    },
    {"parameter",              BYTES_INIT("MAIL FROM:<a@b> SIZE=10\r\n"),                "[<a@b>][a][b] SIZE=[10];"        },
    {"parameters",             BYTES_INIT("MAIL FROM:<a@b> BODY=8BITMIME SMTPUTF8\r\n"),
     "[<a@b>][a][b] BODY=[8BITMIME] SMTPUTF8;"                                                                             },
    {"value with brackets",    BYTES_INIT("MAIL FROM:<> AUTH=<>\r\n"),                   "[<>][][] AUTH=[<>];"             },
    {"keyword with hyphen",    BYTES_INIT("MAIL FROM:<> 8-x-=!~\r\n"),                   "[<>][][] 8-x-=[!~];"             },
    {"blank at the end",       BYTES_INIT("MAIL FROM:<a@b> \r\n"),                       "[<a@b>][a][b];"                  },
};

static const struct row route_rows[] = {
    {"one hop",                  BYTES_INIT("RCPT TO:<@a.b:c@d>\r\n"),       "[<@a.b:c@d>][c][d] source route;"         },
    {"two hops",                 BYTES_INIT("RCPT TO:<@a,@b.c:d@e>\r\n"),    "[<@a,@b.c:d@e>][d][e] source route;"      },
    {"then quoted",              BYTES_INIT("RCPT TO:<@a:\"b:>\"@c>\r\n"),
     "[<@a:\"b:>\"@c>][\"b:>\"][c] source route;"                                                                       },
    {"in MAIL",                  BYTES_INIT("MAIL FROM:<@a:b@c>\r\n"),       "[<@a:b@c>][b][c] source route;"           },
    {"no at sign in second hop", BYTES_INIT("RCPT TO:<@a,b:c@d>\r\n"),
     "[<@a,b:c@d>][c][d] bad domain, source route;"                                                                     },
    {"comma at the end",         BYTES_INIT("RCPT TO:<@a,:c@d>\r\n"),
     "[<@a,:c@d>][c][d] bad domain, source route;"                                                                      },
    {"empty hop",                BYTES_INIT("RCPT TO:<@:c@d>\r\n"),          "[<@:c@d>][c][d] bad domain, source route;"},
    {"literal as hop",           BYTES_INIT("RCPT TO:<@[1.2.3.4]:c@d>\r\n"),
     "[<@[1.2.3.4]:c@d>][c][d] bad domain, source route;"                                                               },
    {"no mailbox",               BYTES_INIT("RCPT TO:<@a:>\r\n"),
     "[<@a:>][][] bad local part, bad domain, source route;"                                                            },
    {"Postmaster behind it",     BYTES_INIT("RCPT TO:<@a:Postmaster>\r\n"),
     "[<@a:Postmaster>][Postmaster][] bad domain, source route;"                                                        },
    {"colon behind the path",    BYTES_INIT("RCPT TO:<@a> X=:\r\n"),
     "[<@a>][][a] X=[:] bad local part;"                                                                                },
};

static const struct row bad_rows[] = {
    {"colon and bracket behind the path", BYTES_INIT("RCPT TO:<@a> X=:>\r\n"),
     "[<@a>][][a] X=[:>] bad local part;"                                                                                 },
    {"literal behind the path",           BYTES_INIT("RCPT TO:<a> X=@[b]>\r\n"),
     "[<a>][a][] X=[@[b]>] bad domain;"                                                                                   },
    {"brackets in a parameter",           BYTES_INIT("RCPT TO:<a@[x> Y=]>\r\n"),
     "[<a@[x>][a][[x] Y=[]>] bad domain;"                                                                                 },
    {"octet 128",                         BYTES_INIT("RCPT TO:<\x80@b>\r\n"),
     "[<\\x80@b>][\\x80][b] bad local part, octet above 127;"                                                             },
    {"DEL in quotes",                     BYTES_INIT("RCPT TO:<\"\x7f\"@c>\r\n"),
     "[<\"\\x7f\"@c>][\"\\x7f\"][c] bad local part;"                                                                      },
    {"octet 128 in quotes",               BYTES_INIT("RCPT TO:<\"\x80\"@c>\r\n"),
     "[<\"\\x80\"@c>][\"\\x80\"][c] bad local part, octet above 127;"                                                     },
    {"no keyword",                        BYTES_INIT("MAIL <a@b>\r\n"),              "[<a@b>][a][b] no FROM: or TO:;"     },
    {"TO: in MAIL",                       BYTES_INIT("MAIL TO:<a@b>\r\n"),           "[<a@b>][a][b] no FROM: or TO:;"     },
    {"FROM without colon",                BYTES_INIT("MAIL FROM <a@b>\r\n"),         "[<a@b>][a][b] no FROM: or TO:;"     },
    {"blank before the colon",            BYTES_INIT("RCPT TO :<a@b>\r\n"),          "[<a@b>][a][b] no FROM: or TO:;"     },
    {"nothing at all",                    BYTES_INIT("RCPT\r\n"),
     "[][][] no FROM: or TO:, no angle brackets, empty path;"                                                             },
    {"keyword alone",                     BYTES_INIT("MAIL FROM:\r\n"),              "[][][] no angle brackets;"          },
    {"blank behind the colon",            BYTES_INIT("MAIL FROM: <a@b>\r\n"),
     "[<a@b>][a][b] blank before the path;"                                                                               },
    {"two blanks behind the verb",        BYTES_INIT("MAIL  FROM:<a@b>\r\n"),
     "[<a@b>][a][b] blank before the path;"                                                                               },
    {"no brackets",                       BYTES_INIT("MAIL FROM:a@b SIZE=1\r\n"),
     "[a@b][a][b] SIZE=[1] no angle brackets;"                                                                            },
    {"no brackets, quoted",               BYTES_INIT("RCPT TO:\"a b\"@c X\r\n"),
     "[\"a b\"@c][\"a b\"][c] X no angle brackets;"                                                                       },
    {"not closed",                        BYTES_INIT("MAIL FROM:<a@b SIZE=1\r\n"),
     "[<a@b][a][b] SIZE=[1] no angle brackets;"                                                                           },
    {"empty forward-path",                BYTES_INIT("RCPT TO:<>\r\n"),              "[<>][][] empty path;"               },
    {"Postmaster in MAIL",                BYTES_INIT("MAIL FROM:<Postmaster>\r\n"),
     "[<Postmaster>][Postmaster][] bad domain;"                                                                           },
    {"no domain",                         BYTES_INIT("RCPT TO:<alice>\r\n"),         "[<alice>][alice][] bad domain;"     },
    {"empty domain",                      BYTES_INIT("RCPT TO:<a@>\r\n"),            "[<a@>][a][] bad domain;"            },
    {"empty local part",                  BYTES_INIT("RCPT TO:<@b>\r\n"),            "[<@b>][][b] bad local part;"        },
    {"empty quotes",                      BYTES_INIT("RCPT TO:<\"\"@b>\r\n"),        "[<\"\"@b>][\"\"][b] bad local part;"},
    {"dot first",                         BYTES_INIT("RCPT TO:<.a@b>\r\n"),          "[<.a@b>][.a][b] bad local part;"    },
    {"dot last",                          BYTES_INIT("RCPT TO:<a.@b>\r\n"),          "[<a.@b>][a.][b] bad local part;"    },
    {"two dots",                          BYTES_INIT("RCPT TO:<a..b@c>\r\n"),        "[<a..b@c>][a..b][c] bad local part;"},
    {"blank in local part",               BYTES_INIT("RCPT TO:<a b@c>\r\n"),         "[<a b@c>][a b][c] bad local part;"  },
    {"half quoted",                       BYTES_INIT("RCPT TO:<\"a\"b@c>\r\n"),
     "[<\"a\"b@c>][\"a\"b][c] bad local part;"                                                                            },
    {"quote not closed",                  BYTES_INIT("RCPT TO:<\"a@c>\r\n"),         "[<\"a@c>][\"a][c] bad local part;"  },
    {"quote escaped away",                BYTES_INIT("RCPT TO:<\"a\\\"@c>\r\n"),
     "[<\"a\\\\\"@c>][\"a\\\\\"][c] bad local part;"                                                                      },
    {"HT in quotes",                      BYTES_INIT("RCPT TO:<\"\t\"@c>\r\n"),
     "[<\"\\t\"@c>][\"\\t\"][c] bad local part;"                                                                          },
    {"two at signs",                      BYTES_INIT("RCPT TO:<a@b@c>\r\n"),         "[<a@b@c>][a][b@c] bad domain;"      },
    {"underscore",                        BYTES_INIT("RCPT TO:<a@b_c>\r\n"),         "[<a@b_c>][a][b_c] bad domain;"      },
    {"dot behind the domain",             BYTES_INIT("RCPT TO:<a@b.>\r\n"),          "[<a@b.>][a][b.] bad domain;"        },
    {"hyphen first",                      BYTES_INIT("RCPT TO:<a@-b>\r\n"),          "[<a@-b>][a][-b] bad domain;"        },
    {"hyphen last",                       BYTES_INIT("RCPT TO:<a@b->\r\n"),          "[<a@b->][a][b-] bad domain;"        },
    {"literal not closed",                BYTES_INIT("RCPT TO:<a@[1.2.3.4>\r\n"),
     "[<a@[1.2.3.4>][a][[1.2.3.4] bad domain;"                                                                            },
    {"bracket in a parameter",            BYTES_INIT("RCPT TO:<a@[x> Y=]\r\n"),
     "[<a@[x>][a][[x] Y=[]] bad domain;"                                                                                  },
    {"eight bit local part",              BYTES_INIT("RCPT TO:<\xfc@b>\r\n"),
     "[<\\xfc@b>][\\xfc][b] bad local part, octet above 127;"                                                             },
    {"eight bit domain",                  BYTES_INIT("RCPT TO:<a@\xfc>\r\n"),
     "[<a@\\xfc>][a][\\xfc] bad domain, octet above 127;"                                                                 },
    {"NUL",                               BYTES_INIT("RCPT TO:<a\0@b>\r\n"),         "[<a\\0@b>][a\\0][b] bad local part;"},
    {"no blank before parameter",         BYTES_INIT("MAIL FROM:<a@b>SIZE=1 X\r\n"),
     "[<a@b>][a][b] X something else behind the path;"                                                                    },
    {"second bracket",                    BYTES_INIT("MAIL FROM:<a@b>>\r\n"),
     "[<a@b>][a][b] something else behind the path;"                                                                      },
    {"two blanks before parameter",       BYTES_INIT("MAIL FROM:<a@b>  X\r\n"),
     "[<a@b>][a][b] X bad parameter;"                                                                                     },
    {"parameter without keyword",         BYTES_INIT("MAIL FROM:<a@b> =1\r\n"),
     "[<a@b>][a][b] =[1] bad parameter;"                                                                                  },
    {"parameter without value",           BYTES_INIT("MAIL FROM:<a@b> SIZE=\r\n"),
     "[<a@b>][a][b] SIZE=[] bad parameter;"                                                                               },
    {"two equals signs",                  BYTES_INIT("MAIL FROM:<a@b> X=1=2\r\n"),
     "[<a@b>][a][b] X=[1=2] bad parameter;"                                                                               },
    {"keyword begins with hyphen",        BYTES_INIT("MAIL FROM:<a@b> -X\r\n"),
     "[<a@b>][a][b] -X bad parameter;"                                                                                    },
    {"HT in a parameter",                 BYTES_INIT("MAIL FROM:<a@b> X=\ty\r\n"),
     "[<a@b>][a][b] X=[\\ty] bad parameter;"                                                                              },
    {"DEL in a parameter",                BYTES_INIT("MAIL FROM:<a@b> X=\x7f\r\n"),
     "[<a@b>][a][b] X=[\\x7f] bad parameter;"                                                                             },
};

static void run_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        feed_row(rows[i].name, feed_paths, rows[i].octets, rows[i].expected);
    }
}

static void test_good(void)
{
    run_rows(good_rows, ROWS(good_rows));
}

static void test_routes(void)
{
    run_rows(route_rows, ROWS(route_rows));
}

static void test_bad(void)
{
    run_rows(bad_rows, ROWS(bad_rows));
}

/* "TO:<" local part "@" domain ">" with parts of that many octets; the defects. */
static unsigned defects_of_lengths(size_t local_part, size_t domain)
{
    struct buf text = {0};
    buf_append_text(&text, "TO:<");
    buf_append_fill(&text, 'l', local_part);
    buf_append_octet(&text, '@');
    buf_append_fill(&text, 'd', domain);
    buf_append_octet(&text, '>');
    unsigned defects = smtp_path_read(buf_bytes(&text), true).defects;
    buf_deinit(&text);
    return defects;
}

static void test_lengths(void)
{
    CU_ASSERT(defects_of_lengths(64, 10) == 0);
    CU_ASSERT(defects_of_lengths(65, 10) == SMTP_PATH_LONG_LOCAL_PART);
    CU_ASSERT(defects_of_lengths(1, 252) == 0);
    CU_ASSERT(defects_of_lengths(2, 252) == SMTP_PATH_LONG);
    CU_ASSERT(defects_of_lengths(1, 255) == SMTP_PATH_LONG);
    CU_ASSERT(defects_of_lengths(1, 256) == (SMTP_PATH_LONG | SMTP_PATH_LONG_DOMAIN));
}

static void test_many_params(void)
{
    struct buf text = {0};
    buf_append_text(&text, "FROM:<>");
    for (size_t i = 0; i < SMTP_MAX_PARAMS; i++) {
        buf_append_text(&text, " X=1");
    }
    struct smtp_path path = smtp_path_read(buf_bytes(&text), false);
    CU_ASSERT(path.defects == 0);
    CU_ASSERT(path.param_count == SMTP_MAX_PARAMS);
    buf_append_text(&text, " Y");
    path = smtp_path_read(buf_bytes(&text), false);
    CU_ASSERT(path.defects == SMTP_PATH_MANY_PARAMS);
    CU_ASSERT(path.param_count == SMTP_MAX_PARAMS);
    buf_deinit(&text);
}

struct is_row {
    const char *text;
    bool is;
};

static const struct is_row domain_rows[] = {
    {"a",                true },
    {"a.b",              true },
    {"a-b.c",            true },
    {"1.2.3.4",          true },
    {"xn--bcher-kva.ch", true },
    {"",                 false},
    {".",                false},
    {"a.",               false},
    {".a",               false},
    {"a..b",             false},
    {"a-",               false},
    {"-a",               false},
    {"-",                false},
    {"a.-b",             false},
    {"a_b",              false},
    {"a b",              false},
    {"[1.2.3.4]",        false},
    {"a@b",              false},
    {"b\xc3\xbc",        false},
};

static const struct is_row literal_rows[] = {
    {"[1.2.3.4]",                       true },
    {"[255.255.255.255]",               true },
    {"[000.01.1.0]",                    true },
    {"[256.1.1.1]",                     false},
    {"[1.1.1]",                         false},
    {"[1.1.1.1.1]",                     false},
    {"[1.1.1.]",                        false},
    {"[1.1..1]",                        false},
    {"[0001.1.1.1]",                    false},
    {"[1.1.1.a]",                       false},
    {"[]",                              false},
    {"[",                               false},
    {"]",                               false},
    {"1.2.3.4",                         false},
    {"[1.2.3.4",                        false},
    {"1.2.3.4]",                        false},
    {"[[1.2.3.4]]",                     false},
    {"[IPv6:1:2:3:4:5:6:7:8]",          true },
    {"[ipV6:1:2:3:4:5:6:7:8]",          true },
    {"[IPv6:FFFF:fffF:0000:0:0:0:0:0]", true },
    {"[IPv6:1:2:3:4:5:6:7]",            false},
    {"[IPv6:1:2:3:4:5:6:7:8:9]",        false},
    {"[IPv6:12345:2:3:4:5:6:7:8]",      false},
    {"[IPv6:g:2:3:4:5:6:7:8]",          false},
    {"[IPv6:1:2:3:4:5:6:7:]",           false},
    {"[IPv6:::]",                       true },
    {"[IPv6:::1]",                      true },
    {"[IPv6:1::]",                      true },
    {"[IPv6:1::2]",                     true },
    {"[IPv6:1:2:3:4:5:6::]",            true },
    {"[IPv6:::1:2:3:4:5:6]",            true },
    {"[IPv6:1:2:3::4:5:6]",             true },
    {"[IPv6:1:2:3:4:5:6:7::]",          false},
    {"[IPv6:1:2:3:4::5:6:7]",           false},
    {"[IPv6:1::2::3]",                  false},
    {"[IPv6:1:::2]",                    false},
    {"[IPv6::::]",                      false},
    {"[IPv6::1]",                       false},
    {"[IPv6:1::2:]",                    false},
    {"[IPv6:1:2:3:4:5:6:1.2.3.4]",      true },
    {"[IPv6:::1.2.3.4]",                true },
    {"[IPv6:1:2:3:4::1.2.3.4]",         true },
    {"[IPv6:::1:2:3:4:1.2.3.4]",        true },
    {"[IPv6:1:2::3:4:1.2.3.4]",         true },
    {"[IPv6:1:2:3:4:5::1.2.3.4]",       false},
    {"[IPv6:1:2:3:4:5:1.2.3.4]",        false},
    {"[IPv6:1:2:3:4:5:6:7:1.2.3.4]",    false},
    {"[IPv6:1.2.3.4::1]",               false},
    {"[IPv6:::1.2.3.4:1]",              false},
    {"[IPv6:::1.2.3.256]",              false},
    {"[IPv6:1.2.3.4]",                  false},
    {"[IPv6:]",                         false},
    {"[IPv6:!]",                        false},
    {"[x:y]",                           true },
    {"[-x:y]",                          true },
    {"[x-:y]",                          false},
    {"[x_z:y]",                         false},
    {"[:y]",                            false},
    {"[x:]",                            false},
    {"[x:!Z^~]",                        true },
    {"[x:[]",                           false},
    {"[x:\\]",                          false},
    {"[x: ]",                           false},
    {"[x:a:b]",                         true },
};

static const struct is_row mailbox_rows[] = {
    {"a@b",         true },
    {"a@[1.2.3.4]", true },
    {"\"@\"@b",     true },
    {"a@[x:@]",     true },
    {"a",           false},
    {"",            false},
    {"@",           false},
    {"a@",          false},
    {"@b",          false},
    {"a@b@c",       false},
    {"\"\"@b",      false},
    {"<a@b>",       false},
    {"@a:b@c",      false},
};

static void run_is_rows(const struct is_row *rows, size_t count, bool (*is)(struct bytes text))
{
    for (size_t i = 0; i < count; i++) {
        struct bytes text = feed_copy(bytes_of(rows[i].text));
        UNIT_ROW(rows[i].text, is(text) == rows[i].is);
        free((void *)(uintptr_t)text.p);
    }
    CU_ASSERT(!is((struct bytes){0}));
}

static void test_domains(void)
{
    run_is_rows(domain_rows, ROWS(domain_rows), smtp_is_domain);
}

static void test_literals(void)
{
    run_is_rows(literal_rows, ROWS(literal_rows), smtp_is_address_literal);
}

static void test_mailboxes(void)
{
    run_is_rows(mailbox_rows, ROWS(mailbox_rows), smtp_is_mailbox);
}

/* ---- RFC 6531 3.3 ---- */

#define AE "\xC3\xA4"

// clang-format off
static const struct row utf8_rows[] = {
    {"ASCII", BYTES_INIT("MAIL FROM:<a@b.c> SIZE=1\r\n"), "[<a@b.c>][a][b.c] SIZE=[1];"},
    {"local part", BYTES_INIT("RCPT TO:<" AE ".x@b>\r\n"), "[<\\xc3\\xa4.x@b>][\\xc3\\xa4.x][b];"},
    {"quoted", BYTES_INIT("RCPT TO:<\"" AE " @\"@b>\r\n"), "[<\"\\xc3\\xa4 @\"@b>][\"\\xc3\\xa4 @\"][b];"},
    {"label", BYTES_INIT("RCPT TO:<a@" AE "." AE "-" AE ">\r\n"), "[<a@\\xc3\\xa4.\\xc3\\xa4-\\xc3\\xa4>][a][\\xc3\\xa4.\\xc3\\xa4-\\xc3\\xa4];"},
    {"value", BYTES_INIT("RCPT TO:<a@b> X=" AE "\r\n"), "[<a@b>][a][b] X=[\\xc3\\xa4];"},
    {"four octets", BYTES_INIT("RCPT TO:<\xF0\x9F\x93\xA7@b>\r\n"), "[<\\xf0\\x9f\\x93\\xa7@b>][\\xf0\\x9f\\x93\\xa7][b];"},
    {"source route", BYTES_INIT("RCPT TO:<@" AE ":a@b>\r\n"), "[<@\\xc3\\xa4:a@b>][a][b] source route;"},
    {"postmaster and more", BYTES_INIT("RCPT TO:<postmaster" AE ">\r\n"), "[<postmaster\\xc3\\xa4>][postmaster\\xc3\\xa4][] bad domain;"},
    {"not UTF-8", BYTES_INIT("RCPT TO:<\xE4@b>\r\n"), "[<\\xe4@b>][\\xe4][b] octet above 127;"},
    {"overlong", BYTES_INIT("RCPT TO:<\xC0\xAF@b>\r\n"), "[<\\xc0\\xaf@b>][\\xc0\\xaf][b] octet above 127;"},
    {"cut", BYTES_INIT("RCPT TO:<a@b\xC3>\r\n"), "[<a@b\\xc3>][a][b\\xc3] bad domain, octet above 127;"},
    {"literal", BYTES_INIT("RCPT TO:<a@[x:" AE "]>\r\n"), "[<a@[x:\\xc3\\xa4]>][a][[x:\\xc3\\xa4]] bad domain;"},
    {"keyword", BYTES_INIT("RCPT TO:<a@b> " AE "=1\r\n"), "[<a@b>][a][b] \\xc3\\xa4=[1] bad parameter;"},
    {"hyphen", BYTES_INIT("RCPT TO:<a@" AE "->\r\n"), "[<a@\\xc3\\xa4->][a][\\xc3\\xa4-] bad domain;"},
    {"invisible", BYTES_INIT("RCPT TO:<a@\xE2\x80\xAE>\r\n"), "[<a@\\xe2\\x80\\xae>][a][\\xe2\\x80\\xae] bad domain;"},
    {"invisible in the route", BYTES_INIT("RCPT TO:<@\xE2\x80\xAE:a@b>\r\n"), "[<@\\xe2\\x80\\xae:a@b>][a][b] bad domain, source route;"},
    {"behind the path", BYTES_INIT("RCPT TO:<a@b>" AE "\r\n"), "[<a@b>][a][b] something else behind the path;"},
    {"nothing", BYTES_INIT("RCPT TO:\r\n"), "[][][] no angle brackets, empty path;"},
};
// clang-format on

static void test_utf8(void)
{
    for (size_t i = 0; i < ROWS(utf8_rows); i++) {
        feed_row(utf8_rows[i].name, feed_utf8_paths, utf8_rows[i].octets, utf8_rows[i].expected);
    }
}

struct unquote_row {
    const char *local_part;
    const char *meant;
};

static void test_unquote(void)
{
    static const struct unquote_row rows[] = {
        {"alice",           "alice"  },
        {"\"alice\"",       "alice"  },
        {"\"al\\ice\"",     "alice"  },
        {"al\\ice",         "alice"  },
        {"\"a \\\"b\\\\\"", "a \"b\\"},
        {"\"\"",            ""       },
        {"\"",              "\""     },
        {"\"a",             "\"a"    },
        {"a\\",             "a\\"    },
        {"",                ""       },
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf meant = {0};
        smtp_local_part_unquote(bytes_of(rows[i].local_part), &meant);
        UNIT_ROW(rows[i].local_part, bytes_is(buf_bytes(&meant), rows[i].meant));
        buf_deinit(&meant);
    }
}

static const struct unit_test tests[] = {
    {"well-formed paths", test_good       },
    {"source routes",     test_routes     },
    {"malformed paths",   test_bad        },
    {"lengths",           test_lengths    },
    {"many parameters",   test_many_params},
    {"domains",           test_domains    },
    {"address literals",  test_literals   },
    {"mailboxes",         test_mailboxes  },
    {"unquoted",          test_unquote    },
    {"UTF-8",             test_utf8       },
};

UNIT_MAIN("proto/smtp_path", tests)
