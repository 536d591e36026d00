#include "cli/mail_pattern.h"

int mail_pattern_read(struct mail_pattern *pattern, const char *text, struct error *error)
{
    struct bytes word = bytes_of(text);
    *pattern = (struct mail_pattern){.plain = word};
    if (!bytes_starts(word, "/")) {
        return 0;
    }
    bool any_case = bytes_ends(word, "/i");
    size_t end = word.n - (any_case ? 2 : 1);
    if (word.n < 3 || word.p[end] != '/' || end < 2) {
        return error_set(error,
                         "%s: a pattern stands between two slashes, as in /invoice/ or "
                         "/invoice/i; a plain text begins with something else",
                         text);
    }
    struct error cause = {""};
    size_t offset = 0;
    pattern->regex = regex_new_anywhere(bytes_slice(word, 1, end), any_case, &offset, &cause);
    return pattern->regex != NULL ? 0 : error_set(error, "%s: %s", text, cause.text);
}

void mail_pattern_deinit(struct mail_pattern *pattern)
{
    regex_free(&pattern->regex);
}

static bool regex_finds(struct mail_pattern *pattern, struct bytes subject)
{
    enum regex_result result = regex_match(pattern->regex, subject);
    pattern->gave_up = pattern->gave_up || result == REGEX_LIMIT;
    return result == REGEX_MATCH;
}

bool mail_pattern_finds(struct mail_pattern *pattern, struct bytes subject)
{
    return pattern->regex != NULL ? regex_finds(pattern, subject)
                                  : bytes_find(subject, pattern->plain, 0) != BYTES_NONE;
}

bool mail_pattern_is_address(struct mail_pattern *pattern, struct bytes address)
{
    if (pattern->regex != NULL) {
        return regex_finds(pattern, address);
    }
    struct bytes plain = pattern->plain;
    if (bytes_starts(plain, "<") && bytes_ends(plain, ">")) {
        return bytes_equal_nocase(address, bytes_slice(plain, 1, plain.n - 1));
    }
    if (bytes_index(plain, '@', 0) != BYTES_NONE) {
        return bytes_equal_nocase(address, plain);
    }
    size_t at = BYTES_NONE; /* the last one: a quoted local-part may hold another */
    for (size_t i = bytes_index(address, '@', 0); i != BYTES_NONE;
         i = bytes_index(address, '@', i + 1)) {
        at = i;
    }
    return bytes_equal_nocase(bytes_slice(address, 0, at == BYTES_NONE ? address.n : at), plain);
}
