/*
 * judge_play - plays rows of sessions to a judge and collects the ids of the rules it names
 *
 * A row's steps: "C ..." the client's octets, "S ..." the server's, "T" a wait for the server ends, "t" one ends while it
 * is sending, "F" the server closes, "R" the server resets, "Q" the client closes, "q" the client resets, "N" a new connection, "Z" the client sends NOOP with a NUL,
 * "W" a long while passes. "~C ..." and "~S ..." fillers stand in place of secrets in the octets. "X" a TLS session begins, "XC ..." and "XS ..." with clear text of the client or the server left, "XF" it fails to.
 */
#ifndef MAILSPEC_TESTS_JUDGE_PLAY_H
#define MAILSPEC_TESTS_JUDGE_PLAY_H

#include <string.h>

#include "base/buf.h"
#include "judge/catalogue.h"
#include "judge/judge.h"
#include "unit.h"

enum { PLAY_MAX_STEPS = 40, PLAY_LONG_WHILE_US = 2000000 };

struct play_row {
    const char *name;
    enum protocol protocol;
    const char *expected; /* rule ids, separated by blanks */
    const char *steps[PLAY_MAX_STEPS];
};

/* A session of SMTP: its steps stand behind what is expected of it. */
#define PLAY_ROW(name, expected, ...)                                                              \
    {                                                                                              \
        name, PROTOCOL_SMTP, expected,                                                             \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

#define PLAY_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct play_findings {
    struct buf ids;
    struct buf texts;
    bool wrong_verdict;
};

static inline void play_on_finding(void *self, const struct finding *finding)
{
    struct play_findings *findings = self;
    if (findings->ids.n > 0) {
        buf_append_octet(&findings->ids, ' ');
    }
    buf_append_text(&findings->ids, finding->rule->id);
    buf_append_text(&findings->texts, finding->text);
    buf_append_octet(&findings->texts, '\n');
    if (finding->verdict != level_verdict(finding->rule->level)) {
        findings->wrong_verdict = true;
    }
}

/* How the octets of a step come: in two, cut behind `at`; one by one where `at` is 0. */
static inline void play_octets(struct event_sink sink, struct event event, struct bytes octets,
                               size_t at)
{
    for (size_t from = 0; from < octets.n;) {
        size_t end = at == 0 ? from + 1 : from < at && at < octets.n ? at : octets.n;
        event.kind = EVENT_OCTETS;
        event.octets = bytes_slice(octets, from, end);
        sink.on_event(sink.self, &event);
        from = end;
    }
}

/* Octets of the longest step: cut there, every step comes whole. */
static inline size_t play_longest_of(const char *const steps[PLAY_MAX_STEPS])
{
    size_t longest = 1;
    for (size_t i = 0; i < PLAY_MAX_STEPS && steps[i] != NULL; i++) {
        size_t n = strlen(steps[i]);
        longest = n > longest ? n : longest;
    }
    return longest;
}

static inline size_t play_longest(const struct play_row *row)
{
    return play_longest_of(row->steps);
}

static inline void play_secured(struct event_sink sink, struct event event, const char *step)
{
    const struct tls_facts facts = {.secured = step[1] != 'F'};
    event.kind = EVENT_SECURED;
    event.tls = &facts;
    event.side = step[1] == 'S' ? SIDE_SERVER : SIDE_CLIENT;
    event.octets = strlen(step) > 3 ? bytes_of(step + 3) : (struct bytes){0};
    sink.on_event(sink.self, &event);
}

static inline void play_step(struct event_sink sink, struct event event, const char *step,
                             size_t at)
{
    static const struct program program = {.id = "smtp/row"};
    static const struct {
        char letter;
        enum event_kind kind;
        enum side side;
        enum close_kind close;
    } ends[] = {
        {'T', EVENT_TIMEOUT,   SIDE_SERVER, CLOSE_END  },
        {'t', EVENT_TIMEOUT,   SIDE_SERVER, CLOSE_END  },
        {'F', EVENT_CLOSED,    SIDE_SERVER, CLOSE_END  },
        {'R', EVENT_CLOSED,    SIDE_SERVER, CLOSE_RESET},
        {'Q', EVENT_CLOSED,    SIDE_CLIENT, CLOSE_END  },
        {'q', EVENT_CLOSED,    SIDE_CLIENT, CLOSE_RESET},
        {'N', EVENT_CONNECTED, SIDE_CLIENT, CLOSE_END  },
    };
    event.program = &program;
    if (step[0] == '~') {
        event.altered = true;
        step++;
    }
    if (step[0] == 'X') {
        play_secured(sink, event, step);
        return;
    }
    if (step[0] == 'Z') {
        event.side = SIDE_CLIENT;
        play_octets(sink, event, BYTES_LIT("NO\0OP\r\n"), at);
        return;
    }
    if (step[0] == 'C' || step[0] == 'S') {
        event.side = step[0] == 'C' ? SIDE_CLIENT : SIDE_SERVER;
        play_octets(sink, event, bytes_of(step + 2), at);
        return;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (ends[i].letter == step[0]) {
            event.kind = ends[i].kind;
            event.side = ends[i].side;
            event.sending = step[0] == 't';
            event.close = ends[i].close;
            sink.on_event(sink.self, &event);
            return;
        }
    }
    CU_FAIL("a row has an unknown step");
}

