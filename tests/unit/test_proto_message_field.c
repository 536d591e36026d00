/* The header of a stored message: fields, folding, the trace of a delivery, encoded words, addresses. */
#include "unit.h"

#include "proto/encoded_word.h"
#include "proto/mailbox_list.h"
#include "proto/message_field.h"

/* ---- Fields ---- */

static const struct field_row {
    const char *name;
    struct bytes message;
    const char *fields; /* "NAME=VALUE|", each unfolded */
    const char *left;   /* what *rest begins with then */
} field_rows[] = {
    {"one",         BYTES_INIT("A: b\r\n\r\nX: y\r\n"),              "A=b|",          "\r\nX: y\r\n"},
    {"LF alone",    BYTES_INIT("A: b\nC:d\n\nX: y\n"),               "A=b|C=d|",      "\nX: y\n"    },
    {"folded",      BYTES_INIT("A: b\r\n c\r\n\td\r\nE: f\r\n"),     "A=b c\td|E=f|", ""            },
    {"empty first", BYTES_INIT("A:\r\n b\r\n\r\n"),                  "A=b|",          "\r\n"        },
    {"no body",     BYTES_INIT("A: b"),                              "A=b|",          ""            },
    {"no header",   BYTES_INIT("\r\nA: b\r\n"),                      "",              "\r\nA: b\r\n"},
    {"nothing",     BYTES_INIT(""),                                  "",              ""            },
    {"blank",       BYTES_INIT("A : b\r\n\r\n"),                     "A=b|",          "\r\n"        },
    {"no value",    BYTES_INIT("A:\r\nB: c\r\n\r\n"),                "A=|B=c|",       "\r\n"        },
    {"mbox",        BYTES_INIT("From a@b now\r\nA: b\r\n\r\n"),      "A=b|",          "\r\n"        },
    {"no field",    BYTES_INIT("no field\r\n more\r\nA: b\r\n\r\n"), "A=b|",          "\r\n"        },
    {"no name",     BYTES_INIT(": x\r\nA: b\r\n\r\n"),               "A=b|",          "\r\n"        },
    {"fold first",  BYTES_INIT(" x: y\r\nA: b\r\n\r\n"),             "A=b|",          "\r\n"        },
    {"bare CR",     BYTES_INIT("A: b\rC: d\r\n\r\n"),                "A=b\rC: d|",    "\r\n"        },
};

static void test_fields(void)
{
    for (size_t i = 0; i < sizeof field_rows / sizeof field_rows[0]; i++) {
        const struct field_row *row = &field_rows[i];
        struct bytes rest = row->message;
        struct message_field field;
        struct buf seen = {0};
        while (message_field_next(&rest, &field)) {
            buf_append(&seen, field.name);
            buf_append_octet(&seen, '=');
            message_field_unfold(&seen, field.value);
            buf_append_octet(&seen, '|');
        }
        UNIT_ROW(row->name, bytes_is(buf_bytes(&seen), row->fields));
        UNIT_ROW(row->name, bytes_is(rest, row->left));
        buf_deinit(&seen);
    }
}

/* ---- The trace of a delivery ---- */

static const struct trace_row {
    const char *name;
    const char *trace;
    const char *content;
} trace_rows[] = {
    {"ours",               "Return-Path: <a@b>\r\nEnvelope-To: <c@d>\r\nReceived: from x\r\n by y; z\r\n",
     "Received: from z\r\nFrom: a@b\r\n\r\nhi\r\n"                                                                                                                 },
    {"ours, no recipient", "Return-Path: <>\r\nReceived: x\r\n",                                           "From: a@b\r\n\r\n"                                     },
    {"Postfix",
     "Return-Path: <a@b>\nX-Original-To: c@d\nDelivered-To: c@d\nReceived: from x\n\tby y; z\n",           "From: a@b\n\nhi\n"                                     },
    {"Exim",               "Return-path: <a@b>\nEnvelope-to: c@d\nDelivery-date: now\nReceived: x\n",
     "Subject: y\n\n"                                                                                                                                              },
    {"none",               "",                                                                             "From: a@b\r\n\r\nhi\r\n"                               },
    {"no Received",        "",                                                                             "Return-Path: <a@b>\r\nFrom: a@b\r\n\r\nReceived: x\r\n"},
    {"body only",          "",                                                                             "\r\nReceived: x\r\n"                                   },
};

static void test_trace(void)
{
    for (size_t i = 0; i < sizeof trace_rows / sizeof trace_rows[0]; i++) {
        const struct trace_row *row = &trace_rows[i];
        struct buf message = {0};
        buf_append_text(&message, row->trace);
        buf_append_text(&message, row->content);
        size_t n = message_trace_octets(buf_bytes(&message));
        UNIT_ROW(row->name, bytes_is(bytes_skip(buf_bytes(&message), n), row->content));
        buf_deinit(&message);
    }
}

/* ---- Encoded words (RFC 2047) ---- */

