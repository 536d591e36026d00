#include "auth/digest.h"

#include <openssl/evp.h>
#include <openssl/provider.h>
#include <string.h>

#define MD5_OCTETS 16
#define MD5_BLOCK  64

/*
 * MD5 from the default provider, also where the machine's configuration allows only FIPS
 * algorithms: APOP and CRAM-MD5 are tested, not trusted.
 */
struct md5_source {
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *provider;
    EVP_MD *md;
};

static bool md5_source_init(struct md5_source *source)
{
    *source = (struct md5_source){NULL, NULL, EVP_MD_fetch(NULL, "MD5", "-fips")};
    if (source->md == NULL) {
        source->context = OSSL_LIB_CTX_new();
        source->provider = OSSL_PROVIDER_load(source->context, "default");
        source->md = EVP_MD_fetch(source->context, "MD5", NULL);
    }
    return source->md != NULL;
}

static void md5_source_deinit(struct md5_source *source)
{
    EVP_MD_free(source->md);
    if (source->provider != NULL) {
        OSSL_PROVIDER_unload(source->provider);
    }
    OSSL_LIB_CTX_free(source->context);
}

/* MD5 of `a` followed by `b`. */
static bool md5_two(const EVP_MD *md, struct bytes a, struct bytes b,
                    unsigned char digest_r[MD5_OCTETS])
{
    unsigned length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL && EVP_DigestInit_ex2(context, md, NULL) == 1 &&
              EVP_DigestUpdate(context, a.p, a.n) == 1 &&
              EVP_DigestUpdate(context, b.p, b.n) == 1 &&
              EVP_DigestFinal_ex(context, digest_r, &length) == 1 && length == MD5_OCTETS;
    EVP_MD_CTX_free(context);
    return ok;
}

/*
 * HMAC = H(K XOR opad, H(K XOR ipad, text)), a key longer than a block replaced by H(K)
 * RFC 2104 section 2
 */
static bool hmac(const EVP_MD *md, struct bytes key, struct bytes data,
                 unsigned char digest_r[MD5_OCTETS])
{
    unsigned char block[MD5_BLOCK] = {0};
    unsigned char inner[MD5_OCTETS];
    if (key.n > MD5_BLOCK) {
        if (!md5_two(md, key, bytes_of(""), block)) {
            return false;
        }
    } else if (key.n > 0) {
        memcpy(block, key.p, key.n);
    }
    unsigned char ipad[MD5_BLOCK];
    unsigned char opad[MD5_BLOCK];
    for (size_t i = 0; i < MD5_BLOCK; i++) {
        ipad[i] = block[i] ^ 0x36;
        opad[i] = block[i] ^ 0x5c;
    }
    return md5_two(md, bytes_make(ipad, sizeof ipad), data, inner) &&
           md5_two(md, bytes_make(opad, sizeof opad), bytes_make(inner, sizeof inner), digest_r);
}

static void append_hex(struct buf *out, const unsigned char digest[MD5_OCTETS])
{
    for (size_t i = 0; i < MD5_OCTETS; i++) {
        buf_printf(out, "%02x", digest[i]);
    }
}

typedef bool (*digest_fn)(const EVP_MD *md, struct bytes a, struct bytes b,
                          unsigned char digest_r[MD5_OCTETS]);

static void append_digest(struct buf *out, digest_fn function, struct bytes a, struct bytes b)
{
    unsigned char digest[MD5_OCTETS];
    struct md5_source source;
    if (md5_source_init(&source) && function(source.md, a, b, digest)) {
        append_hex(out, digest);
    }
    md5_source_deinit(&source);
}

void digest_md5(struct buf *out, struct bytes data)
{
    append_digest(out, md5_two, data, bytes_of(""));
}

void digest_hmac_md5(struct buf *out, struct bytes key, struct bytes data)
{
    append_digest(out, hmac, key, data);
}

void digest_apop(struct buf *out, struct bytes timestamp, struct bytes secret)
{
    append_digest(out, md5_two, timestamp, secret);
}
