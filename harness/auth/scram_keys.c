/* RFC 5802 section 3, with OpenSSL's HMAC, hash and PBKDF2 (which is Hi()) */
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "auth/scram.h"
#include "base/base64.h"

/* The name of the mechanism's hash; NULL: not SCRAM. */
static const char *hash_name(enum sasl_mechanism mechanism)
{
    return mechanism == SASL_SCRAM_SHA_1     ? "SHA1"
           : mechanism == SASL_SCRAM_SHA_256 ? "SHA256"
                                             : NULL;
}

static bool hmac(const char *hash, const struct scram_digest *key, struct bytes text,
                 struct scram_digest *digest_r)
{
    return EVP_Q_mac(NULL, "HMAC", NULL, hash, NULL, key->octets, key->n, text.p, text.n,
                     digest_r->octets, sizeof digest_r->octets, &digest_r->n) != NULL;
}

static bool hash(const char *name, const struct scram_digest *text, struct scram_digest *digest_r)
{
    return EVP_Q_digest(NULL, name, NULL, text->octets, text->n, digest_r->octets, &digest_r->n) ==
           1;
}

bool scram_keys(enum sasl_mechanism mechanism, struct bytes secret, struct bytes salt,
                unsigned iterations, struct scram_keys *keys_r)
{
    const char *name = hash_name(mechanism);
    const EVP_MD *md = name == NULL ? NULL : EVP_get_digestbyname(name);
    if (md == NULL || secret.n > INT_MAX || salt.n > INT_MAX || iterations > INT_MAX) {
        return false;
    }
    struct scram_digest salted = {.n = (size_t)EVP_MD_get_size(md)};
    return PKCS5_PBKDF2_HMAC(secret.n == 0 ? "" : (const char *)secret.p, (int)secret.n, salt.p,
                             (int)salt.n, (int)iterations, md, (int)salted.n, salted.octets) == 1 &&
           hmac(name, &salted, BYTES_LIT("Client Key"), &keys_r->client) &&
           hash(name, &keys_r->client, &keys_r->stored) &&
           hmac(name, &salted, BYTES_LIT("Server Key"), &keys_r->server);
}

bool scram_proof(enum sasl_mechanism mechanism, const struct scram_keys *keys, struct bytes auth,
                 struct scram_digest *proof_r)
{
    if (!hmac(hash_name(mechanism), &keys->stored, auth, proof_r)) {
        return false;
    }
    for (size_t i = 0; i < proof_r->n; i++) {
        proof_r->octets[i] ^= keys->client.octets[i];
    }
    return true;
}

bool scram_signature(enum sasl_mechanism mechanism, const struct scram_keys *keys,
                     struct bytes auth, struct scram_digest *signature_r)
{
    return hmac(hash_name(mechanism), &keys->server, auth, signature_r);
}

bool scram_is_digest(struct bytes base64, const struct scram_digest *digest)
{
    struct buf octets = {0};
    bool same = base64_decode(&octets, base64) == 0 && octets.n == digest->n &&
                CRYPTO_memcmp(octets.p, digest->octets, digest->n) == 0;
    buf_deinit(&octets);
    return same;
}
