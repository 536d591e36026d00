#include "record/packet.h"

#include <arpa/inet.h>
#include <string.h>

enum {
    IPV4_OCTETS = 20,
    IPV6_OCTETS = 40,
    TCP_OCTETS = 20,
    TCP_OPTION_OCTETS = 8, /* with SYN: the largest segment, and how the window is scaled */
    WINDOW_SCALE = 7,
    WINDOW = 65535,
    HOPS = 64,
    LARGEST_SEGMENT = 65495, /* of the loopback interface */
    ADDRESS_MOST = 64
};

/* ---- Addresses ---- */

static bool read_port(struct bytes text, uint16_t *port_r)
{
    uint64_t port = 0;
    bool is_port = bytes_to_u64(text, &port) && port <= UINT16_MAX;
    *port_r = (uint16_t)port;
    return is_port;
}

bool packet_end_read(struct bytes text, struct packet_end *end_r)
{
    struct packet_end end = {.ipv6 = bytes_starts(text, "[")};
    size_t colon = text.n;
    char address[ADDRESS_MOST];
    while (colon > 0 && text.p[colon - 1] != ':') {
        colon--;
    }
    const bool is_open = end.ipv6 && (colon < 3 || text.p[colon - 2] != ']');
    if (colon < 2 || is_open || !read_port(bytes_skip(text, colon), &end.port)) {
        return false;
    }
    struct bytes host = bytes_slice(text, end.ipv6 ? 1 : 0, colon - (end.ipv6 ? 2 : 1));
    if (host.n >= sizeof address) {
        return false;
    }
    memcpy(address, host.p, host.n);
    address[host.n] = '\0';
    if (inet_pton(end.ipv6 ? AF_INET6 : AF_INET, address, end.address) != 1) {
        return false;
    }
    *end_r = end;
    return true;
}

/* ---- Octets ---- */

static void append_u16(struct buf *out, unsigned value)
{
    buf_append_octet(out, (unsigned char)(value >> 8));
    buf_append_octet(out, (unsigned char)value);
}

static void append_u32(struct buf *out, uint32_t value)
{
    append_u16(out, value >> 16);
    append_u16(out, value & 0xFFFF);
}

static void put_u16(struct buf *out, size_t at, unsigned value)
{
    out->p[at] = (unsigned char)(value >> 8);
    out->p[at + 1] = (unsigned char)value;
}

/* RFC 1071: the sum of 16-bit words, whose complement is the checksum. */
static uint64_t sum_of(struct bytes octets)
{
    uint64_t sum = 0;
    for (size_t i = 0; i + 1 < octets.n; i += 2) {
        sum += (uint64_t)octets.p[i] << 8 | octets.p[i + 1];
    }
    return octets.n % 2 == 0 ? sum : sum + ((uint64_t)octets.p[octets.n - 1] << 8);
}

static unsigned checksum(uint64_t sum)
{
    while (sum > 0xFFFF) {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return (unsigned)~sum & 0xFFFF;
}

static struct bytes address_of(const struct packet_end *end)
{
    return bytes_make(end->address, end->ipv6 ? 16 : 4);
}

static void append_ipv4(struct buf *out, const struct packet *packet, size_t octets)
{
    const size_t begin = out->n;
    append_u16(out, 0x4500); /* version, length of the header, no service */
    append_u16(out, (unsigned)(IPV4_OCTETS + octets));
    append_u16(out, 0);
    append_u16(out, 0x4000); /* not to be cut into fragments */
    append_u16(out, (unsigned)HOPS << 8 | IPPROTO_TCP);
    append_u16(out, 0);
    buf_append(out, address_of(packet->from));
    buf_append(out, address_of(packet->to));
    put_u16(out, begin + 10, checksum(sum_of(bytes_skip(buf_bytes(out), begin))));
}

static void append_ipv6(struct buf *out, const struct packet *packet, size_t octets)
{
    append_u32(out, 0x60000000);
    append_u16(out, (unsigned)octets);
    append_u16(out, (unsigned)IPPROTO_TCP << 8 | HOPS);
    buf_append(out, address_of(packet->from));
    buf_append(out, address_of(packet->to));
}

static void append_tcp(struct buf *out, const struct packet *packet)
{
    const bool opens = (packet->flags & PACKET_SYN) != 0;
    const unsigned words = (TCP_OCTETS + (opens ? TCP_OPTION_OCTETS : 0)) / 4;
    append_u16(out, packet->from->port);
    append_u16(out, packet->to->port);
    append_u32(out, packet->sequence);
    append_u32(out, packet->acknowledged);
    append_u16(out, words << 12 | packet->flags);
    append_u16(out, WINDOW);
    append_u32(out, 0); /* checksum and urgent pointer */
    if (opens) {
        append_u16(out, 0x0204);
        append_u16(out, LARGEST_SEGMENT);
        append_u32(out, 0x01030300 | WINDOW_SCALE);
    }
    buf_append(out, packet->payload);
}

/* RFC 9293 section 3.1: the addresses, the protocol and the length stand in it, too. */
static void sum_tcp(struct buf *out, const struct packet *packet, size_t begin)
{
    const struct bytes segment = bytes_skip(buf_bytes(out), begin);
    uint64_t sum = sum_of(address_of(packet->from)) + sum_of(address_of(packet->to)) + IPPROTO_TCP +
                   segment.n + sum_of(segment);
    put_u16(out, begin + 16, checksum(sum));
}

void packet_append(struct buf *out, const struct packet *packet)
{
    const bool opens = (packet->flags & PACKET_SYN) != 0;
    const size_t headers = opens ? TCP_OCTETS + TCP_OPTION_OCTETS : TCP_OCTETS;
    const size_t octets = headers + packet->payload.n;
    if (packet->from->ipv6) {
        append_ipv6(out, packet, octets);
    } else {
        append_ipv4(out, packet, octets);
    }
    const size_t begin = out->n;
    append_tcp(out, packet);
    sum_tcp(out, packet, begin);
}
