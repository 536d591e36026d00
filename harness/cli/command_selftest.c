/*
 * command_selftest - the fault matrix: every rule can fail, and an honest server and client break none
 *
 * All shipped cases run against the honest built-in server and client. Then those that judge rules of servers run once for each fault
 * of the server, those about clients for each of the client. The honest run may break no rule; each fault must make its rule fail,
 * at the rule's level, and no others but those that its rule declares beside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/faults.h"
#include "cli/rounds.h"
#include "cli/run.h"

/* Rounds mostly wait. */
enum { SELFTEST_JOBS = 16, ROUNDS_AT_ONCE = 8 };

/* Waits for what never comes are a fifth of the usual ones: the server is in this process. */
static const double selftest_time_scale = 0.2;

struct broken {
    const char *name; /* rule id, or the id of a case without rules */
    enum verdict verdict;
    size_t cases;
};

struct selftest {
    const struct options *options;
    struct arena *arena;
    struct rule_set rules;
    struct suite *suite;   /* all cases */
    struct suite *servers; /* those about servers */
    struct suite *clients; /* those about clients */
    unsigned jobs;
    double time_scale;
    struct arena *round; /* what one fault's run found */
    struct broken *broken;
    size_t broken_count;
    size_t inconclusive;
    size_t judged;
    size_t errors;
    size_t *wanted; /* faults, one for each round behind the honest one */
    size_t bad;     /* rounds that did not go as they must */
};

static void note_broken(struct selftest *self, const char *name, enum verdict verdict)
{
    for (size_t i = 0; i < self->broken_count; i++) {
        if (strcmp(self->broken[i].name, name) == 0) {
            self->broken[i].cases++;
            self->broken[i].verdict = verdict_worse(self->broken[i].verdict, verdict);
            return;
        }
    }
    struct broken *grown = arena_array(self->round, self->broken_count + 1, sizeof *self->broken);
    for (size_t i = 0; i < self->broken_count; i++) {
        grown[i] = self->broken[i];
    }
    grown[self->broken_count++] = (struct broken){arena_strdup(self->round, name), verdict, 1};
    self->broken = grown;
}

static bool is_breach(enum verdict verdict)
{
    return verdict == VERDICT_FAIL || verdict == VERDICT_NON_STRICT;
}

static void on_case(void *self_p, const struct case_result *result)
{
    struct selftest *self = self_p;
    bool named = false;
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        if (is_breach(finding->verdict) || finding->verdict == VERDICT_INFO) {
            note_broken(self, finding->rule->id, finding->verdict);
            named = true;
        }
    }
    if (!named && is_breach(result->verdict)) {
        note_broken(self, result->program->id, result->verdict);
    }
    self->inconclusive += result->verdict == VERDICT_INCONCLUSIVE ? 1 : 0;
    self->errors += result->verdict == VERDICT_ERROR ? 1 : 0;
    self->judged += result->verdict == VERDICT_PASS ? 1 : 0;
}

static void on_end(void *self_p, const struct run_summary *summary)
{
    struct selftest *self = self_p;
    self->errors += summary->broken_off != NULL ? 1 : 0;
}

static int run_round(struct selftest *self, const struct suite *suite, const struct faults *faults)
{
    struct error error = {""};
    struct error transcript = {""};
    arena_free(&self->round);
    self->round = arena_new();
    self->broken = NULL;
    self->broken_count = 0;
    self->inconclusive = 0;
    self->judged = 0;
    self->errors = 0;
    struct run_request request = {
        .suite = suite,
        .rules = &self->rules,
        .faults = faults,
        .jobs = self->jobs,
        .repeat = 1,
        .time_scale = self->time_scale,
        .again = "mailspec run ",
        .on_case = on_case,
        .on_end = on_end,
        .self = self,
    };
    if (run_execute(&request, &transcript, &error) != 0) {
        complain(EXIT_TARGET, "%s", error.text);
        return -1;
    }
    return 0;
}

static const struct broken *broken_find(const struct selftest *self, const char *rule)
{
    for (size_t i = 0; i < self->broken_count; i++) {
        if (strcmp(self->broken[i].name, rule) == 0) {
            return &self->broken[i];
        }
    }
    return NULL;
}

