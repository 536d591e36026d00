#include "judge/judge_text.h"

#include "base/escape.h"

enum { SHOWN_OCTETS = 100 };

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

static void tell_what_came(struct buf *out, const struct moment *moment, struct bytes evidence)
{
    const char *end =
        moment->closed ? "then the server closed the connection" : "and the wait was over";
    switch (moment->kind) {
    case AT_GREETING:
        buf_append_text(out, "The greeting was ");
        quote(out, evidence);
        break;
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

/* The last line of the scenario that the other side said before `step` on the same connection, as written. */
static struct bytes said_before(const struct program *program, const struct step *step)
{
    struct bytes said = {0};
    if (program == NULL || step == NULL) {
        return said;
    }
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *earlier = &program->steps[i];
        if (earlier == step) {
            return said;
        }
        if (earlier->side != step->side && earlier->connection == step->connection &&
            earlier->line_count > 0) {
            said = bytes_trim(earlier->lines[earlier->line_count - 1].place.source);
        }
    }
    return (struct bytes){0}; /* the step stands elsewhere: in Finally */
}

static void end_sentence(struct buf *out)
{
    if (out->n > 0 && out->p[out->n - 1] != '.') {
        buf_append_octet(out, '.');
    }
}

void judge_text_of_outcome(struct buf *out, const struct program *program,
                           const struct outcome *outcome)
{
    struct bytes said = said_before(program, outcome->step);
    if (said.n > 0) {
        buf_append_text(out, "After ");
        quote(out, said);
        buf_append_text(out, outcome->actual.n > 0 ? " " : ": ");
    }
    if (outcome->actual.n > 0) {
        buf_append_text(out, "came ");
        quote(out, bytes_trim_right(outcome->actual));
        buf_append_text(out, "; ");
    }
    if (outcome->actual.n > 0 && outcome->expected.n > 0) {
        buf_append_text(out, "wanted is ");
        quote(out, outcome->expected);
    } else if (outcome->reason != NULL) {
        escape_append(out, bytes_of(outcome->reason), ESCAPE_UTF8);
    } else {
        buf_append_text(out, "the dialogue went another way than written");
    }
    end_sentence(out);
}
