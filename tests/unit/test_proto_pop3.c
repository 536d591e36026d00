/* POP3 commands, status lines, multi-line bodies, ids and timestamps (RFC 1939, RFC 2449, RFC 5034). */
#include "proto/pop3.h"

#include "feed.h"

struct row {
    const char *name;
    struct bytes octets;
    const char *expected;
};

/* VERB [word] [argument], "*" when a positive response has a body */
static void print_command(const struct wire_line *line, struct buf *seen)
{
    struct pop3_command command = pop3_command_read(line->text);
    buf_append_text(seen, pop3_verb_row(command.verb)->name);
    feed_print(seen, command.word);
    feed_print(seen, command.argument);
    buf_append_text(seen, pop3_is_multiline(&command) ? "*;" : ";");
}

static void feed_commands(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 2048, print_command, seen);
}

static const struct row command_rows[] = {
    {"USER",                 BYTES_INIT("USER alice\r\n"),    "USER[USER][alice];"   },
    {"lower case",           BYTES_INIT("user alice\r\n"),    "USER[user][alice];"   },
    {"PASS with blanks",     BYTES_INIT("PASS  a b \r\n"),    "PASS[PASS][ a b ];"   },
    {"APOP",                 BYTES_INIT("APOP alice 0f\r\n"), "APOP[APOP][alice 0f];"},
    {"STAT",                 BYTES_INIT("STAT\r\n"),          "STAT[STAT][];"        },
    {"LIST",                 BYTES_INIT("LIST\r\n"),          "LIST[LIST][]*;"       },
    {"LIST with a blank",    BYTES_INIT("LIST \r\n"),         "LIST[LIST][]*;"       },
    {"LIST with two blanks", BYTES_INIT("LIST  \r\n"),        "LIST[LIST][ ]*;"      },
    {"LIST of one message",  BYTES_INIT("LIST 1\r\n"),        "LIST[LIST][1];"       },
    {"UIDL",                 BYTES_INIT("UIDL\r\n"),          "UIDL[UIDL][]*;"       },
    {"UIDL of one message",  BYTES_INIT("UIDL 1\r\n"),        "UIDL[UIDL][1];"       },
    {"RETR",                 BYTES_INIT("RETR 1\r\n"),        "RETR[RETR][1]*;"      },
    {"TOP",                  BYTES_INIT("TOP 1 0\r\n"),       "TOP[TOP][1 0]*;"      },
    {"LANG",                 BYTES_INIT("LANG\r\n"),          "LANG[LANG][]*;"       },
    {"LANG of one language", BYTES_INIT("lang de\r\n"),       "LANG[lang][de];"      },
    {"UTF8",                 BYTES_INIT("UTF8\r\n"),          "UTF8[UTF8][];"        },
    {"CAPA",                 BYTES_INIT("CAPA\r\n"),          "CAPA[CAPA][]*;"       },
    {"DELE",                 BYTES_INIT("DELE 1\r\n"),        "DELE[DELE][1];"       },
    {"unknown",              BYTES_INIT("XYZ 1\r\n"),         "[XYZ][1];"            },
    {"prefix",               BYTES_INIT("RET 1\r\n"),         "[RET][1];"            },
    {"HT for SP",            BYTES_INIT("RETR\t1\r\n"),       "[RETR\\t1][];"        },
    {"empty",                BYTES_INIT("\r\n"),              "[][];"                },
    {"NUL",                  BYTES_INIT("QUIT\0\r\n"),        "[QUIT\\0][];"         },
};

static const char *indicator_text(enum pop3_indicator indicator)
{
    static const char *const texts[] = {"none", "OK", "ERR", "continue"};
    return texts[indicator];
}

static void print_status(const struct wire_line *line, struct buf *seen)
{
    struct pop3_status status = pop3_status_read(line);
    buf_append_text(seen, indicator_text(status.indicator));
    feed_print(seen, status.text);
    buf_append_text(seen, status.defects != 0 ? " " : "");
    pop3_defects_print(seen, status.defects);
    buf_append_text(seen, ";");
}

static void feed_statuses(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 2048, print_status, seen);
}

