/*
 * The lines of a multi-line POP3 response, up to its dot.
 */
#include "judge/pop3_tracker.h"

enum { MAX_STATUS_OCTETS = 512 };

static bool has_crlf(const struct wire_line *line)
{
    return (line->defects & (WIRE_BARE_LF | WIRE_NO_END)) == 0;
}

static bool is_message(const struct pending *pending)
{
    return pending->verb == POP3_RETR || pending->verb == POP3_TOP;
}

struct moment pop3_moment_for(const struct pending *pending, enum moment_kind kind,
                              const struct wire_line *line)
{
    return (struct moment){.kind = kind,
                           .octets = line->raw,
                           .command = pending_text(pending),
                           .described = pending->kind != PENDING_COMMAND,
                           .line = line,
                           .pop3_verb = (enum pop3_verb)pending->verb,
                           .in_login = pending->verb == POP3_AUTH,
                           .has_number = pending->has_number,
                           .number = pending->number};
}

void pop3_body_begin(struct pop3_tracker *tracker, const struct pending *pending,
                     const struct wire_line *line)
{
    tracker->in_body = true;
    tracker->current = *pending;
    tracker->body_index = 0;
    tracker->body_altered = false;
    tracker->bare_lf_ends = !has_crlf(line);
    tracker->line_before_had_crlf = true;
    tracker->listed = (struct pop3_totals){.known = pending->verb == POP3_LIST};
    buf_clear(&tracker->status);
    buf_append(&tracker->status, bytes_slice(line->raw, 0, MAX_STATUS_OCTETS));
}

static void learn_capability(struct pop3_tracker *tracker, struct bytes line)
{
    struct bytes rest = line;
    struct bytes keyword = {0};
    if (tracker->current.verb != POP3_CAPA || !bytes_next_word(&rest, &keyword)) {
        return;
    }
    if (bytes_is_nocase(keyword, "PIPELINING")) {
        tracker->pipelining_offered = true;
        tracker->facts.pipelining = true;
    }
    tracker->facts.sasl_offered |= bytes_is_nocase(keyword, "SASL");
}

static void add_listing(struct pop3_totals *listed, struct bytes line)
{
    struct pop3_listing scan = {0};
    uint64_t octets = 0;
    listed->known = listed->known && pop3_listing_read(line, &scan) &&
                    pop3_size_read(scan.rest, &octets) && octets <= UINT64_MAX - listed->octets;
    listed->messages++;
    listed->octets += octets;
}

static void tell_listed(struct pop3_tracker *tracker, const struct wire_line *line)
{
    struct moment moment = pop3_moment_for(&tracker->current, AT_LISTED, line);
    moment.told = tracker->told;
    moment.listed = tracker->listed;
    if (moment.told.known && moment.listed.known) {
        pop3_tracker_tell(tracker, &moment);
    }
}

/*
 * A dot behind a bare LF may be the end, or a line in the middle of a message whose sender wrote bare LF and
 * whose server counts only CRLF as a line end (both are right in doing so).
 */
static void end_body(struct pop3_tracker *tracker)
{
    bool doubtful =
        is_message(&tracker->current) && !tracker->line_before_had_crlf && !tracker->bare_lf_ends;
    tracker->in_body = false;
    tracker->after_message = is_message(&tracker->current);
    if (doubtful) {
        pop3_tracker_lose(tracker);
    }
}

void pop3_body_take(struct pop3_tracker *tracker, const struct wire_line *line)
{
    struct moment moment = pop3_moment_for(&tracker->current, AT_BODY_LINE, line);
    bool first = tracker->body_index == 0;
    bool is_end = bytes_is(line->text, ".");
    tracker->body_index++;
    moment.body.is_end = is_end;
    moment.body.is_senders =
        is_message(&tracker->current) && !first && !(is_end && tracker->line_before_had_crlf);
    if (first && !has_crlf(line)) {
        tracker->bare_lf_ends = true;
    }
    pop3_server_line(&tracker->shown, &tracker->current, line, is_end);
    moment.pop3_server = &tracker->shown;
    moment.told = tracker->told;
    moment.altered = tracker->body_altered;
    pop3_tracker_tell(tracker, &moment);
    if (is_end) {
        tell_listed(tracker, line);
        tracker->facts.offers_known |= tracker->current.verb == POP3_CAPA;
        end_body(tracker);
    } else {
        add_listing(&tracker->listed, line->text);
        learn_capability(tracker, line->text);
        tracker->line_before_had_crlf = has_crlf(line);
    }
}
