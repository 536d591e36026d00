#include "engine/client_beginning.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/outcome.h"
#include "engine/serve.h"

/* A client of TLS speaks first, and has nothing to wait for. */
enum { HANDSHAKE_MS = 5000 };

struct client_beginning {
    const struct case_env *env;
    enum protocol protocol;
    struct timer *timer;
    int64_t wait_ms;
    bool waits;
    bool is_over; /* the time of a handshake */
};

static void time_is_over(void *self)
{
    struct client_beginning *beginning = self;

    beginning->is_over = true;
    beginning->env->wake(beginning->env->self);
}

struct client_beginning *client_beginning_new(const struct case_env *env, enum protocol protocol)
{
    struct client_beginning *beginning = mem_alloc(sizeof *beginning);

    beginning->env = env;
    beginning->protocol = protocol;
    beginning->timer = timer_new(env->config->loop, time_is_over, beginning);
    beginning->wait_ms = (int64_t)(HANDSHAKE_MS * env->config->time_scale);
    return beginning;
}

void client_beginning_free(struct client_beginning **beginning_p)
{
    if (*beginning_p != NULL) {
        timer_free(&(*beginning_p)->timer);
        free(*beginning_p);
        *beginning_p = NULL;
    }
}

/* ---- In words ---- */

/* "smtp", "smtps": as it stands before a client's command, or in Speaks:. */
static void print_kind(const struct client_beginning *beginning, bool inside, struct buf *out)
{
    static const char *const kinds[PROTOCOL_COUNT][2] = {
        [PROTOCOL_SMTP] = {"smtp", "smtps"},
        [PROTOCOL_LMTP] = {"lmtp", "lmtps"},
        [PROTOCOL_POP3] = {"pop3", "pop3s"},
    };

    buf_append_text(out, kinds[beginning->protocol][inside]);
}

static void print_trouble(const struct client_beginning *beginning, enum serve_beginning how,
                          struct buf *why)
{
    bool inside = how == SERVE_BEGINS_IN_TLS;

    if (inside) {
        buf_append_text(why, "the client begins with a TLS handshake, where clear text is "
                             "expected; a client that is inside TLS from its beginning is ");
    } else if (how == SERVE_BEGINS_IN_CLEAR) {
        buf_append_text(why, "the client begins in clear text, where a TLS handshake is expected; "
                             "one that does, or that asks for STARTTLS or STLS, is ");
    } else {
        buf_append_text(why, "the client connected and no TLS session began in ");
        outcome_print_ms(why, beginning->wait_ms);
        buf_append_text(why, "; one that begins in clear text, or asks for STARTTLS or STLS, is ");
    }
    print_kind(beginning, inside, why);
    buf_append_text(why, ", not ");
    print_kind(beginning, !inside, why);
    buf_append_text(why, " (in front of the command, or Speaks)");
}

bool client_beginning_is_wrong(struct client_beginning *beginning, const struct serve *serve,
                               struct buf *why)
{
    enum serve_beginning how = serve_beginning(serve);
    bool waits = how == SERVE_BEGINS_NOT_YET;

    if (waits && !beginning->waits) {
        timer_start(beginning->timer, beginning->wait_ms);
    } else if (!waits) {
        timer_stop(beginning->timer);
        beginning->is_over = false;
    }
    beginning->waits = waits;
    if (how == SERVE_BEGINS_WELL || (waits && !beginning->is_over)) {
        return false;
    }
    print_trouble(beginning, how, why);
    return true;
}
