#include "record/transcript.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/transcript_file.h"

/* An incomplete line is written in parts when it grows beyond this. */
#define PENDING_LIMIT ((size_t)1 << 18)
/* Octets of a name and of a path below the folder, without what makes them differ. */
#define NAME_MOST ((size_t)180)
#define PATH_MOST ((size_t)1000)

/* What one side said of a line so far: kept until the line ends, so that a secret in it is whole. */
struct pending {
    struct buf octets;
    int64_t time_us;
    int64_t end_us; /* when the last of them came */
    size_t block;
    size_t blocks;
    unsigned step;
};

struct transcript_connection {
    unsigned number;
    enum protocol protocol;
    struct redact_session session;
    struct pending pending[2]; /* by enum side */
    unsigned step;             /* line of the step that began last */
    bool spoke;                /* octets went over it */
};

struct transcript_case {
    size_t number;
    bool ended; /* taken away when another case begins */
    char *base; /* path without suffix */
    struct transcript_file file;
    struct transcript_connection *connections;
    size_t count;
    size_t capacity;
    size_t blocks; /* writes and reads so far */
};

/* How often a case id came up: "#2" stands behind the second. */
struct seen_id {
    char *id;
    unsigned count;
};

struct transcript {
    char *folder;
    struct transcript_file_form form;
    struct redact *redact;
    struct transcript_case **cases; /* those under way */
    size_t case_count;
    size_t case_capacity;
    struct seen_id *ids;
    size_t id_count;
    size_t id_capacity;
    struct error error; /* the first one */
};

struct transcript *transcript_new(const struct transcript_config *config)
{
    struct transcript *transcript = mem_alloc(sizeof *transcript);
    transcript->folder = mem_strdup(config->folder);
    transcript->form = (struct transcript_file_form){config->dialogue_only, config->show_secrets};
    transcript->redact = config->show_secrets ? redact_new_open()
                                              : redact_new(config->secrets, config->secret_count);
    return transcript;
}

static void keep_error(struct transcript *transcript, const struct error *error)
{
    if (transcript->error.text[0] == '\0') {
        transcript->error = *error;
    }
}

/* ---- Cases ---- */

static struct transcript_case *find_case(const struct transcript *transcript, size_t number)
{
    for (size_t i = 0; i < transcript->case_count; i++) {
        if (transcript->cases[i]->number == number) {
            return transcript->cases[i];
        }
    }
    return NULL;
}

static void free_connections(struct transcript_case *run)
{
    for (size_t i = 0; i < run->count; i++) {
        redact_session_deinit(&run->connections[i].session);
        buf_deinit(&run->connections[i].pending[SIDE_CLIENT].octets);
        buf_deinit(&run->connections[i].pending[SIDE_SERVER].octets);
    }
    free(run->connections);
    run->connections = NULL;
    run->count = 0;
    run->capacity = 0;
}

static void free_case(struct transcript_case *run)
{
    free_connections(run);
    transcript_file_deinit(&run->file);
    free(run->base);
    free(run);
}

static void forget_ended(struct transcript *transcript)
{
    size_t kept = 0;
    for (size_t i = 0; i < transcript->case_count; i++) {
        if (transcript->cases[i]->ended) {
            free_case(transcript->cases[i]);
        } else {
            transcript->cases[kept++] = transcript->cases[i];
        }
    }
    transcript->case_count = kept;
}

static struct transcript_case *add_case(struct transcript *transcript, size_t number)
{
    forget_ended(transcript);
    transcript->cases = mem_grow(transcript->cases, transcript->case_count,
                                 &transcript->case_capacity, sizeof(struct transcript_case *));
    struct transcript_case *run = mem_alloc(sizeof *run);
    run->number = number;
    transcript->cases[transcript->case_count++] = run;
    return run;
}

/* The octets of a case id that may stand in a file name; "." and ".." never make a whole name. */
static bool is_file_octet(const char *id, size_t i)
{
    unsigned char c = (unsigned char)id[i];
    bool first = i == 0 || id[i - 1] == '/';
    if (c == '/' || c == '.') {
        return !first;
    }
    return octet_is_alpha(c) || octet_is_digit(c) || c == '-' || c == '_' || c == '+' || c == '=';
}

