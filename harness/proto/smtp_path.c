#include "proto/smtp_path.h"

#include "base/utf8.h"
#include "proto/defect_names.h"

static const char *const names[] = {"no FROM: or TO:",
                                    "blank before the path",
                                    "no angle brackets",
                                    "bad local part",
                                    "bad domain",
                                    "empty path",
                                    "source route",
                                    "local part over 64 octets",
                                    "domain over 255 octets",
                                    "path over 256 octets",
                                    "something else behind the path",
                                    "bad parameter",
                                    "octet above 127",
                                    "more parameters than are kept"};

enum { MAX_LOCAL_PART_OCTETS = 64, MAX_DOMAIN_OCTETS = 255, MAX_PATH_OCTETS = 256 };

static struct bytes skip_blanks(struct bytes text, unsigned *defects)
{
    size_t i = 0;
    while (i < text.n && (text.p[i] == ' ' || text.p[i] == '\t')) {
        i++;
    }
    *defects |= i > 0 ? SMTP_PATH_BLANK : 0;
    return bytes_skip(text, i);
}

/* What stands behind FROM: or TO:; without it, from the first "<" on, if there is one. */
static struct bytes behind_keyword(struct bytes argument, bool forward, unsigned *defects)
{
    const char *keyword = forward ? "TO:" : "FROM:";
    struct bytes text = skip_blanks(argument, defects);
    if (bytes_starts_nocase(text, keyword)) {
        return skip_blanks(bytes_skip(text, bytes_of(keyword).n), defects);
    }
    *defects |= SMTP_PATH_NO_KEYWORD;
    size_t bracket = bytes_index(text, '<', 0);
    return bracket == BYTES_NONE ? text : bytes_skip(text, bracket);
}

/* The octets of [ A-d-l ":" ] at the start of a path, 0 when there is none: Domain holds neither ":" nor ">". */
static size_t route_length(struct bytes text)
{
    size_t colon = text.n > 0 && text.p[0] == '@' ? bytes_index(text, ':', 0) : BYTES_NONE;
    bool closed =
        colon != BYTES_NONE && bytes_index(bytes_slice(text, 0, colon), '>', 0) != BYTES_NONE;
    return colon == BYTES_NONE || closed ? 0 : colon + 1;
}

/* The end of a quoted local part that begins at `from` and has "@" behind it; else `from`. */
static size_t skip_quoted(struct bytes text, size_t from)
{
    size_t end = from + smtp_quoted_length(bytes_skip(text, from));
    return end < text.n && text.p[end] == '@' ? end : from;
}

/* The end of an address literal behind the "@" at or after `from`; else `from`. "[" tag ":" may hold ">" and "@". */
static size_t skip_literal(struct bytes text, size_t from, unsigned char end)
{
    size_t at = bytes_index(text, '@', from);
    if (at == BYTES_NONE || bytes_index(bytes_slice(text, from, at), end, 0) != BYTES_NONE) {
        return from;
    }
    if (at + 1 >= text.n || text.p[at + 1] != '[') {
        return from;
    }
    size_t bracket = bytes_index(text, ']', at);
    size_t blank = bytes_index(text, ' ', at);
    return bracket == BYTES_NONE || blank < bracket ? from : bracket;
}

/* Index of the octet `end` that ends the path whose first octet (behind "<") stands at `begin`. */
static size_t find_end(struct bytes text, size_t begin, unsigned char end)
{
    size_t mailbox = begin + route_length(bytes_skip(text, begin));
    size_t from = skip_literal(text, skip_quoted(text, mailbox), end);
    size_t found = bytes_index(text, end, from);
    return found == BYTES_NONE ? bytes_index(text, end, begin) : found;
}

/* Sets `whole`; returns what stands between the brackets. */
static struct bytes cut_path(struct smtp_path *path, struct bytes text)
{
    bool open = text.n > 0 && text.p[0] == '<';
    size_t begin = open ? 1 : 0;
    size_t end = open ? find_end(text, begin, '>') : BYTES_NONE;
    if (end != BYTES_NONE) {
        path->whole = bytes_slice(text, 0, end + 1);
        return bytes_slice(text, begin, end);
    }
    path->defects |= SMTP_PATH_NO_BRACKETS;
    end = find_end(text, begin, ' ');
    path->whole = bytes_slice(text, 0, end);
    return bytes_slice(text, begin, end);
}

/*
 * A-d-l     = At-domain *( "," At-domain )
 * At-domain = "@" Domain
 */
