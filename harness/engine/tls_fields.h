/*
 * tls_fields - the fields of a target that are about TLS and logins: Tls-min, Start-with and their like
 *
 * Tls-min, Tls-max (1.0 to 1.3), Tls-ciphers (OpenSSL's list), Tls-name (for SNI and the check of the name), Tls-cert, Tls-key,
 * Tls-ca (files), Tls-verify (yes, no), Start-with (tls, auth, or both). The options of the command line have the same names.
 */
#ifndef MAILSPEC_ENGINE_TLS_FIELDS_H
#define MAILSPEC_ENGINE_TLS_FIELDS_H

#include "base/arena.h"
#include "model/target.h"

/*
 * Take a value; the text of a defect for people, or NULL. `name` is one of the above, in any case. A relative file name counts
 * from the folder of `path`; NULL: it stays as it is.
 */
const char *tls_field_take(const char *name, struct bytes value, const char *path,
                           struct arena *arena, struct target *target);

#endif
