#include "cli/mail_server.h"

#include "base/duration.h"
#include "cli/dialogue_show.h"
#include "cli/secret_source.h"
#include "cli/target_options.h"
#include "cli/tls_options.h"
#include "engine/target_file.h"

/* ---- the address ---- */

static int read_endpoint(struct mail_server *server, const struct options *options, bool fetches,
                         struct arena *arena, struct error *error)
{
    const char *example = fetches ? "pop3://127.0.0.1:2110" : "smtp://127.0.0.1:2525";
    if (options->operand_count == 0) {
        return error_set(error, "expected the address of a server, as in %s", example);
    }
    server->url = options->operands[0];
    if (endpoint_read(server->url, arena, &server->endpoint, error) != 0) {
        return -1;
    }
    if ((server->endpoint.protocol == PROTOCOL_POP3) != fetches) {
        return error_set(error, "%s: %s, as in %s", server->url,
                         fetches ? "mail is fetched by POP3" : "mail is sent by SMTP or LMTP",
                         example);
    }
    return 0;
}

static enum client_protocol protocol_of(enum protocol protocol)
{
    static const enum client_protocol rows[PROTOCOL_COUNT] = {[PROTOCOL_SMTP] = CLIENT_SMTP,
                                                              [PROTOCOL_LMTP] = CLIENT_LMTP,
                                                              [PROTOCOL_POP3] = CLIENT_POP3};
    return rows[protocol];
}

static enum client_door door_of(const struct endpoint *endpoint)
{
    return endpoint->kind == ENDPOINT_UNIX   ? CLIENT_DOOR_UNIX
           : endpoint->kind == ENDPOINT_PIPE ? CLIENT_DOOR_COMMAND
                                             : CLIENT_DOOR_TCP;
}

static const char *host_of(const struct endpoint *endpoint)
{
    return endpoint->kind == ENDPOINT_UNIX   ? endpoint->path
           : endpoint->kind == ENDPOINT_PIPE ? endpoint->command
                                             : endpoint->host;
}

/* ---- TLS ---- */

static int read_tls(struct mail_server *server, const struct options *options, struct arena *arena,
                    struct error *error)
{
    static const char *const words[] = {"tls", "clear"};
    enum { MUST, NEVER, WHERE_OFFERED };
    unsigned when = WHERE_OFFERED;
    struct client_wishes *wishes = &server->settings.wishes;
    if (tls_options_take_session(options, arena, &server->target, error) != 0 ||
        tls_options_check(&server->target, error) != 0 ||
        options_choice(options, OPTION_START_WITH, words, sizeof words / sizeof words[0],
                       WHERE_OFFERED, &when, error) != 0) {
        return -1;
    }
    wishes->any_certificate = options_given(options, OPTION_INSECURE);
    wishes->tls_settings = &server->target.tls;
    wishes->tls = when == MUST    ? CLIENT_TLS_DEMANDED
                  : when == NEVER ? CLIENT_TLS_NEVER
                                  : CLIENT_TLS_WHERE_OFFERED;
    if (server->endpoint.implicit_tls && when == NEVER) {
        return error_set(error, "%s is inside TLS, and %s says clear", server->url,
                         options->value[OPTION_START_WITH].where);
    }
    if (wishes->any_certificate && server->target.tls.verify) {
        return error_set(error, "--insecure and --tls-verify: a certificate counts or it does not");
    }
    if (server->endpoint.implicit_tls) {
        wishes->tls = CLIENT_TLS_FIRST;
    }
    return 0;
}

/* ---- logins ---- */

