#include "engine/lost.h"

bool lost_behind_refusal(const struct session *session)
{
    return session->state == SESSION_ENDED && session->refused;
}

static bool may_leave(const struct session *session)
{
    return session->taken == 0 || session->saw_421 || session->outstanding.quit_sent ||
           lost_behind_refusal(session);
}

enum loss lost_by_end(const struct session *session)
{
    static const enum loss losses[] = {
        [CONN_END_FIN] = LOSS_CLOSED,
        [CONN_END_RESET] = LOSS_RESET,
        [CONN_END_FAILED] = LOSS_NONE, /* the network, or TLS: the reason tells */
    };

    if (session->state != SESSION_ENDED || may_leave(session)) {
        return LOSS_NONE;
    }
    return session->died.n > 0 ? LOSS_DIED : losses[session->end];
}

enum loss lost_by_silence(const struct session *session, bool whole)
{
    bool due = outstanding_count(&session->outstanding) > 0 && !session_has_unread(session);

    return whole && due && session->state == SESSION_OPEN && !may_leave(session) ? LOSS_SILENT
                                                                                 : LOSS_NONE;
}
