#include "engine/client_fields.h"

#include <string.h>

#include "base/duration.h"
#include "engine/client_command.h"

struct client client_plain(void)
{
    struct client client = {0};

    client.exits[0] = EXIT_CLASS_OK;
    return client;
}

/* ---- What it speaks ---- */

static const struct client_scheme {
    const char *name;
    enum protocol protocol;
    bool implicit_tls;
} schemes[] = {
    {"smtp",  PROTOCOL_SMTP, false},
    {"smtps", PROTOCOL_SMTP, true },
    {"lmtp",  PROTOCOL_LMTP, false},
    {"lmtps", PROTOCOL_LMTP, true },
    {"pop3",  PROTOCOL_POP3, false},
    {"pop3s", PROTOCOL_POP3, true },
};

static void speak(struct client *client, const struct client_scheme *scheme)
{
    client->speaks_known = true;
    client->speaks = scheme->protocol;
    client->implicit_tls = scheme->implicit_tls;
}

static bool speak_by_name(struct client *client, struct bytes name)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (bytes_is_nocase(name, schemes[i].name)) {
            speak(client, &schemes[i]);
            return true;
        }
    }
    return false;
}

/* ---- The command ---- */

/* What comes first in the text tells. */
static void guess_protocol(const char *text, struct client *client)
{
    const char *first = NULL;

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const char *found = strstr(text, schemes[i].name);
        size_t n = strlen(schemes[i].name);
        while (found != NULL && strncmp(found + n, "://", 3) != 0) {
            found = strstr(found + 1, schemes[i].name);
        }
        if (found != NULL && (first == NULL || found < first)) {
            first = found;
            speak(client, &schemes[i]);
        }
    }
}

int client_command_read(const char *text, struct client *client, struct arena *arena,
                        struct error *error)
{
    struct bytes rest = bytes_of(text);
    struct bytes word = {0};
    bool prefixed =
        bytes_next(&rest, ':', &word) && !bytes_starts(rest, "//") && speak_by_name(client, word);

    client->kind = CLIENT_COMMAND;
    client->speaks_known = prefixed;
    client->command = prefixed ? arena_text(arena, bytes_trim(rest)) : arena_strdup(arena, text);
    if (client->command[0] == '\0') {
        return error_set(error, "expected a command that starts the client");
    }
    if (!prefixed) {
        client->speaks = PROTOCOL_SMTP;
        client->implicit_tls = false;
        guess_protocol(text, client);
    }
    return client_command_check(client->command, error);
}

/* ---- Fields ---- */

static const char *check_text(const char *text, struct arena *arena)
{
    struct error error = {""};

    return client_command_check(text, &error) == 0 ? NULL : arena_strdup(arena, error.text);
}

static const char *take_client(struct client *client, struct bytes value, struct arena *arena)
{
    struct error error = {""};
    struct client before = *client;

    if (client_command_read(arena_text(arena, value), client, arena, &error) != 0) {
        return arena_strdup(arena, error.text);
    }
    if (before.speaks_known) { /* Speaks: stands above */
        client->speaks_known = true;
        client->speaks = before.speaks;
        client->implicit_tls = before.implicit_tls;
    }
    return NULL;
}

static const char *take_speaks(struct client *client, struct bytes value, struct arena *arena)
{
    (void)arena;
    return speak_by_name(client, value) ? NULL
                                        : "expected smtp, lmtp or pop3, or with TLS from the "
                                          "beginning smtps, lmtps or pop3s";
}

/* What became of a message that the command only puts into a queue. */
static const char *take_outcome(struct client *client, struct bytes value, struct arena *arena)
{
    client->outcome = arena_text(arena, value);
    return check_text(client->outcome, arena);
}

static const char *take_folder(struct client *client, struct bytes value, struct arena *arena)
{
    client->folder = arena_text(arena, value);
    return check_text(client->folder, arena);
}

static const char *take_environment(struct client *client, struct bytes value, struct arena *arena)
{
    size_t equals = bytes_index(value, '=', 0);

    if (equals == BYTES_NONE || equals == 0) {
        return "expected NAME=VALUE";
    }
    const char **grown = arena_array(arena, client->environment_count + 1, sizeof *grown);
    for (size_t i = 0; i < client->environment_count; i++) {
        grown[i] = client->environment[i];
    }
    grown[client->environment_count++] = arena_text(arena, value);
    client->environment = grown;
    return check_text(grown[client->environment_count - 1], arena);
}

