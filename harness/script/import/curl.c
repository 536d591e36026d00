/*
 * curl - test data files of curl for SMTP and POP3: <protocol> is what curl said, <servercmd> how the test server was set, <upload> the message sent,
 * <data> the one fetched (docs/tests/FILEFORMAT.md). The replies that are not set are those of that server.
 */
#include "script/import/curl.h"

#include <string.h>

#include "script/import/notation.h"

enum { COMMANDS_MAX = 32 * 1024 }; /* all of them are looked through for each line that curl says */

static bool is_testcase(struct bytes line)
{
    return bytes_starts(line, "<testcase");
}

static bool is_protocol(struct bytes line)
{
    return bytes_starts(line, "<protocol");
}

bool curl_recognise(struct bytes text)
{
    return notation_count(text, is_testcase, 1) == 1 && notation_count(text, is_protocol, 1) == 1;
}

/* ---- Parts of the file ---- */

/* The lines between "<NAME ...>" and "</NAME>". */
static struct curl_part part_of(struct bytes text, const char *name)
{
    struct curl_part part = {0};
    struct bytes line;
    size_t n = strlen(name);
    unsigned number = 0;
    struct bytes rest = text;
    while (bytes_next(&rest, '\n', &line)) {
        struct bytes trimmed = bytes_trim(line);
        number++;
        bool named = trimmed.n > n + 1 && trimmed.p[0] == '<';
        if (part.text.p == NULL && named && bytes_starts(bytes_skip(trimmed, 1), name) &&
            (trimmed.p[n + 1] == '>' || trimmed.p[n + 1] == ' ')) {
            part.text.p = rest.p;
            part.line = number;
        } else if (part.text.p != NULL && named && trimmed.p[1] == '/' &&
                   bytes_starts(bytes_skip(trimmed, 2), name)) {
            part.text.n = (size_t)(line.p - part.text.p);
            return part;
        }
    }
    return (struct curl_part){0};
}

bool curl_next(struct curl *curl, struct curl_part *part, struct bytes *line_r)
{
    struct bytes line;
    bool otherwise = false;
    while (part->text.n > 0 && bytes_next(&part->text, '\n', &line)) {
        curl->draft->line = part->line + 1;
        part->line++;
        bool branch = bytes_starts(line, "%if") || bytes_starts(line, "%else") ||
                      bytes_starts(line, "%endif");
        if (branch) {
            otherwise = bytes_starts(line, "%else");
            draft_lost_line(curl->draft, bytes_trim_right(line), "the first branch is taken");
            continue;
        }
        if (otherwise) {
            continue;
        }
        struct buf text = {0};
        if (!curl_fill_in(curl->number, bytes_trim_right(line), &text)) {
            draft_lost_line(curl->draft, bytes_trim_right(line),
                            "what curl's runner fills in stands as it is");
        }
        *line_r = arena_copy(curl->draft->arena, buf_bytes(&text));
        buf_deinit(&text);
        return true;
    }
    return false;
}

/* ---- The dialogue ---- */

static void say_lines(struct curl *curl, struct curl_part part, bool client)
{
    struct bytes line;
    while (curl_next(curl, &part, &line) && !bytes_is(line, ".")) {
        if (client) {
            draft_client(curl->draft, 1, line);
        } else {
            draft_server(curl->draft, 1, "", line);
        }
    }
    if (client) {
        draft_client(curl->draft, 1, BYTES_LIT("."));
    } else {
        draft_server(curl->draft, 1, "", BYTES_LIT("."));
    }
}

/* What curl wrote behind 354 or +OK does not stand in <protocol>. */
static void after_reply(struct curl *curl)
{
    struct talk *talk = draft_talk(curl->draft, 1);
    unsigned line = curl->draft->line;
    if (talk->turn == TALK_DATA) {
        if (curl->upload.text.p == NULL) {
            draft_note(curl->draft, line, "no <upload> says what is sent: the message is empty");
        }
        say_lines(curl, curl->upload, true);
        curl->draft->line = line;
        curl_reply(curl, BYTES_LIT("."));
    } else if (talk->turn == TALK_BODY) {
        curl_body(curl);
        if (talk->turn == TALK_BODY) {
            say_lines(curl, curl->data, false);
        }
    }
    curl->draft->line = line;
}

static bool is_mail(struct bytes server)
{
    return bytes_starts(server, "smtp") || bytes_starts(server, "pop3");
}

static struct bytes one_line(struct curl_part part)
{
    struct bytes line = {0};
    struct bytes text = part.text;
    return text.n > 0 && bytes_next(&text, '\n', &line) ? bytes_trim(line) : line;
}

static void begin(struct curl *curl, struct bytes text)
{
    struct draft *draft = curl->draft;
    struct buf title = {0};
    struct bytes name = one_line(part_of(text, "name"));
    buf_append_text(&title, draft->file);
    buf_append_text(&title, name.n > 0 ? ": " : "");
    buf_append(&title, name);
    draft_begin(draft, buf_text(&title));
    buf_deinit(&title);
    curl_greet(curl);
}

/* "test900" is test 900, and %TESTNUMBER in it. */
static struct bytes number_of(const char *file)
{
    struct bytes name = bytes_of(file);
    name = bytes_starts(name, "test") ? bytes_skip(name, 4) : name;
    size_t n = 0;
    while (n < name.n && octet_is_digit(name.p[n])) {
        n++;
    }
    return bytes_slice(name, 0, n);
}

void curl_convert(struct draft *draft)
{
    struct bytes text = draft->text;
    struct curl curl = {.draft = draft, .number = number_of(draft->file)};
    struct curl_part protocol = part_of(text, "protocol");
    struct curl_part server = part_of(text, "server");
    struct bytes kind = one_line(server);
    curl.commands = part_of(text, "servercmd");
    struct buf commands = {0};
    if (curl.commands.text.n > COMMANDS_MAX) {
        draft_note(draft, curl.commands.line, "only the first %d octets of <servercmd> are read",
                   COMMANDS_MAX);
    }
    curl_fill_in(curl.number, bytes_slice(curl.commands.text, 0, COMMANDS_MAX), &commands);
    curl.commands.text = arena_copy(draft->arena, buf_bytes(&commands));
    buf_deinit(&commands);
    curl.fetches = bytes_find(protocol.text, BYTES_LIT("RETR "), 0) != BYTES_NONE ||
                   bytes_find(protocol.text, BYTES_LIT("TOP "), 0) != BYTES_NONE;
    curl.upload = part_of(text, "upload");
    curl.data = part_of(text, "data");
    curl.pop3 = bytes_starts(kind, "pop3");
    if (!is_mail(kind)) {
        draft_note(draft, server.line, "is a test of neither smtp nor pop3");
        return;
    }
    begin(&curl, text);
    struct bytes line;
    while (!draft->now->full && curl_next(&curl, &protocol, &line)) {
        struct talk *talk = draft_talk(draft, 1);
        bool chunk = talk->turn == TALK_DATA;
        curl.responds = talk->turn == TALK_RESPONSE;
        curl.names = curl.responds && talk->login && !talk->named;
        draft_client(draft, 1, line);
        if (!chunk || talk->turn != TALK_DATA) {
            curl_reply(&curl, line);
            after_reply(&curl);
        }
    }
}
