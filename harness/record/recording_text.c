#include "record/recording_text.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "record/recording.h"
#include "record/transcript_text.h"
#include "script/scenario.h"

#define RECORD_MARK "# Recorded by mailspec run --record; mailspec run --accept pins it anew."

bool recording_text_is_record_name(const char *name)
{
    size_t n = strlen(name);
    return n > 1 && name[0] == 'v' && strspn(name + 1, "0123456789") == n - 1;
}

static bool is_column(const struct program *program, const char *name)
{
    for (size_t i = 0; i < program->row_count; i++) {
        if (strcmp(program->row[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool recording_text_is_given(const struct program *program, const char *name)
{
    static const char *const names[] = {
        "client", "sender", "message-id", "rcpt", "rcpt2", "user",    "secret",    "domain",
        "relay",  "run",    "case",       "host", "port",  "unknown", "timestamp",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return strchr(name, ':') != NULL || (program != NULL && is_column(program, name));
}

/* ---- Texts with the row's columns filled in ---- */

static struct text filled(struct arena *arena, const struct program *program,
                          const struct text *text);

static size_t fill_piece(struct arena *arena, const struct program *program,
                         const struct piece *piece, struct piece *out)
{
    for (size_t i = 0; piece->kind == PIECE_VARIABLE && i < program->row_count; i++) {
        const struct text *value = &program->row[i].value;
        if (strcmp(program->row[i].name, piece->name) == 0) {
            for (size_t k = 0; out != NULL && k < value->count; k++) {
                out[k] = value->pieces[k];
            }
            return value->count;
        }
    }
    if (out == NULL) {
        return 1;
    }
    *out = *piece;
    struct text *arguments = arena_array(arena, piece->argument_count + 1, sizeof *arguments);
    for (size_t i = 0; i < piece->argument_count; i++) {
        arguments[i] = filled(arena, program, &piece->arguments[i]);
    }
    out->arguments = arguments;
    return 1;
}

static struct text filled(struct arena *arena, const struct program *program,
                          const struct text *text)
{
    size_t count = 0;
    for (size_t i = 0; i < text->count; i++) {
        count += fill_piece(arena, program, &text->pieces[i], NULL);
    }
    struct piece *pieces = arena_array(arena, count + 1, sizeof *pieces);
    size_t at = 0;
    for (size_t i = 0; i < text->count; i++) {
        at += fill_piece(arena, program, &text->pieces[i], &pieces[at]);
    }
    return (struct text){pieces, count};
}

/* A column as an argument of a function: 65, "text". */
static void append_argument(struct buf *out, const struct text *value)
{
    uint64_t number = 0;
    struct buf text = {0};
    scenario_print_text(&text, value);
    const char *quote = bytes_to_u64(buf_bytes(&text), &number) ? "" : "\"";
    buf_printf(out, "%s%s%s", quote, buf_text(&text), quote);
    buf_deinit(&text);
}

/* Does the bare word `name` stand at `at`, as in {{repeat name "x"}}? */
static bool is_argument(struct bytes text, size_t at, struct bytes name)
{
    struct bytes behind = bytes_skip(text, at + name.n);
    return at > 0 && text.p[at - 1] == ' ' &&
           bytes_equal(bytes_slice(text, at, at + name.n), name) && behind.n > 0 &&
           (behind.p[0] == ' ' || behind.p[0] == '}');
}

/* {{repeat column "x"}}: the name, within braces and outside of quotes. */
static void append_arguments_filled(struct buf *out, struct bytes text,
                                    const struct name_value *column)
{
    struct bytes name = bytes_of(column->name);
    bool quoted = false;
    size_t depth = 0;
    for (size_t i = 0; i < text.n; i++) {
        struct bytes rest = bytes_skip(text, i);
        bool opens = bytes_starts(rest, "{{");
        bool closes = depth > 0 && bytes_starts(rest, "}}");
        if (depth > 0 && !quoted && is_argument(text, i, name)) {
            append_argument(out, &column->value);
            i += name.n - 1;
            continue;
        }
        bool quote = depth > 0 && text.p[i] == '"' && text.p[i - 1] != '\\';
        quoted = quote ? !quoted : quoted && !opens && !closes;
        depth = opens ? depth + 1 : depth - (closes ? 1 : 0);
        size_t n = opens || closes ? 2 : 1;
        buf_append(out, bytes_slice(text, i, i + n));
        i += n - 1;
    }
}

/* {{column}} in what stands as it is written. */
static void append_filled(struct buf *out, const struct program *program, struct bytes source)
{
    struct buf mark = {0};
    struct buf text = {0};
    buf_append(&text, source);
    for (size_t i = 0; i < program->row_count; i++) {
        struct buf next = {0};
        buf_clear(&mark);
        buf_printf(&mark, "{{%s}}", program->row[i].name);
        size_t at = 0;
        for (;;) {
            size_t found = bytes_find(buf_bytes(&text), buf_bytes(&mark), at);
            size_t to = found == BYTES_NONE ? text.n : found;
            buf_append(&next, bytes_slice(buf_bytes(&text), at, to));
            if (found == BYTES_NONE) {
                break;
            }
            scenario_print_text(&next, &program->row[i].value);
            at = found + mark.n;
        }
        buf_clear(&text);
        append_arguments_filled(&text, buf_bytes(&next), &program->row[i]);
        buf_deinit(&next);
    }
    buf_append(out, buf_bytes(&text));
    buf_deinit(&text);
    buf_deinit(&mark);
}

/* ---- Header ---- */

/* What a replay needs; the others are about the case, or are written anew. */
static bool is_kept_field(struct bytes name, const char *wanted)
{
    (void)wanted;
    static const char *const kept[] = {"Tags",      "Requires", "Given", "Cast",
                                       "Variables", "Timeout",  "Uses",  "Finally"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (bytes_is_nocase(name, kept[i])) {
            return true;
        }
    }
    return false;
}

static bool is_field(struct bytes line, struct bytes *name_r)
{
    size_t colon = bytes_index(line, ':', 0);
    *name_r = bytes_slice(line, 0, colon == BYTES_NONE ? 0 : colon);
    return name_r->n > 2 && line.p[0] != '#' && line.p[0] != '>' && line.p[0] != '<' &&
           bytes_index(*name_r, ' ', 0) == BYTES_NONE;
}

static bool is_wanted_field(struct bytes name, const char *wanted)
{
    return bytes_is_nocase(name, wanted);
}

static void print_fields(struct buf *out, const struct program *program,
                         bool (*keeps)(struct bytes name, const char *wanted), const char *wanted)
{
    struct buf source = {0};
    struct error error = {{0}};
    struct bytes line;
    bool kept = false;
    if (file_read(program->path, SCENARIO_MAX_OCTETS, &source, &error) != 0) {
        buf_clear(&source);
    }
    struct bytes rest = buf_bytes(&source);
    while (bytes_next(&rest, '\n', &line)) {
        struct bytes name = {0};
        bool goes_on = line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
        line = bytes_trim_right(line);
        if (line.n == 0 || !(goes_on || line.p[0] == '#' || is_field(line, &name))) {
            break;
        }
        bool comment = line.p[0] == '#';
        kept = goes_on || comment ? kept : keeps(name, wanted);
        if (kept && !comment) {
            append_filled(out, program, line);
            buf_append_octet(out, '\n');
        }
    }
    buf_deinit(&source);
}

void recording_text_field(struct buf *out, const struct program *program, const char *name)
{
    print_fields(out, program, is_wanted_field, name);
}

bool recording_is_one(struct bytes text)
{
    return bytes_starts(text, RECORD_MARK);
}

void recording_text_head(struct buf *out, const struct program *program, const char *note,
                         bool shows_secrets)
{
    buf_append_text(out, RECORD_MARK "\n");
    buf_append_text(out, shows_secrets ? "# Secrets are shown here (--show-secrets).\n" : "");
    if (note != NULL) {
        buf_append_text(out, "# ");
        transcript_text_sentence(out, bytes_of(note));
        buf_append_octet(out, '\n');
    }
    buf_append_text(out, "Title: ");
    transcript_text_sentence(out, bytes_of(program->title != NULL ? program->title : program->id));
    buf_append_text(out, "\nCompare: text\n");
    if (program->connection_count > 0) {
        buf_printf(out, "Start: %s\n", start_name(program->connections[0].start));
    }
    print_fields(out, program, is_kept_field, NULL);
    buf_append_octet(out, '\n');
}

/* ---- Steps ---- */

static void print_client_line(struct buf *out, const struct program *program, unsigned connection,
                              const struct line *line)
{
    struct arena *arena = arena_new();
    struct line copy = *line;
    struct buf text = {0};
    copy.text = filled(arena, program, &line->text);
    buf_append_octet(out, 'C');
    if (connection > 1) {
        buf_printf(out, "%u", connection);
    }
    scenario_print_line(&text, &copy);
    buf_append_text(out, (line->flags & LINE_OPTIONAL) != 0 ? "?" : "");
    buf_append_text(out, line->compare == COMPARE_EXACT ? "=:" : ":");
    buf_append_text(out, text.n > 0 ? " " : "");
    bool dots = bytes_is(buf_bytes(&text), "...");
    if (text.n > 0 && (text.p[0] == ' ' || text.p[0] == '<' || dots)) {
        buf_printf(out, "\\x%02x", text.p[0]);
        buf_consume(&text, 1);
    }
    transcript_text_guard(out, buf_bytes(&text));
    buf_append_octet(out, '\n');
    buf_deinit(&text);
    arena_free(&arena);
}

/* "S2", "C & S2": the letters of the file may be those of RFC 821, and the number that of another connection (C2: <use ...>). */
static void print_speaker(struct buf *out, const struct step *step, struct bytes head)
{
    bool both = bytes_index(head, '&', 0) != BYTES_NONE;
    buf_append_text(out, both ? "C & S" : (step->side == SIDE_CLIENT ? "C" : "S"));
    if (step->connection > 1) {
        buf_printf(out, "%u", step->connection);
    }
    for (size_t i = 0; i < head.n; i++) {
        if (strchr("*/=?~!+", head.p[i]) != NULL) {
            buf_append_octet(out, head.p[i]);
        }
    }
    buf_append_octet(out, ':');
}

/* What a line of the file says, as it stands there. */
static void print_source(struct buf *out, const struct program *program, const struct step *step,
                         const struct place *place)
{
    struct bytes source = bytes_trim_left(place->source); /* blanks at its end belong to it */
    size_t colon = bytes_index(source, ':', 0);
    if (source.n > 0 && source.p[0] != '<' && colon != BYTES_NONE) {
        print_speaker(out, step, bytes_slice(source, 0, colon));
        source = bytes_skip(source, colon + 1);
    } else if (step->connection > 1) {
        print_speaker(out, step, (struct bytes){0});
        buf_append_octet(out, ' ');
    }
    append_filled(out, program, source);
    buf_append_octet(out, '\n');
}

void recording_text_step(struct buf *out, const struct program *program, const struct step *step)
{
    switch (step->kind) {
    case STEP_COMMAND:
    case STEP_RESPONSE:
    case STEP_DATA:
    case STEP_CHUNK:
        for (size_t i = 0; i < step->line_count; i++) {
            print_client_line(out, program, step->connection, &step->lines[i]);
        }
        break;
    case STEP_REPLY: /* from the wire */
    case STEP_BODY:
    case STEP_IF: /* what was played is played again */
    case STEP_END:
    case STEP_NEVER: /* of clients that are tested */
    case STEP_EXIT:
    case STEP_STORE:
    case STEP_MESSAGE:
    case STEP_JUDGE: /* all is compared here */
    case STEP_KIND_COUNT:
        break;
    case STEP_OPEN:
    case STEP_CLOSE:
    case STEP_RESET:
    case STEP_WAIT:
    case STEP_SILENCE:
    case STEP_WITHIN:
    case STEP_FLUSH:
    case STEP_PACE:
    case STEP_SEND_MESSAGE:
    case STEP_AWAIT:
    case STEP_TLS:
    case STEP_TLS_FAILS:
    case STEP_TLS_FACT:
    case STEP_AUTHENTICATE:
    case STEP_TOGETHER: /* played from the other side it matters */
        print_source(out, program, step, &step->place);
        break;
    case STEP_COMMENTARY:
        append_filled(out, program, bytes_trim(step->place.source));
        buf_append_octet(out, '\n');
        break;
    }
}

static void print_server_line(struct buf *out, const struct step *step, const char *text)
{
    buf_append_octet(out, 'S');
    if (step->connection > 1) {
        buf_printf(out, "%u", step->connection);
    }
    buf_printf(out, "%s\n", text);
}

/* Other keywords than the written ones are no matter in the case, and would be a difference under Compare: text. */
static void print_other_keywords(struct buf *out, const struct step *step)
{
    const struct reply *reply = &step->reply;
    const char *code = reply->code_count > 0 ? reply->codes[0].code : "+OK";
    char text[16] = "*: *";
    if (!reply->keywords || reply->keywords_all || reply->line_count < 2) {
        return;
    }
    if (octet_is_digit((unsigned char)code[0])) {
        snprintf(text, sizeof text, "*: %.3s-*", code);
    }
    print_server_line(out, step, text);
}

static void print_reply(struct buf *out, const struct program *program, const struct step *step,
                        bool all_compared)
{
    const struct reply *reply = &step->reply;
    for (size_t i = 0; i < reply->line_count; i++) {
        print_source(out, program, step, &reply->lines[i].place);
        if (i == 0 && all_compared) {
            print_other_keywords(out, step); /* not last: SMTP's last line ends the reply */
        }
    }
    const struct line *last = &reply->lines[reply->line_count - 1];
    if (reply->body_given && !bytes_ends(bytes_trim(last->place.source), ": .")) {
        print_server_line(out, step, ": .");
    }
}

void recording_text_reply(struct buf *out, const struct program *program, const struct step *step)
{
    print_reply(out, program, step, true);
}

void recording_text_written(struct buf *out, const struct program *program, const struct step *step)
{
    if (step->kind == STEP_REPLY) {
        print_reply(out, program, step, false);
    } else if (step->kind == STEP_BODY) {
        print_source(out, program, step, &step->place);
    } else if (step->kind == STEP_JUDGE) {
        buf_append_text(out, "<judge>\n");
    } else {
        recording_text_step(out, program, step);
    }
}
