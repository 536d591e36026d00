/*
 * A hostile server's answers paired with what we said, and each compared with a few expected replies. Input: an octet with
 * bits (which protocol, how many recipients, little room for answers), what we say up to 0xff, then what the server
 * sends. No more answers are paired than are due, no line of an answer lies outside of it, and what matches matches
 * again with its captures filled in.
 */
#include "proto_fuzz.h"

#include "../unit/engine_dialogue.h"
#include "engine/answer.h"
#include "engine/outstanding.h"
#include "engine/reply_match.h"
#include "proto/smtp_command.h"

enum { POP3 = 1, RECIPIENTS = 6, LITTLE_ROOM = 8, ROOM_OCTETS = 200, SAID_END = 0xff };
enum { MAX_SAID = 1000 };

/* In the notation of engine_dialogue.h: each sort of line once, alone and together with others. */
static const char *const expectations[] = {
    "S 250 | ?5yz | +OK",
    "SV 250-{{a}}\n+ V 250-b {{n:int}}\n+ V 250 {{a}}",
    "S 2yz\n+ F? x\n+ V? 250-{{b}}\n+ V? 250 {{b}}",
    "S xyz\n+ G! *b*\n+ V 250 {{c}}",
    "S 250\n+ G~ *a*\n+ V~ 250-{{a}}\n+ G~? *b*\n+ F x",
    "S 250\n. keywords\n+ V 250-SIZE {{n:int}}\n+ G? *A*\n+ G! *X*",
    "S +OK\n. body\n. keywords\n+ V SASL {{a}}\n+ V? UIDL\n+ F .",
    "S +OK\n. body\n+ F. ...\n+ V {{n:int}} {{a}}\n+ G! *9*\n+ V? x\n+ F. ...\n+ F .",
    "S +OK\n. body\n+ F. ...\n+ G! *9*\n+ G~ *b*\n+ V~ {{b}}\n+ F .",
    "S +OK | -ERR\n. body\n+ V 1 {{x}}\n+ F. ...\n+ V 2 {{x}}\n+ F .",
    "S +OK\n. multiline",
};

enum { EXPECTATIONS = sizeof expectations / sizeof expectations[0] };

/* What does not match says why and where; what does, does so again. */
static void compare(const struct reply *reply, const struct answer *answer)
{
    struct vars *vars = vars_new();
    const struct scope scope = {vars, NULL, NULL};
    struct reply_difference difference;
    reply_difference_init(&difference);
    enum reply_verdict verdict = reply_match(reply, answer, &scope, &difference);
    FUZZ_MUST((verdict == REPLY_MATCHES) == (difference.reason.n == 0));
    FUZZ_MUST(fuzz_within(difference.actual, answer_octets(answer)));
    FUZZ_MUST(difference.offset == BYTES_NONE || difference.offset <= difference.actual.n);
    if (verdict == REPLY_MATCHES) {
        FUZZ_MUST(reply_match(reply, answer, &scope, &difference) == REPLY_MATCHES);
    }
    reply_difference_deinit(&difference);
    vars_free(&vars);
}

/* The expectations as replies; made once, for they stay as they are. */
static const struct reply *expected_replies(void)
{
    static struct reply replies[EXPECTATIONS];
    static struct arena *arena;
    if (arena == NULL) {
        arena = arena_new();
        for (size_t i = 0; i < EXPECTATIONS; i++) {
            size_t count = 0;
            replies[i] = dialogue_steps(arena, expectations[i], &count)->reply;
            FUZZ_MUST(count == 1);
        }
    }
    return replies;
}

static void compare_all(const struct answer *answer)
{
    const struct reply *replies = expected_replies();
    for (size_t i = 0; i < EXPECTATIONS; i++) {
        compare(&replies[i], answer);
    }
}

/* The lines follow each other within the answer. */
static void check_lines(const struct answer *answer)
{
    const struct bytes octets = answer_octets(answer);
    const size_t count = answer_line_count(answer);
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        struct bytes line = answer_line(answer, i);
        FUZZ_MUST(line.n > 0 && fuzz_within(line, octets));
        FUZZ_MUST(line.p == octets.p + sum);
        sum += line.n;
    }
    FUZZ_MUST(sum <= octets.n);
    FUZZ_MUST(answer_line(answer, count).n == 0);
}

