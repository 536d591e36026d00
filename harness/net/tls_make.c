/*
 * Certificates that are made when they are needed (RFC 5280): EC P-256, so that a thousand of them take no time. A key for RSA takes
 * a hundred times as long and is made only where no cipher would take the other.
 *
 * A root signs an authority between, and that signs those of servers; a broken chain is one where the authority between is not shown.
 * Faults are only where they are asked for: an expired certificate is good in all else.
 */
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "net/address.h"
#include "net/tls_internal.h"

enum {
    DAY = 24 * 60 * 60, /* seconds */
    YEAR = 365 * DAY,
    SERIAL_SIZE = 16,
    RSA_BITS = 2048,
    MAX_COMMON_NAME = 64 /* RFC 5280: ub-common-name */
};

#define OTHER_NAME "other-name.invalid"

enum purpose { AUTHORITY, SERVER, RSA_SERVER, CLIENT };

struct extension {
    int nid;
    const char *value;
};

enum { EXTENSION_COUNT = 4 };
static const struct extension extensions[][EXTENSION_COUNT] = {
    [AUTHORITY] = {{NID_basic_constraints, "critical,CA:TRUE"},
                   {NID_key_usage, "critical,keyCertSign,cRLSign"},
                   {NID_subject_key_identifier, "hash"}},
    [SERVER] = { {NID_basic_constraints, "critical,CA:FALSE"},
                   {NID_key_usage, "critical,digitalSignature"},
                   {NID_ext_key_usage, "serverAuth"},
                   {NID_subject_key_identifier, "hash"}},
    [RSA_SERVER] = { {NID_basic_constraints, "critical,CA:FALSE"},
                   {NID_key_usage, "critical,digitalSignature,keyEncipherment"},
                   {NID_ext_key_usage, "serverAuth"},
                   {NID_subject_key_identifier, "hash"}},
    [CLIENT] = { {NID_basic_constraints, "critical,CA:FALSE"},
                   {NID_key_usage, "critical,digitalSignature"},
                   {NID_ext_key_usage, "clientAuth"},
                   {NID_subject_key_identifier, "hash"}},
};

/* What one certificate is to be. */
struct plan {
    enum purpose purpose;
    const char *subject;           /* its CN */
    const struct tls_pair *issuer; /* NULL: itself */
    long from;                     /* seconds from now */
    long until;
    const char *const *names; /* subjectAltName */
    size_t name_count;
};

void tls_pair_deinit(struct tls_pair *pair)
{
    X509_free(pair->certificate);
    EVP_PKEY_free(pair->key);
    *pair = (struct tls_pair){0};
}

static bool set_serial(X509 *certificate)
{
    unsigned char octets[SERIAL_SIZE];
    if (RAND_bytes(octets, sizeof octets) != 1) {
        return false;
    }
    octets[0] = (unsigned char)((octets[0] & 0x7f) | 0x40); /* positive, and of full length */
    BIGNUM *number = BN_bin2bn(octets, sizeof octets, NULL);
    bool ok = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return ok;
}

/* A name that is too long for a CN stands only in subjectAltName. */
static bool set_subject(X509 *certificate, const char *subject)
{
    bool fits = strlen(subject) <= MAX_COMMON_NAME;
    union {
        const char *text;
        const unsigned char *octets;
    } value = {fits ? subject : "mailspec"};
    return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), fits ? "CN" : "O",
                                      MBSTRING_UTF8, value.octets, -1, -1, 0) == 1;
}

static bool add_extension(X509 *certificate, X509V3_CTX *context, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, context, nid, value);
    bool ok = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool add_extensions(X509 *certificate, X509 *issuer, enum purpose purpose)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    bool ok = true;
    for (size_t i = 0; ok && i < EXTENSION_COUNT; i++) {
        const struct extension *row = &extensions[purpose][i];
        ok = row->value == NULL || add_extension(certificate, &context, row->nid, row->value);
    }
    return ok && add_extension(certificate, &context, NID_authority_key_identifier, "keyid");
}

