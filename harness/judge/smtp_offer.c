#include "judge/smtp_offer.h"

#include "proto/smtp_ehlo.h"

/* The registered extensions (IANA: SMTP Service Extensions), and widespread private ones. */
static const char *const extensions[] = {
    "SIZE",       "8BITMIME",    "DSN",      "AUTH",          "SMTPUTF8",   "BINARYMIME",
    "DELIVERBY",  "SUBMITTER",   "MTRK",     "CONPERM",       "CONNEG",     "FUTURERELEASE",
    "CHECKPOINT", "MT-PRIORITY", "RRVS",     "NO-SOLICITING", "REQUIRETLS", "XVERP",
    "PIPELINING", "CHUNKING",    "STARTTLS", "BURL",          "LIMITS",     "ENHANCEDSTATUSCODES",
    "ETRN",       "ATRN",        "TURN",     "VRFY",          "EXPN",       "HELP",
    "SEND",       "SOML",        "SAML",
};

enum { EXTENSION_COUNT = sizeof extensions / sizeof extensions[0], MAX_EXTENSIONS = 2 };

/* Which parameters belong to which extension; RFC numbers as in the registry. */
static const struct {
    enum smtp_verb verb;
    const char *parameter;
    const char *extensions[MAX_EXTENSIONS]; /* one of these */
} parameters[] = {
    {SMTP_MAIL, "SIZE",        {"SIZE", NULL}            }, /* RFC 1870 */
    {SMTP_MAIL, "BODY",        {"8BITMIME", "BINARYMIME"}}, /* RFC 6152, RFC 3030 */
    {SMTP_MAIL, "RET",         {"DSN", NULL}             }, /* RFC 3461 */
    {SMTP_MAIL, "ENVID",       {"DSN", NULL}             },
    {SMTP_RCPT, "NOTIFY",      {"DSN", NULL}             },
    {SMTP_RCPT, "ORCPT",       {"DSN", NULL}             },
    {SMTP_MAIL, "AUTH",        {"AUTH", NULL}            }, /* RFC 4954 */
    {SMTP_MAIL, "SMTPUTF8",    {"SMTPUTF8", NULL}        }, /* RFC 6531 */
    {SMTP_MAIL, "BY",          {"DELIVERBY", NULL}       }, /* RFC 2852 */
    {SMTP_MAIL, "SUBMITTER",   {"SUBMITTER", NULL}       }, /* RFC 4405 */
    {SMTP_MAIL, "MTRK",        {"MTRK", NULL}            }, /* RFC 3885 */
    {SMTP_MAIL, "CONPERM",     {"CONPERM", NULL}         }, /* RFC 4141 */
    {SMTP_RCPT, "CONNEG",      {"CONNEG", NULL}          },
    {SMTP_MAIL, "HOLDFOR",     {"FUTURERELEASE", NULL}   }, /* RFC 4865 */
    {SMTP_MAIL, "HOLDUNTIL",   {"FUTURERELEASE", NULL}   },
    {SMTP_MAIL, "TRANSID",     {"CHECKPOINT", NULL}      }, /* RFC 1845 */
    {SMTP_MAIL, "MT-PRIORITY", {"MT-PRIORITY", NULL}     }, /* RFC 6710 */
    {SMTP_RCPT, "RRVS",        {"RRVS", NULL}            }, /* RFC 7293 */
    {SMTP_MAIL, "SOLICIT",     {"NO-SOLICITING", NULL}   }, /* RFC 3865 */
    {SMTP_MAIL, "REQUIRETLS",  {"REQUIRETLS", NULL}      }, /* RFC 8689 */
    {SMTP_MAIL, "XVERP",       {"XVERP", NULL}           }, /* private: Postfix */
};

static size_t find_extension(struct bytes keyword)
{
    for (size_t i = 0; i < EXTENSION_COUNT; i++) {
        if (bytes_is_nocase(keyword, extensions[i])) {
            return i;
        }
    }
    return EXTENSION_COUNT;
}

struct smtp_offer smtp_offer_read(const struct smtp_reply *reply)
{
    struct smtp_offer offer = {.known = true, .is_list = true};
    for (size_t i = 1; i < reply->count; i++) {
        const struct smtp_ehlo_line line = smtp_ehlo_line_read(reply->lines[i].text);
        const size_t index = find_extension(line.keyword);
        if (line.defects != 0) {
            offer.known = false; /* "AUTH=LOGIN" and the like: a client may read more into it */
        } else if (index < EXTENSION_COUNT) {
            offer.extensions |= UINT64_C(1) << index;
        } else {
            offer.others = true;
        }
    }
    return offer;
}

struct smtp_offer smtp_offer_none(void)
{
    return (struct smtp_offer){.known = true};
}

bool smtp_offer_has(const struct smtp_offer *offer, const char *keyword)
{
    const size_t index = find_extension(bytes_of(keyword));
    return index < EXTENSION_COUNT && (offer->extensions & UINT64_C(1) << index) != 0;
}

bool smtp_offer_allows(const struct smtp_offer *offer, enum smtp_verb verb, struct bytes parameter)
{
    if (!offer->known) {
        return true;
    }
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (parameters[i].verb != verb || !bytes_is_nocase(parameter, parameters[i].parameter)) {
            continue;
        }
        for (size_t k = 0; k < MAX_EXTENSIONS && parameters[i].extensions[k] != NULL; k++) {
            if (smtp_offer_has(offer, parameters[i].extensions[k])) {
                return true;
            }
        }
        return false;
    }
    return offer->others; /* it may belong to what this program does not know */
}

bool smtp_offer_allows_8bit(const struct smtp_offer *offer)
{
    return !offer->known || offer->others || smtp_offer_has(offer, "8BITMIME") ||
           smtp_offer_has(offer, "SMTPUTF8") || smtp_offer_has(offer, "BINARYMIME");
}
