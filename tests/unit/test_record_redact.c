/* What is hidden and what is not: each row's lines fed whole, split at every position and octet by octet. */
#include "base/base64.h"
#include "record/redact.h"
#include "unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const secrets[] = {"tanstaaf", "p\xc3\xa4ss {word}", "ab", "", "zzz"};

struct turn {
    enum side side;
    const char *octets;
    const char *shown;
};

struct row {
    const char *name;
    enum protocol protocol;
    struct turn turns[6];
};

#define M REDACT_MARK
#define C SIDE_CLIENT
#define S SIDE_SERVER

static const struct row rows[] = {
    {"PASS",
     PROTOCOL_POP3,                                          {{C, "USER bob\r\n", "USER bob\r\n"},
      {C, "pass what ever\r\n", "pass " M "\r\n"},
      {S, "-ERR what ever\r\n", "-ERR " M "\r\n"},
      {C, "STAT\r\n", "STAT\r\n"}}                                                           },
    {"PASS without CRLF",                     PROTOCOL_POP3, {{C, "PASS x\n", "PASS " M "\n"}}                  },
    {"PASS without argument",                 PROTOCOL_POP3, {{C, "PASS\r\n", "PASS\r\n"}}                      },
    {"PASS is nothing in SMTP",               PROTOCOL_SMTP, {{C, "PASS what\r\n", "PASS what\r\n"}}            },
    {"APOP",
     PROTOCOL_POP3,                                          {{C, "APOP bob c4c9334bac560ecc979e58001b3e22fb\r\n", "APOP bob " M "\r\n"},
      {S, "-ERR c4c9334bac560ecc979e58001b3e22fb?\r\n", "-ERR " M "?\r\n"}}                  },
    {"known secret anywhere",
     PROTOCOL_SMTP,                                          {{C, "NOOP tanstaaf tanstaaf!\r\n", "NOOP " M " " M "!\r\n"},
      {S, "500 tanstaaftanstaaf\r\n", "500 " M "\r\n"},
      {S, "500 p\xc3\xa4ss {word}\r\n", "500 " M "\r\n"},
      {S, "500 zzzz\r\n", "500 " M "\r\n"}}                                                  },
    {"too short to be searched for",          PROTOCOL_SMTP, {{S, "500 about ab\r\n", "500 about ab\r\n"}}      },
    {"AUTH with initial response",
     PROTOCOL_SMTP,                                          {{C, "auth plain AGJvYgBub3QgbGlzdGVk\r\n", "auth plain " M "\r\n"},
      {S, "535 5.7.8 AGJvYgBub3QgbGlzdGVk\r\n", "535 5.7.8 " M "\r\n"},
      {C, "NOOP\r\n", "NOOP\r\n"}}                                                           },
    {"AUTH with an empty initial response",
     PROTOCOL_SMTP,                                          {{C, "AUTH EXTERNAL =\r\n", "AUTH EXTERNAL =\r\n"}}},
    {"AUTH LOGIN, challenge by challenge",
     PROTOCOL_SMTP,                                          {{C, "AUTH LOGIN\r\n", "AUTH LOGIN\r\n"},
      {S, "334 VXNlcm5hbWU6\r\n", "334 VXNlcm5hbWU6\r\n"},
      {C, "Ym9i\r\n", M "\r\n"},
      {S, "334 UGFzc3dvcmQ6\r\n", "334 UGFzc3dvcmQ6\r\n"},
      {C, "not even base64\r\n", M "\r\n"},
      {S, "535 no\r\n", "535 no\r\n"}}                                                       },
    {"AUTH cancelled",
     PROTOCOL_SMTP,                                          {{C, "AUTH LOGIN\r\n", "AUTH LOGIN\r\n"},
      {S, "334 \r\n", "334 \r\n"},
      {C, "*\r\n", "*\r\n"},
      {S, "501 cancelled\r\n", "501 cancelled\r\n"},
      {C, "EHLO x\r\n", "EHLO x\r\n"}}                                                       },
    {"AUTH pipelined",
     PROTOCOL_SMTP,                                          {{C, "AUTH LOGIN\r\nYm9i\r\nc2VjcmV0\r\nNOOP\r\nMAIL FROM:<>\r\n",
       "AUTH LOGIN\r\n" M "\r\n" M "\r\nNOOP\r\nMAIL FROM:<>\r\n"},
      {S, "334 \r\n", "334 \r\n"},
      {S, "535 no\r\n", "535 no\r\n"},
      {C, "AAAA\r\n", "AAAA\r\n"}}                                                           },
    {"POP3 AUTH",
     PROTOCOL_POP3,                                          {{C, "AUTH PLAIN\r\n", "AUTH PLAIN\r\n"},
      {S, "+ \r\n", "+ \r\n"},
      {C, "AGJvYgBzZWNyZXQ=\r\n", M "\r\n"},
      {S, "+OK\r\n", "+OK\r\n"},
      {C, "RETR 1\r\n", "RETR 1\r\n"}}                                                       },
    {"a command in one write with the dot",
     PROTOCOL_SMTP,                                          {{S, "354 go\r\n", "354 go\r\n"},
      {C, "AUTH in data\r\n.\r\nAUTH PLAIN AAAA\r\n",
       "AUTH in data\r\n.\r\nAUTH PLAIN " M "\r\n"}}                                         },
    {"a challenge that nobody asked for",
     PROTOCOL_SMTP,                                          {{C, "HELP\r\n", "HELP\r\n"},
      {S, "334 go on\r\n", "334 go on\r\n"},
      {C, "MAIL FROM:<>\r\n", "MAIL FROM:<>\r\n"}}                                           },
    {"no challenge, but a line of a message",
     PROTOCOL_POP3,                                          {{C, "AUTH PLAIN\r\n", "AUTH PLAIN\r\n"},
      {S, "+ \r\n", "+ \r\n"},
      {C, "AGJvYgBzZWNyZXQ=\r\n", M "\r\n"},
      {S, "+OK\r\n+OK\r\n+ one\r\n.\r\n", "+OK\r\n+OK\r\n+ one\r\n.\r\n"},
      {C, "DELE 1\r\n", "DELE 1\r\n"}}                                                       },
    {"AUTH behind other commands",
     PROTOCOL_SMTP,                                          {{C, "NOOP\r\nRSET\r\nAUTH LOGIN\r\n", "NOOP\r\nRSET\r\nAUTH LOGIN\r\n"},
      {S, "250-a\r\n250 b\r\n250 c\r\n334 VXNl\r\n", "250-a\r\n250 b\r\n250 c\r\n334 VXNl\r\n"},
      {C, "what ever\r\n", M "\r\n"},
      {S, "535 no\r\n334 VXNl\r\n", "535 no\r\n334 VXNl\r\n"},
      {C, "NOOP\r\n", "NOOP\r\n"}}                                                           },
    {"message data is no dialogue",
     PROTOCOL_SMTP,                                          {{C, "DATA\r\n", "DATA\r\n"},
      {S, "354 go\r\n", "354 go\r\n"},
      {C, "AUTH is a word here\r\n\r\nAUTH it is\r\n.\r\n",
       "AUTH is a word here\r\n\r\nAUTH it is\r\n.\r\n"},
      {S, "250 OK\r\n", "250 OK\r\n"},
      {C, "AUTH PLAIN AAAA\r\n", "AUTH PLAIN " M "\r\n"}}                                    },
};

