#include "record/hidden.h"

#include "base/base64.h"
#include "model/names.h"
#include "record/redact.h"

enum { DIGEST_DIGITS = 32, BASE64_LEAST = 4, TEXT_LEAST = 8 };

#define MARK_OCTETS (sizeof REDACT_MARK - 1)

static const char *const forms[HIDDEN_FORM_COUNT] = {"base64", "digest", "text"};
static const char *const held[HIDDEN_HOLDS_COUNT] = {"blank", "eight-bit", "control", "cr", "nul"};

const char *hidden_form_name(enum hidden_form form)
{
    return forms[form];
}

bool hidden_form_from_name(struct bytes name, enum hidden_form *form_r)
{
    const size_t i = names_find(forms, HIDDEN_FORM_COUNT, name);
    *form_r = i != BYTES_NONE ? (enum hidden_form)i : *form_r;
    return i != BYTES_NONE;
}

const char *hidden_holds_name(size_t i)
{
    return held[i];
}

/* ---- The form of a secret ---- */

static bool is_base64(struct bytes secret, bool whole)
{
    struct buf drop = {0};
    if (whole) {
        const unsigned defects = base64_decode(&drop, secret);
        buf_deinit(&drop);
        return (defects & ~(unsigned)BASE64_LOOSE_BITS) == 0;
    }
    return base64_is_alphabet(secret);
}

/* The last word: a name before it may hold blanks. */
static bool ends_in_digest(struct bytes secret)
{
    const size_t before = secret.n < DIGEST_DIGITS ? 0 : secret.n - DIGEST_DIGITS;
    for (size_t i = before; i < secret.n; i++) {
        const bool letter = secret.p[i] >= 'a' && secret.p[i] <= 'f';
        if (!letter && !octet_is_digit(secret.p[i])) {
            return false;
        }
    }
    return secret.n >= DIGEST_DIGITS && (before == 0 || secret.p[before - 1] == ' ');
}

static unsigned holds_of(struct bytes secret)
{
    unsigned holds = 0;
    for (size_t i = 0; i < secret.n; i++) {
        const unsigned char c = secret.p[i];
        if (c == ' ') {
            holds |= HIDDEN_BLANK;
        } else if (c == '\0') {
            holds |= HIDDEN_NUL;
        } else if (c == '\r') {
            holds |= HIDDEN_CR;
        } else if (c < ' ' || c == 0x7f) {
            holds |= HIDDEN_CONTROL;
        } else if (c > 0x7f) {
            holds |= HIDDEN_EIGHT_BIT;
        }
    }
    return holds;
}

struct hidden hidden_guess(enum side side, struct bytes line, size_t at)
{
    struct bytes rest = line;
    struct bytes verb = {0};
    (void)bytes_next_word(&rest, &verb);
    const bool answers = at == 0 || bytes_is_nocase(verb, "AUTH");
    const bool asks = bytes_is(verb, "334") || bytes_is(verb, "+");
    struct hidden hidden = {.at = at, .form = HIDDEN_TEXT};
    if (side == SIDE_CLIENT && bytes_is_nocase(verb, "APOP")) {
        hidden.form = HIDDEN_DIGEST;
    } else if (side == SIDE_CLIENT ? answers : asks) {
        hidden.form = HIDDEN_BASE64;
    }
    return hidden;
}

struct hidden hidden_describe(enum side side, struct bytes line, size_t at, struct bytes secret,
                              bool whole)
{
    struct hidden hidden = hidden_guess(side, line, at);
    hidden.holds = holds_of(secret);
    if (hidden.form == HIDDEN_TEXT) {
        return hidden;
    }
    hidden.form = HIDDEN_TEXT;
    if (ends_in_digest(secret)) {
        hidden.form = HIDDEN_DIGEST;
    } else if (is_base64(secret, whole)) {
        hidden.form = HIDDEN_BASE64;
    }
    return hidden;
}

