/*
 * Transcripts as JSON lines (reports/schema/transcript-1.json), read back.
 */
#include <jansson.h>
#include <string.h>

#include "base/base64.h"
#include "record/hidden.h"
#include "record/redact.h"
#include "record/stored_session.h"

#define TIME_MOST_US ((json_int_t)1000 * 1000 * 1000 * 1000 * 1000)

enum { SECRETS_MOST = 1000 };

static const char schema_family[] = "mailspec-transcript/";
static const char schema_name[] = "mailspec-transcript/1";

/* One line of the file. */
struct json_line {
    struct stored_session *session;
    size_t number;
    const json_t *object;
    struct error *error;
    bool failed;
};

static void fail(struct json_line *line, const char *member, const char *wanted)
{
    if (!line->failed) {
        (void)stored_problem(line->session->source, line->number, line->error,
                             "\"%s\": expected %s, as this program writes it", member, wanted);
    }
    line->failed = true;
}

/* ---- Members ---- */

static const char *text_of(struct json_line *line, const char *member)
{
    const char *text = json_string_value(json_object_get(line->object, member));
    if (text == NULL) {
        fail(line, member, "a text");
        return "";
    }
    return text;
}

static json_int_t number_or(struct json_line *line, const json_t *object, const char *member,
                            json_int_t most, json_int_t otherwise)
{
    const json_t *value = json_object_get(object, member);
    if (value == NULL) {
        return otherwise;
    }
    const json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || number > most) {
        fail(line, member, "a number that is not negative and not too large");
        return otherwise;
    }
    return number;
}

static bool is_true(const struct json_line *line, const char *member)
{
    return json_is_true(json_object_get(line->object, member));
}

/* Times before the case began are possible by a few microseconds. */
static int64_t time_or(struct json_line *line, const char *member, int64_t otherwise)
{
    const json_t *value = json_object_get(line->object, member);
    if (json_is_integer(value) && json_integer_value(value) < 0) {
        return 0;
    }
    return number_or(line, line->object, member, TIME_MOST_US, otherwise);
}

static enum side side_of(struct json_line *line)
{
    enum side side = SIDE_CLIENT;
    const char *text = text_of(line, "side");
    if (!line->failed && !side_from_name(bytes_of(text), &side)) {
        fail(line, "side", "client or server");
    }
    return side;
}

static unsigned connection_of(struct json_line *line, unsigned least)
{
    const json_int_t number =
        number_or(line, line->object, "connection", STORED_MAX_CONNECTIONS, -1);
    if (number < (json_int_t)least) {
        fail(line, "connection", least > 0 ? "a number from 1 to 1000" : "a number up to 1000");
        return least;
    }
    return (unsigned)number;
}

/* Base64 that is not whole is nobody's: the octets are appended to `out`. */
static void octets_of(struct json_line *line, struct buf *out)
{
    const char *text = text_of(line, "base64");
    if (!line->failed && base64_decode(out, bytes_of(text)) != 0) {
        fail(line, "base64", "base64");
    }
}

/* ---- Secrets ---- */

static unsigned holds_of(struct json_line *line, const json_t *array)
{
    unsigned holds = 0;
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *word = json_string_value(json_array_get(array, i));
        for (size_t k = 0; k < HIDDEN_HOLDS_COUNT && word != NULL; k++) {
            holds |= strcmp(word, hidden_holds_name(k)) == 0 ? 1U << k : 0;
        }
    }
    if (array != NULL && !json_is_array(array)) {
        fail(line, "secrets", "an array");
    }
    return holds;
}

static struct hidden secret_of(struct json_line *line, const json_t *object)
{
    struct hidden hidden = {.form = HIDDEN_TEXT};
    const char *form = json_string_value(json_object_get(object, "as"));
    if (form == NULL || !hidden_form_from_name(bytes_of(form), &hidden.form)) {
        fail(line, "secrets", "the form of each secret");
    }
    hidden.at = (size_t)number_or(line, object, "at", STORED_MAX_OCTETS, 0);
    hidden.continued = json_is_true(json_object_get(object, "continued"));
    hidden.holds = holds_of(line, json_object_get(object, "holds"));
    return hidden;
}

