/*
 * RETR commands that go together where PIPELINING is offered (RFC 2449 section 6.6). Their responses are told apart by their order, and
 * what came whole is deleted when all of them are there.
 */
#include "fake_clients/fetcher_session.h"

bool fetcher_may_group(const struct fetcher *fetcher)
{
    return fetcher->offers_pipelining && fetcher->number_count - fetcher->current > 1;
}

void fetcher_say_group(struct fetcher *fetcher)
{
    const size_t begin = fetcher->current;
    const size_t left = fetcher->number_count - begin;
    struct fetcher_group *group = &fetcher->group;
    *group = (struct fetcher_group){.begin = begin,
                                    .count = left < FETCHER_GROUP_MOST ? left : FETCHER_GROUP_MOST};
    for (size_t i = 0; i < group->count; i++) {
        fetcher->current = begin + i;
        fetcher_say(fetcher, FETCHER_RETR);
    }
    fetcher->current = begin;
}

/* Two faults lose count in groups of three and more: so no other case is about them. */
static bool loses_count(const struct fetcher *fetcher, enum client_fault fault)
{
    return fetcher->group.refused > 0 && fetcher->group.count > 2 &&
           fetcher_has_fault(fetcher, fault);
}

static void note_response(struct fetcher *fetcher)
{
    struct fetcher_group *group = &fetcher->group;
    size_t at = group->answered++;
    if (loses_count(fetcher, CLIENT_FAULT_POP3_EACH_RESPONSE)) {
        at -= group->refused; /* what was refused is not counted */
    }
    group->refused += fetcher->done ? 0 : 1;
    group->fetched[at] = group->fetched[at] || fetcher->done;
    if (group->answered == group->count && fetcher->done &&
        loses_count(fetcher, CLIENT_FAULT_POP3_EACH_RESPONSE_2)) {
        for (size_t i = 0; i < group->count; i++) {
            group->fetched[i] = true; /* the last response counts for all */
        }
    }
}

bool fetcher_group_waits(struct fetcher *fetcher)
{
    if (fetcher->step != FETCHER_RETR || fetcher->group.count == 0) {
        return false;
    }
    note_response(fetcher);
    return fetcher->group.answered < fetcher->group.count;
}

bool fetcher_finds_fetched(struct fetcher *fetcher)
{
    struct fetcher_group *group = &fetcher->group;
    while (group->named < group->count) {
        const size_t at = group->named++;
        if (group->fetched[at] && !fetcher->settings->keep) {
            fetcher->current = group->begin + at;
            return true;
        }
    }
    fetcher->current = group->begin + group->count;
    group->count = 0;
    return false;
}
