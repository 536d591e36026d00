/*
 * engine_dialogue - programs for the tests of the engine, made from short text without the scenario compiler
 *
 * One item a line; a digit behind the first letter is the connection:
 *     C TEXT      a command                       D TEXT     a line of message data (those in a row are one step)
 *     S CODES     a reply: "250", "503 | ?5yz"    SV SG SE   the same, the whole line compared: values, glob, exact
 *     + V TEXT    one more line of that reply; flags ? ! ~ and . (a gap) may stand behind the letter; F is not compared
 *     . WORD      of that reply: keywords multiline body optional ends
 *     < WORD N    a stage direction: open close-c close-s reset-c reset-s wait silence within flush pace if end await
 *                 send chunk tls tls? judge tls-fails-c tls-fails-s; fact NAME VALUE, not-fact NAME VALUE (of the server, by
 *                 tls_fact_name()), auth MECHANISM USER [SECRET]
 */
#ifndef MAILSPEC_TESTS_ENGINE_DIALOGUE_H
#define MAILSPEC_TESTS_ENGINE_DIALOGUE_H

#include "engine_written.h"

enum { DIALOGUE_STEPS = 64, DIALOGUE_LINES = 32 };

struct dialogue {
    struct arena *arena;
    struct step *steps;
    size_t count;
    unsigned line;
};

static inline struct step *dialogue_add(struct dialogue *d, enum step_kind kind, enum side side)
{
    if (d->steps == NULL || d->count == DIALOGUE_STEPS) {
        fprintf(stderr, "too many steps in a test\n");
        abort();
    }
    struct step *step = &d->steps[d->count++];
    step->kind = kind;
    step->side = side;
    step->connection = 1;
    step->place = (struct place){"test", d->line, 1, 1, {0}};
    return step;
}

static inline struct line *dialogue_room(struct dialogue *d, const struct line **lines)
{
    if (*lines == NULL) {
        *lines = arena_array(d->arena, DIALOGUE_LINES, sizeof(struct line));
    }
    return (struct line *)(uintptr_t)*lines;
}

static inline void dialogue_line(struct dialogue *d, const struct line **lines, size_t *count,
                                 struct bytes text, struct bytes marks)
{
    struct line *line = &dialogue_room(d, lines)[(*count)++];
    line->text = written(d->arena, text);
    line->place = (struct place){"test", d->line, 1, (unsigned)text.n, arena_copy(d->arena, text)};
    for (size_t i = 0; i < marks.n; i++) {
        switch (marks.p[i]) {
        case 'V':
            line->compare = COMPARE_VALUES;
            break;
        case 'G':
            line->compare = COMPARE_GLOB;
            break;
        case 'E':
            line->compare = COMPARE_EXACT;
            break;
        case '?':
            line->flags |= LINE_OPTIONAL;
            break;
        case '!':
            line->flags |= LINE_FORBIDDEN;
            break;
        case '~':
            line->flags |= LINE_ANY_ORDER;
            break;
        case '.':
            line->flags |= LINE_GAP;
            break;
        default:
            break;
        }
    }
}

static inline void dialogue_codes(struct dialogue *d, struct reply *reply, struct bytes text)
{
    struct code_choice *codes = arena_array(d->arena, 4, sizeof(struct code_choice));
    struct bytes field;
    reply->codes = codes;
    while (reply->code_count < 4 && bytes_next(&text, '|', &field)) {
        struct bytes word = {0};
        bytes_next_word(&field, &word);
        word = bytes_slice(word, 0, bytes_index(word, '-', 1));
        bool second = bytes_starts(word, "?");
        codes[reply->code_count].code = arena_text(d->arena, bytes_skip(word, second));
        codes[reply->code_count++].second_choice = second;
    }
}

static inline void dialogue_flag(struct reply *reply, struct bytes word)
{
    reply->keywords |= bytes_is(word, "keywords");
    reply->multiline |= bytes_is(word, "multiline") || bytes_is(word, "body");
    reply->body_given |= bytes_is(word, "body");
    reply->optional |= bytes_is(word, "optional");
    reply->ends_data |= bytes_is(word, "ends");
}

struct dialogue_direction {
    const char *word;
    enum step_kind kind;
    enum side side;
};

static inline void dialogue_fact(struct dialogue *d, struct step *step, struct bytes rest)
{
    struct bytes word = {0};
    int fact = 0;
    bytes_next_word(&rest, &word);
    while (fact < TLS_FACT_COUNT && !bytes_is(word, tls_fact_name((enum tls_fact)fact))) {
        fact++;
    }
    if (fact == TLS_FACT_COUNT) {
        fprintf(stderr, "unknown fact in a test\n");
        abort();
    }
    step->fact = (enum tls_fact)fact;
    step->text = written(d->arena, bytes_trim(rest));
}

static inline void dialogue_auth(struct dialogue *d, struct step *step, struct bytes rest)
{
    struct bytes words[3] = {{0}};
    for (size_t i = 0; i < 3; i++) {
        bytes_next_word(&rest, &words[i]);
    }
    step->name = arena_text(d->arena, words[0]);
    step->text = written(d->arena, words[1]);
    step->secret = words[2].n > 0 ? written(d->arena, words[2]) : (struct text){0};
}