/* Transcripts of earlier versions do not tell the forms: by their place. */
static size_t guess_secrets(enum side side, struct bytes plain, struct hidden *parts)
{
    size_t count = 0;
    size_t at = bytes_find(plain, BYTES_LIT(REDACT_MARK), 0);
    while (at != BYTES_NONE && count < SECRETS_MOST) {
        parts[count++] = hidden_guess(side, plain, at);
        at = bytes_find(plain, BYTES_LIT(REDACT_MARK), at + strlen(REDACT_MARK));
    }
    return count;
}

static size_t secrets_of(struct json_line *line, enum side side, struct bytes plain,
                         struct hidden *parts)
{
    const json_t *array = json_object_get(line->object, "secrets");
    size_t count = json_array_size(array);
    if (!is_true(line, "hidden")) {
        return 0;
    }
    if (array == NULL) {
        return guess_secrets(side, plain, parts);
    }
    if (!json_is_array(array) || count > SECRETS_MOST) {
        fail(line, "secrets", "an array of up to 1000");
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        parts[i] = secret_of(line, json_array_get(array, i));
    }
    return count;
}

/* ---- Kinds ---- */

static void take_octets(struct json_line *line)
{
    struct hidden parts[SECRETS_MOST];
    struct buf plain = {0};
    struct buf judged = {0};
    octets_of(line, &plain);
    struct stored_line told = {.connection = connection_of(line, 1), .side = side_of(line)};
    told.time_us = time_or(line, "t_us", 0);
    told.end_us = time_or(line, "end_us", told.time_us);
    told.block = (uint64_t)number_or(line, line->object, "block", INT64_MAX, 0);
    const json_int_t had = number_or(line, line->object, "octets", STORED_MAX_OCTETS, 0);
    const size_t octets = had < HIDDEN_LONGEST_LINE ? (size_t)had : HIDDEN_LONGEST_LINE;
    const size_t count = secrets_of(line, told.side, buf_bytes(&plain), parts);
    if (!line->failed &&
        !hidden_fill(&judged, told.side, buf_bytes(&plain), parts, count, octets)) {
        fail(line, "secrets", "places where a mark stands");
    }
    if (!line->failed) {
        told.shown = buf_bytes(&plain);
        told.judged = buf_bytes(&judged);
        told.altered = count > 0;
        stored_session_line(line->session, &told);
    }
    buf_deinit(&plain);
    buf_deinit(&judged);
}

static void take_connection(struct json_line *line)
{
    const char *kind = text_of(line, "kind");
    const char *name = json_string_value(json_object_get(line->object, "protocol"));
    struct event event = {.kind = strcmp(kind, event_kind_name(EVENT_CONNECTED)) == 0
                                      ? EVENT_CONNECTED
                                      : EVENT_CONNECTING,
                          .time_us = time_or(line, "t_us", 0),
                          .connection = connection_of(line, 1),
                          .text = text_of(line, "text")};
    if (name != NULL && !protocol_from_name(bytes_of(name), &event.protocol)) {
        fail(line, "protocol", "smtp, lmtp or pop3");
    }
    if (!line->failed) {
        stored_session_event(line->session, &event);
    }
}

static void take_closed(struct json_line *line)
{
    const char *how = text_of(line, "how");
    struct event event = {.kind = EVENT_CLOSED,
                          .time_us = time_or(line, "t_us", 0),
                          .connection = connection_of(line, 1),
                          .side = side_of(line),
                          .close = CLOSE_END,
                          .text = text_of(line, "text")};
    if (!close_kind_from_name(bytes_of(how), &event.close)) {
        fail(line, "how", "end, reset or error");
    }
    if (!line->failed) {
        stored_session_event(line->session, &event);
    }
}

static void take_timeout(struct json_line *line)
{
    const struct event event = {.kind = EVENT_TIMEOUT,
                                .time_us = time_or(line, "t_us", 0),
                                .connection = connection_of(line, 0),
                                .side = side_of(line),
                                .short_wait = is_true(line, "short_wait"),
                                .sending = is_true(line, "sending"),
                                .text = text_of(line, "text")};
    if (!line->failed) {
        stored_session_event(line->session, &event);
    }
}

static void take_secured(struct json_line *line)
{
    const struct tls_facts facts = {.secured = is_true(line, "secured")};
    struct buf left = {0};
    struct event event = {.kind = EVENT_SECURED,
                          .time_us = time_or(line, "t_us", 0),
                          .connection = connection_of(line, 1),
                          .tls = &facts,
                          .text = text_of(line, "text")};
    if (json_object_get(line->object, "base64") != NULL) {
        octets_of(line, &left);
        event.side = side_of(line);
        event.octets = buf_bytes(&left);
    }
    if (!line->failed) {
        stored_session_event(line->session, &event);
    }
    buf_deinit(&left);
}

