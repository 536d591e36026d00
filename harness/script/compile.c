#include "script/compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "script/compiler.h"
#include "script/flatten.h"

/* What all programs of a scenario share while they are compiled. */
struct compiling {
    const struct compile_input *input;
    struct arena *arena;
    struct problems *problems;
    struct message_cache messages;
    size_t budget;
    bool *row_used; /* columns of Each: that are filled in somewhere */
    const struct program **programs;
    size_t count;
    size_t capacity;
};

/* ---- Names of cases ---- */

/* Letters, digits and single hyphens; empty when nothing of the text can stand in it. */
static const char *slug_of(struct arena *arena, const struct text *text)
{
    struct buf slug = {0};
    for (size_t i = 0; i < text->count; i++) {
        struct bytes octets = text->pieces[i].kind == PIECE_OCTETS ? text->pieces[i].octets
                                                                   : bytes_of(text->pieces[i].name);
        for (size_t j = 0; j < octets.n && slug.n < 48; j++) {
            unsigned char c = octet_lower(octets.p[j]);
            bool plain = octet_is_alpha(c) || octet_is_digit(c);
            if (plain) {
                buf_append_octet(&slug, c);
            } else if (slug.n > 0 && slug.p[slug.n - 1] != '-') {
                buf_append_octet(&slug, '-');
            }
        }
    }
    while (slug.n > 0 && slug.p[slug.n - 1] == '-') {
        slug.n--;
    }
    const char *copy = arena_text(arena, buf_bytes(&slug));
    buf_deinit(&slug);
    return copy;
}

/* Slugs of all rows, each different from the others. */
static const char **row_slugs(struct compiling *compiling, const struct name_value *const *rows,
                              size_t count)
{
    const char **slugs = arena_array(compiling->arena, count, sizeof *slugs);
    struct name_set seen = {0};
    for (size_t i = 0; i < count; i++) {
        const char *slug = slug_of(compiling->arena, &rows[i][0].value);
        const char *name =
            slug[0] != '\0' ? slug : arena_printf(compiling->arena, "row-%zu", i + 1);
        for (size_t n = i + 1; name_set_has(&seen, name); n++) {
            name = arena_printf(compiling->arena, "%s-%zu", slug[0] != '\0' ? slug : "row", n);
        }
        name_set_add(&seen, name);
        slugs[i] = name;
    }
    name_set_deinit(&seen);
    return slugs;
}

/* ---- The rows of Each: ---- */

static const struct name_value *read_row(struct compiling *compiling, const struct each *each,
                                         const struct each_row *row)
{
    struct pieces_context context = {
        .arena = compiling->arena, .problems = compiling->problems, .budget = &compiling->budget};
    struct name_value *values = arena_array(compiling->arena, each->column_count, sizeof *values);
    for (size_t i = 0; i < each->column_count; i++) {
        values[i].name = each->columns[i];
        values[i].raw = row->cells[i].text;
        values[i].value = pieces_read(&context, PIECES_CELL, row->cells[i]).text;
    }
    return values;
}

/* ---- One program ---- */

/* "message USER NAME": the octets of the message are its value. */
static struct text read_given_message(struct compiler *compiler, struct span value)
{
    struct piece *piece = arena_alloc(compiler->arena, sizeof *piece);
    size_t begin = bytes_index(value.text, ' ', 0);
    struct span name = span_trim(span_skip(value, begin == BYTES_NONE ? value.text.n : begin));
    const struct cached_message *message =
        compile_find_message(compiler, name, compiler->input->document);
    *piece = (struct piece){.place = span_whole_place(name)};
    piece->octets = message->ok ? message->text.text : (struct bytes){0};
    return (struct text){piece, 1};
}

