#include "script/source.h"

#include "base/escape.h"
#include "base/utf8.h"

static size_t count_lines(struct bytes text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.n; count++) {
        size_t end = bytes_index(text, '\n', at);
        at = end == BYTES_NONE ? text.n : end + 1;
    }
    return count;
}

static struct place nowhere(const char *path)
{
    return (struct place){.path = path};
}

static bool check_whole(const char *path, struct bytes text, struct problems *problems)
{
    if (text.n > SCENARIO_MAX_OCTETS) {
        problems_error(problems, nowhere(path), "the file is too large: at most %d octets",
                       SCENARIO_MAX_OCTETS);
    } else if (bytes_trim(text).n == 0) {
        problems_error(problems, nowhere(path), "the file is empty");
    } else if (count_lines(text) > SCENARIO_MAX_LINES) {
        problems_error(problems, nowhere(path), "too many lines: at most %d", SCENARIO_MAX_LINES);
    } else {
        return true;
    }
    return false;
}

/* Octets that a person who reads the file could not see, or not see alike everywhere. */
static void check_line(struct span line, struct problems *problems)
{
    struct bytes text = line.text;
    if (text.n > SCENARIO_MAX_LINE_OCTETS) {
        problems_error(problems, span_place(line, 0, 1), "the line is too long: at most %d octets",
                       SCENARIO_MAX_LINE_OCTETS);
        return;
    }
    for (size_t i = 0; i < text.n;) {
        unsigned char c = text.p[i];
        uint32_t code_point = 0;
        size_t length = c < 0x80 ? 1 : utf8_read(bytes_skip(text, i), &code_point);
        if (length == 0) {
            problems_error(problems, span_place(line, i, 1),
                           "the octet is not UTF-8: write it as \\x%02x", c);
            return;
        }
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            const char *also = c == '\r' ? "\\r or " : c == '\0' ? "\\0 or " : "";
            problems_error(problems, span_place(line, i, 1),
                           "a control octet: write it as %s\\x%02x", also, c);
            return;
        }
        i += length;
    }
}

static void cut_lines(struct source *source, struct bytes text, struct problems *problems)
{
    size_t count = count_lines(text);
    struct span *lines = arena_array(problems->arena, count, sizeof *lines);
    struct span_part *parts = arena_array(problems->arena, count, sizeof *parts);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        size_t end = bytes_index(text, '\n', at);
        end = end == BYTES_NONE ? text.n : end;
        struct bytes line = bytes_slice(text, at, end);
        if (bytes_ends(line, "\r")) {
            line.n--;
        }
        at = end + 1;
        parts[i].place = (struct place){
            .path = source->path, .line = (unsigned)i + 1, .column = 1, .source = line};
        lines[i] = (struct span){.text = line, .parts = &parts[i], .part_count = 1};
        check_line(lines[i], problems);
    }
    source->lines = lines;
    source->count = count;
}

bool source_read(struct source *source_r, const char *path, struct bytes text,
                 struct problems *problems)
{
    *source_r = (struct source){.path = path};
    if (bytes_starts(text, "\xEF\xBB\xBF")) {
        text = bytes_skip(text, 3);
    }
    if (!check_whole(path, text, problems)) {
        return false;
    }
    cut_lines(source_r, text, problems);
    return true;
}
