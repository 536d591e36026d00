/* The forms in which a secret may stand in a text. */
#include <string.h>

#include "auth/digest.h"
#include "base/base64.h"
#include "base/escape.h"
#include "base/shell_word.h"
#include "record/redact_needles.h"

#define SHORTEST_BASE64 ((size_t)4)

static const char lower[] = "0123456789abcdef";
static const char upper[] = "0123456789ABCDEF";

static void add_plain(struct redact_needles *needles, struct buf *form)
{
    redact_needles_add(needles, NEEDLE_PLAIN, buf_bytes(form), 0);
    buf_deinit(form);
}

/* ---- Base64 ---- */

static void add_for_urls(struct redact_needles *needles, struct bytes standard)
{
    struct buf form = {0};
    bool differs = false;
    for (size_t i = 0; i < standard.n; i++) {
        unsigned char c = standard.p[i];
        differs = differs || c == '+' || c == '/';
        buf_append_octet(&form, c == '+' ? '-' : c == '/' ? '_' : c);
    }
    if (differs) {
        redact_needles_add(needles, NEEDLE_BASE64_URL, buf_bytes(&form), 0);
    }
    buf_deinit(&form);
}

/*
 * The base64 characters that depend on the secret alone when `before` other octets (0, 1 or 2) stand in front of it
 * in its group of three: those whose six bits all belong to it.
 */
static void add_base64(struct redact_needles *needles, struct bytes secret, size_t before)
{
    struct buf plain = {0};
    struct buf encoded = {0};
    buf_append_fill(&plain, 'x', before);
    buf_append(&plain, secret);
    base64_encode(&encoded, buf_bytes(&plain));
    size_t from = (before * 8 + 5) / 6;
    size_t to = plain.n * 8 / 6;
    if (to >= from + SHORTEST_BASE64) {
        struct bytes own = bytes_slice(buf_bytes(&encoded), from, to);
        redact_needles_add(needles, NEEDLE_BASE64, own, 0);
        add_for_urls(needles, own);
    }
    buf_deinit(&plain);
    buf_deinit(&encoded);
}

/* ---- An octet as two digits, behind a sign ---- */

struct hex_form {
    const char *sign;
    const char *digits;
    const char *kept; /* these stay as they are, and all alphanumeric ones; NULL: nothing does */
};

static const struct hex_form hex_forms[] = {
    {"",  lower, NULL                                },
    {"",  upper, NULL                                },
    {"%", lower, NULL                                },
    {"%", upper, NULL                                },
    {"%", lower, "-._~"                              }, /* RFC 3986 section 2.3 */
    {"%", upper, "-._~"                              },
    {"%", lower, "-._~!$&'()*,;:@"                   },
    {"%", upper, "-._~!$&'()*,;:@"                   },
    {"+", upper, "!\"#$%&'()*,-./:;<>?@[\\]^_`{|}~"  }, /* RFC 3461 section 4 */
    {"=", upper, " !\"#$%&'()*+,-./:;<>?@[\\]^_`{|}~"}, /* RFC 2045 section 6.7 */
};

static void add_hex(struct redact_needles *needles, struct bytes secret,
                    const struct hex_form *form)
{
    struct buf out = {0};
    for (size_t i = 0; i < secret.n; i++) {
        unsigned char c = secret.p[i];
        bool kept = form->kept != NULL && c != 0 &&
                    (octet_is_alpha(c) || octet_is_digit(c) || strchr(form->kept, c) != NULL);
        if (kept) {
            buf_append_octet(&out, c);
        } else {
            buf_printf(&out, "%s%c%c", form->sign, form->digits[c >> 4], form->digits[c & 15]);
        }
    }
    add_plain(needles, &out);
}

/* ---- As this program writes it ---- */

static void add_escaped(struct redact_needles *needles, struct bytes text)
{
    for (unsigned flags = 0; flags <= (ESCAPE_BRACE | ESCAPE_UTF8 | ESCAPE_CI); flags++) {
        struct buf form = {0};
        escape_append(&form, text, flags);
        add_plain(needles, &form);
    }
}

/* A peer may have escaped it before. */
static void add_escaped_twice(struct redact_needles *needles, struct bytes secret)
{
    for (unsigned flags = 0; flags <= (ESCAPE_BRACE | ESCAPE_UTF8 | ESCAPE_CI); flags++) {
        struct buf form = {0};
        escape_append(&form, secret, flags);
        if (!bytes_equal(buf_bytes(&form), secret)) {
            add_escaped(needles, buf_bytes(&form));
        }
        buf_deinit(&form);
    }
}

/* Without the quotation marks, which may as well stand around more than the secret. */
static void add_shell_word(struct redact_needles *needles, struct bytes secret)
{
    struct buf word = {0};
    struct buf text = {0};
    buf_append(&text, secret);
    shell_word_append(&word, buf_text(&text));
    struct bytes form = buf_bytes(&word);
    if (form.n > 2 && form.p[0] == '\'') {
        redact_needles_add(needles, NEEDLE_PLAIN, bytes_slice(form, 1, form.n - 1), 0);
    }
    buf_deinit(&text);
    buf_deinit(&word);
}

static void add_md5(struct redact_needles *needles, struct bytes secret)
{
    struct buf digest = {0};
    digest_md5(&digest, secret);
    add_plain(needles, &digest);
}

void redact_needles_add_base64(struct redact_needles *needles, struct bytes text)
{
    for (size_t before = 0; before < 3; before++) {
        add_base64(needles, text, before);
    }
}

void redact_needles_add_text(struct redact_needles *needles, struct bytes text)
{
    redact_needles_add(needles, NEEDLE_PLAIN, text, 0);
    add_escaped(needles, text);
}

void redact_needles_add_secret(struct redact_needles *needles, struct bytes secret)
{
    redact_needles_add_text(needles, secret);
    add_escaped_twice(needles, secret);
    redact_needles_add_base64(needles, secret);
    for (size_t i = 0; i < sizeof hex_forms / sizeof hex_forms[0]; i++) {
        add_hex(needles, secret, &hex_forms[i]);
    }
    add_shell_word(needles, secret);
    add_md5(needles, secret);
}