/* What stands in the rows and must not come out, by whatever octets it is cut. */
static const char *const hidden[] = {"tanstaaf", "p\xc3\xa4ss {word}",  "zzz",
                                     "c2VjcmV0", "what ever",           "c4c9334bac",
                                     "AGJvYg",   "AGJvYgBub3QgbGlzdGVk"};

/* In parts a mark may stand twice, but what is secret stands nowhere. */
static bool hides(struct bytes out)
{
    bool good = true;
    for (size_t i = 0; i < COUNT(hidden); i++) {
        good &= bytes_find(out, bytes_of(hidden[i]), 0) == BYTES_NONE;
    }
    return good;
}

/* How a turn is cut: 0 whole, BYTES_NONE octet by octet, else into two at that octet. */
static bool feed(const struct redact *redact, const struct row *row, size_t turn_cut, size_t cut)
{
    struct redact_session session = {0};
    bool same = true;
    struct buf all[2] = {{0}, {0}};
    for (size_t i = 0; i < COUNT(row->turns) && row->turns[i].octets != NULL; i++) {
        const struct turn *turn = &row->turns[i];
        struct bytes octets = bytes_of(turn->octets);
        size_t at = turn_cut == i ? cut : 0;
        struct buf out = {0};
        size_t from = 0;
        while (from < octets.n) {
            size_t to = at == BYTES_NONE ? from + 1 : at > from ? at : octets.n;
            redact_octets(redact, &session, turn->side, row->protocol,
                          bytes_slice(octets, from, to), &out);
            from = to;
        }
        same &= at != 0 || bytes_is(buf_bytes(&out), turn->shown);
        buf_append(&all[turn->side], buf_bytes(&out));
        buf_deinit(&out);
    }
    for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
        redact_rest(redact, &session, side, row->protocol, REDACT_ENDED, &all[side]);
        same &= hides(buf_bytes(&all[side]));
        buf_deinit(&all[side]);
    }
    redact_session_deinit(&session);
    return same;
}

