#include "record/pcap_writer.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/flow.h"
#include "record/redact_fill.h"

enum { FIRST_MADE_PORT = 1024, MADE_PORTS = 60000 };

/* It waits until what came before it is clean. */
struct waiting {
    int64_t time_us;
    enum side side;
    size_t octets;
    bool closes;
    enum close_kind close;
};

struct connection {
    bool of_case; /* else of a probe */
    size_t case_number;
    unsigned number;
    enum protocol protocol;
    struct flow flow;
    struct flow outer; /* inside TLS: that of the connection itself */
    bool in_tls;
    struct redact_fill fill;
    struct waiting *pieces;
    size_t count;
    size_t capacity;
};

struct pcap_writer {
    struct redact *redact;
    int64_t begin_us;
    int64_t last_us; /* of the last event */
    struct pcap_file *file;
    struct connection **connections; /* that are under way */
    size_t count;
    size_t capacity;
    unsigned made; /* ports that were made up */
};

struct pcap_writer *pcap_writer_new(struct redact *redact, int64_t begin_us)
{
    struct pcap_writer *writer = mem_alloc(sizeof *writer);
    writer->redact = redact;
    writer->begin_us = begin_us;
    writer->last_us = begin_us;
    writer->file = pcap_file_new();
    return writer;
}

/* ---- Ends ---- */

/* "127.0.0.1:40000 -> 127.0.0.1:25". False: not of TCP. */
static bool read_ends(const char *text, struct packet_end ends_r[2])
{
    struct bytes both = bytes_of(text == NULL ? "" : text);
    size_t arrow = bytes_find(both, BYTES_LIT(" -> "), 0);
    return arrow != BYTES_NONE &&
           packet_end_read(bytes_slice(both, 0, arrow), &ends_r[SIDE_CLIENT]) &&
           packet_end_read(bytes_skip(both, arrow + 4), &ends_r[SIDE_SERVER]) &&
           ends_r[SIDE_CLIENT].ipv6 == ends_r[SIDE_SERVER].ipv6;
}

static void make_ends(struct pcap_writer *writer, enum protocol protocol, struct packet_end ends[2])
{
    static const uint16_t ports[PROTOCOL_COUNT] = {
        [PROTOCOL_SMTP] = 25, [PROTOCOL_LMTP] = 24, [PROTOCOL_POP3] = 110};
    ends[SIDE_CLIENT] = (struct packet_end){
        .address = {127, 85, 78, 88},
        .port = (uint16_t)(FIRST_MADE_PORT + writer->made++ % MADE_PORTS)
    };
    ends[SIDE_SERVER] = (struct packet_end){
        .address = {127, 0, 0, 1},
          .port = ports[protocol]
    };
}

static void inside_tls(struct packet_end *client)
{
    static const unsigned char of_ipv4[4] = {127, 84, 76, 83};
    static const unsigned char of_ipv6[16] = {[12] = 0x54, [13] = 0x4c, [15] = 0x53};
    for (size_t i = 0; i < (client->ipv6 ? sizeof of_ipv6 : sizeof of_ipv4); i++) {
        client->address[i] = client->ipv6 ? of_ipv6[i] : of_ipv4[i];
    }
}

/* ---- Connections ---- */

static bool is_of(const struct connection *connection, const struct event *event)
{
    return connection->of_case == (event->program != NULL) &&
           connection->case_number == event->case_number && connection->number == event->connection;
}

static size_t index_of(const struct pcap_writer *writer, const struct event *event)
{
    size_t i = 0;
    while (i < writer->count && !is_of(writer->connections[i], event)) {
        i++;
    }
    return i;
}

static struct connection *find(const struct pcap_writer *writer, const struct event *event)
{
    size_t i = index_of(writer, event);
    return i < writer->count ? writer->connections[i] : NULL;
}

/* What is clean goes out, in the order in which it came. */
static void drain(struct connection *connection)
{
    size_t done = 0;
    for (; done < connection->count; done++) {
        const struct waiting *piece = &connection->pieces[done];
        const struct bytes clean = redact_fill_clean(&connection->fill, piece->side);
        if (piece->closes) {
            flow_close(&connection->flow, piece->side, piece->close, piece->time_us);
        } else if (clean.n < piece->octets) {
            break;
        } else {
            flow_send(&connection->flow, piece->side, bytes_slice(clean, 0, piece->octets),
                      piece->time_us);
            redact_fill_take(&connection->fill, piece->side, piece->octets);
        }
    }
    for (size_t i = done; i < connection->count; i++) {
        connection->pieces[i - done] = connection->pieces[i];
    }
    connection->count -= done;
}

