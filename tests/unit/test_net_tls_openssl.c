/* TLS with the openssl program at the other end: another implementation of both roles, and certificates that we do not make. */
#include "unit.h"

#include "tls_world.h"

enum { COMMAND_SIZE = 2048 };

static bool server_is_told(struct world *world)
{
    return world->server.secured > 0;
}

static bool client_is_told(struct world *world)
{
    return world->client.secured > 0;
}

static bool client_connected(struct world *world)
{
    return world->client.connected > 0;
}

static bool client_ended(struct world *world)
{
    return world->client.ended > 0;
}

static bool client_has_line(struct world *world)
{
    return bytes_index(buf_bytes(&world->client.got), '\n', 0) != BYTES_NONE;
}

/* ---- openssl s_client to our server ---- */

struct client_row {
    const char *name;
    enum tls_certificate kind;
    const char *options;
    enum tls_version version; /* TLS_ANY: the client refuses */
    const char *failure;
};

static const char check[] =
    "-verify_return_error -verify_hostname mx.example.test -servername mx.example.test";

static const struct client_row client_rows[] = {
    {"1.3",          TLS_CERTIFICATE_GOOD,         "-tls1_3",                       TLS_1_3, NULL},
    {"1.2",          TLS_CERTIFICATE_GOOD,         "-tls1_2",                       TLS_1_2, NULL},
    {"1.0",          TLS_CERTIFICATE_GOOD,         "-tls1 -cipher ALL:@SECLEVEL=0", TLS_1_0, NULL},
    {"wildcard",     TLS_CERTIFICATE_WILDCARD,     "",                              TLS_1_3, NULL},
    {"expired",      TLS_CERTIFICATE_EXPIRED,      "",                              TLS_ANY,
     "the peer sent the alert \"certificate expired\" (45)"                                      },
    {"self-signed",  TLS_CERTIFICATE_SELF_SIGNED,  "",                              TLS_ANY,
     "the peer sent the alert \"unknown CA\" (48)"                                               },
    {"broken chain", TLS_CERTIFICATE_BROKEN_CHAIN, "",                              TLS_ANY,
     "the peer sent the alert \"unknown CA\" (48)"                                               },
    {"other name",   TLS_CERTIFICATE_OTHER_NAME,   "",                              TLS_ANY,
     "the peer sent the alert \"bad certificate\" (42)"                                          },
};

/* The program is the client of the world: what it prints is what it got. */
static void run_client(struct tls_world *world, const char *options)
{
    char command[COMMAND_SIZE];
    struct world *inner = &world->world;
    inner->listener = listener_new_tcp(inner->loop, "127.0.0.1", 0, tls_world_accept, world, NULL);
    snprintf(command, sizeof command,
             "exec openssl s_client -quiet -connect 127.0.0.1:%u -CAfile %s -cert %s -key %s %s %s",
             listener_port(inner->listener), world->ca, world->client_pem, world->client_pem, check,
             options);
    inner->client.conn = conn_connect_command(inner->loop, command, &end_events, &inner->client);
}

static void check_served(const struct client_row *row, struct world *world)
{
    const struct tls_facts *facts = &world->server.facts;
    UNIT_ROW(row->name, facts->secured && facts->version == row->version);
    UNIT_ROW(row->name, strcmp(facts->server_name, "mx.example.test") == 0);
    UNIT_ROW(row->name, strcmp(facts->subject, "CN=alice") == 0 && facts->trusted);
    world->server.echoes = true;
    conn_write(world->client.conn, BYTES_LIT("hello there\n"));
    UNIT_ROW(row->name, world_run(world, client_has_line));
    UNIT_ROW(row->name, bytes_is(buf_bytes(&world->client.got), "hello there\n"));
    conn_free(&world->server.conn); /* close_notify: the program ends in order */
    UNIT_ROW(row->name, world_run(world, client_ended));
    struct bytes said = conn_error_output(world->client.conn);
    UNIT_ROW(row->name, bytes_find(said, BYTES_LIT("rror"), 0) == BYTES_NONE);
}

static void test_clients(void)
{
    for (size_t i = 0; i < sizeof client_rows / sizeof client_rows[0]; i++) {
        const struct client_row *row = &client_rows[i];
        struct tls_world world;
        tls_world_init(&world);
        tls_authority_write_client(world.authority, world.client_pem, "alice", NULL);
        struct tls_settings settings = tls_world_server();
        settings.certificate = row->kind;
        settings.asks_certificate = true;
        world.server = tls_context_new_server(&settings, world.authority, NULL);
        run_client(&world, row->options);
        UNIT_ROW(row->name, world_run(&world.world, server_is_told));
        if (row->version != TLS_ANY) {
            check_served(row, &world.world);
        } else {
            UNIT_ROW(row->name, strcmp(world.world.server.facts.failure, row->failure) == 0);
        }
        tls_world_deinit(&world);
    }
}

/* ---- Our client to openssl s_server ---- */

