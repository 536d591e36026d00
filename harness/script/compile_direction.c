/*
 * compile_direction - stage directions as steps
 */
#include <string.h>

#include "base/duration.h"
#include "base/mem.h"
#include "script/compiler.h"
#include "script/include.h"

#define MOST_PER_SECOND 1000000

enum { MOST_PIECE_OCTETS = 1000, PIECE_US = 1000 };

static const struct span *argument_of(const struct flat *flat, size_t i)
{
    return &flat->item->direction.arguments[i];
}

static void unknown_direction(struct compiler *compiler, const struct flat *flat)
{
    struct span text = span_trim(flat->item->text);
    size_t end = bytes_index(text.text, '>', 0);
    if (end != BYTES_NONE && end + 1 < text.text.n && !bytes_ends(text.text, ">")) {
        problems_error(compiler->problems, span_whole_place(span_trim(span_skip(text, end + 1))),
                       "a stage direction stands alone on its line; to send \"<\" at the "
                       "beginning of a line write \\x3c");
        return;
    }
    if (!bytes_ends(text.text, ">")) {
        problems_error(compiler->problems, span_whole_place(text),
                       "the stage direction is not closed: expected \">\"; to send \"<\" at the "
                       "beginning of a line write \\x3c");
        return;
    }
    const char *nearest = direction_nearest(text.text);
    if (nearest != NULL) {
        problems_error(compiler->problems, span_whole_place(text),
                       "unknown stage direction; did you mean <%s>?", nearest);
    } else {
        problems_error(compiler->problems, span_whole_place(text),
                       "unknown stage direction; to send \"<\" at the beginning of a line write "
                       "\\x3c");
    }
}

static bool check_side(struct compiler *compiler, const struct flat *flat,
                       const struct direction_info *info)
{
    bool ok = !flat->item->has_speaker || flat->item->both ||
              (flat->item->side == SIDE_CLIENT ? info->client : info->server);
    if (!ok) {
        problems_error(compiler->problems, flat->item->place, "this direction is one for the %s",
                       flat->item->side == SIDE_CLIENT ? "server" : "client");
    }
    return ok;
}

static void read_duration(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    struct span time = *argument_of(flat, 0);
    if (!duration_read(time.text, &step->duration_ms)) {
        problems_error(compiler->problems, span_whole_place(time),
                       "expected a time such as 500ms, 10s or 5m, found %s",
                       problems_quote(compiler->problems, time.text));
    }
}

/* pace = number "/s" */
static void read_pace(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    struct span pace = *argument_of(flat, 0);
    uint64_t number = 0;
    bool ok = bytes_ends(pace.text, "/s") &&
              bytes_to_u64(bytes_slice(pace.text, 0, pace.text.n - 2), &number) && number > 0 &&
              number <= MOST_PER_SECOND;
    if (!ok) {
        problems_error(compiler->problems, span_whole_place(pace),
                       "expected octets per second, such as 10/s");
        return;
    }
    step->pause_us = (int64_t)(MOST_PER_SECOND / number);
}

/* The argument is one {{variable}}: its text; NULL after a problem. */
static const char *read_variable(struct compiler *compiler, struct span argument,
                                 struct text *text_r)
{
    struct pieces pieces = pieces_read(&compiler->pieces, PIECES_CELL, argument);
    *text_r = pieces.text;
    if (pieces.failed) {
        return NULL;
    }
    if (pieces.text.count != 1 || pieces.text.pieces[0].kind != PIECE_VARIABLE) {
        problems_error(compiler->problems, span_whole_place(argument),
                       "expected a variable, such as {{n}}");
        return NULL;
    }
    compile_capture(compiler, pieces.text.pieces[0].name);
    return pieces.text.pieces[0].name;
}

