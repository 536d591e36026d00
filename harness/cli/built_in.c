#include "cli/built_in.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "fake_servers/server.h"

struct built_in {
    struct arena *arena;
    struct server *server;
    struct server_settings settings;
    struct target target;
};

/* ---- Given: ---- */

struct given {
    struct built_in *built_in;
    const char **domains;
    struct server_user *users;
    struct server_message *messages;
};

static int given_user(struct given *given, const struct name_value *field, struct error *error)
{
    struct bytes value = bytes_trim(field->raw);
    struct arena *arena = given->built_in->arena;
    struct server_settings *settings = &given->built_in->settings;
    struct bytes name;
    struct bytes secret;
    struct bytes address;
    if (!bytes_next_word(&value, &name) || !bytes_next_word(&value, &secret)) {
        return error_set(error, "Given: user needs a name and a secret");
    }
    struct server_user *user = &given->users[settings->user_count++];
    user->name = arena_text(arena, name);
    user->secret = arena_text(arena, secret);
    if (bytes_next_word(&value, &address)) {
        user->address = arena_text(arena, address);
    } else {
        const char *domain = settings->domain_count > 0 ? given->domains[0] : "example.test";
        user->address = arena_printf(arena, "%s@%s", user->name, domain);
    }
    return 0;
}

/* The scenario's reader found the message: its octets are the field's value. */
static int given_message(struct given *given, const struct name_value *field, struct error *error)
{
    struct arena *arena = given->built_in->arena;
    struct bytes value = bytes_trim(field->raw);
    struct bytes user;
    bool whole = field->value.count == 1 && field->value.pieces[0].kind == PIECE_OCTETS;
    if (!bytes_next_word(&value, &user) || !whole) {
        return error_set(error, "Given: message needs a user and the name of a message");
    }
    struct server_settings *settings = &given->built_in->settings;
    struct server_message *message = &given->messages[settings->message_count++];
    message->user = arena_text(arena, user);
    message->content = arena_copy(arena, field->value.pieces[0].octets);
    return 0;
}

static int given_domain(struct given *given, const struct name_value *field, struct error *error)
{
    (void)error;
    struct built_in *built_in = given->built_in;
    given->domains[built_in->settings.domain_count++] =
        arena_text(built_in->arena, bytes_trim(field->raw));
    return 0;
}

static int given_text(const char **text, struct given *given, const struct name_value *field)
{
    *text = arena_text(given->built_in->arena, bytes_trim(field->raw));
    return 0;
}

static int given_hostname(struct given *given, const struct name_value *field, struct error *error)
{
    (void)error;
    return given_text(&given->built_in->settings.hostname, given, field);
}

static int given_greeting(struct given *given, const struct name_value *field, struct error *error)
{
    (void)error;
    return given_text(&given->built_in->settings.smtp_greeting, given, field);
}

static int given_pop3_greeting(struct given *given, const struct name_value *field,
                               struct error *error)
{
    (void)error;
    return given_text(&given->built_in->settings.pop3_greeting, given, field);
}

static int given_nonce(struct given *given, const struct name_value *field, struct error *error)
{
    (void)error;
    return given_text(&given->built_in->settings.apop_timestamp, given, field);
}

struct given_row {
    const char *name;
    int (*read)(struct given *given, const struct name_value *field, struct error *error);
};

static const struct given_row given_rows[] = {
    {"domain",        given_domain       },
    {"hostname",      given_hostname     },
    {"greeting",      given_greeting     },
    {"pop3-greeting", given_pop3_greeting},
    {"nonce",         given_nonce        },
    {"user",          given_user         },
    {"message",       given_message      },
};

static const size_t given_row_count = sizeof given_rows / sizeof given_rows[0];

/* In the order of the rows, so that a user without address finds its domain. */
static int read_given(struct built_in *built_in, const struct program *program, struct error *error)
{
    size_t room = program->given_count + 1;
    struct given given = {
        .built_in = built_in,
        .domains = arena_array(built_in->arena, room, sizeof *given.domains),
        .users = arena_array(built_in->arena, room, sizeof *given.users),
        .messages = arena_array(built_in->arena, room, sizeof *given.messages),
    };
    struct server_settings *settings = &built_in->settings;
    struct server_settings standard = *settings;
    settings->domain_count = 0;
    settings->user_count = 0;
    settings->message_count = 0;
    for (size_t r = 0; r < given_row_count; r++) {
        for (size_t i = 0; i < program->given_count; i++) {
            const struct name_value *field = &program->given[i];
            if (bytes_is_nocase(bytes_of(field->name), given_rows[r].name) &&
                given_rows[r].read(&given, field, error) != 0) {
                return -1;
            }
        }
    }
    settings->domains = settings->domain_count > 0 ? given.domains : standard.domains;
    settings->users = settings->user_count > 0 ? given.users : standard.users;
    settings->messages = given.messages;
    settings->domain_count =
        settings->domain_count > 0 ? settings->domain_count : standard.domain_count;
    settings->user_count = settings->user_count > 0 ? settings->user_count : standard.user_count;
    return 0;
}

/* ---- the server and its target ---- */

static int listen_on(struct built_in *built_in, enum server_protocol protocol,
                     struct endpoint *endpoint, struct error *error)
{
    unsigned port = 0;
    if (server_listen(built_in->server, protocol, "127.0.0.1", 0, &port, error) != 0) {
        return -1;
    }
    *endpoint = (struct endpoint){
        .kind = ENDPOINT_TCP,
        .protocol = protocol == SERVER_SMTP ? PROTOCOL_SMTP : PROTOCOL_POP3,
        .host = "127.0.0.1",
        .port = port,
        .url = arena_printf(built_in->arena, "%s://127.0.0.1:%u",
                            protocol == SERVER_SMTP ? "smtp" : "pop3", port),
    };
    return 0;
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
    target->name = "built-in server";
    target->domain = settings->domain_count > 0 ? settings->domains[0] : "example.test";
    target->relay_domain = "elsewhere.example";
    target->unknown_user = arena_printf(built_in->arena, "nobody-here@%s", target->domain);
    target->users = users;
    target->user_count = settings->user_count;
    target->built_in = true;
    target->delivers = true;
    target->loopback = true;
}

struct built_in *built_in_new(struct loop *loop, const struct fault_set *faults,
                              const struct program *given, struct error *error)
{
    struct built_in *built_in = mem_alloc(sizeof *built_in);
    built_in->arena = arena_new();
    built_in->settings = settings_default();
    built_in->settings.clock = clock_system();
    if (faults != NULL) {
        built_in->settings.faults = *faults;
    }
    if (given != NULL && given->given_count > 0 && read_given(built_in, given, error) != 0) {
        built_in_free(&built_in);
        return NULL;
    }
    built_in->server = server_new(loop, &built_in->settings);
    if (listen_on(built_in, SERVER_SMTP, &built_in->target.mail, error) != 0 ||
        listen_on(built_in, SERVER_POP3, &built_in->target.pop3, error) != 0) {
        built_in_free(&built_in);
        return NULL;
    }
    describe(built_in);
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
