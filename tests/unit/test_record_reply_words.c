/* What of a reply is pinned: each row is a reply in two plays, and the lines of a scenario it becomes. */
#include "base/arena.h"
#include "record/recording.h"
#include "record/reply_words.h"
#include "unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct row {
    const char *name;
    bool pop3;
    bool fixed; /* Given: */
    const char *first;
    const char *second; /* NULL: as the first */
    const char *text;
};

static const struct row rows[] = {
    {"as it came",                           false, false, "250 2.1.0 Ok\r\n",                                          NULL,                         "S: 250 2.1.0 Ok\n"                            },
    {"a comment of course style",            false, false, "250-see //x and http://y //\r\n250 // z\r\n",               NULL,
     "S: 250-see \\x2f/x and http://y \\x2f/\nS: 250 \\x2f/ z\n"                                                                                                                                     },
    {"a written line end",                   false, false, "250-by <CRLF> and <CRLF>\r\n250 <CR><LF> \r\n",             NULL,
     "S: 250-by <CRLF> and \\x3cCRLF>\nS: 250 \\x3cCR><LF> \n"                                                                                                                                       },
    {"the end of data",                      false, false, "354 end with <CRLF>.<CRLF>\r\n",                            NULL,
     "S: 354 end with <CRLF>.<CRLF>\n"                                                                                                                                                               },
    {"a text, or none",                      false, false, "250 \r\n",                                                  "250 ok\r\n",                 "S: 250\n"                                     },
    {"none, or a text",                      false, false, "250 ok now\r\n",                                            "250\r\n",                    "S: 250\n"                                     },
    {"a text, or none, in lines",            false, false, "250-\r\n250 x\r\n",                                         "250-ok\r\n250 x\r\n",
     "S: 250\n"                                                                                                                                                                                      },
    {"a status line without text",           true,  true,  "+OK\r\na\r\n.\r\n",                                         "+OK ok\r\na\r\n.\r\n",
     "S: +OK\nS: a\nS: .\n"                                                                                                                                                                          },
    {"names of the case",                    false, false, "250 <bob@example.test> for bob, not bobby\r\n",             NULL,
     "S: 250 <{{rcpt}}> for {{user}}, not bobby\n"                                                                                                                                                   },
    {"a queue id",                           false, false, "250 2.0.0 Ok: queued as 4dXk2G1tzbz9v\r\n",                 NULL,
     "S: 250 2.0.0 Ok: queued as {{v1:word}}\n"                                                                                                                                                      },
    {"Exim's id",                            false, false, "250 OK id=1tH2bQ-000001-XX\r\n",                            NULL,
     "S: 250 OK id={{v1:word}}\n"                                                                                                                                                                    },
    {"Dovecot's id",                         false, false, "250 2.0.0 <bob@example.test> aB3+xYz0123456789 Saved\r\n",  NULL,
     "S: 250 2.0.0 <{{rcpt}}> {{v1:word}} Saved\n"                                                                                                                                                   },
    {"a challenge",                          false, false, "334 PDE3ODk2QG14Pg==\r\n",                                  "334 PDE3ODk2MTBAbXg+\r\n",
     "S: 334 {{v1:word}}\n"                                                                                                                                                                          },
    {"a prompt",                             false, false, "334 VXNlcm5hbWU6\r\n",                                      NULL,                         "S: 334 VXNlcm5hbWU6\n"                        },
    {"a challenge of POP3",                  true,  false, "+ PDE3ODk2QG14Pg==\r\n",                                    "+ PDE3ODk2NzBAbXg+\r\n",
     "S: + {{v1:word}}\n"                                                                                                                                                                            },
    {"a date",                               false, false, "220 mx ready at Sun, 29 Nov 2026 16:19:12 +0000 (UTC)\r\n", NULL,
     "S: 220 mx ready at {{v1:text}}\n"                                                                                                                                                              },
    {"asctime",                              false, false, "220 Sun Nov 29 16:19:12 2026; ok\r\n",                      NULL,
     "S: 220 {{v1:text}}; ok\n"                                                                                                                                                                      },
    {"ISO 8601",                             false, false, "220 at 2026-11-29T16:19:12.5Z.\r\n",                        NULL,
     "S: 220 at {{v1:text}}.\n"                                                                                                                                                                      },
    {"a timestamp",                          true,  false, "+OK ready <1896.697170952@dbc.mtview.ca.us>\r\n",           NULL,
     "S: +OK ready {{v1:word}}\n"                                                                                                                                                                    },
    {"Dovecot's timestamp",                  true,  false, "+OK ready <1a2.3.5f.zQ==@mx>\r\n",                          NULL,
     "S: +OK ready {{v1:word}}\n"                                                                                                                                                                    },
    {"no timestamp",                         false, false, "250 <john.q.public@mx>\r\n",                                NULL,
     "S: 250 <john.q.public@mx>\n"                                                                                                                                                                   },
    {"a port and a process",                 false, false, "421 127.0.0.1:40000 postfix[1234]\r\n",                     NULL,
     "S: 421 {{v1:word}} postfix[{{v2:int}}]\n"                                                                                                                                                      },
    {"one word differs",                     false, false, "250 took abc-1 there\r\n",                                  "250 took abd-22 there\r\n",
     "S: 250 took {{v1:word}} there\n"                                                                                                                                                               },
    {"a number differs",                     false, false, "250 took 17 ms\r\n",                                        "250 took 9 ms\r\n",
     "S: 250 took {{v1:int}} ms\n"                                                                                                                                                                   },
    {"a host behind it stays",               false, false, "250 a1.2@mx.example\r\n",                                   "250 b3.4@mx.example\r\n",
     "S: 250 {{v1:word}}@mx.example\n"                                                                                                                                                               },
    {"other words in number",                false, false, "250 it is late\r\n",                                        "250 it is rather early\r\n",
     "S: 250 it is {{v1:text}}\n"                                                                                                                                                                    },
    {"more in one of them",                  false, false, "250 ok\r\n",                                                "250 ok now\r\n",             "S: 250 {{v1:text}}\n"                         },
    {"the same comes again",                 false, false, "250-is abcd\r\n250 was abcd\r\n",
     "250-is efgh\r\n250 was efgh\r\n",                                                                                                               "S: 250-is {{v1:word}}\nS: 250 was {{v1}}\n"   },
    {"a short number is the same by chance", false, false, "250-is 12\r\n250 was 12\r\n",
     "250-is 13\r\n250 was 13\r\n",                                                                                                                   "S: 250-is {{v1:int}}\nS: 250 was {{v2:int}}\n"},
    {"dates are the same by chance",         false, false,
     "250-2026-11-29 16:19:12\r\n250 2026-11-29 16:19:12\r\n",                                                          NULL,
     "S: 250-{{v1:text}}\nS: 250 {{v2:text}}\n"                                                                                                                                                      },
    {"another number of lines",              false, false, "250-a\r\n250 b\r\n",                                        "250 b\r\n",                  "S: 250\n"                                     },
    {"what would be read otherwise",         false, false, "250 a {{b}} | c\\\r\n",                                     NULL,
     "S: 250 a \\{\\{b}} \\x7c c\\\\\n"                                                                                                                                                              },
    {"control octets",                       false, false, "250 \033[1m\x80\n",                                         NULL,                         "S: 250 \\x1b[1m\\x80\\n\\c\n"                 },
    {"no text",                              false, false, "250\r\n",                                                   NULL,                         "S: 250\n"                                     },
    {"sizes of POP3",                        true,  false, "+OK 2 1037\r\n",                                            NULL,                         "S: +OK {{v1:int}} {{v2:int}}\n"               },
    {"a unique-id",                          true,  false, "+OK 2 a[1.b\r\n",                                           NULL,                         "S: +OK {{v1:int}} {{v2:word}}\n"              },
    {"no unique-id",                         true,  false, "+OK 2 messages\r\n",                                        NULL,                         "S: +OK {{v1:int}} messages\n"                 },
    {"sizes under Given:",                   true,  true,  "+OK 2 1037\r\n",                                            NULL,                         "S: +OK 2 1037\n"                              },
    {"a listing",                            true,  false, "+OK here\r\n1 120\r\n2 200\r\n.\r\n",                       NULL,                         "S: +OK here\n"                                },
    {"a listing under Given:",               true,  true,  "+OK here\r\n1 120\r\n2 200\r\n.\r\n",                       NULL,
     "S: +OK here\nS: 1 120\nS: 2 200\nS: .\n"                                                                                                                                                       },
    {"a message",                            true,  false, "+OK\r\nSubject: x\r\n\r\n<b>\r\n...\r\n indented\r\n.\r\n", NULL,
     "S: +OK\nS: Subject: x\nS:\nS: \\x3cb>\nS=: ...\nS: \\x20indented\nS: .\n"                                                                                                                      },
    {"another message",                      true,  false, "+OK\r\na\r\n.\r\n",                                         "+OK\r\na\r\nb\r\n.\r\n",     "S: +OK\n"                                     },
};