/* pieces = number, also a column of Each: */
static void read_pieces(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    struct span argument = *argument_of(flat, 0);
    struct pieces pieces = pieces_read(&compiler->pieces, PIECES_CELL, argument);
    struct buf literal = {0};
    uint64_t number = 0;
    bool ok = !pieces.failed && text_literal(&pieces.text, &literal) &&
              bytes_to_u64(bytes_trim(buf_bytes(&literal)), &number) && number > 0 &&
              number <= MOST_PIECE_OCTETS;
    buf_deinit(&literal);
    if (!ok && !pieces.failed) {
        problems_error(compiler->problems, span_whole_place(argument),
                       "expected how many octets a piece has, 1 to 1000");
        return;
    }
    step->piece_octets = (size_t)number;
    step->pause_us = PIECE_US;
}

static void compile_await(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    step->text = compile_known_text(compiler, PIECES_CELL, *argument_of(flat, 0));
    struct text variable;
    step->name = read_variable(compiler, *argument_of(flat, 1), &variable);
    compile_unplayable(compiler, SIDE_SERVER, step->place, "it waits for delivered mail by POP3");
}

/* ---- Messages ---- */

const struct cached_message *compile_find_message(struct compiler *compiler, struct span name,
                                                  const struct document *user)
{
    struct message_cache *cache = compiler->messages;
    for (size_t i = 0; i < cache->count; i++) {
        if (bytes_equal(cache->items[i].name, name.text) && cache->items[i].user == user) {
            return &cache->items[i];
        }
    }
    cache->items = mem_grow(cache->items, cache->count, &cache->capacity, sizeof *cache->items);
    struct cached_message *message = &cache->items[cache->count++];
    *message = (struct cached_message){.user = user, .name = name.text};
    message->ok = include_message(name, user, compiler->input->context, &message->text);
    return message;
}

static void compile_message(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    struct talk *talk = compile_talk(compiler, flat);
    struct span name = *argument_of(flat, 0);
    step->name = arena_text(compiler->arena, name.text);
    if (talk->state != TALK_DATA || talk->data_begun) {
        problems_error(compiler->problems, flat->item->place,
                       "a message is sent behind DATA and its 354, instead of lines of data");
        return;
    }
    compile_end_of_data(talk, VERB_DATA);
    talk->message_sent = true;
    const struct cached_message *message = compile_find_message(compiler, name, flat->document);
    if (!message->ok) {
        return;
    }
    if (flat->item->direction.direction == DIRECTION_SEND_MESSAGE) {
        step->text = compile_known_text(compiler, PIECES_VALUES, message->text);
        return;
    }
    struct piece *piece = arena_alloc(compiler->arena, sizeof *piece);
    *piece = (struct piece){.octets = message->text.text, .place = step->place};
    step->text = (struct text){piece, 1};
}

static void compile_message_capture(struct compiler *compiler, const struct flat *flat,
                                    struct step *step)
{
    struct talk *talk = compile_talk(compiler, flat);
    read_variable(compiler, *argument_of(flat, 0), &step->text);
    compile_unplayable(compiler, SIDE_CLIENT, step->place,
                       "<message ...> captures what a client sends");
    if (talk->state != TALK_DATA || talk->data_begun) {
        problems_error(compiler->problems, flat->item->place,
                       "<message ...> stands behind DATA and its 354, instead of lines of data");
        return;
    }
    compile_end_of_data(talk, VERB_DATA);
    talk->message_sent = true;
}

/* ---- The body of RETR and TOP ---- */

/* Argument `n` (from 0) of the command that is answered, as text; empty: it has none. */
static struct text argument_text(struct compiler *compiler, const struct text *command, size_t n)
{
    struct buf literal = {0};
    bool whole = text_literal(command, &literal);
    struct bytes rest = buf_bytes(&literal);
    struct bytes word = {0};
    bytes_next_word(&rest, &word);
    bool found = false;
    for (size_t i = 0; i <= n; i++) {
        found = bytes_next_word(&rest, &word);
    }
    struct piece *piece = arena_alloc(compiler->arena, sizeof *piece);
    struct text text = {piece, found ? 1 : 0};
    *piece = (struct piece){.octets = arena_copy(compiler->arena, word)};
    if (!found && !whole && n == 0) {
        for (size_t i = 0; i < command->count && text.count == 0; i++) {
            if (command->pieces[i].kind != PIECE_OCTETS) {
                *piece = command->pieces[i];
                text.count = 1;
            }
        }
    }
    buf_deinit(&literal);
    return text;
}

