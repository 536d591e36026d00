/*
 * The shipped catalogue is whole and agrees with the judges; defects of others are told exactly.
 */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "judge/catalogue.h"
#include "judge/judge.h"
#include "unit.h"

static void collect(void *self, const char *text)
{
    struct buf *all = self;
    buf_append_text(all, text);
    buf_append_octet(all, '\n');
}

/* ---- The shipped catalogue ---- */

/* It is the end of a sentence that has told much already. */
enum { LONGEST_HARM = 115 };

static void test_shipped_is_whole(void)
{
    struct arena *arena = arena_new();
    struct rule_set rules;
    struct buf defects = {0};
    struct error error = {{0}};
    CU_ASSERT_EQUAL(catalogue_read("scenarios/catalogue", arena, &rules, collect, &defects, &error),
                    0);
    CU_ASSERT_STRING_EQUAL(buf_text(&defects), "");
    CU_ASSERT(rules.count >= 64);
    for (size_t i = 0; i < rules.count; i++) {
        const struct rule *rule = rules.rules[i];
        UNIT_ROW(rule->id, rule_find(&rules, bytes_of(rule->id)) == rule);
        UNIT_ROW(rule->id, rule->source_count > 0 && rule->fault_count > 0);
        UNIT_ROW(rule->id, strchr(rule->text, '\n') == NULL);
        UNIT_ROW(rule->id, strlen(rule->harm) <= LONGEST_HARM);
        UNIT_ROW(rule->id, rule->line > 0 && strstr(rule->path, ".rules") != NULL);
    }
    buf_deinit(&defects);
    arena_free(&arena);
}

/* A fault is named after the slug of its rule, in POP3 with "pop3-" before it. */
static void check_fault(const struct rule *rule, const char *fault)
{
    struct buf slug = {0};
    const struct bytes id = bytes_of(rule->id);
    if (bytes_starts(id, "pop3/")) {
        buf_append_text(&slug, "pop3-");
    }
    buf_append(&slug, bytes_skip(id, bytes_index(id, '/', 0) + 1));
    UNIT_ROW(fault, bytes_starts(bytes_of(fault), buf_text(&slug)));
    UNIT_ROW(fault, fault[slug.n] == '\0' || fault[slug.n] == '.');
    buf_deinit(&slug);
}

static void test_shipped_faults_are_named_after_rules(void)
{
    struct arena *arena = arena_new();
    struct rule_set rules;
    CU_ASSERT_EQUAL(catalogue_read("scenarios/catalogue", arena, &rules, NULL, NULL, NULL), 0);
    for (size_t i = 0; i < rules.count; i++) {
        for (size_t k = 0; k < rules.rules[i]->fault_count; k++) {
            check_fault(rules.rules[i], rules.rules[i]->faults[k]);
        }
    }
    arena_free(&arena);
}

static bool is_judged(const char *id)
{
    size_t count = 0;
    const char *const *ids = judge_rule_ids(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(ids[i], id) == 0) {
            return true;
        }
    }
    return false;
}

static void test_judges_and_rules_agree(void)
{
    struct arena *arena = arena_new();
    struct rule_set rules;
    size_t count = 0;
    const char *const *ids = judge_rule_ids(&count);
    CU_ASSERT_EQUAL(catalogue_read("scenarios/catalogue", arena, &rules, NULL, NULL, NULL), 0);
    CU_ASSERT(count > 100);
    for (size_t i = 0; i < count; i++) {
        UNIT_ROW(ids[i], rule_find(&rules, bytes_of(ids[i])) != NULL);
    }
    size_t by_judges = 0;
    for (size_t i = 0; i < rules.count; i++) {
        bool by_judge = strcmp(rules.rules[i]->judged_by, "judge") == 0;
        UNIT_ROW(rules.rules[i]->id, is_judged(rules.rules[i]->id) == by_judge);
        by_judges += by_judge;
    }
    CU_ASSERT_EQUAL(count, by_judges);
    arena_free(&arena);
}

/* Every MUST has a second, differently built fault, or says why there is none. */
static void test_shipped_must_has_two_faults(void)
{
    struct arena *arena = arena_new();
    struct rule_set rules;
    CU_ASSERT_EQUAL(catalogue_read("scenarios/catalogue", arena, &rules, NULL, NULL, NULL), 0);
    for (size_t i = 0; i < rules.count; i++) {
        const struct rule *rule = rules.rules[i];
        bool owes = rule->level == LEVEL_MUST && rule->fault_count < 2 && rule->one_fault == NULL;
        UNIT_ROW(rule->id, !owes);
    }
    arena_free(&arena);
}