static const struct reply_name names[] = {
    {"rcpt",   BYTES_INIT("bob@example.test")},
    {"user",   BYTES_INIT("bob")             },
    {"sender", BYTES_INIT("")                },
    {"client", BYTES_INIT("c.example")       },
};

static void print(struct buf *out, struct reply_captures *captures, const struct row *row)
{
    struct arena *arena = arena_new();
    struct reply_forms forms;
    reply_forms_init(&forms);
    const char *second = row->second != NULL ? row->second : row->first;
    struct reply_cut *cuts[2] = {
        reply_cut_new(arena, &forms, bytes_of(row->first), row->pop3, row->fixed, names,
                      COUNT(names)),
        reply_cut_new(arena, &forms, bytes_of(second), row->pop3, row->fixed, names, COUNT(names)),
    };
    reply_print(out, captures, 1, cuts[0], cuts[1]);
    reply_forms_deinit(&forms);
    arena_free(&arena);
}

static void test_rows(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reply_captures captures = {0};
        struct buf out = {0};
        print(&out, &captures, &rows[i]);
        UNIT_ROW(rows[i].name, strcmp(buf_text(&out), rows[i].text) == 0);
        if (strcmp(buf_text(&out), rows[i].text) != 0) {
            fprintf(stderr, "%s", buf_text(&out));
        }
        reply_captures_deinit(&captures);
        buf_deinit(&out);
    }
}

