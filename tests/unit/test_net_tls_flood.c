/* A peer that makes the TLS library answer and does not read: the answers may not pile up without end. */
#include "unit.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include "net/conn_internal.h"
#include "tls_world.h"

enum {
    SMALL = 4096,     /* of the kernel's buffers, so that they fill soon */
    REQUESTS = 20000, /* each is answered with an alert of 31 octets (RFC 5246 7.4.1.1, 7.2.2) */
    AT_ONCE = 200,
    BOUND = 512 * 1024
};

/* A server of the library itself, in clear text for our side: it asks for renegotiation again and again. */
struct flooder {
    struct tls_world world;
    struct conn_events events;
    SSL_CTX *context;
    SSL *ssl;
    BIO *in;
    BIO *out;
    unsigned asked;
    size_t most; /* octets that the victim had queued */
};

static void send_out(struct flooder *flooder)
{
    char *octets = NULL;
    long n = BIO_get_mem_data(flooder->out, &octets);
    conn_write(flooder->world.world.server.conn, bytes_make(octets, (size_t)n));
    (void)BIO_reset(flooder->out);
}

static void take_in(void *self, struct bytes octets)
{
    struct end_point *end = self;
    struct flooder *flooder = (struct flooder *)(void *)end->world;
    BIO_write(flooder->in, octets.p, (int)octets.n);
    SSL_do_handshake(flooder->ssl);
    send_out(flooder);
}

static void ask(void *self)
{
    struct end_point *end = self;
    struct flooder *flooder = (struct flooder *)(void *)end->world;
    struct conn *victim = flooder->world.world.client.conn;
    size_t queued = conn_unsent(victim);
    flooder->most = queued > flooder->most ? queued : flooder->most;
    for (unsigned i = 0; SSL_is_init_finished(flooder->ssl) && i < AT_ONCE; i++) {
        if (flooder->asked++ >= REQUESTS) {
            return;
        }
        SSL_renegotiate(flooder->ssl);
        SSL_do_handshake(flooder->ssl);
    }
    conn_pause(end->conn, true);
    send_out(flooder);
}

static bool client_ended(struct world *world)
{
    return world->client.ended > 0;
}

static bool client_is_told(struct world *world)
{
    return world->client.secured > 0;
}

static void flooder_init(struct flooder *flooder, const struct tls_settings *server)
{
    flooder->context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_file(flooder->context, server->certificate_file, SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(flooder->context, server->certificate_file, SSL_FILETYPE_PEM);
    SSL_CTX_set_max_proto_version(flooder->context, TLS1_2_VERSION);
    flooder->ssl = SSL_new(flooder->context);
    flooder->in = BIO_new(BIO_s_mem());
    flooder->out = BIO_new(BIO_s_mem());
    SSL_set_bio(flooder->ssl, flooder->in, flooder->out);
    SSL_set_accept_state(flooder->ssl);
}

static void make_small(struct conn *conn, int which)
{
    int size = SMALL;
    uv_os_fd_t fd = -1;
    CU_ASSERT_EQUAL(uv_fileno(&conn->in.handle, &fd), 0);
    CU_ASSERT_EQUAL(setsockopt(fd, SOL_SOCKET, which, &size, sizeof size), 0);
}

static void test_renegotiation_flood(void)
{
    struct flooder flooder = {.asked = 0};
    struct tls_world *world = &flooder.world;
    tls_world_init(world);
    CU_ASSERT_EQUAL(tls_authority_write_client(world->authority, world->client_pem, "a", NULL), 0);
    struct tls_settings server = {.certificate_file = world->client_pem};
    struct tls_settings client = tls_world_client(world);
    flooder.events = end_events;
    flooder.events.octets = take_in;
    world->world.server_events = &flooder.events;
    CU_ASSERT_FATAL(tls_world_connect(world, &client, &server));
    flooder_init(&flooder, &server);
    make_small(world->world.client.conn, SO_SNDBUF);
    make_small(world->world.server.conn, SO_RCVBUF);
    conn_start_tls(world->world.client.conn, world->client, NULL, bytes_of(NULL));
    CU_ASSERT(world_run(&world->world, client_is_told));
    CU_ASSERT_FATAL(world->world.client.facts.secured);
    flooder.events.drained = ask;
    ask(&world->world.server);
    CU_ASSERT(world_run(&world->world, client_ended));
    CU_ASSERT_STRING_EQUAL(world->world.client.text,
                           "the peer asks for answers of TLS and does not read them");
    CU_ASSERT(flooder.most > 0 && flooder.most < BOUND);
    SSL_free(flooder.ssl);
    SSL_CTX_free(flooder.context);
    tls_world_deinit(world);
}

static const struct unit_test tests[] = {
    {"renegotiation flood", test_renegotiation_flood},
};

UNIT_MAIN("net_tls_flood", tests)
