#include "engine/preamble.h"

#include "proto/pop3.h"
#include "proto/smtp_command.h"

/* A client line with one variable in it, and the reply that lets the case go on. */
struct start_row {
    enum start from; /* part of this Start: and of all later ones */
    bool pop3;
    const char *before; /* NULL: the server speaks first */
    const char *variable;
    const char *after;
    const char *code;
};

static const struct start_row start_rows[] = {
    {START_GREETING, false, NULL,          NULL,     NULL, "220"},
    {START_EHLO,     false, " ",           "client", "",   "250"}, /* behind preamble_hello() */
    {START_MAIL,     false, "MAIL FROM:<", "sender", ">",  "250"},
    {START_RCPT,     false, "RCPT TO:<",   "rcpt",   ">",  "2yz"},
    {START_DATA,     false, "DATA",        NULL,     "",   "354"},
    {START_GREETING, true,  NULL,          NULL,     NULL, "+OK"},
    {START_AUTH,     true,  "USER ",       "user",   "",   "+OK"},
    {START_AUTH,     true,  "PASS ",       "secret", "",   "+OK"},
};

enum { START_ROWS = sizeof(start_rows) / sizeof(start_rows[0]), START_STEPS = 1 + 2 * START_ROWS };

static struct text line_text(struct arena *arena, const struct start_row *row, const char *hello)
{
    struct piece *pieces = arena_array(arena, 4, sizeof(pieces[0]));
    size_t count = 0;

    pieces[count++] = (struct piece){.kind = PIECE_OCTETS, .octets = bytes_of(hello)};
    pieces[count++] = (struct piece){.kind = PIECE_OCTETS, .octets = bytes_of(row->before)};
    if (row->variable != NULL) {
        pieces[count++] = (struct piece){.kind = PIECE_VARIABLE, .name = row->variable};
    }
    pieces[count++] = (struct piece){.kind = PIECE_OCTETS, .octets = bytes_of(row->after)};
    return (struct text){pieces, count};
}

const char *preamble_hello(const struct case_run *run)
{
    if (run->target->mail.protocol == PROTOCOL_LMTP) {
        return "LHLO";
    }
    return run->facts->helo_only ? "HELO" : "EHLO";
}

static struct step command_step(struct case_run *run, const struct start_row *row)
{
    struct line *line = arena_alloc(run->arena, sizeof(*line));

    line->text = line_text(run->arena, row, row->from == START_EHLO ? preamble_hello(run) : "");
    return (struct step){.kind = STEP_COMMAND, .side = SIDE_CLIENT, .lines = line, .line_count = 1};
}

static struct step reply_step(struct arena *arena, const struct start_row *row)
{
    struct code_choice *code = arena_alloc(arena, sizeof(*code));

    code->code = row->code;
    return (struct step){
        .kind = STEP_REPLY, .side = SIDE_SERVER, .reply = {.codes = code, .code_count = 1}
    };
}

static void build(struct case_run *run, unsigned connection, enum protocol protocol,
                  enum start start)
{
    struct step *steps = arena_array(run->arena, START_STEPS, sizeof(steps[0]));
    bool pop3 = protocol == PROTOCOL_POP3;
    size_t count = 0;

    steps[count++] = (struct step){.kind = STEP_OPEN, .side = SIDE_CLIENT};
    for (size_t i = 0; i < START_ROWS; i++) {
        const struct start_row *row = &start_rows[i];
        if (row->pop3 != pop3 || row->from > start) {
            continue;
        }
        if (row->before != NULL) {
            steps[count++] = command_step(run, row);
        }
        steps[count++] = reply_step(run->arena, row);
    }
    for (size_t i = 0; i < count; i++) {
        steps[i].connection = connection;
    }
    run->start = (struct frame){.kind = FRAME_START, .steps = steps, .count = count};
}

void preamble_implicit(struct case_run *run, unsigned connection)
{
    const struct program_connection *known = run_connection(run, connection);

    build(run, connection, known->protocol, known->start);
}

static bool says_who_it_is(const struct step *step, bool pop3)
{
    const struct text *text = &step->lines[0].text;

    if (text->count == 0 || text->pieces[0].kind != PIECE_OCTETS) {
        return false;
    }
    if (pop3) {
        enum pop3_verb verb = pop3_command_read(text->pieces[0].octets).verb;
        return verb == POP3_USER || verb == POP3_APOP || verb == POP3_CAPA || verb == POP3_AUTH ||
               verb == POP3_STLS || verb == POP3_UTF8;
    }
    enum smtp_verb verb = smtp_command_read(text->pieces[0].octets).verb;
    return verb == SMTP_EHLO || verb == SMTP_HELO || verb == SMTP_LHLO;
}

static enum start start_behind(struct case_run *run, const struct step *open)
{
    const struct program_connection *known = run_connection(run, open->connection);
    const struct frame *frame = run_frame(run);

    for (size_t i = frame->next + 1; i < frame->count; i++) {
        const struct step *step = &frame->steps[i];
        if (step->connection != open->connection || step->kind == STEP_COMMENTARY) {
            continue;
        }
        if (step->side == SIDE_SERVER || step->kind == STEP_OPEN || step->kind == STEP_CLOSE ||
            step->kind == STEP_RESET) {
            return START_CONNECT;
        }
        if (step->kind == STEP_COMMAND && step->line_count > 0 &&
            says_who_it_is(step, known->protocol == PROTOCOL_POP3)) {
            return START_GREETING;
        }
        return known->start;
    }
    return START_CONNECT;
}

void preamble_explicit(struct case_run *run, const struct step *open)
{
    const struct program_connection *known = run_connection(run, open->connection);

    build(run, open->connection, known->protocol, start_behind(run, open));
}
