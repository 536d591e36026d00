#include "fake_servers/smtp_header.h"

static bool is_blank(unsigned char octet)
{
    return octet == ' ' || octet == '\t';
}

/* Where the line that begins at `at` ends, its line end included. */
static size_t line_end(struct bytes text, size_t at)
{
    size_t lf = bytes_index(text, '\n', at);
    return lf == BYTES_NONE ? text.n : lf + 1;
}

bool smtp_header_next(struct bytes *rest, struct smtp_header_field *field_r)
{
    size_t end = line_end(*rest, 0);
    if (bytes_trim_right(bytes_slice(*rest, 0, end)).n == 0) {
        return false;
    }
    while (end < rest->n && is_blank(rest->p[end])) {
        end = line_end(*rest, end);
    }
    field_r->whole = bytes_slice(*rest, 0, end);
    size_t colon = bytes_index(field_r->whole, ':', 0);
    field_r->name = (struct bytes){0};
    if (colon != BYTES_NONE) {
        field_r->name = bytes_trim_right(bytes_slice(field_r->whole, 0, colon));
    }
    *rest = bytes_skip(*rest, end);
    return true;
}

struct bytes smtp_header_content(const struct smtp_session *session)
{
    return bytes_skip(buf_bytes(&session->content.octets), session->content.trace_octets);
}

size_t smtp_header_count(const struct smtp_session *session, const char *name)
{
    struct bytes rest = smtp_header_content(session);
    struct smtp_header_field field;
    size_t count = 0;
    while (smtp_header_next(&rest, &field)) {
        count += bytes_is_nocase(field.name, name) ? 1 : 0;
    }
    return count;
}

void smtp_header_drop(struct smtp_session *session, const char *name)
{
    struct buf kept = {0};
    struct bytes rest = smtp_header_content(session);
    struct smtp_header_field field;
    buf_append(&kept,
               bytes_slice(buf_bytes(&session->content.octets), 0, session->content.trace_octets));
    while (smtp_header_next(&rest, &field)) {
        if (!bytes_is_nocase(field.name, name)) {
            buf_append(&kept, field.whole);
        }
    }
    buf_append(&kept, rest);
    buf_deinit(&session->content.octets);
    session->content.octets = kept;
}
