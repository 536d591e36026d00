/*
 * A hostile client's octets, as the engine hears them when it plays the server. Input: an octet with bits (which protocol, whether
 * units are put back, the length of pieces), then what the client sends. It is cut into the same units however it comes; every unit is
 * compared with a few lines of a dialogue, and what matches matches again with its captures filled in.
 */
#include "proto_fuzz.h"

#include "../unit/engine_written.h"
#include "../unit/visitor_play.h"
#include "engine/command_match.h"

enum { PROTOCOLS = 3, PUTS_BACK = 4, PIECE_SHIFT = 3 };

struct expected {
    enum compare compare;
    const char *text;
};

/* Each way to compare, with and without captures. */
static const struct expected expected[] = {
    {COMPARE_FRAME,  "MAIL FROM:<{{name}}> SIZE=1"        },
    {COMPARE_FRAME,  "RETR 1"                             },
    {COMPARE_VALUES, "MAIL FROM:<{{a}}> SIZE={{n:int}}"   },
    {COMPARE_VALUES, "RCPT TO:<\"x@y>\"@{{name}}>"        },
    {COMPARE_VALUES, "RCPT TO:<{{b:word}}@{{name}}> {{c}}"},
    {COMPARE_VALUES, "EHLO {{name}}"                      },
    {COMPARE_VALUES, "{{a:word}} {{a}}"                   },
    {COMPARE_VALUES, "BDAT {{n:int}} LAST"                },
    {COMPARE_VALUES, "APOP {{a:word}} {{b:hex}}"          },
    {COMPARE_VALUES, "{{a:base64}}"                       },
    {COMPARE_GLOB,   "?AIL FROM:<*@{{name}}> *{{a}}"      },
    {COMPARE_REGEX,  "(EH|HE)LO {{a:word}}"               },
    {COMPARE_EXACT,  "NOOP {{a}}"                         },
};

enum { EXPECTED = sizeof expected / sizeof expected[0] };

/* Made once: they stay as they are. */
static const struct line *expected_lines(void)
{
    static struct line lines[EXPECTED];
    static struct arena *arena;
    if (arena == NULL) {
        arena = arena_new();
        for (size_t i = 0; i < EXPECTED; i++) {
            lines[i] = (struct line){.text = written(arena, bytes_of(expected[i].text)),
                                     .compare = expected[i].compare};
        }
    }
    return lines;
}

static void compare(const struct visitor *visitor, const struct line *line, bool is_response)
{
    struct vars *vars = vars_new();
    const struct scope scope = {vars, NULL, NULL};
    const struct command_matching matching = {.line = line,
                                              .raw = visitor->unit.octets,
                                              .protocol = visitor->protocol,
                                              .is_response = is_response,
                                              .scope = &scope};
    struct line_difference difference = {.offset = BYTES_NONE};
    struct error error;
    vars_set(vars, "name", BYTES_LIT("Example.org"));
    enum line_match match = command_match(&matching, &difference, &error);
    FUZZ_MUST(difference.offset == BYTES_NONE || difference.offset <= matching.raw.n);
    (void)command_same_verb(&matching);
    buf_deinit(&difference.expected);
    if (match == LINE_MATCH) {
        FUZZ_MUST(command_match(&matching, NULL, &error) == LINE_MATCH);
    }
    vars_free(&vars);
}

/* Patterns take their time: each unit meets a few of the lines, the next one others. */
static void compare_some(const struct visitor *visitor)
{
    const struct line *lines = expected_lines();
    bool is_response = visitor->unit.kind == UNIT_RESPONSE;
    bool is_line = visitor->unit.kind == UNIT_COMMAND || is_response;
    for (size_t i = 0; i < 2 && is_line; i++) {
        compare(visitor, &lines[(2 * visitor->taken + i) % EXPECTED], is_response);
    }
}

static void see(const struct visitor *visitor, struct buf *seen)
{
    buf_printf(seen, "%d:", (int)visitor->unit.kind);
    buf_append(seen, visitor->unit.octets);
    buf_append_octet(seen, '|');
    buf_append(seen, visitor->unit.content);
    FUZZ_MUST(visitor->unit.content.n <= visitor->unit.octets.n);
}

static void take_all(struct visitor *visitor, bool puts_back, struct buf *seen)
{
    bool held = false;
    for (;;) {
        enum visitor_take take = visitor_take(visitor);
        if (take != VISITOR_TAKE_UNIT) {
            FUZZ_MUST(take == VISITOR_TAKE_NOTHING);
            return;
        }
        if (puts_back && !held) {
            visitor_put_back(visitor);
            FUZZ_MUST(visitor_has_unread(visitor));
            held = true;
            continue;
        }
        held = false;
        see(visitor, seen);
        compare_some(visitor);
        const char *answer = visitor_play_answer(visitor);
        visitor_play_chunk(visitor);
        visitor_answered(visitor, &visitor->unit, bytes_of(answer));
    }
}

static void play(struct bytes input, size_t piece, struct buf *seen)
{
    static const enum protocol protocols[] = {PROTOCOL_SMTP, PROTOCOL_LMTP, PROTOCOL_POP3,
                                              PROTOCOL_SMTP};
    const uint8_t mode = input.n > 0 ? input.p[0] : 0;
    const struct bytes came = bytes_skip(input, 1);
    struct visitor visitor;
    struct buf rest = {0};
    visitor_play_init(&visitor, protocols[mode & PROTOCOLS]);
    for (size_t from = 0; from < came.n; from += piece) {
        visitor_play_feed(&visitor, bytes_slice(came, from, from + piece));
        take_all(&visitor, (mode & PUTS_BACK) != 0, seen);
    }
    visitor_unfinished(&visitor, &rest);
    buf_printf(seen, "%d %u %d:", (int)visitor.next, visitor.accepted_recipients,
               (int)visitor.quit_answered);
    buf_append(seen, buf_bytes(&rest));
    FUZZ_MUST(visitor_has_unread(&visitor) == (rest.n > 0));
    buf_deinit(&rest);
    visitor_play_deinit(&visitor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size <= 1024) {
        size_t piece = size > 0 ? 1 + (size_t)(data[0] >> PIECE_SHIFT) : 1;
        fuzz_feed_both_ways(play, bytes_make(data, size), piece);
    }
    return 0;
}
