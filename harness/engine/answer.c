#include "engine/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"

enum { MEMORY_KEPT = 64 * 1024 };

/* Memory of lines that are no longer needed. */
static void give_back(struct answer *answer)
{
    if (answer->room != NULL) {
        *answer->room += answer->taken;
    }
    answer->taken = 0;
    buf_clear(&answer->octets);
    if (answer->octets.capacity > MEMORY_KEPT) {
        buf_deinit(&answer->octets);
        free(answer->ends);
        answer->ends = NULL;
        answer->capacity = 0;
    }
}

void answer_begin(struct answer *answer, bool pop3, bool multiline)
{
    smtp_reply_reset(&answer->smtp);
    give_back(answer);
    answer->pop3 = pop3;
    answer->multiline = multiline;
    answer->begun = false;
    answer->complete = false;
    answer->cut = false;
    answer->count = 0;
    answer->indicator = POP3_INDICATOR_NONE;
}

/* What a line takes is what it takes of memory, its place in the list of lines included. */
static bool has_room(const struct answer *answer, size_t octets)
{
    return octets <= ANSWER_MAX_OCTETS - answer->taken &&
           (answer->room == NULL || octets <= *answer->room);
}

static void keep_line(struct answer *answer, const struct wire_line *line)
{
    size_t octets = line->raw.n + sizeof(answer->ends[0]);

    if (answer->cut || !has_room(answer, octets)) {
        answer->cut = true;
        return;
    }
    answer->taken += octets;
    if (answer->room != NULL) {
        *answer->room -= octets;
    }
    buf_append(&answer->octets, line->raw);
    answer->ends =
        mem_grow(answer->ends, answer->count, &answer->capacity, sizeof(answer->ends[0]));
    answer->ends[answer->count++] = answer->octets.n;
}

static bool add_pop3(struct answer *answer, const struct wire_line *line)
{
    if (!answer->begun) {
        answer->indicator = pop3_status_read(line).indicator;
        answer->bare_lf = (line->defects & WIRE_BARE_LF) != 0;
        keep_line(answer, line);
        return !answer->multiline || answer->indicator != POP3_OK;
    }
    /* Only CRLF ends lines (RFC 1939 section 3); a server that ends all of its lines in LF is understood, and judged. */
    if (bytes_is(line->text, ".") && ((line->defects & WIRE_BARE_LF) == 0 || answer->bare_lf)) {
        buf_append(&answer->octets, line->raw);
        return true;
    }
    keep_line(answer, line);
    return false;
}

bool answer_add(struct answer *answer, const struct wire_line *line)
{
    answer->complete = answer->pop3 ? add_pop3(answer, line) : smtp_reply_add(&answer->smtp, line);
    answer->begun = true;
    return answer->complete;
}

void answer_end(struct answer *answer)
{
    if (!answer->pop3 && answer->begun && !answer->complete) {
        smtp_reply_end(&answer->smtp);
    }
}

void answer_deinit(struct answer *answer)
{
    give_back(answer);
    smtp_reply_deinit(&answer->smtp);
    buf_deinit(&answer->octets);
    free(answer->ends);
    *answer = (struct answer){0};
}

size_t answer_line_count(const struct answer *answer)
{
    return answer->pop3 ? answer->count : answer->smtp.count;
}

struct bytes answer_line(const struct answer *answer, size_t i)
{
    if (i >= answer_line_count(answer)) {
        return (struct bytes){0};
    }
    if (!answer->pop3) {
        return answer->smtp.lines[i].raw;
    }
    size_t begin = i == 0 ? 0 : answer->ends[i - 1];
    return bytes_slice(buf_bytes(&answer->octets), begin, answer->ends[i]);
}

struct bytes answer_octets(const struct answer *answer)
{
    return buf_bytes(answer->pop3 ? &answer->octets : &answer->smtp.octets);
}

unsigned answer_code(const struct answer *answer)
{
    return answer->pop3 ? 0 : answer->smtp.code;
}

uint64_t answer_number(const struct answer *answer)
{
    struct bytes rest = bytes_trim(answer_octets(answer));
    struct bytes word = {0};
    uint64_t number = 0;

    (void)bytes_next_word(&rest, &word);
    if (!bytes_next_word(&rest, &word) || !bytes_to_u64(bytes_trim(word), &number)) {
        return 0;
    }
    return number;
}

static bool code_is(unsigned code, const char *choice)
{
    unsigned divisor = 100;

    if (code == 0 || strlen(choice) != 3) {
        return false;
    }
    for (size_t i = 0; i < 3; i++, divisor /= 10) {
        unsigned char wanted = (unsigned char)choice[i];
        if (octet_is_digit(wanted) && code / divisor % 10 != (unsigned)(wanted - '0')) {
            return false;
        }
    }
    return true;
}

static const char *indicator_name(enum pop3_indicator indicator)
{
    switch (indicator) {
    case POP3_INDICATOR_NONE:
        return "";
    case POP3_OK:
        return "+OK";
    case POP3_ERR:
        return "-ERR";
    case POP3_CONTINUE:
        return "+";
    }
    return "";
}

bool answer_is(const struct answer *answer, const char *code)
{
    if (!answer->pop3) {
        return code_is(answer->smtp.code, code);
    }
    return answer->indicator != POP3_INDICATOR_NONE &&
           strcmp(indicator_name(answer->indicator), code) == 0;
}

void answer_name(const struct answer *answer, struct buf *out)
{
    if (answer->pop3 && answer->indicator != POP3_INDICATOR_NONE) {
        buf_append_text(out, indicator_name(answer->indicator));
        return;
    }
    if (!answer->pop3 && answer->smtp.code != 0) {
        buf_printf(out, "%03u", answer->smtp.code);
        return;
    }
    buf_append_octet(out, '"');
    escape_append(out, bytes_slice(answer_octets(answer), 0, 60), 0);
    buf_append_octet(out, '"');
}
