/* Replies that are asked for: how a rule is read, when it answers, and key words in addresses. */
#include "unit.h"

#include <string.h>

#include "fake_servers/key_word.h"
#include "fake_servers/reply_book.h"
#include "fake_servers/reply_texts.h"

/* ---- reading ---- */

struct read_row {
    const char *text;
    enum stage stage;
    unsigned protocols;
    enum reply_pattern kind;
    const char *pattern;
    struct reply_times times;
    unsigned percent;
    enum reply_action action;
    enum reply_form form;
    const char *digits;
    const char *status;
    const char *said; /* NULL: the usual */
};

#define ALWAYS                                                                                     \
    {                                                                                              \
        0, 0, false                                                                                \
    }
#define NO_CODE "", "", NULL

// clang-format off
static const struct read_row read_rows[] = {
    {"RCPT=452",                     STAGE_RCPT, STAGE_SMTP, PATTERN_NONE, "", ALWAYS, 100, REPLY_SAY, REPLY_OF_SMTP, "452", "", NULL},
    {" rcpt = x=452 ",               STAGE_RCPT, STAGE_SMTP, PATTERN_GLOB, "= x", ALWAYS, 100, REPLY_SAY, REPLY_OF_SMTP, "452", "", NULL},
    {"RCPT=452 4.2.2 mailbox full",  STAGE_RCPT, STAGE_SMTP, PATTERN_NONE, "", ALWAYS, 100, REPLY_SAY, REPLY_OF_SMTP, "452", "4.2.2", "mailbox full"},
    {"RCPT=452 4.2.2",               STAGE_RCPT, STAGE_SMTP, PATTERN_NONE, "", ALWAYS, 100, REPLY_SAY, REPLY_OF_SMTP, "452", "4.2.2", NULL},
    {"RCPT=452 4.2.2.2 x",           STAGE_RCPT, STAGE_SMTP, PATTERN_NONE, "", ALWAYS, 100, REPLY_SAY, REPLY_OF_SMTP, "452", "", "4.2.2.2 x"},
    {"EHLO=250 mx\\nSIZE 10\\na\\\\b", STAGE_EHLO, STAGE_SMTP, PATTERN_NONE, "", ALWAYS, 100, REPLY_SAY, REPLY_OF_SMTP, "250", "", "mx\nSIZE 10\na\\b"},
    {"RCPT TO:<bob@*>:2=550 no",     STAGE_RCPT, STAGE_SMTP, PATTERN_GLOB, "TO:<bob@*>", {2, 2, false}, 100, REPLY_SAY, REPLY_OF_SMTP, "550", "", "no"},
    {"MAIL * SIZE=2000*=552",        STAGE_MAIL, STAGE_SMTP, PATTERN_GLOB, "* SIZE=2000*", ALWAYS, 100, REPLY_SAY, REPLY_OF_SMTP, "552", "", NULL},
    {"RCPT /^to:<(bob|m01)@/::2-3@50%=451", STAGE_RCPT, STAGE_SMTP, PATTERN_REGEX, "^to:<(bob|m01)@", {2, 3, true}, 50, REPLY_SAY, REPLY_OF_SMTP, "451", "", NULL},
    {"greeting::1-2=421",            STAGE_GREETING, STAGE_SMTP, PATTERN_NONE, "", {1, 2, true}, 100, REPLY_SAY, REPLY_OF_SMTP, "421", "", NULL},
    {"dot:3-=554",                   STAGE_END_OF_DATA, STAGE_SMTP, PATTERN_NONE, "", {3, UINT64_MAX, false}, 100, REPLY_SAY, REPLY_OF_SMTP, "554", "", NULL},
    {"end-of-data=close",            STAGE_END_OF_DATA, STAGE_SMTP, PATTERN_NONE, "", ALWAYS, 100, REPLY_CLOSE, REPLY_OF_ANY, NO_CODE},
    {"QUIT=reset",                   STAGE_QUIT, STAGE_BOTH, PATTERN_NONE, "", ALWAYS, 100, REPLY_RESET, REPLY_OF_ANY, NO_CODE},
    {"pop3/QUIT=half-close",         STAGE_QUIT, STAGE_POP3, PATTERN_NONE, "", ALWAYS, 100, REPLY_HALF_CLOSE, REPLY_OF_ANY, NO_CODE},
    {"lmtp/any=Silence",             STAGE_ANY, STAGE_SMTP, PATTERN_NONE, "", ALWAYS, 100, REPLY_SILENCE, REPLY_OF_ANY, NO_CODE},
    {"QUIT=-ERR [SYS/TEMP] no",      STAGE_QUIT, STAGE_POP3, PATTERN_NONE, "", ALWAYS, 100, REPLY_SAY, REPLY_POP3_ERR, "", "", "[SYS/TEMP] no"},
    {"RETR 1=+OK\\nx",               STAGE_RETR, STAGE_POP3, PATTERN_GLOB, "1", ALWAYS, 100, REPLY_SAY, REPLY_POP3_OK, "", "", "\nx"},
    {"AUTH-later=+ abc",             STAGE_AUTH_RESPONSE, STAGE_POP3, PATTERN_NONE, "", ALWAYS, 100, REPLY_SAY, REPLY_POP3_CONTINUE, "", "", "abc"},
    {"NOOP=2500",                    STAGE_NOOP, STAGE_SMTP, PATTERN_NONE, "", ALWAYS, 100, REPLY_SAY, REPLY_OF_SMTP, "2500", "", NULL},
    {"NOOP=000",                     STAGE_NOOP, STAGE_SMTP, PATTERN_NONE, "", ALWAYS, 100, REPLY_SAY, REPLY_OF_SMTP, "000", "", NULL},
};
// clang-format on

