#include "reports/hints.h"

#define MORE_USERS "another --user NAME:SECRET:ADDRESS"
#define POP3_SIDE  "--server pop3://HOST:PORT"
#define SMTP_SIDE  "--server smtp://HOST:PORT"

/* A reason that begins so, and holds `has`. */
static const struct hint_row {
    const char *beginning;
    const char *has; /* NULL: anything */
    enum hint_kind kind;
    const char *what; /* NULL: what stands behind the beginning */
    const char *purpose;
} rows[] = {
    {"the target names no address without user",          NULL,               HINT_GIVE,  "--unknown-user ADDRESS",
     "at a domain of the server, and nobody has it"                                                                                               },
    {"the target names no relay domain",                  NULL,               HINT_GIVE,  "--relay-domain NAME",
     "that the server refuses mail for"                                                                                                           },
    {"the target names no second user",                   NULL,               HINT_GIVE,  MORE_USERS,                   "a second test user"      },
    {"the target names too few users",                    NULL,               HINT_GIVE,  MORE_USERS,                   "a second test user"      },
    {"the target names no user",                          NULL,               HINT_GIVE,  "--user NAME:SECRET:ADDRESS",
     "a test user, whose mail may be touched"                                                                                                     },
    {"the target names no domain",                        NULL,               HINT_GIVE,  "--domain NAME",
     "that the server accepts mail for"                                                                                                           },
    {"the target has no POP3 endpoint",                   NULL,               HINT_GIVE,  POP3_SIDE,                    "where the mail comes out"},
    {"the target names no POP3 endpoint or no user",      NULL,               HINT_GIVE,  POP3_SIDE,
     "where the mail comes out"                                                                                                                   },
    {"mail cannot be seen to arrive",                     NULL,               HINT_GIVE,  POP3_SIDE,                    "where the mail comes out"},
    {"the target has no SMTP endpoint",                   NULL,               HINT_GIVE,  SMTP_SIDE,                    "where mail goes in"      },
    {"the maildrop of ",                                  "too few messages", HINT_GIVE,  SMTP_SIDE,                    "where mail goes in"      },
    {"the server does not offer a login by ",             NULL,               HINT_OFFER, NULL,                         "AUTH "                   },
    {"the server does not offer ",                        NULL,               HINT_OFFER, NULL,                         ""                        },
    {"the POP3 server does not list the capability ",     NULL,               HINT_OFFER, NULL,                         "CAPA "                   },
    {"the POP3 greeting has no timestamp",                NULL,               HINT_OFFER, "APOP",                       ""                        },
    {"the server tells no limit with SIZE",               NULL,               HINT_OFFER, "a limit with SIZE",          ""                        },
    {"the server offers no login that is known",          NULL,               HINT_OFFER, "AUTH",                       ""                        },
    {"only the built-in server can be set up for it",     NULL,               HINT_OTHER, "the built-in server",        ""                        },
    {"the case is for LMTP, the target speaks SMTP",      NULL,               HINT_OTHER, "LMTP",                       ""                        },
    {"the case is for SMTP, the target speaks LMTP",      NULL,               HINT_OTHER, "SMTP",                       ""                        },
    {"mail does not go to the target by TCP",             NULL,               HINT_OTHER, "TCP",                        ""                        },
    {"the case begins TLS itself, and the target has it", NULL,               HINT_OTHER,
     "servers that begin without TLS",                                                                                  ""                        },
};

struct hint hint_of(const char *reason)
{
    struct bytes text = bytes_of(reason);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct hint_row *row = &rows[i];
        bool holds = row->has == NULL || bytes_find(text, bytes_of(row->has), 0) != BYTES_NONE;
        if (holds && bytes_starts(text, row->beginning)) {
            struct bytes what = bytes_of(row->what);
            return (struct hint){row->kind, row->purpose,
                                 row->what != NULL ? what
                                                   : bytes_skip(text, bytes_of(row->beginning).n)};
        }
    }
    return (struct hint){HINT_NONE, "", text};
}