static int read_login_name(struct client_wishes *wishes, const struct options *options,
                           bool fetches, struct error *error)
{
    const char *text = options_get(options, OPTION_LOGIN);
    struct buf expected = {0};
    wishes->login = CLIENT_LOGIN_BEST;
    if (text == NULL) {
        return 0;
    }
    if (fetches && bytes_is_nocase(bytes_of(text), "user")) {
        wishes->login = CLIENT_LOGIN_USER;
    } else if (fetches && bytes_is_nocase(bytes_of(text), "apop")) {
        wishes->login = CLIENT_LOGIN_APOP;
    } else if (sasl_mechanism_from_name(bytes_of(text), &wishes->mechanism)) {
        wishes->login = CLIENT_LOGIN_SASL;
    } else {
        sasl_mechanism_print_expected(bytes_of(text), &expected);
        error_set(error, "%s: %s%s", options->value[OPTION_LOGIN].where,
                  fetches ? "USER, APOP, or a mechanism: " : "", buf_text(&expected));
        buf_deinit(&expected);
        return -1;
    }
    return 0;
}

/* One who logs in is enough; the address behind the secret is for run. */
static int read_user(struct mail_server *server, const struct options *options, bool fetches,
                     struct arena *arena, struct error *error)
{
    const char *text = options_get(options, OPTION_USER);
    struct target_user user = {0};
    if (text == NULL) {
        return fetches ? error_set(error, "--user NAME:SECRET says whose mail it is; SECRET may be "
                                          "file:PATH, env:NAME or prompt:")
               : options_given(options, OPTION_LOGIN)
                   ? error_set(error,
                               "--login says how to log in, and --user NAME:SECRET is missing")
                   : 0;
    }
    if (user_from_text(text, NULL, arena, &user, error) != 0 ||
        read_login_name(&server->settings.wishes, options, fetches, error) != 0) {
        return -1;
    }
    server->settings.user = user.name;
    server->written_secret = user.secret;
    server->settings.wishes.is_local = server->target.loopback;
    return 0;
}

int mail_server_read_secret(struct mail_server *server, struct arena *arena, struct error *error)
{
    return server->written_secret == NULL
               ? 0
               : secret_source_read(server->written_secret, "", server->settings.user, arena,
                                    &server->settings.secret, error);
}

static int read_timeout(struct mail_server *server, const struct options *options,
                        struct error *error)
{
    const char *text = options_get(options, OPTION_TIMEOUT);
    if (text != NULL && (!duration_read(bytes_of(text), &server->settings.idle_ms) ||
                         server->settings.idle_ms == 0)) {
        return error_set(error, "%s: expected a time with its unit, as in 30s, found \"%s\"",
                         options->value[OPTION_TIMEOUT].where, text);
    }
    return 0;
}

int mail_server_read(struct mail_server *server_r, const struct options *options, bool fetches,
                     struct arena *arena, struct error *error)
{
    struct mail_server *server = server_r;
    *server = (struct mail_server){0};
    if (read_endpoint(server, options, fetches, arena, error) != 0) {
        return -1;
    }
    *(fetches ? &server->target.pop3 : &server->target.mail) = server->endpoint;
    target_complete(&server->target, arena);
    server->shows_secrets = options_given(options, OPTION_SHOW_SECRETS);
    server->settings.protocol = protocol_of(server->endpoint.protocol);
    server->settings.wishes.door = door_of(&server->endpoint);
    return read_tls(server, options, arena, error) != 0 ||
                   read_timeout(server, options, error) != 0 ||
                   read_user(server, options, fetches, arena, error) != 0
               ? -1
               : 0;
}

/* ---- a session ---- */

/* Octets of a sentence that are shown. */
enum { LONGEST_TROUBLE = 1024 };

/* What is looked at while it goes on. */
struct looker {
    struct mail_server *server;
    struct dialogue_show *show; /* NULL: without --verbose */
    struct loop *loop;
    struct buf certificate; /* what is wrong with it; empty: nothing */
    bool lost;
    bool ended;
    int result;
};

static void on_connected(void *self, const char *text)
{
    struct looker *looker = self;
    dialogue_show_note(looker->show, text);
}

