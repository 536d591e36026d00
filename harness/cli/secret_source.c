#include "cli/secret_source.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/secret_prompt.h"

/* Bearer tokens are long; what is longer than this is another file. */
#define SECRET_MOST ((size_t)8192)

struct source_row {
    const char *prefix;
    enum secret_source source;
};

static const struct source_row sources[] = {
    {"file:",   SECRET_FROM_FILE       },
    {"env:",    SECRET_FROM_ENVIRONMENT},
    {"prompt:", SECRET_FROM_PROMPT     },
    {"text:",   SECRET_FROM_TEXT       },
};

enum secret_source secret_source_of(const char *written, const char **rest_r)
{
    *rest_r = written;
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        if (bytes_starts(bytes_of(written), sources[i].prefix)) {
            *rest_r = written + strlen(sources[i].prefix);
            return sources[i].source;
        }
    }
    return SECRET_AS_WRITTEN;
}

bool secret_source_is_elsewhere(const char *written)
{
    const char *rest;
    enum secret_source source = secret_source_of(written, &rest);
    return source == SECRET_FROM_FILE || source == SECRET_FROM_ENVIRONMENT ||
           source == SECRET_FROM_PROMPT;
}

const char *secret_source_folder(const char *path, struct arena *arena)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    return slash != NULL ? arena_text(arena, bytes_make(path, (size_t)(slash - path + 1))) : "";
}

/* ---- One function for each source: append the secret ---- */

static bool is_descriptor(const char *path)
{
    return strcmp(path, "-") == 0 || strncmp(path, "/dev/", strlen("/dev/")) == 0;
}

static void warn_when_open(const char *path)
{
    struct stat about;
    if (!is_descriptor(path) && stat(path, &about) == 0 && (about.st_mode & S_IROTH) != 0) {
        complain(EXIT_ACCEPTABLE,
                 "warning: %s holds a secret, and everybody can read it; chmod 600 changes that",
                 path);
    }
}

static int from_file(const char *rest, const char *folder, struct arena *arena, struct buf *out,
                     struct error *error)
{
    bool apart = rest[0] == '/' || is_descriptor(rest);
    const char *path = apart ? rest : arena_printf(arena, "%s%s", folder, rest);
    struct error why = {""};
    if (rest[0] == '\0') {
        return error_set(error, "\"file:\" names no file; expected file:PATH");
    }
    if (file_read_start(path, SECRET_MOST + 2, out, &why) != 0) {
        return error_set(error, "%s", why.text);
    }
    warn_when_open(path);
    size_t end = bytes_index(buf_bytes(out), '\n', 0);
    out->n = end != BYTES_NONE ? end : out->n;
    if (out->n > 0 && out->p[out->n - 1] == '\r') {
        out->n--;
    }
    return out->n > 0 ? 0 : error_set(error, "the first line of %s is empty", path);
}

static int from_environment(const char *rest, struct buf *out, struct error *error)
{
    const char *value = rest[0] != '\0' ? getenv(rest) : NULL;
    if (rest[0] == '\0') {
        return error_set(error, "\"env:\" names no variable; expected env:NAME");
    }
    if (value == NULL || value[0] == '\0') {
        return error_set(error, "the environment variable %s is %s", rest,
                         value == NULL ? "not set" : "empty");
    }
    buf_append_text(out, value);
    return 0;
}

static int from_prompt(const char *rest, const char *user, struct buf *out, struct error *error)
{
    if (rest[0] != '\0') {
        return error_set(error, "nothing belongs behind \"prompt:\"");
    }
    return secret_prompt(user, SECRET_MOST, out, error);
}

static int read_source(const char *written, const char *folder, const char *user,
                       struct arena *arena, struct buf *out, struct error *error)
{
    const char *rest;
    switch (secret_source_of(written, &rest)) {
    case SECRET_FROM_FILE:
        return from_file(rest, folder, arena, out, error);
    case SECRET_FROM_ENVIRONMENT:
        return from_environment(rest, out, error);
    case SECRET_FROM_PROMPT:
        return from_prompt(rest, user, out, error);
    case SECRET_AS_WRITTEN:
    case SECRET_FROM_TEXT:
        break;
    }
    buf_append_text(out, rest);
    return out->n > 0 ? 0 : error_set(error, "nothing stands behind \"text:\"");
}

/* What a line of SMTP or POP3 cannot carry, and what would be no string here. */
static const char *defect_of(struct bytes secret)
{
    if (secret.n > SECRET_MOST) {
        return "is longer than 8192 octets";
    }
    if (bytes_index(secret, '\0', 0) != BYTES_NONE) {
        return "holds a NUL octet";
    }
    if (bytes_index(secret, '\n', 0) != BYTES_NONE || bytes_index(secret, '\r', 0) != BYTES_NONE) {
        return "holds a line end";
    }
    return NULL;
}

int secret_source_read(const char *written, const char *folder, const char *user,
                       struct arena *arena, const char **secret_r, struct error *error)
{
    struct buf secret = {0};
    struct error why = {""};
    int failed = read_source(written, folder, user, arena, &secret, &why);
    const char *defect = failed == 0 ? defect_of(buf_bytes(&secret)) : NULL;
    if (failed != 0) {
        error_set(error, "the secret of %s: %s", user, why.text);
    } else if (defect != NULL) {
        failed = error_set(error, "the secret of %s %s", user, defect);
    } else {
        *secret_r = arena_text(arena, buf_bytes(&secret));
    }
    buf_deinit(&secret);
    return failed;
}
