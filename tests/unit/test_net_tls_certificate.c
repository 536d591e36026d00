/* Certificates: each kind of our own shows its facts, a client that verifies refuses all that are not good. */
#include "unit.h"

#include "tls_world.h"

/* ---- Kinds ---- */

struct kind_row {
    enum tls_certificate kind;
    bool name_matches;
    bool wildcard;
    bool expired;
    bool not_yet_valid;
    bool self_signed;
    bool trusted;
    const char *subject;
    const char *trust_failure;
    const char *refusal; /* of a client that verifies; NULL: it takes it */
    const char *alert;   /* what its server is told */
};

static const struct kind_row kinds[] = {
    {TLS_CERTIFICATE_GOOD,                   true,  false, false, false, false, true,  "CN=mx.example.test",    "", NULL,
     NULL                                                                                                                                                                                                                                                           },
    {TLS_CERTIFICATE_EXPIRED,                true,  false, true,  false, false, true,  "CN=mx.example.test",    "",
     "the certificate was refused: it has expired",                                                                                                                                                           "the peer sent the alert \"certificate expired\" (45)"},
    {TLS_CERTIFICATE_NOT_YET_VALID,          true,  false, false, true,  false, true,  "CN=mx.example.test",    "",
     "the certificate was refused: it is not valid yet",                                                                                                                                                      "the peer sent the alert \"bad certificate\" (42)"    },
    {TLS_CERTIFICATE_OTHER_NAME,             false, false, false, false, false, true,  "CN=other-name.invalid",
     "",                                                                                                            "the certificate was refused: it is not for mx.example.test",
     "the peer sent the alert \"bad certificate\" (42)"                                                                                                                                                                                                             },
    {TLS_CERTIFICATE_COMMON_NAME_ONLY_RIGHT, false, false, false, false, false, true,
     "CN=mx.example.test",                                                                                      "", "the certificate was refused: it is not for mx.example.test",
     "the peer sent the alert \"bad certificate\" (42)"                                                                                                                                                                                                             },
    {TLS_CERTIFICATE_SELF_SIGNED,            true,  false, false, false, true,  false, "CN=mx.example.test",
     "self-signed certificate",                                                                                     "the certificate was refused: it is not trusted: self-signed certificate",
     "the peer sent the alert \"unknown CA\" (48)"                                                                                                                                                                                                                  },
    {TLS_CERTIFICATE_BROKEN_CHAIN,           true,  false, false, false, false, false, "CN=mx.example.test",
     "unable to get local issuer certificate",                                                                      "the certificate was refused: it is not trusted: unable to get local issuer certificate",
     "the peer sent the alert \"unknown CA\" (48)"                                                                                                                                                                                                                  },
    {TLS_CERTIFICATE_WILDCARD,               true,  true,  false, false, false, true,  "CN=*.example.test",     "", NULL,
     NULL                                                                                                                                                                                                                                                           },
};

static void check_kind(const struct kind_row *row, const struct tls_facts *facts)
{
    const char *name = tls_certificate_name(row->kind);
    bool self_signed = row->kind == TLS_CERTIFICATE_SELF_SIGNED;
    UNIT_ROW(name, facts->has_certificate);
    UNIT_ROW(name, strcmp(facts->subject, row->subject) == 0);
    UNIT_ROW(name, strcmp(facts->issuer,
                          self_signed ? row->subject : "CN=mailspec authority between") == 0);
    UNIT_ROW(name, row->kind == TLS_CERTIFICATE_COMMON_NAME_ONLY_RIGHT ||
                       strcmp(facts->names[0], row->subject + 3) == 0);
    UNIT_ROW(name, facts->name_count == (row->name_matches ? 3 : 1));
    UNIT_ROW(name, facts->name_count == 1 || strcmp(facts->names[2], "127.0.0.1") == 0);
    UNIT_ROW(name, strcmp(facts->checked_name, "mx.example.test") == 0);
    UNIT_ROW(name, facts->name_matches == row->name_matches);
    UNIT_ROW(name, facts->wildcard == row->wildcard);
    UNIT_ROW(name, facts->expired == row->expired);
    UNIT_ROW(name, facts->not_yet_valid == row->not_yet_valid);
    UNIT_ROW(name, facts->self_signed == row->self_signed);
    UNIT_ROW(name, facts->trusted == row->trusted);
    UNIT_ROW(name, strcmp(facts->trust_failure, row->trust_failure) == 0);
    UNIT_ROW(name, strlen(facts->not_before) == 20 && strlen(facts->not_after) == 20);
    UNIT_ROW(name, strcmp(facts->not_before, facts->not_after) < 0);
}

