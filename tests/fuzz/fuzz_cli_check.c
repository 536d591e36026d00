/*
 * Transcripts and dialogues that anybody may have written, read and judged as `check` does: the same sessions are told whether somebody
 * listens or not, each begins and ends, numbers are within bounds, and what a judge says is printable.
 *
 * Input: the file.
 */
#include <stdint.h>
#include <string.h>

#include "fuzz_rules.h"
#include "record/stored.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIRST = 7 };

static void on_finding(void *self, const struct finding *finding)
{
    (void)self;
    must_be_shown(finding->text);
}

struct listener {
    struct event_sink judge;
    size_t sessions;
    bool open;
};

static void on_event(void *self, const struct event *shown, const struct event *judged)
{
    struct listener *listener = self;
    must(shown->program != NULL && shown->program->id != NULL && shown->program->id[0] != '\0');
    must(shown->connection <= STORED_MAX_CONNECTIONS && shown->time_us >= 0);
    must((shown->kind == EVENT_CASE_BEGIN) != listener->open);
    must(shown->kind != EVENT_OCTETS || shown->octets.n > 0);
    if (shown->kind == EVENT_CASE_BEGIN) {
        must(shown->case_number == FIRST + listener->sessions && shown->tested <= 3);
        listener->sessions++;
    }
    listener->open = shown->kind != EVENT_CASE_END;
    if (judged != NULL) {
        must(judged->case_number == shown->case_number);
        event_emit(&listener->judge, judged);
    }
}

static void read_as(enum stored_form form, struct bytes text, const struct rule_set *rules)
{
    struct judge *judge =
        judge_new(rules, JUDGE_CLIENTS | JUDGE_SERVERS, (struct finding_sink){on_finding, NULL});
    struct listener listener = {.judge = judge_sink(judge)};
    const struct stored_sink sink = {on_event, &listener};
    const struct stored_source source = {
        .path = "a/b.txt", .id = "b", .text = text, .first_number = FIRST};
    struct arena *arena = arena_new();
    struct error dry = {""};
    struct error wet = {""};
    size_t dry_count = 0;
    size_t wet_count = 0;
    const int dry_failed = stored_read(&source, form, arena, NULL, &dry_count, &dry);
    const int wet_failed = stored_read(&source, form, arena, &sink, &wet_count, &wet);
    must(dry_failed == wet_failed && dry_count == wet_count && strcmp(dry.text, wet.text) == 0);
    must(listener.sessions == wet_count && (wet_failed != 0 || !listener.open));
    must(wet_failed == 0 ? wet.text[0] == '\0' && wet_count > 0
                         : strncmp(wet.text, "a/b.txt:", strlen("a/b.txt:")) == 0);
    arena_free(&arena);
    judge_free(&judge);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rules rules;
    const struct rule_set set = make_rules(&rules);
    const struct bytes text = bytes_make(data, size);
    (void)stored_form_of(text);
    read_as(STORED_JSON, text, &set);
    read_as(STORED_DIALOGUE, text, &set);
    return 0;
}