/* ---- Defects ---- */

#define WITH_HARM(harm)                                                                            \
    "Source: RFC 5321 4.2\nLevel: MUST\nSide: server\nTitle: t\nText: x\nHarm: " harm "\n"         \
    "Judged-by: judge\nFaults: a\nImpact: mail\n"
#define REST WITH_HARM("mail is lost")
#define WITH_IMPACT(impact)                                                                        \
    "Source: RFC 5321 4.2\nLevel: MUST\nSide: server\nTitle: t\nText: x\nHarm: mail is lost\n"     \
    "Impact: " impact "\nJudged-by: judge\nFaults: a\n"

struct defect_row {
    const char *name;
    const char *text;
    const char *defects; /* without the folder's name */
    size_t rules;        /* that are read all the same */
};

static const struct defect_row defect_rows[] = {
    {"whole",                        "# comment\n\nId: smtp/a\n" REST,                                        "",                                  1},
    {"two, folded",                  "Id: smtp/b\n" REST "\nId: smtp/a\n" REST,                               "",                                  2},
    {"nothing",                      "# nothing\n",                                                           "no rules stand below @\n",          0},
    {"unknown field",                "Id: smtp/a\nSorce: x\n" REST,
     "@/a.rules:2: unknown field Sorce; did you mean Source?\n",                                                                                   0},
    {"unknown field, nothing near",  "Id: smtp/a\nPoints: 3\n" REST,
     "@/a.rules:2: unknown field Points\n",                                                                                                        0},
    {"missing fields",               "Id: smtp/a\nLevel: MUST\nSide: server\nTitle: t\nText: x\nFaults: a\n",
     "@/a.rules:1: this record has no field Source\n"
     "@/a.rules:1: this record has no field Harm\n"
     "@/a.rules:1: this record has no field Impact\n"
     "@/a.rules:1: this record has no field Judged-by\n",                                                                                          0},
    {"empty field",                  "Id:\n" REST,                                                            "@/a.rules:1: field Id is empty\n",  0},
    {"field twice",                  "Id: smtp/a\nid: smtp/b\n" REST,
     "@/a.rules:2: field Id stands twice in this record\n",                                                                                        0},
    {"control octet",                "Id: smtp/\x01\n" REST,
     "@/a.rules:1: field Id holds octets that are no UTF-8 text\n",                                                                                0},
    {"no UTF-8",                     "Id: smtp/\xff\n" REST,
     "@/a.rules:1: field Id holds octets that are no UTF-8 text\n",                                                                                0},
    {"harm with a stop",             "Id: smtp/a\n" WITH_HARM("mail is lost."),
     "@/a.rules:7: Harm is \"mail is lost.\"; wanted is the end of a sentence that begins with "
     "\"otherwise\"\n",                                                                                                                            0},
    {"harm that begins anew",        "Id: smtp/a\n" WITH_HARM("Mail is lost"),
     "@/a.rules:7: Harm is \"Mail is lost\"; wanted is the end of a sentence that begins with "
     "\"otherwise\"\n",                                                                                                                            0},
    {"harm that begins with a name", "Id: smtp/a\n" WITH_HARM("TLS does not begin"),                          "",                                  1},
    {"impact form",                  "Id: smtp/a\n" WITH_IMPACT("form"),                                      "",                                  1},
    {"impact that is none",          "Id: smtp/a\n" WITH_IMPACT("grave"),
     "@/a.rules:8: Impact is \"grave\"; wanted is security, mail, interop or form\n",                                                              0},
    {"conflict and needs",
     "Needs: ehlo SIZE, delivery,users 2\nConflict: One says so, one not.\nId: smtp/a\n" REST,                "",
     1                                                                                                                                              },
    {"conflict without a stop",      "Conflict: One says so\nId: smtp/a\n" REST,
     "@/a.rules:1: Conflict is \"One says so\"; wanted are sentences that tell which texts "
     "disagree\n",                                                                                                                                 0},
    {"needs of three words",         "Needs: ehlo SIZE DSN\nId: smtp/a\n" REST,
     "@/a.rules:1: Needs has \"ehlo SIZE DSN\"; wanted is what a scenario requires, such as ehlo "
     "SIZE, several separated by commas\n",                                                                                                        0},
    {"needs in capitals",            "Needs: SIZE\nId: smtp/a\n" REST,
     "@/a.rules:1: Needs has \"SIZE\"; wanted is what a scenario requires, such as ehlo SIZE, "
     "several separated by commas\n",                                                                                                              0},
    {"bad id",                       "Id: smtp/A\n" REST,
     "@/a.rules:1: Id is \"smtp/A\"; wanted is protocol/slug, as in smtp/reply-crlf\n",                                                            0},
    {"unknown protocol",             "Id: imap/a\n" REST,
     "@/a.rules:1: Id is \"imap/a\"; wanted is protocol/slug, as in smtp/reply-crlf\n",                                                            0},
    {"no slash",                     "Id: smtp\n" REST,
     "@/a.rules:1: Id is \"smtp\"; wanted is protocol/slug, as in smtp/reply-crlf\n",                                                              0},
    {"bad level",
     "Id: smtp/a\nSource: RFC 1 1\nLevel: WILL\nSide: both\nTitle: t\nText: x\nHarm: h\n"
     "Judged-by: me\nFaults: a b\nImpact: form\n",                                                            "@/a.rules:3: Level is \"WILL\"; wanted is MUST, SHOULD, MAY or PRACTICE\n"
     "@/a.rules:4: Side is \"both\"; wanted is server or client\n"
     "@/a.rules:8: Judged-by is \"me\"; wanted is judge or scenario\n"
     "@/a.rules:9: Faults has \"a b\"; wanted is a fault's name, several separated by commas\n", 0},
    {"bad sources",
     "Id: smtp/a\nSource: RFC5321 4.2; RFC 5321;\nLevel: MUST\nSide: server\nTitle: t\nText: "
     "x\nHarm: h\nImpact: form\n"
     "Judged-by: judge\nFaults: a, b.2\n",                                                                    "@/a.rules:2: Source has \"RFC5321 4.2\"; wanted is RFC, a number and a section, several "
     "separated by semicolons\n"
     "@/a.rules:2: Source has \"\"; wanted is RFC, a number and a section, several separated by "
     "semicolons\n",                                                                                     0},
    {"one id twice",                 "Id: smtp/a\n" REST "\nId: smtp/a\n" REST,
     "@/a.rules:12: the id smtp/a is taken by @/a.rules:1\n",                                                                                      2},
    {"a defect leaves the others",   "Id: smtp/b\n" REST "\nId: smtp\n" REST,
     "@/a.rules:12: Id is \"smtp\"; wanted is protocol/slug, as in smtp/reply-crlf\n",                                                             1},
};

