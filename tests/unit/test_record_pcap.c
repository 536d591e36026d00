/* A run as a capture: what libpcap reads back of it, packet by packet. */
#include "unit.h"

#include <pcap/pcap.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "record/packet.h"
#include "record/pcap_writer.h"

#define TCP_ENDS  "127.0.0.1:40000 -> 127.0.0.1:25"
#define TCP6_ENDS "[::1]:40000 -> [::1]:110"

static const char *const secrets[] = {"tanstaaf"};
static const struct program program = {.id = "smtp/x", .path = "x", .title = "x"};

/* ---- Addresses ---- */

static void test_ends(void)
{
    static const struct {
        const char *text;
        bool is_end;
        unsigned port;
    } rows[] = {
        {"127.0.0.1:25",          true,  25   },
        {"[::1]:65535",           true,  65535},
        {"[fe80::1]:0",           true,  0    },
        {"127.0.0.1:65536",       false, 0    },
        {"127.0.0.1",             false, 0    },
        {"127.0.0.1:",            false, 0    },
        {"localhost:25",          false, 0    },
        {"::1:25",                false, 0    },
        {"[::1:25",               false, 0    },
        {"[]:25",                 false, 0    },
        {":25",                   false, 0    },
        {"[",                     false, 0    },
        {"",                      false, 0    },
        {"/run/x.sock",           false, 0    },
        {"1.2.3.4.5.6.7.8.9:1",   false, 0    },
        {"127.0.0.1:25 and more", false, 0    },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct packet_end end = {.port = 0};
        UNIT_ROW(rows[i].text, packet_end_read(bytes_of(rows[i].text), &end) == rows[i].is_end);
        UNIT_ROW(rows[i].text, end.port == rows[i].port);
    }
}

/* ---- Packets ---- */

static unsigned word_at(struct bytes octets, size_t at)
{
    return (unsigned)octets.p[at] << 8 | (at + 1 < octets.n ? octets.p[at + 1] : 0U);
}

