/*
 * curl - test data files of curl for SMTP and POP3: <protocol> is what curl said, <servercmd> how the test server was set, <upload> the message sent,
 * <data> the one fetched (docs/tests/FILEFORMAT.md). The replies that are not set are those of that server.
 */
#include "script/import/curl.h"

#include <string.h>

#include "base/base64.h"
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

static unsigned digit_of(unsigned char c)
{
    return octet_is_digit(c) ? c - (unsigned)'0' : octet_lower(c) - (unsigned)'a' + 10;
}

static bool is_hex(unsigned char c)
{
    return octet_is_digit(c) || (octet_lower(c) >= 'a' && octet_lower(c) <= 'f');
}

/* What stands in %b64[...]b64%, where %HH is an octet. */
static void fill_in_base64(struct buf *out, struct bytes text)
{
    struct buf octets = {0};
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '%' && i + 2 < text.n && is_hex(text.p[i + 1]) && is_hex(text.p[i + 2])) {
            unsigned value = digit_of(text.p[i + 1]) * 16 + digit_of(text.p[i + 2]);
            buf_append_octet(&octets, (unsigned char)value);
            i += 2;
        } else {
            buf_append_octet(&octets, text.p[i]);
        }
    }
    base64_encode(out, buf_bytes(&octets));
    buf_deinit(&octets);
}

/* %b64[...]b64%, %CR, %SP and %TAB; the rest stands as it is. */
static void fill_in(struct buf *out, struct bytes line)
{
    static const struct {
        const char *name, *text;
    } names[] = {
        {"%CR",  "\r"},
        {"%SP",  " " },
        {"%TAB", "\t"}
    };
    while (line.n > 0) {
        size_t end = bytes_find(line, BYTES_LIT("]b64%"), 0);
        size_t used = 0;
        if (bytes_starts(line, "%b64[") && end != BYTES_NONE) {
            fill_in_base64(out, bytes_slice(line, 5, end));
            used = end + 5;
        }
        for (size_t i = 0; i < sizeof names / sizeof names[0] && used == 0; i++) {
            if (bytes_starts(line, names[i].name)) {
                buf_append_text(out, names[i].text);
                used = strlen(names[i].name);
            }
        }
        if (used == 0) {
            buf_append_octet(out, line.p[0]);
            used = 1;
        }
        line = bytes_skip(line, used);
    }
}

static bool has_variable(struct bytes line)
{
    for (size_t i = 0; i + 1 < line.n; i++) {
        bool name = line.p[i + 1] >= 'A' && line.p[i + 1] <= 'Z';
        if (line.p[i] == '%' && (name || bytes_starts(bytes_skip(line, i), "%hex["))) {
            return true;
        }
    }
    return false;
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
        fill_in(&text, bytes_trim_right(line));
        if (has_variable(buf_bytes(&text))) {
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

void curl_convert(struct draft *draft)
{
    struct bytes text = draft->text;
    struct curl curl = {.draft = draft};
    struct curl_part protocol = part_of(text, "protocol");
    struct curl_part server = part_of(text, "server");
    struct bytes kind = one_line(server);
    curl.commands = part_of(text, "servercmd");
    struct buf commands = {0};
    if (curl.commands.text.n > COMMANDS_MAX) {
        draft_note(draft, curl.commands.line, "only the first %d octets of <servercmd> are read",
                   COMMANDS_MAX);
    }
    fill_in(&commands, bytes_slice(curl.commands.text, 0, COMMANDS_MAX));
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