/* Fields that may be left out. */
static const struct defect_row optional_rows[] = {
    {"all that may be left out",
     "Id: smtp/a\n" REST
     "One-fault: The rule is about\n one octet.\nBeside: a smtp/b: It is one cause.\n\n"
     "Id: smtp/b\n" REST,
     "",                                                                                                                                                                                             2},
    {"one fault, no sentence",
     "Id: smtp/a\n" REST "One-fault: Because\n\nId: smtp/b\n" REST
     "One-fault: it is so.\n\nId: smtp/c\n" REST "One-fault: It is so\n",
     "@/a.rules:11: One-fault is \"Because\"; wanted is a sentence that says why\n"
     "@/a.rules:23: One-fault is \"it is so.\"; wanted is a sentence that says why\n"
     "@/a.rules:35: One-fault is \"It is so\"; wanted is a sentence that says why\n",                                                                                                                0},
    {"one fault of two",
     "Id: smtp/a\nSource: RFC 1 1\nLevel: MUST\nSide: server\nTitle: t\nText: x\nHarm: "
     "h\nImpact: mail\nJudged-by: judge\n"
     "Faults: a, a.2\nOne-fault: There is no other way.\n",                                                            "@/a.rules:1: One-fault stands where there are 2 faults\n",                   0},
    {"one fault of a SHOULD",
     "Id: smtp/a\nSource: RFC 1 1\nLevel: SHOULD\nSide: server\nTitle: t\nText: x\nHarm: "
     "h\nImpact: mail\nJudged-by: "
     "judge\n"
     "Faults: a\nOne-fault: There is no other way.\n",                                                                 "@/a.rules:1: One-fault is for the level MUST, others need one fault only\n", 0},
    {"beside, no form",
     "Id: smtp/a\n" REST
     "Beside: a smtp/b\n a: It is one.\n a b smtp/b: It is one.\n a smtp/b: one\n : It is.\n",                         "@/a.rules:11: Beside has \"a smtp/b\"; wanted is a fault, a rule, a colon and a sentence\n"
     "@/a.rules:11: Beside has \"a: It is one.\"; wanted is a fault, a rule, a colon and a "
     "sentence\n"
     "@/a.rules:11: Beside has \"a b smtp/b: It is one.\"; wanted is a fault, a rule, a colon and "
     "a "
     "sentence\n"
     "@/a.rules:11: Beside has \"a smtp/b: one\"; wanted is a fault, a rule, a colon and a "
     "sentence\n"
     "@/a.rules:11: Beside has \": It is.\"; wanted is a fault, a rule, a colon and a sentence\n",     0},
    {"beside, no fault of it",
     "Id: smtp/a\n" REST "Beside: b smtp/b: It is one cause.\n\nId: smtp/b\n" REST,
     "@/a.rules:11: Beside has b, which is no fault of this rule\n",                                                                                                                                 1},
    {"beside itself",                   "Id: smtp/a\n" REST "Beside: a smtp/a: It is one cause.\n",
     "@/a.rules:11: Beside has smtp/a, which is this rule itself\n",                                                                                                                                 0},
    {"beside twice",                    "Id: smtp/a\n" REST "Beside: a smtp/b: It is one cause.\n a smtp/b: It is.\n",
     "@/a.rules:11: Beside has a smtp/b twice\n",                                                                                                                                                    0},
    {"beside three",
     "Id: smtp/a\n" REST "Beside: a smtp/b: It is.\n a smtp/c: It is.\n a smtp/d: It is.\n",
     "@/a.rules:11: Beside has more than 2 rules for a\n",                                                                                                                                           0},
    {"beside nobody's rule",            "Id: smtp/a\n" REST "Beside: a smtp/b: It is one cause.\n",
     "@/a.rules:11: Beside has smtp/b, which is in no catalogue\n",                                                                                                                                  1},
    {"beside a rule of the other side",
     "Id: smtp/a\n" REST
     "Beside: a smtp/b: It is one cause.\n\nId: smtp/b\nSource: RFC 1 1\nLevel: MUST\n"
     "Side: client\nTitle: t\nText: x\nHarm: h\nImpact: mail\nJudged-by: judge\nFaults: a\n",                          "@/a.rules:11: Beside has smtp/b, which is about the other side\n",           2},
};

