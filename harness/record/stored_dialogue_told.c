/* What the comments of a transcript tell: times, who was put to the test, TLS, and what was left in clear text before it. */
#include "base/escape.h"
#include "record/stored_dialogue.h"
#include "record/transcript_text.h"

/* "12.345 ms", as print_ms() of transcript_text.c writes it. */
static bool read_ms(struct bytes text, int64_t *time_us_r, struct bytes *behind_r)
{
    enum { MOST = 100000000 };
    struct bytes word = {0};
    struct bytes unit = {0};
    struct bytes ms = {0};
    uint64_t whole = 0;
    uint64_t thousandths = 0;
    if (!bytes_next_word(&text, &word) || !bytes_next_word(&text, &unit) ||
        !bytes_is(bytes_trim_right(unit), "ms") || !bytes_next(&word, '.', &ms) || word.n != 3 ||
        !bytes_to_u64(ms, &whole) || !bytes_to_u64(word, &thousandths) || whole > MOST) {
        return false;
    }
    *time_us_r = (int64_t)(whole * 1000 + thousandths);
    *behind_r = text;
    return true;
}

/* "the client had sent in clear text before: NOOP\r\n"; false: it says something else. */
static bool take_left(struct heard *heard, struct bytes text)
{
    struct bytes rest = text;
    struct bytes side = {0};
    if (!bytes_next_word(&rest, &side) || !bytes_is(side, "the") ||
        !bytes_next_word(&rest, &side) || !side_from_name(side, &heard->left_side) ||
        !bytes_starts(rest, TRANSCRIPT_LEFT)) {
        return false;
    }
    rest = bytes_skip(rest, sizeof TRANSCRIPT_LEFT - 1);
    while (rest.n > 0) {
        unsigned char octet = rest.p[0];
        size_t used = 1;
        if (octet == '\\' && escape_read(rest, &octet, &used) != ESCAPE_READ_OCTET) {
            used = 1;
        }
        buf_append_octet(&heard->left, octet);
        rest = bytes_skip(rest, used);
    }
    return true;
}

/* TLS from the start, when it is told before anything was said. */
static void take_tls(struct dialogue *dialogue, unsigned connection, struct bytes text)
{
    struct heard *heard = &dialogue->heard[connection];
    if (!take_left(heard, text) && !heard->opened) {
        dialogue_open(dialogue, connection);
        dialogue_secure(dialogue, connection, !bytes_starts(text, "TLS failed"));
    }
}

/* "127.0.0.1:40000 -> 127.0.0.1:110, pop3"; earlier versions do not tell it. */
static void take_protocol(struct heard *heard, struct bytes text)
{
    struct bytes word = {0};
    struct bytes last = {0};
    while (bytes_next_word(&text, &word)) {
        last = word;
    }
    heard->told = protocol_from_name(bytes_trim_right(last), &heard->protocol);
}

/* "connected: ...", "connection 2  connected: ..."; "tls: ...". */
static void take_told(struct dialogue *dialogue, struct bytes text)
{
    struct bytes word = {0};
    uint64_t connection = 1;
    if (!bytes_next_word(&text, &word)) {
        return;
    }
    if (bytes_is(word, "connection") && bytes_next_word(&text, &word) &&
        bytes_to_u64(word, &connection)) {
        (void)bytes_next_word(&text, &word);
    }
    if (connection < 1 || connection > LEXED_MAX_CONNECTION) {
        return;
    }
    if (bytes_is(word, "connected:")) {
        dialogue->heard[connection].opened = false;
        take_protocol(&dialogue->heard[connection], text);
    } else if (bytes_is(word, "tls:")) {
        take_tls(dialogue, (unsigned)connection, bytes_trim(text));
    }
}

static void take_tested(struct dialogue *dialogue, struct bytes text)
{
    const unsigned known = dialogue->tested == SIDES_BOTH ? 0 : dialogue->tested;
    enum side side = SIDE_CLIENT;
    if (side_from_name(bytes_trim(text), &side)) {
        dialogue->tested = known | SIDE_SET(side);
    } else if (bytes_is(bytes_trim(text), TRANSCRIPT_NOBODY)) {
        dialogue->tested = 0;
    }
}

/* The first one of a transcript is the id of its case. */
void dialogue_comment(struct dialogue *dialogue, struct bytes text)
{
    struct bytes behind = {0};
    int64_t time_us = 0;
    const bool begun = dialogue->session->program != NULL;
    if (bytes_is(bytes_trim_right(text), &TRANSCRIPT_CUT[2]) && begun) {
        stored_session_cut(dialogue->session);
    } else if (read_ms(text, &time_us, &behind)) {
        dialogue_ensure(dialogue);
        dialogue->has_times = true;
        dialogue->time_us = time_us > dialogue->time_us ? time_us : dialogue->time_us;
        take_told(dialogue, behind);
    } else if (!begun && bytes_starts(text, &TRANSCRIPT_TESTED[2])) {
        take_tested(dialogue, bytes_skip(text, sizeof TRANSCRIPT_TESTED - 3));
    } else if (!begun && dialogue->title != NULL && dialogue->id == NULL &&
               bytes_trim(text).n > 0 && !bytes_has_control(text)) {
        dialogue->id = arena_text(dialogue->session->arena, bytes_trim(text));
    }
}
