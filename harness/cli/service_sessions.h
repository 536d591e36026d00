/*
 * service_sessions - the sessions of a service: counted, written down, and at some number the end
 *
 * --transcripts DIR: each connection has its file DIR/NNNNN.txt, in the notation of scenarios, without secrets, written as it goes
 * on and bounded (record/transcript.h): also those that fail, and those that are refused. --sessions N: the service stops when
 * so many sessions are over.
 */
#ifndef MAILSPEC_CLI_SERVICE_SESSIONS_H
#define MAILSPEC_CLI_SERVICE_SESSIONS_H

#include "cli/service.h"

struct service_sessions;

/*
 * Watch the sessions of the service's server, which is there and has none yet. NULL: an option is wrong. Takes transcripts of an
 * earlier run in DIR away.
 */
struct service_sessions *service_sessions_new(struct service *service, struct error *error);
/* "3 sessions, 2 messages": for a person. Before the server is freed. */
void service_sessions_print(const struct service_sessions *sessions, struct buf *out);
/* -1: a transcript could not be written (the first reason). */
int service_sessions_finish(const struct service_sessions *sessions, struct error *error);
/* Behind the server, which tells of every session's end. */
void service_sessions_free(struct service_sessions **sessions_p);

#endif
