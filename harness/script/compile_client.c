/*
 * compile_client - what the client says: commands, SASL responses, the octets behind BDAT
 */
#include "script/compiler.h"

static void set_one_line(struct compiler *compiler, struct step *step, const struct line *line)
{
    struct line *copy = arena_alloc(compiler->arena, sizeof *copy);
    *copy = *line;
    step->lines = copy;
    step->line_count = 1;
}

static void check_flags(struct compiler *compiler, const struct flat *flat)
{
    bool any_order = (flat->item->flags & LINE_ANY_ORDER) != 0;
    bool forbidden = (flat->item->flags & LINE_FORBIDDEN) != 0;
    if (any_order || (forbidden && compile_talk(compiler, flat)->state == TALK_RESPONSE)) {
        problems_error(
            compiler->problems, flat->item->place, "%s",
            any_order
                ? "~ is for lines of the server; a line of the client may have ? "
                  "or !"
                : "! is for commands and message data: here the client sends a SASL response");
    }
    if ((flat->item->flags & LINE_FOLDED) != 0) {
        problems_error(compiler->problems, flat->item->place,
                       "+ is for a field in the body of a POP3 response");
    }
    if (flat->item->both) {
        problems_error(compiler->problems, flat->item->place,
                       "\"C & S:\" is for stage directions that concern both sides");
    }
}

static size_t compile_response(struct compiler *compiler, size_t at, struct talk *talk)
{
    const struct flat *flat = &compiler->flats.items[at];
    struct line line = compile_line(compiler, flat, compile_trimmed(flat));
    struct step *step = compile_add_step(compiler, STEP_RESPONSE, flat);
    set_one_line(compiler, step, &line);
    talk->state = TALK_COMMANDS;
    talk_command(talk, (struct outstanding){
                           .kind = OUTSTANDING_RESPONSE, .verb = VERB_AUTH, .text = line.text});
    return at + 1;
}

static void warn_about_verb(struct compiler *compiler, const struct line *line, enum verb verb)
{
    if (verb == VERB_HELLO) {
        problems_warning(compiler->problems, text_place(&line->text, 0, 5),
                         "HELLO is no verb of SMTP: the greeting is HELO or EHLO");
    }
}

/*
 * Where the answer to DATA is a pattern, or not written yet, the lines behind it are commands. Those that end in "C: ."
 * were meant for message data, which must never go out as commands. A dot that is meant as a command is marked: C=: .
 */
static void check_dot(struct compiler *compiler, const struct flat *flat, const struct talk *talk)
{
    if (flat->item->marked || !bytes_is(compile_trimmed(flat).text, ".")) {
        return;
    }
    if (talk->message_sent) {
        problems_error(compiler->problems, flat->item->place,
                       "the message above is sent with its end: no \"C: .\" stands behind it");
    } else if (talk->data_unsure) {
        problems_error(compiler->problems, flat->item->place,
                       "\"C: .\" is not message data here: the answer to DATA must come before it "
                       "and begin with a literal code, 354 or 3yz");
    }
}

/* A client that is tested is heard line by line: what holds LF within cannot be told as one. */
static void check_one_line(struct compiler *compiler, const struct flat *flat,
                           const struct line *line)
{
    for (size_t i = 0; i < line->text.count; i++) {
        const struct piece *piece = &line->text.pieces[i];
        bool last = i + 1 == line->text.count;
        size_t lf = piece->kind == PIECE_OCTETS ? bytes_index(piece->octets, '\n', 0) : BYTES_NONE;
        bool at_end = last && (line->flags & LINE_NO_END) != 0 && lf + 1 == piece->octets.n &&
                      bytes_ends(piece->octets, "\r\n");
        if (lf != BYTES_NONE && !at_end) {
            compile_unplayable(compiler, SIDE_SERVER, flat->item->place,
                               "the line holds several lines of a client");
        }
    }
}

static size_t compile_command(struct compiler *compiler, size_t at, struct talk *talk)
{
    const struct flat *flat = &compiler->flats.items[at];
    struct line line = compile_line(compiler, flat, compile_trimmed(flat));
    struct step *step = compile_add_step(compiler, STEP_COMMAND, flat);
    set_one_line(compiler, step, &line);
    enum verb verb = verb_find(compile_first_word(compiler, flat));
    bool alone = !talk->half_command && (line.flags & LINE_NO_END) == 0;
    warn_about_verb(compiler, &line, verb);
    check_dot(compiler, flat, talk);
    check_one_line(compiler, flat, &line);
    talk_command_text(talk, &line);
    if (verb == VERB_BDAT && alone) {
        return compile_chunk(compiler, at + 1, &line.text);
    }
    return at + 1;
}

/* What the client must not say before its next line: no command, so it gets no reply. */
static size_t compile_never(struct compiler *compiler, size_t at)
{
    const struct flat *flat = &compiler->flats.items[at];
    struct line line = compile_line(compiler, flat, compile_trimmed(flat));
    if (!flat->item->marked || line.compare == COMPARE_VALUES) {
        size_t words = 0;
        struct bytes rest = compile_trimmed(flat).text;
        struct bytes word;
        while (bytes_next_word(&rest, &word)) {
            words++;
        }
        line.compare = words > 1 ? COMPARE_VALUES : COMPARE_FRAME;
    }
    struct step *step = compile_add_step(compiler, STEP_NEVER, flat);
    set_one_line(compiler, step, &line);
    return at + 1;
}

size_t compile_client(struct compiler *compiler, size_t at)
{
    const struct flat *flat = &compiler->flats.items[at];
    struct talk *talk = compile_talk(compiler, flat);
    check_flags(compiler, flat);
    if ((flat->item->flags & LINE_FORBIDDEN) != 0 && talk->state == TALK_COMMANDS) {
        return compile_never(compiler, at);
    }
    switch (talk->state) {
    case TALK_DATA:
        return compile_data(compiler, at);
    case TALK_RESPONSE:
        return compile_response(compiler, at, talk);
    case TALK_COMMANDS:
        break;
    }
    return compile_command(compiler, at, talk);
}
