#include "record/stored_said.h"

#include "base/escape.h"
#include "record/redact.h"

/* A name that begins at the octets: its length with the braces, 0: none. */
static size_t name_at(struct bytes text)
{
    const size_t end = bytes_starts(text, "{{") ? bytes_find(text, BYTES_LIT("}}"), 2) : BYTES_NONE;
    return end == BYTES_NONE || end == 2 || !octet_is_alpha(text.p[2]) ? 0 : end + 2;
}

static const char *take_name(struct stored_said *said, enum side side, struct bytes name)
{
    if (!bytes_starts(name, "{{secret:")) {
        return "{{...}} is a name that a run fills in: check takes what was said; write \\{ where "
               "a "
               "{ was";
    }
    if (said->count == STORED_SAID_SECRETS) {
        return "more than 100 secrets in a line";
    }
    said->parts[said->count++] = hidden_guess(side, buf_bytes(&said->shown), said->shown.n);
    buf_append_text(&said->shown, REDACT_MARK);
    return NULL;
}

static size_t take_escape(struct stored_said *said, struct bytes rest)
{
    unsigned char octet = 0;
    size_t used = 0;
    switch (escape_read(rest, &octet, &used)) {
    case ESCAPE_READ_OCTET:
        buf_append_octet(&said->shown, octet);
        return used;
    case ESCAPE_READ_NO_END:
        if (used == rest.n) {
            said->no_end = true;
            return used;
        }
        break;
    case ESCAPE_READ_UNKNOWN:
    case ESCAPE_READ_BAD:
        break;
    }
    buf_append_octet(&said->shown, '\\'); /* pasted as it was */
    return 1;
}

const char *stored_said_read(struct stored_said *said, enum side side, struct bytes text)
{
    const char *wrong = NULL;
    for (size_t at = 0; at < text.n && wrong == NULL;) {
        const struct bytes rest = bytes_skip(text, at);
        const size_t name = name_at(rest);
        if (name > 0) {
            wrong = take_name(said, side, bytes_slice(rest, 0, name));
            at += name;
        } else if (rest.p[0] == '\\') {
            at += take_escape(said, rest);
        } else {
            buf_append_octet(&said->shown, rest.p[0]);
            at++;
        }
    }
    buf_append_text(&said->shown, said->no_end ? "" : "\r\n");
    (void)hidden_fill(&said->judged, side, buf_bytes(&said->shown), said->parts, said->count, 0);
    return wrong;
}

void stored_said_deinit(struct stored_said *said)
{
    buf_deinit(&said->shown);
    buf_deinit(&said->judged);
}