static bool is_read_so(const struct read_row *row, const struct reply_rule *rule)
{
    const struct asked_reply *reply = &rule->reply;
    bool same_text =
        (row->said == NULL && reply->text == NULL) ||
        (row->said != NULL && reply->text != NULL && strcmp(row->said, reply->text) == 0);
    return rule->stage == row->stage && rule->protocols == row->protocols &&
           rule->kind == row->kind && bytes_is(rule->pattern, row->pattern) &&
           rule->times.first == row->times.first && rule->times.last == row->times.last &&
           rule->times.over_all == row->times.over_all && rule->percent == row->percent &&
           reply->action == row->action && reply->form == row->form &&
           strcmp(reply->digits, row->digits) == 0 && strcmp(reply->status, row->status) == 0 &&
           same_text;
}

static void test_read(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof read_rows / sizeof read_rows[0]; i++) {
        struct reply_rule rule = {0};
        struct error error = {""};
        int failed = reply_rule_read(bytes_of(read_rows[i].text), arena, &rule, &error);
        UNIT_ROW(read_rows[i].text, failed == 0 && is_read_so(&read_rows[i], &rule));
    }
    arena_free(&arena);
}

static const struct {
    const char *text;
    const char *why;
} wrong_rows[] = {
    {"RPCT=452",            "did you mean \"RCPT\""                 },
    {"nothing=452",         "no stage \"nothing\"; \"--reply list\""},
    {"=452",                "no stage"                              },
    {"RCPT",                "expected STAGE=REPLY"                  },
    {"RCPT=45x",            "expected STAGE=REPLY"                  },
    {"RCPT=45200",          "expected STAGE=REPLY"                  },
    {"USER=452",            "POP3 answers with +OK or -ERR"         },
    {"smtp/USER=+OK",       "POP3 answers"                          },
    {"EHLO=+OK",            "SMTP answers with a code"              },
    {"RCPT:0=450",          "counted from 1"                        },
    {"RCPT:3-2=450",        "counted from 1"                        },
    {"RCPT:-2=450",         "counted from 1"                        },
    {"RCPT@0%=450",         "@1% to @100%"                          },
    {"RCPT@101%=450",       "@1% to @100%"                          },
    {"greeting:2=421",      "two colons"                            },
    {"greeting x*=421",     "nothing at this stage"                 },
    {"AUTH-response x=535", "nothing at this stage"                 },
    {"RCPT /(/=450",        "missing closing parenthesis"           },
    {"RCPT /=450",          "ends with it: /PATTERN/"               },
    {"EHLO=close now",      "nothing is said behind close"          },
    {"RCPT=452 a\\qb",      "behind a backslash"                    },
    {"RCPT=452 a\\",        "behind a backslash"                    },
    {"RETR=-ERR a\\nb",     "only +OK has more than one line"       },
    {"RCPT=452 a\033",      "without control characters"            },
};

static void test_wrong(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof wrong_rows / sizeof wrong_rows[0]; i++) {
        struct reply_rule rule;
        struct error error = {""};
        int failed = reply_rule_read(bytes_of(wrong_rows[i].text), arena, &rule, &error);
        UNIT_ROW(wrong_rows[i].text, failed != 0 && strstr(error.text, wrong_rows[i].why) != NULL);
    }
    arena_free(&arena);
}

/* ---- several ---- */

enum { MAX_RULES = 4 };