static bool is_route(struct bytes text)
{
    struct bytes rest = text;
    struct bytes hop;
    while (bytes_next(&rest, ',', &hop)) {
        if (!bytes_starts(hop, "@") || !smtp_is_domain(bytes_skip(hop, 1))) {
            return false;
        }
    }
    return true;
}

static unsigned mailbox_defects(const struct smtp_path *path, bool forward)
{
    unsigned defects = 0;
    bool routed = (path->defects & SMTP_PATH_SOURCE_ROUTE) != 0;
    if (forward && !routed && bytes_is_nocase(path->mailbox, "postmaster")) {
        return 0;
    }
    if (path->mailbox.n == 0 && !routed) {
        return forward ? SMTP_PATH_EMPTY : 0;
    }
    if (!smtp_is_local_part(path->local_part)) {
        defects |= SMTP_PATH_BAD_LOCAL_PART;
    }
    if (!smtp_is_domain(path->domain) && !smtp_is_address_literal(path->domain)) {
        defects |= SMTP_PATH_BAD_DOMAIN;
    }
    return defects;
}

/*
 * Reverse-path = Path / "<>"
 * Forward-path = Path ; RCPT: also "<Postmaster>"
 * Path         = "<" [ A-d-l ":" ] Mailbox ">"
 */
static void read_inner(struct smtp_path *path, struct bytes inner, bool forward)
{
    size_t route = route_length(inner);
    if (route > 0) {
        path->defects |= SMTP_PATH_SOURCE_ROUTE;
        path->defects |= is_route(bytes_slice(inner, 0, route - 1)) ? 0 : SMTP_PATH_BAD_DOMAIN;
    }
    path->mailbox = bytes_skip(inner, route);
    smtp_mailbox_split(path->mailbox, &path->local_part, &path->domain);
    path->defects |= mailbox_defects(path, forward);
    path->defects |= path->local_part.n > MAX_LOCAL_PART_OCTETS ? SMTP_PATH_LONG_LOCAL_PART : 0;
    path->defects |= path->domain.n > MAX_DOMAIN_OCTETS ? SMTP_PATH_LONG_DOMAIN : 0;
    path->defects |= path->whole.n > MAX_PATH_OCTETS ? SMTP_PATH_LONG : 0;
}

/*
 * esmtp-param   = esmtp-keyword ["=" esmtp-value]
 * esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
 * esmtp-value   = 1*(%d33-60 / %d62-126)
 */
static bool is_param(const struct smtp_param *param)
{
    for (size_t i = 0; i < param->keyword.n; i++) {
        unsigned char c = param->keyword.p[i];
        if (!octet_is_alpha(c) && !octet_is_digit(c) && (c != '-' || i == 0)) {
            return false;
        }
    }
    for (size_t i = 0; i < param->value.n; i++) {
        unsigned char c = param->value.p[i];
        if (c < '!' || c > '~' || c == '=') {
            return false;
        }
    }
    return param->keyword.n > 0 && (!param->has_value || param->value.n > 0);
}

static void add_param(struct smtp_path *path, struct bytes text)
{
    size_t equals = bytes_index(text, '=', 0);
    struct smtp_param param = {.keyword = bytes_slice(text, 0, equals),
                               .has_value = equals != BYTES_NONE};
    if (param.has_value) {
        param.value = bytes_skip(text, equals + 1);
    }
    path->defects |= is_param(&param) ? 0 : SMTP_PATH_BAD_PARAM;
    if (text.n == 0) {
        return; /* two blanks, or one at the end */
    }
    if (path->param_count == SMTP_MAX_PARAMS) {
        path->defects |= SMTP_PATH_MANY_PARAMS;
        return;
    }
    path->params[path->param_count++] = param;
}

/* [ SP esmtp-param *(SP esmtp-param) ] */
static void read_params(struct smtp_path *path, struct bytes text)
{
    struct bytes rest = text;
    struct bytes param = {0};
    bytes_next(&rest, ' ', &param);
    path->defects |= param.n > 0 ? SMTP_PATH_TRAILING : 0;
    while (bytes_next(&rest, ' ', &param)) {
        add_param(path, param);
    }
}

static bool has_eight_bit(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] > 127) {
            return true;
        }
    }
    return false;
}

