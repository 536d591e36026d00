/*
 * pcap_writer - the connections of a run as a capture
 *
 * An event sink. What was said inside TLS stands in clear text in a flow of its own, whose client has an address that nobody has
 * (127.84.76.83, ::544c:53: "TLS"); the flow of the connection itself ends where TLS began. Connections that are not of TCP get addresses and ports
 * of the same kind (127.85.78.88, ::554e:58: "UNX"). Secrets are filled over, length by length, unless they are to be shown.
 */
#ifndef MAILSPEC_RECORD_PCAP_WRITER_H
#define MAILSPEC_RECORD_PCAP_WRITER_H

#include "base/error.h"
#include "model/event.h"
#include "record/redact.h"

struct pcap_writer;

/* `redact` is taken over. Event times count from `begin_us`, which is since 1970. */
struct pcap_writer *pcap_writer_new(struct redact *redact, int64_t begin_us);
struct event_sink pcap_writer_sink(struct pcap_writer *writer);
/* What is open ends now. -1: it could not be written; the run is never stopped by that. */
int pcap_writer_finish(struct pcap_writer *writer, const char *path, struct error *error);
void pcap_writer_free(struct pcap_writer **writer_p);

#endif