static const struct name_value *
read_settings(struct compiler *compiler, const struct setting *settings, size_t count, bool given)
{
    struct name_value *values = arena_array(compiler->arena, count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        bool is_message = given && bytes_is(bytes_of(settings[i].name), "message");
        struct text text =
            is_message ? read_given_message(compiler, settings[i].value)
                       : pieces_read(&compiler->pieces, PIECES_CELL, settings[i].value).text;
        if (!given) {
            compile_check_known(compiler, &text);
        }
        values[i] = (struct name_value){settings[i].name, text, settings[i].value.text};
    }
    return values;
}

static const char *title_of(struct compiler *compiler, const char *id)
{
    struct span title = compiler->settings->title;
    if (title.text.n == 0) {
        return id;
    }
    struct pieces pieces = pieces_read(&compiler->pieces, PIECES_VALUES, title);
    struct buf text = {0};
    for (size_t i = 0; i < pieces.text.count; i++) {
        struct text one = {&pieces.text.pieces[i], 1};
        if (one.pieces[0].kind == PIECE_OCTETS) {
            buf_append(&text, one.pieces[0].octets);
        } else {
            scenario_print_text(&text, &one);
        }
    }
    const char *copy = arena_text(compiler->arena, buf_bytes(&text));
    buf_deinit(&text);
    return copy;
}

static bool needs_maildrop(const struct compiler *compiler)
{
    const struct settings *settings = compiler->settings;
    bool needs = settings->uses_maildrop;
    for (size_t i = 0; i < settings->need_count; i++) {
        needs |= settings->needs[i].kind == NEED_MESSAGES || settings->needs[i].kind == NEED_EMPTY;
    }
    for (unsigned i = 1; i <= LEXED_MAX_CONNECTION; i++) {
        const struct talk *talk = &compiler->talks[i];
        bool started = talk->start == START_AUTH || talk->start == START_POP3_TRANSACTION;
        needs |= talk->used && talk->protocol == PROTOCOL_POP3 && (started || talk->logs_in);
    }
    return needs;
}

static void set_connections(struct compiler *compiler, struct program *program)
{
    struct program_connection *connections =
        arena_array(compiler->arena, LEXED_MAX_CONNECTION, sizeof *connections);
    for (unsigned i = 1; i <= LEXED_MAX_CONNECTION; i++) {
        const struct talk *talk = &compiler->talks[i];
        if (talk->used) {
            connections[program->connection_count++] =
                (struct program_connection){i, talk->protocol, talk->greets_by_verb, talk->start};
        }
    }
    program->connections = connections;
}

/* "sends {{verb}}": the word of this row of Each:. */
static const char *word_of_row(struct compiler *compiler, const char *word)
{
    struct bytes text = bytes_of(word);
    if (!bytes_starts(text, "{{") || !bytes_ends(text, "}}")) {
        return word;
    }
    struct bytes name = bytes_trim(bytes_slice(text, 2, text.n - 2));
    for (size_t i = 0; i < compiler->pieces.row_count; i++) {
        if (bytes_is(name, compiler->pieces.row[i].name)) {
            if (compiler->pieces.row_used != NULL) {
                compiler->pieces.row_used[i] = true;
            }
            return arena_text(compiler->arena, bytes_trim(compiler->pieces.row[i].raw));
        }
    }
    return word;
}

static void set_needs(struct compiler *compiler, struct program *program)
{
    const struct settings *settings = compiler->settings;
    struct need *needs = arena_array(compiler->arena, settings->need_count + 1, sizeof *needs);
    bool built_in = !compiler->needs_built_in;
    for (size_t i = 0; i < settings->need_count; i++) {
        needs[i] = settings->needs[i];
        needs[i].word = word_of_row(compiler, settings->needs[i].word);
        built_in = built_in || needs[i].kind == NEED_BUILT_IN;
    }
    program->needs = needs;
    program->need_count = settings->need_count;
    if (!built_in) {
        needs[program->need_count++].kind = NEED_BUILT_IN;
    }
}

