#include "reports/losses.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "reports/sentence.h"
#include "reports/show.h"
#include "reports/tally.h"

enum { SENT_SHOWN = 60, WORDS_WIDTH = 21 };

void losses_sent(struct buf *out, struct bytes sent, size_t left_out)
{
    size_t skipped = sent.n > SENT_SHOWN ? sent.n - SENT_SHOWN : 0;
    buf_append_octet(out, '"');
    if (skipped + left_out > 0) {
        buf_printf(out, "[%zu octets ...] ", skipped + left_out);
    }
    show_octets(out, bytes_skip(sent, skipped), SENT_SHOWN);
    buf_append_octet(out, '"');
}

static void keep_worst(struct losses *losses, const struct case_result *result)
{
    struct buf id = {0};
    struct buf sentence = {0};
    if (losses->worst != NULL || !sentence_is_reason(result)) {
        return;
    }
    show_case_id(&id, result);
    sentence_print(&sentence, result);
    losses->worst = buf_steal(&id);
    losses->worst_text = buf_steal(&sentence);
    losses->worst_again = result->again != NULL ? mem_strdup(result->again) : NULL;
}

void losses_add(struct losses *losses, const struct case_result *result)
{
    if (result->outcome.loss == LOSS_NONE || result->verdict == VERDICT_XFAIL) {
        return;
    }
    keep_worst(losses, result);
    struct bytes words = bytes_of(loss_words(result->outcome.loss));
    buf_append(&losses->lines, words);
    buf_append_fill(&losses->lines, ' ', words.n < WORDS_WIDTH ? WORDS_WIDTH - words.n : 0);
    buf_append_text(&losses->lines, "  ");
    show_case_id(&losses->lines, result);
    if (result->last_sent.n > 0) {
        buf_append_text(&losses->lines, "  after ");
        losses_sent(&losses->lines, result->last_sent, result->last_sent_left_out);
    }
    buf_append_octet(&losses->lines, '\n');
    losses->count++;
}

/* Those that cut off sessions, or the others: a server may be started again by whoever likes to. */
static void print_absences(struct buf *out, const struct run_summary *summary, bool cut)
{
    for (size_t i = 0; i < summary->absence_count; i++) {
        if (summary->absences[i].cut == cut) {
            show_text(out, summary->absences[i].text);
            buf_append_octet(out, '\n');
        }
    }
}

static void print_heading(struct buf *out, bool colour, const char *heading)
{
    buf_append_octet(out, '\n');
    show_colour(out, SHOW_BOLD, colour);
    buf_append_text(out, heading);
    show_colour(out, SHOW_PLAIN, colour);
}

void losses_print(struct buf *out, const struct losses *losses, const struct run_summary *summary,
                  bool colour)
{
    size_t crashes = tally_crashes(summary);
    if (losses->count + crashes > 0) {
        print_heading(out, colour, "Crashes and hangs");
        buf_printf(out, ": %zu\n", losses->count + crashes);
        buf_append(out, buf_bytes(&losses->lines));
        print_absences(out, summary, true);
    }
    if (summary->absence_count > crashes) {
        print_heading(out, colour, "The server was away, and no session was cut off");
        buf_append_octet(out, '\n');
        print_absences(out, summary, false);
    }
}

void losses_deinit(struct losses *losses)
{
    buf_deinit(&losses->lines);
    free(losses->worst);
    free(losses->worst_text);
    free(losses->worst_again);
}
