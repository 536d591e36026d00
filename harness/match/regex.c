#include "match/regex.h"

#include <stdlib.h>

#include "base/mem.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define LONGEST_PATTERN   65536
#define MATCH_LIMIT       100000
#define DEPTH_LIMIT       50000
#define HEAP_LIMIT_KIB    20000
#define ERROR_TEXT_OCTETS 256

struct regex {
    pcre2_code *code;
    pcre2_match_context *limits;
    pcre2_match_data *groups;
    struct bytes *subject; /* of the last match: groups are cut out of it; null: none */
};

static pcre2_match_context *limits_new(void)
{
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    if (limits != NULL) {
        pcre2_set_match_limit(limits, MATCH_LIMIT);
        pcre2_set_depth_limit(limits, DEPTH_LIMIT);
        pcre2_set_heap_limit(limits, HEAP_LIMIT_KIB);
    }
    return limits;
}

/*
 * NEVER_UTF and NEVER_UCP: a pattern must not turn its subject into text, octets from a peer are
 * what they are.
 */
static pcre2_code *compile(struct bytes pattern, uint32_t more, size_t *offset_r,
                           struct error *error)
{
    const uint32_t options = more | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP;
    int cause = 0;
    PCRE2_SIZE offset = 0;
    /* A null pointer is no pattern for PCRE2 before 10.43, even with length 0. */
    PCRE2_SPTR octets = pattern.p != NULL ? pattern.p : (PCRE2_SPTR) "";
    pcre2_code *code = pcre2_compile(octets, pattern.n, options, &cause, &offset, NULL);
    *offset_r = offset;
    if (code == NULL) {
        PCRE2_UCHAR text[ERROR_TEXT_OCTETS];
        pcre2_get_error_message(cause, text, sizeof text);
        error_set(error, "the pattern is wrong at octet %zu: %s", (size_t)offset + 1,
                  (const char *)text);
    }
    return code;
}

static struct regex *regex_with(struct bytes pattern, uint32_t options, size_t *offset_r,
                                struct error *error)
{
    *offset_r = 0;
    if (pattern.n > LONGEST_PATTERN) {
        error_set(error, "the pattern is too long: at most %d octets are allowed", LONGEST_PATTERN);
        return NULL;
    }
    pcre2_code *code = compile(pattern, options, offset_r, error);
    if (code == NULL) {
        return NULL;
    }
    struct regex *regex = mem_alloc(sizeof *regex);
    regex->code = code;
    regex->limits = limits_new();
    regex->groups = pcre2_match_data_create_from_pattern(code, NULL);
    regex->subject = mem_alloc(sizeof *regex->subject);
    if (regex->limits == NULL || regex->groups == NULL) {
        error_set(error, "there is no memory for the pattern");
        regex_free(&regex);
    }
    return regex;
}

struct regex *regex_new(struct bytes pattern, size_t *offset_r, struct error *error)
{
    return regex_with(pattern, PCRE2_ANCHORED, offset_r, error);
}

struct regex *regex_new_anywhere(struct bytes pattern, bool any_case, size_t *offset_r,
                                 struct error *error)
{
    return regex_with(pattern, any_case ? PCRE2_CASELESS : 0, offset_r, error);
}

void regex_free(struct regex **regex_p)
{
    if (*regex_p == NULL) {
        return;
    }
    pcre2_code_free((*regex_p)->code);
    pcre2_match_context_free((*regex_p)->limits);
    pcre2_match_data_free((*regex_p)->groups);
    free((*regex_p)->subject);
    free(*regex_p);
    *regex_p = NULL;
}

enum regex_result regex_match(const struct regex *regex, struct bytes subject)
{
    PCRE2_SPTR octets = subject.p != NULL ? subject.p : (PCRE2_SPTR) "";
    int count = pcre2_match(regex->code, octets, subject.n, 0, 0, regex->groups, regex->limits);
    *regex->subject = (struct bytes){NULL, 0};
    if (count == PCRE2_ERROR_NOMATCH) {
        return REGEX_NO_MATCH;
    }
    if (count < 0) {
        return REGEX_LIMIT; /* match, depth or heap limit, or no memory: never a silent "no" */
    }
    *regex->subject = bytes_make(octets, subject.n);
    return REGEX_MATCH;
}

bool regex_group(const struct regex *regex, unsigned n, struct bytes *octets_r)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(regex->groups);
    *octets_r = (struct bytes){NULL, 0};
    if (n >= pcre2_get_ovector_count(regex->groups) || regex->subject->p == NULL ||
        ends[(size_t)2 * n] == PCRE2_UNSET) {
        return false;
    }
    *octets_r = bytes_slice(*regex->subject, ends[(size_t)2 * n], ends[(size_t)2 * n + 1]);
    return true;
}

bool regex_named_group(const struct regex *regex, const char *name, struct bytes *octets_r)
{
    int n = pcre2_substring_number_from_name(regex->code, (PCRE2_SPTR)name);
    *octets_r = (struct bytes){NULL, 0};
    return n > 0 && regex_group(regex, (unsigned)n, octets_r);
}

void regex_quote(struct buf *out, struct bytes octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        unsigned char c = octets.p[i];
        if (c < ' ' || c == 0x7f) {
            buf_printf(out, "\\x%02x", c);
            continue;
        }
        /* In PCRE2 a backslash before US-ASCII other than letters and digits makes it literal. */
        if (c < 0x80 && !octet_is_alpha(c) && !octet_is_digit(c) && c != '_') {
            buf_append_octet(out, '\\');
        }
        buf_append_octet(out, c);
    }
}
