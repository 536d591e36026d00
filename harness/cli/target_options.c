#include "cli/target_options.h"

#include <string.h>

#include "cli/secret_source.h"
#include "cli/tls_options.h"
#include "engine/client_fields.h"
#include "engine/target_file.h"
#include "record/redact.h"

/*
 * NAME ":" SECRET [ ":" ADDRESS ]
 *
 * The secret may hold colons when an address stands behind it: that begins behind the last colon before the last "@".
 */
static int split_user(const char *behind_name, const char *behind_source, const char *name,
                      const char **split_r, struct error *error)
{
    const char *at = strrchr(behind_source, '@');
    *split_r = NULL;
    for (const char *p = behind_source; *p != '\0' && (at == NULL || p < at); p++) {
        *split_r = *p == ':' ? p : *split_r;
    }
    if (*split_r != NULL && at == NULL) {
        /* It is not shown: it may as well be the end of a secret with a colon in it. */
        return error_set(error,
                         "--user: what stands behind the last colon, the address of %s, has no "
                         "\"@\"; behind a secret with colons an address must stand",
                         name);
    }
    bool prompts = strcmp(behind_name, behind_source) != 0 && at != NULL && *split_r == NULL &&
                   bytes_starts(bytes_of(behind_name), "prompt:");
    *split_r = prompts ? behind_source - 1 : *split_r; /* NAME:prompt:ADDRESS */
    return 0;
}

int user_from_text(const char *text, const char *domain, struct arena *arena,
                   struct target_user *user_r, struct error *error)
{
    struct bytes secret = bytes_of(text);
    struct bytes name = {0};
    const char *colon = strchr(text, ':');
    const char *split = NULL;
    const char *rest;
    if (!bytes_next(&secret, ':', &name) || name.n == 0 || secret.n == 0) {
        return error_set(error, "--user: expected NAME:SECRET[:ADDRESS], found %s",
                         colon == NULL ? "no colon" : "nothing beside a colon");
    }
    user_r->name = arena_text(arena, name);
    if (bytes_starts(secret, REDACT_MARK)) {
        return error_set(error, "--user: write the secret of %s in place of " REDACT_MARK,
                         user_r->name);
    }
    (void)secret_source_of(colon + 1, &rest);
    if (split_user(colon + 1, rest, user_r->name, &split, error) != 0) {
        return -1;
    }
    if (split != NULL) {
        size_t n = split < rest ? (size_t)(rest - colon - 1) : (size_t)(split - colon - 1);
        secret = bytes_make(colon + 1, n);
    }
    if (secret.n == 0) {
        return error_set(error, "--user: the secret of %s is missing", user_r->name);
    }
    user_r->secret = arena_text(arena, secret);
    user_r->address = split != NULL ? arena_strdup(arena, split + 1) : NULL;
    if (user_r->address == NULL && strchr(user_r->name, '@') != NULL) {
        user_r->address = user_r->name;
    } else if (user_r->address == NULL && domain != NULL) {
        user_r->address = arena_printf(arena, "%s@%s", user_r->name, domain);
    }
    return 0;
}

/* ---- --server, --user and their like ---- */

static int add_server(struct target *target, const char *url, struct arena *arena,
                      struct error *error)
{
    struct endpoint endpoint;
    if (endpoint_read(url, arena, &endpoint, error) != 0) {
        return -1;
    }
    struct endpoint *place = endpoint.protocol == PROTOCOL_POP3 ? &target->pop3 : &target->mail;
    if (place->kind != ENDPOINT_NONE && place->url != NULL) {
        return error_set(error, "--server: %s and %s are the same side of one server; give one",
                         place->url, url);
    }
    *place = endpoint;
    return 0;
}

static int add_users(const struct options *options, struct target *target, struct arena *arena,
                     struct error *error)
{
    const struct option_value *value = &options->value[OPTION_USER];
    if (value->count == 0) {
        return 0;
    }
    struct target_user *users = arena_array(arena, value->count, sizeof *users);
    for (size_t i = 0; i < value->count; i++) {
        if (user_from_text(value->values[i], target->domain, arena, &users[i], error) != 0) {
            return -1;
        }
    }
    target->users = users;
    target->user_count = value->count;
    return 0;
}

/* Where they come from is written in the target file, or in --user; relative paths in a target file count from its folder. */
static int read_secrets(const struct options *options, struct target *target, struct arena *arena,
                        struct error *error)
{
    const char *file = options_get(options, OPTION_TARGET);
    const char *folder =
        secret_source_folder(options->value[OPTION_USER].count == 0 ? file : NULL, arena);
    struct target_user *users = arena_array(arena, target->user_count + 1, sizeof *users);
    for (size_t i = 0; i < target->user_count; i++) {
        users[i] = target->users[i];
        if (secret_source_read(users[i].secret, folder, users[i].name, arena, &users[i].secret,
                               error) != 0) {
            return -1;
        }
    }
    target->users = users;
    return 0;
}

