/*
 * TLS with a hostile peer, in both roles. The first octet of the input is the way: raw octets to a server or a client, or a whole
 * handshake of ours with itself where the input says which octets are changed, left out or doubled on their way.
 *
 * Whatever comes, each end is told exactly once how its handshake ended, and at most once of its end, and is silent then.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/conn_internal.h"
#include "net/tls.h"
#include "proto_fuzz.h"

enum { ROUNDS = 400, IDLE_ROUNDS = 4, BLOCK = 4096, CHANGE_SIZE = 4, MAX_DOUBLED = 65536 };

/* One end: our connection, and the other end of its socket pair, which we play. */
struct end {
    struct conn *conn;
    int wire;
    unsigned secured;
    unsigned ended;
    bool failed;
    size_t passed; /* octets that it has sent */
};

static void on_octets(void *self, struct bytes octets)
{
    const struct end *end = self;
    FUZZ_MUST(octets.n > 0);
    FUZZ_MUST(end->secured == 1 && !end->failed && end->ended == 0);
}

static void on_ended(void *self, enum conn_end how, const char *text)
{
    struct end *end = self;
    (void)how;
    FUZZ_MUST(text[0] != '\0');
    FUZZ_MUST(end->secured == 1 && !end->failed);
    FUZZ_MUST(end->ended++ == 0);
}

static void on_secured(void *self, const struct tls_facts *facts)
{
    struct end *end = self;
    FUZZ_MUST(end->secured++ == 0);
    end->failed = !facts->secured;
    FUZZ_MUST(facts->secured == (facts->failure[0] == '\0'));
    FUZZ_MUST(facts->name_count <= TLS_MAX_NAMES);
    if (facts->secured) {
        conn_write(end->conn, BYTES_LIT("hello\r\n"));
    }
}

static const struct conn_events events = {
    .octets = on_octets, .ended = on_ended, .secured = on_secured};

static void end_open(struct end *end, struct loop *loop, struct tls_context *context)
{
    int pair[2];
    FUZZ_MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    end->wire = pair[1];
    end->conn = conn_new(loop, &events, end);
    uv_pipe_init(&loop->uv, &end->conn->in.pipe, 0);
    conn_own_handle(end->conn, &end->conn->in.handle);
    FUZZ_MUST(uv_pipe_open(&end->conn->in.pipe, pair[0]) == 0);
    conn_start(end->conn);
    conn_start_tls(end->conn, context, "mx.example.test", bytes_of(NULL));
}

/* What changes on the way, four octets each: to whom and how, where (two), and an octet. */
static void change(struct bytes changes, unsigned direction, size_t first, struct buf *octets)
{
    for (; changes.n >= CHANGE_SIZE; changes = bytes_skip(changes, CHANGE_SIZE)) {
        size_t at = (size_t)changes.p[1] * 256 + changes.p[2];
        bool here = (changes.p[0] & 1u) == direction && at >= first && at < first + octets->n;
        if (!here) {
            continue;
        }
        size_t place = at - first;
        if ((changes.p[0] & 6u) == 2) {
            octets->n = place; /* the rest is lost */
        } else if ((changes.p[0] & 6u) == 4 && octets->n < MAX_DOUBLED) {
            struct bytes rest = bytes_skip(buf_bytes(octets), place);
            struct buf twice = {0};
            buf_append(&twice, rest);
            buf_append(octets, buf_bytes(&twice));
            buf_deinit(&twice);
        } else {
            octets->p[place] ^= changes.p[3];
        }
    }
}

/* From one wire to the other. True: there was something. */
static bool pass(struct end *from, const struct end *to, unsigned direction, struct bytes changes)
{
    unsigned char block[BLOCK];
    ssize_t n = read(from->wire, block, sizeof block);
    if (n <= 0) {
        return false;
    }
    struct buf octets = {0};
    buf_append(&octets, bytes_make(block, (size_t)n));
    change(changes, direction, from->passed, &octets);
    from->passed += (size_t)n;
    if (to != NULL && octets.n > 0) {
        (void)!write(to->wire, octets.p, octets.n);
    }
    buf_deinit(&octets);
    return true;
}

static void run(struct loop *loop, struct end ends[2], size_t count, struct bytes changes)
{
    unsigned idle = 0;
    for (unsigned i = 0; i < ROUNDS && idle < IDLE_ROUNDS; i++) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
        bool busy = pass(&ends[0], count > 1 ? &ends[1] : NULL, 0, changes);
        busy = (count > 1 && pass(&ends[1], &ends[0], 1, changes)) || busy;
        idle = busy ? 0 : idle + 1;
    }
}

static void finish(struct loop *loop, struct end ends[2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        shutdown(ends[i].wire, SHUT_WR);
    }
    run(loop, ends, count, bytes_of(NULL));
    for (size_t i = 0; i < count; i++) {
        FUZZ_MUST(ends[i].secured == 1);
        FUZZ_MUST(ends[i].ended == (ends[i].failed ? 0 : 1));
        FUZZ_MUST(!ends[i].failed || !conn_write(ends[i].conn, BYTES_LIT("x")));
        close(ends[i].wire);
        conn_free(&ends[i].conn);
    }
}

/* Raw octets in two writes. */
static void feed(struct loop *loop, struct end ends[2], struct bytes octets)
{
    struct bytes halves[] = {bytes_slice(octets, 0, octets.n / 2),
                             bytes_skip(octets, octets.n / 2)};
    for (size_t i = 0; i < 2; i++) {
        if (halves[i].n > 0) {
            (void)!write(ends[0].wire, halves[i].p, halves[i].n);
        }
        run(loop, ends, 1, bytes_of(NULL));
    }
}

struct contexts {
    struct tls_context *server;
    struct tls_context *client;
};

static struct contexts *contexts_of(enum tls_version most)
{
    static struct contexts made[TLS_VERSION_COUNT];
    static struct tls_authority *authority;
    static const char *const names[] = {"mx.example.test"};
    struct contexts *contexts = &made[most];
    if (contexts->server == NULL) {
        authority = authority != NULL ? authority : tls_authority_open(NULL, NULL);
        struct tls_settings settings = {
            .most = most, .names = names, .name_count = 1, .asks_certificate = true};
        contexts->server = tls_context_new_server(&settings, authority, NULL);
        contexts->client = tls_context_new_client(&settings, NULL);
    }
    return contexts;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    unsigned way = data[0];
    struct bytes rest = bytes_make(data + 1, size - 1);
    struct contexts *contexts = contexts_of((way & 4u) != 0 ? TLS_1_2 : TLS_ANY);
    struct loop *loop = loop_new();
    struct end ends[2] = {{.conn = NULL}, {.conn = NULL}};
    size_t count = (way & 2u) != 0 ? 2 : 1;
    end_open(&ends[0], loop, (way & 1u) != 0 && count == 1 ? contexts->client : contexts->server);
    if (count == 2) {
        end_open(&ends[1], loop, contexts->client);
        run(loop, ends, count, rest);
    } else {
        feed(loop, ends, rest);
    }
    finish(loop, ends, count);
    loop_free(&loop);
    return 0;
}
