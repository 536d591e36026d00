/*
 * telnet - what stands in a terminal after a session by hand: nobody says who speaks
 *
 * A reply is told by its code, +OK or -ERR where one is owed, all else is the client's. What telnet, nc, openssl s_client and the shell say is left out.
 */
#include "script/import/notation.h"
#include "script/import/s_client.h"

static bool is_greeting(struct bytes line)
{
    return bytes_starts(line, "220 ") || bytes_starts(line, "220-") || bytes_starts(line, "+OK");
}

bool telnet_recognise(struct bytes text)
{
    bool begins = notation_count(text, is_greeting, 1) == 1 ||
                  notation_count(text, s_client_begins, 1) == 1; /* -starttls hides the greeting */
    return begins && notation_count(text, talk_is_verb, 1) == 1;
}

static bool is_chatter(struct bytes line)
{
    static const char *const words[] = {"Trying ",
                                        "Connected to ",
                                        "Escape character is ",
                                        "telnet> ",
                                        "Connection to ",
                                        "Connecting to ",
                                        "Ncat: ",
                                        "Can't use SSL_get_servername"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_starts(line, words[i])) {
            return true;
        }
    }
    return bytes_find(line, BYTES_LIT("telnet "), 0) != BYTES_NONE ||
           bytes_find(line, BYTES_LIT("nc "), 0) != BYTES_NONE ||
           bytes_find(line, BYTES_LIT("openssl s_client "), 0) != BYTES_NONE;
}

static bool is_end(struct bytes line)
{
    return bytes_starts(line, "Connection closed") ||
           bytes_starts(line, "Connection to host lost") || bytes_is(line, "closed") ||
           bytes_starts(line, "read:errno=");
}

struct terminal {
    struct draft *draft;
    struct s_client s_client;
    bool open;
    bool quits; /* the client's last command is QUIT */
    bool over;  /* and it was answered: what follows is the terminal's */
};

/* s_client -starttls has read all replies up to the handshake, and shows the last line at most. */
static bool begin_behind_tls(struct terminal *terminal, struct bytes line)
{
    struct draft *draft = terminal->draft;
    if (!talk_is_verb(line)) {
        return false;
    }
    draft_begin(draft, draft->file);
    draft->now->fields = "Start: tls\n";
    draft_client(draft, 1, line);
    return true;
}

/* Before the greeting: what is not the session's is told. */
static bool begin(struct terminal *terminal, struct bytes line)
{
    struct draft *draft = terminal->draft;
    if (s_client_tells(&terminal->s_client, line)) {
        return false;
    }
    if (is_greeting(line)) {
        draft_begin(draft, draft->file);
        if (terminal->s_client.seen) {
            draft_lost(draft, "the session was inside TLS from its first octet: run it where that "
                              "is so");
        }
        draft_server(draft, 1, "", line);
        return true;
    }
    if (terminal->s_client.seen && begin_behind_tls(terminal, line)) {
        return true;
    }
    bool ours = is_chatter(line) || (terminal->s_client.seen && talk_is_reply(line));
    if (bytes_trim(line).n > 0 && !ours) {
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

/* Within a session. */
static void say(struct terminal *terminal, struct bytes line)
{
    struct draft *draft = terminal->draft;
    const struct talk *talk = &draft->talk[1];
    bool text = talk->turn == TALK_DATA || talk->turn == TALK_RESPONSE;
    if (!text && talk->turn != TALK_BODY && s_client_tells(&terminal->s_client, line)) {
        return;
    }
    if (is_of_server(talk, line)) {
        draft_server(draft, 1, "", line);
        terminal->over = terminal->quits && says_goodbye(talk, line);
    } else if (text || line.n > 0) {
        if (talk->in_reply) {
            draft_lost_line(draft, line, "stands within a reply but is no line of it");
            return;
        }
        terminal->quits = talk->turn != TALK_DATA && is_quit(line);
        draft_client(draft, 1, line);
    }
}

/* What script(1) and others record of a terminal has a CR more than the line. */
static bool next_line(struct draft *draft, struct bytes *line_r)
{
    bool any = draft_next(draft, line_r);
    while (any && line_r->n > 0 && line_r->p[line_r->n - 1] == '\r') {
        line_r->n--;
    }
    return any;
}

void telnet_convert(struct draft *draft)
{
    struct terminal terminal = {.draft = draft};
    struct bytes line;
    while (next_line(draft, &line)) {
        bool in_data = terminal.open && draft->talk[1].turn == TALK_DATA;
        if (terminal.open && is_end(line) && !in_data) {
            draft_raw(draft, "S: <close connection>");
            terminal = (struct terminal){.draft = draft};
        } else if (terminal.open && terminal.s_client.seen && bytes_is(line, "DONE") && !in_data) {
            terminal = (struct terminal){.draft = draft}; /* it took a Q for itself */
        } else if (!terminal.open || terminal.over) {
            bool begins = begin(&terminal, line);
            terminal.open = terminal.open || begins;
            terminal.over = terminal.over && !begins;
            terminal.quits = false;
        } else {
            say(&terminal, line);
        }
    }
}