/* RFC 1071: with its checksum in it, the sum of all words is all ones. */
static unsigned folded_sum(struct bytes octets, unsigned long start)
{
    unsigned long sum = start;
    for (size_t i = 0; i < octets.n; i += 2) {
        sum += word_at(octets, i);
    }
    while (sum > 0xFFFF) {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return (unsigned)sum;
}

static void check_sums(const char *name, struct bytes packet)
{
    const bool ipv6 = packet.p[0] >> 4 == 6;
    const size_t header = ipv6 ? 40 : 20;
    const struct bytes addresses = bytes_slice(packet, ipv6 ? 8 : 12, header);
    const struct bytes segment = bytes_skip(packet, header);
    UNIT_ROW(name, ipv6 || folded_sum(bytes_slice(packet, 0, header), 0) == 0xFFFF);
    UNIT_ROW(name, folded_sum(segment, folded_sum(addresses, 6 + segment.n)) == 0xFFFF);
    UNIT_ROW(name, word_at(packet, ipv6 ? 4 : 2) == (ipv6 ? segment.n : packet.n));
}

static void test_packets(void)
{
    static const char *const payloads[] = {"", "a", "ab", "QUIT\r\n", "\xFF\xFF\xFF"};
    static const char *const ends[][2] = {
        {"127.0.0.1:40000", "127.0.0.1:25"},
        {"[::1]:40000",     "[::1]:25"    }
    };
    for (size_t i = 0; i < 2 * sizeof payloads / sizeof payloads[0]; i++) {
        struct packet_end from = {.port = 0};
        struct packet_end to = {.port = 0};
        struct buf out = {0};
        CU_ASSERT(packet_end_read(bytes_of(ends[i % 2][0]), &from));
        CU_ASSERT(packet_end_read(bytes_of(ends[i % 2][1]), &to));
        packet_append(&out, &(struct packet){&from, &to, 0xFFFFFFFF, 7,
                                             i % 3 == 0 ? PACKET_SYN : PACKET_ACK,
                                             bytes_of(payloads[i / 2])});
        check_sums(payloads[i / 2], buf_bytes(&out));
        CU_ASSERT(bytes_ends(buf_bytes(&out), payloads[i / 2]));
        buf_deinit(&out);
    }
}

/* ---- Captures ---- */

struct world {
    struct pcap_writer *writer;
    struct event_sink sink;
    char path[64];
    struct buf said; /* a line for each packet */
};

static void world_init(struct world *world, bool open)
{
    *world = (struct world){
        .writer = pcap_writer_new(open ? redact_new_open() : redact_new(secrets, 1), 1000000)};
    world->sink = pcap_writer_sink(world->writer);
    (void)snprintf(world->path, sizeof world->path, "/tmp/mailspec-pcap-%ld", (long)getpid());
}

static void world_deinit(struct world *world)
{
    pcap_writer_free(&world->writer);
    buf_deinit(&world->said);
    (void)unlink(world->path);
}

static struct event event_of(enum event_kind kind, int64_t time_us)
{
    return (struct event){.kind = kind,
                          .time_us = time_us,
                          .program = &program,
                          .connection = 1,
                          .protocol = PROTOCOL_POP3};
}

static void connected(const struct world *world, int64_t time_us, const char *text)
{
    struct event event = event_of(EVENT_CONNECTED, time_us);
    event.text = text;
    event_emit(&world->sink, &event);
}

static void say(const struct world *world, int64_t time_us, enum side side, const char *text)
{
    struct event event = event_of(EVENT_OCTETS, time_us);
    event.side = side;
    event.octets = bytes_of(text);
    event_emit(&world->sink, &event);
}

static void closed(const struct world *world, int64_t time_us, enum side side, enum close_kind kind)
{
    struct event event = event_of(EVENT_CLOSED, time_us);
    event.side = side;
    event.close = kind;
    event_emit(&world->sink, &event);
}

static void ended(const struct world *world, int64_t time_us)
{
    struct event event = event_of(EVENT_CASE_END, time_us);
    event.connection = 0;
    event_emit(&world->sink, &event);
}

static uint32_t long_at(struct bytes octets, size_t at)
{
    return (uint32_t)word_at(octets, at) << 16 | word_at(octets, at + 2);
}

/* "TIME PORT FLAGS SEQUENCE ACKNOWLEDGED PAYLOAD". */
static void describe(struct buf *out, const struct pcap_pkthdr *header, struct bytes packet)
{
    static const char names[] = "FSRPA";
    const struct bytes segment = bytes_skip(packet, packet.p[0] >> 4 == 6 ? 40 : 20);
    buf_printf(out, "%ld %u ", (long)header->ts.tv_sec * 1000000 + header->ts.tv_usec,
               word_at(segment, 0));
    for (unsigned i = 0; i < sizeof names - 1; i++) {
        if ((segment.p[13] >> i & 1) != 0) {
            buf_append_octet(out, (unsigned char)names[i]);
        }
    }
    buf_printf(out, " %u %u ", long_at(segment, 4), long_at(segment, 8));
    buf_append(out, bytes_skip(segment, (size_t)(segment.p[12] >> 4) * 4));
    buf_append_octet(out, '\n');
    check_sums("written", packet);
}

static void read_back(struct world *world)
{
    char why[PCAP_ERRBUF_SIZE];
    struct error error = {""};
    struct pcap_pkthdr *header = NULL;
    const unsigned char *octets = NULL;
    CU_ASSERT_EQUAL(pcap_writer_finish(world->writer, world->path, &error), 0);
    pcap_t *file = pcap_open_offline(world->path, why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(pcap_datalink(file), DLT_RAW);
    while (pcap_next_ex(file, &header, &octets) == 1) {
        CU_ASSERT_EQUAL(header->caplen, header->len);
        describe(&world->said, header, bytes_make(octets, header->caplen));
    }
    pcap_close(file);
}

static void check_capture(struct world *world, const char *expected)
{
    read_back(world);
    const bool same = strcmp(buf_text(&world->said), expected) == 0;
    if (!same) {
        fprintf(stderr, "expected\n%s\ngot\n%s\n", expected, buf_text(&world->said));
    }
    CU_ASSERT(same);
}

#define HANDSHAKE(time, port)                                                                      \
    time " 40000 S 1000 0 \n" time " " port " SA 2000 1001 \n" time " 40000 A 1001 2001 \n"

static void test_dialogue(void)
{
    struct world world;
    world_init(&world, false);
    connected(&world, 0, TCP_ENDS);
    say(&world, 5, SIDE_SERVER, "+OK\r\n");
    say(&world, 6, SIDE_CLIENT, "NOOP\r\n");
    say(&world, 7, SIDE_CLIENT, "QU");
    say(&world, 8, SIDE_CLIENT, "IT\r\n");
    closed(&world, 9, SIDE_SERVER, CLOSE_END);
    ended(&world, 10);
    check_capture(&world, HANDSHAKE("1000000", "25") "1000005 25 PA 2001 1001 +OK\r\n\n"
                                                     "1000006 40000 PA 1001 2006 NOOP\r\n\n"
                                                     "1000007 40000 PA 1007 2006 QU\n"
                                                     "1000008 40000 PA 1009 2006 IT\r\n\n"
                                                     "1000009 25 FA 2006 1013 \n"
                                                     "1000010 40000 FA 1013 2007 \n"
                                                     "1000010 25 A 2007 1014 \n");
    world_deinit(&world);
}

static void test_reset(void)
{
    struct world world;
    world_init(&world, false);
    connected(&world, 0, TCP6_ENDS);
    say(&world, 1, SIDE_SERVER, "+OK");
    closed(&world, 2, SIDE_CLIENT, CLOSE_RESET);
    closed(&world, 3, SIDE_SERVER, CLOSE_END);
    check_capture(&world, HANDSHAKE("1000000", "110") "1000001 110 PA 2001 1001 +OK\n"
                                                      "1000002 40000 RA 1001 2004 \n");
    world_deinit(&world);
}

/* A secret that is cut in two writes has its length, and the server's words between wait for it. */
static void test_secrets(void)
{
    struct world world;
    world_init(&world, false);
    connected(&world, 0, TCP_ENDS);
    say(&world, 1, SIDE_CLIENT, "PASS tans");
    say(&world, 2, SIDE_SERVER, "+OK tanstaaf\r\n");
    say(&world, 3, SIDE_CLIENT, "taaf\r\nNOOP\r\n");
    check_capture(&world, HANDSHAKE("1000000", "25") "1000001 40000 PA 1001 2001 PASS xxxx\n"
                                                     "1000002 25 PA 2001 1010 +OK xxxxxxxx\r\n\n"
                                                     "1000003 40000 PA 1010 2015 xxxx\r\nNOOP\r\n\n"
                                                     "1000003 40000 FA 1022 2015 \n"
                                                     "1000003 25 FA 2015 1023 \n"
                                                     "1000003 40000 A 1023 2016 \n");
    world_deinit(&world);
    world_init(&world, true);
    connected(&world, 0, TCP_ENDS);
    say(&world, 1, SIDE_CLIENT, "PASS tanstaaf\r\n");
    read_back(&world);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&world.said), "PASS tanstaaf\r\n"));
    world_deinit(&world);
}

