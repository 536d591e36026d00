#include "engine/round.h"

static void begin_visit(struct round *round)
{
    bool pop3 = (round->left & CONTACT_SET(CONTACT_MAIL)) == 0;

    round->endpoint = pop3 ? CONTACT_POP3 : CONTACT_MAIL;
    round->left &= ~CONTACT_SET(round->endpoint);
    round->begun = contacts_visit(round->contacts);
    round->visit = visit_new(round->env, round->target, pop3);
}

void round_begin(struct round *round, const struct case_env *env, const struct target *target,
                 unsigned endpoints, struct contacts *contacts)
{
    round_end(round);
    *round = (struct round){.env = env, .target = target, .contacts = contacts, .left = endpoints};
    if (endpoints != 0) {
        begin_visit(round);
    }
}

enum visit_result round_advance(struct round *round)
{
    while (round->visit != NULL) {
        enum visit_result result = visit_advance(round->visit);
        if (result == VISIT_WAITS) {
            return result;
        }
        visit_free(&round->visit);
        if (result != VISIT_SERVED) {
            round->left = 0;
            return result;
        }
        contacts_served(round->contacts, round->endpoint, round->begun);
        if (round->left != 0) {
            begin_visit(round);
        }
    }
    return VISIT_SERVED;
}

bool round_is_open(const struct round *round)
{
    return round->visit != NULL;
}

const char *round_url(const struct round *round)
{
    return round->endpoint == CONTACT_POP3 ? round->target->pop3.url : round->target->mail.url;
}

void round_end(struct round *round)
{
    visit_free(&round->visit);
    round->left = 0;
}
