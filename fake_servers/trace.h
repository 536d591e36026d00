/*
 * trace - what the server puts before a message at final delivery (RFC 5321 4.4)
 *
 *     Return-path-line = "Return-Path:" FWS Reverse-path CRLF
 *     Time-stamp-line  = "Received:" FWS Stamp CRLF
 */
#ifndef MAILSPEC_FAKE_SERVERS_TRACE_H
#define MAILSPEC_FAKE_SERVERS_TRACE_H

#include "base/buf.h"

struct trace {
    const char *reverse_path; /* without brackets; "" for the null path */
    const char *client_name;  /* as given in EHLO or HELO; with a fault NULL: no from clause */
    const char *
        client; /* address literal from the connection: "[127.0.0.1]"; with a fault NULL: it is not told */
    const char *hostname;    /* ours */
    const char *protocol;    /* "ESMTP", "SMTP", "LMTPSA" and the like (RFC 3848) */
    const char *for_path;    /* of the only recipient, with brackets; or NULL */
    const char *second_path; /* with a fault: another one */
    bool two_clauses;        /* the second path has a for of its own */
    const char *zone;        /* with a fault: a name in place of +0000; or NULL */
    bool short_year;         /* with a fault: two digits */
    uint64_t number;         /* of the transaction */
    int64_t wall_us;
};

void trace_return_path(struct buf *out, const struct trace *trace);
void trace_received(struct buf *out, const struct trace *trace);
/* A field that lists addresses, folded (RFC 5322 2.2.3). */
struct trace_field {
    struct buf *out;
    size_t column;
    bool has_one;
};
void trace_field_begin(struct trace_field *field, const char *name);
void trace_field_add(struct trace_field *field, const char *path);
void trace_field_end(struct trace_field *field);
/* RFC 5322 3.3 date-time in UTC, with a numeric offset. */
void trace_date(struct buf *out, int64_t wall_us);

#endif
