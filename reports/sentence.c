#include "reports/sentence.h"

static bool is_breach(enum verdict verdict)
{
    return verdict == VERDICT_FAIL || verdict == VERDICT_NON_STRICT;
}

bool sentence_is_reason(const struct case_result *result)
{
    enum loss loss = result->outcome.loss;
    return (loss == LOSS_WENT_AWAY || loss == LOSS_HANGS) && result->reason != NULL;
}

const struct finding *sentence_finding(const struct case_result *result)
{
    const struct finding *found = NULL;
    for (size_t i = 0; i < result->finding_count && !sentence_is_reason(result); i++) {
        const struct finding *finding = &result->findings[i];
        if (finding->text != NULL && is_breach(finding->verdict) &&
            (found == NULL ||
             (finding->verdict != found->verdict &&
              verdict_worse(finding->verdict, found->verdict) == finding->verdict))) {
            found = finding;
        }
    }
    return found;
}

/* A sentence that does not say what is wanted says at least that it is not this. */
static void print_wish(struct buf *out, const struct finding *finding)
{
    if (finding->says_no_wish) {
        buf_printf(out, "; that %s not be", finding->rule->level == LEVEL_MUST ? "must" : "should");
    }
}

/* With a capital letter, and without a full stop. */
static void print_text(struct buf *out, struct bytes text)
{
    bool stops = text.n > 0 && text.p[text.n - 1] == '.';
    size_t begin = out->n;
    buf_append(out, bytes_slice(text, 0, text.n - (stops ? 1 : 0)));
    if (out->n > begin && out->p[begin] >= 'a' && out->p[begin] <= 'z') {
        out->p[begin] = (unsigned char)(out->p[begin] - 'a' + 'A');
    }
}

void sentence_of(struct buf *out, const struct finding *finding)
{
    const struct rule *rule = finding->rule;
    print_text(out, bytes_trim(bytes_of(finding->text)));
    print_wish(out, finding);
    if (rule->source_count > 0) {
        buf_printf(out, " (%s)", rule->sources[0]);
    }
    if (rule->harm != NULL) {
        buf_printf(out, ", for otherwise %s", rule->harm);
    }
    buf_append_octet(out, '.');
}

void sentence_print(struct buf *out, const struct case_result *result)
{
    const struct finding *finding = sentence_finding(result);
    if (sentence_is_reason(result)) {
        print_text(out, bytes_trim(bytes_of(result->reason)));
        buf_append_octet(out, '.');
    }
    if (finding != NULL) {
        sentence_of(out, finding);
    }
}
