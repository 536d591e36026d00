/* command_serve - the reference server alone, until it is told to stop */
#include <stdio.h>
#include <string.h>

#include "cli/faults.h"
#include "cli/target_options.h"
#include "engine/target_file.h"
#include "fake_servers/server.h"
#include "reports/show.h"

enum { USERS_SHOWN = 2 }; /* enough to try it */

struct serve {
    const struct options *options;
    struct arena *arena;
    struct loop *loop;
    struct server *server;
    struct server_settings settings;
};

static void stop(void *self, int signal)
{
    struct serve *serve = self;
    (void)signal;
    loop_stop(serve->loop);
}

static int read_users(struct serve *serve, struct error *error)
{
    const struct option_value *value = &serve->options->value[OPTION_USER];
    const char *domain = options_get(serve->options, OPTION_DOMAIN);
    if (domain != NULL) {
        const char **domains = arena_array(serve->arena, 1, sizeof *domains);
        domains[0] = domain;
        serve->settings.domains = domains;
        serve->settings.domain_count = 1;
    }
    struct server_user *users = arena_array(serve->arena, value->count + 1, sizeof *users);
    for (size_t i = 0; i < value->count; i++) {
        struct target_user user;
        if (user_from_text(value->values[i], domain != NULL ? domain : "example.test", serve->arena,
                           &user, error) != 0) {
            return -1;
        }
        users[i] = (struct server_user){user.name, user.secret, user.address};
    }
    if (value->count > 0) {
        serve->settings.users = users;
        serve->settings.user_count = value->count;
    }
    return 0;
}

static enum exit_status listen_at(struct serve *serve, const char *url)
{
    struct error error = {""};
    struct endpoint endpoint;
    unsigned port = 0;
    if (endpoint_read(url, serve->arena, &endpoint, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    if (endpoint.kind != ENDPOINT_TCP || endpoint.implicit_tls ||
        endpoint.protocol == PROTOCOL_LMTP) {
        return complain(EXIT_USAGE, "%s: serve listens at smtp://HOST:PORT and pop3://HOST:PORT",
                        url);
    }
    bool pop3 = endpoint.protocol == PROTOCOL_POP3;
    if (server_listen(serve->server, pop3 ? SERVER_POP3 : SERVER_SMTP, endpoint.host, endpoint.port,
                      &port, &error) != 0) {
        return complain(EXIT_TARGET, "%s: %s", url, error.text);
    }
    bool brackets = strchr(endpoint.host, ':') != NULL;
    printf("listening at %s://%s%s%s:%u\n", pop3 ? "pop3" : "smtp", brackets ? "[" : "",
           endpoint.host, brackets ? "]" : "", port);
    return EXIT_ACCEPTABLE;
}

/* The secrets of the standard users are no secrets; those of others stay with whoever gave them. */
static void print_users(const struct serve *serve)
{
    bool given = serve->options->value[OPTION_USER].count > 0;
    for (size_t i = 0; i < serve->settings.user_count && (given || i < USERS_SHOWN); i++) {
        const struct server_user *user = &serve->settings.users[i];
        struct buf line = {0};
        buf_append_text(&line, "user ");
        show_text(&line, user->name);
        buf_printf(&line, "%s%s, address ", given ? "" : ", secret ", given ? "" : user->secret);
        show_text(&line, user->address);
        printf("%s\n", buf_text(&line));
        buf_deinit(&line);
    }
}

static enum exit_status serve_all(struct serve *serve)
{
    static const char *const standard[] = {"smtp://127.0.0.1:2525", "pop3://127.0.0.1:2110"};
    const char *const *urls = serve->options->operands;
    size_t count = serve->options->operand_count;
    if (count == 0) {
        urls = standard;
        count = sizeof standard / sizeof standard[0];
    }
    for (size_t i = 0; i < count; i++) {
        enum exit_status status = listen_at(serve, urls[i]);
        if (status != EXIT_ACCEPTABLE) {
            return status;
        }
    }
    print_users(serve);
    fflush(stdout);
    loop_on_interrupt(serve->loop, stop, serve);
    loop_run(serve->loop);
    return EXIT_ACCEPTABLE;
}

enum exit_status command_serve(const struct options *options, struct arena *arena)
{
    struct serve serve = {.options = options, .arena = arena};
    struct error error = {""};
    struct faults faults;
    enum exit_status status = EXIT_ACCEPTABLE;
    if (!faults_read(options, true, &faults, &status)) {
        return status;
    }
    serve.settings = settings_default();
    serve.settings.clock = clock_system();
    serve.settings.faults = faults.server;
    if (read_users(&serve, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    serve.loop = loop_new();
    serve.server = server_new(serve.loop, &serve.settings);
    status = serve_all(&serve);
    server_free(&serve.server);
    loop_free(&serve.loop);
    return status;
}
