/*
 * result - which of two outcomes a client reports
 */
#ifndef MAILSPEC_FAKE_CLIENTS_RESULT_H
#define MAILSPEC_FAKE_CLIENTS_RESULT_H

#include "fake_clients/settings.h"

/*
 * The worse of the two. A refusal for good is worse than one for now: what would be refused again is not tried again. A
 * protocol error is the worst, because nobody can tell what the server meant.
 */
enum client_result client_result_worse(enum client_result a, enum client_result b);

#endif
