#include "cli/built_in.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "cli/given.h"
#include "fake_servers/server.h"

struct built_in {
    struct arena *arena;
    struct server *server;
    struct server_settings settings;
    struct target target;
};

/* ---- the server and its target ---- */

static int listen_on(struct built_in *built_in, enum server_protocol protocol,
                     struct endpoint *endpoint, struct error *error)
{
    static const struct {
        enum protocol protocol;
        const char *scheme;
    } spoken[] = {
        [SERVER_SMTP] = {PROTOCOL_SMTP, "smtp"},
        [SERVER_POP3] = {PROTOCOL_POP3, "pop3"},
        [SERVER_LMTP] = {PROTOCOL_LMTP, "lmtp"},
    };
    unsigned port = 0;
    if (server_listen(built_in->server, protocol, "127.0.0.1", 0, &port, error) != 0) {
        return -1;
    }
    *endpoint = (struct endpoint){
        .kind = ENDPOINT_TCP,
        .protocol = spoken[protocol].protocol,
        .host = "127.0.0.1",
        .port = port,
        .url = arena_printf(built_in->arena, "%s://127.0.0.1:%u", spoken[protocol].scheme, port),
    };
    return 0;
}

/* A server that is set up for one case speaks what the case does. */
static enum server_protocol mail_protocol(const struct program *given)
{
    for (size_t i = 0; given != NULL && i < given->connection_count; i++) {
        if (given->connections[i].protocol == PROTOCOL_LMTP) {
            return SERVER_LMTP;
        }
    }
    return SERVER_SMTP;
}

/* Nothing that a scenario may ask for is left out; Given: may take it away. */
static void offer_all(struct server_settings *settings)
{
    settings->starttls = true;
    settings->tls.asks_certificate = true;
    settings->auth.list[settings->auth.count++] = SASL_EXTERNAL;
    settings->lmtp_auth = settings->pop3_auth = settings->auth;
}

/* The name in the certificate is asked for, so that it can be wrong. */
static void describe_tls(const struct built_in_world *world, struct built_in *built_in)
{
    struct tls_settings *tls = &built_in->target.tls;
    if (world->tls != NULL) {
        *tls = *world->tls;
    }
    if (tls->name == NULL) {
        tls->name = built_in->settings.hostname;
    }
    built_in_trust_complete(world->trust, tls);
}

static void describe(struct built_in *built_in)
{
    const struct server_settings *settings = &built_in->settings;
    struct target *target = &built_in->target;
    struct target_user *users =
        arena_array(built_in->arena, settings->user_count + 1, sizeof *users);
    for (size_t i = 0; i < settings->user_count; i++) {
        users[i] = (struct target_user){settings->users[i].name, settings->users[i].secret,
                                        settings->users[i].address};
    }
    target->name = "built-in server and client";
    target->domain = settings->domain_count > 0 ? settings->domains[0] : "example.test";
    target->relay_domain = "elsewhere.example";
    target->unknown_user = arena_printf(built_in->arena, "nobody-here@%s", target->domain);
    target->users = users;
    target->user_count = settings->user_count;
    target->built_in = true;
    target->delivers = true;
    target->loopback = true;
}

struct built_in *built_in_new(const struct built_in_world *world, const struct program *given,
                              struct error *error)
{
    struct built_in *built_in = mem_alloc(sizeof *built_in);
    built_in->arena = arena_new();
    built_in->settings = settings_default();
    built_in->settings.clock = clock_system();
    offer_all(&built_in->settings);
    built_in->settings.authority = built_in_trust_authority(world->trust);
    if (world->faults != NULL) {
        built_in->settings.faults = *world->faults;
    }
    if (given != NULL && given_apply(given, &built_in->settings, built_in->arena, error) != 0) {
        built_in_free(&built_in);
        return NULL;
    }
    built_in->server = server_new(world->loop, &built_in->settings, error);
    if (built_in->server == NULL ||
        listen_on(built_in, mail_protocol(given), &built_in->target.mail, error) != 0 ||
        listen_on(built_in, SERVER_POP3, &built_in->target.pop3, error) != 0) {
        built_in_free(&built_in);
        return NULL;
    }
    describe(built_in);
    describe_tls(world, built_in);
    return built_in;
}

const struct target *built_in_target(const struct built_in *built_in)
{
    return &built_in->target;
}

void built_in_free(struct built_in **built_in_p)
{
    struct built_in *built_in = *built_in_p;
    if (built_in == NULL) {
        return;
    }
    server_free(&built_in->server);
    arena_free(&built_in->arena);
    free(built_in);
    *built_in_p = NULL;
}