static size_t read_rules(const char *const *texts, struct arena *arena, struct reply_rule *rules)
{
    size_t count = 0;
    while (count < MAX_RULES && texts[count] != NULL) {
        CU_ASSERT_EQUAL_FATAL(reply_rule_read(bytes_of(texts[count]), arena, &rules[count], NULL),
                              0);
        count++;
    }
    return count;
}

static const struct {
    const char *texts[MAX_RULES + 1];
    bool is_right;
} beside_rows[] = {
    {{"RCPT bob@*=550", "RCPT=452"},   true },
    {{"RCPT=452", "RCPT bob@*=550"},   false},
    {{"RCPT=452", "RCPT=452"},         false},
    {{"RCPT:1=452", "RCPT:2=450"},     true },
    {{"RCPT:1=452", "RCPT:1=450"},     false},
    {{"RCPT:1=452", "RCPT::1=450"},    true },
    {{"RCPT@50%=452", "RCPT@50%=450"}, true },
    {{"any=421", "RCPT=450"},          false},
    {{"RCPT=450", "any=421"},          true },
    {{"QUIT=500", "QUIT=-ERR"},        true },
    {{"QUIT=close", "QUIT=-ERR"},      false},
    {{"pop3/QUIT=close", "QUIT=500"},  true },
};

static void test_beside(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof beside_rows / sizeof beside_rows[0]; i++) {
        struct reply_rule rules[MAX_RULES];
        size_t count = read_rules(beside_rows[i].texts, arena, rules);
        struct error error = {""};
        int failed = reply_rules_check(rules, count, &error);
        UNIT_ROW(beside_rows[i].texts[1], (failed == 0) == beside_rows[i].is_right);
        UNIT_ROW(error.text, failed == 0 || strstr(error.text, "is never used") != NULL);
    }
    arena_free(&arena);
}

/* ---- choosing ---- */

/* What each of these is answered with, one connection behind the other where there is a "|"; "-": by the session itself. */
struct choice_row {
    const char *texts[MAX_RULES + 1];
    const char *arguments; /* of RCPT, separated by blanks */
    const char *codes;
};

static const struct choice_row choice_rows[] = {
    {{"RCPT=452"},                             "a b",         "452 452"        },
    {{"MAIL=452"},                             "a",           "-"              },
    {{"RCPT:2=452"},                           "a a a | a a", "- 452 - | - 452"},
    {{"RCPT:2-=452"},                          "a a a",       "- 452 452"      },
    {{"RCPT::2-3=452"},                        "a a | a a",   "- 452 | 452 -"  },
    {{"RCPT b*:2=450"},                        "bx a by bz",  "- - 450 -"      },
    {{"RCPT B*=450"},                          "bx a",        "450 -"          },
    {{"RCPT /x$/=450"},                        "bX by",       "450 -"          },
    {{"RCPT TO:<b*>=450"},                     "b a",         "450 -"          },
    {{"RCPT:1=450", "RCPT:2=451", "RCPT=452"}, "a a a",       "450 451 452"    },
    {{"any:3=421"},                            "a a a",       "- - 421"        },
    {{"RCPT@100%=450"},                        "a",           "450"            },
};

static void choose_next(struct reply_book *book, struct reply_tally *tally, struct bytes word,
                        struct buf *out)
{
    struct buf argument = {0};
    buf_append_text(&argument, "TO:<");
    buf_append(&argument, word);
    buf_append_text(&argument, ">");
    struct reply_moment moment = {STAGE_RCPT, STAGE_SMTP, buf_bytes(&argument), word};
    const struct asked_reply *reply = reply_book_choose(book, tally, &moment);
    buf_printf(out, "%s%s", out->n > 0 ? " " : "", reply != NULL ? reply->digits : "-");
    buf_deinit(&argument);
}

static void check_choice(const struct choice_row *row, struct arena *arena)
{
    struct reply_rule rules[MAX_RULES];
    size_t count = read_rules(row->texts, arena, rules);
    struct reply_book *book = reply_book_new(rules, count, 1, arena);
    struct reply_tally tally = {0};
    struct buf said = {0};
    struct bytes rest = bytes_of(row->arguments);
    struct bytes word;
    while (bytes_next_word(&rest, &word)) {
        if (bytes_is(word, "|")) {
            reply_tally_deinit(&tally);
            buf_append_text(&said, " |");
        } else {
            choose_next(book, &tally, word, &said);
        }
    }
    UNIT_ROW(row->texts[0], strcmp(buf_text(&said), row->codes) == 0);
    reply_tally_deinit(&tally);
    buf_deinit(&said);
}

static void test_choose(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof choice_rows / sizeof choice_rows[0]; i++) {
        check_choice(&choice_rows[i], arena);
    }
    arena_free(&arena);
}