static const struct word_row {
    const char *written;
    const char *read;
} word_rows[] = {
    {"",                                          ""                       },
    {"plain text",                                "plain text"             },
    {"=?UTF-8?Q?caf=C3=A9?=",                     "caf\xc3\xa9"            },
    {"=?utf-8?q?a_b=5Fc?=",                       "a b_c"                  },
    {"=?UTF-8?B?4oKs?=",                          "\xe2\x82\xac"           },
    {"=?UTF-8*en?b?4oKs?=",                       "\xe2\x82\xac"           },
    {"=?US-ASCII?Q?Keith_Moore?= <m@x>",          "Keith Moore <m@x>"      },
    {"=?ISO-8859-1?Q?Keld_J=F8rn?=",              "Keld J\xc3\xb8rn"       },
 /* the table at the end of RFC 2047 8 */
    {"(=?ISO-8859-1?Q?a?=)",                      "(a)"                    },
    {"(=?ISO-8859-1?Q?a?= b)",                    "(a b)"                  },
    {"(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)",   "(ab)"                   },
    {"(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)",  "(ab)"                   },
    {"(=?ISO-8859-1?Q?a?=\t =?ISO-8859-1?Q?b?=)", "(ab)"                   },
    {"(=?ISO-8859-1?Q?a_b?=)",                    "(a b)"                  },
    {"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)",  "(a =?ISO-8859-2?Q?_b?=)"},
 /* a character may be cut between two words, though RFC 2047 5 says it must not */
    {"=?UTF-8?B?4oI=?= =?UTF-8?B?rA==?=",         "\xe2\x82\xac"           },
    {"a =?UTF-8?Q?b?= c =?UTF-8?Q?d?=  e",        "a b c d  e"             },
    {"=?UTF-8?Q?a?=b",                            "ab"                     },
 /* broken ones stay */
    {"=?UTF-8?Q?a=4?=",                           "=?UTF-8?Q?a=4?="        },
    {"=?UTF-8?Q?a=?=",                            "=?UTF-8?Q?a=?="         },
    {"=?UTF-8?Q?a=XY?=",                          "=?UTF-8?Q?a=XY?="       },
    {"=?UTF-8?Q?a b?=",                           "=?UTF-8?Q?a b?="        },
    {"=?UTF-8?X?ab?=",                            "=?UTF-8?X?ab?="         },
    {"=?UTF-8?B?4oKs!?=",                         "=?UTF-8?B?4oKs!?="      },
    {"=?UTF-8?B?4oKs",                            "=?UTF-8?B?4oKs"         },
    {"=?UTF-8?Q?",                                "=?UTF-8?Q?"             },
    {"=?",                                        "=?"                     },
    {"=?=?UTF-8?Q?a?=",                           "=?a"                    },
    {"=?KOI8-R?B?8NLJ18XU?=",                     "=?KOI8-R?B?8NLJ18XU?="  },
    {"=?UTF-8?Q?a?= =?UTF-8?Q?b",                 "a =?UTF-8?Q?b"          },
    {"=?UTF-8?Q?"
     "?= x",                                 " x"                     },
};

static void test_words(void)
{
    for (size_t i = 0; i < sizeof word_rows / sizeof word_rows[0]; i++) {
        struct buf out = {0};
        encoded_words_read(&out, bytes_of(word_rows[i].written));
        UNIT_ROW(word_rows[i].written, bytes_is(buf_bytes(&out), word_rows[i].read));
        buf_deinit(&out);
    }
}

/* ---- Addresses ---- */

static const struct list_row {
    const char *written;
    const char *addresses; /* each with "|" behind it */
} list_rows[] = {
    {"bob@example.test",                           "bob@example.test|"                   },
    {"<bob@example.test>",                         "bob@example.test|"                   },
    {"Bob <bob@example.test>, alice@example.test", "bob@example.test|alice@example.test|"},
    {"\"Bob, the <b>\" <bob@example.test>",        "bob@example.test|"                   },
    {"\"a,b\"@example.test",                       "\"a,b\"@example.test|"               },
    {"\"a \\\" b\"@example.test, c@d",             "\"a \\\" b\"@example.test|c@d|"      },
    {"bob@example.test (Bob, (the) one), c@d",     "bob@example.test|c@d|"               },
    {"A Group:Ed <e@x>,joe@y,John <j@z>;",         "e@x|joe@y|j@z|"                      },
    {"Undisclosed recipients:;",                   ""                                    },
    {"A:a@b; c@d",                                 "a@b|c@d|"                            },
    {"<@a.test,@b.test:bob@example.test>",         "bob@example.test|"                   },
    {"bob@[IPv6:::1]",                             "bob@[IPv6:::1]|"                     },
    {"<>",                                         "|"                                   },
    {"",                                           ""                                    },
    {" , ,a@b,,",                                  "a@b|"                                },
    {"<a@b> trailing",                             "a@b|"                                },
    {"\"never ends, a@b",                          "\"never ends, a@b|"                  },
    {"(never ends, a@b",                           ""                                    },
    {"a@[never ends, a@b",                         "a@[never ends, a@b|"                 },
    {"<never ends, a@b",                           "neverends,a@b|"                      },
    {"\"\\",                                       "\"\\|"                               },
};

static void test_lists(void)
{
    for (size_t i = 0; i < sizeof list_rows / sizeof list_rows[0]; i++) {
        struct bytes rest = bytes_of(list_rows[i].written);
        struct buf address = {0};
        struct buf all = {0};
        while (mailbox_list_next(&rest, &address)) {
            buf_append(&all, buf_bytes(&address));
            buf_append_octet(&all, '|');
        }
        UNIT_ROW(list_rows[i].written, bytes_is(buf_bytes(&all), list_rows[i].addresses));
        buf_deinit(&address);
        buf_deinit(&all);
    }
}

static const struct unit_test tests[] = {
    {"fields of a header",  test_fields},
    {"trace of a delivery", test_trace },
    {"encoded words",       test_words },
    {"lists of addresses",  test_lists },
};

UNIT_MAIN("proto/message_field", tests)
