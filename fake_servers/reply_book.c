#include "fake_servers/reply_book.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct reply_book *reply_book_new(const struct reply_rule *rules, size_t count, uint64_t seed,
                                  struct arena *arena)
{
    struct reply_book *book = arena_alloc(arena, sizeof *book);
    *book = (struct reply_book){.rules = rules,
                                .count = count,
                                .seed = seed,
                                .occasions = arena_array(arena, count + 1, sizeof(uint64_t)),
                                .generation = 1};
    return book;
}

static bool is_same(const struct reply_book *a, const struct reply_book *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = strcmp(a->rules[i].written, b->rules[i].written) == 0;
    }
    return same;
}

void reply_book_follow(struct reply_book *book, const struct reply_book *before)
{
    if (book == NULL || before == NULL) {
        return;
    }
    if (!is_same(book, before)) {
        book->generation = before->generation + 1;
        return;
    }
    book->generation = before->generation;
    memcpy(book->occasions, before->occasions, book->count * sizeof *book->occasions);
}

bool reply_book_has_chance(const struct reply_book *book)
{
    for (size_t i = 0; book != NULL && i < book->count; i++) {
        if (book->rules[i].percent < 100) {
            return true;
        }
    }
    return false;
}

/* SplitMix64: which of the occasions of a rule are hit depends on the seed, the rule and the number of the occasion alone. */
static uint64_t scramble(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static bool is_hit(const struct reply_book *book, size_t rule, uint64_t occasion)
{
    uint64_t chance = scramble(scramble(book->seed) ^ scramble(((uint64_t)rule << 40) + occasion));
    return chance % 100 < book->rules[rule].percent;
}

static bool is_time(const struct reply_times *times, uint64_t in_connection, uint64_t over_all)
{
    uint64_t now = times->over_all ? over_all : in_connection;
    return times->first == 0 || (now >= times->first && now <= times->last);
}

static void prepare(const struct reply_book *book, struct reply_tally *tally)
{
    if (tally->occasions == NULL || tally->generation != book->generation) {
        free(tally->occasions);
        tally->occasions = mem_array(book->count + 1, sizeof(uint64_t));
        tally->generation = book->generation;
    }
}

const struct reply_rule *reply_book_find(struct reply_book *book, struct reply_tally *tally,
                                         const struct reply_moment *moment)
{
    const struct reply_rule *chosen = NULL;
    if (book == NULL || book->count == 0) {
        return NULL;
    }
    prepare(book, tally);
    for (size_t i = 0; i < book->count; i++) {
        const struct reply_rule *rule = &book->rules[i];
        if (!reply_rule_fits(rule, moment)) {
            continue;
        }
        uint64_t over_all = ++book->occasions[i];
        uint64_t in_connection = ++tally->occasions[i];
        if (chosen == NULL && is_time(&rule->times, in_connection, over_all) &&
            is_hit(book, i, over_all)) {
            chosen = rule;
        }
    }
    return chosen;
}

const struct asked_reply *reply_book_choose(struct reply_book *book, struct reply_tally *tally,
                                            const struct reply_moment *moment)
{
    const struct reply_rule *rule = reply_book_find(book, tally, moment);
    return rule != NULL ? &rule->reply : NULL;
}

void reply_tally_deinit(struct reply_tally *tally)
{
    free(tally->occasions);
    *tally = (struct reply_tally){0};
}
