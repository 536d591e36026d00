#include "cli/target_options.h"

#include <string.h>

#include "engine/target_file.h"

int user_from_text(const char *text, const char *domain, struct arena *arena,
                   struct target_user *user_r, struct error *error)
{
    struct bytes rest = bytes_of(text);
    struct bytes name = {0};
    struct bytes secret = {0};
    if (!bytes_next(&rest, ':', &name) || name.n == 0 || strchr(text, ':') == NULL) {
        return error_set(error, "--user: expected NAME:SECRET[:ADDRESS], found \"%s\"", text);
    }
    bytes_next(&rest, ':', &secret);
    user_r->name = arena_text(arena, name);
    user_r->secret = arena_text(arena, secret);
    if (rest.n > 0) {
        user_r->address = arena_text(arena, rest);
    } else if (strchr(user_r->name, '@') != NULL || domain == NULL) {
        user_r->address = user_r->name;
    } else {
        user_r->address = arena_printf(arena, "%s@%s", user_r->name, domain);
    }
    return 0;
}

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

/* The domain of the first user's address, when none was given. */
static void guess_domain(const struct options *options, struct target *target)
{
    const struct option_value *value = &options->value[OPTION_USER];
    const char *at = value->count > 0 ? strrchr(value->values[0], '@') : NULL;
    if (target->domain == NULL && at != NULL) {
        target->domain = at + 1;
    }
}

int target_from_options(const struct options *options, struct arena *arena, struct target *target_r,
                        bool *foreign_r, struct error *error)
{
    const struct option_value *servers = &options->value[OPTION_SERVER];
    const char *file = options_get(options, OPTION_TARGET);
    *target_r = (struct target){0};
    *foreign_r = servers->count > 0 || file != NULL;
    if (!*foreign_r) {
        return 0;
    }
    if (options_given(options, OPTION_FAULT)) {
        return error_set(error,
                         "--fault is for the built-in server; leave --server and --target out");
    }
    if (file != NULL && target_file_read(file, arena, target_r, error) != 0) {
        return -1;
    }
    if (servers->count > 0) { /* a nearer word on where it listens */
        target_r->mail = (struct endpoint){0};
        target_r->pop3 = (struct endpoint){0};
    }
    for (size_t i = 0; i < servers->count; i++) {
        if (add_server(target_r, servers->values[i], arena, error) != 0) {
            return -1;
        }
    }
    if (options_get(options, OPTION_DOMAIN) != NULL) {
        target_r->domain = options_get(options, OPTION_DOMAIN);
    }
    guess_domain(options, target_r);
    if (options_get(options, OPTION_SOURCE) != NULL) {
        target_r->source = options_get(options, OPTION_SOURCE);
    }
    if (add_users(options, target_r, arena, error) != 0) {
        return -1;
    }
    if (target_r->name == NULL) {
        target_r->name = servers->count > 0 ? servers->values[0] : file;
    }
    target_complete(target_r, arena);
    return 0;
}
