/*
 * command_selftest - the fault matrix: every rule can fail, and an honest server and client break none
 *
 * All shipped cases run against the honest built-in server and client. Then those that judge rules run once for each fault. The
 * honest run may break no rule; each fault must make its rule fail, at the rule's level, and no others but those that its rule
 * declares beside it.
 *
 * A fault can show only in a case in which the server or client asks whether it has it: up to there all goes as it does without. So
 * one more round with an honest server and client for each case keeps what was asked for, and a fault's round leaves out the other
 * cases.
 *
 * A round is a process of its own, so it may take cases away from the suite. One that did not go as it must is done again with waits of
 * full length, and that counts: a machine that is busy is no fault.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "cli/faults.h"
#include "cli/progress.h"
#include "cli/rounds.h"
#include "cli/run.h"
#include "cli/selftest_found.h"
#include "cli/selftest_report.h"

/* Rounds mostly wait. */
enum { SELFTEST_JOBS = 16, ROUNDS_AT_ONCE = 8 };

static void (*const printers[FORMAT_COUNT])(const json_t *rows, struct buf *out) = {
    NULL, selftest_markdown, selftest_json, selftest_tsv};

/* Waits for what never comes are a fifth of the usual ones: the server is in this process. */
static const double selftest_time_scale = 0.2;

/* What the honest servers and clients asked for; shared by the processes. */
struct asked {
    size_t octets;
    bool *faults; /* FAULTS_COUNT for each case that judges; NULL: it is not known */
};

struct selftest {
    const struct options *options;
    struct arena *arena;
    struct rule_set rules;
    struct suite *suite;
    unsigned jobs;
    double time_scale;
    enum table_format format;
    struct asked asked;
    size_t *wanted; /* faults, one for each round behind the first ones */
    size_t wanted_count;
    struct progress progress;
    json_t *rows;
    size_t bad; /* rounds that did not go as they must */
};

/* ---- one round ---- */

static void on_case(void *self, const struct case_result *result)
{
    selftest_found_case(self, result);
}

static void on_end(void *self, const struct run_summary *summary)
{
    struct selftest_found *found = self;
    found->errors += summary->broken_off != NULL ? 1 : 0;
}

static bool run_once(const struct selftest *self, const struct faults *faults, double time_scale,
                     bool *asked, struct selftest_found *found_r)
{
    struct error error = {""};
    struct error transcript = {""};
    struct clock clock = clock_system();
    int64_t begun_us = clock_monotonic_us(&clock);
    *found_r = (struct selftest_found){.arena = self->arena};
    struct run_request request = {
        .suite = self->suite,
        .rules = &self->rules,
        .faults = faults,
        .asked = asked,
        .jobs = self->jobs,
        .repeat = 1,
        .time_scale = time_scale,
        .show_secrets = true, /* nobody sees them: looking for them takes time */
        .again = "mailspec run ",
        .on_case = on_case,
        .on_end = on_end,
        .self = found_r,
    };
    if (run_execute(&request, &transcript, &error) != 0) {
        complain(EXIT_TARGET, "%s", error.text);
        return false;
    }
    found_r->seconds = (double)(clock_monotonic_us(&clock) - begun_us) / 1e6;
    return true;
}

/* Run it, note what was found, and say whether that is right. */
static bool play(const struct selftest *self, const struct faults *faults, const struct rule *rule,
                 const struct fault_facts *facts, FILE *note)
{
    const double scales[] = {self->time_scale, 1};
    const size_t tries = self->time_scale < 1 ? 2 : 1;
    json_t *row = NULL;
    bool right = false;
    for (size_t i = 0; i < tries && !right; i++) {
        struct selftest_found found;
        if (!run_once(self, faults, scales[i], NULL, &found)) {
            break;
        }
        json_decref(row);
        row = selftest_found_row(&found, rule, facts);
        right = json_is_true(json_object_get(row, "right"));
    }
    if (row != NULL) {
        (void)json_dumpf(row, note, 0);
        (void)fputc('\n', note);
    }
    json_decref(row);
    return right;
}

static bool ask_round(struct selftest *self)
{
    struct faults none = {0};
    struct selftest_found found;
    suite_keep_judging(self->suite);
    return run_once(self, &none, self->time_scale, self->asked.faults, &found);
}

static bool first_round(void *self_p, size_t i, FILE *note)
{
    struct selftest *self = self_p;
    struct faults none = {0};
    return i == 0 ? play(self, &none, NULL, NULL, note) : ask_round(self);
}

static void keep_asking(struct selftest *self, size_t fault)
{
    size_t count = suite_count(self->suite);
    bool *chosen = arena_array(self->arena, count + 1, sizeof *chosen);
    for (size_t i = 0; i < count; i++) {
        chosen[i] = self->asked.faults[i * FAULTS_COUNT + fault];
    }
    suite_keep_chosen(self->suite, chosen);
}

