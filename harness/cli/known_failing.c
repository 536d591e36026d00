#include "cli/known_failing.h"

#include "base/file.h"
#include "base/glob.h"

enum { KNOWN_MAX_OCTETS = 1024 * 1024 };

struct known_entry {
    const char *case_pattern;
    const char *rule_pattern;
    const char *reason;
    bool may_pass;
    struct known_entry *next;
};

struct known_failing {
    struct arena *arena;
    struct known_entry *first;
    struct known_entry **last_p;
};

struct known_failing *known_failing_new(struct arena *arena)
{
    struct known_failing *known = arena_alloc(arena, sizeof *known);
    known->arena = arena;
    known->last_p = &known->first;
    return known;
}

static int read_entry(struct known_failing *known, const char *path, unsigned number,
                      struct bytes line, struct error *error)
{
    struct bytes rest = line;
    struct bytes case_word;
    struct bytes rule_word;
    if (!bytes_next_word(&rest, &case_word) || !bytes_next_word(&rest, &rule_word) ||
        bytes_trim(rest).n == 0) {
        return error_set(error, "%s:%u: expected CASE RULE REASON, three words or more", path,
                         number);
    }
    struct known_entry *entry = arena_alloc(known->arena, sizeof *entry);
    entry->may_pass = bytes_ends(rule_word, "?");
    entry->case_pattern = arena_text(known->arena, case_word);
    entry->rule_pattern = arena_text(
        known->arena, bytes_slice(rule_word, 0, rule_word.n - (entry->may_pass ? 1 : 0)));
    entry->reason = arena_text(known->arena, bytes_trim(rest));
    *known->last_p = entry;
    known->last_p = &entry->next;
    return 0;
}

int known_failing_read(struct known_failing *known, const char *path, struct error *error)
{
    struct buf text = {0};
    int failed = file_read(path, KNOWN_MAX_OCTETS, &text, error);
    struct bytes rest = buf_bytes(&text);
    struct bytes line;
    for (unsigned number = 1; failed == 0 && bytes_next(&rest, '\n', &line); number++) {
        line = bytes_trim(line);
        if (line.n > 0 && line.p[0] != '#') {
            failed = read_entry(known, path, number, line, error);
        }
    }
    buf_deinit(&text);
    return failed;
}

/* `rule_id` NULL: one by which the case must break some rule. */
static const struct known_entry *entry_for(const struct known_failing *known, const char *case_id,
                                           const char *rule_id)
{
    for (const struct known_entry *entry = known->first; entry != NULL; entry = entry->next) {
        if (glob_match_id(entry->case_pattern, case_id) &&
            (rule_id == NULL ? !entry->may_pass : glob_match_id(entry->rule_pattern, rule_id))) {
            return entry;
        }
    }
    return NULL;
}

static bool is_breach(enum verdict verdict)
{
    return verdict == VERDICT_FAIL || verdict == VERDICT_NON_STRICT;
}

/* The entry that covers the breaches, or NULL when one of them is not covered. */
static const struct known_entry *covering(const struct known_failing *known,
                                          const struct case_result *result)
{
    const struct known_entry *entry = NULL;
    bool script_told = false;
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        if (!is_breach(finding->verdict)) {
            continue;
        }
        const struct known_entry *found = entry_for(known, result->program->id, finding->rule->id);
        if (found == NULL) {
            return NULL;
        }
        entry = entry != NULL ? entry : found;
        script_told = script_told || result->program->rule_count > 0;
    }
    /* A mismatch in a case without rules has no finding, nor has a crash: the entry's rule is then "-". */
    if (is_breach(result->outcome.verdict) && (!script_told || result->outcome.absolute)) {
        return entry_for(known, result->program->id, "-");
    }
    return entry;
}

void known_failing_apply(const struct known_failing *known, struct case_result *result)
{
    if (is_breach(result->verdict)) {
        const struct known_entry *entry = covering(known, result);
        if (entry != NULL) {
            result->verdict = VERDICT_XFAIL;
            result->known_failing = entry->reason;
        }
        return;
    }
    const struct known_entry *entry = entry_for(known, result->program->id, NULL);
    if (entry != NULL && (result->verdict == VERDICT_PASS || result->verdict == VERDICT_INFO)) {
        result->verdict = VERDICT_XPASS;
        result->known_failing = entry->reason;
        result->reason = "passes, but stands in the known-failing file: take it out";
    }
}
