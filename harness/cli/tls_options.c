#include "cli/tls_options.h"

#include "engine/tls_fields.h"
#include "net/tls.h"

int tls_options_take(const struct options *options, struct arena *arena, struct target *target,
                     struct error *error)
{
    static const enum option_id taken[] = {OPTION_START_WITH,  OPTION_TLS_MIN,  OPTION_TLS_MAX,
                                           OPTION_TLS_CIPHERS, OPTION_TLS_NAME, OPTION_TLS_CERT,
                                           OPTION_TLS_KEY,     OPTION_TLS_CA,   OPTION_TLS_VERIFY};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        const char *text = options_get(options, taken[i]);
        const char *why = text == NULL ? NULL
                                       : tls_field_take(option_row(taken[i])->name, bytes_of(text),
                                                        NULL, arena, target);
        if (why != NULL) {
            return error_set(error, "%s: %s, found \"%s\"", options->value[taken[i]].where, why,
                             text);
        }
    }
    const char *keylog = options_get(options, OPTION_KEYLOG);
    target->tls.keylog_file = keylog != NULL ? keylog : target->tls.keylog_file;
    return 0;
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
