#include <string.h>

#include "auth/scram.h"
#include "base/base64.h"
#include "base/utf8.h"

bool scram_is_nonce(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] <= ' ' || text.p[i] > '~' || text.p[i] == ',') {
            return false;
        }
    }
    return text.n > 0;
}

/* value = 1*value-char: UTF-8 without NUL and comma */
static bool is_value(struct bytes text)
{
    if (text.n == 0) {
        return false;
    }
    while (text.n > 0) {
        uint32_t code_point = 0;
        size_t length = utf8_read(text, &code_point);
        if (length == 0 || code_point == 0 || code_point == ',') {
            return false;
        }
        text = bytes_skip(text, length);
    }
    return true;
}

/* The next attribute must be that letter; its value goes to *value_r. */
static bool take(struct bytes *rest, char letter, struct bytes *value_r)
{
    struct bytes field;
    if (!bytes_next(rest, ',', &field) || field.n < 3 || field.p[0] != (unsigned char)letter ||
        field.p[1] != '=') {
        return false;
    }
    *value_r = bytes_skip(field, 2);
    return is_value(*value_r);
}

/* extensions = attr-val *("," attr-val); "m" is reserved for those that must not be ignored */
static bool are_extensions(struct bytes rest)
{
    struct bytes field;
    while (bytes_next(&rest, ',', &field)) {
        if (field.n < 3 || !octet_is_alpha(field.p[0]) || field.p[0] == 'm' || field.p[1] != '=' ||
            !is_value(bytes_skip(field, 2))) {
            return false;
        }
    }
    return true;
}

/* gs2-header: "n" or "y" (no channel binding is offered, so both are right), authzid or nothing */
static bool take_header(struct bytes *rest, struct scram_client_first *message)
{
    struct bytes flag;
    struct bytes authzid;
    if (!bytes_next(rest, ',', &flag) || !(bytes_is(flag, "n") || bytes_is(flag, "y"))) {
        return false;
    }
    if (!bytes_next(rest, ',', &authzid) || rest->p == NULL) {
        return false;
    }
    message->authorize_as = (struct bytes){NULL, 0};
    if (authzid.n == 0) {
        return true;
    }
    message->authorize_as = bytes_skip(authzid, 2);
    return bytes_starts(authzid, "a=") && is_value(message->authorize_as);
}

bool scram_parse_client_first(struct bytes text, struct scram_client_first *message_r)
{
    struct bytes rest = text;
    if (!take_header(&rest, message_r)) {
        return false;
    }
    message_r->header = bytes_slice(text, 0, text.n - rest.n);
    message_r->bare = rest;
    return take(&rest, 'n', &message_r->user) && take(&rest, 'r', &message_r->nonce) &&
           scram_is_nonce(message_r->nonce) && are_extensions(rest);
}

bool scram_parse_server_first(struct bytes text, struct scram_server_first *message_r)
{
    struct bytes iterations;
    uint64_t number = 0;
    struct bytes rest = text;
    if (!take(&rest, 'r', &message_r->nonce) || !scram_is_nonce(message_r->nonce) ||
        !take(&rest, 's', &message_r->salt64) || !take(&rest, 'i', &iterations) ||
        !are_extensions(rest) || iterations.p[0] == '0' || !bytes_to_u64(iterations, &number)) {
        return false;
    }
    message_r->iterations = number > UINT32_MAX ? UINT32_MAX : (unsigned)number;
    return true;
}

/* The proof is the last attribute, whatever extensions stand before it. */
bool scram_parse_client_final(struct bytes text, struct scram_client_final *message_r)
{
    size_t at = BYTES_NONE;
    for (size_t comma = bytes_index(text, ',', 0); comma != BYTES_NONE;
         comma = bytes_index(text, ',', comma + 1)) {
        at = comma;
    }
    if (at == BYTES_NONE) {
        return false;
    }
    struct bytes proof = bytes_skip(text, at + 1);
    struct bytes rest = bytes_slice(text, 0, at);
    message_r->without_proof = rest;
    return take(&proof, 'p', &message_r->proof64) && take(&rest, 'c', &message_r->header64) &&
           take(&rest, 'r', &message_r->nonce) && are_extensions(rest);
}

bool scram_parse_server_final(struct bytes text, struct bytes *value_r, bool *is_error_r)
{
    struct bytes rest = text;
    *is_error_r = bytes_starts(text, "e=");
    return take(&rest, *is_error_r ? 'e' : 'v', value_r) && are_extensions(rest);
}

void scram_append_name(struct buf *out, struct bytes name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == ',') {
            buf_append_text(out, "=2C");
        } else if (name.p[i] == '=') {
            buf_append_text(out, "=3D");
        } else {
            buf_append_octet(out, name.p[i]);
        }
    }
}

bool scram_decode_name(struct buf *out, struct bytes name)
{
    for (size_t i = 0; i < name.n; i++) {
        struct bytes rest = bytes_skip(name, i);
        if (rest.p[0] != '=') {
            buf_append_octet(out, rest.p[0]);
            continue;
        }
        bool comma = bytes_starts(rest, "=2C");
        if (!comma && !bytes_starts(rest, "=3D")) {
            return false;
        }
        buf_append_octet(out, comma ? ',' : '=');
        i += 2;
    }
    return true;
}

void scram_append_client_first(struct buf *out, struct bytes authorize_as, struct bytes user,
                               struct bytes nonce)
{
    buf_append_text(out, "n,");
    if (authorize_as.p != NULL) {
        buf_append_text(out, "a=");
        scram_append_name(out, authorize_as);
    }
    buf_append_text(out, ",n=");
    scram_append_name(out, user);
    buf_append_text(out, ",r=");
    buf_append(out, nonce);
}

void scram_append_server_first(struct buf *out, struct bytes nonce, struct bytes salt,
                               unsigned iterations)
{
    buf_append_text(out, "r=");
    buf_append(out, nonce);
    buf_append_text(out, ",s=");
    base64_encode(out, salt);
    buf_printf(out, ",i=%u", iterations);
}

void scram_append_final_bare(struct buf *out, struct bytes header, struct bytes nonce)
{
    buf_append_text(out, "c=");
    base64_encode(out, header);
    buf_append_text(out, ",r=");
    buf_append(out, nonce);
}

void scram_append_auth(struct buf *out, struct bytes client_first_bare, struct bytes server_first,
                       struct bytes final_bare)
{
    buf_append(out, client_first_bare);
    buf_append_octet(out, ',');
    buf_append(out, server_first);
    buf_append_octet(out, ',');
    buf_append(out, final_bare);
}