/* What `rule` declares of `other` breaking beside it with that fault; NULL: nothing. `rule` may be NULL. */
static const struct rule_beside *beside_find(const struct rule *rule, const char *fault,
                                             const char *other)
{
    for (size_t i = 0; rule != NULL && i < rule->beside_count; i++) {
        const struct rule_beside *pair = &rule->besides[i];
        if (strcmp(pair->fault, fault) == 0 && strcmp(pair->rule, other) == 0) {
            return pair;
        }
    }
    return NULL;
}

/* The pair is declared for the fault, and its rule did not break. */
static bool beside_missing(const struct selftest *self, const struct rule_beside *pair,
                           const char *fault)
{
    return strcmp(pair->fault, fault) == 0 && broken_find(self, pair->rule) == NULL;
}

/* Did those others break that the rule declares beside its fault, and no more? */
static bool others_as_declared(const struct selftest *self, const struct rule *rule,
                               const char *fault)
{
    bool good = true;
    for (size_t i = 0; i < self->broken_count; i++) {
        const char *name = self->broken[i].name;
        good = good && (strcmp(name, rule->id) == 0 || beside_find(rule, fault, name) != NULL);
    }
    for (size_t i = 0; i < rule->beside_count; i++) {
        good = good && !beside_missing(self, &rule->besides[i], fault);
    }
    return good;
}

/* All that broke but for `rule`, which may be NULL. What is as declared is not worth a line when it shall be quiet. */
static void print_others(const struct selftest *self, const struct rule *rule, const char *fault)
{
    bool quiet = options_given(self->options, OPTION_QUIET);
    for (size_t i = 0; i < self->broken_count; i++) {
        const struct broken *broken = &self->broken[i];
        const struct rule_beside *pair = beside_find(rule, fault, broken->name);
        if ((rule == NULL || strcmp(broken->name, rule->id) != 0) && !(pair != NULL && quiet)) {
            printf("    also %s: %s in %zu case%s%s%s\n", verdict_name(broken->verdict),
                   broken->name, broken->cases, broken->cases == 1 ? "" : "s",
                   pair == NULL ? "" : ". ", pair == NULL ? "" : pair->reason);
        }
    }
    for (size_t i = 0; rule != NULL && i < rule->beside_count; i++) {
        if (beside_missing(self, &rule->besides[i], fault)) {
            printf("    not broken, though declared beside it: %s\n", rule->besides[i].rule);
        }
    }
}

static bool honest_round(struct selftest *self)
{
    struct faults none = {0};
    if (run_round(self, self->suite, &none) != 0) {
        return false;
    }
    bool good =
        self->broken_count == 0 && self->errors == 0 && self->inconclusive == 0 && self->judged > 0;
    if (!good || !options_given(self->options, OPTION_QUIET)) {
        printf(
            "%s  honest server and client: %zu of %zu cases pass, %zu inconclusive, %zu errors\n",
            good ? "ok    " : "NOT OK", self->judged, suite_count(self->suite), self->inconclusive,
            self->errors);
    }
    print_others(self, NULL, NULL);
    return good;
}

static bool fault_round(struct selftest *self, size_t fault)
{
    const struct fault_facts facts = faults_at(fault);
    const struct rule *rule = rule_find(&self->rules, bytes_of(facts.rule));
    struct faults faults = {0};
    faults_set(&faults, fault);
    if (rule == NULL) {
        printf("NOT OK  %-32s breaks %s, which is in no catalogue\n", facts.name, facts.rule);
        return false;
    }
    if (run_round(self, facts.of_client ? self->clients : self->servers, &faults) != 0) {
        return false;
    }
    const struct broken *broken = broken_find(self, facts.rule);
    bool good = broken != NULL && broken->verdict == level_verdict(rule->level) &&
                others_as_declared(self, rule, facts.name) && self->errors == 0;
    if (!good || !options_given(self->options, OPTION_QUIET)) {
        printf("%s  %-32s %s %s: %s", good ? "ok    " : "NOT OK", facts.name,
               level_name(rule->level), facts.rule,
               broken == NULL ? "nobody noticed" : verdict_name(broken->verdict));
        if (broken != NULL) {
            printf(" in %zu case%s", broken->cases, broken->cases == 1 ? "" : "s");
        }
        printf(self->inconclusive > 0 ? ", %zu inconclusive\n" : "\n", self->inconclusive);
    }
    print_others(self, rule, facts.name);
    return good;
}