static size_t count_hits(const char *text, uint64_t seed, size_t occasions, uint64_t *which_r)
{
    struct arena *arena = arena_new();
    struct reply_rule rule;
    struct reply_tally tally = {0};
    struct reply_moment moment = {STAGE_RCPT, STAGE_SMTP, {0}, {0}};
    size_t hits = 0;
    *which_r = 0;
    CU_ASSERT_EQUAL_FATAL(reply_rule_read(bytes_of(text), arena, &rule, NULL), 0);
    struct reply_book *book = reply_book_new(&rule, 1, seed, arena);
    CU_ASSERT_TRUE(reply_book_has_chance(book));
    for (size_t i = 0; i < occasions; i++) {
        bool hit = reply_book_choose(book, &tally, &moment) != NULL;
        hits += hit ? 1 : 0;
        *which_r = *which_r << 1 | (hit ? 1 : 0);
    }
    reply_tally_deinit(&tally);
    arena_free(&arena);
    return hits;
}

/* A seed says which ones; of many about as many as were asked for are hit. */
static void test_chance(void)
{
    uint64_t first;
    uint64_t again;
    uint64_t other;
    size_t hits = count_hits("RCPT@30%=450", 7, 10000, &first);
    CU_ASSERT_TRUE(hits > 2800 && hits < 3200);
    count_hits("RCPT@30%=450", 7, 10000, &again);
    count_hits("RCPT@30%=450", 8, 10000, &other);
    CU_ASSERT_EQUAL(first, again);
    CU_ASSERT_NOT_EQUAL(first, other);
}

/* Other settings have changed: the counting goes on; the rules have: it begins anew. */
static void test_follow(void)
{
    struct arena *arena = arena_new();
    struct reply_rule rules[2];
    struct reply_tally tally = {0};
    struct reply_moment moment = {STAGE_RCPT, STAGE_SMTP, {0}, {0}};
    const char *const texts[] = {"RCPT::2=450", "RCPT:2=451", NULL};
    size_t count = read_rules(texts, arena, rules);
    struct reply_book *book = reply_book_new(rules, count, 1, arena);
    CU_ASSERT_PTR_NULL(reply_book_choose(book, &tally, &moment));
    struct reply_book *same = reply_book_new(rules, count, 1, arena);
    reply_book_follow(same, book);
    const struct asked_reply *reply = reply_book_choose(same, &tally, &moment);
    CU_ASSERT_TRUE(reply != NULL && reply->code == 450);
    struct reply_book *other = reply_book_new(rules, 1, 1, arena);
    reply_book_follow(other, same);
    CU_ASSERT_PTR_NULL(reply_book_choose(other, &tally, &moment));
    CU_ASSERT_PTR_NOT_NULL(reply_book_choose(other, &tally, &moment));
    reply_book_follow(NULL, other);
    reply_book_follow(other, NULL);
    reply_tally_deinit(&tally);
    arena_free(&arena);
}

/* ---- key words ---- */

static const struct {
    const char *local_part;
    enum stage stage; /* STAGE_COUNT: it is none */
    const char *digits;
    const char *status;
    enum reply_action action;
} key_word_rows[] = {
    {"rcpt+452",          STAGE_RCPT,        "452", "",      REPLY_SAY    },
    {"RCPT+452+4.2.2",    STAGE_RCPT,        "452", "4.2.2", REPLY_SAY    },
    {"mail+451",          STAGE_MAIL,        "451", "",      REPLY_SAY    },
    {"data+554",          STAGE_DATA,        "554", "",      REPLY_SAY    },
    {"dot+452",           STAGE_END_OF_DATA, "452", "",      REPLY_SAY    },
    {"end-of-data+reset", STAGE_END_OF_DATA, "",    "",      REPLY_RESET  },
    {"quit+silence",      STAGE_QUIT,        "",    "",      REPLY_SILENCE},
    {"vrfy+252",          STAGE_VRFY,        "252", "",      REPLY_SAY    },
    {"auth+454",          STAGE_AUTH,        "454", "",      REPLY_SAY    },
    {"bdat+552",          STAGE_BDAT,        "552", "",      REPLY_SAY    },
    {"rcpt",              STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"rcpt+",             STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"rcpt+45",           STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"rcpt+4521",         STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"rcpt+452+",         STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"rcpt+452+4.2",      STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"rcpt+452+4.2.2+x",  STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"rcpt+close+4.2.2",  STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"alice+452",         STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"retr+452",          STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"greeting+421",      STAGE_COUNT,       "",    "",      REPLY_SAY    },
    {"any+421",           STAGE_COUNT,       "",    "",      REPLY_SAY    },
};

