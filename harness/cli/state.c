#include "cli/state.h"

#include <stdlib.h>

#include "base/file.h"

enum { STATE_MAX_OCTETS = 16 * 1024 * 1024 };

static const char *state_path(struct arena *arena)
{
    const char *home = getenv("XDG_STATE_HOME");
    if (home != NULL && home[0] == '/') {
        return arena_printf(arena, "%s/mailspec/failed", home);
    }
    home = getenv("HOME");
    return home != NULL ? arena_printf(arena, "%s/.local/state/mailspec/failed", home) : NULL;
}

int state_read(struct buf *ids_r, struct arena *arena, struct error *error)
{
    const char *path = state_path(arena);
    if (path == NULL || !file_exists(path)) {
        return error_set(error, "--failed: no run is on record yet");
    }
    return file_read(path, STATE_MAX_OCTETS, ids_r, error);
}

void state_write(struct bytes ids, struct arena *arena)
{
    const char *path = state_path(arena);
    if (path != NULL) {
        file_write(path, ids, NULL);
    }
}