/* A rule that no fault breaks has not been shown able to fail. */
static size_t unproven_rules(const struct selftest *self)
{
    size_t count = 0;
    for (size_t i = 0; i < self->rules.count; i++) {
        const struct rule *rule = self->rules.rules[i];
        bool proven = false;
        for (size_t f = 0; f < FAULTS_COUNT && !proven; f++) {
            proven = strcmp(faults_at(f).rule, rule->id) == 0;
        }
        if (!proven) {
            printf("NOT OK  no fault breaks %s\n", rule->id);
            count++;
        }
    }
    return count;
}

static bool fault_wanted(const struct selftest *self, size_t fault)
{
    const struct options *options = self->options;
    for (size_t i = 0; i < options->operand_count; i++) {
        if (strcmp(options->operands[i], faults_at(fault).name) == 0) {
            return true;
        }
    }
    return options->operand_count == 0;
}

static enum exit_status check_operands(const struct options *options)
{
    for (size_t i = 0; i < options->operand_count; i++) {
        if (faults_find(options->operands[i]) == FAULTS_COUNT) {
            return unknown_fault(options->operands[i], false);
        }
    }
    return EXIT_ACCEPTABLE;
}

static bool wanted_round(void *self_p, size_t i)
{
    struct selftest *self = self_p;
    return i == 0 ? honest_round(self) : fault_round(self, self->wanted[i - 1]);
}

static void run_rounds(struct selftest *self)
{
    size_t count = 0;
    self->wanted = arena_array(self->arena, FAULTS_COUNT, sizeof *self->wanted);
    for (size_t fault = 0; fault < FAULTS_COUNT; fault++) {
        if (fault_wanted(self, fault)) {
            self->wanted[count++] = fault;
        }
    }
    self->bad = rounds_run(count + 1, ROUNDS_AT_ONCE, wanted_round, self);
    if (self->options->operand_count == 0) {
        self->bad += unproven_rules(self);
    }
    printf("%zu rules, %zu runs of %zu cases: %zu went wrong\n", self->rules.count, count + 1,
           suite_count(self->suite), self->bad);
}

enum exit_status command_selftest(const struct options *options, struct arena *arena)
{
    struct selftest self = {.options = options, .arena = arena};
    struct options all = *options;
    struct error error = {""};
    enum exit_status status = check_operands(options);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    if (options_number(options, OPTION_JOBS, 1000, SELFTEST_JOBS, &self.jobs, &error) != 0 ||
        options_factor(options, OPTION_TIME_SCALE, &self.time_scale, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    if (options_get(options, OPTION_TIME_SCALE) == NULL) {
        self.time_scale = selftest_time_scale;
    }
    all.operand_count = 0; /* the operands are faults: every case runs */
    status = rules_load(options, arena, &self.rules);
    struct suite **suites[] = {&self.suite, &self.servers, &self.clients};
    for (size_t i = 0; i < 3 && status == EXIT_ACCEPTABLE; i++) {
        status = suite_open(&all, &self.rules, suites[i], &error);
        if (status != EXIT_ACCEPTABLE) {
            complain(status, "%s", error.text);
        } else {
            suite_keep_tags(*suites[i], NULL, 0);
        }
    }
    if (status == EXIT_ACCEPTABLE) {
        suite_keep_tests(self.servers, SUITE_TESTS_SERVER);
        suite_keep_judging(self.servers);
        suite_keep_tests(self.clients, SUITE_TESTS_CLIENT);
        suite_keep_judging(self.clients);
        run_rounds(&self);
    }
    for (size_t i = 0; i < 3; i++) {
        suite_free(suites[i]);
    }
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    arena_free(&self.round);
    return self.bad == 0 ? EXIT_ACCEPTABLE : EXIT_NOT_ACCEPTABLE;
}
