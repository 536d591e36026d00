/* command_serve - the reference server alone, until it is told to stop or has done what it was asked for */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/duration.h"
#include "base/escape.h"
#include "cli/control.h"
#include "cli/faults.h"
#include "cli/service_listen.h"
#include "cli/service_sessions.h"
#include "cli/service_settings.h"
#include "net/tls.h"
#include "reports/show.h"

enum { USERS_SHOWN = 2, /* enough to try it */ COMMON_NAME_MAX = 64 };

/* Descriptors for everything but connections; and, for connections that are refused, one of so many. */
enum { OTHER_DESCRIPTORS = 64, SHARE_FOR_REFUSED = 8 };

/* ---- limits ---- */

/*
 * As many descriptors as this process may have. One that is refused stays open until it has read why, so some are left for
 * those; and a transcript needs one more.
 */
static size_t most_connections(const struct options *options)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return SIZE_MAX;
    }
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return SIZE_MAX;
    }
    size_t free_ones = limit.rlim_cur > OTHER_DESCRIPTORS ? limit.rlim_cur - OTHER_DESCRIPTORS : 1;
    size_t each = options_given(options, OPTION_TRANSCRIPTS) ? 2 : 1;
    size_t most = (free_ones - free_ones / SHARE_FOR_REFUSED) / each;
    return most > 0 ? most : 1;
}

/* Somebody asked for more than there can be. */
static void warn_of_few(const struct service *service)
{
    struct bytes asked = settings_text_value(service->settings, SETTING_MAX_CONNECTIONS, 0);
    uint64_t number = 0;
    bool given =
        settings_text_origin(service->settings, SETTING_MAX_CONNECTIONS) != SETTINGS_STANDARD;
    if (given && bytes_to_u64(asked, &number) && number > service->most_connections) {
        complain(EXIT_ACCEPTABLE,
                 "warning: there are descriptors for %zu connections at a time, not for %" PRIu64
                 "; raise the limit (ulimit -Hn)",
                 service->most_connections, number);
    }
}

/* A slip there makes a test that tests nothing. */
static void warn_of_stranger(const struct server_settings *settings, const char *setting,
                             const struct server_names *names)
{
    const char *stranger = service_stranger(settings, names);
    if (stranger != NULL) {
        complain(EXIT_ACCEPTABLE, "warning: %s: there is no user \"%s\"", setting, stranger);
    }
}

/* ---- what is printed ---- */

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

static void print_summary(const struct service *service, const struct service_sessions *sessions)
{
    struct buf line = {0};
    service_sessions_print(sessions, &line);
    if (!service->quiet) {
        printf("%s\n", buf_text(&line));
    }
    buf_deinit(&line);
}

static void print_stages(void)
{
    enum { NAME_WIDTH = 13, PROTOCOL_WIDTH = 10 };
    static const char *const protocols[] = {
        [STAGE_SMTP] = "SMTP", [STAGE_POP3] = "POP3", [STAGE_BOTH] = "SMTP, POP3"};
    for (unsigned i = 0; i < STAGE_COUNT; i++) {
        const struct stage_row *row = stage_row((enum stage)i);
        printf("%-*s  %-*s  %s%s%s\n", NAME_WIDTH, row->name, PROTOCOL_WIDTH,
               protocols[row->protocols], row->what, row->other != NULL ? "; also " : "",
               row->other != NULL ? row->other : "");
    }
}

/* Who wants to have the same once more gives it. */
static void print_seed(const struct service *service, const struct server_settings *settings)
{
    if (!service->quiet && reply_book_has_chance(settings->replies)) {
        printf("seed %" PRIu64 "\n", settings->seed);
    }
}

/* ---- running ---- */

/* The second one ends it at once, as if nobody had caught it. */
static void on_signal(void *self, int number)
{
    struct service *service = self;
    if (service->stopping) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    service_stop(service);
}

static void on_time(void *self)
{
    service_stop(self);
}

static int read_time(const struct options *options, int64_t *ms_r, struct error *error)
{
    const char *text = options_get(options, OPTION_FOR);
    *ms_r = 0;
    if (text != NULL && (!duration_read(bytes_of(text), ms_r) || *ms_r == 0)) {
        return error_set(error, "%s: expected a time such as 60s, found \"%s\"",
                         options->value[OPTION_FOR].where, text);
    }
    return 0;
}

/* --tls-folder: whoever is to trust this server today and tomorrow needs one file. */
static enum exit_status open_authority(struct service *service)
{
    struct error error = {""};
    const char *folder = options_get(service->options, OPTION_TLS_FOLDER);
    if (folder == NULL) {
        return EXIT_ACCEPTABLE;
    }
    service->authority = tls_authority_open(folder, &error);
    return service->authority != NULL ? EXIT_ACCEPTABLE
                                      : complain(EXIT_USAGE, "--tls-folder: %s", error.text);
}

/* The first user that a certificate can be for: its CN is UTF-8, of 64 characters at most (RFC 5280 appendix A.1). NULL: none. */
static const char *certified_user(const struct server_settings *settings)
{
    for (size_t i = 0; i < settings->user_count; i++) {
        struct bytes name = bytes_of(settings->users[i].name);
        if (name.n <= COMMON_NAME_MAX && escape_is_utf8(name)) {
            return settings->users[i].name;
        }
    }
    return NULL;
}

/* Beside it, for clients that log in by EXTERNAL: a certificate of that user's, with its key. */
static enum exit_status write_client(const struct service *service,
                                     const struct server_settings *settings)
{
    struct error error = {""};
    const char *folder = options_get(service->options, OPTION_TLS_FOLDER);
    const char *user = certified_user(settings);
    if (folder == NULL || user == NULL) {
        return EXIT_ACCEPTABLE;
    }
    const char *path = arena_printf(service->arena, "%s/client.pem", folder);
    return tls_authority_write_client(service->authority, path, user, &error) == 0
               ? EXIT_ACCEPTABLE
               : complain(EXIT_USAGE, "--tls-folder: %s", error.text);
}

