/*
 * A judge on any events: the findings do not depend on the pieces in which octets come, each rule is told
 * at most once for a connection, and what is shown is printable.
 *
 * Input: one octet chooses the protocol; then lines in the notation of the corpus, "C...", "S..." (octets up to
 * "\xff"), and single letters: T timeout, F close, R reset, Q client's close, N new connection, 2 the other connection,
 * X TLS begins, x it fails to, Y and y it begins and leaves clear text of the client or of the server.
 */
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "fuzz_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_FINDINGS_OF_RULE = 3, OCTETS_END = 0xff };

struct found {
    struct buf ids;
    unsigned counts[MAX_RULES];
};

static void on_finding(void *self, const struct finding *finding)
{
    struct found *found = self;
    size_t count = 0;
    const char *const *ids = judge_rule_ids(&count);
    must_be_shown(finding->text);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(ids[i], finding->rule->id) == 0) {
            must(++found->counts[i] <= MAX_FINDINGS_OF_RULE);
        }
    }
    buf_printf(&found->ids, "%s@%u ", finding->rule->id, finding->connection);
}

static void give_octets(struct event_sink sink, struct event event, struct bytes octets,
                        size_t piece)
{
    event.kind = EVENT_OCTETS;
    for (size_t from = 0; from < octets.n; from += piece) {
        event.octets = bytes_slice(octets, from, octets.n - from > piece ? from + piece : octets.n);
        sink.on_event(sink.self, &event);
    }
}

static void give_end(struct event_sink sink, struct event event, unsigned char letter)
{
    static const struct {
        unsigned char letter;
        enum event_kind kind;
        enum side side;
        enum close_kind close;
    } rows[] = {
        {'T', EVENT_TIMEOUT,   SIDE_SERVER, CLOSE_END  },
        {'t', EVENT_TIMEOUT,   SIDE_SERVER, CLOSE_END  },
        {'F', EVENT_CLOSED,    SIDE_SERVER, CLOSE_END  },
        {'R', EVENT_CLOSED,    SIDE_SERVER, CLOSE_RESET},
        {'Q', EVENT_CLOSED,    SIDE_CLIENT, CLOSE_END  },
        {'N', EVENT_CONNECTED, SIDE_CLIENT, CLOSE_END  },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].letter == letter) {
            event.kind = rows[i].kind;
            event.side = rows[i].side;
            event.sending = letter == 't';
            event.close = rows[i].close;
            sink.on_event(sink.self, &event);
        }
    }
}

static void give_secured(struct event_sink sink, struct event event, unsigned char letter)
{
    const struct tls_facts facts = {.secured = letter != 'x'};
    event.kind = EVENT_SECURED;
    event.tls = &facts;
    event.side = letter == 'y' ? SIDE_SERVER : SIDE_CLIENT;
    event.octets = letter == 'Y' || letter == 'y' ? BYTES_LIT("NOOP\r\n") : (struct bytes){0};
    sink.on_event(sink.self, &event);
}

static void play(struct event_sink sink, struct bytes input, size_t piece)
{
    static const struct program program = {.id = "smtp/fuzz"};
    struct event event = {.program = &program, .connection = 1};
    event.protocol = input.n > 0 ? (enum protocol)(input.p[0] % PROTOCOL_COUNT) : PROTOCOL_SMTP;
    input = bytes_skip(input, 1);
    while (input.n > 0) {
        unsigned char letter = input.p[0];
        input = bytes_skip(input, 1);
        if (letter == 'C' || letter == 'S') {
            size_t end = bytes_index(input, OCTETS_END, 0);
            event.side = letter == 'C' ? SIDE_CLIENT : SIDE_SERVER;
            give_octets(sink, event, bytes_slice(input, 0, end), piece);
            input = end == BYTES_NONE ? (struct bytes){0} : bytes_skip(input, end + 1);
        } else if (letter == '2') {
            event.connection = 3 - event.connection;
        } else if (letter == 'X' || letter == 'x' || letter == 'Y' || letter == 'y') {
            give_secured(sink, event, letter);
        } else {
            give_end(sink, event, letter);
        }
    }
    event.kind = EVENT_CASE_END;
    sink.on_event(sink.self, &event);
}

static struct found judged(struct bytes input, size_t piece)
{
    struct rules rules;
    const struct rule_set set = make_rules(&rules);
    struct found found = {0};
    struct judge *judge =
        judge_new(&set, JUDGE_CLIENTS | JUDGE_SERVERS, (struct finding_sink){on_finding, &found});
    play(judge_sink(judge), input, piece);
    judge_free(&judge);
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes input = bytes_make(data, size);
    struct found whole = judged(input, SIZE_MAX / 2);
    struct found single = judged(input, 1);
    must(bytes_equal(buf_bytes(&whole.ids), buf_bytes(&single.ids)));
    buf_deinit(&whole.ids);
    buf_deinit(&single.ids);
    return 0;
}