static inline struct step *dialogue_direct(struct dialogue *d, struct bytes word, struct bytes rest)
{
    static const struct dialogue_direction rows[] = {
        {"open",        STEP_OPEN,         SIDE_CLIENT},
        {"close-c",     STEP_CLOSE,        SIDE_CLIENT},
        {"close-s",     STEP_CLOSE,        SIDE_SERVER},
        {"reset-c",     STEP_RESET,        SIDE_CLIENT},
        {"reset-s",     STEP_RESET,        SIDE_SERVER},
        {"wait",        STEP_WAIT,         SIDE_CLIENT},
        {"silence",     STEP_SILENCE,      SIDE_SERVER},
        {"within",      STEP_WITHIN,       SIDE_SERVER},
        {"flush",       STEP_FLUSH,        SIDE_CLIENT},
        {"pace",        STEP_PACE,         SIDE_CLIENT},
        {"pieces",      STEP_PACE,         SIDE_CLIENT},
        {"if",          STEP_IF,           SIDE_CLIENT},
        {"end",         STEP_END,          SIDE_CLIENT},
        {"await",       STEP_AWAIT,        SIDE_CLIENT},
        {"send",        STEP_SEND_MESSAGE, SIDE_CLIENT},
        {"chunk",       STEP_CHUNK,        SIDE_CLIENT},
        {"tls",         STEP_TLS,          SIDE_CLIENT},
        {"tls?",        STEP_TLS,          SIDE_CLIENT},
        {"judge",       STEP_JUDGE,        SIDE_CLIENT},
        {"tls-fails-c", STEP_TLS_FAILS,    SIDE_CLIENT},
        {"tls-fails-s", STEP_TLS_FAILS,    SIDE_SERVER},
        {"fact",        STEP_TLS_FACT,     SIDE_SERVER},
        {"not-fact",    STEP_TLS_FACT,     SIDE_SERVER},
        {"auth",        STEP_AUTHENTICATE, SIDE_CLIENT},
    };
    struct step *step = NULL;
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (bytes_is(word, rows[i].word)) {
            step = dialogue_add(d, rows[i].kind, rows[i].side);
        }
    }
    if (step == NULL) {
        fprintf(stderr, "unknown direction in a test\n");
        abort();
    }
    if (bytes_to_u64(rest, &number) && step->kind == STEP_PACE) {
        step->pause_us = (int64_t)number;
    } else if (bytes_to_u64(rest, &number)) {
        step->duration_ms = (int64_t)number;
    }
    if (bytes_is(word, "pieces")) {
        step->piece_octets = (size_t)number;
        step->pause_us = 100;
    }
    step->text = written(d->arena, rest);
    step->name = "n";
    step->optional = bytes_ends(word, "?");
    if (step->kind == STEP_TLS_FACT) {
        dialogue_fact(d, step, rest);
        step->negated = bytes_starts(word, "not-");
    } else if (step->kind == STEP_AUTHENTICATE) {
        dialogue_auth(d, step, rest);
    }
    if (step->kind == STEP_CHUNK) {
        dialogue_line(d, &step->lines, &step->line_count, rest, bytes_of(""));
        ((struct line *)(uintptr_t)step->lines)->flags = LINE_NO_END;
    }
    return step;
}

static inline void dialogue_item(struct dialogue *d, struct bytes item)
{
    struct bytes head = bytes_slice(item, 0, bytes_index(item, ' ', 0));
    struct bytes rest = bytes_skip(item, head.n + 1);
    struct step *last = d->count > 0 ? &d->steps[d->count - 1] : NULL;
    struct step *step = last;
    bool goes_on = head.p[0] == '+' || head.p[0] == '.';
    bool same = false;
    unsigned number = head.n > 1 && octet_is_digit(head.p[1]) ? (unsigned)(head.p[1] - '0') : 1;

    if (goes_on && last == NULL) {
        fprintf(stderr, "nothing to go on with in a test\n");
        abort();
    }
    switch (head.p[0]) {
    case 'C':
        step = dialogue_add(d, STEP_COMMAND, SIDE_CLIENT);
        dialogue_line(d, &step->lines, &step->line_count, rest, bytes_of(""));
        break;
    case 'D':
        same = last != NULL && last->kind == STEP_DATA;
        step = same ? last : dialogue_add(d, STEP_DATA, SIDE_CLIENT);
        dialogue_line(d, &step->lines, &step->line_count, rest, bytes_of(""));
        break;
    case 'S':
        step = dialogue_add(d, STEP_REPLY, SIDE_SERVER);
        dialogue_codes(d, &step->reply, rest);
        dialogue_line(d, &step->reply.lines, &step->reply.line_count, rest, bytes_skip(head, 1));
        break;
    case '<': {
        struct bytes word = bytes_slice(rest, 0, bytes_index(rest, ' ', 0));
        step = dialogue_direct(d, word, bytes_skip(rest, word.n + 1));
        break;
    }
    case '+': {
        struct bytes marks = bytes_slice(rest, 0, bytes_index(rest, ' ', 0));
        dialogue_line(d, &last->reply.lines, &last->reply.line_count, bytes_skip(rest, marks.n + 1),
                      marks);
        return;
    }
    case '.':
        dialogue_flag(&last->reply, rest);
        return;
    default:
        fprintf(stderr, "unknown item in a test\n");
        abort();
    }
    step->connection = number;
}

/* The steps of `text`; they live in `arena`. */
static inline const struct step *dialogue_steps(struct arena *arena, const char *text,
                                                size_t *count_r)
{
    struct dialogue d = {.arena = arena};
    struct bytes rest = bytes_of(text);
    struct bytes item;
    d.steps = arena_array(arena, DIALOGUE_STEPS, sizeof(struct step));
    while (bytes_next(&rest, '\n', &item)) {
        d.line++;
        if (item.n > 0) {
            dialogue_item(&d, item);
        }
    }
    for (size_t i = 0; i < d.count; i++) {
        for (size_t j = i; d.steps[i].kind == STEP_IF && j < d.count; j++) {
            if (d.steps[j].kind == STEP_END) {
                d.steps[i].jump = j;
                break;
            }
        }
    }
    *count_r = d.count;
    return d.steps;
}

#endif