static void add_piece(struct connection *connection, struct waiting piece)
{
    connection->pieces = mem_grow(connection->pieces, connection->count, &connection->capacity,
                                  sizeof *connection->pieces);
    connection->pieces[connection->count++] = piece;
    drain(connection);
}

static void remove_at(struct pcap_writer *writer, size_t i, int64_t time_us)
{
    struct connection *connection = writer->connections[i];
    redact_fill_end(&connection->fill, writer->redact, connection->protocol);
    drain(connection);
    flow_end(&connection->flow, time_us);
    if (connection->in_tls) {
        flow_end(&connection->outer, time_us);
    }
    redact_fill_deinit(&connection->fill);
    free(connection->pieces);
    free(connection);
    writer->connections[i] = writer->connections[--writer->count];
}

static void open(struct pcap_writer *writer, const struct event *event, int64_t time_us)
{
    struct packet_end ends[2] = {{0}};
    size_t before = index_of(writer, event);
    if (before < writer->count) {
        remove_at(writer, before, time_us);
    }
    if (!read_ends(event->text, ends)) {
        make_ends(writer, event->protocol, ends);
    }
    struct connection *connection = mem_alloc(sizeof *connection);
    connection->of_case = event->program != NULL;
    connection->case_number = event->case_number;
    connection->number = event->connection;
    connection->protocol = event->protocol;
    flow_open(&connection->flow, writer->file, ends, time_us);
    writer->connections = mem_grow(writer->connections, writer->count, &writer->capacity,
                                   sizeof(struct connection *));
    writer->connections[writer->count++] = connection;
}

/* RFC 3207 section 4.2, RFC 2595 section 4: nothing said before counts any more. */
static void secure(struct pcap_writer *writer, struct connection *connection, int64_t time_us)
{
    struct packet_end ends[2] = {connection->flow.ends[SIDE_CLIENT],
                                 connection->flow.ends[SIDE_SERVER]};
    redact_fill_end(&connection->fill, writer->redact, connection->protocol);
    drain(connection);
    redact_session_secured(&connection->fill.session);
    connection->outer = connection->flow;
    connection->in_tls = true;
    inside_tls(&ends[SIDE_CLIENT]);
    flow_open(&connection->flow, writer->file, ends, time_us);
}

static void end_case(struct pcap_writer *writer, size_t case_number, int64_t time_us)
{
    for (size_t i = writer->count; i > 0; i--) {
        const struct connection *connection = writer->connections[i - 1];
        if (connection->of_case && connection->case_number == case_number) {
            remove_at(writer, i - 1, time_us);
        }
    }
}

static void on_connection(struct pcap_writer *writer, struct connection *connection,
                          const struct event *event, int64_t time_us)
{
    if (event->kind == EVENT_OCTETS) {
        redact_fill_add(&connection->fill, writer->redact, event->side, event->protocol,
                        event->octets);
        add_piece(
            connection,
            (struct waiting){.time_us = time_us, .side = event->side, .octets = event->octets.n});
    } else if (event->kind == EVENT_CLOSED) {
        redact_fill_end(&connection->fill, writer->redact, connection->protocol);
        add_piece(connection, (struct waiting){.time_us = time_us,
                                               .side = event->side,
                                               .closes = true,
                                               .close = event->close});
    } else if (event->kind == EVENT_SECURED && event->tls != NULL && event->tls->secured) {
        secure(writer, connection, time_us);
    }
}

static void on_event(void *self, const struct event *event)
{
    struct pcap_writer *writer = self;
    const int64_t time_us = writer->begin_us + event->time_us;
    struct connection *connection = find(writer, event);
    writer->last_us = time_us > writer->last_us ? time_us : writer->last_us;
    if (event->kind == EVENT_CONNECTED) {
        open(writer, event, time_us);
    } else if (event->kind == EVENT_CASE_END) {
        end_case(writer, event->case_number, time_us);
    } else if (connection != NULL && event->connection > 0) {
        on_connection(writer, connection, event, time_us);
    }
}

struct event_sink pcap_writer_sink(struct pcap_writer *writer)
{
    return (struct event_sink){on_event, writer};
}

static void end_all(struct pcap_writer *writer)
{
    while (writer->count > 0) {
        remove_at(writer, writer->count - 1, writer->last_us);
    }
}

int pcap_writer_finish(struct pcap_writer *writer, const char *path, struct error *error)
{
    end_all(writer);
    return pcap_file_write(writer->file, path, error);
}

void pcap_writer_free(struct pcap_writer **writer_p)
{
    struct pcap_writer *writer = *writer_p;
    if (writer == NULL) {
        return;
    }
    end_all(writer);
    free(writer->connections);
    pcap_file_free(&writer->file);
    redact_free(&writer->redact);
    free(writer);
    *writer_p = NULL;
}
