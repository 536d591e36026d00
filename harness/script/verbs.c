#include "script/verbs.h"

static const struct row {
    enum verb verb;
    struct verb_info info;
} rows[] = {
  /* name, tells, protocol, greets, keywords, multiline, with argument too, begins, logs in */
    {VERB_EHLO,       {"EHLO", true, PROTOCOL_SMTP, true, true, false, false, true, false}       },
    {VERB_HELO,       {"HELO", true, PROTOCOL_SMTP, true, false, false, false, true, false}      },
    {VERB_LHLO,       {"LHLO", true, PROTOCOL_LMTP, true, true, false, false, true, false}       },
    {VERB_MAIL,       {"MAIL", true, PROTOCOL_SMTP, false, false, false, false, false, false}    },
    {VERB_RCPT,       {"RCPT", true, PROTOCOL_SMTP, false, false, false, false, false, false}    },
    {VERB_DATA,       {"DATA", true, PROTOCOL_SMTP, false, false, false, false, false, false}    },
    {VERB_BDAT,       {"BDAT", true, PROTOCOL_SMTP, false, false, false, false, false, false}    },
    {VERB_AUTH,       {"AUTH", false, PROTOCOL_SMTP, false, false, false, false, true, true}     },
    {VERB_USER,       {"USER", true, PROTOCOL_POP3, false, false, false, false, true, true}      },
    {VERB_PASS,       {"PASS", true, PROTOCOL_POP3, false, false, false, false, false, true}     },
    {VERB_APOP,       {"APOP", true, PROTOCOL_POP3, false, false, false, false, true, true}      },
    {VERB_CAPA,       {"CAPA", true, PROTOCOL_POP3, false, true, true, true, true, false}        },
    {VERB_LANG,       {"LANG", true, PROTOCOL_POP3, false, false, true, false, false, false}     },
    {VERB_UTF8,       {"UTF8", true, PROTOCOL_POP3, false, false, false, false, true, false}     },
    {VERB_LIST,       {"LIST", true, PROTOCOL_POP3, false, false, true, false, false, false}     },
    {VERB_UIDL,       {"UIDL", true, PROTOCOL_POP3, false, false, true, false, false, false}     },
    {VERB_RETR,       {"RETR", true, PROTOCOL_POP3, false, false, true, true, false, false}      },
    {VERB_TOP,        {"TOP", true, PROTOCOL_POP3, false, false, true, true, false, false}       },
    {VERB_STLS,       {"STLS", true, PROTOCOL_POP3, false, false, false, false, true, false}     },
    {VERB_TURN,       {"TURN", true, PROTOCOL_SMTP, false, false, false, false, false, false}    },
    {VERB_OTHER_POP3, {"STAT", true, PROTOCOL_POP3, false, false, false, false, false, false}    },
    {VERB_OTHER_POP3, {"DELE", true, PROTOCOL_POP3, false, false, false, false, false, false}    },
    {VERB_OTHER_SMTP, {"VRFY", true, PROTOCOL_SMTP, false, false, false, false, false, false}    },
    {VERB_OTHER_SMTP, {"EXPN", true, PROTOCOL_SMTP, false, false, false, false, false, false}    },
    {VERB_OTHER_SMTP, {"STARTTLS", true, PROTOCOL_SMTP, false, false, false, false, false, false}},
    {VERB_HELLO,      {"HELLO", false, PROTOCOL_SMTP, false, false, false, false, false, false}  },
    {VERB_OTHER,      {"", false, PROTOCOL_SMTP, false, false, false, false, false, false}       },
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

enum verb verb_find(struct bytes word)
{
    for (size_t i = 0; i < ROW_COUNT && word.n > 0; i++) {
        if (bytes_is_nocase(word, rows[i].info.name)) {
            return rows[i].verb;
        }
    }
    return VERB_OTHER;
}

const struct verb_info *verb_info(enum verb verb)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].verb == verb) {
            return &rows[i].info;
        }
    }
    return &rows[ROW_COUNT - 1].info;
}
