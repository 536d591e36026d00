/*
 * compile_steps - the loop over the items of a dialogue
 */
#include "base/mem.h"
#include "script/compiler.h"

struct step *compile_add_step(struct compiler *compiler, enum step_kind kind,
                              const struct flat *flat)
{
    struct step_list *list = &compiler->steps;
    if (list->count >= SCENARIO_MAX_STEPS && !compiler->full) {
        problems_error(compiler->problems, flat->item->place,
                       "too many steps in one case: at most %d", SCENARIO_MAX_STEPS);
        compiler->full = true;
    }
    list->items = mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
    struct step *step = &list->items[list->count++];
    *compiler->pieces.budget -= *compiler->pieces.budget > 0 ? 1 : 0;
    *step = (struct step){.kind = kind,
                          .side = flat->item->side,
                          .connection = flat->connection,
                          .place = flat->item->place};
    return step;
}

struct talk *compile_talk(struct compiler *compiler, const struct flat *flat)
{
    return &compiler->talks[flat->connection];
}

bool compile_is_direction(const struct compiler *compiler, const struct flat *flat)
{
    const struct item *item = flat->item;
    if (item->kind == ITEM_DIRECTION) {
        return true;
    }
    if (item->kind != ITEM_SPEECH || item->marked) {
        return false;
    }
    enum direction direction = item->direction.direction;
    bool in_data =
        compiler->talks[flat->connection].state == TALK_DATA && item->side == SIDE_CLIENT;
    if (in_data) {
        return direction != DIRECTION_NONE && direction_info(direction)->in_data;
    }
    return direction != DIRECTION_NONE || bytes_starts(span_trim_left(item->text).text, "<");
}

static void compile_commentary(struct compiler *compiler, const struct flat *flat)
{
    struct piece *piece = arena_alloc(compiler->arena, sizeof *piece);
    piece->octets = flat->item->text.text;
    piece->place = flat->item->place;
    struct step *step = compile_add_step(compiler, STEP_COMMENTARY, flat);
    step->text = (struct text){piece, 1};
}

size_t compile_next_line(struct compiler *compiler, size_t at)
{
    for (; at < compiler->flats.count; at++) {
        const struct flat *flat = &compiler->flats.items[at];
        if (flat->item->kind == ITEM_COMMENTARY) {
            compile_commentary(compiler, flat);
        } else if (flat->item->kind != ITEM_COMMENT && flat->item->kind != ITEM_BLANK) {
            break;
        }
    }
    return at;
}

static void check_used_up(struct compiler *compiler)
{
    if (*compiler->pieces.budget == 0) {
        problems_error(compiler->problems,
                       (struct place){.path = compiler->input->document->source.path},
                       "too large: all cases together have more than %d parts", SCENARIO_MAX_PARTS);
    }
}

static size_t compile_item(struct compiler *compiler, size_t at)
{
    const struct flat *flat = &compiler->flats.items[at];
    switch (flat->item->kind) {
    case ITEM_SPEECH:
    case ITEM_DIRECTION:
        if (compile_is_direction(compiler, flat)) {
            return compile_direction(compiler, at);
        }
        return flat->item->side == SIDE_CLIENT ? compile_client(compiler, at)
                                               : compile_server(compiler, at);
    case ITEM_ELLIPSIS:
        return compile_talk(compiler, flat)->state == TALK_DATA ? compile_data(compiler, at)
                                                                : at + 1;
    case ITEM_COMMENTARY:
    case ITEM_COMMENT:
    case ITEM_BLANK:
    case ITEM_EITHER:
    case ITEM_OR:
        break;
    }
    return at + 1;
}

static void check_end(struct compiler *compiler)
{
    for (unsigned i = 1; i <= LEXED_MAX_CONNECTION; i++) {
        const struct talk *talk = &compiler->talks[i];
        compile_check_data(compiler, talk, talk->data_place, "");
    }
    for (size_t i = 0; i < compiler->if_count; i++) {
        problems_error(compiler->problems, compiler->ifs[i].place,
                       "<if> is not closed: expected <end>");
    }
    compiler->if_count = 0;
}

void compile_dialogue(struct compiler *compiler)
{
    size_t at = compile_next_line(compiler, 0);
    while (at < compiler->flats.count) {
        at = compile_next_line(compiler, compile_item(compiler, at));
        if (compiler->full || *compiler->pieces.budget == 0) {
            break;
        }
    }
    check_used_up(compiler);
    check_end(compiler);
}
