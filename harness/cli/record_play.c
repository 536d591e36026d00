#include "cli/record_play.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/vars.h"
#include "record/recording.h"

struct plays {
    struct record_items *items;
    struct recording **recordings; /* by number of the case; NULL: nothing is recorded */
    struct redact_case **secrets;  /* as many */
    struct reply_forms forms;
    size_t count;
    bool shows_secrets;
};

void record_items_init(struct record_items *items, const struct suite *suite)
{
    *items = (struct record_items){.count = suite_count(suite)};
    items->items = mem_array(items->count + 1, sizeof items->items[0]);
    for (size_t i = 0; i < items->count; i++) {
        items->items[i].program = suite_program(suite, i);
        items->items[i].id = items->items[i].program->id;
        items->items[i].path = items->items[i].program->path;
    }
}

void record_items_deinit(struct record_items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        buf_deinit(&items->items[i].text);
        free(items->items[i].reason);
        free(items->items[i].not_again);
    }
    free(items->items);
    free(items->broken_off);
    *items = (struct record_items){0};
}

/* ---- What a run tells ---- */

static void on_event(void *self, const struct event *event)
{
    const struct plays *plays = self;
    if (event->program == NULL || plays->recordings == NULL) {
        return;
    }
    struct recording *recording = plays->recordings[event->case_number % plays->count];
    unsigned play = (unsigned)(event->case_number / plays->count);
    redact_case_event(plays->secrets[event->case_number % plays->count], event);
    if (event->kind == EVENT_CASE_BEGIN) {
        recording_begin(recording, play);
    } else if (event->kind == EVENT_STEP) {
        recording_step(recording, play, event->step);
    }
}

/* In the order in which they are tried: an address before the user's name in it. */
static const char *const name_order[] = {
    "sender", "rcpt", "rcpt2", "unknown", "relay", "client", "user", "secret",
};
enum { NAMES_MOST = sizeof name_order / sizeof name_order[0] };

static size_t names_of(const struct engine_reply *reply, struct reply_name *names)
{
    size_t count = 0;
    for (size_t i = 0; i < NAMES_MOST; i++) {
        struct bytes value;
        if (vars_get(reply->vars, name_order[i], &value)) {
            names[count++] = (struct reply_name){name_order[i], value};
        }
    }
    return count;
}

static void on_reply(void *self, const struct engine_reply *reply)
{
    const struct plays *plays = self;
    struct reply_name names[NAMES_MOST];
    if (plays->recordings != NULL) {
        size_t count = names_of(reply, names);
        recording_reply(plays->recordings[reply->case_number % plays->count],
                        (unsigned)(reply->case_number / plays->count), &plays->forms, reply->step,
                        reply->octets, reply->pop3, names, count);
    }
}

/* With the first line that was written, where the reason does not name it. What came may hold a secret. */
static char *reason_of(const struct outcome *outcome)
{
    struct bytes written = {0};
    struct bytes rest = outcome->expected;
    if (outcome->reason == NULL || rest.n == 0 ||
        bytes_starts(bytes_of(outcome->reason), "expected") || !bytes_next(&rest, '\n', &written)) {
        return mem_strdup(outcome->reason);
    }
    struct buf text = {0};
    buf_printf(&text, "%s: ", outcome->reason);
    buf_append(&text, written);
    char *reason = mem_strdup(buf_text(&text));
    buf_deinit(&text);
    return reason;
}

static void on_case(void *self, const struct case_result *result)
{
    const struct plays *plays = self;
    struct record_item *item = &plays->items->items[result->case_number % plays->count];
    if (result->outcome.verdict > item->verdict || result->case_number < plays->count) {
        item->verdict = result->outcome.verdict;
        free(item->reason);
        item->reason = reason_of(&result->outcome);
    }
    if (plays->recordings != NULL && result->outcome.verdict == VERDICT_FAIL) {
        recording_end(plays->recordings[result->case_number % plays->count],
                      (unsigned)(result->case_number / plays->count), result->outcome.step);
    }
}

static void on_end(void *self, const struct run_summary *summary)
{
    const struct plays *plays = self;
    const char *why = summary->interrupted ? "interrupted" : summary->broken_off;
    if (why != NULL) {
        free(plays->items->broken_off);
        plays->items->broken_off = mem_strdup(why);
    }
}

static int play(struct run_command *run, const struct suite *suite, unsigned times,
                struct plays *plays, struct error *error)
{
    struct run_request request = run->request;
    struct error transcript = {{0}};
    plays->count = suite_count(suite);
    request.suite = suite;
    request.rules = &run->rules;
    request.repeat = times;
    request.rehearse = false;
    request.keep_going = false;
    request.keep_wire = false;
    request.transcripts = NULL;
    request.pcap = NULL;
    request.catch_interrupts = true;
    request.on_listening = NULL;
    request.on_begin = NULL;
    request.on_event = on_event;
    request.on_reply = on_reply;
    request.on_case = on_case;
    request.on_ended = NULL;
    request.on_end = on_end;
    request.self = plays;
    if (plays->count == 0) {
        return 0;
    }
    if (run_execute(&request, &transcript, error) != 0) {
        return -1;
    }
    return plays->items->broken_off == NULL ? 0 : error_set(error, "%s", plays->items->broken_off);
}

