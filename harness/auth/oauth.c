#include "auth/oauth.h"

#include <string.h>

#include "auth/scram.h"

#define SEPARATOR '\x01'

void oauth_append_xoauth2(struct buf *out, struct bytes user, struct bytes token)
{
    buf_append_text(out, "user=");
    buf_append(out, user);
    buf_append_text(out, "\001auth=Bearer ");
    buf_append(out, token);
    buf_append_text(out, "\001\001");
}

void oauth_append_bearer(struct buf *out, struct bytes user, struct bytes token, struct bytes host,
                         unsigned port)
{
    buf_append_text(out, "n,a=");
    scram_append_name(out, user);
    buf_append_text(out, ",\001");
    if (host.p != NULL) {
        buf_append_text(out, "host=");
        buf_append(out, host);
        buf_append_octet(out, SEPARATOR);
    }
    if (port != 0) {
        buf_printf(out, "port=%u\001", port);
    }
    buf_append_text(out, "auth=Bearer ");
    buf_append(out, token);
    buf_append_text(out, "\001\001");
}

/* value = *(VCHAR / SP / HTAB / CR / LF) */
static bool is_value(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char octet = text.p[i];
        if ((octet < ' ' || octet > '~') && octet != '\t' && octet != '\r' && octet != '\n') {
            return false;
        }
    }
    return true;
}

/* key = 1*ALPHA; cut from "key=value" */
static bool split_pair(struct bytes pair, struct bytes *key_r, struct bytes *value_r)
{
    size_t at = bytes_index(pair, '=', 0);
    if (at == BYTES_NONE || at == 0) {
        return false;
    }
    *key_r = bytes_slice(pair, 0, at);
    *value_r = bytes_skip(pair, at + 1);
    for (size_t i = 0; i < at; i++) {
        if (!octet_is_alpha(pair.p[i])) {
            return false;
        }
    }
    return is_value(*value_r);
}

/* "Bearer" in any case, one blank or more, b64token = 1*(ALPHA / DIGIT / "-._~+/") *"=" (RFC 6750 section 2.1) */
static bool take_token(struct bytes value, struct bytes *token_r)
{
    if (token_r->p != NULL || !bytes_starts_nocase(value, "Bearer ")) {
        return false;
    }
    struct bytes token = bytes_skip(value, strlen("Bearer "));
    while (token.n > 0 && token.p[0] == ' ') {
        token = bytes_skip(token, 1);
    }
    size_t n = 0;
    while (n < token.n && (octet_is_alpha(token.p[n]) || octet_is_digit(token.p[n]) ||
                           (token.p[n] != '\0' && strchr("-._~+/", token.p[n]) != NULL))) {
        n++;
    }
    bool some = n > 0;
    while (n < token.n && token.p[n] == '=') {
        n++;
    }
    *token_r = token;
    return some && n == token.n;
}

/* *kvpair kvsep: every pair ends in the separator, and one more ends them all. */
static bool parse_pairs(struct bytes rest, struct oauth_message *message)
{
    struct bytes pair;
    while (bytes_next(&rest, SEPARATOR, &pair) && rest.p != NULL) {
        struct bytes key;
        struct bytes value;
        if (pair.n == 0) {
            return rest.n == 0 && message->token.p != NULL;
        }
        if (!split_pair(pair, &key, &value) ||
            (bytes_is_nocase(key, "auth") && !take_token(value, &message->token))) {
            return false;
        }
    }
    return false;
}

bool oauth_parse_xoauth2(struct bytes text, struct oauth_message *message_r)
{
    struct bytes rest = text;
    struct bytes user;
    *message_r = (struct oauth_message){
        {NULL, 0},
        {NULL, 0}
    };
    if (!bytes_next(&rest, SEPARATOR, &user) || rest.p == NULL || !bytes_starts(user, "user=")) {
        return false;
    }
    message_r->user = bytes_skip(user, strlen("user="));
    return message_r->user.n > 0 && parse_pairs(rest, message_r);
}

/* gs2-header of RFC 5801: n or y, whom to act for or nothing; channel binding is not offered */
bool oauth_parse_bearer(struct bytes text, struct oauth_message *message_r)
{
    struct bytes rest = text;
    struct bytes flag;
    struct bytes user;
    struct bytes end;
    *message_r = (struct oauth_message){
        {NULL, 0},
        {NULL, 0}
    };
    if (!bytes_next(&rest, ',', &flag) || !(bytes_is(flag, "n") || bytes_is(flag, "y")) ||
        !bytes_next(&rest, ',', &user) || !bytes_next(&rest, SEPARATOR, &end) || end.n > 0 ||
        rest.p == NULL) {
        return false;
    }
    if (user.n > 0) {
        if (!bytes_starts(user, "a=") || user.n == strlen("a=")) {
            return false;
        }
        message_r->user = bytes_skip(user, strlen("a="));
    }
    return parse_pairs(rest, message_r);
}
