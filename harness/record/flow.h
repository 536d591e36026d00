/*
 * flow - one TCP connection as the packets that its two sides would have sent
 *
 * The handshake, a packet for each write (of more than PACKET_MOST octets: several), an acknowledgement where a lot waits for one, and FIN or RST:
 * sequence numbers are those of the octets. RFC 9293.
 */
#ifndef MAILSPEC_RECORD_FLOW_H
#define MAILSPEC_RECORD_FLOW_H

#include "model/event.h"
#include "record/packet.h"
#include "record/pcap_file.h"

/* Plain data; begun by flow_open(). */
struct flow {
    struct pcap_file *file;
    struct packet_end ends[2]; /* by enum side, as those below */
    uint32_t next[2];          /* sequence number of the next octet */
    uint32_t acknowledged[2];  /* what that side has acknowledged of the other one */
    bool finished[2];
    bool is_reset;
};

/* The client's and the server's end. */
void flow_open(struct flow *flow, struct pcap_file *file, const struct packet_end ends[2],
               int64_t time_us);
void flow_send(struct flow *flow, enum side side, struct bytes octets, int64_t time_us);
/* FIN, or RST where the close is a reset. Nothing, where that side has ended already. */
void flow_close(struct flow *flow, enum side side, enum close_kind kind, int64_t time_us);
/* Both sides have ended, the one that has not said so at last. */
void flow_end(struct flow *flow, int64_t time_us);

#endif
