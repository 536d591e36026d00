/* The session of a dialogue that is under way, and its connections: whose turn it is there, and where they end. */
#include "record/stored_dialogue.h"

#include "script/verbs.h"

enum {
    LOOK_AHEAD_LINES = 200,    /* for the command that tells LMTP from SMTP */
    UNKNOWN_PAUSE_US = 2000000 /* where no times are told: a silence, of which nothing is known */
};

/* ---- Sessions ---- */

static void forget(struct heard *heard)
{
    buf_deinit(&heard->part[SIDE_CLIENT]);
    buf_deinit(&heard->part[SIDE_SERVER]);
    heard->opened = false;
    talk_init(&heard->talk);
}

void dialogue_forget(struct dialogue *dialogue)
{
    for (size_t i = 0; i <= LEXED_MAX_CONNECTION; i++) {
        forget(&dialogue->heard[i]);
        buf_deinit(&dialogue->heard[i].left);
        dialogue->heard[i].told = false;
    }
}

void dialogue_begin(struct dialogue *dialogue)
{
    struct stored_session *session = dialogue->session;
    const char *id = dialogue->id != NULL ? dialogue->id : session->source->id;
    dialogue->sessions++;
    if (dialogue->sessions > 1 && dialogue->id == NULL) {
        id = arena_printf(session->arena, "%s#%u", id, dialogue->sessions);
    }
    stored_session_begin(session, id, dialogue->title, dialogue->tested, 0);
    dialogue_forget(dialogue);
    dialogue->in_header = false;
    dialogue->quit_said = false;
    dialogue->ended = false;
}

void dialogue_ensure(struct dialogue *dialogue)
{
    if (dialogue->session->program == NULL) {
        dialogue_begin(dialogue);
    }
}

/* A header, or the end of the file. */
void dialogue_end(struct dialogue *dialogue)
{
    stored_session_end(dialogue->session);
    dialogue->id = NULL;
    dialogue->title = NULL;
    dialogue->tested = SIDES_BOTH;
    dialogue->has_times = false;
    dialogue->time_us = 0;
}

/* ---- Connections ---- */

enum side dialogue_speaker(const struct dialogue *dialogue, char speaker)
{
    if (dialogue->receiver) {
        return speaker == 'R' ? SIDE_SERVER : SIDE_CLIENT;
    }
    return speaker == 'S' ? SIDE_SERVER : SIDE_CLIENT;
}

/* What is looked for by whom it is said: the server's greeting, and what the client says first. */
struct looking {
    const struct dialogue *dialogue;
    bool greeted;
    bool by_code; /* with three digits: no server of POP3 */
};

static bool greeting_tells(struct looking *looking, struct bytes text)
{
    const bool first = !looking->greeted;
    looking->greeted = true;
    looking->by_code |= first && text.n > 0 && octet_is_digit(text.p[0]);
    return first && (bytes_starts(text, "+") || bytes_starts(text, "-"));
}

/* LHLO, EHLO, HELO, a verb that POP3 alone has, or QUIT, behind which nothing more comes. False: nothing is told. */
static bool client_tells(const struct looking *looking, struct bytes text,
                         enum protocol *protocol_r)
{
    struct bytes verb = {0};
    (void)bytes_next_word(&text, &verb);
    verb = bytes_trim_right(verb);
    const struct verb_info *info = verb_info(verb_find(verb));
    const bool tells = info->tells && (info->protocol != PROTOCOL_POP3 || !looking->by_code);
    *protocol_r = bytes_is_nocase(verb, "LHLO") ? PROTOCOL_LMTP
                  : tells                       ? info->protocol
                                                : PROTOCOL_SMTP;
    return tells || *protocol_r == PROTOCOL_LMTP || bytes_is_nocase(verb, "EHLO") ||
           bytes_is_nocase(verb, "HELO") || bytes_is_nocase(verb, "QUIT");
}

static bool tells_protocol(struct looking *looking, const struct lexed *lexed,
                           enum protocol *protocol_r)
{
    const struct bytes text = bytes_trim(lexed->text.text);
    if (dialogue_speaker(looking->dialogue, lexed->speaker) == SIDE_CLIENT) {
        return client_tells(looking, text, protocol_r);
    }
    *protocol_r = PROTOCOL_POP3;
    return greeting_tells(looking, text);
}

/*
 * By the server's greeting, a status indicator of POP3 or none, and the client's, which is LHLO under LMTP (RFC 2033 section 4.1): from the line
 * that is read now on.
 */