struct server_row {
    const char *name;
    const char *subject;   /* its CN */
    const char *extension; /* subjectAltName; NULL: none */
    const char *options;
    enum tls_version version;
    bool matches; /* mx.example.test */
    const char *first;
};

/* The CN counts only where there is no dNSName (RFC 6125 6.4.4). */
static const struct server_row server_rows[] = {
    {"1.3",                              "a",               "DNS:mx.example.test",                              "-tls1_3", TLS_1_3, true,  "mx.example.test"},
    {"1.2",                              "a",               "DNS:b.example.test,DNS:mx.example.test",           "-tls1_2", TLS_1_2, true,
     "b.example.test"                                                                                                                                       },
    {"CN alone",                         "mx.example.test", NULL,                                               "",        TLS_1_3, true,  ""               },
    {"CN and another name",              "mx.example.test", "DNS:b.example.test",                               "",        TLS_1_3, false,
     "b.example.test"                                                                                                                                       },
    {"CN and an address",                "mx.example.test", "IP:2001:db8::1",                                   "",        TLS_1_3, true,  "2001:db8::1"    },
    {"other names are left out",         "a",               "email:a@b.test,URI:http://a/,DNS:mx.example.test", "",
     TLS_1_3,                                                                                                                       true,  "mx.example.test"},
    {"what is not printable is escaped", "a\001b",          "DNS:x\001y",                                       "",        TLS_1_3, false, "x\\x01y"        },
};

/* The program says where it listens. */
static bool server_listens(struct world *world)
{
    struct bytes got = buf_bytes(&world->server.got);
    size_t at = bytes_find(got, BYTES_LIT("ACCEPT 127.0.0.1:"), 0);
    return at != BYTES_NONE && bytes_index(got, '\n', at) != BYTES_NONE;
}

static unsigned port_of(struct end_point *end)
{
    const char *at = strstr(buf_text(&end->got), "ACCEPT 127.0.0.1:");
    return at != NULL ? (unsigned)strtoul(strchr(at, ':') + 1, NULL, 10) : 0;
}

/* It makes its certificate and serves one client, whose lines it turns round. */
static void run_server(struct tls_world *world, const struct server_row *row)
{
    char command[COMMAND_SIZE];
    struct world *inner = &world->world;
    snprintf(command, sizeof command,
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
             "-keyout %s -out %s -subj '/CN=%s' %s%s%s && "
             "exec openssl s_server -accept 127.0.0.1:0 -cert %s -key %s -rev -naccept 1 %s",
             world->client_pem, world->ca, row->subject,
             row->extension != NULL ? "-addext 'subjectAltName=" : "",
             row->extension != NULL ? row->extension : "", row->extension != NULL ? "'" : "",
             world->ca, world->client_pem, row->options);
    inner->server.conn = conn_connect_command(inner->loop, command, &end_events, &inner->server);
}

static void check_client(const struct server_row *row, struct world *world)
{
    const struct tls_facts *facts = &world->client.facts;
    UNIT_ROW(row->name, facts->secured && facts->version == row->version);
    UNIT_ROW(row->name, facts->name_matches == row->matches && !facts->wildcard);
    UNIT_ROW(row->name, facts->self_signed && facts->trusted); /* the very certificate is trusted */
    UNIT_ROW(row->name, strcmp(facts->names[0], row->first) == 0);
    UNIT_ROW(row->name, facts->name_count <= 2);
    UNIT_ROW(row->name, bytes_is_ascii(bytes_of(facts->subject)));
    UNIT_ROW(row->name, !bytes_has_control(bytes_of(facts->subject)));
    conn_write(world->client.conn, BYTES_LIT("abc\n"));
    UNIT_ROW(row->name, world_run(world, client_has_line));
    UNIT_ROW(row->name, bytes_is(buf_bytes(&world->client.got), "cba\n"));
}

static void test_servers(void)
{
    for (size_t i = 0; i < sizeof server_rows / sizeof server_rows[0]; i++) {
        const struct server_row *row = &server_rows[i];
        struct tls_world world;
        struct world *inner = &world.world;
        tls_world_init(&world);
        run_server(&world, row);
        UNIT_ROW(row->name, world_run(inner, server_listens));
        struct tls_settings settings = tls_world_client(&world);
        world.client = tls_context_new_client(&settings, NULL);
        CU_ASSERT_FATAL(world.client != NULL);
        inner->client.conn = conn_connect_tcp(inner->loop, "127.0.0.1", port_of(&inner->server),
                                              NULL, &end_events, &inner->client);
        UNIT_ROW(row->name, world_run(inner, client_connected));
        conn_start_tls(inner->client.conn, world.client, NULL, bytes_of(NULL));
        UNIT_ROW(row->name, world_run(inner, client_is_told));
        check_client(row, inner);
        tls_world_deinit(&world);
    }
}

static const struct unit_test tests[] = {
    {"openssl s_client", test_clients},
    {"openssl s_server", test_servers},
};

UNIT_MAIN("net_tls_openssl", tests)
