/* The grammar of mailboxes: local parts, domains, address literals (RFC 5321 4.1.2, 4.1.3). */
#include <string.h>

#include "proto/smtp_path.h"

static bool is_let_dig(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c);
}

static bool is_ldh(unsigned char c)
{
    return is_let_dig(c) || c == '-';
}

static bool all(struct bytes text, bool (*is)(unsigned char c))
{
    for (size_t i = 0; i < text.n; i++) {
        if (!is(text.p[i])) {
            return false;
        }
    }
    return true;
}

/* Ldh-str = *( ALPHA / DIGIT / "-" ) Let-dig */
static bool is_ldh_str(struct bytes text)
{
    return text.n > 0 && all(text, is_ldh) && is_let_dig(text.p[text.n - 1]);
}

/*
 * Domain     = sub-domain *("." sub-domain)
 * sub-domain = Let-dig [Ldh-str]
 */
bool smtp_is_domain(struct bytes text)
{
    struct bytes rest = text;
    struct bytes label;
    bool some = false;
    while (bytes_next(&rest, '.', &label)) {
        if (!is_ldh_str(label) || !is_let_dig(label.p[0])) {
            return false;
        }
        some = true;
    }
    return some;
}

/* Snum = 1*3DIGIT, 0 to 255 */
static bool is_snum(struct bytes text)
{
    uint64_t value = 0;
    return text.n <= 3 && bytes_to_u64(text, &value) && value <= 255;
}

/* IPv4-address-literal = Snum 3("." Snum) */
static bool is_ipv4(struct bytes text)
{
    struct bytes rest = text;
    struct bytes number;
    unsigned count = 0;
    while (bytes_next(&rest, '.', &number)) {
        if (!is_snum(number)) {
            return false;
        }
        count++;
    }
    return count == 4;
}

static bool is_hexdig(unsigned char c)
{
    return octet_is_digit(c) || (octet_lower(c) >= 'a' && octet_lower(c) <= 'f');
}

/* IPv6-hex = 1*4HEXDIG */
static bool is_ipv6_hex(struct bytes text)
{
    return text.n >= 1 && text.n <= 4 && all(text, is_hexdig);
}

/*
 * One side of "::", or the whole address without it: groups separated by ":", the last of which may be an IPv4 address where
 * that is allowed. The number of 16-bit groups, or -1.
 */
static int ipv6_groups(struct bytes text, bool ipv4_allowed)
{
    int count = 0;
    struct bytes rest = text;
    struct bytes group;
    while (text.n > 0 && bytes_next(&rest, ':', &group)) {
        bool last = group.p + group.n == text.p + text.n;
        if (is_ipv6_hex(group)) {
            count += 1;
        } else if (last && ipv4_allowed && is_ipv4(group)) {
            count += 2;
        } else {
            return -1;
        }
    }
    return count;
}

/*
 * IPv6-addr   = IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp
 * IPv6-full   = IPv6-hex 7(":" IPv6-hex)
 * IPv6-comp   = [IPv6-hex *5(":" IPv6-hex)] "::" [IPv6-hex *5(":" IPv6-hex)]
 * IPv6v4-full = IPv6-hex 5(":" IPv6-hex) ":" IPv4-address-literal
 * IPv6v4-comp = [IPv6-hex *3(":" IPv6-hex)] "::" [IPv6-hex *3(":" IPv6-hex) ":"] IPv4-address-literal
 * "::" stands for at least two groups, so at most six are written.
 */
static bool is_ipv6(struct bytes text)
{
    size_t gap = bytes_find(text, BYTES_LIT("::"), 0);
    if (gap == BYTES_NONE) {
        return ipv6_groups(text, true) == 8;
    }
    int left = ipv6_groups(bytes_slice(text, 0, gap), false);
    int right = ipv6_groups(bytes_skip(text, gap + 2), true);
    return left >= 0 && right >= 0 && left + right <= 6;
}

/* dcontent = %d33-90 / %d94-126 */
static bool is_dcontent(unsigned char c)
{
    return (c >= 33 && c <= 90) || (c >= 94 && c <= 126);
}

/* General-address-literal = Standardized-tag ":" 1*dcontent ; Standardized-tag = Ldh-str */
static bool is_general_literal(struct bytes text)
{
    size_t colon = bytes_index(text, ':', 0);
    struct bytes content = colon == BYTES_NONE ? (struct bytes){0} : bytes_skip(text, colon + 1);
    return content.n > 0 && is_ldh_str(bytes_slice(text, 0, colon)) && all(content, is_dcontent);
}

/* address-literal = "[" ( IPv4-address-literal / IPv6-address-literal / General-address-literal ) "]" */
bool smtp_is_address_literal(struct bytes text)
{
    if (text.n < 2 || text.p[0] != '[' || text.p[text.n - 1] != ']') {
        return false;
    }
    struct bytes inner = bytes_slice(text, 1, text.n - 1);
    if (bytes_starts_nocase(inner, "IPv6:")) { /* the tag is taken: no General-address-literal */
        return is_ipv6(bytes_skip(inner, 5));
    }
    return is_ipv4(inner) || is_general_literal(inner);
}

/* atext: RFC 5322 3.2.3 */
static bool is_atext(unsigned char c)
{
    return is_let_dig(c) || (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Dot-string = Atom *("." Atom) */
static bool is_dot_string(struct bytes text)
{
    struct bytes rest = text;
    struct bytes atom;
    bool some = false;
    while (bytes_next(&rest, '.', &atom)) {
        if (atom.n == 0 || !all(atom, is_atext)) {
            return false;
        }
        some = true;
    }
    return some;
}

size_t smtp_quoted_length(struct bytes text)
{
    if (text.n == 0 || text.p[0] != '"') {
        return 0;
    }
    for (size_t i = 1; i < text.n; i++) {
        if (text.p[i] == '\\') {
            i++;
        } else if (text.p[i] == '"') {
            return i + 1;
        }
    }
    return 0;
}

static bool is_printable(unsigned char c)
{
    return c >= ' ' && c <= '~';
}

/*
 * Quoted-string  = DQUOTE *QcontentSMTP DQUOTE
 * QcontentSMTP   = qtextSMTP / quoted-pairSMTP
 * quoted-pairSMTP = %d92 %d32-126
 * qtextSMTP      = %d32-33 / %d35-91 / %d93-126
 */
static bool is_quoted_string(struct bytes text)
{
    return text.n > 2 && smtp_quoted_length(text) == text.n && all(text, is_printable);
}

bool smtp_is_local_part(struct bytes text)
{
    return is_dot_string(text) || is_quoted_string(text);
}

void smtp_mailbox_split(struct bytes mailbox, struct bytes *local_part_r, struct bytes *domain_r)
{
    size_t at = bytes_index(mailbox, '@', smtp_quoted_length(mailbox));
    *local_part_r = bytes_slice(mailbox, 0, at);
    *domain_r = at == BYTES_NONE ? (struct bytes){0} : bytes_skip(mailbox, at + 1);
}

/* Mailbox = Local-part "@" ( Domain / address-literal ) */
bool smtp_is_mailbox(struct bytes text)
{
    struct bytes local_part;
    struct bytes domain;
    smtp_mailbox_split(text, &local_part, &domain);
    return smtp_is_local_part(local_part) &&
           (smtp_is_domain(domain) || smtp_is_address_literal(domain));
}