static void on_octets(void *self, bool ours, struct bytes octets)
{
    struct looker *looker = self;
    dialogue_show_octets(looker->show, ours ? SIDE_CLIENT : SIDE_SERVER, octets);
}

static void on_secured(void *self, const struct tls_facts *facts)
{
    struct looker *looker = self;
    const bool is_good = facts->has_certificate && facts->trusted && !facts->expired &&
                         !facts->not_yet_valid && facts->name_matches;
    dialogue_show_secured(looker->show, facts);
    if (facts->secured && !is_good) {
        tls_facts_print(facts, &looker->certificate);
    }
}

static void on_lost(void *self, const char *text)
{
    struct looker *looker = self;
    looker->lost = true;
    dialogue_show_note(looker->show, text);
}

static void on_ended(void *self, int exit_status)
{
    struct looker *looker = self;
    looker->ended = true;
    looker->result = exit_status;
    loop_stop(looker->loop);
}

enum exit_status mail_session_status(enum client_result result)
{
    switch (result) {
    case CLIENT_DONE:
        return EXIT_ACCEPTABLE;
    case CLIENT_REFUSED:
    case CLIENT_LOGIN_REFUSED:
        return EXIT_NOT_ACCEPTABLE;
    case CLIENT_REFUSED_FOR_NOW:
        return EXIT_NOTHING;
    case CLIENT_PROTOCOL_ERROR:
        break;
    }
    return EXIT_SCENARIO;
}

/* What a person may do about it. */
static const char *advice(const struct looker *looker, struct bytes trouble)
{
    if (bytes_find(trouble, BYTES_LIT("certificate"), 0) != BYTES_NONE) {
        return "; trust it by --tls-ca FILE, or take any by --insecure";
    }
    if (bytes_find(trouble, BYTES_LIT("in clear text, and"), 0) != BYTES_NONE) {
        return looker->server->settings.protocol == CLIENT_POP3
                   ? "; --login user tells it all the same"
                   : "; --login plain tells it all the same";
    }
    return "";
}

static void tell_trouble(struct looker *looker, const struct fake_client *client,
                         enum exit_status status)
{
    const struct bytes trouble = fake_client_trouble(client);
    struct buf text = {0};
    if (status == EXIT_ACCEPTABLE || trouble.n == 0) {
        return;
    }
    buf_append(&text, bytes_slice(trouble, 0, LONGEST_TROUBLE)); /* complain() makes it harmless */
    if (looker->certificate.n > 0 &&
        bytes_find(trouble, BYTES_LIT("certificate"), 0) != BYTES_NONE) {
        buf_printf(&text, " (%s)", buf_text(&looker->certificate));
    }
    complain(status, "%s: %s%s", looker->server->url, buf_text(&text), advice(looker, trouble));
    buf_deinit(&text);
}

void mail_session_run(struct mail_session *session, struct mail_server *server,
                      const struct options *options, struct loop *loop)
{
    struct looker looker = {.server = server, .loop = loop};
    const struct client_watch watch = {&looker, on_connected, on_octets, on_secured, on_lost};
    const struct endpoint *endpoint = &server->endpoint;
    if (options_given(options, OPTION_VERBOSE)) {
        looker.show =
            dialogue_show_new(endpoint->protocol, server->settings.secret, server->shows_secrets);
    }
    server->settings.wishes.watch = &watch;
    session->client = fake_client_new(loop, host_of(endpoint), endpoint->port, &server->settings,
                                      on_ended, &looker);
    if (!looker.ended) {
        loop_run(loop);
    }
    dialogue_show_free(&looker.show);
    session->status = looker.lost && looker.result == CLIENT_REFUSED_FOR_NOW
                          ? EXIT_TARGET
                          : mail_session_status((enum client_result)looker.result);
    tell_trouble(&looker, session->client, session->status);
    buf_deinit(&looker.certificate);
    server->settings.wishes.watch = NULL;
}

void mail_session_end(struct mail_session *session)
{
    fake_client_free(&session->client);
}
