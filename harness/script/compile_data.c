/*
 * compile_data - message data behind 354, and the octets behind BDAT (RFC 5321 4.1.1.4, RFC 3030 2)
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "script/compiler.h"

struct line_list {
    struct line *items;
    size_t count;
    size_t capacity;
};

static void add_line(struct line_list *list, const struct line *line)
{
    list->items = mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = *line;
}

/* The step with the lines, which are moved to the arena; nothing when there are none. */
static void finish_lines(struct compiler *compiler, enum step_kind kind, const struct flat *flat,
                         struct line_list *list)
{
    if (list->count > 0) {
        struct step *step = compile_add_step(compiler, kind, flat);
        struct line *lines = arena_array(compiler->arena, list->count, sizeof *lines);
        memcpy(lines, list->items, list->count * sizeof *lines);
        step->lines = lines;
        step->line_count = list->count;
        step->place = lines[0].place;
    }
    free(list->items);
    *list = (struct line_list){0};
}

void compile_end_of_data(struct talk *talk, enum verb verb)
{
    talk->state = TALK_COMMANDS;
    talk->data_begun = false;
    talk_command(talk, (struct outstanding){.kind = OUTSTANDING_END_OF_DATA, .verb = verb});
}

void compile_check_data(struct compiler *compiler, const struct talk *talk, struct place place,
                        const char *before)
{
    if (talk->state == TALK_DATA && talk->data_begun) {
        problems_error(compiler->problems, place, "message data is not ended: expected \"C: .\"%s",
                       before);
    }
}

/* Keep the last octets that were sent, to see CRLF.CRLF when it comes; 0 stands for what is not known. */
static void push_tail(struct talk *talk, struct bytes octets)
{
    const size_t most = sizeof talk->tail;
    size_t n = octets.n < most ? octets.n : most;
    memmove(talk->tail, talk->tail + n, most - n);
    memcpy(talk->tail + most - n, octets.p + (octets.n - n), n);
}

static bool follow_tail(struct talk *talk, const struct line *line)
{
    for (size_t i = 0; i < line->text.count; i++) {
        const struct piece *piece = &line->text.pieces[i];
        if (piece->kind != PIECE_OCTETS) {
            push_tail(talk, BYTES_LIT("\0\0\0\0\0"));
        } else if (piece->octets.n > 0) {
            push_tail(talk, piece->octets);
        }
    }
    if ((line->flags & LINE_NO_END) == 0) {
        push_tail(talk, BYTES_LIT("\r\n"));
    }
    return memcmp(talk->tail, "\r\n.\r\n", sizeof talk->tail) == 0;
}

static void begin_data(struct talk *talk, const struct flat *flat)
{
    if (!talk->data_begun) {
        talk->data_begun = true;
        talk->data_place = flat->item->place;
        memcpy(talk->tail, "\0\0\0\r\n", sizeof talk->tail);
    }
}

static struct line stock_line(struct compiler *compiler, const struct flat *flat)
{
    struct piece *piece = arena_alloc(compiler->arena, sizeof *piece);
    piece->octets = BYTES_LIT(DOCUMENT_STOCK_LINE);
    piece->place = flat->item->place;
    return (struct line){
        .text = {piece, 1},
          .place = flat->item->place
    };
}

/* Is item `at` a line of data of this connection? */
static bool is_data_line(const struct compiler *compiler, size_t at, unsigned connection)
{
    if (at >= compiler->flats.count) {
        return false;
    }
    const struct flat *flat = &compiler->flats.items[at];
    if (flat->connection != connection || compile_is_direction(compiler, flat)) {
        return false;
    }
    return flat->item->kind == ITEM_ELLIPSIS ||
           (flat->item->kind == ITEM_SPEECH && flat->item->side == SIDE_CLIENT);
}

/* C!: in message data is what no line of it may be. */
static bool is_forbidden(const struct line *line)
{
    return (line->flags & LINE_FORBIDDEN) != 0;
}

static void check_chunk_line(struct compiler *compiler, const struct line *line)
{
    if (is_forbidden(line)) {
        problems_error(compiler->problems, line->place,
                       "! is for commands and message data: here the client sends a chunk");
    }
}

static struct line data_line(struct compiler *compiler, const struct flat *flat)
{
    flat->item->in_data = true;
    flat->item->connection = flat->item->has_speaker ? flat->item->connection : flat->connection;
    return flat->item->kind == ITEM_ELLIPSIS
               ? stock_line(compiler, flat)
               : compile_line(compiler, flat, compile_data_span(flat));
}

size_t compile_data(struct compiler *compiler, size_t at)
{
    const struct flat *first = &compiler->flats.items[at];
    struct talk *talk = compile_talk(compiler, first);
    struct line_list list = {0};
    bool ended = false;
    begin_data(talk, first);
    while (!ended && is_data_line(compiler, at, first->connection)) {
        struct line line = data_line(compiler, &compiler->flats.items[at]);
        add_line(&list, &line);
        ended = !is_forbidden(&line) && follow_tail(talk, &line);
        at = compile_next_line(compiler, at + 1);
    }
    finish_lines(compiler, STEP_DATA, first, &list);
    if (ended) {
        compile_end_of_data(talk, VERB_DATA);
    }
    return at;
}

