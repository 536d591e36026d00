/*
 * What a server sends, put together and compared. Input: an octet with bits for POP3 and for a body, then the stream. The answers must
 * be the same whether it comes whole or octet by octet, and comparing them must not read beyond them.
 */
#include <stdlib.h>

#include "../unit/engine_written.h"
#include "engine/await.h"
#include "engine/reply_match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { POP3 = 1, BODY = 2, KEYWORDS = 4 };

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Compare with a reply that has a line of each sort; what differs has a place inside the answer. */
static void compare(const struct answer *answer, uint8_t mode)
{
    static const struct code_choice codes[] = {
        {"2yz", false},
        {"+OK", false},
        {"?5y", true }
    };
    static const unsigned flags[] = {
        0, LINE_ANY_ORDER, LINE_ANY_ORDER, LINE_OPTIONAL, LINE_FORBIDDEN, 0};
    static const char *const texts[] = {"{{a}}",   "*{{n:int}}*", "*a*",
                                        "b {{b}}", "*forbidden*", "{{a}}"};
    enum { LINES = sizeof texts / sizeof texts[0] };
    struct arena *arena = arena_new();
    struct vars *vars = vars_new();
    struct scope scope = {vars, NULL, NULL};
    struct line lines[LINES] = {
        {{0}, COMPARE_FRAME, 0, {0}}
    };
    struct reply_difference difference;

    for (size_t i = 0; i < LINES; i++) {
        lines[i].text = written(arena, bytes_of(texts[i]));
        lines[i].compare = texts[i][0] == '*' ? COMPARE_GLOB : COMPARE_VALUES;
        lines[i].flags = flags[i];
    }
    struct reply reply = {.codes = codes,
                          .code_count = 3,
                          .lines = lines,
                          .line_count = LINES,
                          .body_given = true,
                          .keywords = (mode & KEYWORDS) != 0};
    reply_difference_init(&difference);
    enum reply_verdict verdict = reply_match(&reply, answer, &scope, &difference);
    check(verdict == REPLY_MATCHES || verdict == REPLY_ERROR || difference.reason.n > 0);
    check(difference.offset == BYTES_NONE || difference.offset <= difference.actual.n);
    reply_difference_deinit(&difference);
    vars_free(&vars);
    arena_free(&arena);
}

/* Append each answer's octets and a mark; `step` octets at a time. */
static void assemble(struct bytes stream, uint8_t mode, size_t step, struct buf *out)
{
    struct wire_reader reader;
    struct wire_line line;
    struct answer answer = {0};

    wire_reader_init(&reader, 1000);
    answer_begin(&answer, (mode & POP3) != 0, (mode & BODY) != 0);
    for (size_t at = 0; at < stream.n; at += step) {
        wire_reader_feed(&reader, bytes_slice(stream, at, at + step));
        while (wire_reader_next(&reader, &line)) {
            if (!answer_add(&answer, &line)) {
                continue;
            }
            buf_append(out, answer_octets(&answer));
            answer_name(&answer, out);
            buf_printf(out, "|%zu|%llu|", answer_line_count(&answer),
                       (unsigned long long)answer_number(&answer));
            compare(&answer, mode);
            answer_begin(&answer, (mode & POP3) != 0, (mode & BODY) != 0);
        }
    }
    answer_end(&answer);
    buf_append(out, answer_octets(&answer));
    answer_deinit(&answer);
    wire_reader_deinit(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole = {0};
    struct buf single = {0};

    if (size == 0 || size > 4096) {
        return 0;
    }
    struct bytes stream = bytes_make(data + 1, size - 1);
    assemble(stream, data[0], stream.n + 1, &whole);
    assemble(stream, data[0], 1, &single);
    check(bytes_equal(buf_bytes(&whole), buf_bytes(&single)));
    check(!await_has_id(stream, BYTES_LIT("<1@x>")) ||
          bytes_find(stream, BYTES_LIT("<1@x>"), 0) != BYTES_NONE);
    buf_deinit(&whole);
    buf_deinit(&single);
    return 0;
}