static void take_note(struct json_line *line)
{
    const struct event event = {.kind = EVENT_NOTE,
                                .time_us = time_or(line, "t_us", 0),
                                .connection = connection_of(line, 0),
                                .text = text_of(line, "text")};
    if (is_true(line, "cut")) {
        stored_session_cut(line->session);
    }
    if (!line->failed) {
        stored_session_event(line->session, &event);
    }
}

/* Where a step begins, nothing is said. */
static void take_step(struct json_line *line)
{
    (void)connection_of(line, 0);
}

/* "at", where it is there. */
static enum step_kind step_of(struct json_line *line, const char *name)
{
    enum step_kind kind = STEP_COMMAND;
    if (name != NULL && !step_kind_from_name(bytes_of(name), &kind)) {
        fail(line, "at", "the kind of a step");
    }
    return kind;
}

/* Others say nothing about anybody. */
static enum verdict told_verdict(struct json_line *line)
{
    const char *text = text_of(line, "verdict");
    if (strcmp(text, verdict_name(VERDICT_NON_STRICT)) == 0) {
        return VERDICT_NON_STRICT;
    }
    if (strcmp(text, verdict_name(VERDICT_FAIL)) != 0) {
        fail(line, "outcome", "it beside FAIL and NON-STRICT alone");
    }
    return VERDICT_FAIL;
}

/* What the scenario holds against somebody: findings about the same octets yield to it, as they did in the run. */
static void end_as(struct json_line *line, const json_t *told)
{
    const json_int_t connection = number_or(line, told, "connection", STORED_MAX_CONNECTIONS, 1);
    const char *at = json_string_value(json_object_get(told, "at"));
    const char *base64 = json_string_value(json_object_get(told, "base64"));
    struct step step = {.kind = step_of(line, at), .connection = (unsigned)connection};
    struct buf actual = {0};
    if (!json_is_object(told)) {
        fail(line, "outcome", "an object");
    }
    if (base64_decode(&actual, bytes_of(base64)) != 0) {
        fail(line, "base64", "base64");
    }
    const struct outcome outcome = {
        .verdict = told_verdict(line),
        .step = at != NULL ? &step : NULL,
        .expected =
            json_is_true(json_object_get(told, "wants_end")) ? BYTES_LIT("QUIT") : BYTES_LIT("?"),
        .actual = buf_bytes(&actual),
        .actual_offset = BYTES_NONE,
        .absolute = json_is_true(json_object_get(told, "absolute")),
        .closed = json_is_true(json_object_get(told, "closed")),
        .in_start = json_is_true(json_object_get(told, "in_start")),
        .misreported = json_is_true(json_object_get(told, "misreported")),
    };
    if (!line->failed) {
        stored_session_end_as(line->session, &outcome);
    }
    buf_deinit(&actual);
}

static void end_as_told(struct json_line *line)
{
    const json_t *told = json_object_get(line->object, "outcome");
    if (told != NULL) {
        end_as(line, told);
    } else {
        stored_session_end(line->session);
    }
}

/* What the run made of the case is no matter of its sessions: it is told, and not judged again. */
static void take_end(struct json_line *line)
{
    struct buf note = {0};
    const char *text = text_of(line, "text");
    buf_printf(&note, "the scenario said %s%s%s", text_of(line, "verdict"),
               text[0] != '\0' ? ": " : "", text);
    if (!line->failed) {
        const struct event event = {
            .kind = EVENT_NOTE, .time_us = time_or(line, "t_us", 0), .text = buf_text(&note)};
        stored_session_event(line->session, &event);
        end_as_told(line);
    }
    buf_deinit(&note);
}

/* Of which versions do not tell it, both sides. */
static unsigned tested_of(struct json_line *line)
{
    const json_t *array = json_object_get(line->object, "tested");
    unsigned tested = array == NULL ? SIDES_BOTH : 0;
    if (array != NULL && !json_is_array(array)) {
        fail(line, "tested", "an array of sides");
    }
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *word = json_string_value(json_array_get(array, i));
        enum side side = SIDE_CLIENT;
        tested |= side_from_name(bytes_of(word), &side) ? SIDE_SET(side) : 0;
    }
    return tested;
}

