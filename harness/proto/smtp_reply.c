#include "proto/smtp_reply.h"

#include <stdlib.h>

#include "base/mem.h"
#include "proto/defect_names.h"

static const char *const names[] = {"no reply code",
                                    "reply code outside the grammar",
                                    "odd octet behind the code",
                                    "line end not CRLF",
                                    "control octet in the text",
                                    "octet above 127",
                                    "line over 512 octets",
                                    "codes differ",
                                    "last line missing",
                                    "too many lines or octets",
                                    "more than three digits",
                                    "blank without text behind the code"};

enum { CODE_DIGITS = 3, MAX_LINE_OCTETS = 512 };

/* The rule of replies that each defect of a line breaks. */
static unsigned wire_defects(const struct wire_line *line)
{
    static const unsigned rows[][2] = {
        {WIRE_BARE_LF | WIRE_NO_END,             SMTP_REPLY_BAD_LINE_END},
        {WIRE_BARE_CR | WIRE_NUL | WIRE_CONTROL, SMTP_REPLY_BAD_TEXT    },
        {WIRE_EIGHT_BIT,                         SMTP_REPLY_EIGHT_BIT   },
        {WIRE_CUT,                               SMTP_REPLY_TOO_LONG    },
    };
    unsigned defects = line->octets > MAX_LINE_OCTETS ? SMTP_REPLY_TOO_LONG : 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        defects |= (line->defects & rows[i][0]) != 0 ? rows[i][1] : 0;
    }
    return defects;
}

static size_t leading_digits(struct bytes text)
{
    size_t count = 0;
    while (count < text.n && octet_is_digit(text.p[count])) {
        count++;
    }
    return count;
}

/* Reply-code = %x32-35 %x30-35 %x30-39 */
static unsigned code_defects(unsigned code)
{
    bool good = code / 100 >= 2 && code / 100 <= 5 && code / 10 % 10 <= 5;
    return good ? 0 : SMTP_REPLY_BAD_CODE;
}

/* What stands behind the code: "-" [ textstring ] / [ SP textstring ] */
static void read_behind_code(struct smtp_reply_line *reply, struct bytes rest)
{
    reply->text = rest;
    if (rest.n == 0) {
        return;
    }
    if (rest.p[0] != '-' && rest.p[0] != ' ') {
        reply->defects |= SMTP_REPLY_BAD_SEPARATOR;
        return;
    }
    reply->text = bytes_skip(rest, 1);
    reply->more = rest.p[0] == '-';
    if (rest.p[0] == ' ' && rest.n == 1 && reply->code != 334) {
        reply->defects |= SMTP_REPLY_NO_TEXT;
    }
}

struct smtp_reply_line smtp_reply_line_read(const struct wire_line *line)
{
    struct bytes text = line->text;
    struct smtp_reply_line reply = {.raw = line->raw, .text = text, .defects = wire_defects(line)};
    size_t digits = leading_digits(text);
    if (digits < CODE_DIGITS) {
        reply.defects |= SMTP_REPLY_NO_CODE;
        return reply;
    }
    for (size_t i = 0; i < CODE_DIGITS; i++) {
        reply.code = 10 * reply.code + (unsigned)(text.p[i] - '0');
    }
    reply.defects |= code_defects(reply.code);
    reply.defects |= digits > CODE_DIGITS ? SMTP_REPLY_FOUR_DIGITS : 0;
    read_behind_code(&reply, bytes_skip(text, digits));
    return reply;
}

/* The octets have moved while lines were added: point each line at its own again. */
static void settle(struct smtp_reply *reply)
{
    struct bytes octets = buf_bytes(&reply->octets);
    size_t begin = 0;
    for (size_t i = 0; i < reply->count; i++) {
        struct wire_line line = wire_line_of(bytes_slice(octets, begin, reply->ends[i]));
        struct smtp_reply_line again = smtp_reply_line_read(&line);
        reply->lines[i].raw = again.raw;
        reply->lines[i].text = again.text;
        begin = reply->ends[i];
    }
}

/* Of a line for which there is no room the beginning is kept, so that every reply has a first line. */
static void keep_line(struct smtp_reply *reply, const struct smtp_reply_line *line)
{
    size_t room = SMTP_REPLY_MAX_OCTETS - reply->octets.n;
    if (line->raw.n > room || reply->count >= SMTP_REPLY_MAX_LINES) {
        reply->defects |= SMTP_REPLY_TOO_MANY;
    }
    if (room == 0 || reply->count >= SMTP_REPLY_MAX_LINES) {
        return;
    }
    if (reply->count == reply->capacity) {
        reply->capacity = reply->capacity == 0 ? 8 : 2 * reply->capacity;
        reply->lines = mem_resize(reply->lines, reply->capacity, sizeof *reply->lines);
        reply->ends = mem_resize(reply->ends, reply->capacity, sizeof *reply->ends);
    }
    buf_append(&reply->octets, bytes_slice(line->raw, 0, room));
    reply->lines[reply->count] = *line;
    reply->ends[reply->count++] = reply->octets.n;
}

bool smtp_reply_add(struct smtp_reply *reply, const struct wire_line *line)
{
    if (reply->complete) {
        smtp_reply_reset(reply);
    }
    struct smtp_reply_line added = smtp_reply_line_read(line);
    bool without_code = (added.defects & SMTP_REPLY_NO_CODE) != 0;
    if (!without_code && reply->more && added.code != reply->code) {
        added.defects |= SMTP_REPLY_CODES_DIFFER;
    }
    reply->more = without_code ? reply->more : added.more;
    reply->code = reply->code == 0 ? added.code : reply->code;
    reply->defects |= added.defects;
    keep_line(reply, &added);
    reply->complete = !reply->more;
    if (reply->complete) {
        settle(reply);
    }
    return reply->complete;
}

void smtp_reply_end(struct smtp_reply *reply)
{
    reply->defects |= reply->more ? SMTP_REPLY_UNFINISHED : 0;
    settle(reply);
}

void smtp_reply_reset(struct smtp_reply *reply)
{
    buf_clear(&reply->octets);
    reply->count = 0;
    reply->code = 0;
    reply->defects = 0;
    reply->complete = false;
    reply->more = false;
}

void smtp_reply_deinit(struct smtp_reply *reply)
{
    buf_deinit(&reply->octets);
    free(reply->lines);
    free(reply->ends);
    *reply = (struct smtp_reply){0};
}

void smtp_reply_defects_print(struct buf *out, unsigned defects)
{
    defect_names_print(out, defects, names, sizeof names / sizeof names[0]);
}
