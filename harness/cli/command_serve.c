/* command_serve - the reference server alone, until it is told to stop */
#include <stdio.h>
#include <string.h>

#include "cli/faults.h"
#include "cli/service.h"
#include "cli/service_settings.h"
#include "engine/target_file.h"
#include "reports/show.h"

enum { USERS_SHOWN = 2 }; /* enough to try it */

/* ---- changes while it runs ---- */

static int compile(const struct service *service, const struct settings_text *text,
                   const struct fault_set *faults, struct arena *arena,
                   struct server_settings *settings_r, struct error *error)
{
    if (settings_text_compile(text, arena, settings_r, error) != 0) {
        return -1;
    }
    settings_r->faults = *faults;
    settings_r->clock = clock_system();
    settings_r->store_folder = service->store_folder;
    if (service->store_folder != NULL &&
        settings_text_origin(text, SETTING_ENVELOPE_TO) == SETTINGS_STANDARD) {
        settings_r->envelope_to = true;
    }
    return 0;
}

int service_change(struct service *service, const struct settings_text *settings,
                   const struct fault_set *faults, struct error *error)
{
    struct arena *arena = arena_new();
    struct server_settings compiled;
    if (compile(service, settings, faults, arena, &compiled, error) != 0) {
        arena_free(&arena);
        return -1;
    }
    struct settings_text *copy = settings_text_copy(settings);
    settings_text_free(&service->settings);
    service->settings = copy;
    service->faults = *faults;
    return server_change(service->server, &compiled, &arena, error);
}

void service_stop(struct service *service)
{
    if (!service->stopping) {
        service->stopping = true;
        server_stop(service->server);
        loop_stop(service->loop);
    }
}

static void on_signal(void *self, int signal)
{
    (void)signal;
    service_stop(self);
}

/* ---- listening ---- */

static enum exit_status listen_at(struct service *service, const char *url)
{
    struct error error = {""};
    struct endpoint endpoint;
    unsigned port = 0;
    if (endpoint_read(url, service->arena, &endpoint, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    if (endpoint.kind != ENDPOINT_TCP || endpoint.implicit_tls ||
        endpoint.protocol == PROTOCOL_LMTP) {
        return complain(EXIT_USAGE, "%s: serve listens at smtp://HOST:PORT and pop3://HOST:PORT",
                        url);
    }
    bool pop3 = endpoint.protocol == PROTOCOL_POP3;
    if (server_listen(service->server, pop3 ? SERVER_POP3 : SERVER_SMTP, endpoint.host,
                      endpoint.port, &port, &error) != 0) {
        return complain(EXIT_TARGET, "%s: %s", url, error.text);
    }
    bool brackets = strchr(endpoint.host, ':') != NULL;
    printf("listening at %s://%s%s%s:%u\n", pop3 ? "pop3" : "smtp", brackets ? "[" : "",
           endpoint.host, brackets ? "]" : "", port);
    return EXIT_ACCEPTABLE;
}

/* The secrets of the standard users are no secrets; those of others stay with whoever gave them. */
static void print_users(const struct service *service, const struct server_settings *settings)
{
    bool given = settings_text_origin(service->settings, SETTING_USER) != SETTINGS_STANDARD;
    for (size_t i = 0; i < settings->user_count && (given || i < USERS_SHOWN); i++) {
        const struct server_user *user = &settings->users[i];
        struct buf line = {0};
        buf_append_text(&line, "user ");
        show_text(&line, user->name);
        buf_printf(&line, "%s%s, address ", given ? "" : ", secret ", given ? "" : user->secret);
        show_text(&line, user->address);
        printf("%s\n", buf_text(&line));
        buf_deinit(&line);
    }
}

static enum exit_status serve_all(struct service *service, const struct server_settings *settings)
{
    static const char *const standard[] = {"smtp://127.0.0.1:2525", "pop3://127.0.0.1:2110"};
    const char *const *urls = service->options->operands;
    size_t count = service->options->operand_count;
    if (count == 0) {
        urls = standard;
        count = sizeof standard / sizeof standard[0];
    }
    for (size_t i = 0; i < count; i++) {
        enum exit_status status = listen_at(service, urls[i]);
        if (status != EXIT_ACCEPTABLE) {
            return status;
        }
    }
    print_users(service, settings);
    fflush(stdout);
    loop_on_interrupt(service->loop, on_signal, service);
    loop_run(service->loop);
    return EXIT_ACCEPTABLE;
}

static enum exit_status serve_with(struct service *service, struct error *error)
{
    struct server_settings settings;
    if (service_settings_read(service->options, service->settings, error) != 0 ||
        compile(service, service->settings, &service->faults, service->arena, &settings, error) !=
            0) {
        return complain(EXIT_USAGE, "%s", error->text);
    }
    service->loop = loop_new();
    service->server = server_new(service->loop, &settings, error);
    enum exit_status status = service->server != NULL ? serve_all(service, &settings)
                                                      : complain(EXIT_TARGET, "%s", error->text);
    server_free(&service->server);
    loop_free(&service->loop);
    return status;
}

enum exit_status command_serve(const struct options *options, struct arena *arena)
{
    struct service service = {.options = options, .arena = arena};
    struct error error = {""};
    struct faults faults;
    enum exit_status status = EXIT_ACCEPTABLE;
    if (service_settings_wants_list(options)) {
        service_settings_print_list();
        return EXIT_ACCEPTABLE;
    }
    if (!faults_read(options, true, &faults, &status)) {
        return status;
    }
    service.faults = faults.server;
    service.settings = settings_text_new();
    status = serve_with(&service, &error);
    settings_text_free(&service.settings);
    return status;
}