/* Mail for others may come into a maildrop at the same time. */
static void test_own_messages(void)
{
    static const struct row own_rows[] = {
        {"own",          true, false, "+OK\r\nReceived: from c.example\r\n\r\n.\r\n", NULL,
         "S: +OK\nS: Received: from {{client}}\nS:\nS: .\n"                                                          },
        {"foreign",      true, false, "+OK\r\nReceived: from d.example\r\n\r\n.\r\n", NULL, "S: +OK\n"               },
        {"foreign once", true, false, "+OK\r\nReceived: from c.example\r\n\r\n.\r\n",
         "+OK\r\nReceived: from d.example\r\n\r\n.\r\n",                                    "S: +OK\n"               },
        {"no message",   true, false, "+OK\r\nUIDL\r\n.\r\n",                         NULL, "S: +OK\nS: UIDL\nS: .\n"},
    };
    for (size_t i = 0; i < COUNT(own_rows); i++) {
        struct reply_captures captures = {.own_messages = true};
        struct buf out = {0};
        print(&out, &captures, &own_rows[i]);
        UNIT_ROW(own_rows[i].name, strcmp(buf_text(&out), own_rows[i].text) == 0);
        reply_captures_deinit(&captures);
        buf_deinit(&out);
    }
}

static void test_loose(void)
{
    static const struct row again = {
        "again", false, false, "250-is abcd\r\n250 was abcd\r\n", "250-is efgh\r\n250 was efgh\r\n",
        NULL};
    static const struct row body = {"body", true, true, "+OK x\r\na\r\n.\r\n", NULL, NULL};
    struct reply_captures captures = {.all_new = true, .no_body = true};
    struct buf out = {0};
    print(&out, &captures, &again);
    print(&out, &captures, &body);
    CU_ASSERT_STRING_EQUAL(buf_text(&out),
                           "S: 250-is {{v1:word}}\nS: 250 was {{v2:word}}\nS: +OK x\n");
    reply_captures_deinit(&captures);
    buf_deinit(&out);
}