/* The row's text with the folder for each "@". */
static void put_folder(struct buf *out, const char *text, const char *folder)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '@') {
            buf_append_text(out, folder);
        } else {
            buf_append_octet(out, (unsigned char)*p);
        }
    }
}

static void check_defects(const struct defect_row *row, const char *folder)
{
    struct arena *arena = arena_new();
    struct rule_set rules;
    struct buf path = {0};
    struct buf wanted = {0};
    struct buf told = {0};
    struct error error = {{0}};
    buf_printf(&path, "%s/a.rules", folder);
    CU_ASSERT_EQUAL(file_write(buf_text(&path), bytes_of(row->text), NULL), 0);
    put_folder(&wanted, row->defects, folder);
    int result = catalogue_read(folder, arena, &rules, collect, &told, &error);
    UNIT_ROW(row->name, result == (row->defects[0] == '\0' ? 0 : -1));
    UNIT_ROW(buf_text(&told), strcmp(buf_text(&told), buf_text(&wanted)) == 0);
    UNIT_ROW(row->name, rules.count == row->rules);
    UNIT_ROW(row->name, strncmp(error.text, buf_text(&told), strlen(error.text)) == 0);
    UNIT_ROW(row->name, (error.text[0] != '\0') == (result != 0));
    buf_deinit(&path);
    buf_deinit(&wanted);
    buf_deinit(&told);
    arena_free(&arena);
}

static void test_defects(void)
{
    char folder[] = "/tmp/test_judge_catalogue.XXXXXX";
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    for (size_t i = 0; i < sizeof defect_rows / sizeof defect_rows[0]; i++) {
        check_defects(&defect_rows[i], folder);
    }
    for (size_t i = 0; i < sizeof optional_rows / sizeof optional_rows[0]; i++) {
        check_defects(&optional_rows[i], folder);
    }
    struct buf path = {0};
    buf_printf(&path, "%s/a.rules", folder);
    unlink(buf_text(&path));
    rmdir(folder);
    buf_deinit(&path);
}

