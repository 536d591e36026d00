#include "judge/judge_text.h"

#include <string.h>

#include "base/escape.h"
#include "proto/smtp_data.h"

enum { SHOWN_OCTETS = 100, READABLE_OCTETS = 40 };

static void quote(struct buf *out, struct bytes octets)
{
    buf_append_octet(out, '"');
    escape_append(out, bytes_slice(octets, 0, SHOWN_OCTETS), 0);
    buf_append_octet(out, '"');
    if (octets.n > SHOWN_OCTETS) {
        buf_printf(out, " and more, %zu octets in all", octets.n);
    }
}

static void name_command(struct buf *out, const struct moment *moment)
{
    if (moment->described) {
        escape_append(out, moment->command, 0);
    } else {
        quote(out, moment->command);
    }
}

/* "To "NOOP" came ", "To the end of data came ", or, when it is not known what is answered, "The server sent ". */
static void begin(struct buf *out, const struct moment *moment)
{
    if (moment->command.n == 0) {
        buf_append_text(out, "The server sent ");
        return;
    }
    buf_append_text(out, "To ");
    name_command(out, moment);
    buf_append_text(out, " came ");
}

static void tell_totals(struct buf *out, const struct pop3_totals *totals)
{
    buf_printf(out, "%llu messages of %llu octets", (unsigned long long)totals->messages,
               (unsigned long long)totals->octets);
}

static const char *name_octet(unsigned data_defects)
{
    if ((data_defects & SMTP_DATA_NUL) != 0) {
        return "a NUL";
    }
    return (data_defects & SMTP_DATA_BARE_LF) != 0 ? "a bare LF" : "a bare CR";
}

static void tell_what_came(struct buf *out, const struct moment *moment, struct bytes evidence)
{
    const char *end =
        moment->closed ? "then the server closed the connection" : "and the wait was over";
    switch (moment->kind) {
    case AT_GREETING:
        buf_append_text(out, "The greeting was ");
        quote(out, evidence);
        break;
    case AT_NO_SERVICE:
    case AT_REPLY:
    case AT_BODY_LINE:
        begin(out, moment);
        quote(out, evidence);
        break;
    case AT_SURPLUS:
        buf_append_text(out, "Unasked came ");
        quote(out, evidence);
        break;
    case AT_NO_GREETING:
        buf_append_text(out, "No greeting came");
        break;
    case AT_NO_REPLY:
        begin(out, moment);
        buf_printf(out, "%s",
                   moment->closed ? "no reply, the server closed the connection" : "no reply");
        break;
    case AT_NO_LINE_END:
        begin(out, moment);
        quote(out, evidence);
        buf_printf(out, " without a line end, %s", end);
        break;
    case AT_UNFINISHED:
        begin(out, moment);
        quote(out, evidence);
        buf_printf(out, " without an end, %s", end);
        break;
    case AT_EARLY:
        buf_append_text(out, "Before the greeting the client sent ");
        quote(out, evidence);
        break;
    case AT_COMMAND:
    case AT_BAD_LINE_END:
        buf_append_text(out, "The client sent ");
        quote(out, evidence);
        break;
    case AT_RESPONSE:
        buf_append_text(out, "To a challenge the client sent ");
        escape_append(out, evidence, 0);
        break;
    case AT_TLS_UNASKED:
        buf_append_text(out, "STARTTLS was refused, and the client began TLS");
        break;
    case AT_INJECTED:
        buf_append_text(out,
                        "Behind clear text of the server where TLS was to begin, the client sent ");
        quote(out, evidence);
        buf_append_text(out, " inside TLS before the first reply");
        break;
    case AT_CLIENT_LEFT:
        buf_append_text(out, "Behind the command that begins TLS the client sent ");
        quote(out, evidence);
        buf_append_text(out, " in clear text");
        break;
    case AT_UNSECURED:
        buf_append_text(out, "TLS could not begin, and the client sent ");
        quote(out, evidence);
        buf_append_text(out, " in clear text");
        break;
    case AT_EXECUTED:
        buf_append_text(out, "Inside TLS the server answered what stood in clear text before: ");
        quote(out, evidence);
        break;
    case AT_SMUGGLED:
        buf_append_text(
            out, "A second message was accepted: SMTP smuggling. To text within message data, "
                 "taken for commands, the server answered 354 and then ");
        quote(out, evidence);
        break;
    case AT_DROPPED:
        buf_printf(out, "The server closed the connection behind %zu failed login%s",
                   moment->attempts, moment->attempts == 1 ? "" : "s");
        break;
    case AT_ENDED:
        buf_append_text(out, "The server closed the connection, unasked and without 421");
        break;
    case AT_NO_SERVICE_ENDED:
        buf_append_text(out, "The server closed the connection, and QUIT had not come");
        break;
    case AT_SERVER_LEFT:
        buf_append_text(out, "Where TLS was to begin the server sent ");
        quote(out, evidence);
        buf_append_text(out, " in clear text");
        break;
    case AT_AHEAD:
        buf_append_text(out, "The client sent ");
        quote(out, evidence);
        buf_append_text(out, " before the reply to ");
        name_command(out, moment);
        break;
    case AT_DATA:
        buf_append_text(out, "The client sent message data");
        if (evidence.n > 0) {
            buf_append_text(out, ", in it ");
            quote(out, evidence);
        }
        break;
    case AT_CHUNKS:
        buf_printf(out, "In its chunks the client sent %s", name_octet(moment->data_defects));
        break;
    case AT_CLIENT_CLOSED:
        buf_append_text(out, "The client closed the connection");
        if (moment->command.n > 0) {
            buf_append_text(out, " before the reply to ");
            name_command(out, moment);
        }
        break;
    case AT_REFUSED:
        buf_append_text(out, "The greeting was ");
        quote(out, evidence);
        buf_append_text(out, ", and the session went on");
        break;
    case AT_LISTED:
        buf_append_text(out, "LIST showed ");
        tell_totals(out, &moment->listed);
        buf_append_text(out, ", STAT had told ");
        tell_totals(out, &moment->told);
        break;
    }
}