static const struct row status_rows[] = {
    {"positive",        BYTES_INIT("+OK ready\r\n"), "OK[ready];"                                       },
    {"negative",        BYTES_INIT("-ERR no\r\n"),   "ERR[no];"                                         },
    {"alone",           BYTES_INIT("+OK\r\n"),       "OK[];"                                            },
    {"blank alone",     BYTES_INIT("-ERR \r\n"),     "ERR[];"                                           },
    {"two blanks",      BYTES_INIT("+OK  2\r\n"),    "OK[ 2];"                                          },
    {"continue",        BYTES_INIT("+ abc=\r\n"),    "continue[abc=];"                                  },
    {"empty challenge", BYTES_INIT("+ \r\n"),        "continue[];"                                      },
    {"HT in the text",  BYTES_INIT("+OK a\tb\r\n"),  "OK[a\\tb];"                                       },
    {"plus alone",      BYTES_INIT("+\r\n"),         "continue[] odd octet behind the status indicator;"},
    {"lower case",      BYTES_INIT("+ok x\r\n"),     "OK[x] status indicator not in upper case;"        },
    {"mixed case",      BYTES_INIT("-Err x\r\n"),    "ERR[x] status indicator not in upper case;"       },
    {"longer word",     BYTES_INIT("+OKAY\r\n"),     "OK[AY] odd octet behind the status indicator;"    },
    {"HT behind",       BYTES_INIT("+OK\tx\r\n"),    "OK[\\tx] odd octet behind the status indicator;"  },
    {"hyphen behind",   BYTES_INIT("-ERR-x\r\n"),    "ERR[-x] odd octet behind the status indicator;"   },
    {"no sign",         BYTES_INIT("OK x\r\n"),      "none[OK x] no status indicator;"                  },
    {"wrong sign",      BYTES_INIT("-OK x\r\n"),     "none[-OK x] no status indicator;"                 },
    {"blank before",    BYTES_INIT(" +OK\r\n"),      "none[ +OK] no status indicator;"                  },
    {"SMTP",            BYTES_INIT("250 ok\r\n"),    "none[250 ok] no status indicator;"                },
    {"plus and text",   BYTES_INIT("+x\r\n"),        "none[+x] no status indicator;"                    },
    {"cut word",        BYTES_INIT("-ER\r\n"),       "none[-ER] no status indicator;"                   },
    {"empty",           BYTES_INIT("\r\n"),          "none[] no status indicator;"                      },
    {"bare LF",         BYTES_INIT("+OK x\n"),       "OK[x] line end not CRLF;"                         },
    {"no end",          BYTES_INIT("+OK x"),         "OK[x] line end not CRLF;"                         },
    {"bare CR",         BYTES_INIT("+OK a\rb\r\n"),  "OK[a\\rb] control octet in the status line;"      },
    {"NUL",             BYTES_INIT("+OK a\0\r\n"),   "OK[a\\0] control octet in the status line;"       },
    {"eight bit",       BYTES_INIT("+OK \xfc\r\n"),  "OK[\\xfc] octet above 127 in the status line;"    },
};

static void print_body_line(const struct wire_line *line, struct buf *seen)
{
    struct pop3_body_line body = pop3_body_line_read(line);
    feed_print(seen, body.content);
    buf_append_text(seen, body.end ? "end" : "");
    buf_append_text(seen, body.defects != 0 ? " " : "");
    pop3_defects_print(seen, body.defects);
    buf_append_text(seen, ";");
}

static void feed_body(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 2048, print_body_line, seen);
}

static const struct row body_rows[] = {
    {"text and end",         BYTES_INIT("a\r\n.\r\n"),    "[a];[]end;"                                     },
    {"empty line",           BYTES_INIT("\r\n.\r\n"),     "[];[]end;"                                      },
    {"stuffed",              BYTES_INIT("..a\r\n..\r\n"), "[.a];[.];"                                      },
    {"not stuffed",          BYTES_INIT(".a\r\n"),        "[a] line begins with a dot that is not stuffed;"},
    {"blank behind the dot", BYTES_INIT(". \r\n"),
     "[ ] line begins with a dot that is not stuffed;"                                                     },
    {"end with LF",          BYTES_INIT("a\n.\n"),        "[a] line end not CRLF;[]end line end not CRLF;" },
    {"stream ended",         BYTES_INIT("a\r\n."),        "[a];[] line end not CRLF;"                      },
    {"any octet",            BYTES_INIT("\0\xff\r\n"),    "[\\0\\xff];"                                    },
};

static void run_rows(const struct row *rows, size_t count, feed_fn feed)
{
    for (size_t i = 0; i < count; i++) {
        feed_row(rows[i].name, feed, rows[i].octets, rows[i].expected);
    }
}

static void test_commands(void)
{
    run_rows(command_rows, ROWS(command_rows), feed_commands);
}