static void set_header(struct compiler *compiler, struct program *program)
{
    const struct settings *settings = compiler->settings;
    program->path = compiler->input->document->source.path;
    program->title = title_of(compiler, program->id);
    program->rules = settings->rules;
    program->rule_count = settings->rule_count;
    program->tags = settings->tags;
    program->tag_count = settings->tag_count;
    set_needs(compiler, program);
    program->given = read_settings(compiler, settings->given, settings->given_count, true);
    program->given_count = settings->given_count;
    program->cast = read_settings(compiler, settings->cast, settings->cast_count, false);
    program->cast_count = settings->cast_count;
    program->row = compiler->pieces.row;
    program->row_count = compiler->pieces.row_count;
    program->uses_maildrop = needs_maildrop(compiler);
    program->compare_text = settings->compare_text;
    program->off_script_fails = settings->off_script_fails;
    program->timeout_ms = settings->timeout_ms;
    program->points = settings->points;
    program->unplayable_client_reason = compiler->unplayable_client;
    program->unplayable_server_reason = compiler->unplayable_server;
    program->playable_client = compiler->unplayable_client == NULL;
    program->playable_server = compiler->unplayable_server == NULL;
}

/* Compile the items into steps in the arena; *count_r of them. */
static const struct step *compile_part(struct compiler *compiler, const struct item_list *items,
                                       size_t alternative, bool finally, size_t *count_r)
{
    compiler->flats = (struct flat_list){0};
    compiler->steps = (struct step_list){0};
    flatten(items, compiler->input->document, alternative, &compiler->flats, compiler->problems);
    compile_connections(compiler, finally);
    compile_dialogue(compiler);
    compile_pipelined(compiler->steps.items, compiler->steps.count);
    *count_r = compiler->steps.count;
    struct step *steps = arena_array(compiler->arena, *count_r, sizeof *steps);
    if (*count_r > 0) {
        memcpy(steps, compiler->steps.items, *count_r * sizeof *steps);
    }
    free(compiler->steps.items);
    free(compiler->flats.items);
    return steps;
}

static void compiler_init(struct compiler *compiler, struct compiling *compiling,
                          const struct name_value *row, size_t row_count)
{
    *compiler = (struct compiler){.input = compiling->input,
                                  .settings = compiling->input->settings,
                                  .arena = compiling->arena,
                                  .problems = compiling->problems,
                                  .messages = &compiling->messages};
    compiler->pieces = (struct pieces_context){.arena = compiling->arena,
                                               .problems = compiling->problems,
                                               .row = row,
                                               .row_count = row_count,
                                               .row_used = compiling->row_used,
                                               .budget = &compiling->budget};
}

/* Start: of this row. */
static void set_start(struct compiler *compiler)
{
    struct span span = compiler->settings->start;
    if (span.text.n == 0) {
        return;
    }
    struct pieces pieces = pieces_read(&compiler->pieces, PIECES_CELL, span);
    struct buf word = {0};
    bool known = text_literal(&pieces.text, &word);
    struct place place =
        pieces.text.count > 0 ? text_place(&pieces.text, 0, word.n) : span_whole_place(span);
    if (!pieces.failed) {
        compiler->start_place = place;
        compiler->has_start =
            known ? settings_start(buf_bytes(&word), place, compiler->problems, &compiler->start)
                  : settings_start(span.text, place, compiler->problems, &compiler->start);
    }
    buf_deinit(&word);
}

static void compiler_deinit(struct compiler *compiler)
{
    for (unsigned i = 0; i <= LEXED_MAX_CONNECTION; i++) {
        talk_deinit(&compiler->talks[i]);
    }
    name_set_deinit(&compiler->captured);
    name_set_deinit(&compiler->typed);
}