/* Those that the case is about. */
static void take_rules(struct json_line *line, struct program *program)
{
    const json_t *array = json_object_get(line->object, "rules");
    const size_t count = json_array_size(array);
    struct arena *arena = line->session->arena;
    const char **rules = arena_array(arena, count + 1, sizeof *rules);
    for (size_t i = 0; i < count; i++) {
        const char *id = json_string_value(json_array_get(array, i));
        rules[i] = arena_strdup(arena, id != NULL ? id : "");
    }
    program->rules = rules;
    program->rule_count = count;
}

static void take_begin(struct json_line *line)
{
    struct stored_session *session = line->session;
    const char *schema = text_of(line, "schema");
    if (!line->failed && strcmp(schema, schema_name) != 0) {
        line->failed = true;
        (void)stored_problem(session->source, line->number, line->error,
                             "\"schema\" is another version of transcripts than %s: check it with "
                             "the version of this program that wrote it",
                             schema_name);
    }
    if (session->count >= STORED_MAX_SESSIONS) {
        fail(line, "case", "at most a million sessions in a file");
    }
    const char *id = text_of(line, "case");
    if (!line->failed && id[0] == '\0') {
        fail(line, "case", "a text that is not empty");
    }
    const unsigned tested = tested_of(line);
    const char *title = text_of(line, "title");
    const int64_t began_us = time_or(line, "start_us", 0);
    if (!line->failed) {
        stored_session_begin(session, arena_strdup(session->arena, id),
                             arena_strdup(session->arena, title), tested, began_us);
        take_rules(line, session->program);
    }
}

static const struct {
    enum event_kind kind;
    void (*take)(struct json_line *line);
} takers[] = {
    {EVENT_CASE_BEGIN, take_begin     },
    {EVENT_CONNECTING, take_connection},
    {EVENT_CONNECTED,  take_connection},
    {EVENT_OCTETS,     take_octets    },
    {EVENT_SECURED,    take_secured   },
    {EVENT_CLOSED,     take_closed    },
    {EVENT_STEP,       take_step      },
    {EVENT_TIMEOUT,    take_timeout   },
    {EVENT_NOTE,       take_note      },
    {EVENT_CASE_END,   take_end       },
};

static void take_line(struct json_line *line)
{
    const char *kind = text_of(line, "kind");
    for (size_t i = 0; i < sizeof takers / sizeof takers[0] && !line->failed; i++) {
        if (strcmp(kind, event_kind_name(takers[i].kind)) != 0) {
            continue;
        }
        if (line->session->program == NULL && takers[i].kind != EVENT_CASE_BEGIN) {
            fail(line, "kind", "case-begin before anything else of a session");
        } else {
            takers[i].take(line);
        }
        return;
    }
    fail(line, "kind", "one of those that a transcript has");
}

/* ---- The file ---- */

int stored_json_read(struct stored_session *session, struct error *error)
{
    struct bytes rest = session->source->text;
    struct bytes text;
    struct json_line line = {.session = session, .error = error};
    while (rest.n > 0 && bytes_next(&rest, '\n', &text) && !line.failed) {
        json_error_t why;
        const bool is_last = rest.n == 0 && !bytes_ends(session->source->text, "\n");
        line.number++;
        if (bytes_trim(text).n == 0) {
            continue;
        }
        json_t *object = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &why);
        line.object = object;
        if (json_is_object(object)) {
            take_line(&line);
        } else if (!is_last || line.number == 1) { /* else the program that wrote it was stopped */
            line.failed = true;
            (void)stored_problem(session->source, line.number, error,
                                 "not a JSON object, which each line of such a transcript is");
        }
        json_decref(object);
    }
    if (!line.failed && session->count == 0) {
        return stored_problem(session->source, 1, error,
                              "no session is in it: a transcript begins with case-begin");
    }
    return line.failed ? -1 : 0;
}

/* The first line that says something is an object that names the schema. */
bool stored_json_is(struct bytes text)
{
    struct bytes rest = text;
    struct bytes line = {0};
    while (bytes_next(&rest, '\n', &line) && bytes_trim(line).n == 0) {
    }
    line = bytes_trim(line);
    return bytes_starts(line, "{") && (bytes_find(line, bytes_of(schema_family), 0) != BYTES_NONE ||
                                       bytes_find(line, BYTES_LIT("\"kind\""), 0) != BYTES_NONE);
}
