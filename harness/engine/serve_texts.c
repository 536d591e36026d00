#include "engine/serve_texts.h"

#include <stdio.h>
#include <string.h>

#include "proto/pop3.h"
#include "proto/smtp_command.h"

#define HOST_NAME "mailspec.example"

enum stage { STAGE_GREETING, STAGE_END_OF_DATA, STAGE_RESPONSE, STAGE_COMMAND };

static enum stage stage_of(const struct unit *unit)
{
    if (unit->kind == UNIT_DATA || unit->kind == UNIT_CHUNK) {
        return STAGE_END_OF_DATA;
    }
    if (unit->kind == UNIT_RESPONSE) {
        return STAGE_RESPONSE;
    }
    return unit->octets.n == 0 ? STAGE_GREETING : STAGE_COMMAND;
}

/* The codes for 2yz, 3yz, 4yz and 5yz. */
struct usual_codes {
    enum stage stage;
    enum smtp_verb verb; /* STAGE_COMMAND; SMTP_VERB_COUNT: any other */
    const char *codes[4];
};

static const struct usual_codes usual_codes[] = {
    {STAGE_GREETING,    SMTP_VERB_COUNT, {"220", "354", "421", "554"}},
    {STAGE_END_OF_DATA, SMTP_VERB_COUNT, {"250", "354", "451", "554"}},
    {STAGE_RESPONSE,    SMTP_VERB_COUNT, {"235", "334", "454", "535"}},
    {STAGE_COMMAND,     SMTP_QUIT,       {"221", "354", "451", "550"}},
    {STAGE_COMMAND,     SMTP_VRFY,       {"252", "354", "451", "550"}},
    {STAGE_COMMAND,     SMTP_HELP,       {"214", "354", "451", "502"}},
    {STAGE_COMMAND,     SMTP_AUTH,       {"235", "334", "454", "535"}},
    {STAGE_COMMAND,     SMTP_BDAT,       {"250", "354", "451", "554"}},
    {STAGE_COMMAND,     SMTP_STARTTLS,   {"220", "354", "454", "554"}},
    {STAGE_COMMAND,     SMTP_UNKNOWN,    {"250", "354", "451", "500"}},
    {STAGE_COMMAND,     SMTP_VERB_COUNT, {"250", "354", "451", "550"}},
};

static const char *usual_code(unsigned char class, const struct unit *unit)
{
    enum stage stage = stage_of(unit);
    enum smtp_verb verb = smtp_command_read(bytes_trim_right(unit->octets)).verb;
    const size_t count = sizeof usual_codes / sizeof usual_codes[0];
    size_t i = 0;

    while (i + 1 < count &&
           (usual_codes[i].stage != stage ||
            (usual_codes[i].verb != SMTP_VERB_COUNT && usual_codes[i].verb != verb))) {
        i++;
    }
    return class >= '2' && class <= '5' ? usual_codes[i].codes[class - '2'] : "250";
}

void serve_code_for(const char *written, bool pop3, const struct unit *unit, char *code_r,
                    size_t size)
{
    size_t n = strlen(written);
    bool whole_class = n == 3 && octet_is_digit((unsigned char)written[0]) &&
                       octet_is_alpha((unsigned char)written[1]) &&
                       octet_is_alpha((unsigned char)written[2]);

    if (pop3 || !whole_class) {
        snprintf(code_r, size, "%s", written);
        for (size_t i = 0; !pop3 && code_r[i] != '\0'; i++) {
            code_r[i] = octet_is_alpha((unsigned char)code_r[i]) ? '0' : code_r[i];
        }
        return;
    }
    snprintf(code_r, size, "%s", usual_code((unsigned char)written[0], unit));
}

static const struct usual_text {
    const char *code;
    const char *text;
} usual_texts[] = {
    {"+OK",  "done"                                         },
    {"-ERR", "no"                                           },
    {"+",    ""                                             },
    {"211",  "System status"                                },
    {"214",  "See RFC 5321"                                 },
    {"220",  HOST_NAME " Service ready"                     },
    {"221",  HOST_NAME " Closing the channel"               },
    {"235",  "Authentication succeeded"                     },
    {"250",  "OK"                                           },
    {"251",  "User not local; it is forwarded"              },
    {"252",  "Cannot verify the user, but takes the message"},
    {"334",  ""                                             },
    {"354",  "Start mail input; end with <CRLF>.<CRLF>"     },
    {"421",  HOST_NAME " Service not available, closing"    },
    {"450",  "Mailbox unavailable for now"                  },
    {"451",  "Local error in processing"                    },
    {"452",  "Insufficient storage"                         },
    {"454",  "Not available for now"                        },
    {"455",  "Cannot take the parameters for now"           },
    {"500",  "Command not recognized"                       },
    {"501",  "Syntax error in parameters"                   },
    {"502",  "Command not implemented"                      },
    {"503",  "Bad sequence of commands"                     },
    {"504",  "Parameter not implemented"                    },
    {"521",  HOST_NAME " does not accept mail"              },
    {"530",  "Authentication required"                      },
    {"535",  "Authentication failed"                        },
    {"550",  "Mailbox unavailable"                          },
    {"551",  "User not local"                               },
    {"552",  "Storage allocation exceeded"                  },
    {"553",  "Mailbox name not allowed"                     },
    {"554",  "Transaction failed"                           },
    {"555",  "Parameters not recognized"                    },
};

static const char *usual_text(const char *code)
{
    for (size_t i = 0; i < sizeof usual_texts / sizeof usual_texts[0]; i++) {
        if (strcmp(usual_texts[i].code, code) == 0) {
            return usual_texts[i].text;
        }
    }
    return "reply";
}

void serve_usual_reply(struct buf *out, const char *code, bool pop3, const struct unit *unit)
{
    const char *text = usual_text(code);
    enum smtp_verb verb = smtp_command_read(bytes_trim_right(unit->octets)).verb;
    bool hello =
        unit->kind == UNIT_COMMAND && (verb == SMTP_EHLO || verb == SMTP_HELO || verb == SMTP_LHLO);

    if (!pop3 && hello && strcmp(code, "250") == 0) {
        text = HOST_NAME;
    }
    buf_printf(out, "%s %s\r\n", code, text);
}
