#include "mail/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mail/charset.h"
#include "mail/parameter.h"
#include "proto/message_field.h"

struct reader {
    struct arena *arena;
    struct mail_part *parts;
    size_t count;
    size_t capacity;
};

/* What the header of a message or part says of its content; all unfolded. */
struct about {
    struct buf type;
    struct buf disposition;
    struct buf transfer;
};

static void about_deinit(struct about *about)
{
    buf_deinit(&about->type);
    buf_deinit(&about->disposition);
    buf_deinit(&about->transfer);
}

/* Longer ones are made by nobody for a file name, and each parameter is looked for from the beginning. */
enum { LONGEST_VALUE = 64 * 1024 };

/* The first field of a name counts. */
static void take_field(struct about *about, const struct message_field *field)
{
    struct buf *places[] = {&about->type, &about->disposition, &about->transfer};
    static const char *const names[] = {"Content-Type", "Content-Disposition",
                                        "Content-Transfer-Encoding"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (bytes_is_nocase(field->name, names[i]) && places[i]->n == 0) {
            message_field_unfold(places[i], bytes_slice(field->value, 0, LONGEST_VALUE));
        }
    }
}

/* Returns the body: what stands behind the empty line. */
static struct bytes read_about(struct bytes entity, struct about *about_r)
{
    struct message_field field;
    struct bytes rest = entity;
    *about_r = (struct about){0};
    while (message_field_next(&rest, &field)) {
        take_field(about_r, &field);
    }
    return bytes_skip(rest, bytes_starts(rest, "\r\n") ? 2 : bytes_starts(rest, "\n") ? 1 : 0);
}

/* ---- a part that holds no others ---- */

static struct bytes find_parameter(struct reader *reader, const struct buf *value, const char *name)
{
    struct buf found = {0};
    (void)mail_parameter_find(buf_bytes(value), name, &found);
    const struct bytes kept = arena_copy(reader->arena, buf_bytes(&found));
    buf_deinit(&found);
    return kept;
}

/* RFC 2045 5.2: what is not named, and what is none. */
static const char *type_of(struct reader *reader, const struct about *about)
{
    const struct bytes type = mail_parameter_main(buf_bytes(&about->type));
    if (bytes_index(type, '/', 0) == BYTES_NONE || bytes_index(type, 0, 0) != BYTES_NONE) {
        return "text/plain";
    }
    char *kept = arena_text(reader->arena, type);
    for (char *p = kept; *p != '\0'; p++) {
        *p = (char)octet_lower((unsigned char)*p);
    }
    return kept;
}

static void add_part(struct reader *reader, const struct about *about, struct bytes body)
{
    struct mail_part part = {.type = type_of(reader, about),
                             .charset = find_parameter(reader, &about->type, "charset"),
                             .name = find_parameter(reader, &about->disposition, "filename"),
                             .body = body};
    part.is_attachment =
        bytes_is_nocase(mail_parameter_main(buf_bytes(&about->disposition)), "attachment");
    part.transfer = mail_transfer_from_name(bytes_trim(buf_bytes(&about->transfer)));
    if (part.name.n == 0) {
        part.name = find_parameter(reader, &about->type, "name");
    }
    reader->parts = mem_grow(reader->parts, reader->count, &reader->capacity, sizeof part);
    reader->parts[reader->count++] = part;
}

/* ---- parts within parts ---- */

struct delimiter {
    size_t begin; /* of the line end before it, which belongs to it (RFC 2046 5.1.1) */
    size_t end;   /* behind its own line end */
    bool is_last; /* "--" behind the boundary */
};

/* Does the line that begins there delimit? Blanks may stand behind it. */
static bool read_delimiter(struct bytes body, size_t at, struct bytes boundary,
                           struct delimiter *found_r)
{
    const size_t end = bytes_index(body, '\n', at);
    const size_t line_end = end == BYTES_NONE ? body.n : end + 1;
    struct bytes line = bytes_trim_right(bytes_slice(body, at, line_end));
    if (!bytes_starts(line, "--") || !bytes_equal(bytes_slice(line, 2, 2 + boundary.n), boundary)) {
        return false;
    }
    line = bytes_skip(line, 2 + boundary.n);
    found_r->is_last = bytes_is(line, "--");
    found_r->begin = at - (at > 0 ? 1 : 0) - (at > 1 && body.p[at - 2] == '\r' ? 1 : 0);
    found_r->end = line_end;
    return line.n == 0 || found_r->is_last;
}

static bool find_delimiter(struct bytes body, size_t from, struct bytes boundary,
                           struct delimiter *found_r)
{
    size_t at = from;
    while (at < body.n) {
        if (read_delimiter(body, at, boundary, found_r)) {
            return true;
        }
        const size_t end = bytes_index(body, '\n', at);
        at = end == BYTES_NONE ? body.n : end + 1;
    }
    return false;
}

static void read_entity(struct reader *reader, struct bytes entity, unsigned depth);

/* False: no delimiter is there. Without the last one the part goes on to the end. */
static bool read_multipart(struct reader *reader, struct bytes body, struct bytes boundary,
                           unsigned depth)
{
    struct delimiter open = {0};
    struct delimiter next = {0};
    if (boundary.n == 0 || !find_delimiter(body, 0, boundary, &open)) {
        return false;
    }
    while (!open.is_last && reader->count < MAIL_MOST_PARTS) {
        const bool closed = find_delimiter(body, open.end, boundary, &next);
        /* An empty part has no line end of its own before the delimiter. */
        const size_t end = !closed ? body.n : next.begin > open.end ? next.begin : open.end;
        read_entity(reader, bytes_slice(body, open.end, end), depth + 1);
        if (!closed) {
            break;
        }
        open = next;
    }
    return true;
}

static void read_entity(struct reader *reader, struct bytes entity, unsigned depth)
{
    struct about about;
    const struct bytes body = read_about(entity, &about);
    const bool may_hold =
        depth < MAIL_MOST_DEPTH && bytes_starts_nocase(buf_bytes(&about.type), "multipart/");
    const struct bytes boundary =
        may_hold ? find_parameter(reader, &about.type, "boundary") : (struct bytes){0};
    if (!may_hold || !read_multipart(reader, body, boundary, depth)) {
        add_part(reader, &about, body);
    }
    about_deinit(&about);
}

const struct mail_part *mail_parts_read(struct bytes message, struct arena *arena, size_t *count_r)
{
    struct reader reader = {.arena = arena};
    read_entity(&reader, message, 0);
    if (reader.count == 0) { /* a multipart that holds nothing */
        const struct about nothing = {0};
        add_part(&reader, &nothing, (struct bytes){0});
    }
    struct mail_part *parts = arena_array(arena, reader.count, sizeof *parts);
    memcpy(parts, reader.parts, reader.count * sizeof *parts);
    free(reader.parts);
    *count_r = reader.count;
    return parts;
}

/* ---- content ---- */

bool mail_part_is_text(const struct mail_part *part)
{
    return strcmp(part->type, "text/plain") == 0 && !part->is_attachment;
}

void mail_part_content(const struct mail_part *part, struct buf *out)
{
    mail_transfer_read(out, part->body, part->transfer);
}

void mail_part_text(const struct mail_part *part, struct buf *out)
{
    struct buf octets = {0};
    mail_part_content(part, &octets);
    (void)mail_charset_read(out, part->charset, buf_bytes(&octets));
    buf_deinit(&octets);
}
