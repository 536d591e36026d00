/* Target files and URLs: any octets give a target or one printable sentence. */
#include <stdlib.h>
#include <string.h>

#include "engine/target_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_sentence(const struct error *error)
{
    check(error->text[0] != '\0');
    for (const char *c = error->text; *c != '\0'; c++) {
        check((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
}

static void check_endpoint(const struct endpoint *endpoint)
{
    check(endpoint->kind != ENDPOINT_TCP || (endpoint->host[0] != '\0' && endpoint->port <= 65535));
    check(endpoint->kind != ENDPOINT_UNIX || endpoint->path[0] != '\0');
    check(endpoint->kind != ENDPOINT_PIPE || endpoint->command[0] != '\0');
}

static void check_target(struct target *target, struct arena *arena)
{
    target_complete(target, arena);
    check_endpoint(&target->mail);
    check_endpoint(&target->pop3);
    check(target->pop3.kind == ENDPOINT_NONE || target->pop3.protocol == PROTOCOL_POP3);
    for (size_t i = 0; i < target->user_count; i++) {
        check(target->users[i].name[0] != '\0' && target->users[i].secret[0] != '\0');
        check(target->users[i].address[0] != '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct bytes text = bytes_make(data, size);
    struct target target;
    struct endpoint endpoint;
    struct error error = {""};
    if (target_file_parse("fuzz", text, arena, &target, &error) == 0) {
        check_target(&target, arena);
    } else {
        check_sentence(&error);
        check(strncmp(error.text, "fuzz:", 5) == 0);
    }
    const char *url = arena_text(arena, text);
    if (endpoint_read(url, arena, &endpoint, &error) == 0) {
        check_endpoint(&endpoint);
    } else {
        check_sentence(&error);
    }
    arena_free(&arena);
    return 0;
}