static void test_tls(void)
{
    const struct tls_facts good = {.secured = true};
    const struct tls_facts bad = {.secured = false};
    struct world world;
    struct event event = event_of(EVENT_SECURED, 2);
    world_init(&world, false);
    connected(&world, 0, TCP_ENDS);
    say(&world, 1, SIDE_CLIENT, "STLS\r\n");
    event.tls = &bad;
    event_emit(&world.sink, &event);
    event.tls = &good;
    event_emit(&world.sink, &event);
    say(&world, 3, SIDE_CLIENT, "CAPA\r\n");
    ended(&world, 4);
    check_capture(&world,
                  HANDSHAKE("1000000", "25") "1000001 40000 PA 1001 2001 STLS\r\n\n" HANDSHAKE(
                      "1000002", "25") "1000003 40000 PA 1001 2001 CAPA\r\n\n"
                                       "1000004 40000 FA 1007 2001 \n1000004 25 FA 2001 1008 "
                                       "\n1000004 40000 A 1008 2002 \n"
                                       "1000004 40000 FA 1007 2001 \n1000004 25 FA 2001 1008 "
                                       "\n1000004 40000 A 1008 2002 \n");
    world_deinit(&world);
}

/* A write that no packet can carry goes in several, acknowledged between; and time runs forward though cases end later. */
static void test_large_and_late(void)
{
    struct world world;
    struct buf large = {0};
    world_init(&world, false);
    for (size_t i = 0; i < 70000; i++) {
        buf_append_octet(&large, 'a');
    }
    connected(&world, 0, "unix socket");
    say(&world, 5, SIDE_SERVER, buf_text(&large));
    struct event event = event_of(EVENT_CONNECTED, 3);
    event.connection = 2;
    event.text = TCP_ENDS;
    event_emit(&world.sink, &event);
    ended(&world, 9);
    read_back(&world);
    const char *said = buf_text(&world.said);
    const char *first = strstr(said, "1000005 110 PA 2001 1001 aaa");
    const char *acknowledged = strstr(said, "1000005 1024 A 1001 62001 \n");
    const char *rest = strstr(said, "1000005 110 PA 62001 1001 aaa");
    const char *second = strstr(said, "1000003 40000 S 1000 0 \n");
    CU_ASSERT(first != NULL && acknowledged > first && rest > acknowledged);
    CU_ASSERT(second != NULL && second < first);
    buf_deinit(&large);
    world_deinit(&world);
}

static void test_not_written(void)
{
    struct error error = {""};
    struct world world;
    world_init(&world, false);
    connected(&world, 0, TCP_ENDS);
    CU_ASSERT_EQUAL(pcap_writer_finish(world.writer, "/nowhere/x.pcap", &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "/nowhere/x.pcap"));
    world_deinit(&world);
}

static const struct unit_test tests[] = {
    {"ends",           test_ends          },
    {"packets",        test_packets       },
    {"a dialogue",     test_dialogue      },
    {"a reset",        test_reset         },
    {"secrets",        test_secrets       },
    {"TLS",            test_tls           },
    {"large and late", test_large_and_late},
    {"not written",    test_not_written   },
};

UNIT_MAIN("record_pcap", tests)
