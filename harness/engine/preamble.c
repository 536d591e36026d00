#include "engine/preamble.h"

#include <assert.h>

#include "engine/login.h"
#include "proto/pop3.h"
#include "proto/smtp_command.h"

enum { STEPS_MAX = 24 };

/* The steps before line one of a connection, as they are put together. */
struct building {
    struct case_run *run;
    struct step *steps;
    size_t count;
    unsigned connection;
};

const char *preamble_hello(const struct case_run *run)
{
    if (run->target->mail.protocol == PROTOCOL_LMTP) {
        return "LHLO";
    }
    return run->facts->helo_only ? "HELO" : "EHLO";
}

static void add(struct building *building, struct step step)
{
    assert(building->count < STEPS_MAX);
    step.connection = building->connection;
    building->steps[building->count++] = step;
}

static void add_direction(struct building *building, enum step_kind kind)
{
    add(building, (struct step){.kind = kind, .side = SIDE_CLIENT});
}

static struct text make_text(struct arena *arena, const char *before, const char *variable,
                             const char *after)
{
    struct piece *pieces = arena_array(arena, 3, sizeof(pieces[0]));
    size_t count = 0;

    pieces[count++] = (struct piece){.kind = PIECE_OCTETS, .octets = bytes_of(before)};
    if (variable != NULL) {
        pieces[count++] = (struct piece){.kind = PIECE_VARIABLE, .name = variable};
    }
    pieces[count++] = (struct piece){.kind = PIECE_OCTETS, .octets = bytes_of(after)};
    return (struct text){pieces, count};
}

static void add_reply(struct building *building, const char *wanted)
{
    struct code_choice *code = arena_alloc(building->run->arena, sizeof(*code));

    code->code = wanted;
    add(building,
        (struct step){
            .kind = STEP_REPLY, .side = SIDE_SERVER, .reply = {.codes = code, .code_count = 1}
    });
}

/* A client line with one variable in it (or NULL), and the reply that lets the case go on. */
static void add_command(struct building *building, const char *before, const char *variable,
                        const char *after, const char *code)
{
    struct line *line = arena_alloc(building->run->arena, sizeof(*line));

    line->text = make_text(building->run->arena, before, variable, after);
    add(building,
        (struct step){.kind = STEP_COMMAND, .side = SIDE_CLIENT, .lines = line, .line_count = 1});
    add_reply(building, code);
}

static void add_hello(struct building *building)
{
    char *before = arena_printf(building->run->arena, "%s ", preamble_hello(building->run));

    add_command(building, before, "client", "", "250");
}

static void add_login(struct building *building, const char *mechanism, const char *code)
{
    add(building, (struct step){.kind = STEP_AUTHENTICATE,
                                .side = SIDE_CLIENT,
                                .name = mechanism,
                                .text = make_text(building->run->arena, "", "user", "")});
    add_reply(building, code);
}

/*
 * EHLO comes before STARTTLS, and again behind it, for nothing that was said before counts (RFC 3207 4.2): not where the dialogue
 * begins with EHLO itself.
 */
static void build_mail(struct building *building, enum start start, const struct login_way *way,
                       bool dialogue_greets)
{
    bool greets = start >= START_EHLO && !(start == START_TLS && dialogue_greets);

    if (way->tls) {
        add_hello(building);
        add_command(building, "STARTTLS", NULL, "", "220");
        add_direction(building, STEP_TLS);
    }
    if (greets) {
        add_hello(building);
    }
    if (way->sasl) {
        add_login(building, way->mechanism, "235");
    }
    if (start >= START_MAIL) {
        add_command(building, "MAIL FROM:<", "sender", ">", "250");
    }
    if (start >= START_RCPT) {
        add_command(building, "RCPT TO:<", "rcpt", ">", "2yz");
    }
    if (start >= START_DATA) {
        add_command(building, "DATA", NULL, "", "354");
    }
}

static void build_pop3(struct building *building, enum start start, const struct login_way *way)
{
    if (way->tls) {
        add_command(building, "STLS", NULL, "", "+OK");
        add_direction(building, STEP_TLS);
    }
    if (start < START_AUTH) {
        return;
    }
    if (way->sasl) {
        add_login(building, way->mechanism, "+OK");
    } else {
        add_command(building, "USER ", "user", "", "+OK");
        add_command(building, "PASS ", "secret", "", "+OK");
    }
}

static void build(struct case_run *run, const struct program_connection *known, unsigned connection,
                  enum start start, bool dialogue_greets)
{
    struct building building = {.run = run,
                                .steps = arena_array(run->arena, STEPS_MAX, sizeof(struct step)),
                                .connection = connection};
    struct program_connection to = *known;
    struct login_way way;
    bool pop3 = known->protocol == PROTOCOL_POP3;

    to.start = start;
    way = login_way_of_case(run->program, &to, run->target, run->facts);
    add_direction(&building, STEP_OPEN);
    if (start >= START_GREETING) {
        add_reply(&building, pop3 ? "+OK" : "220");
    }
    if (pop3) {
        build_pop3(&building, start, &way);
    } else {
        build_mail(&building, start, &way, dialogue_greets);
    }
    run->start =
        (struct frame){.kind = FRAME_START, .steps = building.steps, .count = building.count};
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

/* The first step of the connection from `at` on that says or awaits something; NULL: none. */
static const struct step *first_behind(const struct frame *frame, size_t at, unsigned connection)
{
    for (size_t i = at; i < frame->count; i++) {
        const struct step *step = &frame->steps[i];
        if (step->connection == connection && step->kind != STEP_COMMENTARY) {
            return step;
        }
    }
    return NULL;
}

static bool greets(const struct step *step, bool pop3)
{
    return step != NULL && step->kind == STEP_COMMAND && step->line_count > 0 &&
           says_who_it_is(step, pop3);
}

void preamble_implicit(struct case_run *run, unsigned connection)
{
    const struct program_connection *known = run_connection(run, connection);
    const struct frame *frame = run_frame(run);
    bool pop3 = known->protocol == PROTOCOL_POP3;

    build(run, known, connection, known->start,
          greets(first_behind(frame, frame->next, connection), pop3));
}

static enum start start_behind(const struct program_connection *known, const struct step *first)
{
    if (first == NULL || first->side == SIDE_SERVER || first->kind == STEP_OPEN ||
        first->kind == STEP_CLOSE || first->kind == STEP_RESET) {
        return START_CONNECT;
    }
    return greets(first, known->protocol == PROTOCOL_POP3) && known->start != START_TLS
               ? START_GREETING
               : known->start;
}

void preamble_explicit(struct case_run *run, const struct step *open)
{
    const struct program_connection *known = run_connection(run, open->connection);
    const struct frame *frame = run_frame(run);
    const struct step *first = first_behind(frame, frame->next + 1, open->connection);

    build(run, known, open->connection, start_behind(known, first),
          greets(first, known->protocol == PROTOCOL_POP3));
}
