#include "engine/delivery.h"

#include "base/escape.h"
#include "engine/case_run.h"

/* So many cases are enough to see that no recipient is accepted, and that the server itself loses mail. */
enum { REFUSED_MAX = 5, LOST_ALONE_MAX = 2, ANSWER_SHOWN = 200 };

static struct delivery *delivery_of(const struct case_run *run)
{
    return run->target->built_in ? NULL : run->env->delivery;
}

/* Nobody's, or nobody's here: 454 and 554 refuse to relay. Not 450 and 451, with which a server puts off whom it does not know yet. */
static bool is_nobody(unsigned code)
{
    static const unsigned codes[] = {454, 550, 551, 553, 554};
    bool found = false;

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        found = found || codes[i] == code;
    }
    return found;
}

/* The first word on it is the last: the run breaks off. */
static void tell_refused(struct case_run *run)
{
    struct buf text = {0};
    struct bytes said = bytes_trim(answer_line(&run->current->answer, 0));

    buf_printf(&text, "%s refuses mail for ", run->target->mail.url);
    escape_append(&text, bytes_of(run->user->address), 0);
    buf_append_text(&text, ": \"");
    escape_append(&text, bytes_slice(said, 0, ANSWER_SHOWN), 0);
    buf_append_text(&text, "\". Is the address right (--user NAME:SECRET:ADDRESS, User:), or does "
                           "the server want a login first (--start-with auth)?");
    run->env->break_off(run->env->self, buf_text(&text));
    buf_deinit(&text);
}

void delivery_note_recipient(struct case_run *run)
{
    struct delivery *delivery = delivery_of(run);
    unsigned code = answer_code(&run->current->answer);

    if (delivery == NULL || run->current->answered.kind != AWAITED_RCPT) {
        return;
    }
    if (code / 100 == 2) {
        delivery->taken = true;
    } else if (run->start.count > 0 && is_nobody(code) && !delivery->taken && run->user != NULL &&
               run->user->address != NULL && ++delivery->refused == REFUSED_MAX) {
        tell_refused(run);
    }
}

void delivery_note_count(struct case_run *run, uint64_t messages)
{
    struct delivery *delivery = delivery_of(run);

    if (delivery == NULL) {
        return;
    }
    if (delivery->user == NULL) {
        delivery->user = run->user;
        delivery->first = messages;
    }
    delivery->came = delivery->came || (delivery->user == run->user && messages > delivery->first);
}

void delivery_note_arrival(struct case_run *run)
{
    struct delivery *delivery = delivery_of(run);

    if (delivery != NULL) {
        delivery->came = true;
        delivery->deletes_others = delivery->deletes_others || run->alone;
    }
}

void delivery_note_absence(struct case_run *run, bool judging)
{
    struct delivery *delivery = delivery_of(run);

    if (delivery != NULL) {
        delivery->missed = true;
        delivery->lost_alone += run->alone ? 1 : 0;
        delivery->told = delivery->told || judging;
    }
}

bool delivery_may_be_deleted(const struct case_run *run)
{
    const struct delivery *delivery = delivery_of(run);

    return delivery != NULL && delivery->lost_alone < LOST_ALONE_MAX && run->lease.late &&
           !run->alone && run->tries < CASE_MAX_TRIES &&
           !lease_was_left_alone(run->env->leases, &run->lease);
}

bool delivery_is_hopeless(const struct case_run *run, bool judging)
{
    const struct delivery *delivery = delivery_of(run);

    return delivery != NULL && delivery->missed && !delivery->came && (!judging || delivery->told);
}

void delivery_print_hopeless(const struct case_run *run, struct buf *out)
{
    buf_printf(out,
               "no mail for %s that went in at %s has come out at %s yet: is it the same "
               "server, and the address of %s?",
               run->user->address, run->target->mail.url, run->target->pop3.url, run->user->name);
}