/* ---- Fillers ---- */

static size_t least_of(const struct hidden *hidden)
{
    if (hidden->continued && hidden->form != HIDDEN_TEXT) {
        return 0; /* what began it is whole without */
    }
    switch (hidden->form) {
    case HIDDEN_BASE64:
        return BASE64_LEAST;
    case HIDDEN_DIGEST:
        return DIGEST_DIGITS + ((hidden->holds & HIDDEN_BLANK) != 0 ? 2 : 0);
    case HIDDEN_TEXT:
    case HIDDEN_FORM_COUNT:
        break;
    }
    return TEXT_LEAST;
}

/* Each octet that it holds; letters fit into whatever a word of the user's own may stand in. */
static void fill_text(struct buf *out, const struct hidden *hidden, bool no_base64, size_t octets)
{
    static const unsigned char octet[HIDDEN_HOLDS_COUNT] = {' ', 0xff, 0x01, '\r', '\0'};
    const size_t end = out->n + octets;
    buf_append_octet(out, no_base64 ? '!' : 'x');
    for (size_t i = 0; i < HIDDEN_HOLDS_COUNT; i++) {
        if ((hidden->holds & (1U << i)) != 0) {
            buf_append_octet(out, octet[i]);
        }
    }
    buf_append_fill(out, 'x', end > out->n ? end - out->n : 0);
}

static void fill_one(struct buf *out, const struct hidden *hidden, bool no_base64, size_t octets)
{
    switch (octets == 0 ? HIDDEN_FORM_COUNT : hidden->form) {
    case HIDDEN_BASE64:
        buf_append_fill(out, 'A', octets - octets % BASE64_LEAST);
        break;
    case HIDDEN_DIGEST:
        if ((hidden->holds & HIDDEN_BLANK) != 0) {
            buf_append_fill(out, 'x', octets - DIGEST_DIGITS - 1);
            buf_append_octet(out, ' ');
            octets = DIGEST_DIGITS;
        }
        buf_append_fill(out, '0', octets);
        break;
    case HIDDEN_TEXT:
        fill_text(out, hidden, no_base64, octets);
        break;
    case HIDDEN_FORM_COUNT:
        break;
    }
}

static bool are_placed(struct bytes line, const struct hidden *parts, size_t count)
{
    size_t from = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].at < from || parts[i].at > line.n ||
            (!parts[i].continued && !bytes_starts(bytes_skip(line, parts[i].at), REDACT_MARK))) {
            return false;
        }
        from = parts[i].at + (parts[i].continued ? 0 : MARK_OCTETS);
    }
    return true;
}

/* What the first one must have beyond its least, that the line may have its octets again. */
static size_t missing(struct bytes line, const struct hidden *parts, size_t count, size_t octets)
{
    size_t marks = 0;
    size_t least = 0;
    for (size_t i = 0; i < count; i++) {
        marks += parts[i].continued ? 0 : MARK_OCTETS;
        least += least_of(&parts[i]);
    }
    const size_t filled = line.n - marks + least;
    return octets > filled ? octets - filled : 0;
}

bool hidden_fill(struct buf *out, enum side side, struct bytes line, const struct hidden *parts,
                 size_t count, size_t octets)
{
    size_t from = 0;
    if (!are_placed(line, parts, count)) {
        return false;
    }
    const size_t more = missing(line, parts, count, octets);
    for (size_t i = 0; i < count; i++) {
        const bool no_base64 = hidden_guess(side, line, parts[i].at).form == HIDDEN_BASE64;
        buf_append(out, bytes_slice(line, from, parts[i].at));
        fill_one(out, &parts[i], no_base64, least_of(&parts[i]) + (i == 0 ? more : 0));
        from = parts[i].at + (parts[i].continued ? 0 : MARK_OCTETS);
    }
    buf_append(out, bytes_skip(line, from));
    return true;
}
