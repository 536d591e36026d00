#include "judge/smtp_codes.h"

enum { MAX_CODES = 3 };

/* Codes that do not refuse. */
static const struct {
    enum smtp_verb verb;
    unsigned codes[MAX_CODES];
} successes[] = {
    {SMTP_HELO,     {250}          },
    {SMTP_EHLO,     {250}          },
    {SMTP_LHLO,     {250}          },
    {SMTP_MAIL,     {250}          },
    {SMTP_RCPT,     {250, 251}     },
    {SMTP_DATA,     {354}          },
    {SMTP_BDAT,     {250}          }, /* RFC 3030 2 */
    {SMTP_RSET,     {250}          },
    {SMTP_NOOP,     {250}          },
    {SMTP_VRFY,     {250, 251, 252}},
    {SMTP_EXPN,     {250, 252}     },
    {SMTP_HELP,     {211, 214}     },
    {SMTP_QUIT,     {221}          },
    {SMTP_STARTTLS, {220}          }, /* RFC 3207 4 */
    {SMTP_AUTH,     {235, 334}     }, /* RFC 4954 6 */
    {SMTP_SEND,     {250}          }, /* RFC 821 4.3 */
    {SMTP_SOML,     {250}          },
    {SMTP_SAML,     {250}          },
    {SMTP_TURN,     {250}          },
};

/*
 * Codes that refuse, of any command: which of them fits which command is a matter of taste where policies and extensions come
 * together. RFC 5321 4.2.2; 432, 454, 534, 535, 538: RFC 4954; 453, 458, 459: RFC 1985, 2645; 521, 556: RFC 7504; 523 to 525, 530,
 * 536, 537: the registry of RFC 5248 and RFC 3207.
 */
static const struct {
    unsigned first;
    unsigned last;
} refusals[] = {
    {421, 421},
    {432, 432},
    {450, 455},
    {458, 459},
    {500, 504},
    {521, 521},
    {523, 525},
    {530, 530},
    {534, 538},
    {550, 556},
};

static bool is_success(enum smtp_verb verb, unsigned code)
{
    for (size_t i = 0; i < sizeof successes / sizeof successes[0]; i++) {
        for (size_t k = 0; successes[i].verb == verb && k < MAX_CODES; k++) {
            if (successes[i].codes[k] == code) {
                return true;
            }
        }
    }
    return false;
}

bool smtp_codes_are_usual(enum smtp_verb verb, bool end_of_data, unsigned code)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        if (refusals[i].first <= code && code <= refusals[i].last) {
            return true;
        }
    }
    return verb == SMTP_UNKNOWN || (end_of_data ? code == 250 : is_success(verb, code));
}
