/*
 * curl_log - what curl -v prints: "> " and a command, "< " and a line of a reply, "* " and what curl tells of itself
 *
 * The octets of a message are not in it, neither of one that is sent nor of one that is fetched, unless standard output went to the same place: then
 * they stand without a mark.
 */
#include "script/import/notation.h"

struct curl_log {
    struct draft *draft;
    bool starts_tls; /* the last command was STARTTLS or STLS */
};

/* A line of the progress meter has no end: what is printed next stands behind its last time and speed. */
static struct bytes behind_meter(struct bytes line)
{
    static const char time[] = "--:--:--";
    size_t at = BYTES_NONE;
    for (size_t next = 0; (next = bytes_find(line, bytes_of(time), next)) != BYTES_NONE; next++) {
        at = next;
    }
    if (at == BYTES_NONE) {
        return line;
    }
    line = bytes_skip(line, at + sizeof time - 1);
    while (line.n > 0 &&
           (octet_is_digit(line.p[0]) ||
            bytes_find(BYTES_LIT(" .kMG\r"), bytes_slice(line, 0, 1), 0) != BYTES_NONE)) {
        line = bytes_skip(line, 1);
    }
    return line;
}

static bool is_marked(struct bytes line, char mark)
{
    return line.n > 0 && line.p[0] == (unsigned char)mark && (line.n == 1 || line.p[1] == ' ');
}

static bool is_greeting(struct bytes line)
{
    return bytes_starts(line, "< 220") || bytes_starts(line, "< +OK");
}

static bool is_command(struct bytes line)
{
    return is_marked(line, '>') && talk_is_verb(bytes_skip(line, 2));
}

bool curl_log_recognise(struct bytes text)
{
    return notation_count(text, is_greeting, 1) == 1 && notation_count(text, is_command, 1) == 1;
}

static void server(struct curl_log *log, struct bytes line)
{
    if (draft_talk(log->draft, 1)->turn == TALK_DATA) {
        draft_lost(log->draft, "the message that was sent is not in the log: it is empty here");
        draft_client(log->draft, 1, BYTES_LIT("."));
    }
    draft_server(log->draft, 1, "", line);
}

static void client(struct curl_log *log, struct bytes line)
{
    struct talk *talk = draft_talk(log->draft, 1);
    if (talk->turn == TALK_BODY) {
        if (!talk_is_verb(line)) {
            return; /* quoted in the message that was fetched */
        }
        talk->turn = TALK_COMMAND; /* "S: +OK" alone: any body */
    }
    struct bytes rest = line;
    struct bytes verb = {0};
    (void)bytes_next_word(&rest, &verb);
    log->starts_tls = bytes_is_nocase(verb, "STARTTLS") || bytes_is_nocase(verb, "STLS");
    draft_client(log->draft, 1, line);
}

static void told(struct curl_log *log, struct bytes text)
{
    struct draft *draft = log->draft;
    if (bytes_starts(text, "Connected to ")) {
        draft_begin(draft, draft->file);
        draft_comment(draft, text);
    } else if (bytes_starts(text, "SSL connection using ")) {
        if (log->starts_tls) {
            draft_raw(draft, "C & S: <negotiate a TLS session>");
        }
        draft_comment(draft, text);
    }
}

static bool is_of_curl(struct bytes line)
{
    struct bytes text = bytes_trim(line);
    return text.n == 0 || bytes_starts(text, "{ [") || bytes_starts(text, "} [") ||
           bytes_starts(text, "% Total") || bytes_starts(text, "Dload");
}

void curl_log_convert(struct draft *draft)
{
    struct curl_log log = {.draft = draft};
    struct bytes line;
    while (draft_next(draft, &line)) {
        line = behind_meter(line);
        if (is_marked(line, '<')) {
            server(&log, bytes_skip(line, 2));
        } else if (is_marked(line, '>')) {
            client(&log, bytes_skip(line, 2));
        } else if (is_marked(line, '*')) {
            told(&log, bytes_trim(bytes_skip(line, 1)));
        } else if (!is_of_curl(line) && draft_talk(draft, 1)->turn != TALK_BODY) {
            draft_lost_line(draft, line, "no line of a log of curl -v");
        }
    }
}