static void test_statuses(void)
{
    run_rows(status_rows, ROWS(status_rows), feed_statuses);
}

static void test_bodies(void)
{
    run_rows(body_rows, ROWS(body_rows), feed_body);
}

static void test_every_verb(void)
{
    for (size_t i = 0; i < POP3_UNKNOWN; i++) {
        const struct pop3_verb_row *row = pop3_verb_row((enum pop3_verb)i);
        struct pop3_command command = pop3_command_read(bytes_of(row->name));
        UNIT_ROW(row->name, command.verb == (enum pop3_verb)i);
        UNIT_ROW(row->name, row->min_arguments <= row->max_arguments);
    }
    CU_ASSERT_STRING_EQUAL(pop3_verb_row(POP3_UNKNOWN)->name, "");
}

static unsigned defects_of_length(size_t octets)
{
    struct buf line = {0};
    buf_append_text(&line, "+OK ");
    buf_append_fill(&line, 'x', octets - 6);
    buf_append_text(&line, "\r\n");
    struct wire_line wire = wire_line_of(buf_bytes(&line));
    unsigned defects = pop3_status_read(&wire).defects;
    buf_deinit(&line);
    return defects;
}

static void test_line_length(void)
{
    CU_ASSERT(defects_of_length(512) == 0);
    CU_ASSERT(defects_of_length(513) == POP3_TOO_LONG);
}

static void test_stuff(void)
{
    struct buf out = {0};
    pop3_stuff(&out, BYTES_LIT("a\r\n.b\r\nc"));
    CU_ASSERT(bytes_is(buf_bytes(&out), "a\r\n..b\r\nc\r\n.\r\n"));
    buf_deinit(&out);
}

static void test_unique_ids(void)
{
    char text[72];
    memset(text, 'x', sizeof text);
    CU_ASSERT(pop3_is_unique_id(bytes_make(text, 1)));
    CU_ASSERT(pop3_is_unique_id(bytes_make(text, 70)));
    CU_ASSERT(!pop3_is_unique_id(bytes_make(text, 71)));
    CU_ASSERT(!pop3_is_unique_id((struct bytes){0}));
    CU_ASSERT(pop3_is_unique_id(BYTES_LIT("!~")));
    CU_ASSERT(!pop3_is_unique_id(BYTES_LIT("a b")));
    CU_ASSERT(!pop3_is_unique_id(BYTES_LIT("a\x7f")));
    CU_ASSERT(!pop3_is_unique_id(BYTES_LIT("\x80")));
    CU_ASSERT(!pop3_is_unique_id(BYTES_LIT("a\0")));
}

static const struct {
    const char *text;
    const char *timestamp; /* NULL: none */
} timestamp_rows[] = {
    {"POP3 server ready <1896.697170952@dbc.mtview.ca.us>", "<1896.697170952@dbc.mtview.ca.us>"},
    {"<a@b>",                                               "<a@b>"                            },
    {"<a@b> <c@d>",                                         "<a@b>"                            },
    {"<<a@b>",                                              "<a@b>"                            },
    {"<no> <a@b> x",                                        "<a@b>"                            },
    {"<a@b@c>",                                             "<a@b@c>"                          },
    {"<a>",                                                 NULL                               },
    {"<@b>",                                                NULL                               },
    {"<a@>",                                                NULL                               },
    {"<>",                                                  NULL                               },
    {"<a@b",                                                NULL                               },
    {"a@b>",                                                NULL                               },
    {"<a b@c>",                                             NULL                               },
    {"<a@\xfc>",                                            NULL                               },
    {"",                                                    NULL                               },
    {"ready",                                               NULL                               },
};

static void test_timestamps(void)
{
    for (size_t i = 0; i < ROWS(timestamp_rows); i++) {
        struct bytes timestamp = {0};
        const char *expected = timestamp_rows[i].timestamp;
        bool found = pop3_timestamp_find(bytes_of(timestamp_rows[i].text), &timestamp);
        UNIT_ROW(timestamp_rows[i].text, found == (expected != NULL));
        UNIT_ROW(timestamp_rows[i].text, !found || bytes_is(timestamp, expected));
    }
}

static const struct unit_test tests[] = {
    {"commands",     test_commands   },
    {"every verb",   test_every_verb },
    {"status lines", test_statuses   },
    {"line length",  test_line_length},
    {"body lines",   test_bodies     },
    {"stuffing",     test_stuff      },
    {"unique-ids",   test_unique_ids },
    {"timestamps",   test_timestamps },
};

UNIT_MAIN("proto/pop3", tests)