static void test_rows(void)
{
    struct redact *redact = redact_new(secrets, COUNT(secrets));
    for (size_t i = 0; i < COUNT(rows); i++) {
        UNIT_ROW(rows[i].name, feed(redact, &rows[i], 0, 0));
        for (size_t turn = 0; turn < COUNT(rows[i].turns); turn++) {
            if (rows[i].turns[turn].octets == NULL) {
                continue;
            }
            UNIT_ROW(rows[i].name, feed(redact, &rows[i], turn, BYTES_NONE));
            for (size_t cut = 1; cut < strlen(rows[i].turns[turn].octets); cut++) {
                UNIT_ROW(rows[i].name, feed(redact, &rows[i], turn, cut));
            }
        }
    }
    redact_free(&redact);
    CU_ASSERT_PTR_NULL(redact);
}

/* A known secret is found in base64 at each alignment, with anything before and behind it. */
static void test_base64_alignments(void)
{
    struct redact *redact = redact_new(secrets, COUNT(secrets));
    for (size_t before = 0; before < 7; before++) {
        for (size_t behind = 0; behind < 7; behind++) {
            struct buf plain = {0};
            struct buf line = {0};
            struct buf out = {0};
            struct redact_session session = {0};
            buf_append_fill(&plain, 0, before);
            buf_append_text(&plain, "tanstaaf");
            buf_append_fill(&plain, 0xff, behind);
            buf_append_text(&line, "501 I do not know ");
            base64_encode(&line, buf_bytes(&plain));
            buf_append_text(&line, "!\r\n");
            redact_octets(redact, &session, SIDE_SERVER, PROTOCOL_SMTP, buf_bytes(&line), &out);
            CU_ASSERT_TRUE(bytes_is(buf_bytes(&out), "501 I do not know " M "!\r\n"));
            redact_session_deinit(&session);
            buf_deinit(&plain);
            buf_deinit(&line);
            buf_deinit(&out);
        }
    }
    redact_free(&redact);
}

static void test_text(void)
{
    struct redact *redact = redact_new(secrets, COUNT(secrets));
    struct buf out = {0};
    redact_text(redact, BYTES_LIT("The reply has tanstaaf or dGFuc3RhYWY=."), &out);
    CU_ASSERT_TRUE(bytes_is(buf_bytes(&out), "The reply has " M " or " M "."));
    buf_deinit(&out);
    redact_free(&redact);
    redact_free(&redact);
}

