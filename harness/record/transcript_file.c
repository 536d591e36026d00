#include "record/transcript_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/mem.h"
#include "record/hidden.h"
#include "record/transcript_text.h"

/* A close tells its time only where it may count: whoever waits for a second in vain may go (judge/patience.h). */
enum { CLOSE_STEP_US = 500000 };

/* ---- Opening and closing ---- */

static char *with_suffix(const char *base, const char *suffix)
{
    struct buf path = {0};
    buf_append_text(&path, base);
    buf_append_text(&path, suffix);
    return buf_steal(&path);
}

static int make_folder_of(const char *path, struct error *error)
{
    char *folder = mem_strdup(path);
    char *slash = strrchr(folder, '/');
    int status = 0;
    if (slash != NULL && slash != folder) {
        *slash = '\0';
        status = file_make_folder(folder, error);
    }
    free(folder);
    return status;
}

static void forget_files(struct transcript_file *file)
{
    if (file->txt != NULL) {
        (void)fclose(file->txt);
    }
    if (file->jsonl != NULL) {
        (void)fclose(file->jsonl);
    }
    free(file->txt_path);
    free(file->jsonl_path);
    file->txt = NULL;
    file->jsonl = NULL;
    file->txt_path = NULL;
    file->jsonl_path = NULL;
}

static void write_txt(struct transcript_file *file, const struct buf *text)
{
    if (file->txt != NULL && text->n > 0) {
        (void)fwrite(text->p, 1, text->n, file->txt);
    }
}

/* Takes the object over. */
static void write_object(struct transcript_file *file, json_t *object)
{
    if (file->jsonl != NULL) {
        (void)json_dumpf(object, file->jsonl, JSON_COMPACT | JSON_SORT_KEYS);
        (void)fputc('\n', file->jsonl);
    }
    json_decref(object);
}

static json_t *new_object(const struct transcript_file *file, const char *kind, int64_t time_us,
                          unsigned connection)
{
    json_t *object = json_object();
    json_object_set_new(object, "connection", json_integer(connection));
    json_object_set_new(object, "kind", json_string(kind));
    json_object_set_new(object, "t_us", json_integer(time_us - file->start_us));
    return object;
}

static void set_text(json_t *object, const char *name, struct bytes text)
{
    struct buf shown = {0};
    transcript_text_sentence(&shown, text);
    json_object_set_new(object, name, json_string(buf_text(&shown)));
    buf_deinit(&shown);
}

static json_t *tested_array(unsigned tested)
{
    json_t *array = json_array();
    for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
        if ((tested & (SIDE_SET(side))) != 0) {
            json_array_append_new(array, json_string(side_name(side)));
        }
    }
    return array;
}

static json_t *rules_array(const struct program *program)
{
    json_t *array = json_array();
    for (size_t i = 0; i < program->rule_count; i++) {
        json_array_append_new(array, json_string(program->rules[i]));
    }
    return array;
}

static void write_head(struct transcript_file *file, const struct event *begin, bool shows_secrets)
{
    const struct program *program = begin->program;
    struct buf text = {0};
    json_t *object = new_object(file, event_kind_name(EVENT_CASE_BEGIN), begin->time_us, 0);
    json_object_set_new(object, "schema", json_string("mailspec-transcript/1"));
    json_object_set_new(object, "number", json_integer((json_int_t)begin->case_number));
    json_object_set_new(object, "start_us", json_integer(begin->time_us));
    set_text(object, "case", bytes_of(program->id));
    set_text(object, "file", bytes_of(program->path));
    set_text(object, "title", bytes_of(program->title));
    json_object_set_new(object, "tested", tested_array(begin->tested));
    json_object_set_new(object, "rules", rules_array(program));
    if (shows_secrets) {
        json_object_set_new(object, "shows_secrets", json_true());
        buf_append_text(&text, TRANSCRIPT_OPEN_NOTE "\n");
    }
    write_object(file, object);
    transcript_text_head(&text, program, begin->tested);
    write_txt(file, &text);
    buf_deinit(&text);
}

static FILE *open_one(const char *path, struct error *error)
{
    FILE *stream = fopen(path, "wbe");
    if (stream == NULL) {
        (void)error_set(error, "%s cannot be written: %s", path, strerror(errno));
    }
    return stream;
}

