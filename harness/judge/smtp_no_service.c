#include "judge/smtp_no_service.h"

enum { MAX_LINE_OCTETS = 512 /* RFC 5321 4.5.3.1.4 */ };

void smtp_no_service_begin(struct smtp_no_service *session)
{
    *session = (struct smtp_no_service){.is_on = true};
    wire_reader_init(&session->client, MAX_LINE_OCTETS);
}

void smtp_no_service_deinit(struct smtp_no_service *session)
{
    wire_reader_deinit(&session->client);
    session->is_on = false;
}

static void take_line(struct smtp_no_service *session, const struct wire_line *line)
{
    const struct smtp_command command = smtp_command_read(line->text);
    const bool is_secret = command.verb == SMTP_AUTH;
    session->quit_sent |= command.verb == SMTP_QUIT;
    if (session->is_waiting || line->defects != 0) {
        session->is_on = false;
        return;
    }
    session->is_waiting = true;
    session->last = (struct pending){.verb = (int)command.verb};
    pending_set_text(&session->last, is_secret ? bytes_of("AUTH ...") : line->text);
}

void smtp_no_service_client(struct smtp_no_service *session, struct bytes octets)
{
    struct wire_line line;
    wire_reader_feed(&session->client, octets);
    while (session->is_on && wire_reader_next(&session->client, &line)) {
        take_line(session, &line);
    }
}

bool smtp_no_service_reply(struct smtp_no_service *session, unsigned code, enum smtp_verb *verb_r)
{
    const bool answers = session->is_waiting;
    *verb_r = (enum smtp_verb)session->last.verb;
    session->is_waiting = false;
    session->is_on = session->is_on && answers && code != 421;
    return answers && *verb_r != SMTP_QUIT;
}

struct bytes smtp_no_service_command(const struct smtp_no_service *session)
{
    return pending_text(&session->last);
}
