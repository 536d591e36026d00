/* How the commands of the fetcher become octets. */
#include <inttypes.h>

#include "fake_clients/fetcher_session.h"

enum argument {
    NO_ARGUMENT,
    THE_MECHANISM,
    THE_DIGEST,
    THE_USER,
    THE_SECRET,
    THE_NUMBER,
    THE_NUMBER_AND_ZERO
};

struct command_row {
    enum pop3_verb verb;
    enum argument argument;
};

static const struct command_row commands[FETCHER_STEP_COUNT] = {
    [FETCHER_GREETING] = {POP3_UNKNOWN, NO_ARGUMENT        }, /* never sent */
    [FETCHER_CAPA] = {POP3_CAPA,    NO_ARGUMENT        },
    [FETCHER_STLS] = {POP3_STLS,    NO_ARGUMENT        },
    [FETCHER_AUTH] = {POP3_AUTH,    THE_MECHANISM      },
    [FETCHER_APOP] = {POP3_APOP,    THE_DIGEST         },
    [FETCHER_USER] = {POP3_USER,    THE_USER           },
    [FETCHER_PASS] = {POP3_PASS,    THE_SECRET         },
    [FETCHER_STAT] = {POP3_STAT,    NO_ARGUMENT        },
    [FETCHER_LIST] = {POP3_LIST,    NO_ARGUMENT        },
    [FETCHER_UIDL] = {POP3_UIDL,    NO_ARGUMENT        },
    [FETCHER_TOP] = {POP3_TOP,     THE_NUMBER_AND_ZERO},
    [FETCHER_RETR] = {POP3_RETR,    THE_NUMBER         },
    [FETCHER_DELE] = {POP3_DELE,    THE_NUMBER         },
    [FETCHER_QUIT] = {POP3_QUIT,    NO_ARGUMENT        },
};

uint64_t fetcher_number(const struct fetcher *fetcher)
{
    return fetcher->numbers[fetcher->current];
}

static void write_argument(struct fetcher *fetcher, enum argument argument)
{
    struct buf *out = fetcher->out;
    switch (argument) {
    case NO_ARGUMENT:
        break;
    case THE_MECHANISM:
        if (fetcher_wish_is_login(fetcher)) {
            fetcher_wish_say_auth(fetcher);
        } else {
            buf_append_text(out, " CRAM-MD5");
        }
        break;
    case THE_DIGEST:
        fetcher_wish_say_apop(fetcher);
        break;
    case THE_USER:
        buf_printf(out, " %s", fetcher->settings->user);
        break;
    case THE_SECRET:
        buf_printf(out, " %s", fetcher->settings->secret);
        break;
    case THE_NUMBER:
        buf_printf(out, " %" PRIu64, fetcher_number(fetcher));
        break;
    case THE_NUMBER_AND_ZERO:
        buf_printf(out, " %" PRIu64 " 0", fetcher_number(fetcher));
        break;
    }
}

void fetcher_say(struct fetcher *fetcher, enum fetcher_step step)
{
    fetcher->step = step;
    buf_append(fetcher->out, bytes_skip(bytes_of(pop3_verb_row(commands[step].verb)->name),
                                        step == FETCHER_CAPA ? fetcher->said_octets : 0));
    fetcher->said_octets = 0;
    write_argument(fetcher, commands[step].argument);
    bool bare_lf =
        step == FETCHER_QUIT && fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_CLIENT_LINE_END);
    buf_append_text(fetcher->out, bare_lf ? "\n" : "\r\n");
    if (step == FETCHER_STLS && fetcher_has_fault(fetcher, CLIENT_FAULT_POP3_STLS_LAST)) {
        buf_append_text(fetcher->out, "CAPA\r\n");
    }
}

bool fetcher_is_multiline(enum fetcher_step step)
{
    return step != FETCHER_GREETING && pop3_verb_row(commands[step].verb)->multiline != POP3_SINGLE;
}