int transcript_file_open(struct transcript_file *file, const char *base, const struct event *begin,
                         struct transcript_file_form form, struct error *error)
{
    *file = (struct transcript_file){.start_us = begin->time_us, .told_us = -1};
    if (make_folder_of(base, error) != 0) {
        return -1;
    }
    file->txt_path = with_suffix(base, ".txt");
    file->jsonl_path = with_suffix(base, ".jsonl");
    file->txt = open_one(file->txt_path, error);
    file->jsonl =
        file->txt != NULL && !form.dialogue_only ? open_one(file->jsonl_path, error) : NULL;
    if (file->txt == NULL || (file->jsonl == NULL && !form.dialogue_only)) {
        forget_files(file);
        return -1;
    }
    write_head(file, begin, form.shows_secrets);
    return 0;
}

void transcript_file_flush(struct transcript_file *file)
{
    if (file->txt != NULL) {
        (void)fflush(file->txt);
    }
    if (file->jsonl != NULL) {
        (void)fflush(file->jsonl);
    }
}

static int close_one(FILE **stream_p, const char *path, struct error *error)
{
    if (*stream_p == NULL) {
        return 0;
    }
    int bad = ferror(*stream_p);
    if (fclose(*stream_p) != 0 || bad != 0) {
        *stream_p = NULL;
        return error_set(error, "%s could not be written to its end", path);
    }
    *stream_p = NULL;
    return 0;
}

/* Where no CASE_END says so. */
static void tell_left_out(struct transcript_file *file)
{
    struct buf text = {0};
    if (file->octets_left_out > 0) {
        buf_printf(&text, "# %zu octets left out\n", file->octets_left_out);
        write_txt(file, &text);
        file->octets_left_out = 0;
    }
    buf_deinit(&text);
}

int transcript_file_close(struct transcript_file *file, struct error *error)
{
    tell_left_out(file);
    int txt = close_one(&file->txt, file->txt_path, error);
    int jsonl = close_one(&file->jsonl, file->jsonl_path, txt == 0 ? error : NULL);
    return txt == 0 && jsonl == 0 ? 0 : -1;
}

void transcript_file_deinit(struct transcript_file *file)
{
    forget_files(file);
}

/* ---- Lines ---- */

static void tell_time(struct transcript_file *file, int64_t time_us)
{
    struct buf text = {0};
    if (transcript_text_time(&text, time_us - file->start_us, &file->told_us)) {
        write_txt(file, &text);
    }
    buf_deinit(&text);
}

/* Nothing that follows can be judged. */
static void tell_cut(struct transcript_file *file, int64_t time_us)
{
    struct buf text = {0};
    json_t *object = new_object(file, event_kind_name(EVENT_NOTE), time_us, 0);
    buf_append_text(&text, TRANSCRIPT_CUT "\n");
    write_txt(file, &text);
    json_object_set_new(object, "cut", json_true());
    set_text(object, "text", BYTES_LIT("octets are left out from here on"));
    write_object(file, object);
    buf_deinit(&text);
}

static bool has_room(struct transcript_file *file, size_t octets, int64_t time_us)
{
    bool full = file->octets_left_out > 0 || file->lines >= TRANSCRIPT_LINE_LIMIT ||
                octets > TRANSCRIPT_OCTET_LIMIT - file->octets;
    if (full && file->octets_left_out == 0) {
        tell_cut(file, time_us);
    }
    if (full) {
        file->octets_left_out += octets;
        return false;
    }
    file->octets += octets;
    file->lines++;
    return true;
}

static json_t *holds_array(unsigned holds)
{
    json_t *array = json_array();
    for (size_t i = 0; i < HIDDEN_HOLDS_COUNT; i++) {
        if ((holds & (1U << i)) != 0) {
            json_array_append_new(array, json_string(hidden_holds_name(i)));
        }
    }
    return array;
}

/* What form each secret has that a mark stands for in `plain`. */
static json_t *secrets_array(const struct transcript_line *line, const struct redact_ranges *ranges,
                             struct bytes plain)
{
    json_t *array = json_array();
    size_t shift = 0; /* of what marks put in, over what they take out */
    for (size_t i = 0; i < ranges->count; i++) {
        const struct redact_range range = ranges->items[i];
        const bool continued = i == 0 && ranges->continued;
        const struct hidden hidden = hidden_describe(
            line->side, plain, range.from + shift, bytes_slice(line->octets, range.from, range.to),
            line->complete && !continued);
        json_t *object = json_object();
        json_object_set_new(object, "at", json_integer((json_int_t)hidden.at));
        json_object_set_new(object, "as", json_string(hidden_form_name(hidden.form)));
        json_object_set_new(object, "continued", json_boolean(continued));
        json_object_set_new(object, "holds", holds_array(hidden.holds));
        json_array_append_new(array, object);
        shift += (continued ? 0 : strlen(REDACT_MARK)) - (range.to - range.from);
    }
    return array;
}

