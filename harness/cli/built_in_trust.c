#include "cli/built_in_trust.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/temp_folder.h"

struct built_in_trust {
    const struct tls_authority *authority;
    char *folder;
    char *ca_file;
    char *client_file;
};

static char *file_in(const char *folder, const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", folder, name);
    return buf_steal(&path);
}

static int write_files(struct built_in_trust *trust, const char *user, struct error *error)
{
    trust->ca_file = file_in(trust->folder, "ca.pem");
    trust->client_file = file_in(trust->folder, "client.pem");
    return tls_authority_write(trust->authority, trust->ca_file, error) != 0 ||
                   tls_authority_write_client(trust->authority, trust->client_file, user, error) !=
                       0
               ? -1
               : 0;
}

struct built_in_trust *built_in_trust_new(const struct tls_authority *authority, const char *user,
                                          struct error *error)
{
    struct built_in_trust *trust = mem_alloc(sizeof *trust);
    trust->authority = authority;
    trust->folder = temp_folder_new(error);
    if (trust->folder == NULL || write_files(trust, user, error) != 0) {
        built_in_trust_free(&trust);
    }
    return trust;
}

const struct tls_authority *built_in_trust_authority(const struct built_in_trust *trust)
{
    return trust->authority;
}

void built_in_trust_complete(const struct built_in_trust *trust, struct tls_settings *settings)
{
    if (settings->ca_file == NULL) {
        settings->ca_file = trust->ca_file;
    }
    if (settings->certificate_file == NULL) {
        settings->certificate_file = trust->client_file;
    }
}

void built_in_trust_free(struct built_in_trust **trust_p)
{
    struct built_in_trust *trust = *trust_p;
    if (trust == NULL) {
        return;
    }
    temp_folder_remove(&trust->folder);
    free(trust->ca_file);
    free(trust->client_file);
    free(trust);
    *trust_p = NULL;
}