static GENERAL_NAME *general_name(const char *name)
{
    struct sockaddr_storage address;
    bool is_address = address_from_literal(name, 0, &address);
    GENERAL_NAME *general = GENERAL_NAME_new();
    ASN1_STRING *value = is_address ? a2i_IPADDRESS(name) : ASN1_IA5STRING_new();
    if (!is_address) {
        ASN1_STRING_set(value, name, -1);
    }
    GENERAL_NAME_set0_value(general, is_address ? GEN_IPADD : GEN_DNS, value);
    return general;
}

static bool add_names(X509 *certificate, const char *const *names, size_t count)
{
    GENERAL_NAMES *all = GENERAL_NAMES_new();
    for (size_t i = 0; i < count; i++) {
        sk_GENERAL_NAME_push(all, general_name(names[i]));
    }
    bool ok = count == 0 || X509_add1_ext_i2d(certificate, NID_subject_alt_name, all, 0, 0) == 1;
    GENERAL_NAMES_free(all);
    return ok;
}

static bool make(const struct plan *plan, struct tls_pair *pair)
{
    X509 *certificate = X509_new();
    pair->certificate = certificate;
    pair->key = plan->purpose == RSA_SERVER ? EVP_RSA_gen(RSA_BITS) : EVP_EC_gen("P-256");
    const struct tls_pair *issuer = plan->issuer != NULL ? plan->issuer : pair;
    return pair->key != NULL && X509_set_version(certificate, X509_VERSION_3) == 1 &&
           set_serial(certificate) && set_subject(certificate, plan->subject) &&
           X509_set_issuer_name(certificate, X509_get_subject_name(issuer->certificate)) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), plan->from) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), plan->until) != NULL &&
           X509_set_pubkey(certificate, pair->key) == 1 &&
           add_extensions(certificate, issuer->certificate, plan->purpose) &&
           add_names(certificate, plan->names, plan->name_count) &&
           X509_sign(certificate, issuer->key, EVP_sha256()) > 0;
}

static int make_or_say(const struct plan *plan, struct tls_pair *pair_r, struct error *error)
{
    *pair_r = (struct tls_pair){0};
    if (make(plan, pair_r)) {
        return 0;
    }
    tls_pair_deinit(pair_r);
    return error_set(error, "a certificate for %.100s cannot be made: %s", plan->subject,
                     tls_failure_reason());
}

int tls_make_root(struct tls_pair *root_r, struct error *error)
{
    struct plan plan = {AUTHORITY, "mailspec test authority", NULL, -YEAR, 20L * YEAR, NULL, 0};
    return make_or_say(&plan, root_r, error);
}

int tls_make_between(const struct tls_pair *root, struct tls_pair *between_r, struct error *error)
{
    struct plan plan = {AUTHORITY, "mailspec authority between", root, -YEAR, 10L * YEAR, NULL, 0};
    return make_or_say(&plan, between_r, error);
}

/* Signed by the root: not every client sends more than its own certificate. */
int tls_make_client(const struct tls_authority *authority, const char *name,
                    struct tls_pair *pair_r, struct error *error)
{
    struct plan plan = {CLIENT, name, &authority->root, -DAY, YEAR, NULL, 0};
    return make_or_say(&plan, pair_r, error);
}

/* ---- Certificates of servers ---- */

static const struct {
    long from;
    long until;
} spans[] = {
    [TLS_CERTIFICATE_GOOD] = {-DAY,       YEAR      },
    [TLS_CERTIFICATE_EXPIRED] = {-60L * DAY, -30L * DAY},
    [TLS_CERTIFICATE_NOT_YET_VALID] = {30L * DAY,  YEAR      },
    [TLS_CERTIFICATE_OTHER_NAME] = {-DAY,       YEAR      },
    [TLS_CERTIFICATE_COMMON_NAME_ONLY_RIGHT] = {-DAY,       YEAR      },
    [TLS_CERTIFICATE_SELF_SIGNED] = {-DAY,       YEAR      },
    [TLS_CERTIFICATE_BROKEN_CHAIN] = {-DAY,       YEAR      },
    [TLS_CERTIFICATE_WILDCARD] = {-DAY,       YEAR      },
};

