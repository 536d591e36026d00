#include "proto/mailbox_list.h"

/* The length of the quoted string that `text` begins with; all of it when it does not end. */
static size_t quoted_length(struct bytes text)
{
    size_t i = 1;
    while (i < text.n && text.p[i] != '"') {
        i += text.p[i] == '\\' ? 2 : 1;
    }
    return i < text.n ? i + 1 : text.n;
}

static size_t comment_length(struct bytes text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\\') {
            i++;
        } else if (text.p[i] == '(') {
            depth++;
        } else if (text.p[i] == ')' && --depth == 0) {
            return i + 1;
        }
    }
    return text.n;
}

/* "[IPv6:::1]" (RFC 5321 4.1.3) */
static size_t literal_length(struct bytes text)
{
    size_t end = bytes_index(text, ']', 0);
    return end != BYTES_NONE ? end + 1 : text.n;
}

/* A quoted string, a comment, a domain literal or one octet: what is within the first three separates nothing. */
static size_t piece_length(struct bytes text)
{
    switch (text.p[0]) {
    case '[':
        return literal_length(text);
    case '"':
        return quoted_length(text);
    case '(':
        return comment_length(text);
    default:
        return 1;
    }
}

struct mailbox {
    struct buf *address;
    bool in_brackets;
    bool had_brackets;
};

static void take_octet(struct mailbox *box, struct bytes piece)
{
    unsigned char c = piece.p[0];
    switch (c) {
    case '<':
        buf_clear(box->address);
        box->in_brackets = true;
        box->had_brackets = true;
        break;
    case '>':
        box->in_brackets = false;
        break;
    case ':': /* behind the name of a group, or a source route */
        buf_clear(box->address);
        break;
    case ' ':
    case '\t':
    case '(':
        break;
    default:
        if (box->in_brackets || !box->had_brackets) {
            buf_append(box->address, piece);
        }
    }
}

static bool ends_mailbox(const struct mailbox *box, unsigned char c)
{
    return !box->in_brackets && (c == ',' || c == ';');
}

bool mailbox_list_next(struct bytes *rest, struct buf *address)
{
    while (rest->n > 0) {
        struct mailbox box = {address, false, false};
        buf_clear(address);
        while (rest->n > 0 && !ends_mailbox(&box, rest->p[0])) {
            size_t length = piece_length(*rest);
            take_octet(&box, bytes_slice(*rest, 0, length));
            *rest = bytes_skip(*rest, length);
        }
        *rest = bytes_skip(*rest, 1);
        if (address->n > 0 || box.had_brackets) {
            return true;
        }
    }
    return false;
}
