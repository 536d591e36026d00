/*
 * redact_sink - hands events and findings on without secrets
 *
 * Stands in front of whatever shows or keeps octets (the collector of results); judges and transcripts get the events as they
 * are. Octets, texts and outcomes are copies with {{secret:*}} in place of secrets; everything else is passed on as it
 * is. A write or read that is nothing but the rest of a secret is not handed on; the end
 * of one that may be the beginning of a secret is handed on with the next of that side, when the connection is closed,
 * or when the case ends. Findings are handed on just before their case ends: only then all is known that was secret in it.
 */
#ifndef MAILSPEC_RECORD_REDACT_SINK_H
#define MAILSPEC_RECORD_REDACT_SINK_H

#include "model/event.h"
#include "model/result.h"
#include "record/redact.h"

struct redact_sink;

/* `redact` is taken over. Either sink may be zeroed: nothing is handed on there. */
struct redact_sink *redact_sink_new(struct redact *redact, struct event_sink events,
                                    struct finding_sink findings);
struct event_sink redact_sink_events(struct redact_sink *sink);
struct finding_sink redact_sink_findings(struct redact_sink *sink);
void redact_sink_free(struct redact_sink **sink_p);

#endif
