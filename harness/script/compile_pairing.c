/*
 * compile_pairing - which command does a reply belong to? By count, as RFC 2920 3.1 has it.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "script/compiler.h"

void talk_forget(struct talk *talk)
{
    talk->queue_first = talk->queue_count = 0;
    talk->state = TALK_COMMANDS;
    talk->last = (struct outstanding){0};
    talk->accepted = 0;
    talk->half_command = false;
    talk->half_reply = false;
    talk->data_begun = false;
    talk->data_unsure = false;
    talk->turned = false;
    talk->message_sent = false;
}

void talk_reset(struct talk *talk)
{
    talk_forget(talk);
    talk->greeting_first = false;
    talk->opened = false;
}

void talk_deinit(struct talk *talk)
{
    free(talk->queue);
    talk->queue = NULL;
}

void talk_command(struct talk *talk, struct outstanding command)
{
    talk->queue =
        mem_grow(talk->queue, talk->queue_count, &talk->queue_capacity, sizeof *talk->queue);
    talk->queue[talk->queue_count++] = command;
}

const struct outstanding *talk_first(const struct talk *talk)
{
    bool any = talk->queue_first < talk->queue_count && !talk->greeting_first;
    return any ? &talk->queue[talk->queue_first] : NULL;
}

static size_t waiting(const struct talk *talk)
{
    return talk->queue_count - talk->queue_first;
}

/* One command line of what may be several. */
static void push_line(struct talk *talk, const struct line *line, struct bytes text, bool whole)
{
    struct bytes rest = text;
    struct bytes word = {0};
    bytes_next_word(&rest, &word);
    enum verb verb = verb_find(word);
    if (talk->opened && verb_info(verb)->begins) {
        talk->greeting_first = false; /* what opens the connection takes the greeting */
    }
    talk->opened = false;
    talk->data_unsure |= verb == VERB_DATA && talk->protocol != PROTOCOL_POP3;
    talk_command(talk, (struct outstanding){.verb = verb,
                                            .argument = bytes_trim(rest).n > 0 || !whole,
                                            .text = line->text});
}

/* A line with CRLF inside is several commands; one without end is completed by the next line. */
void talk_command_text(struct talk *talk, const struct line *line)
{
    struct buf literal = {0};
    bool whole = text_literal(&line->text, &literal);
    struct bytes rest = buf_bytes(&literal);
    bool half = talk->half_command;
    talk->message_sent = false;
    talk->half_command = (line->flags & LINE_NO_END) != 0;
    for (;;) {
        size_t end = bytes_find(rest, BYTES_LIT("\r\n"), 0);
        bool is_last = end == BYTES_NONE;
        struct bytes text = bytes_slice(rest, 0, is_last ? rest.n : end);
        if (is_last && whole && text.n == 0 && rest.p != buf_bytes(&literal).p &&
            talk->half_command) {
            talk->half_command = false; /* it ended in \r\n\c: whole all the same */
            break;
        }
        if (half) {
            talk_command(talk, (struct outstanding){.verb = VERB_OTHER});
        } else if (!is_last || !talk->half_command) {
            push_line(talk, line, text, whole || !is_last);
        }
        half = false;
        if (is_last) {
            break;
        }
        rest = bytes_skip(rest, end + 2);
    }
    buf_deinit(&literal);
}

/* Replies from here to the next line of the client, but no more than `most`: enough to know. */
static size_t replies_ahead(const struct compiler *compiler, const struct talk *talk, size_t at,
                            size_t most)
{
    size_t count = 0;
    for (size_t i = at; i < compiler->flats.count && count < most; i++) {
        const struct flat *flat = &compiler->flats.items[i];
        if (flat->connection != talk->number || flat->item->kind != ITEM_SPEECH) {
            continue;
        }
        if (flat->item->side == SIDE_CLIENT) {
            break;
        }
        struct bytes text = span_trim_left(flat->item->text).text;
        bool goes_on = text.n > 3 && text.p[3] == '-';
        count += !goes_on && flat->item->flags == 0 ? 1 : 0;
    }
    return count;
}

/*
 * Under LMTP the end of data has one reply for each accepted recipient. One written reply may stand for all of them: so
 * the end of data takes what the other commands leave.
 */
static bool takes_more(struct compiler *compiler, struct talk *talk, struct outstanding *first,
                       size_t at)
{
    bool lmtp = talk->protocol == PROTOCOL_LMTP;
    if (first->kind != OUTSTANDING_END_OF_DATA || !lmtp) {
        return false;
    }
    if (first->takes == 0) {
        size_t others = waiting(talk) - 1;
        size_t ahead = 1 + replies_ahead(compiler, talk, at, others + talk->accepted);
        size_t left = ahead > others ? ahead - others : 1;
        size_t most = talk->accepted > 0 ? talk->accepted : 1;
        first->takes = (unsigned)(left < most ? left : most);
    }
    first->takes--;
    return first->takes > 0;
}

/* Do the codes leave open whether message data follows? Only the first one decides how the lines behind are read. */
static bool may_be_data(const struct reply *reply)
{
    bool may = reply->code_count == 0;
    for (size_t i = 1; i < reply->code_count; i++) {
        may |= reply->codes[i].code[0] == '3';
    }
    return may;
}

/* What the reply makes of the next line of the client. */
static void set_state(struct talk *talk, const struct outstanding *command,
                      const struct reply *reply)
{
    bool data = command->kind == OUTSTANDING_COMMAND && command->verb == VERB_DATA;
    if (data) {
        talk->data_unsure = may_be_data(reply);
    }
    if (data && codes_begin_with(reply->codes, reply->code_count, "3")) {
        talk->state = TALK_DATA;
        talk->data_begun = false;
    } else if (codes_begin_with(reply->codes, reply->code_count, "334") ||
               (reply->code_count > 0 && bytes_is(bytes_of(reply->codes[0].code), "+"))) {
        talk->state = TALK_RESPONSE;
    } else {
        talk->state = TALK_COMMANDS;
    }
    bool accepted = codes_begin_with(reply->codes, reply->code_count, "2");
    talk->turned |= command->kind == OUTSTANDING_COMMAND && command->verb == VERB_TURN && accepted;
    if (command->kind == OUTSTANDING_COMMAND && command->verb == VERB_RCPT && accepted) {
        talk->accepted++;
    } else if (command->kind == OUTSTANDING_COMMAND && command->verb == VERB_MAIL && accepted) {
        talk->accepted = 0;
    }
}

struct outstanding talk_reply(struct compiler *compiler, struct talk *talk, size_t at,
                              const struct reply *reply, bool *found_r)
{
    struct outstanding none = {0};
    talk->message_sent = false;
    *found_r = waiting(talk) > 0 && !talk->greeting_first;
    /* A reply that may come leaves the greeting to the one behind it. */
    talk->greeting_first &=
        reply->optional &&
        replies_ahead(compiler, talk, at, waiting(talk) + 1) >= waiting(talk) + 1;
    if (!*found_r) {
        set_state(talk, &none, reply);
        talk->last = none;
        return none;
    }
    struct outstanding *first = &talk->queue[talk->queue_first];
    struct outstanding command = *first;
    bool stays =
        (reply->optional && replies_ahead(compiler, talk, at, waiting(talk)) >= waiting(talk)) ||
        takes_more(compiler, talk, first, at);
    if (!stays) {
        talk->queue_first++;
        if (talk->queue_first == talk->queue_count) {
            talk->queue_first = talk->queue_count = 0;
        }
    }
    if (!reply->optional || !stays) {
        set_state(talk, &command, reply);
    }
    talk->last = command;
    return command;
}