/* "S: ." behind it says no more than the direction. */
static size_t skip_dot(struct compiler *compiler, size_t at)
{
    size_t next = compile_next_line(compiler, at + 1);
    if (next >= compiler->flats.count) {
        return next;
    }
    const struct flat *flat = &compiler->flats.items[next];
    bool dot = flat->connection == compiler->flats.items[at].connection &&
               flat->item->kind == ITEM_SPEECH && flat->item->side == SIDE_SERVER &&
               bytes_is(compile_trimmed(flat).text, ".");
    return dot ? next + 1 : next;
}

static size_t compile_body(struct compiler *compiler, size_t at, struct step *step)
{
    const struct flat *flat = &compiler->flats.items[at];
    const struct outstanding *command = &compile_talk(compiler, flat)->last;
    struct span number = *argument_of(flat, 0);
    bool top = flat->item->direction.direction == DIRECTION_TOP_BODY;
    if (command->verb != VERB_RETR && command->verb != VERB_TOP) {
        problems_error(compiler->problems, flat->item->place,
                       "a message is sent behind the +OK to RETR or TOP");
        return at + 1;
    }
    if (!top && number.text.n > 0) {
        step->text = compile_known_text(compiler, PIECES_CELL, number);
    } else {
        step->text = argument_text(compiler, &command->text, 0);
    }
    if (top) {
        step->name = arena_text(compiler->arena, number.text);
    } else if (command->verb == VERB_TOP) {
        struct text lines = argument_text(compiler, &command->text, 1);
        bool known = lines.count == 1 && lines.pieces[0].kind == PIECE_OCTETS;
        step->name = known ? arena_text(compiler->arena, lines.pieces[0].octets) : NULL;
    }
    return skip_dot(compiler, at);
}

/* ---- What becomes of the client ---- */

static void compile_exit(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    static const char *const names[] = {"ok", "failure", "temporary", "permanent"};
    struct span word = *argument_of(flat, 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (bytes_is_nocase(word.text, names[i])) {
            step->name = names[i];
            return;
        }
    }
    problems_error(compiler->problems, span_whole_place(word),
                   "expected <exit ok>, <exit failure>, <exit temporary> or <exit permanent>");
}

static void compile_store(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    step->text = compile_known_text(compiler, PIECES_CELL, *argument_of(flat, 0));
}

/* ---- <if> ... <end> ---- */

static size_t outstanding_count(const struct talk *talk)
{
    return talk->queue_count - talk->queue_first;
}

static void compile_if(struct compiler *compiler, const struct flat *flat, struct step *step)
{
    struct span word = *argument_of(flat, 0);
    if (bytes_index(word.text, ' ', 0) != BYTES_NONE) {
        problems_error(compiler->problems, span_whole_place(word),
                       "expected one keyword, such as <if SIZE>");
    }
    step->text = compile_known_text(compiler, PIECES_CELL, word);
    if (compiler->if_count == COMPILER_MAX_IFS) {
        problems_error(compiler->problems, flat->item->place, "<if> is nested too deep: at most %d",
                       COMPILER_MAX_IFS);
        return;
    }
    struct open_if *open = &compiler->ifs[compiler->if_count++];
    open->step = compiler->steps.count - 1;
    open->place = flat->item->place;
    for (unsigned i = 1; i <= LEXED_MAX_CONNECTION; i++) {
        open->outstanding[i] = outstanding_count(&compiler->talks[i]);
    }
}

static void compile_end(struct compiler *compiler, const struct flat *flat)
{
    if (compiler->if_count == 0) {
        problems_error(compiler->problems, flat->item->place, "<end> without <if>");
        return;
    }
    const struct open_if *open = &compiler->ifs[--compiler->if_count];
    compiler->steps.items[open->step].jump = compiler->steps.count - 1;
    for (unsigned i = 1; i <= LEXED_MAX_CONNECTION; i++) {
        if (open->outstanding[i] != outstanding_count(&compiler->talks[i])) {
            problems_error(compiler->problems, flat->item->place,
                           "between <if> and <end> every command needs its reply, and no reply "
                           "more: they pair by count");
            return;
        }
    }
}

