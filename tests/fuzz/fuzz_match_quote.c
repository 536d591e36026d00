/*
 * A quoted text matches exactly itself. Input: the text, LF, what else a peer might send. As a pattern, the quoted text
 * matches nothing but the text; and a pattern that a peer made up ends with a verdict, its groups within the subject.
 */
#include "proto_fuzz.h"

#include "match/regex.h"

enum { MAX_OCTETS = 1024, MAX_GROUPS = 4 };

static struct regex *compiled(struct bytes pattern)
{
    size_t offset = 0;
    struct error error = {""};
    struct regex *regex = regex_new(pattern, &offset, &error);
    FUZZ_MUST((regex == NULL) == (error.text[0] != '\0'));
    FUZZ_MUST(regex != NULL || offset <= pattern.n);
    return regex;
}

/* The quoted text, then the very end of the subject; `group` puts it into one, as captures do. */
static struct regex *quoted(struct bytes text, bool group)
{
    struct buf pattern = {0};
    buf_append_text(&pattern, group ? "(" : "");
    regex_quote(&pattern, text);
    buf_append_text(&pattern, group ? ")$" : "$");
    struct regex *regex = compiled(buf_bytes(&pattern));
    buf_deinit(&pattern);
    FUZZ_MUST(regex != NULL);
    return regex;
}

static void check_quoted(struct bytes text, struct bytes other)
{
    for (unsigned group = 0; group < 2; group++) {
        struct regex *regex = quoted(text, group == 1);
        struct bytes found = {0};
        struct buf longer = {0};
        buf_append(&longer, text);
        buf_append(&longer, other);
        FUZZ_MUST(regex_match(regex, text) == REGEX_MATCH);
        FUZZ_MUST(regex_group(regex, group, &found) && bytes_equal(found, text));
        FUZZ_MUST((regex_match(regex, other) == REGEX_MATCH) == bytes_equal(text, other));
        FUZZ_MUST((regex_match(regex, buf_bytes(&longer)) == REGEX_MATCH) == (other.n == 0));
        buf_deinit(&longer);
        regex_free(&regex);
    }
}

/* The same octets as a pattern: any verdict, but no group outside of the subject. */
static void check_pattern(struct bytes pattern, struct bytes subject)
{
    struct regex *regex = compiled(pattern);
    if (regex == NULL) {
        return;
    }
    bool matched = regex_match(regex, subject) == REGEX_MATCH;
    for (unsigned n = 0; n < MAX_GROUPS; n++) {
        struct bytes group = {0};
        bool there = regex_group(regex, n, &group);
        FUZZ_MUST(matched || !there);
        FUZZ_MUST(!there || fuzz_within(group, subject));
    }
    regex_free(&regex);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes input = bytes_make(data, size);
    const size_t end = bytes_index(input, '\n', 0);
    const struct bytes text = bytes_slice(input, 0, end);
    const struct bytes other = end == BYTES_NONE ? (struct bytes){0} : bytes_skip(input, end + 1);
    if (size > MAX_OCTETS) {
        return 0;
    }
    check_quoted(text, other);
    check_pattern(text, other);
    return 0;
}
