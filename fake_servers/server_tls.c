/*
 * The contexts of a server's TLS sessions. What the settings name may be wrong, and whoever names it wants to know at once; where
 * they name nothing, the context is made for the first session.
 */
#include "fake_servers/server_peer.h"

static bool names_something(const struct tls_settings *tls)
{
    return tls->certificate_file != NULL || tls->key_file != NULL || tls->ca_file != NULL ||
           tls->keylog_file != NULL || tls->ciphers != NULL || tls->least != TLS_ANY ||
           tls->most != TLS_ANY;
}

static int make_context(struct server *server, const struct server_settings *settings,
                        struct tls_context **context_r, struct error *error)
{
    struct server_tls tls;
    const struct tls_authority *authority = settings->authority;
    if (settings->tls.key_file != NULL && settings->tls.certificate_file == NULL) {
        return error_set(error, "key: %s: there is no certificate that it belongs to",
                         settings->tls.key_file);
    }
    if (settings->tls.certificate_file != NULL &&
        settings->tls.certificate != TLS_CERTIFICATE_GOOD) {
        return error_set(error,
                         "certificate-kind: none is made that is %s where certificate names %s; "
                         "leave one of the two out",
                         tls_certificate_name(settings->tls.certificate),
                         settings->tls.certificate_file);
    }
    if (authority == NULL && server->authority == NULL) {
        server->authority = tls_authority_open(NULL, error);
        if (server->authority == NULL) {
            return -1;
        }
    }
    settings_tls(settings, &tls);
    *context_r = tls_context_new_server(&tls.settings,
                                        authority != NULL ? authority : server->authority, error);
    return *context_r != NULL ? 0 : -1;
}

int server_change_tls(struct server *server, const struct server_settings *settings,
                      struct error *error)
{
    struct tls_context *context = NULL;
    bool now = server->tls_ports > 0 || names_something(&settings->tls);
    if (now && make_context(server, settings, &context, error) != 0) {
        return -1;
    }
    tls_context_free(&server->tls);
    server->tls = context;
    return 0;
}

int server_need_tls(struct server *server, struct error *error)
{
    return server->tls != NULL ? 0 : make_context(server, &server->settings, &server->tls, error);
}

int server_check_tls(const struct server_settings *settings, struct error *error)
{
    struct server server = {.loop = NULL, .tls_ports = 1};
    int failed = server_change_tls(&server, settings, error);
    tls_context_free(&server.tls);
    tls_authority_free(&server.authority);
    return failed;
}