static void run_kind(const struct kind_row *row, bool verify, enum tls_version most)
{
    const char *name = tls_certificate_name(row->kind);
    struct tls_world world;
    tls_world_init(&world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    server.certificate = row->kind;
    client.verify = verify;
    client.most = most;
    UNIT_ROW(name, tls_world_handshake(&world, &client, &server));
    const struct tls_facts *facts = &world.world.client.facts;
    check_kind(row, facts);
    if (!verify || row->refusal == NULL) {
        UNIT_ROW(name, facts->secured && world.world.server.facts.secured);
        UNIT_ROW(name, !world.world.server.facts.has_certificate);
    } else {
        UNIT_ROW(name, !facts->secured && facts->alert_sent);
        UNIT_ROW(name, strcmp(facts->failure, row->refusal) == 0);
        UNIT_ROW(name, strcmp(world.world.server.facts.failure, row->alert) == 0);
        UNIT_ROW(name, world.world.server.facts.alert_received);
    }
    tls_world_deinit(&world);
}

static void test_kinds(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        run_kind(&kinds[i], false, TLS_ANY);
        run_kind(&kinds[i], false, TLS_1_2);
    }
    CU_ASSERT_EQUAL(sizeof kinds / sizeof kinds[0], TLS_CERTIFICATE_COUNT);
}

static void test_verify(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        run_kind(&kinds[i], true, TLS_ANY);
        run_kind(&kinds[i], true, TLS_1_2);
    }
}

/* Nothing is trusted but what the client was given: another authority of the same name is another one. */
static void test_other_authority(void)
{
    struct tls_world world;
    tls_world_init(&world);
    struct tls_authority *other = tls_authority_open(NULL, NULL);
    CU_ASSERT_EQUAL(tls_authority_write(other, world.ca, NULL), 0);
    tls_authority_free(&other);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
    CU_ASSERT_FALSE(world.world.client.facts.trusted);
    CU_ASSERT(world.world.client.facts.name_matches);
    tls_world_deinit(&world);
}

/* ---- Identity (RFC 6125 6.4, RFC 7817 3) ---- */

struct identity_row {
    const char *certificate; /* its only name */
    const char *checked;
    bool matches;
    bool wildcard;
};