void judge_text_of_moment(struct buf *out, const struct moment *moment, struct bytes evidence,
                          const char *wanted)
{
    tell_what_came(out, moment, evidence);
    buf_printf(out, "; wanted is %s.", wanted);
}

/* ---- Outcomes ---- */

/* "C2: RETR 1" without its speaker: in a sentence it only stands in the way. */
static struct bytes without_speaker(struct bytes line)
{
    if (line.n == 0 || (line.p[0] != 'C' && line.p[0] != 'S')) {
        return line;
    }
    size_t colon = bytes_index(line, ':', 0);
    if (colon == BYTES_NONE || bytes_index(line, ' ', 0) < colon) {
        return line;
    }
    return bytes_trim(bytes_skip(line, colon + 1));
}

/* The line of a long answer that holds the octet at `at`. */
static struct bytes line_at(struct bytes answer, size_t at)
{
    struct bytes rest = answer;
    struct bytes line = {0};
    while (bytes_next(&rest, '\n', &line) && (size_t)(line.p - answer.p) + line.n < at) {
    }
    return line;
}

/* Of a long answer the line that differs, or in words what is missing in it. */
static void tell_actual(struct buf *out, const struct outcome *outcome)
{
    struct bytes actual = bytes_trim_right(outcome->actual);
    bool differs = outcome->actual_offset < actual.n;
    if (actual.n > SHOWN_OCTETS && differs) {
        quote(out, bytes_trim_right(line_at(actual, outcome->actual_offset)));
        buf_printf(out, ", in an answer of %zu octets", outcome->actual.n);
    } else if (actual.n > SHOWN_OCTETS && outcome->reason != NULL) {
        buf_printf(out, "%zu octets: ", outcome->actual.n);
        escape_append(out, bytes_of(outcome->reason), ESCAPE_UTF8);
    } else {
        quote(out, actual);
    }
}

/* codes = code *( " | " code ), a code of digits, y and z */
static bool is_codes(struct bytes expected)
{
    for (size_t i = 0; i < expected.n; i++) {
        if (!octet_is_digit(expected.p[i]) && strchr(" |yz", expected.p[i]) == NULL) {
            return false;
        }
    }
    return expected.n > 0;
}

/* "503, 4yz or 5yz" */
static void tell_codes(struct buf *out, struct bytes codes)
{
    struct bytes code = {0};
    const char *between = "";
    while (bytes_next(&codes, '|', &code)) {
        buf_append_text(out, between);
        buf_append(out, bytes_trim(code));
        between = bytes_index(codes, '|', 0) == BYTES_NONE ? " or " : ", ";
    }
}

