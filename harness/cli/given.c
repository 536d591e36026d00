#include "cli/given.h"

struct given {
    struct server_settings *settings;
    struct arena *arena;
    const char **domains;
    struct server_user *users;
    struct server_message *messages;
};

static int given_user(struct given *given, const struct name_value *field, struct error *error)
{
    struct bytes value = bytes_trim(field->raw);
    struct arena *arena = given->arena;
    struct server_settings *settings = given->settings;
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
    struct arena *arena = given->arena;
    struct bytes value = bytes_trim(field->raw);
    struct bytes user;
    bool whole = field->value.count == 1 && field->value.pieces[0].kind == PIECE_OCTETS;
    if (!bytes_next_word(&value, &user) || !whole) {
        return error_set(error, "Given: message needs a user and the name of a message");
    }
    struct server_settings *settings = given->settings;
    struct server_message *message = &given->messages[settings->message_count++];
    message->user = arena_text(arena, user);
    message->content = arena_copy(arena, field->value.pieces[0].octets);
    return 0;
}

static int given_domain(struct given *given, const struct name_value *field, struct error *error)
{
    (void)error;
    given->domains[given->settings->domain_count++] =
        arena_text(given->arena, bytes_trim(field->raw));
    return 0;
}

static int given_text(const char **text, struct given *given, const struct name_value *field)
{
    *text = arena_text(given->arena, bytes_trim(field->raw));
    return 0;
}

static int given_hostname(struct given *given, const struct name_value *field, struct error *error)
{
    (void)error;
    return given_text(&given->settings->hostname, given, field);
}

static int given_greeting(struct given *given, const struct name_value *field, struct error *error)
{
    (void)error;
    return given_text(&given->settings->smtp_greeting, given, field);
}

static int given_pop3_greeting(struct given *given, const struct name_value *field,
                               struct error *error)
{
    (void)error;
    return given_text(&given->settings->pop3_greeting, given, field);
}

static int given_nonce(struct given *given, const struct name_value *field, struct error *error)
{
    (void)error;
    return given_text(&given->settings->apop_timestamp, given, field);
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

bool given_has(const struct program *program, const char *name)
{
    for (size_t i = 0; i < program->given_count; i++) {
        if (bytes_is_nocase(bytes_of(program->given[i].name), name)) {
            return true;
        }
    }
    return false;
}

/* In the order of the rows, so that a user without address finds its domain. */
static int read_fields(struct given *given, const struct program *program, struct error *error)
{
    for (size_t r = 0; r < given_row_count; r++) {
        for (size_t i = 0; i < program->given_count; i++) {
            const struct name_value *field = &program->given[i];
            if (bytes_is_nocase(bytes_of(field->name), given_rows[r].name) &&
                given_rows[r].read(given, field, error) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

int given_apply(const struct program *program, struct server_settings *settings,
                struct arena *arena, struct error *error)
{
    size_t room = program->given_count + 1;
    struct server_settings before = *settings;
    struct given given = {
        .settings = settings,
        .arena = arena,
        .domains = arena_array(arena, room, sizeof *given.domains),
        .users = arena_array(arena, room, sizeof *given.users),
        .messages = arena_array(arena, room, sizeof *given.messages),
    };
    if (program->given_count == 0) {
        return 0;
    }
    settings->domain_count = 0;
    settings->user_count = 0;
    settings->message_count = 0;
    if (read_fields(&given, program, error) != 0) {
        *settings = before;
        return -1;
    }
    bool has_domains = settings->domain_count > 0;
    bool has_users = settings->user_count > 0;
    settings->domains = has_domains ? given.domains : before.domains;
    settings->domain_count = has_domains ? settings->domain_count : before.domain_count;
    settings->users = has_users ? given.users : before.users;
    settings->user_count = has_users ? settings->user_count : before.user_count;
    settings->messages = given.messages;
    return 0;
}