/* One answer for each line, for the last chunk of BDAT one for each recipient. */
static size_t answers_due(struct bytes said, enum protocol protocol, unsigned recipients)
{
    size_t due = 0;
    for (size_t lf = bytes_index(said, '\n', 0); lf != BYTES_NONE;
         lf = bytes_index(said, '\n', 0)) {
        struct smtp_command command = smtp_command_read(bytes_trim_right(bytes_slice(said, 0, lf)));
        struct smtp_chunk chunk;
        bool last = protocol != PROTOCOL_POP3 && command.verb == SMTP_BDAT &&
                    smtp_chunk_read(command.argument, &chunk) && chunk.last;
        due += last ? recipients : 1;
        said = bytes_skip(said, lf + 1);
    }
    return due;
}

static void say(struct outstanding *outstanding, struct bytes said, uint8_t mode, size_t piece)
{
    const enum protocol protocol = (mode & POP3) != 0         ? PROTOCOL_POP3
                                   : (mode & RECIPIENTS) != 0 ? PROTOCOL_LMTP
                                                              : PROTOCOL_SMTP;
    const unsigned recipients = 1U + (unsigned)(mode & RECIPIENTS) / 2;
    for (size_t from = 0; from < said.n; from += piece) {
        outstanding_say(outstanding, protocol, bytes_slice(said, from, from + piece), recipients);
    }
    /* Of longer lines only the beginning is looked at. */
    FUZZ_MUST(said.n > MAX_SAID ||
              outstanding_count(outstanding) == answers_due(said, protocol, recipients));
}

/* An answer is complete: it takes what is due, one at a time. */
static void take(struct outstanding *outstanding, const struct answer *answer, struct buf *seen)
{
    const size_t due = outstanding_count(outstanding);
    const struct awaited next = outstanding_next(outstanding);
    const struct awaited taken = outstanding_take(outstanding);
    FUZZ_MUST(taken.kind == next.kind && (taken.kind == AWAITED_NOTHING) == (due == 0));
    FUZZ_MUST(outstanding_count(outstanding) == due - (due > 0 ? 1 : 0));
    check_lines(answer);
    compare_all(answer);
    buf_printf(seen, "%d:", (int)taken.kind);
    buf_append(seen, answer_octets(answer));
}

static void hear(struct outstanding *outstanding, struct bytes came, uint8_t mode, size_t piece,
                 struct buf *seen)
{
    size_t room = ROOM_OCTETS;
    struct answer answer = {.room = (mode & LITTLE_ROOM) != 0 ? &room : NULL};
    struct wire_reader reader;
    struct wire_line line;
    wire_reader_init(&reader, 1000);
    answer_begin(&answer, (mode & POP3) != 0, outstanding_next(outstanding).multiline);
    for (size_t from = 0; from < came.n; from += piece) {
        wire_reader_feed(&reader, bytes_slice(came, from, from + piece));
        while (wire_reader_next(&reader, &line)) {
            if (answer_add(&answer, &line)) {
                take(outstanding, &answer, seen);
                answer_begin(&answer, (mode & POP3) != 0, outstanding_next(outstanding).multiline);
            }
        }
    }
    answer_end(&answer);
    check_lines(&answer);
    answer_deinit(&answer);
    FUZZ_MUST(room == ROOM_OCTETS);
    wire_reader_deinit(&reader);
}

static void play(struct bytes input, size_t piece, struct buf *seen)
{
    struct outstanding outstanding = {0};
    const uint8_t mode = input.n > 0 ? input.p[0] : 0;
    const struct bytes rest = bytes_skip(input, 1);
    const size_t end = bytes_index(rest, SAID_END, 0);
    say(&outstanding, bytes_slice(rest, 0, end), mode, piece);
    hear(&outstanding, end == BYTES_NONE ? (struct bytes){0} : bytes_skip(rest, end + 1), mode,
         piece, seen);
    buf_printf(seen, "%zu", outstanding_count(&outstanding));
    outstanding_deinit(&outstanding);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size <= 4096) {
        fuzz_feed_both_ways(play, bytes_make(data, size), 1);
    }
    return 0;
}
