/*
 * pop3_texts - what the POP3 server says: one table of responses in all its languages (RFC 6856 section 3)
 *
 * A row is a response: its indicator, its response code (RFC 2449 section 8) and its text in each language. The texts are
 * UTF-8; a client that has not asked for that gets them in ASCII (RFC 6856 section 2.1). What clients take apart, as the drop
 * listing, is not here.
 */
#ifndef MAILSPEC_FAKE_SERVERS_POP3_TEXTS_H
#define MAILSPEC_FAKE_SERVERS_POP3_TEXTS_H

#include "base/buf.h"

enum pop3_language { POP3_ENGLISH, POP3_GERMAN, POP3_FRENCH, POP3_LANGUAGE_COUNT };

enum pop3_code {
    POP3_CODE_NONE,
    POP3_CODE_IN_USE,      /* RFC 2449 8.1.2 */
    POP3_CODE_LOGIN_DELAY, /* RFC 2449 8.1.1 */
    POP3_CODE_AUTH,        /* RFC 3206 5 */
    POP3_CODE_SYS_TEMP,    /* RFC 3206 4 */
    POP3_CODE_UTF8,        /* RFC 6856 5 */
    POP3_CODE_COUNT
};

enum pop3_text {
    POP3_TEXT_READY, /* the greeting */
    POP3_TEXT_SEND_PASS,
    POP3_TEXT_USER_FIRST,
    POP3_TEXT_WRONG_LOGIN,
    POP3_TEXT_BAD_NAME, /* no UTF-8 */
    POP3_TEXT_BAD_LOGIN,
    POP3_TEXT_LOGIN_DELAY, /* seconds */
    POP3_TEXT_IN_USE,
    POP3_TEXT_NO_MAILDROP,
    POP3_TEXT_MAILDROP, /* messages, octets */
    POP3_TEXT_LISTING,  /* messages, octets */
    POP3_TEXT_UNIQUE_IDS,
    POP3_TEXT_OCTETS, /* octets */
    POP3_TEXT_TOP,
    POP3_TEXT_NEEDS_UTF8,
    POP3_TEXT_NOT_READ,   /* number */
    POP3_TEXT_NO_MESSAGE, /* messages */
    POP3_TEXT_IS_DELETED, /* number */
    POP3_TEXT_NO_NUMBER,
    POP3_TEXT_NO_LINES,
    POP3_TEXT_DELETED, /* number */
    POP3_TEXT_NOOP,
    POP3_TEXT_BYE, /* host */
    POP3_TEXT_NOT_REMOVED,
    POP3_TEXT_CAPABILITIES,
    POP3_TEXT_UTF8,
    POP3_TEXT_LANGUAGES,
    POP3_TEXT_LANGUAGE, /* tag */
    POP3_TEXT_NO_LANGUAGE,
    POP3_TEXT_NO_MECHANISM,
    POP3_TEXT_NEEDS_TLS,
    POP3_TEXT_NO_AUTH_NOW,
    POP3_TEXT_AUTH_CANCELLED,
    POP3_TEXT_NOT_BASE64,
    POP3_TEXT_NO_INITIAL,
    POP3_TEXT_BAD_RESPONSE,
    POP3_TEXT_BEGIN_TLS,
    POP3_TEXT_TLS_ACTIVE,
    POP3_TEXT_NOT_IMPLEMENTED,
    POP3_TEXT_NOT_RECOGNISED,
    POP3_TEXT_SYNTAX,
    POP3_TEXT_NEEDS_ARGUMENT, /* keyword */
    POP3_TEXT_MORE_ARGUMENTS, /* keyword */
    POP3_TEXT_WRONG_STATE,    /* keyword */
    POP3_TEXT_TOO_LONG,       /* octets */
    POP3_TEXT_ODD_OCTET,
    POP3_TEXT_COUNT
};

/* What stands in a text for $n, $1 and $2. */
struct pop3_words {
    const char *name;
    uint64_t numbers[2];
};

struct pop3_text_row {
    bool positive;
    enum pop3_code code;
    const char *in[POP3_LANGUAGE_COUNT];
};

const struct pop3_text_row *pop3_text_row(enum pop3_text text);
/* "IN-USE"; "" for none. */
const char *pop3_code_name(enum pop3_code code);
/*
 * The language of a tag by its first subtag: "de-AT" is German. i-default (RFC 2277 4.5) is English. False: there are no texts
 * in that language.
 */
bool pop3_language_find(struct bytes tag, enum pop3_language *language_r);
/* What the language calls itself. */
const char *pop3_language_name(enum pop3_language language);
/* Append `text`, which is UTF-8, with its words; without `utf8` as ASCII. */
void pop3_text_print(struct buf *out, const char *text, bool utf8, const struct pop3_words *words);

#endif