static void test_optional_fields(void)
{
    char folder[] = "/tmp/test_judge_catalogue.XXXXXX";
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    struct arena *arena = arena_new();
    struct rule_set rules;
    struct buf path = {0};
    buf_printf(&path, "%s/a.rules", folder);
    const char *text =
        "Id: smtp/a\n" REST "Beside: a smtp/b: It is one cause.\n a  smtp/c :  It is: one.\n"
        "One-fault: There is\n one octet.\n\nId: smtp/b\n" REST "\nId: smtp/c\n" REST;
    CU_ASSERT_EQUAL(file_write(buf_text(&path), bytes_of(text), NULL), 0);
    CU_ASSERT_EQUAL(catalogue_read(folder, arena, &rules, NULL, NULL, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(rules.count, 3);
    const struct rule *rule = rules.rules[0];
    CU_ASSERT_STRING_EQUAL(rule->one_fault, "There is one octet.");
    CU_ASSERT_EQUAL_FATAL(rule->beside_count, 2);
    CU_ASSERT_STRING_EQUAL(rule->besides[0].fault, "a");
    CU_ASSERT_STRING_EQUAL(rule->besides[0].rule, "smtp/b");
    CU_ASSERT_STRING_EQUAL(rule->besides[0].reason, "It is one cause.");
    CU_ASSERT_STRING_EQUAL(rule->besides[1].rule, "smtp/c");
    CU_ASSERT_STRING_EQUAL(rule->besides[1].reason, "It is: one.");
    CU_ASSERT_EQUAL(rules.rules[1]->beside_count, 0);
    CU_ASSERT_PTR_NULL(rules.rules[1]->one_fault);
    unlink(buf_text(&path));
    rmdir(folder);
    buf_deinit(&path);
    arena_free(&arena);
}

static void test_missing_folder(void)
{
    struct arena *arena = arena_new();
    struct rule_set rules;
    struct error error = {{0}};
    CU_ASSERT_EQUAL(catalogue_read("tests/no-such-folder", arena, &rules, NULL, NULL, &error), -1);
    CU_ASSERT_EQUAL(rules.count, 0);
    CU_ASSERT(strstr(error.text, "tests/no-such-folder") != NULL);
    arena_free(&arena);
}

static void test_fields_in_full(void)
{
    struct arena *arena = arena_new();
    struct rule_set rules;
    CU_ASSERT_EQUAL(catalogue_read("scenarios/catalogue", arena, &rules, NULL, NULL, NULL), 0);
    const struct rule *rule = rule_find(&rules, bytes_of("smtp/rcpt-without-mail"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(rule);
    CU_ASSERT_STRING_EQUAL(rule->title, "The client sends RCPT without MAIL before it");
    CU_ASSERT_EQUAL(rule->source_count, 2);
    CU_ASSERT_STRING_EQUAL(rule->sources[0], "RFC 5321 3.3");
    CU_ASSERT_STRING_EQUAL(rule->sources[1], "RFC 5321 4.1.4");
    CU_ASSERT(rule->level == LEVEL_MUST && rule->side == SIDE_SERVER);
    CU_ASSERT_STRING_EQUAL(rule->judged_by, "scenario");
    CU_ASSERT(rule->need_count == 0 && rule->conflict == NULL);
    CU_ASSERT_STRING_EQUAL(rule->faults[0], "rcpt-without-mail");
    CU_ASSERT(strncmp(rule->text, "The server answers 503, and no transaction begins. Otherwise",
                      50) == 0);
    CU_ASSERT_STRING_EQUAL(rule->path, "scenarios/catalogue/smtp-commands.rules");
    rule = rule_find(&rules, bytes_of("smtp/non-ascii-refused"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(rule);
    CU_ASSERT_STRING_EQUAL(
        rule->conflict, "RFC 5321 4.1.2 demands 501 for invalid characters, 2.4 has a SHOULD and "
                        "500. The milder text counts.");
    rule = rule_find(&rules, bytes_of("smtp/size-refused"));
    CU_ASSERT_FATAL(rule != NULL && rule->need_count == 1);
    CU_ASSERT_STRING_EQUAL(rule->needs[0], "ehlo SIZE");
    arena_free(&arena);
}

static const struct unit_test tests[] = {
    {"the shipped catalogue is whole", test_shipped_is_whole                    },
    {"faults are named after rules",   test_shipped_faults_are_named_after_rules},
    {"a MUST has two faults",          test_shipped_must_has_two_faults         },
    {"judges and rules agree",         test_judges_and_rules_agree              },
    {"a rule's fields",                test_fields_in_full                      },
    {"fields that may be left out",    test_optional_fields                     },
    {"defects are told exactly",       test_defects                             },
    {"a folder that is missing",       test_missing_folder                      },
};

UNIT_MAIN("judge: the catalogue", tests)
