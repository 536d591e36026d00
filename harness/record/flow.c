#include "record/flow.h"

/* Sequence numbers begin there, and so many octets go without an acknowledgement. */
enum { FIRST_OF_CLIENT = 1000, FIRST_OF_SERVER = 2000, UNACKNOWLEDGED_MOST = 30000 };

static enum side other_of(enum side side)
{
    return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

static void add(struct flow *flow, enum side side, unsigned flags, struct bytes octets,
                int64_t time_us)
{
    const enum side other = other_of(side);
    const bool acknowledges = (flags & PACKET_ACK) != 0;
    struct buf out = {0};
    packet_append(&out, &(struct packet){.from = &flow->ends[side],
                                         .to = &flow->ends[other],
                                         .sequence = flow->next[side],
                                         .acknowledged = acknowledges ? flow->next[other] : 0,
                                         .flags = flags,
                                         .payload = octets});
    pcap_file_add(flow->file, time_us, buf_bytes(&out));
    buf_deinit(&out);
    flow->next[side] += (uint32_t)octets.n + ((flags & (PACKET_SYN | PACKET_FIN)) != 0 ? 1 : 0);
    if (acknowledges) {
        flow->acknowledged[side] = flow->next[other];
    }
}

void flow_open(struct flow *flow, struct pcap_file *file, const struct packet_end ends[2],
               int64_t time_us)
{
    *flow = (struct flow){
        .file = file,
        .ends = {ends[SIDE_CLIENT], ends[SIDE_SERVER]},
        .next = {FIRST_OF_CLIENT,   FIRST_OF_SERVER  }
    };
    add(flow, SIDE_CLIENT, PACKET_SYN, (struct bytes){0}, time_us);
    add(flow, SIDE_SERVER, PACKET_SYN | PACKET_ACK, (struct bytes){0}, time_us);
    add(flow, SIDE_CLIENT, PACKET_ACK, (struct bytes){0}, time_us);
}

static void acknowledge(struct flow *flow, enum side side, int64_t time_us)
{
    if (flow->acknowledged[side] != flow->next[other_of(side)]) {
        add(flow, side, PACKET_ACK, (struct bytes){0}, time_us);
    }
}

void flow_send(struct flow *flow, enum side side, struct bytes octets, int64_t time_us)
{
    const enum side other = other_of(side);
    if (flow->is_reset || flow->finished[side]) {
        return;
    }
    while (octets.n > 0) {
        const struct bytes part = bytes_slice(octets, 0, PACKET_MOST);
        add(flow, side, PACKET_PSH | PACKET_ACK, part, time_us);
        octets = bytes_skip(octets, part.n);
        if (flow->next[side] - flow->acknowledged[other] > UNACKNOWLEDGED_MOST) {
            acknowledge(flow, other, time_us);
        }
    }
}

void flow_close(struct flow *flow, enum side side, enum close_kind kind, int64_t time_us)
{
    if (flow->is_reset || flow->finished[side]) {
        return;
    }
    if (kind == CLOSE_RESET) {
        add(flow, side, PACKET_RST | PACKET_ACK, (struct bytes){0}, time_us);
        flow->is_reset = true;
        return;
    }
    add(flow, side, PACKET_FIN | PACKET_ACK, (struct bytes){0}, time_us);
    flow->finished[side] = true;
    if (flow->finished[other_of(side)]) {
        acknowledge(flow, other_of(side), time_us);
    }
}

void flow_end(struct flow *flow, int64_t time_us)
{
    const enum side first = flow->finished[SIDE_SERVER] ? SIDE_SERVER : SIDE_CLIENT;
    flow_close(flow, first, CLOSE_END, time_us);
    flow_close(flow, other_of(first), CLOSE_END, time_us);
}