/* A peer that never ends its line costs neither memory nor time beyond a bound. */
static void test_endless_line(void)
{
    struct redact *redact = redact_new(secrets, COUNT(secrets));
    struct redact_session session = {0};
    struct redact_ranges ranges = {0};
    struct buf part = {0};
    buf_append_fill(&part, 'x', 1000);
    for (int i = 0; i < 200; i++) {
        redact_line(redact, &session, SIDE_SERVER, PROTOCOL_SMTP, buf_bytes(&part), &ranges);
        CU_ASSERT_EQUAL(ranges.count, 0);
    }
    CU_ASSERT_TRUE(session.lines[SIDE_SERVER].head.n < 20000);
    CU_ASSERT_TRUE(session.lines[SIDE_SERVER].tail.n < 10000);
    redact_line(redact, &session, SIDE_SERVER, PROTOCOL_SMTP, BYTES_LIT("tanst"), &ranges);
    redact_line(redact, &session, SIDE_SERVER, PROTOCOL_SMTP, BYTES_LIT("500 tanstaaf\r\n"),
                &ranges);
    CU_ASSERT_EQUAL(ranges.count, 1);
    CU_ASSERT_EQUAL(ranges.items[0].from, 4);
    CU_ASSERT_EQUAL(ranges.items[0].to, 12);
    buf_deinit(&part);
    redact_ranges_deinit(&ranges);
    redact_session_deinit(&session);
    redact_free(&redact);
}

/* Far behind the beginning of a long line, however it comes, and what only looks like the beginning of a secret. */
static void test_long_line(void)
{
    struct redact *redact = redact_new(secrets, COUNT(secrets));
    for (size_t cut = 1; cut < 1000; cut += 7) {
        struct redact_session session = {0};
        struct buf line = {0};
        struct buf out = {0};
        buf_append_fill(&line, 'x', 20000);
        buf_append_text(&line, "tanstaaf tans tanstanstaaf dGFuc3RhYWY= tanstaa");
        for (size_t from = 0; from < line.n; from += cut) {
            redact_octets(redact, &session, SIDE_SERVER, PROTOCOL_SMTP,
                          bytes_slice(buf_bytes(&line), from, from + cut), &out);
        }
        CU_ASSERT_TRUE(bytes_ends(buf_bytes(&out), " "));
        redact_rest(redact, &session, SIDE_SERVER, PROTOCOL_SMTP, REDACT_WAITED, &out);
        CU_ASSERT_TRUE(bytes_ends(buf_bytes(&out), " "));
        redact_rest(redact, &session, SIDE_SERVER, PROTOCOL_SMTP, REDACT_ENDED, &out);
        CU_ASSERT_TRUE(bytes_ends(buf_bytes(&out), " tanstaa"));
        CU_ASSERT_TRUE(bytes_find(buf_bytes(&out), BYTES_LIT("x" M " tans tans" M), 0) == 19999);
        CU_ASSERT_TRUE(hides(buf_bytes(&out)));
        CU_ASSERT_TRUE(bytes_find(buf_bytes(&out), BYTES_LIT("dGFuc3RhYW"), 0) == BYTES_NONE);
        redact_session_deinit(&session);
        buf_deinit(&line);
        buf_deinit(&out);
    }
    redact_free(&redact);
}

/* Secrets that a quotation cuts off; what an open line has; what stands where it stood only. */
struct text_row {
    const char *name;
    const char *line; /* of the client, in POP3 */
    const char *text;
    const char *shown;
};

static const struct text_row text_rows[] = {
    {"known",                    "NOOP\r\n",               "it is tanstaaf",              "it is " M           },
    {"cut by the end",           "NOOP\r\n",               "it is tansta",                "it is " M           },
    {"cut by a quotation's end", "NOOP\r\n",               "got \"-ERR tans\", and more",
     "got \"-ERR " M "\", and more"                                                                            },
    {"cut by dots",              "NOOP\r\n",               "it is tanst...",              "it is " M "..."     },
    {"three octets say little",  "NOOP\r\n",               "got \"tan\"",                 "got \"tan\""        },
    {"base64 that is cut",       "NOOP\r\n",               "got \"AAAAdGFuc3\"",          "got \"" M "\""      },
    {"escaped",                  "NOOP\r\n",               "p\\xc3\\xa4ss \\{word}",      M                    },
    {"in quotation marks",       "NOOP\r\n",               "'p\xc3\xa4ss {word}'",        "'" M "'"            },
    {"hidden by its place",      "PASS what ever\r\n",     "it said what ever, and",      "it said " M ", and" },
    {"the same, escaped",        "PASS what\x01 ever\r\n", "it said what\\x01 ever",      "it said " M         },
    {"short: where it stood",    "PASS four\r\n",          "PASS four, or four",          "PASS " M ", or four"},
    {"of a line without end",    "PASS what ever",         "it said what ever",           "it said " M         },
    {"short, and without end",   "PASS four",              "PASS four",                   "PASS " M            },
};

