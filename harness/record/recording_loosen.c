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

bool recording_loosen(struct bytes text, struct buf *out)
{
    struct bytes rest = text;
    struct bytes line;
    bool found = false;
    bool body = false;
    while (bytes_next(&rest, '\n', &line)) {
        body = body || line.n == 0;
        if (!body && bytes_is(bytes_trim(line), "Compare: text")) {
            found = true;
            continue;
        }
        if (body && behind_speaker(line) > 0 && only_pins(line)) {
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
