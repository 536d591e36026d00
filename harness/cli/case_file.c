#include "cli/case_file.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "script/scenario.h"

const char *case_file_path(struct arena *arena, const char *folder, const char *id)
{
    struct buf path = {0};
    buf_printf(&path, "%s/", folder);
    for (const char *c = id; *c != '\0'; c++) {
        unsigned char octet = (unsigned char)*c;
        bool first = c == id || c[-1] == '/';
        bool plain = octet_is_alpha(octet) || octet_is_digit(octet) ||
                     (strchr("-_+=", *c) != NULL) || (!first && strchr("./", *c) != NULL);
        buf_append_octet(&path, plain ? octet : '_');
    }
    buf_append_text(&path, ".scn");
    const char *text = arena_text(arena, buf_bytes(&path));
    buf_deinit(&path);
    return text;
}

const char *case_file_id(struct arena *arena, const char *id)
{
    const char *path = case_file_path(arena, ".", id);
    const char *name = strrchr(path, '/') + 1;
    return arena_text(arena, bytes_make(name, strlen(name) - strlen(".scn")));
}

bool case_file_is_somebodys(const char *path, bool (*is_ours)(struct bytes text))
{
    struct buf text = {0};
    struct error error = {{0}};
    bool theirs = file_exists(path) && (file_read(path, SCENARIO_MAX_OCTETS, &text, &error) != 0 ||
                                        !is_ours(buf_bytes(&text)));
    buf_deinit(&text);
    return theirs;
}

struct clearing {
    bool (*is_ours)(struct bytes text);
};

static void clear_file(void *self, const char *path)
{
    const struct clearing *clearing = self;
    if (!case_file_is_somebodys(path, clearing->is_ours)) {
        (void)unlink(path);
    }
}

void case_file_clear(const char *folder, bool (*is_ours)(struct bytes text))
{
    struct clearing clearing = {is_ours};
    if (file_is_folder(folder)) {
        (void)file_walk(folder, ".scn", clear_file, &clearing, NULL);
    }
}