/* Is the mark among those behind the speaker in the line that did not match? "/" a regular expression, "!" not this */
static bool is_marked(const struct outcome *outcome, unsigned char mark)
{
    struct bytes line = bytes_trim(outcome->place.source);
    size_t colon = bytes_index(line, ':', 0);
    return colon != BYTES_NONE && bytes_index(bytes_slice(line, 0, colon), mark, 0) != BYTES_NONE;
}

/* As quote(), of what is in the notation of scenarios already: nothing is escaped twice. */
static void quote_notation(struct buf *out, struct bytes notation)
{
    buf_append_octet(out, '"');
    for (size_t i = 0; i < notation.n && i < SHOWN_OCTETS; i++) {
        if (notation.p[i] == '\\') {
            buf_append_octet(out, '\\');
        } else {
            escape_append(out, bytes_slice(notation, i, i + 1), 0);
        }
    }
    buf_append_octet(out, '"');
    if (notation.n > SHOWN_OCTETS) {
        buf_printf(out, " and more, %zu octets in all", notation.n);
    }
}

/* What the engine expects in words, or by an action, and not in octets. */
static const struct {
    const char *written;
    const char *told;
} actions[] = {
    {"<silence>",                   "silence"                    },
    {"<close connection>",          "that the connection ends"   },
    {"the end of the message data", "the end of the message data"},
};

static const char *action_told(struct bytes expected)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (bytes_is(expected, actions[i].written)) {
            return actions[i].told;
        }
    }
    return NULL;
}

static void tell_expected(struct buf *out, const struct outcome *outcome)
{
    struct bytes expected = outcome->expected;
    const char *action = action_told(expected);
    buf_append_text(out, "wanted is ");
    if (action != NULL) {
        buf_append_text(out, action);
        return;
    }
    if (is_codes(expected)) {
        tell_codes(out, expected);
        return;
    }
    buf_append_text(out, is_marked(outcome, '!') ? "no line like " : "");
    if (is_marked(outcome, '/') && expected.n > READABLE_OCTETS) {
        buf_printf(out, "what line %u describes", outcome->place.line);
    } else {
        quote_notation(out, expected);
    }
}

/* True: it says what is wanted. */
static bool tell_reason(struct buf *out, const struct outcome *outcome)
{
    if (outcome->reason == NULL) {
        buf_append_text(out, "the dialogue went another way than written");
        return false;
    }
    escape_append(out, bytes_of(outcome->reason), ESCAPE_UTF8);
    if (strstr(outcome->reason, "expected") != NULL) {
        return true;
    }
    if (outcome->expected.n > 0) {
        buf_append_text(out, "; ");
        tell_expected(out, outcome);
    }
    return outcome->expected.n > 0;
}

static void end_sentence(struct buf *out)
{
    if (out->n > 0 && out->p[out->n - 1] != '.') {
        buf_append_octet(out, '.');
    }
}

/* As it was sent; where that is not told, as it is written. */
static bool tell_said(struct buf *out, const struct program *program, const struct outcome *outcome)
{
    const struct line *line = program != NULL && outcome->step != NULL
                                  ? program_said_before(program, outcome->step)
                                  : NULL;
    const struct bytes written =
        line != NULL ? without_speaker(bytes_trim(line->place.source)) : (struct bytes){0};
    if (outcome->said.n == 0 && written.n == 0) {
        return false;
    }
    buf_append_text(out, "After ");
    if (outcome->said.n > 0) {
        quote(out, outcome->said);
    } else {
        quote_notation(out, written);
    }
    return true;
}

bool judge_text_of_outcome(struct buf *out, const struct program *program,
                           const struct outcome *outcome)
{
    bool wishes = true;
    const bool said = tell_said(out, program, outcome);
    if (said) {
        buf_append_text(out, outcome->actual.n > 0 ? " " : ": ");
    }
    if (outcome->actual.n > 0) {
        buf_append_text(out, said ? "came " : "There came ");
        tell_actual(out, outcome);
        buf_append_text(out, "; ");
    }
    if (outcome->actual.n > 0 && outcome->expected.n > 0) {
        tell_expected(out, outcome);
    } else {
        wishes = tell_reason(out, outcome);
    }
    end_sentence(out);
    return wishes;
}
