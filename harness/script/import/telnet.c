/*
 * telnet - what stands in a terminal after a session by hand: nobody says who speaks
 *
 * A reply is told by its code, +OK or -ERR where one is owed, all else is the client's. What telnet itself and the shell say is left out.
 */
#include "script/import/notation.h"

static bool is_greeting(struct bytes line)
{
    return bytes_starts(line, "220 ") || bytes_starts(line, "220-") || bytes_starts(line, "+OK");
}

bool telnet_recognise(struct bytes text)
{
    return notation_count(text, is_greeting, 1) == 1 && notation_count(text, talk_is_verb, 1) == 1;
}

static bool is_chatter(struct bytes line)
{
    static const char *const words[] = {"Trying ", "Connected to ", "Escape character is ",
                                        "telnet> ", "Connection to "};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_starts(line, words[i])) {
            return true;
        }
    }
    return bytes_find(line, BYTES_LIT("telnet "), 0) != BYTES_NONE ||
           bytes_find(line, BYTES_LIT("nc "), 0) != BYTES_NONE;
}

static bool is_end(struct bytes line)
{
    return bytes_starts(line, "Connection closed") || bytes_starts(line, "Connection to host lost");
}

/* Before the greeting: what is not the session's is told. */
static bool begin(struct draft *draft, struct bytes line)
{
    if (is_greeting(line)) {
        draft_begin(draft, draft->file);
        draft_server(draft, 1, "", line);
        return true;
    }
    if (bytes_trim(line).n > 0 && !is_chatter(line)) {
        draft_note(draft, draft->line, "stands outside of the dialogues and is left out");
    }
    return false;
}

static bool is_of_server(const struct talk *talk, struct bytes line)
{
    if (talk->turn == TALK_BODY) {
        return true;
    }
    if (talk->turn == TALK_DATA || talk->turn == TALK_RESPONSE) {
        return false;
    }
    return talk_is_reply(line);
}

static bool is_quit(struct bytes line)
{
    struct bytes word;
    return bytes_next_word(&line, &word) && bytes_is_nocase(word, "QUIT");
}

/* RFC 5321 4.1.1.10, RFC 1939 6: nothing is said behind that. */
static bool says_goodbye(const struct talk *talk, struct bytes line)
{
    return talk->turn == TALK_COMMAND && !talk->in_reply &&
           (bytes_starts(line, "221") || bytes_starts(line, "+OK"));
}

void telnet_convert(struct draft *draft)
{
    struct bytes line;
    bool open = false;
    bool quits = false; /* the client's last command is QUIT */
    bool over = false;  /* and it was answered: what follows is the terminal's */
    while (draft_next(draft, &line)) {
        const struct talk *talk = &draft->talk[1];
        if (open && is_end(line) && talk->turn != TALK_DATA) {
            draft_raw(draft, "S: <close connection>");
            open = over = false;
        } else if (!open || over) {
            bool begins = begin(draft, line);
            open = open || begins;
            over = over && !begins;
            quits = false;
        } else if (is_of_server(talk, line)) {
            draft_server(draft, 1, "", line);
            over = quits && says_goodbye(talk, line);
        } else if (talk->turn == TALK_DATA || talk->turn == TALK_RESPONSE || line.n > 0) {
            if (talk->in_reply) {
                draft_lost_line(draft, line, "stands within a reply but is no line of it");
                continue;
            }
            quits = talk->turn != TALK_DATA && is_quit(line);
            draft_client(draft, 1, line);
        }
    }
}