/* ---- All of them ---- */

/* Rows: the step that a direction makes, and what completes it. */
static const struct row {
    bool makes_step;
    enum step_kind kind;
    void (*complete)(struct compiler *compiler, const struct flat *flat, struct step *step);
} rows[DIRECTION_COUNT] = {
    [DIRECTION_OPEN] = {true, STEP_OPEN,         NULL                    },
    [DIRECTION_CLOSE] = {true, STEP_CLOSE,        NULL                    },
    [DIRECTION_RESET] = {true, STEP_RESET,        NULL                    },
    [DIRECTION_TLS] = {true, STEP_TLS,          NULL                    },
    [DIRECTION_WAIT] = {true, STEP_WAIT,         read_duration           },
    [DIRECTION_SILENCE] = {true, STEP_SILENCE,      read_duration           },
    [DIRECTION_WITHIN] = {true, STEP_WITHIN,       read_duration           },
    [DIRECTION_FLUSH] = {true, STEP_FLUSH,        NULL                    },
    [DIRECTION_OCTETS] = {true, STEP_PACE,         NULL                    },
    [DIRECTION_PACE] = {true, STEP_PACE,         read_pace               },
    [DIRECTION_PIECES] = {true, STEP_PACE,         read_pieces             },
    [DIRECTION_TOGETHER] = {true, STEP_TOGETHER,     NULL                    },
    [DIRECTION_SEND_MESSAGE] = {true, STEP_SEND_MESSAGE, compile_message         },
    [DIRECTION_SEND_FILE] = {true, STEP_SEND_MESSAGE, compile_message         },
    [DIRECTION_MESSAGE] = {true, STEP_MESSAGE,      compile_message_capture },
    [DIRECTION_AUTHENTICATE] = {true, STEP_AUTHENTICATE, NULL                    },
    [DIRECTION_TLS_FAILS] = {true, STEP_TLS_FAILS,    compile_tls_fails       },
    [DIRECTION_TLS_SHOWS] = {true, STEP_TLS_FACT,     compile_tls_shows       },
    [DIRECTION_TLS_CERTIFICATE] = {true, STEP_TLS_FACT,     compile_tls_certificate },
    [DIRECTION_TLS_NAMES] = {true, STEP_TLS_FACT,     compile_tls_text        },
    [DIRECTION_TLS_VERSION] = {true, STEP_TLS_FACT,     compile_tls_version     },
    [DIRECTION_TLS_CIPHER] = {true, STEP_TLS_FACT,     compile_tls_text        },
    [DIRECTION_TLS_SERVER_NAME] = {true, STEP_TLS_FACT,     compile_tls_text        },
    [DIRECTION_TLS_NOTHING_LEFT] = {true, STEP_TLS_FACT,     compile_tls_nothing_left},
    [DIRECTION_IF] = {true, STEP_IF,           compile_if              },
    [DIRECTION_END] = {true, STEP_END,          NULL                    },
    [DIRECTION_BODY] = {true, STEP_BODY,         NULL                    },
    [DIRECTION_TOP_BODY] = {true, STEP_BODY,         NULL                    },
    [DIRECTION_AWAIT] = {true, STEP_AWAIT,        compile_await           },
    [DIRECTION_JUDGE] = {true, STEP_JUDGE,        NULL                    },
    [DIRECTION_EXIT] = {true, STEP_EXIT,         compile_exit            },
    [DIRECTION_STORE] = {true, STEP_STORE,        compile_store           },
};

/* Consecutive <negotiate a TLS session> act once: both sides say it in the RFCs. */
static bool is_repeated_tls(const struct compiler *compiler, const struct flat *flat)
{
    size_t count = compiler->steps.count;
    return flat->item->direction.direction == DIRECTION_TLS && count > 0 &&
           compiler->steps.items[count - 1].kind == STEP_TLS &&
           compiler->steps.items[count - 1].connection == flat->connection;
}

