#include "mail/file_name.h"

#include "base/utf8.h"

enum { LONGEST_SUFFIX = 12 };

static struct bytes without_folders(struct bytes name)
{
    size_t begin = name.n;
    while (begin > 0 && name.p[begin - 1] != '/' && name.p[begin - 1] != '\\') {
        begin--;
    }
    return bytes_skip(name, begin);
}

/* What file systems and shells of any kind take for something else becomes "_". */
static void append_visible(struct buf *out, struct bytes name)
{
    while (name.n > 0) {
        uint32_t code_point = 0;
        const size_t octets = utf8_read(name, &code_point);
        const bool is_odd = octets == 0 || !utf8_is_visible(code_point) || code_point == '"' ||
                            code_point == '*' || code_point == ':' || code_point == '<' ||
                            code_point == '>' || code_point == '?' || code_point == '|';
        if (is_odd) {
            buf_append_octet(out, '_');
        } else {
            buf_append(out, bytes_slice(name, 0, octets));
        }
        name = bytes_skip(name, octets > 0 ? octets : 1);
    }
}

/* Hidden files, "." and "..", and what a command takes for an option. */
static struct bytes without_odd_beginning(struct bytes name)
{
    name = bytes_trim(name);
    while (name.n > 0 && (name.p[0] == '.' || name.p[0] == '-' || name.p[0] == ' ')) {
        name = bytes_skip(name, 1);
    }
    return name;
}

/* ".pdf", or nothing. */
static struct bytes suffix_of(struct bytes name)
{
    size_t dot = name.n;
    while (dot > 0 && name.p[dot - 1] != '.') {
        dot--;
    }
    return dot > 1 && name.n - dot < LONGEST_SUFFIX ? bytes_skip(name, dot - 1)
                                                    : bytes_skip(name, name.n);
}

/* Whole characters. */
static struct bytes cut(struct bytes name, size_t most)
{
    size_t end = name.n < most ? name.n : most;
    while (end > 0 && end < name.n && (name.p[end] & 0xc0) == 0x80) {
        end--;
    }
    return bytes_slice(name, 0, end);
}

void mail_file_name(struct buf *out, struct bytes name, const char *otherwise)
{
    struct buf visible = {0};
    append_visible(&visible, without_folders(name));
    const struct bytes left = without_odd_beginning(buf_bytes(&visible));
    if (left.n == 0) {
        buf_append_text(out, otherwise);
    } else if (left.n <= MAIL_FILE_NAME_OCTETS) {
        buf_append(out, left);
    } else {
        const struct bytes suffix = suffix_of(left);
        buf_append(out, cut(left, MAIL_FILE_NAME_OCTETS - suffix.n));
        buf_append(out, suffix);
    }
    buf_deinit(&visible);
}