static void test_identity(void)
{
    static const struct identity_row rows[] = {
        {"mx.example.test", "mx.example.test",   true,  false},
        {"mx.example.test", "MX.Example.Test",   true,  false},
        {"mx.example.test", "example.test",      false, false},
        {"mx.example.test", "a.mx.example.test", false, false},
        {"mx.example.test", "xmx.example.test",  false, false},
        {"*.example.test",  "mx.example.test",   true,  true },
        {"*.example.test",  "example.test",      false, false},
        {"*.example.test",  "a.b.example.test",  false, false},
        {"m*.example.test", "mx.example.test",   false, false},
        {"mx.*.test",       "mx.example.test",   false, false},
        {"192.0.2.1",       "192.0.2.1",         true,  false},
        {"192.0.2.1",       "192.0.2.10",        false, false},
        {"2001:db8::1",     "2001:DB8:0::1",     true,  false},
        {"mx.example.test", "192.0.2.1",         false, false},
        {"192.0.2.1",       "mx.example.test",   false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tls_world world;
        tls_world_init(&world);
        struct tls_settings server = {.names = &rows[i].certificate, .name_count = 1};
        struct tls_settings client = tls_world_client(&world);
        client.name = rows[i].checked;
        client.verify = true;
        UNIT_ROW(rows[i].checked, tls_world_handshake(&world, &client, &server));
        const struct tls_facts *facts = &world.world.client.facts;
        UNIT_ROW(rows[i].checked, strcmp(facts->checked_name, rows[i].checked) == 0);
        UNIT_ROW(rows[i].checked, facts->name_matches == rows[i].matches);
        UNIT_ROW(rows[i].checked, facts->wildcard == rows[i].wildcard);
        UNIT_ROW(rows[i].checked, facts->secured == rows[i].matches);
        tls_world_deinit(&world);
    }
}

/* ---- Names ---- */

static const char long_name[] = "a-name-of-a-server-that-is-too-long-for-a-common-name"
                                ".and-so-stands-in-the-other-field.example.test";

static void test_long_name(void)
{
    const char *names[] = {long_name};
    struct tls_world world;
    tls_world_init(&world);
    struct tls_settings server = {.names = names, .name_count = 1};
    struct tls_settings client = tls_world_client(&world);
    client.name = long_name;
    client.verify = true;
    CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
    CU_ASSERT(world.world.client.facts.secured);
    CU_ASSERT_STRING_EQUAL(world.world.client.facts.subject, "O=mailspec");
    CU_ASSERT_STRING_EQUAL(world.world.client.facts.names[0], long_name);
    tls_world_deinit(&world);
}

/* A server that was given no names is for this machine. */
static void test_no_names(void)
{
    struct tls_world world;
    tls_world_init(&world);
    struct tls_settings server = {.name_count = 0};
    struct tls_settings client = tls_world_client(&world);
    client.name = NULL;
    client.verify = true;
    CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
    CU_ASSERT(world.world.client.facts.secured);
    CU_ASSERT_STRING_EQUAL(world.world.client.facts.checked_name, "127.0.0.1");
    CU_ASSERT_EQUAL(world.world.client.facts.name_count, 3);
    tls_world_deinit(&world);
}

/* ---- Certificates of clients ---- */

struct client_row {
    const char *name;
    bool asked;
    bool has;
    bool known; /* of the server's authority */
    enum tls_version most;
};

static void test_clients(void)
{
    static const struct client_row rows[] = {
        {"asked",            true,  true,  true,  TLS_ANY},
        {"asked, 1.2",       true,  true,  true,  TLS_1_2},
        {"of somebody else", true,  true,  false, TLS_ANY},
        {"has none",         true,  false, true,  TLS_ANY},
        {"has none, 1.2",    true,  false, true,  TLS_1_2},
        {"has none, 1.0",    true,  false, true,  TLS_1_0},
        {"not asked",        false, true,  true,  TLS_ANY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct client_row *row = &rows[i];
        struct tls_world world;
        tls_world_init(&world);
        struct tls_authority *other = tls_authority_open(NULL, NULL);
        UNIT_ROW(row->name, tls_authority_write_client(row->known ? world.authority : other,
                                                       world.client_pem, "alice", NULL) == 0);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        server.asks_certificate = row->asked;
        client.certificate_file = row->has ? world.client_pem : NULL;
        client.most = row->most;
        UNIT_ROW(row->name, tls_world_handshake(&world, &client, &server));
        const struct tls_facts *facts = &world.world.server.facts;
        bool shown = row->asked && row->has;
        UNIT_ROW(row->name, facts->secured && world.world.client.facts.secured);
        UNIT_ROW(row->name, facts->has_certificate == shown);
        UNIT_ROW(row->name, strcmp(facts->subject, shown ? "CN=alice" : "") == 0);
        UNIT_ROW(row->name, facts->trusted == (shown && row->known));
        UNIT_ROW(row->name, facts->checked_name[0] == '\0');
        UNIT_ROW(row->name, !facts->asked_certificate && !facts->showed_certificate);
        const struct tls_facts *ours = &world.world.client.facts;
        UNIT_ROW(row->name, ours->asked_certificate == row->asked);
        UNIT_ROW(row->name, ours->showed_certificate == shown);
        struct buf line = {0};
        tls_facts_print(ours, &line);
        const char *end = !row->asked ? ""
                          : shown     ? ", our certificate shown"
                                      : ", asks for a certificate";
        UNIT_ROW(row->name, bytes_ends(buf_bytes(&line), end));
        UNIT_ROW(row->name, row->asked || strstr(buf_text(&line), "our certificate") == NULL);
        buf_deinit(&line);
        tls_authority_free(&other);
        tls_world_deinit(&world);
    }
}

static const struct unit_test tests[] = {
    {"kinds",           test_kinds          },
    {"verify",          test_verify         },
    {"other authority", test_other_authority},
    {"identity",        test_identity       },
    {"long name",       test_long_name      },
    {"no names",        test_no_names       },
    {"clients",         test_clients        },
};

UNIT_MAIN("net_tls_certificate", tests)
