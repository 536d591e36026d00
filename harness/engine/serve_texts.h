/*
 * serve_texts - codes and texts that a server usually has
 *
 * RFC 5321 4.2.2 and 4.3.2, RFC 4954 4.7, RFC 1939. Texts are our own words.
 */
#ifndef MAILSPEC_ENGINE_SERVE_TEXTS_H
#define MAILSPEC_ENGINE_SERVE_TEXTS_H

#include "engine/visitor.h"

/* The code that is sent where `written` stands: itself, or for a class ("5yz") the usual one behind that unit. */
void serve_code_for(const char *written, bool pop3, const struct unit *unit, char *code_r,
                    size_t size);
/* A whole reply of one line with that code; `unit` without octets: the greeting. */
void serve_usual_reply(struct buf *out, const char *code, bool pop3, const struct unit *unit);

#endif