/* The domain of the first user's address, when none was given. */
static void guess_domain(struct target *target)
{
    for (size_t i = 0; i < target->user_count && target->domain == NULL; i++) {
        const char *address = target->users[i].address;
        const char *at = address != NULL ? strrchr(address, '@') : NULL;
        target->domain = at != NULL ? at + 1 : NULL;
    }
}

static int add_source(const struct options *options, struct target *target, struct error *error)
{
    const char *source = options_get(options, OPTION_SOURCE);
    if (source != NULL && !source_is_good(source)) {
        return error_set(error,
                         "%s: expected an IP address of this machine, without brackets and port, "
                         "found \"%s\"",
                         options->value[OPTION_SOURCE].where, source);
    }
    target->source = source != NULL ? source : target->source;
    return 0;
}

/* Two addresses on the command line are the two sides of one server: mail goes in and comes out again. */
static int add_servers(const struct options *options, struct target *target, struct arena *arena,
                       struct error *error)
{
    const struct option_value *servers = &options->value[OPTION_SERVER];
    if (servers->count == 0) {
        return 0;
    }
    target->mail = (struct endpoint){0};
    target->pop3 = (struct endpoint){0};
    for (size_t i = 0; i < servers->count; i++) {
        if (add_server(target, servers->values[i], arena, error) != 0) {
            return -1;
        }
    }
    if (options_get(options, OPTION_TARGET) == NULL) {
        target->delivers = target->mail.kind != ENDPOINT_NONE && target->pop3.kind != ENDPOINT_NONE;
    }
    return 0;
}

static void add_word(const struct options *options, enum option_id id, const char **word)
{
    const char *given = options_get(options, id);
    *word = given != NULL ? given : *word;
}

/* The command line's client takes the place of the file's, its other fields stay. */
static int add_client(const struct options *options, struct target *target, struct arena *arena,
                      struct error *error)
{
    const char *command = options_get(options, OPTION_CLIENT);
    struct error why = {""};
    if (command == NULL) {
        return 0;
    }
    if (options->value[OPTION_SERVER].count > 0) {
        return error_set(error, "--client and --server: a run tests the one or the other");
    }
    if (options_get(options, OPTION_TARGET) == NULL) {
        target->client = client_plain();
    }
    if (client_command_read(command, &target->client, arena, &why) != 0) {
        return error_set(error, "%s: %s", options->value[OPTION_CLIENT].where, why.text);
    }
    return 0;
}

/* smtp://HOST:PORT, or HOST:FIRST-LAST: a port for each case. */
static int read_listen(struct client *client, const char *url, struct arena *arena,
                       struct error *error)
{
    struct endpoint endpoint;
    const char *colon = strrchr(url, ':');
    const char *hyphen = colon != NULL ? strchr(colon, '-') : NULL;
    uint64_t last = 0;
    if (hyphen != NULL) {
        if (!bytes_to_u64(bytes_of(hyphen + 1), &last) || last == 0 || last > 65535) {
            return error_set(error, "--listen %s: expected FIRST-LAST for the ports", url);
        }
    }
    const char *plain =
        hyphen == NULL ? url : arena_text(arena, bytes_make(url, (size_t)(hyphen - url)));
    if (endpoint_read(plain, arena, &endpoint, error) != 0) {
        return -1;
    }
    if (endpoint.kind != ENDPOINT_TCP) {
        return error_set(error,
                         "--listen %s: expected smtp://, lmtp:// or pop3://HOST:PORT, or smtps://, "
                         "lmtps:// or pop3s://",
                         url);
    }
    if (hyphen != NULL && last < endpoint.port) {
        return error_set(error, "--listen %s: the last port is before the first one", url);
    }
    bool pop3 = endpoint.protocol == PROTOCOL_POP3;
    struct endpoint *place = pop3 ? &client->pop3 : &client->mail;
    if (place->kind != ENDPOINT_NONE) {
        return error_set(error, "--listen: %s and %s are the same side; give one", place->url, url);
    }
    *place = endpoint;
    place->url = url;
    *(pop3 ? &client->pop3_last_port : &client->mail_last_port) =
        hyphen == NULL ? endpoint.port : (unsigned)last;
    return 0;
}

static int add_listen(const struct options *options, struct target *target, struct arena *arena,
                      struct error *error)
{
    const struct option_value *value = &options->value[OPTION_LISTEN];
    struct client *client = &target->client;
    if (value->count == 0) {
        return 0;
    }
    if (options->value[OPTION_SERVER].count > 0 || options_given(options, OPTION_CLIENT)) {
        return error_set(error, "--listen waits for clients: leave out --server and --client");
    }
    if (options_get(options, OPTION_TARGET) == NULL) {
        *client = client_plain();
    }
    client->kind = CLIENT_LISTEN;
    for (size_t i = 0; i < value->count; i++) {
        if (read_listen(client, value->values[i], arena, error) != 0) {
            return -1;
        }
    }
    bool mail = client->mail.kind != ENDPOINT_NONE;
    client->speaks_known = mail != (client->pop3.kind != ENDPOINT_NONE);
    client->speaks = mail ? client->mail.protocol : PROTOCOL_POP3;
    target->name = target->name != NULL ? target->name : value->values[0];
    return 0;
}