int record_play_once(struct run_command *run, const struct suite *suite, struct record_items *items,
                     struct error *error)
{
    struct plays plays = {.items = items};
    return play(run, suite, 1, &plays, error);
}

/* ---- Texts, and whether they pass ---- */

/* Silence, a server that is busy, an option that is missing: nothing that could be pinned. */
static bool can_be_pinned(enum verdict verdict)
{
    return verdict == VERDICT_PASS || verdict == VERDICT_NON_STRICT || verdict == VERDICT_FAIL;
}

static void make_text(const struct plays *plays, size_t i, bool loose, const char *note,
                      struct record_item *item)
{
    const struct recording *recording = plays->recordings[i];
    struct recording_style style = {.secrets = plays->secrets[i],
                                    .shows_secrets = plays->shows_secrets,
                                    .loose = loose,
                                    .note = note};
    buf_clear(&item->text);
    if (!can_be_pinned(item->verdict)) {
        return;
    }
    if (!recording_print(recording, &style, &item->text)) {
        buf_clear(&item->text);
    }
}

/* A suite of the texts that are not known to pass. */
static struct suite *suite_of_texts(struct run_command *run, const struct record_items *items)
{
    struct suite *suite = suite_new(scenarios_folder(run->options), &run->rules);
    for (size_t i = 0; i < items->count; i++) {
        const struct record_item *item = &items->items[i];
        if (item->text.n > 0 && !item->passes) {
            suite_add_text(suite, item->path, item->id, buf_bytes(&item->text));
        }
    }
    return suite;
}

static struct record_item *find_item(const struct record_items *items, const char *id)
{
    for (size_t i = 0; i < items->count; i++) {
        if (strcmp(items->items[i].id, id) == 0) {
            return &items->items[i];
        }
    }
    return NULL;
}

static int check(struct run_command *run, struct record_items *items, struct error *error)
{
    struct suite *suite = suite_of_texts(run, items);
    struct record_items played;
    for (size_t i = 0; i < items->count; i++) {
        struct record_item *item = &items->items[i];
        if (item->text.n > 0 && !item->passes) {
            free(item->not_again);
            item->not_again = mem_strdup("what was recorded cannot be written as a scenario");
        }
    }
    record_items_init(&played, suite);
    int failed = record_play_once(run, suite, &played, error);
    for (size_t i = 0; i < played.count && failed == 0; i++) {
        struct record_item *item = find_item(items, played.items[i].id);
        item->passes = played.items[i].verdict == VERDICT_PASS;
        free(item->not_again);
        item->not_again = played.items[i].reason;
        played.items[i].reason = NULL;
    }
    record_items_deinit(&played);
    suite_free(&suite);
    return failed;
}

static bool again(const struct plays *plays, struct record_item *item, size_t i, bool with_note)
{
    if (item->text.n == 0 || item->passes) {
        return false;
    }
    struct buf note = {0};
    buf_printf(&note, "It does not pass again: %s",
               item->not_again == NULL ? "no reason is known" : item->not_again);
    make_text(plays, i, true, with_note ? buf_text(&note) : NULL, item);
    buf_deinit(&note);
    return true;
}

/* Exactly first; what does not pass then, with less of it pinned; and with a note in the end. */
static int settle(struct run_command *run, const struct plays *plays, struct record_items *items,
                  struct error *error)
{
    for (size_t i = 0; i < items->count; i++) {
        make_text(plays, i, false, NULL, &items->items[i]);
    }
    int failed = check(run, items, error);
    size_t left = 0;
    for (size_t i = 0; i < items->count; i++) {
        left += again(plays, &items->items[i], i, false) ? 1 : 0;
    }
    if (failed == 0 && left > 0) {
        failed = check(run, items, error);
    }
    for (size_t i = 0; i < items->count; i++) {
        (void)again(plays, &items->items[i], i, true);
    }
    return failed;
}

int record_play(struct run_command *run, const struct suite *suite, struct record_items *items,
                struct error *error)
{
    struct plays plays = {.items = items, .shows_secrets = run->request.show_secrets};
    plays.recordings = mem_array(items->count + 1, sizeof(struct recording *));
    plays.secrets = mem_array(items->count + 1, sizeof(struct redact_case *));
    for (size_t i = 0; i < items->count; i++) {
        plays.recordings[i] = recording_new(suite_program(suite, i));
        plays.secrets[i] = redact_case_new(run->redact);
    }
    reply_forms_init(&plays.forms);
    int failed = play(run, suite, RECORDING_PLAYS, &plays, error);
    if (failed == 0) {
        failed = settle(run, &plays, items, error);
    }
    for (size_t i = 0; i < items->count; i++) {
        recording_free(&plays.recordings[i]);
        redact_case_free(&plays.secrets[i]);
    }
    free(plays.recordings);
    free(plays.secrets);
    reply_forms_deinit(&plays.forms);
    return failed;
}
