#include "engine/step_table.h"

#include <assert.h>

enum {
    SENDS = STEP_COLLECTS | STEP_NEEDS_SESSION | STEP_NEEDS_OPEN,
    READS = STEP_NEEDS_SESSION | STEP_NEEDS_OPEN,
};

static const struct step_row rows[] = {
    {STEP_COMMAND,      SENDS,                                    step_send_command,       NULL,                      NULL                },
    {STEP_RESPONSE,     SENDS,                                    step_send_response,      NULL,                      NULL                },
    {STEP_DATA,         SENDS,                                    step_send_data,          NULL,                      NULL                },
    {STEP_CHUNK,        SENDS,                                    step_send_chunk,         NULL,                      NULL                },
    {STEP_REPLY,        READS,                                    step_reply_begin,        step_reply_changed,        step_reply_timed_out},
 /* The body belongs to the reply before it, which was taken whole. */
    {STEP_BODY,         STEP_ON_ANY_SESSION,                      step_nothing,            NULL,                      NULL                },
    {STEP_OPEN,         0,                                        step_open_begin,         step_open_changed,         step_open_timed_out },
    {STEP_CLOSE,        READS,                                    step_close_begin,        step_close_changed,        step_close_timed_out},
    {STEP_RESET,        READS,                                    step_reset_begin,        step_close_changed,        step_close_timed_out},
    {STEP_WAIT,         0,                                        step_wait_begin,         NULL,                      NULL                },
    {STEP_SILENCE,      READS,                                    step_silence_begin,      step_silence_changed,      NULL                },
    {STEP_WITHIN,       STEP_ON_ANY_SESSION,                      step_within,             NULL,                      NULL                },
    {STEP_FLUSH,        0,                                        step_nothing,            NULL,                      NULL                },
    {STEP_PACE,         READS,                                    step_pace,               NULL,                      NULL                },
 /* A demand on the client that is tested, not on us. */
    {STEP_TOGETHER,     STEP_ON_ANY_SESSION,                      step_nothing,            NULL,                      NULL                },
    {STEP_SEND_MESSAGE, SENDS,                                    step_send_message,       NULL,                      NULL                },
    {STEP_MESSAGE,      STEP_ON_ANY_SESSION,                      step_nothing,            NULL,                      NULL                },
    {STEP_AWAIT,        0,                                        step_await_begin,        step_await_changed,        step_await_timed_out},
    {STEP_TLS,          READS,                                    step_tls_begin,          step_tls_changed,          step_tls_timed_out  },
    {STEP_TLS_FAILS,    READS,                                    step_tls_begin,          step_tls_changed,          step_tls_timed_out  },
    {STEP_TLS_FACT,     STEP_NEEDS_SESSION,                       step_tls_fact,           NULL,                      NULL                },
    {STEP_AUTHENTICATE, READS,                                    step_authenticate_begin, step_authenticate_changed,
     step_authenticate_timed_out                                                                                                          },
    {STEP_IF,           STEP_ON_ANY_SESSION | STEP_NEEDS_SESSION, step_if,                 NULL,                      NULL                },
    {STEP_END,          STEP_ON_ANY_SESSION,                      step_nothing,            NULL,                      NULL                },
 /* What becomes of a client that is tested. */
    {STEP_EXIT,         STEP_ON_ANY_SESSION,                      step_nothing,            NULL,                      NULL                },
    {STEP_STORE,        STEP_ON_ANY_SESSION,                      step_nothing,            NULL,                      NULL                },
    {STEP_NEVER,        STEP_ON_ANY_SESSION,                      step_nothing,            NULL,                      NULL                },
    {STEP_JUDGE,        STEP_ON_ANY_SESSION,                      step_judge,              NULL,                      NULL                },
    {STEP_COMMENTARY,   STEP_ON_ANY_SESSION,                      step_nothing,            NULL,                      NULL                },
};
static_assert(sizeof(rows) / sizeof(rows[0]) == STEP_KIND_COUNT, "one row for each kind of step");

const struct step_row *step_row(enum step_kind kind)
{
    assert(rows[kind].kind == kind);
    return &rows[kind];
}

enum step_result step_go_on(struct case_run *run, const struct step *step, step_fn changed,
                            step_fn timed_out)
{
    if (!run->timed_out) {
        return changed == NULL ? STEP_WAITS : changed(run, step);
    }
    run->timed_out = false;
    run->wait_ended = true;
    enum step_result result = timed_out == NULL ? STEP_DONE : timed_out(run, step);
    run->wait_ended = false;
    return result;
}