/* ---- what must be true of it, wherever it comes from ---- */

static int check_endpoint(const struct endpoint *endpoint, struct error *error)
{
    if (endpoint->kind == ENDPOINT_TCP && endpoint->port == 0) {
        return error_set(error, "%s: port 0 is for servers that listen; name the port",
                         endpoint->url);
    }
    return 0;
}

static int check_users(const struct target *target, struct error *error)
{
    for (size_t i = 0; i < target->user_count; i++) {
        const struct target_user *user = &target->users[i];
        for (size_t k = 0; k < i; k++) {
            if (strcmp(target->users[k].name, user->name) == 0) {
                return error_set(error, "the user %s is named twice; cases would meet on its lock",
                                 user->name);
            }
        }
        if (target->mail.kind != ENDPOINT_NONE && strchr(user->address, '@') == NULL) {
            return error_set(error, "the address of the user %s is not known; name it, or a domain",
                             user->name);
        }
    }
    return 0;
}

static int check_target(const struct target *target, struct error *error)
{
    bool has_server = target->mail.kind != ENDPOINT_NONE || target->pop3.kind != ENDPOINT_NONE;
    if (target->client.kind != CLIENT_NONE) {
        return has_server
                   ? error_set(error, "%s: a target is a server (Smtp, Pop3) or a client (Client)",
                               target->name)
                   : check_users(target, error);
    }
    if (target->mail.kind == ENDPOINT_NONE && target->pop3.kind == ENDPOINT_NONE) {
        return error_set(error, "%s: no address to test; expected Smtp: or Pop3:", target->name);
    }
    if (check_endpoint(&target->mail, error) != 0 || check_endpoint(&target->pop3, error) != 0) {
        return -1;
    }
    return check_users(target, error);
}

int target_from_options(const struct options *options, struct arena *arena, struct target *target_r,
                        bool *foreign_r, struct error *error)
{
    static const enum option_id facts[] = {OPTION_SOURCE,       OPTION_DOMAIN, OPTION_UNKNOWN_USER,
                                           OPTION_RELAY_DOMAIN, OPTION_USER,   OPTION_START_WITH};
    const struct option_value *servers = &options->value[OPTION_SERVER];
    const char *file = options_get(options, OPTION_TARGET);
    *target_r = (struct target){0};
    *foreign_r = servers->count > 0 || file != NULL || options_given(options, OPTION_CLIENT) ||
                 options->value[OPTION_LISTEN].count > 0;
    if (!*foreign_r) {
        for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
            if (options->value[facts[i]].origin == ORIGIN_COMMAND_LINE) {
                return error_set(error,
                                 "--%s says something of a server, but none is named; add "
                                 "--server or --target",
                                 option_row(facts[i])->name);
            }
        }
        return tls_options_take(options, arena, target_r, error) != 0
                   ? -1
                   : tls_options_check(target_r, error);
    }
    if (options_given(options, OPTION_FAULT)) {
        return error_set(error,
                         "--fault is for the built-in server and client; leave --server, --client "
                         "and --target out");
    }
    if ((file != NULL && target_file_read(file, arena, target_r, error) != 0) ||
        add_servers(options, target_r, arena, error) != 0 ||
        add_client(options, target_r, arena, error) != 0 ||
        add_listen(options, target_r, arena, error) != 0) {
        return -1;
    }
    add_word(options, OPTION_DOMAIN, &target_r->domain);
    add_word(options, OPTION_UNKNOWN_USER, &target_r->unknown_user);
    add_word(options, OPTION_RELAY_DOMAIN, &target_r->relay_domain);
    if (tls_options_take(options, arena, target_r, error) != 0 ||
        add_source(options, target_r, error) != 0 ||
        add_users(options, target_r, arena, error) != 0) {
        return -1;
    }
    guess_domain(target_r);
    if (target_r->name == NULL) {
        target_r->name = servers->count > 0 ? servers->values[0]
                         : file != NULL     ? file
                                            : target_r->client.command;
    }
    if (target_r->client.kind != CLIENT_NONE) {
        client_target_complete(target_r, arena);
    }
    target_complete(target_r, arena);
    target_r->loopback |= target_r->client.kind != CLIENT_NONE;
    /* What is asked of a person comes last. */
    return check_target(target_r, error) != 0 || tls_options_check(target_r, error) != 0
               ? -1
               : read_secrets(options, target_r, arena, error);
}
