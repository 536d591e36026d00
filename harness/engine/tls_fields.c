#include "engine/tls_fields.h"

#include <string.h>

struct taking {
    const char *path;
    struct arena *arena;
    struct target *target;
};

static const char *take_version(struct bytes value, enum tls_version *version)
{
    enum tls_version found = TLS_ANY;

    if (!tls_version_from_name(value, &found) || found == TLS_ANY) {
        return "expected a version of TLS: 1.0, 1.1, 1.2 or 1.3";
    }
    *version = found;
    return NULL;
}

static const char *take_min(const struct taking *taking, struct bytes value)
{
    return take_version(value, &taking->target->tls.least);
}

static const char *take_max(const struct taking *taking, struct bytes value)
{
    return take_version(value, &taking->target->tls.most);
}

static const char *take_ciphers(const struct taking *taking, struct bytes value)
{
    taking->target->tls.ciphers = arena_text(taking->arena, value);
    return NULL;
}

static const char *take_name(const struct taking *taking, struct bytes value)
{
    struct bytes rest = value;
    struct bytes word = {0};

    if (!bytes_next_word(&rest, &word) || word.n != value.n || value.n >= TLS_NAME_SIZE) {
        return "expected the name of a host";
    }
    taking->target->tls.name = arena_text(taking->arena, value);
    return NULL;
}

/* A relative path counts from the folder of the target file, so that both can be moved together. */
static const char *file_name(const struct taking *taking, struct bytes value)
{
    const char *slash = taking->path == NULL ? NULL : strrchr(taking->path, '/');
    const char *text = arena_text(taking->arena, value);

    if (slash == NULL || text[0] == '/') {
        return text;
    }
    return arena_printf(taking->arena, "%.*s%s", (int)(slash - taking->path + 1), taking->path,
                        text);
}

static const char *take_certificate(const struct taking *taking, struct bytes value)
{
    taking->target->tls.certificate_file = file_name(taking, value);
    return NULL;
}

static const char *take_key(const struct taking *taking, struct bytes value)
{
    taking->target->tls.key_file = file_name(taking, value);
    return NULL;
}

static const char *take_ca(const struct taking *taking, struct bytes value)
{
    taking->target->tls.ca_file = file_name(taking, value);
    return NULL;
}

static const char *take_verify(const struct taking *taking, struct bytes value)
{
    if (!bytes_is_nocase(value, "yes") && !bytes_is_nocase(value, "no")) {
        return "expected yes or no";
    }
    taking->target->tls.verify = bytes_is_nocase(value, "yes");
    return NULL;
}

/* start-with = ( "tls" / "auth" ) [ 1*( SP / "," ) ( "tls" / "auth" ) ] */
static const char *take_start_with(const struct taking *taking, struct bytes value)
{
    struct bytes part;
    struct bytes word;
    bool tls = false;
    bool auth = false;

    while (bytes_next(&value, ',', &part)) {
        while (bytes_next_word(&part, &word)) {
            bool is_tls = bytes_is_nocase(word, "tls");
            if (!is_tls && !bytes_is_nocase(word, "auth")) {
                return "expected tls, auth, or both";
            }
            tls |= is_tls;
            auth |= !is_tls;
        }
    }
    taking->target->start_with_tls = tls;
    taking->target->start_with_auth = auth;
    return NULL;
}

const char *tls_field_take(const char *name, struct bytes value, const char *path,
                           struct arena *arena, struct target *target)
{
    static const struct {
        const char *name;
        const char *(*take)(const struct taking *taking, struct bytes value);
    } rows[] = {
        {"Tls-min",     take_min        },
        {"Tls-max",     take_max        },
        {"Tls-ciphers", take_ciphers    },
        {"Tls-name",    take_name       },
        {"Tls-cert",    take_certificate},
        {"Tls-key",     take_key        },
        {"Tls-ca",      take_ca         },
        {"Tls-verify",  take_verify     },
        {"Start-with",  take_start_with },
    };
    struct taking taking = {path, arena, target};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (bytes_is_nocase(bytes_of(name), rows[i].name)) {
            return rows[i].take(&taking, value);
        }
    }
    return "this is no field of TLS";
}