static bool tells(const struct redact *redact, const struct text_row *row)
{
    struct redact_session session = {0};
    struct redact_ranges ranges = {0};
    struct buf out = {0};
    redact_line(redact, &session, SIDE_CLIENT, PROTOCOL_POP3, bytes_of(row->line), &ranges);
    redact_find(redact, bytes_of(row->text), &ranges);
    redact_find_echoes(redact, &session, PROTOCOL_POP3, bytes_of(row->text), &ranges);
    redact_append(&out, bytes_of(row->text), &ranges, REDACT_PLAIN);
    bool same = bytes_is(buf_bytes(&out), row->shown);
    buf_deinit(&out);
    redact_ranges_deinit(&ranges);
    redact_session_deinit(&session);
    return same;
}

static void test_texts(void)
{
    struct redact *redact = redact_new(secrets, COUNT(secrets));
    for (size_t i = 0; i < COUNT(text_rows); i++) {
        UNIT_ROW(text_rows[i].name, tells(redact, &text_rows[i]));
    }
    redact_free(&redact);
}

/* A bearer token of 6000 octets, in reads of any size. */
static void test_long_secret(void)
{
    struct buf token = {0};
    for (unsigned i = 0; i < 1000; i++) {
        buf_printf(&token, "t%05u", i * 7919 % 100000);
    }
    const char *known[] = {buf_text(&token)};
    struct redact *redact = redact_new(known, 1);
    for (size_t cut = 1; cut < 7000; cut += 1 + cut / 3) {
        struct redact_session session = {0};
        struct buf line = {0};
        struct buf out = {0};
        buf_append_text(&line, "250 no ");
        buf_append(&line, buf_bytes(&token));
        buf_append_text(&line, " is it\r\n");
        for (size_t from = 0; from < line.n; from += cut) {
            redact_octets(redact, &session, SIDE_SERVER, PROTOCOL_SMTP,
                          bytes_slice(buf_bytes(&line), from, from + cut), &out);
        }
        CU_ASSERT_TRUE(bytes_is(buf_bytes(&out), "250 no " M " is it\r\n"));
        redact_session_deinit(&session);
        buf_deinit(&line);
        buf_deinit(&out);
    }
    redact_free(&redact);
    buf_deinit(&token);
}

/* Somebody who tries passwords all day does not make it remember them all, and the last ones are hidden. */
static void test_many_hidden(void)
{
    struct redact *redact = redact_new(NULL, 0);
    struct redact_session session = {0};
    struct buf out = {0};
    for (unsigned i = 0; i < 6000; i++) {
        struct buf line = {0};
        buf_printf(&line, "PASS number %u of them\r\n", i);
        redact_octets(redact, &session, SIDE_CLIENT, PROTOCOL_POP3, buf_bytes(&line), &out);
        buf_clear(&out);
        buf_deinit(&line);
    }
    redact_octets(redact, &session, SIDE_CLIENT, PROTOCOL_POP3, BYTES_LIT("PASS the last one\r\n"),
                  &out);
    redact_octets(redact, &session, SIDE_SERVER, PROTOCOL_POP3, BYTES_LIT("-ERR the last one\r\n"),
                  &out);
    CU_ASSERT_TRUE(bytes_is(buf_bytes(&out), "PASS " M "\r\n-ERR " M "\r\n"));
    CU_ASSERT_TRUE(session.hidden.count <= 4096);
    buf_deinit(&out);
    redact_session_deinit(&session);
    redact_free(&redact);
}

static const struct unit_test tests[] = {
    {"dialogues",                test_rows             },
    {"base64 at each alignment", test_base64_alignments},
    {"sentences",                test_text             },
    {"endless line",             test_endless_line     },
    {"long line",                test_long_line        },
    {"texts of ours",            test_texts            },
    {"long secret",              test_long_secret      },
    {"many of them",             test_many_hidden      },
};

UNIT_MAIN("record: redact", tests)