struct smtp_path smtp_path_read(struct bytes argument, bool forward)
{
    struct smtp_path path = {0};
    struct bytes text = behind_keyword(argument, forward, &path.defects);
    struct bytes inner = cut_path(&path, text);
    read_inner(&path, inner, forward);
    if (text.n > path.whole.n) {
        read_params(&path, bytes_skip(text, path.whole.n));
    }
    path.defects |= has_eight_bit(argument) ? SMTP_PATH_EIGHT_BIT : 0;
    return path;
}

/* ---- RFC 6531 ---- */

/*
 * sub-domain  =/ U-label
 * atext       =/ UTF8-non-ascii
 * qtextSMTP   =/ UTF8-non-ascii
 * esmtp-value =/ UTF8-non-ascii
 * Where it may stand a letter may stand, so the argument is read with letters in its place, and where a letter may stand that UTF-8
 * may not, that is looked at in the octets themselves.
 */
static bool put_letters(struct bytes argument, struct buf *letters)
{
    struct bytes rest = argument;
    bool well_formed = true;
    while (rest.n > 0) {
        uint32_t code_point = 0;
        size_t octets = utf8_read(rest, &code_point);
        well_formed = well_formed && octets > 0;
        if (rest.p[0] < 128) {
            buf_append_octet(letters, rest.p[0]);
            octets = 1;
        } else {
            octets = octets > 0 ? octets : 1;
            buf_append_fill(letters, 'x', octets);
        }
        rest = bytes_skip(rest, octets);
    }
    return well_formed;
}

static bool is_visible(struct bytes text)
{
    while (text.n > 0) {
        uint32_t code_point = 0;
        size_t octets = utf8_read(text, &code_point);
        if (octets == 0 || !utf8_is_visible(code_point)) {
            return false;
        }
        text = bytes_skip(text, octets);
    }
    return true;
}

/* The same place of another text of the same length. */
static struct bytes moved(struct bytes part, struct bytes from, struct bytes to)
{
    if (part.p == NULL) {
        return part;
    }
    size_t begin = (size_t)(part.p - from.p);
    return bytes_make(to.p + begin, part.n);
}

/* Everything that points into `from` points into `to` then. */
static void move_path(struct smtp_path *path, struct bytes from, struct bytes to)
{
    path->whole = moved(path->whole, from, to);
    path->mailbox = moved(path->mailbox, from, to);
    path->local_part = moved(path->local_part, from, to);
    path->domain = moved(path->domain, from, to);
    for (size_t i = 0; i < path->param_count; i++) {
        path->params[i].keyword = moved(path->params[i].keyword, from, to);
        path->params[i].value = moved(path->params[i].value, from, to);
    }
}

/* UTF-8 where letters are allowed and it is not: an address literal, a keyword; and domains that nobody can read. */
static unsigned utf8_defects(const struct smtp_path *path)
{
    unsigned defects = 0;
    bool literal = path->domain.n > 0 && path->domain.p[0] == '[';
    struct bytes route = path->whole;
    if (path->mailbox.n > 0) {
        route = bytes_slice(route, 0, (size_t)(path->mailbox.p - path->whole.p));
    }
    if ((literal && has_eight_bit(path->domain)) || !is_visible(path->domain) ||
        !is_visible(route)) {
        defects |= SMTP_PATH_BAD_DOMAIN;
    }
    for (size_t i = 0; i < path->param_count; i++) {
        defects |= has_eight_bit(path->params[i].keyword) ? SMTP_PATH_BAD_PARAM : 0;
    }
    return defects;
}

struct smtp_path smtp_path_read_utf8(struct bytes argument, bool forward)
{
    struct buf letters = {0};
    bool well_formed = put_letters(argument, &letters);
    struct smtp_path path = smtp_path_read(buf_bytes(&letters), forward);
    move_path(&path, buf_bytes(&letters), argument);
    path.defects |= utf8_defects(&path);
    path.defects |= well_formed ? 0 : SMTP_PATH_EIGHT_BIT;
    buf_deinit(&letters);
    return path;
}

void smtp_local_part_unquote(struct bytes local_part, struct buf *out)
{
    bool is_quoted = local_part.n >= 2 && local_part.p[0] == '"' && bytes_ends(local_part, "\"");
    struct bytes inside = is_quoted ? bytes_slice(local_part, 1, local_part.n - 1) : local_part;
    for (size_t i = 0; i < inside.n; i++) {
        i += inside.p[i] == '\\' && i + 1 < inside.n;
        buf_append_octet(out, inside.p[i]);
    }
}

void smtp_path_defects_print(struct buf *out, unsigned defects)
{
    defect_names_print(out, defects, names, sizeof names / sizeof names[0]);
}
