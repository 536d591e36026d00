#include "model/side.h"

#include <assert.h>

#include "model/names.h"

static const char *const side_names[] = {
    [SIDE_CLIENT] = "client",
    [SIDE_SERVER] = "server",
};

static const char *const protocol_names[] = {
    [PROTOCOL_SMTP] = "smtp",
    [PROTOCOL_LMTP] = "lmtp",
    [PROTOCOL_POP3] = "pop3",
};
static_assert(NAMES_COUNT(protocol_names) == PROTOCOL_COUNT, "one name for each protocol");

const char *side_name(enum side side)
{
    return names_get(side_names, NAMES_COUNT(side_names), side);
}

bool side_from_name(struct bytes name, enum side *side_r)
{
    size_t i = names_find(side_names, NAMES_COUNT(side_names), name);
    if (i == BYTES_NONE) {
        return false;
    }
    *side_r = (enum side)i;
    return true;
}

const char *protocol_name(enum protocol protocol)
{
    return names_get(protocol_names, PROTOCOL_COUNT, protocol);
}

bool protocol_from_name(struct bytes name, enum protocol *protocol_r)
{
    size_t i = names_find(protocol_names, PROTOCOL_COUNT, name);
    if (i == BYTES_NONE) {
        return false;
    }
    *protocol_r = (enum protocol)i;
    return true;
}
