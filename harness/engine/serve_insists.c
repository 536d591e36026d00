/*
 * A client that goes on only behind a login leaves where a dialogue about something else offers none: behind HELO, or by a reply to EHLO
 * of which every octet is written. That proves nothing. (One that insists on TLS is inside before the dialogue begins.)
 */
#include "engine/about.h"
#include "engine/serve_internal.h"

/* It has asked, and its last list of offers has none. */
static bool misses_login(const struct serve_link *link)
{
    const struct visitor *visitor = link->visitor;
    struct bytes params;

    return visitor != NULL && link->asked && !link->logged_in &&
           !offers_get(&visitor->offers, visitor->protocol == PROTOCOL_POP3 ? "SASL" : "AUTH",
                       &params);
}

static bool some_link_misses_login(const struct serve *serve)
{
    for (size_t i = 0; i < CASE_MAX_CONNECTIONS; i++) {
        if (misses_login(&serve->links[i])) {
            return true;
        }
    }
    return false;
}

void serve_excuse(const struct serve *serve, struct mismatch *mismatch, struct buf *out)
{
    const struct case_run *run = serve->run;
    bool breaks_rules =
        mismatch->verdict == VERDICT_FAIL || mismatch->verdict == VERDICT_NON_STRICT;

    if (breaks_rules && run->role == ROLE_SERVER && run->facts->insists_auth &&
        !about_logins(run->program) && some_link_misses_login(serve)) {
        mismatch->verdict = VERDICT_INCONCLUSIVE;
        buf_append_text(out, "; the client insists on a login, and was not offered any");
    }
}
