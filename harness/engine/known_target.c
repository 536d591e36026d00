#include "engine/known_target.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static char *urls_of(const struct target *target)
{
    struct buf urls = {0};

    buf_append_text(&urls, target->mail.url == NULL ? "" : target->mail.url);
    buf_append_octet(&urls, ' ');
    buf_append_text(&urls, target->pop3.url == NULL ? "" : target->pop3.url);
    return buf_steal(&urls);
}

/* What the client speaks in that case: SMTP also where LMTP will do. */
static enum protocol protocol_of(const struct engine_case *given)
{
    const struct client *client = &given->target->client;
    const struct program *program = given->program;

    if (program->connection_count > 0 && program->connections[0].protocol == PROTOCOL_POP3) {
        return PROTOCOL_POP3;
    }
    return client->speaks == PROTOCOL_LMTP ? PROTOCOL_LMTP : PROTOCOL_SMTP;
}

struct known_target *known_target_new(const struct engine_case *given)
{
    struct known_target *known = mem_alloc(sizeof(*known));

    known->target = given->target;
    known->urls = urls_of(given->target);
    known->is_client = given->role == ROLE_SERVER;
    if (known->is_client) {
        known->protocol = protocol_of(given);
    }
    return known;
}

void known_target_free(struct known_target **known_p)
{
    struct known_target *known = *known_p;

    if (known != NULL) {
        facts_deinit(&known->facts);
        free(known->urls);
        free(known);
        *known_p = NULL;
    }
}

void known_targets_add(struct known_targets *targets, struct known_target *known)
{
    targets->items =
        mem_grow(targets->items, targets->count, &targets->capacity, sizeof(struct known_target *));
    targets->items[targets->count++] = known;
}

static bool is_for(const struct known_target *known, const struct engine_case *given,
                   const char *urls)
{
    return known->target == given->target && strcmp(known->urls, urls) == 0 &&
           known->is_client == (given->role == ROLE_SERVER) &&
           (!known->is_client || known->protocol == protocol_of(given));
}

struct known_target *known_targets_find(const struct known_targets *targets,
                                        const struct engine_case *given)
{
    char *urls = urls_of(given->target);
    struct known_target *found = NULL;

    for (size_t i = 0; i < targets->count && found == NULL; i++) {
        found = is_for(targets->items[i], given, urls) ? targets->items[i] : NULL;
    }
    free(urls);
    return found;
}

void known_targets_deinit(struct known_targets *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        known_target_free(&targets->items[i]);
    }
    free(targets->items);
    *targets = (struct known_targets){0};
}
