/* TLS sessions: both ends in one loop, what is said in them, and how they end. */
#include "unit.h"

#include "tls_world.h"

static void show(const struct tls_facts *facts)
{
    struct buf b = {0};
    tls_facts_print(facts, &b);
    fprintf(stderr, "%s\n", buf_text(&b));
    buf_deinit(&b);
}
static void test_handshake(void)
{
    struct tls_world world;
    tls_world_init(&world);
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
    show(&world.world.client.facts);
    show(&world.world.server.facts);
    CU_ASSERT(world.world.client.facts.secured);
    tls_world_deinit(&world);
}

static const struct unit_test tests[] = {
    {"handshake", test_handshake},
};

UNIT_MAIN("net_tls", tests)