static unsigned count_id(struct transcript *transcript, const char *id)
{
    for (size_t i = 0; i < transcript->id_count; i++) {
        if (strcmp(transcript->ids[i].id, id) == 0) {
            return ++transcript->ids[i].count;
        }
    }
    transcript->ids = mem_grow(transcript->ids, transcript->id_count, &transcript->id_capacity,
                               sizeof transcript->ids[0]);
    transcript->ids[transcript->id_count++] = (struct seen_id){mem_strdup(id), 1};
    return 1;
}

/* FNV-1a: short names of long ids must differ, nothing more. */
static uint64_t hash_of(struct bytes octets)
{
    uint64_t hash = 0xcbf29ce484222325U;
    for (size_t i = 0; i < octets.n; i++) {
        hash = (hash ^ octets.p[i]) * 0x100000001b3U;
    }
    return hash;
}

/* A file system takes 255 octets for a name and 4096 for a path; what is too long is cut and told apart by its hash. */
static void append_name(struct buf *out, struct bytes name, size_t most)
{
    buf_append(out, bytes_slice(name, 0, most));
    if (name.n > most) {
        buf_printf(out, "-%016" PRIx64, hash_of(name));
    }
}

static void append_short(struct buf *out, struct bytes name)
{
    struct bytes rest = name;
    struct bytes part;
    const char *before = "";
    if (name.n > PATH_MOST) {
        size_t end = PATH_MOST;
        while (end > 0 && name.p[end - 1] != '/') {
            end--;
        }
        append_short(out, bytes_slice(name, 0, end > 0 ? end - 1 : NAME_MOST));
        buf_printf(out, "-%016" PRIx64, hash_of(name));
        return;
    }
    while (bytes_next(&rest, '/', &part)) {
        buf_append_text(out, before);
        append_name(out, part, NAME_MOST);
        before = "/";
    }
}

/* FOLDER/ID or FOLDER/ID#N, without suffix. */
static char *case_base(struct transcript *transcript, const char *id)
{
    struct buf whole = {0};
    struct buf name = {0};
    struct buf base = {0};
    for (size_t i = 0; id[i] != '\0'; i++) {
        buf_append_octet(&whole, is_file_octet(id, i) ? (unsigned char)id[i] : '_');
    }
    append_short(&name, buf_bytes(&whole));
    buf_deinit(&whole);
    unsigned count = count_id(transcript, buf_text(&name));
    buf_printf(&base, "%s/%s", transcript->folder, buf_text(&name));
    if (count > 1) {
        buf_printf(&base, "#%u", count);
    }
    buf_deinit(&name);
    return buf_steal(&base);
}

static void begin_case(struct transcript *transcript, const struct event *event)
{
    struct error error = {{0}};
    struct transcript_case *run = find_case(transcript, event->case_number);
    if (run == NULL) {
        run = add_case(transcript, event->case_number);
        run->base = case_base(transcript, event->program->id);
    } else {
        /* Put back and begun again (421 at the greeting): only the last time counts. */
        free_connections(run);
        transcript_file_deinit(&run->file);
        run->blocks = 0;
    }
    if (transcript_file_open(&run->file, run->base, event, transcript->form, &error) != 0) {
        keep_error(transcript, &error);
    }
}

static struct transcript_connection *connection_of(struct transcript_case *run,
                                                   const struct event *event)
{
    for (size_t i = 0; i < run->count; i++) {
        if (run->connections[i].number == event->connection) {
            return &run->connections[i];
        }
    }
    run->connections =
        mem_grow(run->connections, run->count, &run->capacity, sizeof run->connections[0]);
    struct transcript_connection *connection = &run->connections[run->count++];
    *connection = (struct transcript_connection){.number = event->connection};
    return connection;
}

/* ---- Octets ---- */

