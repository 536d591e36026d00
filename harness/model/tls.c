#include "model/tls.h"

#include "base/buf.h"

static const char *const versions[] = {
    [TLS_ANY] = "any", [TLS_1_0] = "1.0", [TLS_1_1] = "1.1", [TLS_1_2] = "1.2", [TLS_1_3] = "1.3",
};
static const char *const certificates[] = {
    [TLS_CERTIFICATE_GOOD] = "good",
    [TLS_CERTIFICATE_EXPIRED] = "expired",
    [TLS_CERTIFICATE_NOT_YET_VALID] = "not-yet-valid",
    [TLS_CERTIFICATE_OTHER_NAME] = "other-name",
    [TLS_CERTIFICATE_COMMON_NAME_ONLY_RIGHT] = "common-name-only-right",
    [TLS_CERTIFICATE_SELF_SIGNED] = "self-signed",
    [TLS_CERTIFICATE_BROKEN_CHAIN] = "broken-chain",
    [TLS_CERTIFICATE_WILDCARD] = "wildcard",
};
static const char *const disturbances[] = {
    [TLS_DISTURB_NOTHING] = "nothing",
    [TLS_DISTURB_GARBAGE] = "garbage",
    [TLS_DISTURB_CUT] = "cut",
    [TLS_DISTURB_NO_CLOSE_NOTIFY] = "no-close-notify",
};

/* Its index, or `count`. */
static size_t find(const char *const *names, size_t count, struct bytes name)
{
    size_t i = 0;

    while (i < count && !bytes_is_nocase(name, names[i])) {
        i++;
    }
    return i;
}

const char *tls_version_name(enum tls_version version)
{
    return versions[version];
}

bool tls_version_from_name(struct bytes name, enum tls_version *version_r)
{
    size_t i = find(versions, TLS_VERSION_COUNT, name);

    *version_r = i < TLS_VERSION_COUNT ? (enum tls_version)i : TLS_ANY;
    return i < TLS_VERSION_COUNT;
}

const char *tls_certificate_name(enum tls_certificate certificate)
{
    return certificates[certificate];
}

bool tls_certificate_from_name(struct bytes name, enum tls_certificate *certificate_r)
{
    size_t i = find(certificates, TLS_CERTIFICATE_COUNT, name);

    *certificate_r = i < TLS_CERTIFICATE_COUNT ? (enum tls_certificate)i : TLS_CERTIFICATE_GOOD;
    return i < TLS_CERTIFICATE_COUNT;
}

const char *tls_disturbance_name(enum tls_disturbance disturbance)
{
    return disturbances[disturbance];
}

bool tls_disturbance_from_name(struct bytes name, enum tls_disturbance *disturbance_r)
{
    size_t i = find(disturbances, TLS_DISTURB_COUNT, name);

    *disturbance_r = i < TLS_DISTURB_COUNT ? (enum tls_disturbance)i : TLS_DISTURB_NOTHING;
    return i < TLS_DISTURB_COUNT;
}

static void print_certificate(const struct tls_facts *facts, struct buf *out)
{
    buf_printf(out, ", certificate of %s by %s", facts->subject, facts->issuer);
    if (facts->checked_name[0] != '\0') {
        buf_printf(out, facts->name_matches ? ", for %s" : ", not for %s", facts->checked_name);
        buf_append_text(out, facts->wildcard ? " (by a wildcard)" : "");
    }
    if (facts->expired) {
        buf_printf(out, ", expired at %s", facts->not_after);
    }
    if (facts->not_yet_valid) {
        buf_printf(out, ", not valid before %s", facts->not_before);
    }
    buf_append_text(out, facts->self_signed ? ", self-signed" : "");
    if (facts->trusted) {
        buf_append_text(out, ", trusted");
    } else {
        buf_printf(out, ", not trusted (%s)", facts->trust_failure);
    }
}

void tls_facts_print(const struct tls_facts *facts, struct buf *out)
{
    if (!facts->secured) {
        buf_printf(out, "TLS failed: %s", facts->failure);
        return;
    }
    buf_printf(out, "TLS %s, %s", tls_version_name(facts->version), facts->cipher);
    if (facts->server_name[0] != '\0') {
        buf_printf(out, ", server name %s", facts->server_name);
    }
    if (facts->has_certificate) {
        print_certificate(facts, out);
    }
    if (facts->asked_certificate) {
        buf_append_text(out, facts->showed_certificate ? ", our certificate shown"
                                                       : ", asks for a certificate");
    }
}
