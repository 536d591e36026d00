#include "cli/tls_options.h"

#include "engine/tls_fields.h"
#include "net/tls.h"

/* ---- Where a client is tested ---- */

/* What we show and check as a client; as the server that it talks to we do neither. */
static bool is_for_servers(enum option_id id)
{
    static const enum option_id rows[] = {OPTION_START_WITH, OPTION_TLS_NAME, OPTION_TLS_CERT,
                                          OPTION_TLS_KEY,    OPTION_TLS_CA,   OPTION_TLS_VERIFY};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i] == id) {
            return true;
        }
    }
    return false;
}

static int refuse(const char *where, struct error *error)
{
    return error_set(error,
                     "%s is for a server under test; where a client is tested, --tls-min, "
                     "--tls-max, --tls-ciphers and --keylog count, and Given: in a scenario",
                     where);
}

/* The field that the target file has for servers, or NULL. */
static const char *field_for_servers(const struct target *target)
{
    const struct tls_settings *tls = &target->tls;
    return target->start_with_tls || target->start_with_auth ? "Start-with"
           : tls->name != NULL                               ? "Tls-name"
           : tls->certificate_file != NULL                   ? "Tls-cert"
           : tls->key_file != NULL                           ? "Tls-key"
           : tls->ca_file != NULL                            ? "Tls-ca"
           : tls->verify                                     ? "Tls-verify"
                                                             : NULL;
}

static int check_client(const struct options *options, const struct target *target,
                        struct arena *arena, struct error *error)
{
    const char *file = options_get(options, OPTION_TARGET);
    const char *field = field_for_servers(target);
    if (field != NULL) {
        return refuse(arena_printf(arena, "%s: %s", file == NULL ? "the target" : file, field),
                      error);
    }
    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        if (is_for_servers(id) && options->value[id].origin == ORIGIN_COMMAND_LINE) {
            return refuse(options->value[id].where, error);
        }
    }
    return 0;
}

/* ---- What is given ---- */

static int take_option(const struct options *options, enum option_id id, struct arena *arena,
                       struct target *target, struct error *error)
{
    const char *text = options_get(options, id);
    const char *why =
        text == NULL ? NULL
                     : tls_field_take(option_row(id)->name, bytes_of(text), NULL, arena, target);
    return why == NULL
               ? 0
               : error_set(error, "%s: %s, found \"%s\"", options->value[id].where, why, text);
}

static const enum option_id taken[] = {OPTION_TLS_MIN,  OPTION_TLS_MAX,    OPTION_TLS_CIPHERS,
                                       OPTION_TLS_NAME, OPTION_TLS_CERT,   OPTION_TLS_KEY,
                                       OPTION_TLS_CA,   OPTION_TLS_VERIFY, OPTION_START_WITH};

/* Those at the end of the table are left out where `count` is less. */
static int take_options(const struct options *options, size_t count, struct arena *arena,
                        struct target *target, struct error *error)
{
    const bool is_client = target->client.kind != CLIENT_NONE;
    for (size_t i = 0; i < count; i++) {
        /* What a file or the environment says of servers does not concern a client that is tested. */
        const bool concerns = !is_client || !is_for_servers(taken[i]);
        if (concerns && take_option(options, taken[i], arena, target, error) != 0) {
            return -1;
        }
    }
    const char *keylog = options_get(options, OPTION_KEYLOG);
    target->tls.keylog_file = keylog != NULL ? keylog : target->tls.keylog_file;
    return 0;
}

int tls_options_take(const struct options *options, struct arena *arena, struct target *target,
                     struct error *error)
{
    if (target->client.kind != CLIENT_NONE && check_client(options, target, arena, error) != 0) {
        return -1;
    }
    return take_options(options, sizeof taken / sizeof taken[0], arena, target, error);
}

int tls_options_take_session(const struct options *options, struct arena *arena,
                             struct target *target, struct error *error)
{
    return take_options(options, sizeof taken / sizeof taken[0] - 1, arena, target, error);
}

int tls_options_check(const struct target *target, struct error *error)
{
    const struct tls_settings *tls = &target->tls;
    if (tls->key_file != NULL && tls->certificate_file == NULL) {
        return error_set(error, "%s: a key without its certificate (--tls-cert, Tls-cert)",
                         tls->key_file);
    }
    bool any = tls->least != TLS_ANY || tls->most != TLS_ANY || tls->ciphers != NULL ||
               tls->certificate_file != NULL || tls->ca_file != NULL || tls->keylog_file != NULL;
    if (!any) {
        return 0; /* what the system trusts is read when it is needed */
    }
    struct tls_context *context = tls_context_new_client(tls, error);
    if (context == NULL) {
        return -1;
    }
    tls_context_free(&context);
    return 0;
}