/* What may be the beginning of a secret stays where it is. */
static void write_pending(struct transcript *transcript, struct transcript_case *run,
                          struct transcript_connection *connection, enum side side,
                          enum redact_pause pause)
{
    struct pending *pending = &connection->pending[side];
    struct redact_ranges ranges = {0};
    struct bytes octets = buf_bytes(&pending->octets);
    bool complete = octets.n > 0 && octets.p[octets.n - 1] == '\n';
    size_t held =
        complete ? 0 : redact_held(transcript->redact, &connection->session, side, octets, pause);
    struct transcript_line line = {.time_us = pending->time_us,
                                   .end_us = pending->end_us,
                                   .complete = complete,
                                   .connection = connection->number,
                                   .side = side,
                                   .octets = bytes_slice(octets, 0, octets.n - held),
                                   .block = pending->block,
                                   .blocks = pending->blocks,
                                   .step = pending->step};
    if (line.octets.n == 0) {
        return;
    }
    redact_line(transcript->redact, &connection->session, side, connection->protocol, line.octets,
                &ranges);
    transcript_file_line(&run->file, &line, &ranges);
    redact_ranges_deinit(&ranges);
    buf_consume(&pending->octets, line.octets.n);
    pending->blocks = held > 0 ? 1 : 0;
}

/* Of the connection, of all with number 0. */
static void write_all_pending(struct transcript *transcript, struct transcript_case *run,
                              unsigned number, enum redact_pause pause)
{
    for (size_t i = 0; i < run->count; i++) {
        if (number == 0 || run->connections[i].number == number) {
            write_pending(transcript, run, &run->connections[i], SIDE_CLIENT, pause);
            write_pending(transcript, run, &run->connections[i], SIDE_SERVER, pause);
        }
    }
}

static void add_octets(struct transcript *transcript, struct transcript_case *run,
                       const struct event *event)
{
    struct transcript_connection *connection = connection_of(run, event);
    struct pending *pending = &connection->pending[event->side];
    enum side other = event->side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
    size_t from = 0;
    connection->protocol = event->protocol;
    connection->spoke = true;
    write_pending(transcript, run, connection, other, REDACT_GOES_ON);
    run->blocks++;
    while (from < event->octets.n) {
        size_t lf = bytes_index(event->octets, '\n', from);
        size_t to = lf == BYTES_NONE ? event->octets.n : lf + 1;
        if (pending->octets.n == 0) {
            pending->time_us = event->time_us;
            pending->block = run->blocks;
            pending->blocks = 0;
            pending->step = connection->step;
        }
        pending->blocks++;
        pending->end_us = event->time_us;
        buf_append(&pending->octets, bytes_slice(event->octets, from, to));
        if (lf != BYTES_NONE || pending->octets.n > PENDING_LIMIT) {
            write_pending(transcript, run, connection, event->side, REDACT_GOES_ON);
        }
        from = to;
    }
}

/* ---- Events ---- */

/* Without known secrets, and without what any connection of the case hid by its place. */
static void append_hidden(const struct transcript *transcript, const struct transcript_case *run,
                          struct bytes words, struct buf *out)
{
    struct redact_ranges ranges = {0};
    redact_find(transcript->redact, words, &ranges);
    for (size_t i = 0; i < run->count; i++) {
        const struct transcript_connection *connection = &run->connections[i];
        redact_find_echoes(transcript->redact, &connection->session, connection->protocol, words,
                           &ranges);
    }
    redact_append(out, words, &ranges, REDACT_PLAIN);
    redact_ranges_deinit(&ranges);
}

/* The octets that the outcome names go into the transcript as well. */
static void add_end(const struct transcript *transcript, struct transcript_case *run,
                    const struct event *event, struct bytes reason)
{
    struct buf actual = {0};
    struct event shown = *event;
    struct outcome outcome = *event->outcome;
    append_hidden(transcript, run, outcome.actual, &actual);
    outcome.actual = buf_bytes(&actual);
    shown.outcome = &outcome;
    transcript_file_event(&run->file, &shown, reason);
    buf_deinit(&actual);
}

static void add_event(const struct transcript *transcript, struct transcript_case *run,
                      const struct event *event)
{
    struct buf text = {0};
    const char *words = event->text;
    if (event->kind == EVENT_CASE_END) {
        words = event->outcome->reason;
    } else if (event->kind == EVENT_STEP && event->step != NULL) {
        words = step_kind_name(event->step->kind);
    }
    append_hidden(transcript, run, bytes_of(words), &text);
    if (event->kind == EVENT_CASE_END) {
        add_end(transcript, run, event, buf_bytes(&text));
    } else {
        transcript_file_event(&run->file, event, buf_bytes(&text));
    }
    buf_deinit(&text);
}