static enum protocol look_ahead(const struct dialogue *dialogue, unsigned connection)
{
    struct looking looking = {.dialogue = dialogue};
    struct bytes rest = dialogue->from;
    struct bytes text;
    for (size_t i = 0; i < LOOK_AHEAD_LINES && rest.n > 0 && bytes_next(&rest, '\n', &text); i++) {
        const struct lexed lexed = line_lex((struct span){.text = text}, NULL);
        enum protocol protocol = PROTOCOL_SMTP;
        if (bytes_starts_nocase(text, "Title:")) {
            break;
        }
        if (lexed.kind == LEXED_SPEECH && lexed.connection == connection &&
            tells_protocol(&looking, &lexed, &protocol)) {
            return protocol;
        }
    }
    return PROTOCOL_SMTP;
}

void dialogue_open(struct dialogue *dialogue, unsigned connection)
{
    struct heard *heard = &dialogue->heard[connection];
    if (!heard->opened) {
        forget(heard);
        heard->opened = true;
        stored_session_event(dialogue->session,
                             &(struct event){.kind = EVENT_CONNECTED,
                                             .time_us = dialogue->time_us,
                                             .connection = connection,
                                             .protocol = heard->told
                                                             ? heard->protocol
                                                             : look_ahead(dialogue, connection)});
    }
}

/* Without times nobody can tell whether somebody had waited in vain. */
void dialogue_close(struct dialogue *dialogue, enum side side, unsigned connection,
                    enum close_kind how)
{
    dialogue->time_us += dialogue->has_times ? 0 : UNKNOWN_PAUSE_US;
    stored_session_event(dialogue->session, &(struct event){.kind = EVENT_CLOSED,
                                                            .time_us = dialogue->time_us,
                                                            .connection = connection,
                                                            .side = side,
                                                            .close = how});
    dialogue->ended |= connection == 1;
}

void dialogue_secure(struct dialogue *dialogue, unsigned connection, bool secured)
{
    const struct tls_facts facts = {.secured = secured};
    struct heard *heard = &dialogue->heard[connection];
    stored_session_event(dialogue->session,
                         &(struct event){.kind = EVENT_SECURED,
                                         .time_us = dialogue->time_us,
                                         .connection = connection,
                                         .tls = &facts,
                                         .side = heard->left_side,
                                         .octets = buf_bytes(&heard->left),
                                         .text = secured ? "TLS" : "TLS could not begin"});
    talk_secured(&heard->talk);
    buf_clear(&heard->left);
    buf_clear(&heard->part[SIDE_CLIENT]);
    buf_clear(&heard->part[SIDE_SERVER]);
}

void dialogue_lose(struct dialogue *dialogue, unsigned connection, const char *why)
{
    dialogue_ensure(dialogue);
    dialogue_open(dialogue, connection);
    stored_session_lose(dialogue->session, connection, dialogue->time_us, why);
}

/* ---- Whose turn it is ---- */

static void follow_client(struct dialogue *dialogue, unsigned connection, struct bytes line)
{
    struct talk *talk = &dialogue->heard[connection].talk;
    struct bytes rest = line;
    struct bytes verb = {0};
    if (connection == 1) {
        dialogue->quit_said = talk->turn == TALK_COMMAND && bytes_next_word(&rest, &verb) &&
                              bytes_is_nocase(verb, "QUIT");
    }
    talk_client(talk, line);
}

static void follow_server(struct dialogue *dialogue, unsigned connection, struct bytes line)
{
    struct talk *talk = &dialogue->heard[connection].talk;
    const bool in_body = talk->turn == TALK_BODY;
    talk_server(talk, line);
    if (connection == 1 && !in_body && !talk->in_reply && talk_is_reply(line)) {
        dialogue->ended |= dialogue->quit_said || bytes_starts(line, "421");
    }
}

/* Line by line, whatever came in pieces. */
void dialogue_follow(struct dialogue *dialogue, enum side side, unsigned connection,
                     struct bytes octets)
{
    struct buf *part = &dialogue->heard[connection].part[side];
    buf_append(part, octets);
    if (!bytes_ends(octets, "\n")) {
        return;
    }
    struct bytes line = bytes_slice(buf_bytes(part), 0, part->n - 1);
    line = bytes_ends(line, "\r") ? bytes_slice(line, 0, line.n - 1) : line;
    if (side == SIDE_CLIENT) {
        follow_client(dialogue, connection, line);
    } else {
        follow_server(dialogue, connection, line);
    }
    buf_clear(part);
}
