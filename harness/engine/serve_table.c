#include "engine/serve_table.h"

#include <assert.h>

#include "engine/serve_internal.h"
#include "engine/serve_steps.h"

static const struct serve_row nothing = {step_nothing, NULL, NULL};

/* Said by the client: it is waited for. */
static const struct serve_row client_rows[] = {
    [STEP_COMMAND] = {serve_command_begin,  serve_command_changed,   serve_command_timed_out},
    [STEP_RESPONSE] = {serve_command_begin,  serve_command_changed,   serve_command_timed_out},
    [STEP_DATA] = {serve_data_begin,     serve_data_changed,      serve_data_timed_out   },
    [STEP_CHUNK] = {serve_chunk_begin,    serve_data_changed,      serve_data_timed_out   },
    [STEP_SEND_MESSAGE] = {serve_data_begin,     serve_data_changed,      serve_data_timed_out   },
    [STEP_MESSAGE] = {serve_data_begin,     serve_data_changed,      serve_data_timed_out   },
    [STEP_TLS] = {serve_tls_begin,      serve_tls_changed,       serve_command_timed_out},
    [STEP_TLS_FAILS] = {serve_tls_begin,      serve_tls_fails_changed, serve_command_timed_out},
    [STEP_TLS_FACT] = {serve_tls_fact_begin, serve_tls_fact_changed,  serve_command_timed_out},
    [STEP_AUTHENTICATE] = {serve_auth_begin,     serve_auth_changed,      serve_command_timed_out},
    [STEP_OPEN] = {serve_open_begin,     serve_open_changed,      serve_command_timed_out},
    [STEP_CLOSE] = {serve_leave_begin,    serve_leave_changed,     serve_command_timed_out},
    [STEP_RESET] = {serve_leave_begin,    serve_leave_changed,     serve_command_timed_out},
    [STEP_SILENCE] = {serve_silence_begin,  serve_silence_changed,   serve_time_up          },
    [STEP_IF] = {serve_if,             NULL,                    NULL                   },
    [STEP_JUDGE] = {step_judge,           NULL,                    NULL                   },
    [STEP_NEVER] = {serve_never,          NULL,                    NULL                   },
    [STEP_EXIT] = {serve_exit_begin,     serve_exit_changed,      NULL                   },
    [STEP_STORE] = {serve_store_begin,    serve_store_begin,       NULL                   },
    [STEP_KIND_COUNT] = {NULL,                 NULL,                    NULL                   },
};

/* Said by us. */
static const struct serve_row server_rows[] = {
    [STEP_REPLY] = {serve_reply_begin,    serve_reply_changed,     serve_reply_timed_out  },
    [STEP_BODY] = {serve_body_begin,     NULL,                    serve_body_timed_out   },
    [STEP_CLOSE] = {serve_close_begin,    serve_close_begin,       serve_command_timed_out},
    [STEP_RESET] = {serve_close_begin,    serve_close_begin,       serve_command_timed_out},
    [STEP_WAIT] = {serve_wait_begin,     serve_wait_changed,      serve_time_up          },
    [STEP_SILENCE] = {serve_wait_begin,     serve_wait_changed,      serve_time_up          },
    [STEP_TLS] = {serve_tls_begin,      serve_tls_changed,       serve_command_timed_out},
    [STEP_TLS_FAILS] = {serve_tls_begin,      serve_tls_fails_changed, serve_command_timed_out},
    [STEP_TLS_FACT] = {serve_tls_fact_begin, serve_tls_fact_changed,  serve_command_timed_out},
    [STEP_PACE] = {serve_pace_begin,     serve_pace_begin,        serve_command_timed_out},
    [STEP_IF] = {serve_if,             NULL,                    NULL                   },
    [STEP_JUDGE] = {step_judge,           NULL,                    NULL                   },
    [STEP_KIND_COUNT] = {NULL,                 NULL,                    NULL                   },
};

const struct serve_row *serve_row(enum step_kind kind, enum side side)
{
    const struct serve_row *row = side == SIDE_CLIENT ? &client_rows[kind] : &server_rows[kind];

    return row->begin == NULL ? &nothing : row;
}
