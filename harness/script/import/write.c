#include "script/import/write.h"

#include "base/escape.h"
#include "script/scenario.h"

/* The first error may be the cause of the others: only it is taken in the first rounds. */
enum { ROUNDS_ONE = 20, ROUNDS = 60 };
enum { TITLE_MAX = 100, COMMENT_MAX = 200 };

/* One line for people, without what has a meaning in a header field. */
static void write_title(struct buf *out, const char *title)
{
    size_t begin = out->n;
    buf_append_text(out, "Title: ");
    struct bytes text = bytes_slice(bytes_trim(bytes_of(title)), 0, TITLE_MAX);
    size_t from = out->n;
    escape_append(out, text.n > 0 ? text : BYTES_LIT("imported"), 0);
    for (size_t i = from; i < out->n; i++) {
        if (out->p[i] == '{' || out->p[i] == '}' || out->p[i] == '\\') {
            out->p[i] = out->p[i] == '\\' ? '/' : '|';
        }
    }
    buf_append_text(out, out->n > begin ? "\n" : "");
}

static void write_cut(struct buf *out, const char *before, struct bytes text)
{
    buf_append_text(out, before);
    escape_append(out, bytes_slice(text, 0, COMMENT_MAX), ESCAPE_UTF8);
    buf_append_text(out, text.n > COMMENT_MAX ? "...\n" : "\n");
}

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

/* "354 ... end with <CRLF>.<CRLF>" is read as it is, another "<CRLF>" at the end as the line's own end. */
static bool ends_as_line(struct bytes text)
{
    bool talks = bytes_ends(text, "<CRLF>.<CRLF>") || bytes_ends(text, "<CR><LF>.<CR><LF>");
    return !talks && (bytes_ends(text, "<CRLF>") || bytes_ends(text, "<LF>"));
}

/* What would mean something else than itself: a direction, a course comment, a line end in brackets. */
static void write_octets(struct buf *out, const struct draft_line *line)
{
    struct bytes text = line->octets;
    size_t blanks = 0;
    while (!line->is_data && blanks < text.n && is_blank(text.p[blanks])) {
        buf_printf(out, "\\x%02x", text.p[blanks++]);
    }
    text = bytes_skip(text, blanks);
    if (text.n > 0 && text.p[0] == '<') {
        buf_append_text(out, "\\x3c");
        text = bytes_skip(text, 1);
    }
    bool ends_in_brackets = ends_as_line(bytes_trim_right(text));
    size_t last = ends_in_brackets ? bytes_trim_right(text).n - 1 : text.n;
    size_t from = 0;
    while (from < text.n) {
        size_t at = bytes_find(text, BYTES_LIT(" //"), from);
        size_t to = at == BYTES_NONE ? text.n : at + 1;
        escape_append(out, bytes_slice(text, from, to < last ? to : last),
                      ESCAPE_BRACE | ESCAPE_UTF8);
        if (at != BYTES_NONE) {
            buf_append_text(out, "\\x2f");
            to++;
        }
        from = to;
    }
    if (ends_in_brackets) {
        buf_append_text(out, "\\x3e");
        escape_append(out, bytes_skip(text, last + 1), ESCAPE_BRACE | ESCAPE_UTF8);
    }
}

static void write_spoken(struct buf *out, const struct draft_line *line)
{
    buf_append_octet(out, line->kind == DRAFT_CLIENT ? 'C' : 'S');
    if (line->connection > 1) {
        buf_printf(out, "%u", line->connection);
    }
    buf_printf(out, "%s:%s", line->marks, line->octets.n > 0 ? " " : "");
    if (line->in_notation) {
        buf_append(out, line->octets);
    } else {
        write_octets(out, line);
    }
    buf_append_text(out, line->no_end ? "\\c\n" : "\n");
}

/* Just one line of text for each line of the draft, so that the reader's line numbers lead back. */
static void write_line(struct buf *out, const struct draft_line *line)
{
    if (line->refused != NULL) {
        buf_printf(out, "# line %u is not carried over (%s)", line->source, line->refused);
        write_cut(out, ": ", line->octets);
        return;
    }
    switch (line->kind) {
    case DRAFT_CLIENT:
    case DRAFT_SERVER:
        write_spoken(out, line);
        break;
    case DRAFT_RAW:
        buf_append(out, line->octets);
        buf_append_octet(out, '\n');
        break;
    case DRAFT_COMMENT:
        write_cut(out, line->octets.n > 0 ? "# " : "#", line->octets);
        break;
    case DRAFT_REMARK:
        write_cut(out, "> ", line->octets);
        break;
    }
}