static bool fault_round(void *self_p, size_t i, FILE *note)
{
    struct selftest *self = self_p;
    const size_t fault = self->wanted[i];
    const struct fault_facts facts = faults_at(fault);
    struct faults faults = {0};
    faults_set(&faults, fault);
    suite_keep_judging(self->suite);
    if (self->asked.faults != NULL) {
        keep_asking(self, fault);
    }
    return play(self, &faults, rule_find(&self->rules, bytes_of(facts.rule)), &facts, note);
}

/* ---- all of them ---- */

static void on_ended(void *self_p, size_t i, struct bytes note)
{
    struct selftest *self = self_p;
    (void)i;
    progress_erase(&self->progress);
    json_t *row = json_loadb((const char *)note.p, note.n, JSON_DISABLE_EOF_CHECK, NULL);
    if (row != NULL && self->format == FORMAT_TEXT) {
        struct buf text = {0};
        selftest_text(row, options_given(self->options, OPTION_QUIET), &text);
        fputs(buf_text(&text), stdout);
        buf_deinit(&text);
    }
    if (row != NULL) {
        json_array_append_new(self->rows, row);
    }
    fflush(stdout);
    progress_ended(&self->progress);
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
            fprintf(self->format == FORMAT_TEXT ? stdout : stderr, "NOT OK  no fault breaks %s\n",
                    rule->id);
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

static void choose(struct selftest *self)
{
    self->wanted = arena_array(self->arena, FAULTS_COUNT, sizeof *self->wanted);
    for (size_t fault = 0; fault < FAULTS_COUNT; fault++) {
        if (fault_wanted(self, fault)) {
            self->wanted[self->wanted_count++] = fault;
        }
    }
}

/* Without room for it nothing is left out. */
static void share_asked(struct asked *asked_r, size_t cases)
{
    asked_r->octets = (cases + 1) * FAULTS_COUNT;
    void *room =
        mmap(NULL, asked_r->octets, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    asked_r->faults = room == MAP_FAILED ? NULL : room;
}

static void run_rounds(struct selftest *self)
{
    struct rounds_plan first = {
        .count = 2, .at_once = 2, .round = first_round, .ended = on_ended, .self = self};
    struct rounds_plan faults = {.count = self->wanted_count,
                                 .at_once = ROUNDS_AT_ONCE,
                                 .round = fault_round,
                                 .ended = on_ended,
                                 .self = self};
    share_asked(&self->asked, suite_count(self->suite));
    progress_init(&self->progress, first.count + faults.count, "rounds");
    self->bad = rounds_run(&first);
    self->bad += rounds_run(&faults);
    progress_erase(&self->progress);
    if (self->options->operand_count == 0) {
        self->bad += unproven_rules(self);
    }
    if (self->asked.faults != NULL) {
        munmap(self->asked.faults, self->asked.octets);
    }
}

static void print_end(const struct selftest *self)
{
    struct buf out = {0};
    if (self->format == FORMAT_TEXT) {
        buf_printf(&out, "%zu rules, %zu faults, %zu cases: %zu went wrong\n", self->rules.count,
                   self->wanted_count, suite_count(self->suite), self->bad);
    } else {
        printers[self->format](self->rows, &out);
    }
    fputs(buf_text(&out), stdout);
    buf_deinit(&out);
}

static enum exit_status read_options(struct selftest *self)
{
    const struct options *options = self->options;
    struct error error = {""};
    enum exit_status status = check_operands(options);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    if (options_number(options, OPTION_JOBS, 1000, SELFTEST_JOBS, &self->jobs, &error) != 0 ||
        options_factor(options, OPTION_TIME_SCALE, &self->time_scale, &error) != 0 ||
        format_from_options(options, &self->format, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    if (options_get(options, OPTION_TIME_SCALE) == NULL) {
        self->time_scale = selftest_time_scale;
    }
    return EXIT_ACCEPTABLE;
}

enum exit_status command_selftest(const struct options *options, struct arena *arena)
{
    struct selftest self = {.options = options, .arena = arena};
    struct options all = *options;
    struct error error = {""};
    enum exit_status status = read_options(&self);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    all.operand_count = 0; /* the operands are faults: every case runs */
    status = rules_load(options, arena, &self.rules);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    status = suite_open(&all, &self.rules, &self.suite, &error);
    if (status != EXIT_ACCEPTABLE) {
        return complain(status, "%s", error.text);
    }
    suite_keep_tags(self.suite, NULL, 0);
    choose(&self);
    self.rows = json_array();
    run_rounds(&self);
    print_end(&self);
    json_decref(self.rows);
    suite_free(&self.suite);
    return self.bad == 0 ? EXIT_ACCEPTABLE : EXIT_NOT_ACCEPTABLE;
}