static void print_authority(const struct service *service, const struct server_settings *settings)
{
    struct buf line = {0};
    const char *user = certified_user(settings);
    const char *folder = options_get(service->options, OPTION_TLS_FOLDER);
    if (folder != NULL && !service->quiet) {
        show_text(&line, folder);
        printf("clients trust %s/ca.pem\n", buf_text(&line));
        if (user != NULL) {
            buf_append_text(&line, "/client.pem is the certificate of ");
            show_text(&line, user);
            printf("%s\n", buf_text(&line));
        }
    }
    buf_deinit(&line);
}

static enum exit_status open_control(struct service *service, struct control **control_r)
{
    struct error error = {""};
    const char *path = options_get(service->options, OPTION_CONTROL);
    *control_r = path != NULL ? control_new(service, path, &error) : NULL;
    return path == NULL || *control_r != NULL ? EXIT_ACCEPTABLE
                                              : complain(EXIT_TARGET, "--control: %s", error.text);
}

static enum exit_status run_until_end(struct service *service, int64_t for_ms,
                                      struct control **control_p)
{
    struct timer *end = timer_new(service->loop, on_time, service);
    if (for_ms > 0) {
        timer_start(end, for_ms);
    }
    loop_on_interrupt(service->loop, on_signal, service);
    enum exit_status status = service_announce(service);
    if (status == EXIT_ACCEPTABLE) {
        loop_run(service->loop);
    }
    service_stop(service);
    service_renounce(service);
    control_free(control_p);
    timer_free(&end);
    loop_finish(service->loop);
    return status;
}

static enum exit_status serve_sessions(struct service *service,
                                       const struct server_settings *settings, int64_t for_ms)
{
    struct error error = {""};
    struct service_sessions *sessions = service_sessions_new(service, &error);
    if (sessions == NULL) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    struct control *control = NULL; /* there before anybody is told that the server is */
    enum exit_status status = open_control(service, &control);
    if (status == EXIT_ACCEPTABLE) {
        status = service_listen(service);
    }
    if (status == EXIT_ACCEPTABLE) {
        print_authority(service, settings);
        if (!service->quiet) {
            print_users(service, settings);
            print_seed(service, settings);
        }
        fflush(stdout);
        status = run_until_end(service, for_ms, &control);
        print_summary(service, sessions);
    }
    control_free(&control);
    server_free(&service->server);
    if (service_sessions_finish(sessions, &error) != 0) {
        status = complain(EXIT_REPORT, "%s", error.text);
    }
    service_sessions_free(&sessions);
    return status;
}

/* Also where nothing is left to chance yet: rules may come while the server runs. */
static int choose_seed(struct service *service, struct error *error)
{
    struct clock clock = clock_system();
    enum { MOST = 1000000000 };
    const char *seed =
        arena_printf(service->arena, "%" PRId64, clock_wall_us(&clock) / 1000 % MOST);
    return settings_text_origin(service->settings, SETTING_SEED) != SETTINGS_STANDARD
               ? 0
               : settings_text_give(service->settings, SETTING_SEED, SETTINGS_OPTION,
                                    bytes_of(seed), error);
}

static enum exit_status serve_settings(struct service *service)
{
    struct error error = {""};
    struct server_settings settings;
    int64_t for_ms = 0;
    if (service_settings_read(service->options, service->settings, &error) != 0 ||
        choose_seed(service, &error) != 0 || read_time(service->options, &for_ms, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    enum exit_status status = service_listen_check(service);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    status = open_authority(service);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    service->most_connections = most_connections(service->options);
    if (service_compile(service, service->settings, &service->faults, service->arena, &settings,
                        &error) != 0 ||
        server_check_tls(&settings, &error) != 0) {
        return complain(EXIT_USAGE, "%s", error.text);
    }
    status = write_client(service, &settings);
    if (status != EXIT_ACCEPTABLE) {
        return status;
    }
    warn_of_few(service);
    warn_of_stranger(&settings, "full", &settings.full);
    warn_of_stranger(&settings, "locked", &settings.locked);
    service->loop = loop_new();
    loop_serves_many(service->loop);
    service->server = server_new(service->loop, &settings, &error);
    status = service->server != NULL ? serve_sessions(service, &settings, for_ms)
                                     : complain(EXIT_TARGET, "--store: %s", error.text);
    server_free(&service->server);
    loop_free(&service->loop);
    return status;
}

static bool wants_list(const struct options *options, enum option_id id)
{
    const struct option_value *value = &options->value[id];
    for (size_t i = 0; i < value->count; i++) {
        if (strcmp(value->values[i], "list") == 0) {
            return true;
        }
    }
    return false;
}

enum exit_status command_serve(const struct options *options, struct arena *arena)
{
    struct service service = {.options = options,
                              .arena = arena,
                              .store_folder = options_get(options, OPTION_STORE),
                              .quiet = options_given(options, OPTION_QUIET)};
    struct faults faults;
    enum exit_status status = EXIT_ACCEPTABLE;
    if (service_settings_wants_list(options)) {
        service_settings_print_list();
        return EXIT_ACCEPTABLE;
    }
    if (wants_list(options, OPTION_REPLY)) {
        print_stages();
        return EXIT_ACCEPTABLE;
    }
    if (!faults_read(options, true, &faults, &status)) {
        return status;
    }
    service.faults = faults.server;
    service.settings = settings_text_new();
    status = serve_settings(&service);
    settings_text_free(&service.settings);
    tls_authority_free(&service.authority);
    return status;
}