static void test_key_words(void)
{
    for (size_t i = 0; i < sizeof key_word_rows / sizeof key_word_rows[0]; i++) {
        struct asked_reply reply = {0};
        enum stage stage = STAGE_COUNT;
        bool found = key_word_read(bytes_of(key_word_rows[i].local_part), &stage, &reply);
        UNIT_ROW(key_word_rows[i].local_part, found == (key_word_rows[i].stage != STAGE_COUNT));
        if (found) {
            UNIT_ROW(key_word_rows[i].local_part,
                     stage == key_word_rows[i].stage && reply.action == key_word_rows[i].action &&
                         strcmp(reply.digits, key_word_rows[i].digits) == 0 &&
                         strcmp(reply.status, key_word_rows[i].status) == 0);
        }
    }
}

/* ---- tables ---- */

static void test_stages(void)
{
    enum stage stage = STAGE_COUNT;
    for (unsigned i = 0; i < STAGE_COUNT; i++) {
        const struct stage_row *row = stage_row((enum stage)i);
        UNIT_ROW(row->name, stage_find(bytes_of(row->name), &stage) && stage == i);
        UNIT_ROW(row->name, row->protocols != 0 && row->what[0] != '\0');
        if (row->other != NULL) {
            UNIT_ROW(row->other, stage_find(bytes_of(row->other), &stage) && stage == i);
        }
    }
    CU_ASSERT_FALSE(stage_find(bytes_of("RCP"), &stage));
    CU_ASSERT_STRING_EQUAL(stage_nearest(bytes_of("STARTTSL")), "STARTTLS");
    CU_ASSERT_PTR_NULL(stage_nearest(bytes_of("nothing like it")));
    for (unsigned verb = 0; verb <= SMTP_VERB_COUNT; verb++) {
        enum stage of_verb = stage_of_smtp((enum smtp_verb)verb);
        UNIT_ROW(stage_row(of_verb)->name, (stage_row(of_verb)->protocols & STAGE_SMTP) != 0);
    }
    for (unsigned verb = 0; verb <= POP3_VERB_COUNT; verb++) {
        enum stage of_verb = stage_of_pop3((enum pop3_verb)verb);
        UNIT_ROW(stage_row(of_verb)->name, (stage_row(of_verb)->protocols & STAGE_POP3) != 0);
    }
}

/* RFC 3463 2: the class of the status code is that of the code; RFC 5321 4.2: the code's second digit is 0 to 5. */
static void test_texts(void)
{
    unsigned before = 0;
    for (size_t i = 0; reply_text_at(i) != NULL; i++) {
        const struct reply_text *row = reply_text_at(i);
        bool is_intermediate = row->code / 100 == 3;
        UNIT_ROW(row->text, row->code > before && row->code / 10 % 10 <= 5);
        UNIT_ROW(row->text, (row->status == NULL) == is_intermediate);
        UNIT_ROW(row->text,
                 row->status == NULL || (row->status[0] == (char)('0' + row->code / 100) &&
                                         reply_is_status(bytes_of(row->status))));
        UNIT_ROW(row->text,
                 reply_text_find(row->code) == row && strncmp(row->source, "RFC ", 4) == 0);
        before = row->code;
        for (unsigned stage = 0; stage < STAGE_COUNT && row->status != NULL; stage++) {
            UNIT_ROW(row->text, reply_text_status(row, (enum stage)stage)[0] == row->status[0]);
        }
    }
    CU_ASSERT_PTR_NULL(reply_text_find(258));
    CU_ASSERT_STRING_EQUAL(reply_text_status(reply_text_find(250), STAGE_RCPT), "2.1.5");
    for (size_t i = 0; reply_text_odd_code(i)[0] != '\0'; i++) {
        struct asked_reply reply;
        struct bytes code = bytes_of(reply_text_odd_code(i));
        UNIT_ROW(reply_text_odd_code(i), reply_read_word(code, &reply));
        UNIT_ROW(reply_text_odd_code(i), reply_text_find(reply.code) == NULL);
    }
}

static const struct unit_test tests[] = {
    {"rules are read",                       test_read     },
    {"what is no rule is refused",           test_wrong    },
    {"rules beside each other",              test_beside   },
    {"which one answers",                    test_choose   },
    {"chance has a seed",                    test_chance   },
    {"counting goes on over other settings", test_follow   },
    {"key words",                            test_key_words},
    {"stages",                               test_stages   },
    {"codes and texts",                      test_texts    },
};

UNIT_MAIN("fake_servers/reply_rule", tests)