/* Does the last command of the connection come together with the one before, or perhaps not at all? */
static bool may_be_left(const struct compiler *compiler, unsigned connection)
{
    const struct step *command = NULL;
    for (size_t i = compiler->steps.count; i > 0; i--) {
        const struct step *step = &compiler->steps.items[i - 1];
        if (step->connection != connection) {
            continue;
        }
        if (step->kind == STEP_TOGETHER) {
            return true;
        }
        command = command == NULL && step->kind == STEP_COMMAND ? step : command;
    }
    return command != NULL && (command->lines[0].flags & LINE_OPTIONAL) != 0;
}

/* Our reply to STARTTLS goes out before the next command, and no client has that in clear text then. */
static void look_at_left_behind(struct compiler *compiler, const struct flat *flat,
                                const struct talk *talk)
{
    if (talk_first(talk) != NULL && !may_be_left(compiler, flat->connection)) {
        compile_unplayable(compiler, SIDE_SERVER, flat->item->place,
                           "a command in clear text is left behind when TLS begins, and "
                           "<together> does not say that it comes with the one before");
    }
}

/* A handshake may be broken off by either side: "C & S?: <negotiate a TLS session>". */
static bool check_marks(const struct compiler *compiler, const struct flat *flat,
                        enum direction direction)
{
    const unsigned allowed = direction == DIRECTION_TLS ? LINE_OPTIONAL : 0;
    if ((flat->item->flags & ~allowed) == 0) {
        return true;
    }
    problems_error(compiler->problems, flat->item->place,
                   direction == DIRECTION_TLS ? "the handshake has no mark but ?"
                                              : "a stage direction has no marks");
    return false;
}

static void follow(struct compiler *compiler, const struct flat *flat, enum direction direction)
{
    struct talk *talk = compile_talk(compiler, flat);
    if (direction == DIRECTION_OPEN || direction == DIRECTION_CLOSE ||
        direction == DIRECTION_RESET) {
        talk_reset(talk);
        talk->greeting_due = talk->opened = direction == DIRECTION_OPEN;
        talk->greeting_first = talk->opened && talk->start == START_CONNECT;
    } else if (direction == DIRECTION_TLS) {
        look_at_left_behind(compiler, flat, talk);
        talk_forget(talk); /* RFC 3207 4.2, RFC 2595 4: what was said before does not count */
    } else if (direction == DIRECTION_AWAIT) {
        talk->greeting_first = false; /* it logs in */
    } else if (direction == DIRECTION_END) {
        compile_end(compiler, flat);
    }
}

size_t compile_direction(struct compiler *compiler, size_t at)
{
    const struct flat *flat = &compiler->flats.items[at];
    enum direction direction = flat->item->direction.direction;
    const struct direction_info *info = direction_info(direction);
    if (direction == DIRECTION_NONE) {
        unknown_direction(compiler, flat);
        return at + 1;
    }
    if ((direction == DIRECTION_TLS || direction == DIRECTION_TLS_FAILS) &&
        compile_talk(compiler, flat)->state == TALK_DATA) {
        problems_error(compiler->problems, flat->item->place,
                       "message data is not ended: expected \"C: .\" before TLS is negotiated");
        return at + 1;
    }
    if (!check_marks(compiler, flat, direction)) {
        return at + 1;
    }
    if (!check_side(compiler, flat, info) || !rows[direction].makes_step ||
        is_repeated_tls(compiler, flat)) {
        return at + 1;
    }
    struct step *step = compile_add_step(compiler, rows[direction].kind, flat);
    step->side =
        flat->item->has_speaker && !flat->item->both ? flat->item->side : info->default_side;
    step->optional = (flat->item->flags & LINE_OPTIONAL) != 0;
    if (rows[direction].complete != NULL) {
        rows[direction].complete(compiler, flat, step);
    }
    if (direction == DIRECTION_BODY || direction == DIRECTION_TOP_BODY) {
        return compile_body(compiler, at, step);
    }
    if (direction == DIRECTION_AUTHENTICATE) {
        compile_authenticate(compiler, at, step);
    }
    follow(compiler, flat, direction);
    return at + 1;
}