static void compile_program(struct compiling *compiling, const char *id,
                            const struct name_value *row, size_t row_count, size_t alternative)
{
    struct compiler compiler;
    compiler_init(&compiler, compiling, row, row_count);
    set_start(&compiler);
    const struct document *document = compiling->input->document;
    struct program *program = arena_alloc(compiling->arena, sizeof *program);
    program->id = id;
    program->file_id = compiling->input->id;
    program->steps =
        compile_part(&compiler, &document->dialogue, alternative, false, &program->step_count);
    for (unsigned i = 0; i <= LEXED_MAX_CONNECTION; i++) {
        talk_reset(&compiler.talks[i]);
        compiler.talks[i].body_end = 0;
        compiler.talks[i].greeting_due = true; /* what comes there is not known */
    }
    program->finally =
        compile_part(&compiler, &document->finally, 0, true, &program->finally_count);
    set_connections(&compiler, program);
    set_header(&compiler, program);
    if (program->step_count == 0 && compiling->problems->error_count == 0) {
        problems_error(compiling->problems, (struct place){.path = document->source.path},
                       "there is no dialogue: expected lines that begin with C: or S:");
    }
    compiler_deinit(&compiler);
    compiling->programs = mem_grow(compiling->programs, compiling->count, &compiling->capacity,
                                   sizeof(const struct program *));
    compiling->programs[compiling->count++] = program;
}

/* ---- All programs ---- */

static void compile_alternatives(struct compiling *compiling, const char *id,
                                 const struct name_value *row, size_t row_count, size_t count)
{
    if (count == 0) {
        compile_program(compiling, id, row, row_count, 0);
    }
    for (size_t i = 1; i <= count && compiling->budget > 0; i++) {
        compile_program(compiling, arena_printf(compiling->arena, "%s/%zu", id, i), row, row_count,
                        i);
    }
}

/* The first column names the rows, so that alone is a use. */
static void check_columns_used(struct compiling *compiling, const struct each *each)
{
    for (size_t i = 1; i < each->column_count; i++) {
        if (!compiling->row_used[i]) {
            problems_warning(compiling->problems, each->column_places[i],
                             "nothing uses the column %s", each->columns[i]);
        }
    }
}

static void compile_rows(struct compiling *compiling, size_t alternatives)
{
    const struct each *each = &compiling->input->settings->each;
    compiling->row_used = arena_array(compiling->arena, each->column_count, sizeof(bool));
    const struct name_value **rows =
        arena_array(compiling->arena, each->row_count, sizeof(const struct name_value *));
    for (size_t i = 0; i < each->row_count; i++) {
        rows[i] = read_row(compiling, each, &each->rows[i]);
    }
    const char **slugs = row_slugs(compiling, rows, each->row_count);
    for (size_t i = 0; i < each->row_count && compiling->budget > 0; i++) {
        const char *id = arena_printf(compiling->arena, "%s/%s", compiling->input->id, slugs[i]);
        compile_alternatives(compiling, id, rows[i], each->column_count, alternatives);
    }
    if (each->row_count > 0) {
        check_columns_used(compiling, each);
    }
}

static bool check_case_count(struct compiling *compiling, size_t alternatives)
{
    size_t rows = compiling->input->settings->each.row_count;
    if (alternatives > 0 && rows > SCENARIO_MAX_CASES / alternatives) {
        problems_error(compiling->problems,
                       (struct place){.path = compiling->input->document->source.path},
                       "too many cases: at most %d", SCENARIO_MAX_CASES);
        return false;
    }
    return true;
}

struct programs compile_document(const struct compile_input *input)
{
    struct compiling compiling = {.input = input,
                                  .arena = input->context->arena,
                                  .problems = input->context->problems,
                                  .budget = SCENARIO_MAX_PARTS};
    size_t alternatives = flatten_alternatives(&input->document->dialogue, compiling.problems);
    if (check_case_count(&compiling, alternatives)) {
        if (input->settings->each.column_count > 0) {
            compile_rows(&compiling, alternatives);
        } else {
            compile_alternatives(&compiling, input->id, NULL, 0, alternatives);
        }
    }
    const struct program **programs =
        arena_array(compiling.arena, compiling.count, sizeof(const struct program *));
    if (compiling.count > 0) {
        memcpy(programs, compiling.programs, compiling.count * sizeof(const struct program *));
    }
    free(compiling.programs);
    free(compiling.messages.items);
    return (struct programs){programs, compiling.count};
}
