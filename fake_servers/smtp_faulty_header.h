/*
 * smtp_faulty_header - what the faults make of trace fields and of the header; private to the SMTP session
 *
 * Each does nothing while its fault is off.
 */
#ifndef MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_HEADER_H
#define MAILSPEC_FAKE_SERVERS_SMTP_FAULTY_HEADER_H

#include "fake_servers/smtp_session.h"
#include "fake_servers/trace.h"

/* Before the trace lines are written. */
void smtp_faulty_header_trace(const struct smtp_session *session, struct trace *trace);
/* Is there no Return-Path? */
bool smtp_faulty_header_lacks_path(const struct smtp_session *session, const struct trace *trace);
/* The message is complete, and will be delivered. */
void smtp_faulty_header_content(struct smtp_session *session);

#endif
