/*
 * judge - watches every session and names the rules that are broken
 *
 * An event sink that emits findings. It works from octets alone, so a stored transcript gives the same findings as
 * the live run. At CASE_END it also turns the script's outcome into a finding for the rules that the case
 * judges (Rule:), when the outcome is FAIL or NON-STRICT. It reports rules of the sides it is told to watch and no others: one that
 * we play ourselves may break rules on purpose.
 */
#ifndef MAILSPEC_JUDGE_JUDGE_H
#define MAILSPEC_JUDGE_JUDGE_H

#include "model/event.h"
#include "model/result.h"
#include "model/rule.h"

struct judge;

/* Whose duties are judged; a set. */
enum judge_sides { JUDGE_CLIENTS = SIDE_SET(SIDE_CLIENT), JUDGE_SERVERS = SIDE_SET(SIDE_SERVER) };

/* `rules` and what `sink` holds outlive the judge. A rule that a judge knows but `rules` lacks is not judged. */
struct judge *judge_new(const struct rule_set *rules, unsigned sides, struct finding_sink sink);
struct event_sink judge_sink(struct judge *judge);
void judge_free(struct judge **judge_p);

/* Ids of the rules that judges watch; for the catalogue's test. */
const char *const *judge_rule_ids(size_t *count_r);

#endif