static void set_hidden(json_t *object, const struct transcript_line *line,
                       const struct redact_ranges *ranges, struct bytes plain)
{
    json_object_set_new(object, "hidden", json_boolean(ranges->count > 0));
    if (ranges->count > 0) {
        json_object_set_new(object, "secrets", secrets_array(line, ranges, plain));
    }
    if (ranges->count > 0 && line->octets.n > HIDDEN_LONG_LINE) {
        json_object_set_new(object, "octets", json_integer((json_int_t)line->octets.n));
    }
}

static void write_line_object(struct transcript_file *file, const struct transcript_line *line,
                              const struct redact_ranges *ranges)
{
    struct buf plain = {0};
    struct buf text = {0};
    struct buf base64 = {0};
    if (file->jsonl == NULL) {
        return;
    }
    redact_append(&text, line->octets, ranges, ESCAPE_CI);
    redact_append(&plain, line->octets, ranges, REDACT_PLAIN);
    base64_encode(&base64, buf_bytes(&plain));
    json_t *object =
        new_object(file, event_kind_name(EVENT_OCTETS), line->time_us, line->connection);
    json_object_set_new(object, "base64", json_string(buf_text(&base64)));
    json_object_set_new(object, "block", json_integer((json_int_t)line->block));
    json_object_set_new(object, "blocks", json_integer((json_int_t)line->blocks));
    set_hidden(object, line, ranges, buf_bytes(&plain));
    if (line->end_us > line->time_us) {
        json_object_set_new(object, "end_us", json_integer(line->end_us - file->start_us));
    }
    json_object_set_new(object, "side", json_string(side_name(line->side)));
    if (line->step > 0) {
        json_object_set_new(object, "step", json_integer(line->step));
    }
    json_object_set_new(object, "text", json_string(buf_text(&text)));
    write_object(file, object);
    buf_deinit(&plain);
    buf_deinit(&text);
    buf_deinit(&base64);
}

void transcript_file_line(struct transcript_file *file, const struct transcript_line *line,
                          const struct redact_ranges *ranges)
{
    if (file->txt == NULL || !has_room(file, line->octets.n, line->time_us)) {
        return;
    }
    struct buf text = {0};
    tell_time(file, line->time_us);
    transcript_text_line(&text, line->connection, line->side, line->octets, ranges);
    write_txt(file, &text);
    write_line_object(file, line, ranges);
    buf_deinit(&text);
}

/* ---- Other events ---- */

void transcript_file_left(struct transcript_file *file, const struct event *event)
{
    struct buf text = {0};
    transcript_text_left(&text, event, event->time_us - file->start_us);
    write_txt(file, &text);
    buf_deinit(&text);
}

void transcript_file_negotiation(struct transcript_file *file, const struct event *event)
{
    struct buf text = {0};
    tell_time(file, event->time_us);
    transcript_text_negotiation(&text, event);
    write_txt(file, &text);
    buf_deinit(&text);
}

static json_t *names_array(const struct tls_facts *facts)
{
    json_t *names = json_array();
    for (size_t i = 0; i < facts->name_count; i++) {
        struct buf shown = {0};
        transcript_text_sentence(&shown, bytes_of(facts->names[i]));
        json_array_append_new(names, json_string(buf_text(&shown)));
        buf_deinit(&shown);
    }
    return names;
}

static json_t *certificate_object(const struct tls_facts *facts)
{
    const struct {
        const char *name;
        bool value;
    } flags[] = {
        {"expired",       facts->expired      },
        {"name_matches",  facts->name_matches },
        {"not_yet_valid", facts->not_yet_valid},
        {"self_signed",   facts->self_signed  },
        {"trusted",       facts->trusted      },
        {"wildcard",      facts->wildcard     },
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        json_object_set_new(object, flags[i].name, json_boolean(flags[i].value));
    }
    set_text(object, "checked_name", bytes_of(facts->checked_name));
    set_text(object, "issuer", bytes_of(facts->issuer));
    set_text(object, "not_after", bytes_of(facts->not_after));
    set_text(object, "not_before", bytes_of(facts->not_before));
    set_text(object, "subject", bytes_of(facts->subject));
    json_object_set_new(object, "names", names_array(facts));
    return object;
}

static void set_facts(json_t *object, const struct tls_facts *facts)
{
    if (facts->secured) {
        set_text(object, "cipher", bytes_of(facts->cipher));
        set_text(object, "server_name", bytes_of(facts->server_name));
        set_text(object, "version", bytes_of(tls_version_name(facts->version)));
    }
    if (facts->has_certificate) {
        json_object_set_new(object, "certificate", certificate_object(facts));
    }
}