enum size_kind {
    SIZE_NONE,    /* no chunk can follow: no number, or one beyond every limit */
    SIZE_UNKNOWN, /* a run will tell */
    SIZE_KNOWN
};

/* bdat = "BDAT" SP chunk-size [ SP "LAST" ]     ; RFC 3030 2 */
static enum size_kind read_size(const struct text *command, size_t *size_r)
{
    struct buf literal = {0};
    uint64_t size = 0;
    bool whole = text_literal(command, &literal);
    struct bytes rest = buf_bytes(&literal);
    struct bytes word = {0};
    bytes_next_word(&rest, &word);
    bool found = bytes_next_word(&rest, &word);
    bool known = found && (whole || rest.n > 0) && bytes_to_u64(word, &size);
    *size_r = known && size <= SCENARIO_MAX_TEXT ? (size_t)size : 0;
    buf_deinit(&literal);
    if (known) {
        return size <= SCENARIO_MAX_TEXT ? SIZE_KNOWN : SIZE_NONE;
    }
    return whole || (found && rest.n > 0) ? SIZE_NONE : SIZE_UNKNOWN;
}

static bool is_last(const struct text *command)
{
    const struct piece *piece = command->count > 0 ? &command->pieces[command->count - 1] : NULL;
    if (piece == NULL || piece->kind != PIECE_OCTETS) {
        return false;
    }
    struct bytes text = bytes_trim_right(piece->octets);
    return text.n > 4 && text.p[text.n - 5] == ' ' &&
           bytes_is_nocase(bytes_skip(text, text.n - 4), "LAST");
}

/* Without a known size the chunk is what follows, up to what must be a command. */
static bool looks_like_command(const struct compiler *compiler, const struct flat *flat)
{
    return flat->item->kind == ITEM_SPEECH &&
           verb_find(compile_first_word(compiler, flat)) == VERB_BDAT;
}

/*
 * In a chunk whose size is known the lines in brackets are text, as in message data; where the size is not known only those
 * that are no direction.
 */
static bool is_chunk_line(struct compiler *compiler, size_t at, unsigned connection, bool known)
{
    struct talk *talk = &compiler->talks[connection];
    if (at >= compiler->flats.count) {
        return false;
    }
    const struct item *item = compiler->flats.items[at].item;
    if (!known && item->kind == ITEM_SPEECH && item->direction.direction != DIRECTION_NONE) {
        return false;
    }
    enum talk_state state = talk->state;
    talk->state = TALK_DATA;
    bool is = is_data_line(compiler, at, connection);
    talk->state = state;
    return is;
}

struct chunk {
    bool known; /* size and octets so far */
    size_t size;
    size_t octets;
};

static void check_sum(struct compiler *compiler, const struct chunk *chunk, struct place place)
{
    if (chunk->known && chunk->octets != chunk->size) {
        problems_error(compiler->problems, place,
                       "BDAT announces %zu octets, the lines behind it have %zu (CRLF counts)",
                       chunk->size, chunk->octets);
    }
}

size_t compile_chunk(struct compiler *compiler, size_t at, const struct text *command)
{
    struct chunk chunk = {0};
    enum size_kind kind = read_size(command, &chunk.size);
    chunk.known = kind == SIZE_KNOWN;
    const struct flat *bdat = &compiler->flats.items[at - 1];
    struct talk *talk = compile_talk(compiler, bdat);
    struct line_list list = {0};
    const struct flat *first = NULL;
    if (is_last(command)) {
        talk->queue[talk->queue_count - 1].kind = OUTSTANDING_END_OF_DATA;
    }
    if (kind == SIZE_NONE || (chunk.known && chunk.size == 0)) {
        return at;
    }
    at = compile_next_line(compiler, at);
    while (is_chunk_line(compiler, at, bdat->connection, chunk.known) &&
           (!chunk.known || chunk.octets < chunk.size) &&
           (chunk.known || !looks_like_command(compiler, &compiler->flats.items[at]))) {
        const struct flat *flat = &compiler->flats.items[at];
        struct line line = data_line(compiler, flat);
        check_chunk_line(compiler, &line);
        size_t length = 0;
        first = first != NULL ? first : flat;
        chunk.known = chunk.known && text_length(&line.text, &length);
        chunk.octets += length + ((line.flags & LINE_NO_END) != 0 ? 0 : 2);
        add_line(&list, &line);
        at = compile_next_line(compiler, at + 1);
    }
    check_sum(compiler, &chunk, text_place(command, 0, 4));
    if (first != NULL) {
        finish_lines(compiler, STEP_CHUNK, first, &list);
    }
    return at;
}