/* A hostile server's reply is cut off where it is longer than anybody reads. */
static void test_long(void)
{
    struct arena *arena = arena_new();
    struct reply_forms forms;
    struct buf octets = {0};
    reply_forms_init(&forms);
    buf_append_text(&octets, "+OK\r\n");
    for (size_t i = 0; i < 100000; i++) {
        buf_append_text(&octets, "a line\r\n");
    }
    struct reply_cut *cut =
        reply_cut_new(arena, &forms, buf_bytes(&octets), true, false, names, COUNT(names));
    CU_ASSERT_EQUAL(cut->count, 1);
    CU_ASSERT_TRUE(reply_cut_has_code(cut));
    reply_forms_deinit(&forms);
    buf_deinit(&octets);
    arena_free(&arena);
}

static void test_loosen(void)
{
    struct buf out = {0};
    CU_ASSERT_TRUE(recording_loosen(BYTES_LIT("Title: x\nCompare: text\n\nC: RCPT TO:<{{rcpt}}>\n"
                                              "S2: 250 <{{rcpt}}> {{v12:word}} {{v12}}\n"
                                              "S: +OK {{n:int}} {{rcpt}}\nS*: 250 *{{v1}}\n"),
                                    &out));
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "Title: x\n\nC: RCPT TO:<{{rcpt}}>\nS2: 250 <x> x x\n"
                                           "S: +OK {{n:int}} {{rcpt}}\nS*: 250 *{{v1}}\n");
    buf_clear(&out);
    /* Codes for programs stay; of a reply with several lines in the first one. */
    CU_ASSERT_TRUE(recording_loosen(
        BYTES_LIT(
            "Compare: text\n\nC: NOOP\nS: 250 2.0.0 OK {{v1:word}}\nS2: 550 5.7.123\nS: 250-2.1.0 "
            "a\n"
            "S: 250 2.1.0 b\nS: -ERR [IN-USE] x\nS: 250 1.2.3 x\nS: 250 2.0 x\nS: 250 2.0.0.1 x\n"
            "S: 250-{{rcpt}}\nS: 250 2.0.0 x\nS: +OK [x\nS: 250\nS: {{v1}} 2.0.0\n"),
        &out));
    CU_ASSERT_STRING_EQUAL(
        buf_text(&out),
        "\nC: NOOP\nS*: 250 2.0.0*\nS2*: 550 5.7.123*\nS*: 250-2.1.0*\n"
        "S: 250 2.1.0 b\nS*: -ERR [IN-USE]*\nS*: 250 1.2.3*\nS: 250 2.0 x\nS: 250 2.0.0.1 x\n"
        "S: 250-x\nS: 250 2.0.0 x\nS: +OK [x\nS: 250\nS: x 2.0.0\n");
    buf_clear(&out);
    CU_ASSERT_FALSE(recording_loosen(BYTES_LIT("C: NOOP\nS: 250\n"), &out));
    buf_deinit(&out);
}

static const struct unit_test tests[] = {
    {"replies",                             test_rows        },
    {"messages of this case and of others", test_own_messages},
    {"pinning less",                        test_loose       },
    {"a long reply",                        test_long        },
    {"texts taken out",                     test_loosen      },
};

UNIT_MAIN("record: reply words", tests)
