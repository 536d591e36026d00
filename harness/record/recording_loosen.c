/*
 * A recorded scenario without the texts that it pinned (recording.h).
 */
#include "record/recording.h"
#include "record/recording_text.h"

/* Is every {{name}} of the line one that needs no capture? */
static bool only_pins(struct bytes line)
{
    size_t at = 0;
    while ((at = bytes_find(line, BYTES_LIT("{{"), at)) != BYTES_NONE) {
        size_t end = bytes_find(line, BYTES_LIT("}}"), at);
        struct buf name = {0};
        buf_append(&name, bytes_slice(line, at + 2, end));
        struct bytes rest = buf_bytes(&name);
        struct bytes plain = {0};
        (void)bytes_next(&rest, ':', &plain);
        struct buf word = {0};
        buf_append(&word, plain);
        bool pins = recording_text_is_record_name(buf_text(&word)) ||
                    recording_text_is_given(NULL, buf_text(&word));
        buf_deinit(&word);
        buf_deinit(&name);
        if (!pins || end == BYTES_NONE) {
            return false;
        }
        at = end;
    }
    return true;
}

/* "S: ...", "S2: ...": marks stand in front of what an author wrote. */
static size_t behind_speaker(struct bytes line)
{
    size_t at = 1;
    if (line.n == 0 || line.p[0] != 'S') {
        return 0;
    }
    while (at < line.n && octet_is_digit(line.p[at])) {
        at++;
    }
    return at < line.n && line.p[at] == ':' ? at + 1 : 0;
}

/* Without values nothing is compared but the code. */
static void loosen_line(struct buf *out, struct bytes line)
{
    size_t at = 0;
    while (at < line.n) {
        size_t open = bytes_find(line, BYTES_LIT("{{"), at);
        size_t to = open == BYTES_NONE ? line.n : open;
        buf_append(out, bytes_slice(line, at, to));
        if (open == BYTES_NONE) {
            break;
        }
        size_t close = bytes_find(line, BYTES_LIT("}}"), open);
        buf_append_octet(out, 'x');
        at = close == BYTES_NONE ? line.n : close + 2;
    }
}

/* Digits, one to three, as in an enhanced status code; moves behind them. */
static bool take_number(struct bytes *text, size_t most)
{
    size_t n = 0;
    while (n < text->n && n < most && octet_is_digit(text->p[n])) {
        n++;
    }
    *text = bytes_skip(*text, n);
    return n > 0;
}

static bool take(struct bytes *text, char octet)
{
    bool is = text->n > 0 && text->p[0] == (unsigned char)octet;
    *text = bytes_skip(*text, is ? 1 : 0);
    return is;
}

/* Octets of the enhanced status code (RFC 2034) or the response code (RFC 2449 8) that `text` begins with, or 0. */
static size_t further_code(struct bytes text)
{
    struct bytes rest = text;
    size_t close = bytes_index(text, ']', 0);
    if (text.n > 0 && text.p[0] == '[') {
        return close == BYTES_NONE ? 0 : close + 1;
    }
    bool code = take_number(&rest, 1) && take(&rest, '.') && take_number(&rest, 3) &&
                take(&rest, '.') && take_number(&rest, 3);
    return code && (rest.n == 0 || rest.p[0] == ' ') ? text.n - rest.n : 0;
}

/*
 * Octets of a status line through its further code, which is for programs as the first one is; 0: it has none, or it is
 * one that stands for a value.
 */
static size_t through_codes(struct bytes line)
{
    size_t at = behind_speaker(line);
    struct bytes code = {0};
    struct bytes rest = bytes_skip(line, at);
    if (at == 0 || !bytes_next_word(&rest, &code)) {
        return 0;
    }
    size_t begin = (size_t)(code.p + code.n - line.p) + 1;
    if (code.n > 3 && octet_is_digit(code.p[0]) && code.p[3] == '-') {
        begin = (size_t)(code.p - line.p) + 4;
    }
    size_t n = further_code(bytes_skip(line, begin));
    bool literal = bytes_find(bytes_slice(line, 0, begin + n), BYTES_LIT("{{"), 0) == BYTES_NONE &&
                   bytes_find(bytes_slice(line, 0, begin + n), BYTES_LIT("\\"), 0) == BYTES_NONE;
    return n > 0 && literal ? begin + n : 0;
}

/* "S: 250 2.1.0 Sender OK" -> "S*: 250 2.1.0*" */
static void loosen_status(struct buf *out, struct bytes line, size_t codes)
{
    size_t speaker = behind_speaker(line);
    buf_append(out, bytes_slice(line, 0, speaker - 1));
    buf_append_text(out, "*");
    buf_append(out, bytes_slice(line, speaker - 1, codes));
    buf_append_text(out, "*");
}

/* Does another line of the same reply follow? */
static bool goes_on(struct bytes line)
{
    struct bytes rest = bytes_skip(line, behind_speaker(line));
    struct bytes code = {0};
    return behind_speaker(line) > 0 && bytes_next_word(&rest, &code) && code.n > 3 &&
           octet_is_digit(code.p[0]) && code.p[3] == '-';
}

bool recording_loosen(struct bytes text, struct buf *out)
{
    struct bytes rest = text;
    struct bytes line;
    bool found = false;
    bool body = false;
    bool within = false; /* a reply whose first line was before */
    while (bytes_next(&rest, '\n', &line)) {
        body = body || line.n == 0;
        if (!body && bytes_is(bytes_trim(line), "Compare: text")) {
            found = true;
            continue;
        }
        size_t codes =
            body && !within ? through_codes(line) : 0; /* else their number would count */
        within = body && goes_on(line);
        if (body && codes > 0 && only_pins(line)) {
            loosen_status(out, line, codes);
        } else if (body && behind_speaker(line) > 0 && only_pins(line)) {
            loosen_line(out, line);
        } else {
            buf_append(out, line);
        }
        if (rest.p != NULL) {
            buf_append_octet(out, '\n');
        }
    }
    return found;
}
