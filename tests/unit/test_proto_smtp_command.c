/* SMTP command lines: verb and argument (RFC 5321 4.1.1), and the table of verbs. */
#include "proto/smtp_command.h"

#include "feed.h"

struct row {
    const char *name;
    struct bytes octets;
    const char *expected; /* VERB [word] [argument], "+" with a blank behind the verb */
};

static void print_command(const struct wire_line *line, struct buf *seen)
{
    struct smtp_command command = smtp_command_read(line->text);
    buf_append_text(seen, smtp_verb_row(command.verb)->name);
    feed_print(seen, command.word);
    feed_print(seen, command.argument);
    buf_append_text(seen, command.has_blank ? "+;" : ";");
}

static void feed_commands(const struct bytes *pieces, size_t count, struct buf *seen)
{
    feed_lines(pieces, count, 2048, print_command, seen);
}

static const struct row rows[] = {
    {"plain",                  BYTES_INIT("QUIT\r\n"),            "QUIT[QUIT][];"               },
    {"lower case",             BYTES_INIT("quit\r\n"),            "QUIT[quit][];"               },
    {"mixed case",             BYTES_INIT("EhLo x\r\n"),          "EHLO[EhLo][x]+;"             },
    {"argument",               BYTES_INIT("MAIL FROM:<a@b>\r\n"), "MAIL[MAIL][FROM:<a@b>]+;"    },
    {"two pipelined",          BYTES_INIT("RSET\r\nNOOP x\r\n"),  "RSET[RSET][];NOOP[NOOP][x]+;"},
    {"blank at the end",       BYTES_INIT("QUIT \r\n"),           "QUIT[QUIT][]+;"              },
    {"HT at the end",          BYTES_INIT("QUIT\t\r\n"),          "QUIT[QUIT][];"               },
    {"blanks behind argument", BYTES_INIT("NOOP x \t\r\n"),       "NOOP[NOOP][x]+;"             },
    {"two blanks",             BYTES_INIT("NOOP  x\r\n"),         "NOOP[NOOP][ x]+;"            },
    {"HT for SP",              BYTES_INIT("NOOP\tx\r\n"),         "[NOOP\\tx][];"               },
    {"blank first",            BYTES_INIT(" QUIT\r\n"),           "[][QUIT]+;"                  },
    {"empty",                  BYTES_INIT("\r\n"),                "[][];"                       },
    {"blanks alone",           BYTES_INIT("  \r\n"),              "[][]+;"                      },
    {"prefix of a verb",       BYTES_INIT("QUI\r\n"),             "[QUI][];"                    },
    {"more than a verb",       BYTES_INIT("QUITX\r\n"),           "[QUITX][];"                  },
    {"unknown",                BYTES_INIT("XYZZY a b\r\n"),       "[XYZZY][a b]+;"              },
    {"CR is no blank",         BYTES_INIT("QUIT\r\r\n"),          "[QUIT\\r][];"                },
    {"NUL behind the verb",    BYTES_INIT("QUIT\0\r\n"),          "[QUIT\\0][];"                },
    {"eight bit argument",     BYTES_INIT("HELP \xff\r\n"),       "HELP[HELP][\\xff]+;"         },
    {"no line end",            BYTES_INIT("DATA"),                "DATA[DATA][];"               },
};

static void test_commands(void)
{
    for (size_t i = 0; i < ROWS(rows); i++) {
        feed_row(rows[i].name, feed_commands, rows[i].octets, rows[i].expected);
    }
}

static void test_every_verb(void)
{
    for (size_t i = 0; i < SMTP_UNKNOWN; i++) {
        const struct smtp_verb_row *row = smtp_verb_row((enum smtp_verb)i);
        struct smtp_command command = smtp_command_read(bytes_of(row->name));
        UNIT_ROW(row->name, command.verb == (enum smtp_verb)i);
        UNIT_ROW(row->name, bytes_is(command.word, row->name));
    }
    CU_ASSERT_STRING_EQUAL(smtp_verb_row(SMTP_UNKNOWN)->name, "");
}

/* The lists of RFC 2920 3.1, written down here once more; HELP stands in neither, RFC 3030 pipelines BDAT. */
static void test_groups(void)
{
    static const enum smtp_verb anywhere[] = {SMTP_RSET, SMTP_MAIL, SMTP_SEND, SMTP_SOML,
                                              SMTP_SAML, SMTP_RCPT, SMTP_HELP, SMTP_BDAT};
    static const enum smtp_verb last[] = {SMTP_EHLO, SMTP_DATA, SMTP_VRFY, SMTP_EXPN,
                                          SMTP_TURN, SMTP_QUIT, SMTP_NOOP, SMTP_STARTTLS,
                                          SMTP_AUTH, SMTP_HELO, SMTP_LHLO};
    for (size_t i = 0; i < ROWS(anywhere); i++) {
        UNIT_ROW(smtp_verb_row(anywhere[i])->name, !smtp_verb_row(anywhere[i])->ends_group);
    }
    for (size_t i = 0; i < ROWS(last); i++) {
        UNIT_ROW(smtp_verb_row(last[i])->name, smtp_verb_row(last[i])->ends_group);
    }
}

struct chunk_row {
    const char *argument;
    bool good;
    uint64_t octets;
    bool last;
};

static const struct chunk_row chunk_rows[] = {
    {"0",                    true,  0, false},
    {"5",                    true,  5, false},
    {"5 LAST",               true,  5, true },
    {"5 last",               true,  5, true },
    {"5  LAST",              true,  5, true },
    {"5 XLAST",              false, 5, false},
    {"5 LAST x",             false, 5, false},
    {"LAST",                 false, 0, false},
    {"",                     false, 0, false},
    {"-5",                   false, 0, false},
    {"5x",                   false, 0, false},
    {"99999999999999999999", false, 0, false},
};

static void test_chunks(void)
{
    for (size_t i = 0; i < ROWS(chunk_rows); i++) {
        const struct chunk_row *row = &chunk_rows[i];
        struct smtp_chunk chunk;
        bool good = smtp_chunk_read(bytes_of(row->argument), &chunk);
        UNIT_ROW(row->argument, good == row->good);
        UNIT_ROW(row->argument, !good || (chunk.octets == row->octets && chunk.last == row->last));
    }
}

static const struct unit_test tests[] = {
    {"chunks",           test_chunks    },
    {"command lines",    test_commands  },
    {"every verb",       test_every_verb},
    {"pipelined groups", test_groups    },
};

UNIT_MAIN("proto/smtp_command", tests)
