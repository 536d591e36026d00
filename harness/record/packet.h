/*
 * packet - a segment of TCP in a packet of IPv4 or IPv6, as octets
 *
 * For captures that nobody recorded: header fields that tell nothing of a dialogue have usual values (RFC 791, RFC 8200, RFC 9293). Checksums are right.
 */
#ifndef MAILSPEC_RECORD_PACKET_H
#define MAILSPEC_RECORD_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Octets of payload that one packet may have: with the headers it stays below 65536. */
enum { PACKET_MOST = 60000 };

enum packet_flag {
    PACKET_FIN = 0x01,
    PACKET_SYN = 0x02,
    PACKET_RST = 0x04,
    PACKET_PSH = 0x08,
    PACKET_ACK = 0x10
};

struct packet_end {
    bool ipv6;
    unsigned char address[16]; /* in the order of the network; of IPv4 the first four */
    uint16_t port;
};

/* "127.0.0.1:25", "[::1]:25". False: it is none, *end_r is not touched. */
bool packet_end_read(struct bytes text, struct packet_end *end_r);

struct packet {
    const struct packet_end *from; /* of one family with `to` */
    const struct packet_end *to;
    uint32_t sequence;
    uint32_t acknowledged;
    unsigned flags; /* a set of enum packet_flag */
    struct bytes payload;
};

void packet_append(struct buf *out, const struct packet *packet);

#endif