static int check_name(const char *name, struct error *error)
{
    size_t n = strlen(name);
    bool ok = n > 0 && n < TLS_NAME_SIZE;
    for (size_t i = 0; ok && i < n; i++) {
        ok = name[i] > ' ' && name[i] <= '~';
    }
    return ok ? 0
              : error_set(error,
                          "a certificate cannot be for \"%.100s\": give a name such as "
                          "mx.example.test (letters of other alphabets as xn--...), or an address",
                          name);
}

/* "*.DOMAIN", where that stands for something: a domain of one label alone has no wildcard that clients take (RFC 6125 7.2). */
static int print_wildcard(const char *name, char *text_r, size_t size, struct error *error)
{
    struct sockaddr_storage address;
    const char *dot = strchr(name, '.');
    bool can =
        dot != NULL && strchr(dot + 1, '.') != NULL && !address_from_literal(name, 0, &address);
    if (!can) {
        return error_set(error,
                         "there is no wildcard certificate for %.100s: its first name must have "
                         "three labels or more, as mx.example.test",
                         name);
    }
    snprintf(text_r, size, "*%s", dot);
    return 0;
}

/* The names that the certificate is for, the first its subject; `wildcard_r` is room for one of them. */
static int choose_names(const struct tls_settings *settings, const char **names_r, size_t *count_r,
                        char wildcard_r[TLS_NAME_SIZE], struct error *error)
{
    static const char *const usual[] = {"localhost", "127.0.0.1", "::1"};
    bool named = settings->name_count > 0;
    *count_r = named ? settings->name_count : sizeof usual / sizeof usual[0];
    if (*count_r > TLS_MAX_NAMES) {
        return error_set(error, "a certificate has at most %d names", (int)TLS_MAX_NAMES);
    }
    for (size_t i = 0; i < *count_r; i++) {
        names_r[i] = named ? settings->names[i] : usual[i];
        if (check_name(names_r[i], error) != 0) {
            return -1;
        }
    }
    if (settings->certificate == TLS_CERTIFICATE_OTHER_NAME) {
        names_r[0] = OTHER_NAME;
        *count_r = 1;
    } else if (settings->certificate == TLS_CERTIFICATE_WILDCARD) {
        if (print_wildcard(names_r[0], wildcard_r, TLS_NAME_SIZE, error) != 0) {
            return -1;
        }
        names_r[0] = wildcard_r;
    }
    return 0;
}

int tls_make_server(const struct tls_authority *authority, const struct tls_settings *settings,
                    bool rsa, struct tls_pair *pair_r, struct error *error)
{
    const char *names[TLS_MAX_NAMES] = {""};
    char wildcard[TLS_NAME_SIZE];
    size_t count = 0;
    if (choose_names(settings, names, &count, wildcard, error) != 0) {
        return -1;
    }
    bool self_signed = settings->certificate == TLS_CERTIFICATE_SELF_SIGNED;
    const char *subject = names[0];
    if (settings->certificate == TLS_CERTIFICATE_COMMON_NAME_ONLY_RIGHT) {
        names[0] = OTHER_NAME;
        count = 1;
    }
    struct plan plan = {
        .purpose = rsa ? RSA_SERVER : SERVER,
        .subject = subject,
        .issuer = self_signed ? NULL : &authority->between,
        .from = spans[settings->certificate].from,
        .until = spans[settings->certificate].until,
        .names = names,
        .name_count = count,
    };
    return make_or_say(&plan, pair_r, error);
}