/* What was sent in clear text behind the last line before TLS, and is in no line of the dialogue. */
static void set_secured(json_t *object, const struct event *event)
{
    struct buf text = {0};
    struct buf base64 = {0};
    json_object_set_new(object, "secured", json_boolean(event->tls != NULL && event->tls->secured));
    if (event->tls != NULL) {
        set_facts(object, event->tls);
    }
    if (event->octets.n > 0) {
        escape_append(&text, event->octets, ESCAPE_CI);
        base64_encode(&base64, event->octets);
        json_object_set_new(object, "side", json_string(side_name(event->side)));
        json_object_set_new(object, "left", json_string(buf_text(&text)));
        json_object_set_new(object, "base64", json_string(buf_text(&base64)));
    }
    buf_deinit(&text);
    buf_deinit(&base64);
}

/* By what it names, findings of judges that are about the same may yield to it. */
static json_t *outcome_object(const struct outcome *outcome)
{
    const struct {
        const char *name;
        bool value;
    } flags[] = {
        {"absolute",    outcome->absolute         },
        {"closed",      outcome->closed           },
        {"in_start",    outcome->in_start         },
        {"misreported", outcome->misreported      },
        {"wants_end",   outcome_wants_end(outcome)},
    };
    struct buf base64 = {0};
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        json_object_set_new(object, flags[i].name, json_boolean(flags[i].value));
    }
    base64_encode(&base64, outcome->actual);
    json_object_set_new(object, "base64", json_string(buf_text(&base64)));
    if (outcome->step != NULL) {
        json_object_set_new(object, "at", json_string(step_kind_name(outcome->step->kind)));
        json_object_set_new(object, "connection", json_integer(outcome->step->connection));
    }
    buf_deinit(&base64);
    return object;
}

static json_t *event_object(const struct transcript_file *file, const struct event *event,
                            struct bytes text)
{
    json_t *object =
        new_object(file, event_kind_name(event->kind), event->time_us, event->connection);
    if (event->step != NULL && event->step->place.line > 0) {
        json_object_set_new(object, "step", json_integer(event->step->place.line));
    }
    if (event->kind == EVENT_CONNECTING || event->kind == EVENT_CONNECTED) {
        json_object_set_new(object, "protocol", json_string(protocol_name(event->protocol)));
    }
    if (event->kind == EVENT_CLOSED) {
        json_object_set_new(object, "how", json_string(close_kind_name(event->close)));
    }
    if (event->kind == EVENT_CLOSED || event->kind == EVENT_TIMEOUT) {
        json_object_set_new(object, "side", json_string(side_name(event->side)));
    }
    if (event->kind == EVENT_TIMEOUT) {
        json_object_set_new(object, "short_wait", json_boolean(event->short_wait));
        json_object_set_new(object, "sending", json_boolean(event->sending));
    }
    if (event->kind == EVENT_SECURED) {
        set_secured(object, event);
    }
    if (event->kind == EVENT_CASE_END) {
        json_object_set_new(object, "verdict", json_string(verdict_name(event->outcome->verdict)));
        json_object_set_new(object, "octets_left_out",
                            json_integer((json_int_t)file->octets_left_out));
        if (event->outcome->verdict == VERDICT_FAIL ||
            event->outcome->verdict == VERDICT_NON_STRICT) {
            json_object_set_new(object, "outcome", outcome_object(event->outcome));
        }
    }
    set_text(object, "text", text);
    return object;
}

void transcript_file_event(struct transcript_file *file, const struct event *event,
                           struct bytes text)
{
    if (file->txt == NULL ||
        (event->kind != EVENT_CASE_END && ++file->lines > 2 * TRANSCRIPT_LINE_LIMIT)) {
        return;
    }
    struct buf shown = {0};
    if (event->kind == EVENT_CLOSED &&
        event->time_us - file->start_us - file->told_us >= CLOSE_STEP_US) {
        tell_time(file, event->time_us);
    }
    if (event->kind == EVENT_CASE_END && file->octets_left_out > 0) {
        buf_printf(&shown, "# %zu octets left out\n", file->octets_left_out);
    }
    transcript_text_event(&shown, event, text, event->time_us - file->start_us);
    write_txt(file, &shown);
    write_object(file, event_object(file, event, text));
    file->octets_left_out = event->kind == EVENT_CASE_END ? 0 : file->octets_left_out;
    buf_deinit(&shown);
}
