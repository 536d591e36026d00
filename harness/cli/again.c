#include "cli/again.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/shell_word.h"
#include "cli/secret_source.h"
#include "cli/target_options.h"

/* Reports are shown to others. */
static const char *shown_value(const struct options *options, enum option_id id, const char *value,
                               const struct redact *redact, struct arena *arena)
{
    struct target_user user = {0};
    struct error error = {""};
    bool hides = !options_given(options, OPTION_SHOW_SECRETS);
    if (hides && id == OPTION_USER && user_from_text(value, NULL, arena, &user, &error) == 0) {
        const char *secret = secret_source_is_elsewhere(user.secret) ? user.secret : REDACT_MARK;
        return user.address != NULL
                   ? arena_printf(arena, "%s:%s:%s", user.name, secret, user.address)
                   : arena_printf(arena, "%s:%s", user.name, secret);
    }
    struct buf hidden = {0};
    redact_text(redact, bytes_of(value), &hidden);
    const char *text = arena_text(arena, buf_bytes(&hidden));
    buf_deinit(&hidden);
    return text;
}

/* Is the program that the shell would find under that name the one at `path`? */
static bool is_on_path(const char *name, const char *path)
{
    const char *folders = getenv("PATH");
    struct bytes rest = bytes_of(folders);
    struct bytes folder;
    struct stat ours;
    struct stat found = {0};
    bool there = false;
    while (!there && rest.n > 0 && bytes_next(&rest, ':', &folder)) {
        struct buf candidate = {0};
        buf_append(&candidate, folder.n > 0 ? folder : BYTES_LIT("."));
        buf_printf(&candidate, "/%s", name);
        there = access(buf_text(&candidate), X_OK) == 0 && stat(buf_text(&candidate), &found) == 0;
        buf_deinit(&candidate);
    }
    return there && stat(path, &ours) == 0 && ours.st_ino == found.st_ino &&
           ours.st_dev == found.st_dev;
}

/* As it was called, unless the short name does. */
static void append_program(struct buf *out, const char *called)
{
    bool plain = strchr(called, '/') == NULL || is_on_path("mailspec", called);
    shell_word_append(out, plain ? "mailspec" : called);
}

static const char *command_of(const struct options *options, const char *verb,
                              const enum option_id *kept, size_t count, const struct redact *redact,
                              struct arena *arena)
{
    struct buf out = {0};
    append_program(&out, options->program);
    buf_printf(&out, " %s ", verb);
    for (size_t k = 0; k < count; k++) {
        const struct option_value *value = &options->value[kept[k]];
        const struct option_row *row = option_row(kept[k]);
        bool wanted = value->origin >= ORIGIN_ENVIRONMENT && options_given(options, kept[k]);
        for (size_t i = 0; wanted && i < value->count; i++) {
            buf_printf(&out, "--%s ", row->name);
            if (row->argument != NULL) {
                shell_word_append(&out,
                                  shown_value(options, kept[k], value->values[i], redact, arena));
                buf_append_octet(&out, ' ');
            }
        }
    }
    const char *text = arena_text(arena, buf_bytes(&out));
    buf_deinit(&out);
    return text;
}

const char *again_command(const struct options *options, const struct redact *redact,
                          struct arena *arena)
{
    static const enum option_id kept[] = {
        OPTION_NO_CONFIG,  OPTION_SERVER,       OPTION_CLIENT,       OPTION_LISTEN,
        OPTION_FOR,        OPTION_SELF,         OPTION_TARGET,       OPTION_SOURCE,
        OPTION_DOMAIN,     OPTION_UNKNOWN_USER, OPTION_RELAY_DOMAIN, OPTION_USER,
        OPTION_START_WITH, OPTION_TLS_MIN,      OPTION_TLS_MAX,      OPTION_TLS_CIPHERS,
        OPTION_TLS_NAME,   OPTION_TLS_CERT,     OPTION_TLS_KEY,      OPTION_TLS_CA,
        OPTION_TLS_VERIFY, OPTION_TIME_SCALE,   OPTION_VAR,          OPTION_KEEP_GOING,
        OPTION_FAULT,      OPTION_SHOW_SECRETS, OPTION_SCENARIOS};
    return command_of(options, "run", kept, sizeof kept / sizeof kept[0], redact, arena);
}

const char *again_check(const struct options *options, const struct redact *redact,
                        struct arena *arena)
{
    static const enum option_id kept[] = {OPTION_NO_CONFIG, OPTION_SIDE, OPTION_SCENARIOS};
    return command_of(options, "check", kept, sizeof kept / sizeof kept[0], redact, arena);
}
