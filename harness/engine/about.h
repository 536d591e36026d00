/*
 * about - is a dialogue about TLS, or about logins? (Playing the server)
 *
 * What it is about it says itself: there nothing is offered to a client, or done before line one, that it does not say.
 */
#ifndef MAILSPEC_ENGINE_ABOUT_H
#define MAILSPEC_ENGINE_ABOUT_H

#include "model/program.h"

/* The verb that a line of the client's begins with, where it is written out; else empty. */
struct bytes about_verb(const struct step *step);
bool about_tls(const struct program *program);
bool about_logins(const struct program *program);

#endif