static unsigned write_header(const struct draft *draft, const struct draft_scenario *scenario,
                             const char *notation, struct buf *out)
{
    size_t begin = out->n;
    unsigned lines = 0;
    write_title(out, scenario->title);
    buf_append_text(out, scenario->fields);
    buf_append_octet(out, '\n');
    buf_printf(out, "# From a %s", notation);
    write_cut(out, ", ", bytes_of(draft->file));
    for (size_t i = begin; i < out->n; i++) {
        lines += out->p[i] == '\n' ? 1 : 0;
    }
    return lines;
}

/* The line of the draft that a problem's line was written for. */
static struct draft_line *line_at(struct draft_scenario *scenario, unsigned header, unsigned at)
{
    if (at <= header) {
        return NULL;
    }
    struct draft_line *line = scenario->first;
    for (unsigned i = header + 1; i < at && line != NULL; i++) {
        line = line->next;
    }
    return line;
}

static bool is_spoken(const struct draft_line *line)
{
    return line->refused == NULL && line->kind != DRAFT_COMMENT && line->kind != DRAFT_REMARK;
}

static void refuse(struct draft *draft, struct draft_line *line, const char *reason)
{
    struct buf one = {0};
    escape_append(&one, bytes_slice(bytes_of(reason), 0, COMMENT_MAX), ESCAPE_UTF8);
    line->refused = arena_text(draft->arena, buf_bytes(&one));
    buf_deinit(&one);
    draft_note(draft, line->source, "not carried over: %s", line->refused);
}

/* Take back what the reader refuses; false when that leads to nothing. */
static bool take_back(struct draft *draft, struct draft_scenario *scenario, unsigned header,
                      const struct scenario *read, unsigned round)
{
    bool changed = false;
    for (size_t i = 0; i < scenario_problem_count(read); i++) {
        const struct scenario_problem *problem = scenario_problem(read, i);
        struct draft_line *line = line_at(scenario, header, problem->place.line);
        /* At the end of the file, or of a line that means nothing: the nearest spoken line goes. */
        if (line == NULL || !is_spoken(line)) {
            line = NULL;
            for (struct draft_line *at = scenario->first; at != NULL; at = at->next) {
                line = is_spoken(at) ? at : line;
            }
        }
        if (problem->warning || line == NULL) {
            continue;
        }
        refuse(draft, line, problem->text);
        changed = true;
        if (round < ROUNDS_ONE) {
            break;
        }
    }
    return changed;
}

/* No end in sight: the dialogue ends before its first line that is refused. */
static void cut(struct draft *draft, struct draft_scenario *scenario, unsigned header,
                const struct scenario *read)
{
    unsigned at = scenario_problem(read, 0)->place.line;
    struct draft_line *line = line_at(scenario, header, at);
    line = line != NULL ? line : scenario->first;
    if (line == NULL) {
        return;
    }
    draft_note(draft, line->source, "nothing of the dialogue is carried over from here on");
    for (; line != NULL; line = line->next) {
        line->refused = line->refused != NULL ? line->refused : "behind what is not understood";
    }
}

bool write_scenario(struct draft *draft, struct draft_scenario *scenario, const char *notation,
                    struct buf *out)
{
    const struct scenario_options options = {.id = "import"};
    for (unsigned round = 0; round < ROUNDS; round++) {
        buf_clear(out);
        unsigned header = write_header(draft, scenario, notation, out);
        for (const struct draft_line *line = scenario->first; line != NULL; line = line->next) {
            write_line(out, line);
        }
        struct scenario *read = scenario_read("import", buf_bytes(out), &options);
        bool failed = scenario_failed(read);
        bool goes_on = failed && take_back(draft, scenario, header, read, round);
        if (goes_on && round + 3 > ROUNDS - ROUNDS_ONE) {
            cut(draft, scenario, header, read);
        }
        scenario_free(&read);
        if (!failed) {
            return true;
        }
        if (!goes_on) {
            break;
        }
    }
    draft_note(draft, scenario->first != NULL ? scenario->first->source : 0,
               "nothing is left of this dialogue that could be carried over");
    return false;
}
