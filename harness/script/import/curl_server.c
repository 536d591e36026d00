/*
 * curl_server - the replies of curl's test server (tests/ftpserver.pl): REPLY, CAPA and AUTH of <servercmd>, and what it says by itself
 */
#include "script/import/curl.h"

static const struct {
    const char *line; /* begins with */
    const char *reply;
} usual[] = {
    {"EHLO", "250"},
    {"HELO", "250"},
    {"MAIL", "250"},
    {"RCPT", "250"},
    {"DATA", "354"},
    {"QUIT", "221"},
    {"HELP", "214"},
    {"VRFY", "252"},
    {"AUTH", "334"},
    {".",    "250"},
};

/* The next command of <servercmd> that begins with `word`; what follows in *rest_r. */
static bool next_command(struct bytes *commands, const char *word, struct bytes *rest_r)
{
    struct bytes line;
    struct bytes first;
    while (commands->n > 0 && bytes_next(commands, '\n', &line)) {
        line = bytes_trim(line);
        if (bytes_next_word(&line, &first) && bytes_is(first, word)) {
            *rest_r = bytes_skip(line, line.n > 0 ? 1 : 0);
            return true;
        }
    }
    return false;
}

/* REPLY key text, where the key is a word or stands in quotes; *text_r is what follows the key. */
static bool has_key(struct bytes rest, struct bytes key, struct bytes *text_r)
{
    bool quoted = rest.n > 0 && rest.p[0] == '"';
    size_t from = quoted ? 1 : 0;
    size_t end = bytes_index(rest, quoted ? '"' : ' ', from);
    end = end == BYTES_NONE ? rest.n : end;
    *text_r = bytes_trim(bytes_skip(rest, end + 1));
    return bytes_equal_nocase(bytes_slice(rest, from, end), key);
}

static bool set_reply(struct curl *curl, struct bytes key, struct bytes *text_r)
{
    struct curl_part part = curl->commands;
    struct bytes line;
    unsigned before = curl->draft->line;
    bool found = false;
    while (!found && next_command(&part.text, "REPLY", &line)) {
        found = has_key(line, key, text_r);
    }
    curl->draft->line = before;
    return found;
}

/* A Perl string: \r\n between the lines of one reply. */
static void say_set(struct curl *curl, struct bytes text)
{
    while (text.n > 0) {
        size_t end = bytes_find(text, BYTES_LIT("\\r\\n"), 0);
        struct bytes line = bytes_slice(text, 0, end == BYTES_NONE ? text.n : end);
        draft_server(curl->draft, 1, "", line);
        text = bytes_skip(text, end == BYTES_NONE ? text.n : end + 4);
    }
}

static struct bytes first_word(struct bytes line)
{
    struct bytes word = {0};
    (void)bytes_next_word(&line, &word);
    return word;
}

/* CAPA and AUTH of <servercmd>, as lines of the reply to EHLO. */
static void say_ehlo(struct curl *curl)
{
    struct draft *draft = curl->draft;
    struct bytes words = {0};
    struct bytes word;
    struct bytes mechanisms = {0};
    struct bytes commands = curl->commands.text;
    draft_server(draft, 1, "", BYTES_LIT("250-localhost"));
    if (next_command(&commands, "CAPA", &words)) {
        while (bytes_next_word(&words, &word)) {
            draft_server(
                draft, 1, "",
                bytes_of(arena_printf(draft->arena, "250-%s", arena_text(draft->arena, word))));
        }
    }
    commands = curl->commands.text;
    if (next_command(&commands, "AUTH", &mechanisms)) {
        draft_server(draft, 1, "",
                     bytes_of(arena_printf(draft->arena, "250-AUTH %s",
                                           arena_text(draft->arena, mechanisms))));
    }
    draft_server(draft, 1, "", BYTES_LIT("250 HELP"));
}

void curl_body(struct curl *curl)
{
    struct bytes commands = curl->commands.text;
    struct bytes words = {0};
    struct bytes word;
    if (curl->asked_capa && next_command(&commands, "CAPA", &words)) {
        while (bytes_next_word(&words, &word)) {
            draft_server(curl->draft, 1, "", word);
        }
        draft_server(curl->draft, 1, "", BYTES_LIT("."));
    } else if (curl->asked_capa || curl->data.text.p == NULL ||
               (curl->asked_list && curl->fetches)) {
        draft_talk(curl->draft, 1)->turn = TALK_COMMAND; /* "S: +OK" alone: any body */
    }
}

static struct bytes usual_reply(const struct curl *curl, struct bytes line)
{
    if (curl->names) {
        return curl->pop3 ? BYTES_LIT("+") : BYTES_LIT("334"); /* the secret comes next */
    }
    if (curl->responds && !curl->pop3) {
        return BYTES_LIT("235"); /* RFC 4954 4 */
    }
    if (curl->pop3) {
        return first_word(line).n > 0 && bytes_starts_nocase(line, "AUTH") ? BYTES_LIT("+")
                                                                           : BYTES_LIT("+OK");
    }
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (bytes_starts_nocase(line, usual[i].line)) {
            return bytes_of(usual[i].reply);
        }
    }
    return BYTES_LIT("250");
}

void curl_reply(struct curl *curl, struct bytes line)
{
    struct bytes text;
    curl->asked_list =
        bytes_is_nocase(first_word(line), "LIST") || bytes_is_nocase(first_word(line), "UIDL");
    curl->asked_capa = bytes_is_nocase(first_word(line), "CAPA");
    if (set_reply(curl, line, &text) || set_reply(curl, first_word(line), &text)) {
        say_set(curl, text);
    } else if (!curl->pop3 && bytes_starts_nocase(line, "EHLO")) {
        say_ehlo(curl);
    } else {
        draft_server(curl->draft, 1, "", usual_reply(curl, line));
    }
}

/* Orders that have no counterpart, each once, in front of the dialogue. */
static void note_others(struct curl *curl)
{
    struct curl_part part = curl->commands;
    struct bytes line;
    while (curl_next(curl, &part, &line)) {
        struct bytes word = first_word(line);
        if (word.n > 0 && !bytes_is(word, "REPLY") && !bytes_is(word, "CAPA") &&
            !bytes_is(word, "AUTH")) {
            draft_lost_line(curl->draft, line, "an order for curl's test server");
        }
    }
}

void curl_greet(struct curl *curl)
{
    struct bytes text;
    note_others(curl);
    if (set_reply(curl, BYTES_LIT("welcome"), &text)) {
        say_set(curl, text);
    } else {
        draft_server(curl->draft, 1, "",
                     curl->pop3 ? BYTES_LIT("+OK curl POP3 server ready to serve")
                                : BYTES_LIT("220 curl ESMTP server ready to serve"));
    }
}
