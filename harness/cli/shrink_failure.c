#include "cli/shrink_failure.h"

#include <string.h>

enum { WORD_LEAST = 3 }; /* letters: shorter words stand in every text */

/* ---- Reading ---- */

/* What the scenario says stands behind what its rule says. */
static const struct finding *first_finding(const struct case_result *result)
{
    const struct finding *first = NULL;
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        if (finding->verdict == VERDICT_FAIL &&
            (first == NULL || (finding->by_script && !first->by_script))) {
            first = finding;
        }
    }
    return first;
}

/* The end of the server, which tells more than how it showed; SHRINK_ANSWERED: it is there. */
static enum shrink_how end_of(const struct outcome *outcome)
{
    static const enum shrink_how rows[LOSS_COUNT] = {
        [LOSS_WENT_AWAY] = SHRINK_GONE,
        [LOSS_HANGS] = SHRINK_HUNG,
        [LOSS_DIED] = SHRINK_DIED,
    };
    return rows[outcome->loss];
}

static enum shrink_how how_of(const struct outcome *outcome, bool reset)
{
    if (end_of(outcome) != SHRINK_ANSWERED) {
        return end_of(outcome);
    }
    if (outcome->closed) {
        return SHRINK_CLOSED;
    }
    if (outcome->actual.n > 0 && outcome->verdict != VERDICT_ERROR) {
        return SHRINK_ANSWERED;
    }
    if (reset) {
        return SHRINK_RESET;
    }
    return outcome->waited ? SHRINK_SILENT : SHRINK_ANSWERED;
}

size_t shrink_step_index(const struct program *program, const struct step *step)
{
    bool within = step != NULL && program->step_count > 0 && step >= program->steps &&
                  step < program->steps + program->step_count;
    return within ? (size_t)(step - program->steps) : BYTES_NONE;
}

bool shrink_failure_is_crash(const struct shrink_failure *failure)
{
    return failure->how >= SHRINK_GONE;
}

bool shrink_failure_read(const struct case_result *result, bool reset, size_t step,
                         struct shrink_failure *failure_r)
{
    const struct outcome *outcome = &result->outcome;
    const struct finding *finding = first_finding(result);
    bool ended = reset || end_of(outcome) != SHRINK_ANSWERED;
    bool error = result->verdict == VERDICT_ERROR && ended && outcome->step != NULL;
    if (result->verdict != VERDICT_FAIL && !error) {
        return false;
    }
    *failure_r = (struct shrink_failure){
        .verdict = result->verdict,
        .rule = finding != NULL ? finding->rule : NULL,
        .how = how_of(outcome, reset),
        .step = step,
    };
    bool judged = finding != NULL && !finding->by_script;
    if (judged && failure_r->how == SHRINK_ANSWERED) {
        failure_r->how = SHRINK_SEEN; /* how the script ended is a matter of chance */
        failure_r->step = BYTES_NONE;
    }
    if (shrink_failure_is_crash(failure_r)) {
        failure_r->rule = NULL; /* what else is broken by the way is no part of it */
        failure_r->step = BYTES_NONE;
    }
    if (failure_r->how == SHRINK_ANSWERED) {
        struct bytes actual = bytes_slice(outcome->actual, 0, SHRINK_WORDS_KEPT);
        memcpy(failure_r->actual, actual.n > 0 ? actual.p : (const unsigned char *)"", actual.n);
        failure_r->actual_n = actual.n;
    }
    return true;
}

/* ---- Comparing ---- */

static bool is_separator(unsigned char octet)
{
    return octet == ' ' || octet == '-' || octet == '\r' || octet == '\n';
}

/* "250", "+OK", "-ERR" */
static struct bytes code_of(struct bytes reply)
{
    size_t n = 0;
    while (n < reply.n && !(is_separator(reply.p[n]) && n > 0)) {
        n++;
    }
    return bytes_slice(reply, 0, n);
}

/* "5.1.1", "[IN-USE]"; else empty. */
static struct bytes second_code(struct bytes reply)
{
    struct bytes rest = bytes_skip(reply, code_of(reply).n + 1);
    struct bytes word = {0};
    if (!bytes_next_word(&rest, &word)) {
        return word;
    }
    size_t dots = 0;
    for (size_t i = 0; i < word.n; i++) {
        dots += word.p[i] == '.' ? 1 : 0;
        if (word.p[i] != '.' && !octet_is_digit(word.p[i])) {
            dots = BYTES_NONE / 2;
        }
    }
    return dots == 2 || word.p[0] == '[' ? word : (struct bytes){0};
}

static bool is_letters(struct bytes word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (!octet_is_alpha(word.p[i])) {
            return false;
        }
    }
    return word.n >= WORD_LEAST;
}

/* The next word that means something: not a name, a number, an id or a challenge. Punctuation behind it is none of it. */
static bool next_letters(struct bytes *rest, struct bytes *word_r)
{
    while (bytes_next_word(rest, word_r)) {
        while (word_r->n > 0 && strchr(".,:;!?)\r\n", word_r->p[word_r->n - 1]) != NULL) {
            word_r->n--;
        }
        if (is_letters(*word_r)) {
            return true;
        }
    }
    return false;
}

static bool has_word(struct bytes text, struct bytes word)
{
    struct bytes found;
    while (next_letters(&text, &found)) {
        if (bytes_equal_nocase(found, word)) {
            return true;
        }
    }
    return false;
}

/* Are at least half of the words of `a` in `b`, too? Names and what is repeated from the command differ. */
static bool like(struct bytes a, struct bytes b)
{
    struct bytes rest = a;
    struct bytes word;
    size_t all = 0;
    size_t same = 0;
    while (next_letters(&rest, &word)) {
        all++;
        same += has_word(b, word) ? 1 : 0;
    }
    return 2 * same >= all;
}

static bool same_reply(struct bytes a, struct bytes b)
{
    return bytes_equal(code_of(a), code_of(b)) && bytes_equal(second_code(a), second_code(b)) &&
           like(a, b);
}

bool shrink_failure_same(const struct shrink_failure *a, const struct shrink_failure *b)
{
    return a->verdict == b->verdict && a->rule == b->rule && a->how == b->how &&
           a->step == b->step &&
           same_reply(bytes_make(a->actual, a->actual_n), bytes_make(b->actual, b->actual_n));
}
