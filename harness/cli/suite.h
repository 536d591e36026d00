/*
 * suite - scenario files loaded, their cases selected
 *
 * An operand that names a file or folder stands for its cases; any other is a pattern (* and **) over case ids and rule
 * ids of the shipped scenarios. Nothing named: all shipped ones. Ids of shipped files are counted from their folder, of
 * others from the folder named. A file is loaded once, however often and by whatever name it is given; where two files
 * would give one id, the later has more of its path in front.
 */
#ifndef MAILSPEC_CLI_SUITE_H
#define MAILSPEC_CLI_SUITE_H

#include "base/buf.h"
#include "base/error.h"
#include "cli/shard.h"
#include "cli/word_set.h"
#include "model/program.h"
#include "model/rule.h"

struct suite;

struct suite *suite_new(const char *root, const struct rule_set *rules);
void suite_free(struct suite **suite_p);
/* Load what the operands mean; -1 when one of them names nothing (its nearest is proposed). */
int suite_load(struct suite *suite, const char *const *operands, size_t count, struct error *error);
/* A scenario that is not in a file yet; `path` is where it would be. One that does not parse has no case. */
void suite_add_text(struct suite *suite, const char *path, const char *id, struct bytes text);
/* A case of another suite, which outlives this one. */
void suite_add_program(struct suite *suite, const struct program *program);
/* Leave out what the -t words exclude: "a,!b" is a and not b, several words are alternatives. Cases that are "slow" or "mistaken"
 * are left out unless that tag is asked for, or they are named: by their id, or the path of their file. */
void suite_keep_tags(struct suite *suite, const char *const *words, size_t count);
/* Whom the cases are run against. */
enum suite_tests { SUITE_TESTS_SERVER, SUITE_TESTS_CLIENT, SUITE_TESTS_ITSELF };
/* Can both sides be played to each other? Not where the client goes in the middle of a line: what has come by then is a matter of time. */
bool suite_plays_itself(const struct program *program);
/* Leave out the shipped cases that are about another one; files that the user names stay. */
void suite_keep_tests(struct suite *suite, enum suite_tests tests);
/* Leave out the cases that judge no rule. */
void suite_keep_judging(struct suite *suite);
/* Leave out the cases that `chosen` is false for; it has one element for each. */
void suite_keep_chosen(struct suite *suite, const bool *chosen);
/* Of the shipped cases leave out those of POP3, or those that are not. */
void suite_keep_protocol(struct suite *suite, bool pop3);
/* Does the case put a client to the test? Its rules say so, or that it can be played to a client only. */
bool suite_tests_client(const struct rule_set *rules, const struct program *program);
/* Keep only the ids that stand in `ids`, separated by LF. */
void suite_keep_ids(struct suite *suite, struct bytes ids);

/* Keep one part; suite_whole() and suite_position() tell of the selection as it was before. */
void suite_keep_shard(struct suite *suite, const struct shard *shard);

size_t suite_count(const struct suite *suite);
size_t suite_whole(const struct suite *suite);
size_t suite_position(const struct suite *suite, size_t i);
const struct program *suite_program(const struct suite *suite, size_t i);
/* How to name the case on the command line: its id, or the path of a file that is not shipped. */
const char *suite_selector(const struct suite *suite, size_t i);
size_t suite_file_count(const struct suite *suite);
/* Every name that stands in {{...}} in some file that was loaded, selected or not. */
void suite_variables(const struct suite *suite, struct word_set *names);
/* Append every error of every file, and the warnings of those with a case that is selected, also by the -t words; returns the
 * number of errors. */
size_t suite_print_problems(const struct suite *suite, const char *const *words, size_t count,
                            struct buf *out);

/* The folder of the shipped scenarios: `given`, else that of the source tree, else the installed one. */
const char *suite_root(const char *given);

#endif
