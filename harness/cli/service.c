#include "cli/service.h"

int service_compile(const struct service *service, const struct settings_text *text,
                    const struct fault_set *faults, struct arena *arena,
                    struct server_settings *settings_r, struct error *error)
{
    struct server_settings settings;
    if (settings_text_compile(text, arena, &settings, error) != 0) {
        return -1;
    }
    settings.faults = *faults;
    settings.clock = clock_system();
    settings.store_folder = service->store_folder;
    settings.authority = service->authority;
    settings.tls.keylog_file = options_get(service->options, OPTION_KEYLOG);
    if (service->store_folder != NULL &&
        settings_text_origin(text, SETTING_ENVELOPE_TO) == SETTINGS_STANDARD) {
        settings.envelope_to = true; /* one Maildir may hold the mail of many addresses */
    }
    if (settings.max_connections > service->most_connections) {
        settings.max_connections = service->most_connections;
    }
    *settings_r = settings;
    return 0;
}

const char *service_stranger(const struct server_settings *settings,
                             const struct server_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        struct server_names one = {&names->names[i], 1};
        bool known = false;
        for (size_t k = 0; k < settings->user_count && !known; k++) {
            known = settings_names_user(&one, &settings->users[k]);
        }
        if (!known) {
            return names->names[i];
        }
    }
    return NULL;
}

int service_change(struct service *service, const struct settings_text *settings,
                   const struct fault_set *faults, struct error *error)
{
    struct arena *arena = arena_new();
    struct server_settings compiled;
    if (service_compile(service, settings, faults, arena, &compiled, error) != 0) {
        arena_free(&arena);
        return -1;
    }
    int failed = server_change(service->server, &compiled, &arena, error);
    if (arena != NULL) { /* nothing has changed */
        arena_free(&arena);
        return failed;
    }
    struct settings_text *copy = settings_text_copy(settings);
    settings_text_free(&service->settings);
    service->settings = copy;
    service->faults = *faults;
    return failed;
}

void service_stop(struct service *service)
{
    if (!service->stopping) {
        service->stopping = true;
        server_stop(service->server);
        loop_stop(service->loop);
    }
}
