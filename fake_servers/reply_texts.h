/*
 * reply_texts - the codes that documents list for SMTP replies, with their usual status code and text
 *
 * For replies that somebody asks for by their code alone. Plain data.
 */
#ifndef MAILSPEC_FAKE_SERVERS_REPLY_TEXTS_H
#define MAILSPEC_FAKE_SERVERS_REPLY_TEXTS_H

#include "fake_servers/stage.h"

struct reply_text {
    unsigned code;
    const char *status; /* enhanced status code (RFC 3463), or NULL: it has none */
    const char *text;
    bool names_host; /* the text stands behind the server's name (RFC 5321 4.2: "<domain> ...") */
    const char *source; /* where the code is listed: "RFC 5321 4.2.3" */
};

/* NULL: no document lists the code. */
const struct reply_text *reply_text_find(unsigned code);
/* All of them, by code. */
const struct reply_text *reply_text_at(size_t i); /* NULL: there are no more */
/* The status of that code at that stage, where it has one of its own there: 250 is 2.1.5 at RCPT. */
const char *reply_text_status(const struct reply_text *row, enum stage stage);
/*
 * Codes that a server should never send, to see what a client makes of them: well formed and unlisted (258), with a second digit
 * outside 0 to 5 (299; RFC 5321 4.2), and such as are no code at all (25). "" ends the list.
 */
const char *reply_text_odd_code(size_t i);

#endif
