#include "script/import/s_client.h"

#include "script/talk.h"

bool s_client_begins(struct bytes line)
{
    return bytes_starts(line, "CONNECTED(") || bytes_starts(line, "depth=");
}

/* A handshake is told from CONNECTED on, a ticket between two lines of hyphens; what is said next in the session ends both. */
bool s_client_tells(struct s_client *state, struct bytes line)
{
    static const char *const words[] = {"read R BLOCK", "RENEGOTIATING", "KEYUPDATE"};
    if (s_client_begins(line)) {
        state->seen = state->block = true;
    }
    if (!state->seen) {
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_is(line, words[i])) {
            return true;
        }
    }
    if (bytes_is(line, "---")) {
        state->block = true;
    } else if (talk_is_reply(line) || talk_is_verb(line)) {
        state->block = false;
    }
    return state->block;
}
