#include "cli/tags.h"

#include "base/glob.h"
#include "cli/suite.h"

static bool has_tag(const struct program *program, struct bytes tag)
{
    for (size_t i = 0; i < program->tag_count; i++) {
        if (bytes_is(tag, program->tags[i])) {
            return true;
        }
    }
    return false;
}

/* The next tag of a word; false behind the last. */
static bool next_tag(struct bytes *rest, struct bytes *tag_r, bool *without_r)
{
    if (!bytes_next(rest, ',', tag_r)) {
        return false;
    }
    *tag_r = bytes_trim(*tag_r);
    *without_r = bytes_starts(*tag_r, "!");
    *tag_r = bytes_trim(bytes_skip(*tag_r, *without_r ? 1 : 0));
    return true;
}

int tags_check(const struct option_value *words, struct error *error)
{
    for (size_t i = 0; i < words->count; i++) {
        struct bytes rest = bytes_of(words->values[i]);
        struct bytes tag;
        bool without = false;
        while (next_tag(&rest, &tag, &without)) {
            if (tag.n == 0) {
                return error_set(error,
                                 "%s: expected TAG or !TAG, with commas between, found \"%s\"",
                                 words->where, words->values[i]);
            }
        }
    }
    return 0;
}

/*
 * Cases that nobody runs by chance: those that take minutes, and dialogues that are themselves wrong, which no conforming server
 * satisfies.
 */
static const char *const shy_tags[] = {"slow", "mistaken"};

enum { SHY_TAGS = sizeof shy_tags / sizeof shy_tags[0] };

static bool word_fits(const struct program *program, const char *word, bool *asked)
{
    struct bytes rest = bytes_of(word);
    struct bytes tag;
    bool without = false;
    while (next_tag(&rest, &tag, &without)) {
        if (has_tag(program, tag) == without) {
            return false;
        }
        for (size_t i = 0; i < SHY_TAGS; i++) {
            asked[i] = asked[i] || bytes_is(tag, shy_tags[i]);
        }
    }
    return true;
}

bool tags_fit(const struct program *program, const char *const *words, size_t count, bool named)
{
    bool asked[SHY_TAGS] = {false};
    bool fits = count == 0;
    for (size_t i = 0; i < count && !fits; i++) {
        fits = word_fits(program, words[i], asked);
    }
    for (size_t i = 0; i < SHY_TAGS && fits; i++) {
        fits = named || asked[i] || !has_tag(program, bytes_of(shy_tags[i]));
    }
    return fits;
}

static bool any_has(const struct suite *suite, struct bytes tag)
{
    for (size_t i = 0; i < suite_count(suite); i++) {
        if (has_tag(suite_program(suite, i), tag)) {
            return true;
        }
    }
    return false;
}

static const char *nearest_tag(const struct suite *suite, struct bytes tag)
{
    for (size_t i = 0; i < suite_count(suite); i++) {
        const struct program *program = suite_program(suite, i);
        const char *nearest = glob_nearest(tag, program->tags, program->tag_count);
        if (nearest != NULL) {
            return nearest;
        }
    }
    return NULL;
}

const char *tags_unknown(const struct suite *suite, const char *const *words, size_t count,
                         struct arena *arena, const char **nearest_r)
{
    *nearest_r = NULL;
    for (size_t i = 0; i < count; i++) {
        struct bytes rest = bytes_of(words[i]);
        struct bytes tag;
        bool without = false;
        while (next_tag(&rest, &tag, &without)) {
            if (!without && !any_has(suite, tag)) {
                *nearest_r = nearest_tag(suite, tag);
                return arena_text(arena, tag);
            }
        }
    }
    return NULL;
}