/* What was left behind in clear text counts to the dialogue before TLS, of which nothing counts afterwards. */
static void add_secured(const struct transcript *transcript, struct transcript_case *run,
                        const struct event *event)
{
    struct transcript_connection *connection = connection_of(run, event);
    struct redact_session *session = &connection->session;
    struct event shown = *event;
    struct buf left = {0};
    redact_octets(transcript->redact, session, event->side, event->protocol, event->octets, &left);
    redact_rest(transcript->redact, session, event->side, event->protocol, REDACT_ENDED, &left);
    shown.octets = buf_bytes(&left);
    transcript_file_left(&run->file, &shown);
    if (connection->spoke) {
        transcript_file_negotiation(&run->file, event); /* else it is there from the first octet */
    }
    add_event(transcript, run, &shown);
    redact_session_secured(session);
    buf_deinit(&left);
}

static void end_case(struct transcript *transcript, struct transcript_case *run)
{
    struct error error = {{0}};
    write_all_pending(transcript, run, 0, REDACT_ENDED);
    if (transcript_file_close(&run->file, &error) != 0) {
        keep_error(transcript, &error);
    }
    free_connections(run);
    run->ended = true;
}

static void note_step(struct transcript_case *run, const struct event *event)
{
    if (event->connection > 0 && event->step != NULL) {
        connection_of(run, event)->step = event->step->place.line;
    }
}

static void in_case(struct transcript *transcript, struct transcript_case *run,
                    const struct event *event)
{
    switch (event->kind) {
    case EVENT_OCTETS:
        add_octets(transcript, run, event);
        break;
    case EVENT_STEP:
        note_step(run, event);
        add_event(transcript, run, event);
        break;
    case EVENT_CLOSED:
        write_all_pending(transcript, run, event->connection, REDACT_ENDED);
        add_event(transcript, run, event);
        break;
    case EVENT_SECURED:
        write_all_pending(transcript, run, event->connection, REDACT_ENDED);
        add_secured(transcript, run, event);
        break;
    case EVENT_TIMEOUT:
        write_all_pending(transcript, run, event->connection, REDACT_WAITED);
        add_event(transcript, run, event);
        break;
    case EVENT_CONNECTING:
    case EVENT_CONNECTED:
    case EVENT_NOTE:
        add_event(transcript, run, event);
        break;
    case EVENT_CASE_END:
        write_all_pending(transcript, run, 0, REDACT_ENDED);
        add_event(transcript, run, event);
        end_case(transcript, run);
        break;
    case EVENT_CASE_BEGIN:
    case EVENT_KIND_COUNT:
        break;
    }
}

static void on_event(void *self, const struct event *event)
{
    struct transcript *transcript = self;
    if (event->program == NULL) {
        return;
    }
    if (event->kind == EVENT_CASE_BEGIN) {
        begin_case(transcript, event);
        return;
    }
    struct transcript_case *run = find_case(transcript, event->case_number);
    if (run != NULL && run->file.txt != NULL) {
        in_case(transcript, run, event);
    }
}

struct event_sink transcript_sink(struct transcript *transcript)
{
    return (struct event_sink){on_event, transcript};
}

/* ---- Afterwards ---- */

void transcript_flush(struct transcript *transcript)
{
    for (size_t i = 0; i < transcript->case_count; i++) {
        transcript_file_flush(&transcript->cases[i]->file);
    }
}

const char *transcript_path(struct transcript *transcript, size_t case_number)
{
    const struct transcript_case *run = find_case(transcript, case_number);
    return run != NULL ? run->file.txt_path : NULL;
}

int transcript_finish(struct transcript *transcript, struct error *error)
{
    for (size_t i = 0; i < transcript->case_count; i++) {
        end_case(transcript, transcript->cases[i]);
    }
    if (transcript->error.text[0] != '\0') {
        return error_set(error, "%s", transcript->error.text);
    }
    return 0;
}

void transcript_free(struct transcript **transcript_p)
{
    struct transcript *transcript = *transcript_p;
    if (transcript == NULL) {
        return;
    }
    for (size_t i = 0; i < transcript->case_count; i++) {
        free_case(transcript->cases[i]);
    }
    for (size_t i = 0; i < transcript->id_count; i++) {
        free(transcript->ids[i].id);
    }
    free(transcript->ids);
    free(transcript->cases);
    free(transcript->folder);
    redact_free(&transcript->redact);
    free(transcript);
    *transcript_p = NULL;
}
