/*
 * reply_book - the rules of a server, how often each was asked for, and which one answers
 *
 * One book belongs to the settings, and lives in their arena; it is shared by all sessions of a server, which count in it. What is counted for
 * a connection alone stands in the session's tally.
 */
#ifndef MAILSPEC_FAKE_SERVERS_REPLY_BOOK_H
#define MAILSPEC_FAKE_SERVERS_REPLY_BOOK_H

#include "fake_servers/reply_rule.h"

struct reply_book {
    const struct reply_rule *rules;
    size_t count;
    uint64_t seed;       /* of what is left to chance */
    uint64_t *occasions; /* for each rule, over all connections */
    uint64_t generation; /* another one when the rules have changed */
};

/* Of one connection. Zeroed: nothing was counted. */
struct reply_tally {
    uint64_t *occasions;
    uint64_t generation;
};

/* The rules live as long as the book. */
struct reply_book *reply_book_new(const struct reply_rule *rules, size_t count, uint64_t seed,
                                  struct arena *arena);
/* Settings have changed: where the rules are as before, the counting goes on. Either may be NULL. */
void reply_book_follow(struct reply_book *book, const struct reply_book *before);
/* Is anything left to chance? */
bool reply_book_has_chance(const struct reply_book *book);
/* The first rule that is for this moment, one of book->rules; NULL: none is. All that fit are counted. */
const struct reply_rule *reply_book_find(struct reply_book *book, struct reply_tally *tally,
                                         const struct reply_moment *moment);
/* Its reply. */
const struct asked_reply *reply_book_choose(struct reply_book *book, struct reply_tally *tally,
                                            const struct reply_moment *moment);
void reply_tally_deinit(struct reply_tally *tally);

#endif