static const char *take_input(struct client *client, struct bytes value, struct arena *arena)
{
    client->input = arena_text(arena, value);
    return check_text(client->input, arena);
}

static const char *take_fetched(struct client *client, struct bytes value, struct arena *arena)
{
    bool output = bytes_is_nocase(value, "output");

    client->fetches = true;
    client->fetched = output ? NULL : arena_text(arena, value);
    return output ? NULL : check_text(client->fetched, arena);
}

static const char *take_sends(struct client *client, struct bytes value, struct arena *arena)
{
    client->sends = arena_text(arena, value);
    return NULL;
}

/* "0", "65 67-69" */
static bool read_statuses(struct client *client, struct bytes value, enum exit_class class)
{
    struct bytes word = {0};
    bool any = false;

    while (bytes_next_word(&value, &word)) {
        struct bytes rest = word;
        struct bytes first = {0};
        uint64_t low = 0;
        uint64_t high = 0;
        (void)bytes_next(&rest, '-', &first);
        bool range = rest.p != NULL;
        if (!bytes_to_u64(first, &low) || !(range ? bytes_to_u64(rest, &high) : true)) {
            return false;
        }
        high = range ? high : low;
        if (low > high || high >= EXIT_STATUS_COUNT) {
            return false;
        }
        for (uint64_t i = low; i <= high; i++) {
            client->exits[i] = (unsigned char)class;
        }
        any = true;
    }
    return any;
}

static const char wanted_statuses[] = "expected exit statuses from 0 to 255, such as 1 65-69";

static const char *take_exit_ok(struct client *client, struct bytes value, struct arena *arena)
{
    (void)arena;
    client->exits[0] = EXIT_CLASS_FAILURE;
    return read_statuses(client, value, EXIT_CLASS_OK) ? NULL : wanted_statuses;
}

static const char *take_temporary(struct client *client, struct bytes value, struct arena *arena)
{
    (void)arena;
    client->tells_temporary = true;
    return read_statuses(client, value, EXIT_CLASS_TEMPORARY) ? NULL : wanted_statuses;
}

static const char *take_permanent(struct client *client, struct bytes value, struct arena *arena)
{
    (void)arena;
    client->tells_permanent = true;
    return read_statuses(client, value, EXIT_CLASS_PERMANENT) ? NULL : wanted_statuses;
}

static const char *take_time_limit(struct client *client, struct bytes value, struct arena *arena)
{
    (void)arena;
    return duration_read(value, &client->time_limit_ms) && client->time_limit_ms > 0
               ? NULL
               : "expected a time such as 30s or 5m";
}

const char *client_field_take(struct client *client, const char *name, struct bytes value,
                              struct arena *arena)
{
    static const struct {
        const char *name;
        const char *(*take)(struct client *client, struct bytes value, struct arena *arena);
    } rows[] = {
        {"Client",         take_client     },
        {"Outcome",        take_outcome    },
        {"Speaks",         take_speaks     },
        {"Folder",         take_folder     },
        {"Environment",    take_environment},
        {"Input",          take_input      },
        {"Fetched",        take_fetched    },
        {"Sends",          take_sends      },
        {"Exit-ok",        take_exit_ok    },
        {"Exit-temporary", take_temporary  },
        {"Exit-permanent", take_permanent  },
        {"Time-limit",     take_time_limit },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return rows[i].take(client, value, arena);
        }
    }
    return "this field is none of a client";
}

/* ---- What is left open ---- */

void client_target_complete(struct target *target, struct arena *arena)
{
    static const struct target_user standard[] = {
        {"alice", "secret-alice", "alice@example.test"},
        {"bob",   "secret-bob",   "bob@example.test"  },
    };
    target->loopback = true;
    target->domain = target->domain != NULL ? target->domain : "example.test";
    target->relay_domain =
        target->relay_domain != NULL ? target->relay_domain : "elsewhere.example";
    if (target->unknown_user == NULL) {
        target->unknown_user = arena_printf(arena, "nobody-here@%s", target->domain);
    }
    if (target->user_count == 0) {
        target->users = standard;
        target->user_count = sizeof standard / sizeof standard[0];
    }
}
