#include "script/talk.h"

#include <string.h>

#include "script/verbs.h"

enum said { SAID_GREETING, SAID_COMMAND, SAID_DATA, SAID_AUTH, SAID_BODY };

void talk_init(struct talk *talk)
{
    *talk = (struct talk){.pending = {SAID_GREETING}, .pending_count = 1, .turn = TALK_REPLY};
}

static void owe(struct talk *talk, enum said said)
{
    if (talk->pending_count < TALK_PENDING) {
        talk->pending[talk->pending_count++] = (unsigned char)said;
    }
    if (talk->turn != TALK_DATA) {
        talk->turn = TALK_REPLY;
    }
}

void talk_user(struct talk *talk, struct bytes name)
{
    size_t n = 0;
    for (size_t i = 0; i < name.n && name.p[i] != '@' && n + 1 < sizeof talk->user; i++) {
        unsigned char c = name.p[i];
        bool kept = octet_is_alpha(c) || octet_is_digit(c) || c == '-' || c == '_' || c == '.';
        talk->user[n++] = kept ? (char)c : '-';
    }
    talk->user[n] = '\0';
}

static enum said kind_of(const struct talk *talk, enum verb verb, struct bytes rest)
{
    const struct verb_info *info = verb_info(verb);
    struct bytes word;
    if (verb == VERB_DATA) {
        return SAID_DATA;
    }
    if (verb == VERB_AUTH) {
        return SAID_AUTH;
    }
    bool multiline = bytes_next_word(&rest, &word) ? info->multiline_argument : info->multiline;
    return talk->pop3 && multiline ? SAID_BODY : SAID_COMMAND;
}

static void say_command(struct talk *talk, struct bytes line)
{
    struct bytes rest = line;
    struct bytes word;
    if (!bytes_next_word(&rest, &word)) {
        owe(talk, SAID_COMMAND);
        return;
    }
    enum verb verb = verb_find(word);
    const struct verb_info *info = verb_info(verb);
    talk->pop3 = talk->pop3 || (info->tells && info->protocol == PROTOCOL_POP3);
    struct bytes size;
    struct bytes after = rest;
    if (verb == VERB_BDAT && bytes_next_word(&after, &size) && bytes_to_u64(size, &talk->chunk) &&
        talk->chunk > 0) {
        talk->turn = TALK_DATA;
        return;
    }
    owe(talk, kind_of(talk, verb, rest));
}

static void say_data(struct talk *talk, struct bytes line)
{
    bool over = bytes_is(line, ".");
    if (talk->chunk > 0) {
        uint64_t said = (uint64_t)line.n + 2;
        talk->chunk = said < talk->chunk ? talk->chunk - said : 0;
        over = talk->chunk == 0;
    }
    if (over) {
        talk->turn = TALK_REPLY;
        owe(talk, SAID_COMMAND);
    }
}

void talk_client(struct talk *talk, struct bytes line)
{
    /* A dialogue that the client begins is a part of one: the greeting was before it. */
    if (talk->pending_count == 1 && talk->pending[0] == SAID_GREETING && !talk->in_reply) {
        talk->pending_count = 0;
    }
    if (talk->turn == TALK_DATA) {
        say_data(talk, line);
    } else if (talk->turn == TALK_RESPONSE) {
        talk->turn = TALK_REPLY;
        owe(talk, SAID_AUTH);
    } else {
        say_command(talk, line);
    }
}

static bool is_code(struct bytes line)
{
    return line.n >= 3 && line.p[0] >= '2' && line.p[0] <= '5' && line.p[1] >= '0' &&
           line.p[1] <= '5' && octet_is_digit(line.p[2]) &&
           (line.n == 3 || line.p[3] == ' ' || line.p[3] == '-');
}

static bool is_word(struct bytes line, const char *word)
{
    size_t n = strlen(word);
    return bytes_starts(line, word) && (line.n == n || line.p[n] == ' ');
}

bool talk_is_reply(struct bytes line)
{
    return is_code(line) || is_word(line, "+OK") || is_word(line, "-ERR") || is_word(line, "+");
}

bool talk_is_verb(struct bytes line)
{
    static const char *const others[] = {"QUIT", "NOOP", "RSET", "HELP"};
    struct bytes word;
    if (!bytes_next_word(&line, &word)) {
        return false;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (bytes_is_nocase(word, others[i])) {
            return true;
        }
    }
    enum verb verb = verb_find(word);
    return verb != VERB_OTHER;
}

/* The reply is whole: what it answers decides what comes next. */
static void answered(struct talk *talk, struct bytes line)
{
    enum said said = SAID_COMMAND;
    if (talk->pending_count > 0) {
        said = (enum said)talk->pending[0];
        talk->pending_count--;
        memmove(talk->pending, talk->pending + 1, talk->pending_count);
    }
    talk->turn = talk->pending_count > 0 ? TALK_REPLY : TALK_COMMAND;
    /* In the place of a greeting, the dialogue begins in the middle. */
    if ((said == SAID_DATA && bytes_starts(line, "3")) ||
        (said == SAID_GREETING && bytes_starts(line, "354"))) {
        talk->turn = TALK_DATA;
        talk->chunk = 0;
    } else if (said == SAID_AUTH && (bytes_starts(line, "334") || is_word(line, "+"))) {
        talk->turn = TALK_RESPONSE;
    } else if (said == SAID_BODY && bytes_starts(line, "+OK")) {
        talk->turn = TALK_BODY;
    }
}

void talk_server(struct talk *talk, struct bytes line)
{
    if (talk->turn == TALK_BODY) {
        if (bytes_is(line, ".")) {
            talk->turn = talk->pending_count > 0 ? TALK_REPLY : TALK_COMMAND;
        }
        return;
    }
    talk->pop3 = talk->pop3 || bytes_starts(line, "+OK") || bytes_starts(line, "-ERR");
    talk->in_reply = !talk->pop3 && line.n > 3 && line.p[3] == '-';
    if (!talk->in_reply) {
        answered(talk, line);
    }
}

void talk_secured(struct talk *talk)
{
    if (talk->pending_count > 0 && talk->pending[0] == SAID_GREETING) {
        return;
    }
    talk->pending_count = 0;
    talk->turn = TALK_COMMAND;
    talk->in_reply = false;
    talk->chunk = 0;
}
