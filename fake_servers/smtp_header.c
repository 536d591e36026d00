#include "fake_servers/smtp_header.h"

#include "proto/message_field.h"

bool smtp_header_next(struct bytes *rest, struct smtp_header_field *field_r)
{
    struct bytes begin = *rest;
    struct message_field field = {0};
    bool is_field = message_field_next(rest, &field);
    /* Lines that are no field have been let by: they come first. */
    size_t odd = begin.n - rest->n;
    if (is_field) {
        odd = (size_t)(field.name.p - begin.p);
    }
    if (odd > 0) {
        *rest = bytes_skip(begin, odd);
        field.name = (struct bytes){0};
    }
    *field_r = (struct smtp_header_field){bytes_slice(begin, 0, begin.n - rest->n), field.name};
    return field_r->whole.n > 0;
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

void smtp_header_copy_trace(const struct smtp_session *session, struct buf *out)
{
    buf_append(out,
               bytes_slice(buf_bytes(&session->content.octets), 0, session->content.trace_octets));
}

void smtp_header_replace(struct smtp_session *session, struct buf *octets)
{
    buf_deinit(&session->content.octets);
    session->content.octets = *octets;
    *octets = (struct buf){0};
}

void smtp_header_edit(struct smtp_session *session, smtp_header_edit_fn edit)
{
    struct buf edited = {0};
    struct bytes rest = smtp_header_content(session);
    struct smtp_header_field field;
    size_t received = 0;
    smtp_header_copy_trace(session, &edited);
    while (smtp_header_next(&rest, &field)) {
        edit(session, &field, received, &edited);
        received += bytes_is_nocase(field.name, "Received") ? 1 : 0;
    }
    buf_append(&edited, rest);
    smtp_header_replace(session, &edited);
}

static void drop_return_path(const struct smtp_session *session,
                             const struct smtp_header_field *field, size_t received,
                             struct buf *out)
{
    (void)session;
    (void)received;
    if (!bytes_is_nocase(field->name, "Return-Path")) {
        buf_append(out, field->whole);
    }
}

void smtp_header_drop_return_path(struct smtp_session *session)
{
    smtp_header_edit(session, drop_return_path);
}