/* Feed the row, each step cut at `at` (see play_octets); the findings are the caller's to release. */
static inline struct play_findings play_row(const struct rule_set *rules, unsigned sides,
                                            const struct play_row *row, size_t at)
{
    struct play_findings findings = {0};
    struct judge *judge =
        judge_new(rules, sides, (struct finding_sink){play_on_finding, &findings});
    struct event event = {.connection = 1, .protocol = row->protocol};
    for (size_t i = 0; i < PLAY_MAX_STEPS && row->steps[i] != NULL; i++) {
        if (row->steps[i][0] == 'W') {
            event.time_us += PLAY_LONG_WHILE_US;
        } else {
            play_step(judge_sink(judge), event, row->steps[i], at);
        }
    }
    judge_free(&judge);
    return findings;
}

static inline void play_check(const struct rule_set *rules, unsigned sides,
                              const struct play_row *row)
{
    const size_t longest = play_longest(row);
    for (size_t at = 0; at <= longest; at++) {
        struct play_findings findings = play_row(rules, sides, row, at);
        bool as_expected = strcmp(buf_text(&findings.ids), row->expected) == 0;
        if (!as_expected) {
            fprintf(stderr, "row \"%s\", cut at %zu: wanted \"%s\", found \"%s\"\n%s", row->name,
                    at, row->expected, buf_text(&findings.ids), buf_text(&findings.texts));
        }
        UNIT_ROW(row->name, as_expected);
        UNIT_ROW(row->name, !findings.wrong_verdict);
        buf_deinit(&findings.ids);
        buf_deinit(&findings.texts);
    }
}

/* Some row breaks the rule, alone. */
static inline bool play_is_covered(const struct play_row *rows, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].expected, id) == 0) {
            return true;
        }
    }
    return false;
}

/* The shipped catalogue, in `arena`. */
static inline struct rule_set play_rules(struct arena *arena)
{
    struct rule_set rules;
    struct error error = {{0}};
    if (catalogue_read("scenarios/catalogue", arena, &rules, NULL, NULL, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        CU_FAIL("the catalogue has defects");
    }
    return rules;
}

static inline void play_check_rows(const struct play_row *rows, size_t count, unsigned sides)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < count; i++) {
        play_check(&rules, sides, &rows[i]);
    }
    arena_free(&arena);
}

/* Whatever the rows expect: with these sides judged nothing is found. */
static inline void play_check_silent(const struct play_row *rows, size_t count, unsigned sides)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < count; i++) {
        struct play_row row = rows[i];
        row.expected = "";
        play_check(&rules, sides, &row);
    }
    arena_free(&arena);
}

/* The findings are as expected, and their texts do not hold the secret. */
static inline void play_check_secrets(const struct play_row *rows, size_t count, unsigned sides,
                                      const char *secret)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    for (size_t i = 0; i < count; i++) {
        struct play_findings findings = play_row(&rules, sides, &rows[i], play_longest(&rows[i]));
        UNIT_ROW(rows[i].name, strcmp(buf_text(&findings.ids), rows[i].expected) == 0);
        UNIT_ROW(rows[i].name, strstr(buf_text(&findings.texts), secret) == NULL);
        buf_deinit(&findings.ids);
        buf_deinit(&findings.texts);
    }
    arena_free(&arena);
}

/* Every rule of judges that binds `side` and begins so is broken by some row. */
static inline void play_check_coverage(const struct play_row *rows, size_t count, enum side side,
                                       const char *prefix)
{
    struct arena *arena = arena_new();
    const struct rule_set rules = play_rules(arena);
    size_t ids = 0;
    const char *const *names = judge_rule_ids(&ids);
    for (size_t i = 0; i < ids; i++) {
        const struct rule *rule = rule_find(&rules, bytes_of(names[i]));
        if (bytes_starts(bytes_of(names[i]), prefix) && rule != NULL && rule->side == side) {
            UNIT_ROW(names[i], play_is_covered(rows, count, names[i]));
        }
    }
    arena_free(&arena);
}

#endif
